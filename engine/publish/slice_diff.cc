#include "engine/publish/slice_diff.h"

#include <algorithm>
#include <array>
#include <map>
#include <optional>
#include <tuple>

#include "engine/model/raw_state.h"
#include "engine/store/connection.h"

namespace learnsql {
namespace {

using Kind = DiffCause::Kind;

// In the order of its key, so that two ledgers are read side by side.
constexpr std::string_view kLedger = R"(
select
    source, object, slice_start, slice_end, coalesce(sha256, ''), rows_loaded,
    bytes_decoded, coalesce(load_id, 0)
from ls_slice
where rows_loaded > 0
order by
    source collate binary, object collate binary, slice_start collate binary)";

constexpr std::string_view kRawTables = R"(
select name from sqlite_schema
where type = 'table' and name glob 'raw_*__*'
order by name)";

constexpr std::string_view kBuiltLedger =
    "select value from ls_meta where key = 'built_ledger'";

// What of a file its slices are read from.
struct Ledger {
  CauseSide side;
  std::vector<std::string> raw_tables;
  int64_t built_load = 0;  // the last load that a build has read
};

// A slice that has rows.
struct LedgerLine {
  std::string source;
  std::string object;
  std::string start;
  std::string end;
  std::string sha256;
  int64_t rows = 0;
  int64_t bytes = 0;
  int64_t load_id = 0;  // 0 in a published file

  std::tuple<const std::string&, const std::string&, const std::string&> Key()
      const {
    return {source, object, start};
  }
};

Result<Ledger> ReadLedger(const CauseSide& side) {
  Ledger ledger{.side = side};
  if (side.is_published) return ledger;
  LEARNSQL_TRY_SET(Statement tables, side.file->Prepare(kRawTables));
  while (true) {
    LEARNSQL_TRY_SET(const bool more, tables.Step());
    if (!more) break;
    ledger.raw_tables.emplace_back(tables.text(0));
  }
  LEARNSQL_TRY_SET(const std::optional<std::string> built,
                   side.file->QueryText(kBuiltLedger));
  ledger.built_load = LastLoadOf(built.value_or(""));
  return ledger;
}

// The slices of a file that its tables are made of, one after the other.
class LedgerReader {
 public:
  static Result<LedgerReader> Open(const Ledger& ledger) {
    LEARNSQL_TRY_SET(Statement rows, ledger.side.file->Prepare(kLedger));
    LedgerReader reader(std::move(rows), ledger);
    LEARNSQL_TRY(reader.Next());
    return reader;
  }

  bool at_end() const { return at_end_; }
  const LedgerLine& line() const { return line_; }
  // Whether a build has read the slice's load.
  bool is_built() const {
    return is_published_ || line_.load_id <= built_load_;
  }
  int64_t unbuilt() const { return unbuilt_; }

  Status Next() {
    LEARNSQL_TRY_SET(const bool more, rows_.Step());
    at_end_ = !more;
    if (!more) return {};
    line_ = {std::string(rows_.text(0)), std::string(rows_.text(1)),
             std::string(rows_.text(2)), std::string(rows_.text(3)),
             std::string(rows_.text(4)), rows_.integer(5),
             rows_.integer(6),           rows_.integer(7)};
    if (!is_built()) ++unbuilt_;
    return {};
  }

 private:
  LedgerReader(Statement rows, const Ledger& ledger)
      : rows_(std::move(rows)),
        is_published_(ledger.side.is_published),
        built_load_(ledger.built_load) {}

  Statement rows_;
  bool is_published_;
  int64_t built_load_;
  LedgerLine line_;
  bool at_end_ = false;
  int64_t unbuilt_ = 0;
};

class SliceComparison {
 public:
  SliceComparison(const Ledger& a, const Ledger& b) : a_(a), b_(b) {}

