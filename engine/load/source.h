#pragma once

#include <cstdint>
#include <functional>
#include <map>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "engine/base/status.h"
#include "engine/load/row_sink.h"

namespace learnsql {

// What a source loads at once, whole or not at all. Times are seconds UTC,
// half-open.
struct Slice {
  std::string object;  // what of the source: "hours"
  int64_t start = 0;
  int64_t end = 0;
  std::string name;  // the source's own: "2015-01-01-0.json.gz"
  std::string note =
      {};  // what is special about it, for people; empty: nothing
};

// Something to know about a stretch of time, besides its slices.
struct SliceNote {
  int64_t start = 0;
  int64_t end = 0;
  std::string text;
};

enum class SliceState {
  kExpected,
  kRunning,
  kLoaded,
  kEmpty,
  kMissing,
  kFailed,
  kSourceGone,
};
std::string_view NameOf(SliceState state);

// What the ledger knows of a slice, as far as a source decides by it.
struct SliceRecord {
  Slice slice;
  SliceState state = SliceState::kExpected;
  std::optional<int64_t> load_id;
  std::string sha256;  // empty: unknown
  std::string etag;    // empty: none
  std::optional<int64_t> checked_at;
  std::optional<int64_t> loaded_at;
  int64_t attempts = 0;
  // Where this slice begins to read, for sources that go by a cursor: what the
  // newest slice of the object up to this one left. Empty: at the beginning.
  std::string cursor = {};
};

// A range of time that a user asks for, in seconds UTC, half-open.
struct Window {
  std::optional<int64_t> from;
  std::optional<int64_t> to;
  // Where to go on when neither `from` nor a setting says where to begin; see
  // Ledger::ResumeFrom.
  std::optional<int64_t> resume = {};
  // The newest slice of each object in the ledger, for sources whose slices
  // follow one another.
  std::vector<SliceRecord> newest = {};
};

// What came of asking the source for a slice.
struct Landed {
  enum class Kind {
    kFetched,    // `path` holds it
    kUnchanged,  // the source says that nothing changed
    kNotYet,     // it will come: the slice stays expected
    kMissing,    // it is not there, and will hardly come
    kGone,       // same, of an object that was there once; its rows stay
  };
  Kind kind = Kind::kFetched;
  std::string path;
  uint64_t bytes = 0;
  std::string sha256;  // empty: not computed
  // Where that takes a look at the whole file, and nothing was loaded that it
  // could be equal to: computes it, on any thread, while the file is read.
  std::function<Result<std::string>()> sha256_later = {};
  std::string etag;
  std::optional<int64_t> source_at;
  // Where the next slice of the object goes on; committed with the rows.
  std::string cursor = {};
  bool more = false;         // there is more to get now; see Source::Following
  std::string warning = {};  // why it is absent, for people; empty: nothing
};

// What one part of a system said when it was asked for one row.
struct SourceAnswer {
  std::string part;  // "database ace"
  Status status;     // OK, or which right is missing
  std::string text;  // who asks, for people
};

// Bytes fetched so far, and of how many where that is known.
using LandingProgress = std::function<void(uint64_t, std::optional<uint64_t>)>;

// A configured system: a connector with its settings. It answers which slices
// there are, gets one, and reads what it got into a sink; of SQL, transactions
// and threads it knows nothing.
//
// Threads: Fetch may run on one thread while Read runs on others, several at
// once for different slices; all else is called by one thread at a time, never
// while a Read runs.
class Source {
 public:
  virtual ~Source() = default;

  // As in learnsql.ini and in the ledger: "gharchive".
  virtual std::string_view name() const = 0;

  // Every slice whose time meets the window, oldest first.
  // Errors: kUsage when the window leaves open what must be said.
  virtual Result<std::vector<Slice>> Slices(const Window& window) = 0;

  // Whether Slices always gives all that the source has: what the ledger knows
  // besides is gone from it.
  virtual bool ListsAll() const { return false; }

  // What the slices of the window do not show: names that stand for no time,
  // times for which there is no name. Oldest first.
  virtual std::vector<SliceNote> Notes(const Window&) { return {}; }

  // Whether to ask the source for a slice of which the ledger holds `known`.
  virtual bool IsDue(const SliceRecord& known) = 0;

  // Brings a slice's bytes to a local file. No write transaction waits for it,
  // though that of another slice's load may be open.
  virtual Result<Landed> Fetch(const SliceRecord& known,
                               const LandingProgress& progress) = 0;

  // The very bytes of the record that began at `source_offset` of the slice's
  // decoded stream. Asks the source again when its file is gone from here.
  // Errors: kNotFound when the source has it no longer; kCorrupt when what it
  // has now is not what was loaded, whose hash is in `known`; kInvalid when the
  // source cannot tell.
  virtual Result<std::string> FindRecord(const SliceRecord& known,
                                         uint64_t source_offset) {
    (void)source_offset;
    return Status(Code::kInvalid, std::string(name()) +
                                      " keeps no files to look into, so the "
                                      "record of " +
                                      known.slice.name + " cannot be shown");
  }

  // Asks every part of the system that is read from for one row.
  // Errors: those that keep it from asking at all; kInvalid when there is
  // nothing to ask.
  virtual Result<std::vector<SourceAnswer>> Connect() {
    return Status(Code::kInvalid,
                  std::string(name()) + " is not a system that can be asked");
  }

  // How long before the newest slice a sync begins that was not told where:
  // what is younger may still change. Seconds.
  virtual int64_t recheck_seconds() const { return 0; }

  // Said before the first Read: so many will run at once, so that threads of a
  // Read's own may do harm.
  virtual void ReadAtOnce(size_t) {}

  // Reads a local file into the sink.
  // Errors: kCorrupt, with the place in the file, when it is not whole.
  virtual Status Read(const Slice& slice, const std::string& path,
                      RowSink* sink) = 0;

  // The slice that comes after one whose rows were just committed, and of which
  // Fetch said that there is more. Called while another Fetch may run.
  virtual std::optional<Slice> Following(const Slice&) { return {}; }

  // Called when the slice's rows are committed, or were found unchanged: the
  // file may go.
  virtual void Done(const Slice& slice, const std::string& path) = 0;
};

}  // namespace learnsql
