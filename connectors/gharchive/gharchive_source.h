#pragma once

#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "connectors/fetch/landing.h"
#include "connectors/gharchive/event_normalizer.h"
#include "connectors/gharchive/event_reader.h"
#include "connectors/gharchive/hour_files.h"
#include "engine/load/source.h"

namespace learnsql {

class CancelFlag;
class Clock;

// What becomes of a fetched file once its rows are in.
enum class LandingPolicy {
  kKeep,
  kDays,  // kept for some days, for where-from
  kDrop,
};

struct GhArchiveOptions {
  // "https://data.gharchive.org", "http://localhost:8000" or a folder.
  std::string base_url;
  // Where syncs without --from begin, in seconds UTC.
  std::optional<int64_t> start;
  Overlap overlap = Overlap::kUtcOnly;
  EventOptions events;
  std::string landing_dir;
  LandingPolicy landing = LandingPolicy::kKeep;
  int64_t landing_days = 0;
  std::string user_agent;
  // Borrowed; cancel may be null.
  Clock* clock = nullptr;
  const CancelFlag* cancel = nullptr;
};

// GH Archive: a file of GitHub's public events for each hour since 2011-02-12.
//
// Threads: as Source says.
class GhArchiveSource final : public Source {
 public:
  explicit GhArchiveSource(GhArchiveOptions options);
  ~GhArchiveSource() override;

  std::string_view name() const override { return "gharchive"; }
  Result<std::vector<Slice>> Slices(const Window& window) override;
  std::vector<SliceNote> Notes(const Window& window) override;
  bool IsDue(const SliceRecord& known) override;
  Result<Landed> Fetch(const SliceRecord& known,
                       const LandingProgress& progress) override;
  Result<std::string> FindRecord(const SliceRecord& known,
                                 uint64_t source_offset) override;
  int64_t recheck_seconds() const override;
  // A single file inflates in a thread of its own; of several at once each
  // has one thread for all.
  void ReadAtOnce(size_t files) override { inflate_ahead_ = files == 1; }
  Status Read(const Slice& slice, const std::string& path,
              RowSink* sink) override;
  void Done(const Slice& slice, const std::string& path) override;

 private:
  Status FetchAgain(const SliceRecord& known);
  Result<std::string> RecordIn(const std::string& path,
                               const SliceRecord& known,
                               uint64_t source_offset) const;
  Landed Absent(const Slice& slice) const;

  GhArchiveOptions options_;
  Fetcher fetcher_;
  bool inflate_ahead_ = true;
};

}  // namespace learnsql