  Result<SliceDiff> Run() {
    LEARNSQL_TRY(ReadNewest());
    LEARNSQL_TRY_SET(LedgerReader a, LedgerReader::Open(a_));
    LEARNSQL_TRY_SET(LedgerReader b, LedgerReader::Open(b_));
    while (!a.at_end() || !b.at_end()) {
      const bool has_a =
          !a.at_end() && (b.at_end() || a.line().Key() <= b.line().Key());
      const bool has_b =
          !b.at_end() && (a.at_end() || b.line().Key() <= a.line().Key());
      diff_.sources.insert((has_a ? a : b).line().source);
      LEARNSQL_TRY(Compare(has_a ? &a : nullptr, has_b ? &b : nullptr));
      if (has_a) LEARNSQL_TRY(a.Next());
      if (has_b) LEARNSQL_TRY(b.Next());
    }
    for (auto& [key, change] : changes_) {
      diff_.changes.push_back(std::move(change));
    }
    NoteUnbuilt("A", a.unbuilt());
    NoteUnbuilt("B", b.unbuilt());
    return std::move(diff_);
  }

 private:
  // Where what A has of each source and object ends.
  Status ReadNewest() {
    LEARNSQL_TRY_SET(LedgerReader a, LedgerReader::Open(a_));
    for (; !a.at_end();) {
      if (a.is_built()) {
        std::string& newest = newest_[{a.line().source, a.line().object}];
        newest = std::max(newest, a.line().end);
      }
      LEARNSQL_TRY(a.Next());
    }
    return {};
  }

  // A slice that no build of B has read says nothing of the tables of B.
  Status Compare(const LedgerReader* a, const LedgerReader* b) {
    if (b != nullptr && !b->is_built()) return {};
    if (a != nullptr && !a->is_built()) a = nullptr;
    if (b == nullptr) {
      if (a == nullptr) return {};
      return Note(Kind::kRemovedData, a->line(), a_);
    }
    if (a == nullptr) return Note(KindOfNew(b->line()), b->line(), b_);
    const LedgerLine& was = a->line();
    const LedgerLine& is = b->line();
    const bool same =
        was.sha256 == is.sha256 && was.rows == is.rows && was.bytes == is.bytes;
    return same ? Status() : Note(Kind::kRestated, is, b_);
  }

  Kind KindOfNew(const LedgerLine& line) const {
    const auto newest = newest_.find({line.source, line.object});
    if (newest == newest_.end()) return Kind::kNewData;
    return line.start < newest->second ? Kind::kLateData : Kind::kNewData;
  }

  Status Note(Kind kind, const LedgerLine& line, const Ledger& ledger) {
    SliceChange& change = changes_[{kind, line.source, line.object}];
    DiffCause& cause = change.cause;
    if (cause.slices == 0) {
      cause.kind = kind;
      cause.source = line.source;
      cause.object = line.object;
      cause.first = line.start;
    }
    cause.last = line.start;
    ++cause.slices;
    return ledger.side.is_published ? Status() : Place(line, ledger, &change);
  }

  // A seek in each raw table finds those that hold the load's rows.
  static Status Place(const LedgerLine& line, const Ledger& ledger,
                      SliceChange* change) {
    for (const std::string& table : ledger.raw_tables) {
      if (change->raw_tables.contains(table)) continue;
      LEARNSQL_TRY_SET(
          const std::optional<int64_t> row,
          ledger.side.file->QueryInteger(
              "select 1 from " + QuoteName(table) +
                  " where rowid >= ? and rowid < ? limit 1",
              std::array{Value::Integer(line.load_id << kLoadShift),
                         Value::Integer(FirstRowAfter(line.load_id))}));
      if (row) change->raw_tables.insert(table);
    }
    return {};
  }

  void NoteUnbuilt(const char* side, int64_t slices) {
    if (slices == 0) return;
    diff_.notes.push_back(
        std::string(side) + " has loads since its last build, " +
        (slices == 1 ? "one slice" : std::to_string(slices) + " slices") +
        ": they are in none of the tables compared");
  }

  const Ledger& a_;
  const Ledger& b_;
  std::map<std::tuple<Kind, std::string, std::string>, SliceChange> changes_;
  std::map<std::pair<std::string, std::string>, std::string> newest_;
  SliceDiff diff_;
};

}  // namespace

Result<SliceDiff> DiffSlices(const CauseSide& a, const CauseSide& b) {
  LEARNSQL_TRY_SET(const Ledger before, ReadLedger(a));
  LEARNSQL_TRY_SET(const Ledger after, ReadLedger(b));
  return SliceComparison(before, after).Run();
}

}  // namespace learnsql
