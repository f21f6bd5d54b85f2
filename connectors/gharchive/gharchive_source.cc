#include "connectors/gharchive/gharchive_source.h"

#include <algorithm>
#include <filesystem>

#include "connectors/fetch/retry.h"
#include "engine/base/cancel.h"
#include "engine/base/clock.h"
#include "engine/base/sha256.h"
#include "engine/base/sha256_file.h"

namespace learnsql {
namespace {

// The publisher uploads an hour five minutes after its end.
constexpr int64_t kFirstTry = 6 * 60;
constexpr int64_t kQuickTries = 30 * 60;  // until then every two minutes
constexpr int64_t kQuickEvery = 2 * 60;
constexpr int64_t kSlowEvery = 30 * 60;
// Seconds after its begin it is missing.
constexpr int64_t kGivenUp = 24 * kSecondsPerHour;
// Hours that may be uploaded anew.
constexpr int64_t kRechecked = 48 * kSecondsPerHour;
constexpr int64_t kRecheckEvery = 24 * kSecondsPerHour;
constexpr int64_t kMissingEvery = 7 * 24 * kSecondsPerHour;

}  // namespace

GhArchiveSource::GhArchiveSource(GhArchiveOptions options)
    : options_(std::move(options)),
      fetcher_({.base = options_.base_url,
                .landing_dir = options_.landing_dir,
                .http = {.user_agent = options_.user_agent,
                         .clock = options_.clock,
                         .cancel = options_.cancel}}) {}

GhArchiveSource::~GhArchiveSource() = default;

Result<std::vector<Slice>> GhArchiveSource::Slices(const Window& window) {
  std::optional<int64_t> from = window.from ? window.from : options_.start;
  if (!from) from = window.resume;
  if (!from) {
    return Status(Code::kUsage,
                  "where should gharchive begin? Say 'learnsql sync gharchive "
                  "--from 2015-01-01T00', or write 'start = 2015-01-01T00' in "
                  "the section [gharchive] of learnsql.ini");
  }
  const int64_t now = options_.clock->NowSeconds();
  std::vector<Slice> slices;
  for (const HourFile& file :
       HourFilesMeeting(*from, window.to.value_or(now), options_.overlap)) {
    const bool doubled = file.end - file.start > kSecondsPerHour;
    slices.push_back(
        {file.naming == HourNaming::kUtc ? "hours" : "pacific_hours",
         file.start, file.end, file.name,
         doubled ? "stands for two hours: US summer time ends" : ""});
  }
  return slices;
}

std::vector<SliceNote> GhArchiveSource::Notes(const Window& window) {
  std::vector<SliceNote> notes;
  const int64_t from = window.from.value_or(options_.start.value_or(0));
  const int64_t to = window.to.value_or(INT64_MAX);
  for (NameNote& note : NameNotesMeeting(from, to, options_.overlap)) {
    notes.push_back({note.hours.start, note.hours.end, std::move(note.text)});
  }
  return notes;
}

int64_t GhArchiveSource::recheck_seconds() const { return kRechecked; }

bool GhArchiveSource::IsDue(const SliceRecord& known) {
  const int64_t age = options_.clock->NowSeconds() - known.slice.end;
  const int64_t since = known.checked_at
                            ? options_.clock->NowSeconds() - *known.checked_at
                            : INT64_MAX;
  switch (known.state) {
    case SliceState::kLoaded:
    case SliceState::kEmpty:
      return age < kRechecked && since >= kRecheckEvery;
    case SliceState::kMissing:
    case SliceState::kSourceGone:
      return since >= (age < kRechecked ? kRecheckEvery : kMissingEvery);
    case SliceState::kExpected:
      if (age < kFirstTry) return false;
      return since >= (age < kQuickTries ? kQuickEvery : kSlowEvery);
    case SliceState::kRunning:
    case SliceState::kFailed:
      return true;
  }
  return true;
}

Landed GhArchiveSource::Absent(const Slice& slice) const {
  Landed landed;
  const int64_t age = options_.clock->NowSeconds() - slice.start;
  landed.kind = age < kGivenUp ? Landed::Kind::kNotYet : Landed::Kind::kMissing;
  return landed;
}

Result<Landed> GhArchiveSource::Fetch(const SliceRecord& known,
                                      const LandingProgress& progress) {
  LEARNSQL_TRY_SET(Fetched fetched,
                   fetcher_.Fetch({.name = known.slice.name,
                                   .previous_etag = known.etag,
                                   .expect = FetchExpect::kGzip,
                                   .progress = progress}));
  if (fetched.kind == FetchKind::kNotFound) return Absent(known.slice);
  Landed landed;
  if (fetched.kind == FetchKind::kNotModified) {
    landed.kind = Landed::Kind::kUnchanged;
  }
  landed.path = fetched.path;
  landed.bytes = fetched.bytes;
  landed.sha256 = fetched.sha256;
  landed.etag = fetched.etag;
  landed.source_at = ParseHttpDate(fetched.last_modified);
  if (!landed.source_at) landed.source_at = ParseUtc(fetched.last_modified);
  if (landed.sha256.empty() && !landed.path.empty()) {
    const auto hash = [path = landed.path, cancel = options_.cancel] {
      return Sha256OfFile(path, cancel);
    };
    if (known.load_id) {
      LEARNSQL_TRY_SET(landed.sha256, hash());
    } else {
      landed.sha256_later = hash;
    }
  }
  return landed;
}

Status GhArchiveSource::Read(const Slice&, const std::string& path,
                             RowSink* sink) {
  return ReadEvents(path, options_.events, options_.cancel, sink,
                    inflate_ahead_);
}

Status GhArchiveSource::FetchAgain(const SliceRecord& known) {
  LEARNSQL_TRY_SET(
      const Fetched fetched,
      fetcher_.Fetch({.name = known.slice.name, .expect = FetchExpect::kGzip}));
  if (fetched.kind == FetchKind::kFetched) return {};
  return Status(Code::kNotFound,
                "the file is not here any more, and the source has it no "
                "longer",
                {known.slice.name});
}

Result<std::string> GhArchiveSource::RecordIn(const std::string& path,
                                              const SliceRecord& known,
                                              uint64_t source_offset) const {
  LEARNSQL_TRY_SET(const std::string sha256,
                   Sha256OfFile(path, options_.cancel));
  if (sha256 != known.sha256) {
    return Status(Code::kCorrupt,
                  "this file is not the one that was loaded: its SHA-256 is " +
                      sha256 + ", and that of the loaded one was " +
                      known.sha256,
                  {path});
  }
  return ReadRecordAt(path, source_offset, options_.cancel);
}

Result<std::string> GhArchiveSource::FindRecord(const SliceRecord& known,
                                                uint64_t source_offset) {
  const std::string path =
      (fetcher_.is_local() ? options_.base_url : options_.landing_dir) + "/" +
      known.slice.name;
  std::error_code ignored;  // then it is not there for us
  const bool is_here = std::filesystem::exists(path, ignored);
  if (!is_here) LEARNSQL_TRY(FetchAgain(known));
  const Result<std::string> record = RecordIn(path, known, source_offset);
  if (!is_here) Done(known.slice, path);
  return record;
}

void GhArchiveSource::Done(const Slice&, const std::string& path) {
  if (fetcher_.is_local() || options_.landing == LandingPolicy::kKeep) return;
  std::error_code ignored;  // a file that stays is no harm
  if (options_.landing == LandingPolicy::kDrop) {
    std::filesystem::remove(path, ignored);
    return;
  }
  const auto limit = std::filesystem::file_time_type::clock::now() -
                     std::chrono::hours(24 * options_.landing_days);
  const std::filesystem::path folder =
      std::filesystem::path(path).parent_path();
  for (const auto& entry :
       std::filesystem::directory_iterator(folder, ignored)) {
    if (entry.is_regular_file(ignored) &&
        entry.last_write_time(ignored) < limit) {
      std::filesystem::remove(entry.path(), ignored);
    }
  }
}

}  // namespace learnsql
