#pragma once

#include <gtest/gtest.h>

#include <array>
#include <functional>
#include <map>
#include <mutex>
#include <set>
#include <string>
#include <vector>

#include "engine/base/clock.h"
#include "engine/load/raw_contract.h"
#include "engine/load/source.h"
#include "engine/load/sync.h"
#include "engine/store/warehouse.h"
#include "tests/engine/store/must.h"
#include "tests/engine/store/temp_folder.h"

namespace learnsql {

inline constexpr int64_t kHourSeconds = 3600;
inline constexpr int64_t kStart = 1420070400;  // 2015-01-01T00:00:00Z

inline constexpr std::string_view kThings = R"(
-- kind: events, key thing_id
create table raw_fake__things (
    row_id         integer primary key,
    source_offset  integer not null,
    thing_id       integer not null,
    name           text    not null check (name <> 'checked'),
    weight         real
) strict;
)";

inline constexpr std::string_view kSnapshots = R"(
-- kind: snapshot
create table raw_fake__things (
    row_id         integer primary key,
    source_offset  integer not null,
    thing_id       integer not null,
    name           text    not null,
    weight         real
) strict;
)";

inline RawContract Contract(std::string_view text = kThings) {
  return Must(ParseRawContract("fake.sql", text));
}

// All rows of a query, columns joined by '|', rows by blanks.
inline std::string Rows(Connection* db, const std::string& sql) {
  Statement select = Must(db->Prepare(sql));
  std::string all;
  while (Must(select.Step())) {
    if (!all.empty()) all += ' ';
    for (int i = 0; i < select.column_count(); ++i) {
      if (i > 0) all += '|';
      all += select.is_null(i) ? "null" : std::string(select.text(i));
    }
  }
  return all;
}

// What one slice of a FakeSource does when it is asked for and read.
struct FakeSlice {
  std::vector<std::string> names = {"a", "b"};  // one thing each
  Landed::Kind kind = Landed::Kind::kFetched;
  Status fetch;          // an error instead of landing
  Status read;           // an error after the names
  uint64_t rejects = 0;  // bad records after the names
  bool miscount = false;
  std::string etag;
  std::function<void()> while_reading;
};

// A source of hours whose behaviour a test writes down.
class FakeSource final : public Source {
 public:
  explicit FakeSource(Clock* clock) : clock_(clock) {}

  std::map<int, FakeSlice> hours;  // by number of hours after kStart
  std::vector<std::string> log;    // "fetch 0", "read 0", "done 0"
  std::function<bool(const SliceRecord&)> due;

  // The log as one text.
  std::string Log() {
    const std::lock_guard<std::mutex> lock(mutex_);
    std::string all;
    for (const std::string& line : log) {
      if (!line.starts_with("read")) all += line + " ";
    }
    return all;
  }

  std::string_view name() const override { return "fake"; }

  Result<std::vector<Slice>> Slices(const Window& window) override {
    if (!window.from) return Status(Code::kUsage, "where to begin?");
    std::vector<Slice> slices;
    for (const auto& [hour, slice] : hours) {
      const int64_t start = kStart + hour * kHourSeconds;
      if (start + kHourSeconds <= *window.from) continue;
      if (window.to && start >= *window.to) continue;
      slices.push_back({"hours", start, start + kHourSeconds,
                        "hour-" + std::to_string(hour)});
    }
    return slices;
  }

  bool IsDue(const SliceRecord& known) override {
    if (due) return due(known);
    return known.state != SliceState::kLoaded &&
           known.state != SliceState::kEmpty;
  }

  Result<Landed> Fetch(const SliceRecord& known,
                       const LandingProgress& progress) override {
    const FakeSlice& slice = At(known.slice);
    Note("fetch", known.slice);
    if (!slice.fetch.ok()) return slice.fetch;
    if (progress) progress(10, 10);
    Landed landed;
    landed.kind = slice.kind;
    if (!slice.etag.empty() && slice.etag == known.etag) {
      landed.kind = Landed::Kind::kUnchanged;
    }
    landed.path = known.slice.name;
    landed.bytes = 10;
    landed.etag = slice.etag;
    landed.source_at = clock_->NowSeconds();
    for (const std::string& text : slice.names) landed.sha256 += text + ",";
    return landed;
  }

  Status Read(const Slice& slice, const std::string&, RowSink* sink) override {
    const FakeSlice& fake = At(slice);
    Note("read", slice);
    constexpr std::array<std::string_view, 3> kColumns = {"thing_id", "name",
                                                          "weight"};
    LEARNSQL_TRY_SET(const int table, sink->Open("raw_fake__things", kColumns));
    uint64_t at = 0;
    for (const std::string& text : fake.names) {
      const int64_t id =
          static_cast<int64_t>(std::hash<std::string>()(text)) & INT64_MAX;
      LEARNSQL_TRY(StatusOf(sink->Add(
          table, {at, at + 1}, text,
          std::array{Value::Integer(id), Value::Text(text), Value::Null()})));
      ++at;
    }
    if (fake.while_reading) fake.while_reading();
    for (uint64_t i = 0; i < fake.rejects; ++i, ++at) {
      LEARNSQL_TRY(sink->Reject({.place = {at, at + 1},
                                 .reason = "bad_json",
                                 .detail = "bad",
                                 .bytes = "?",
                                 .length = 1,
                                 .sha256 = "00"}));
    }
    if (!fake.read.ok()) return fake.read;
    sink->Account({.bytes_decoded = at,
                   .bytes_in_records = at - fake.rejects,
                   .bytes_rejected = fake.rejects,
                   .records = at + (fake.miscount ? 1 : 0)});
    return {};
  }

  void Done(const Slice& slice, const std::string&) override {
    Note("done", slice);
  }

 private:
  const FakeSlice& At(const Slice& slice) const {
    return hours.at(static_cast<int>((slice.start - kStart) / kHourSeconds));
  }

  void Note(const std::string& what, const Slice& slice) {
    const std::lock_guard<std::mutex> lock(mutex_);
    log.push_back(what + " " + slice.name.substr(5));
  }

  Clock* clock_;
  std::mutex mutex_;  // of the log
};

}  // namespace learnsql
