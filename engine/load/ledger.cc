#include "engine/load/ledger.h"

#include <algorithm>
#include <array>

#include "engine/base/clock.h"

namespace learnsql {
namespace {

constexpr std::array<std::string_view, 7> kStateNames = {
    "expected", "running", "loaded",     "empty",
    "missing",  "failed",  "source_gone"};

constexpr std::string_view kColumns =
    "object, slice_start, slice_end, name, state, load_id, sha256, etag, "
    "checked_at, loaded_at, attempts, rows_read, rows_loaded, rows_duplicate, "
    "rows_conflict, rows_rejected, bytes_fetched, bytes_decoded, error, "
    "unknown_fields, source_at, warning, cursor";

SliceState StateOf(std::string_view name) {
  for (size_t i = 0; i < kStateNames.size(); ++i) {
    if (kStateNames[i] == name) return static_cast<SliceState>(i);
  }
  return SliceState::kExpected;
}

std::optional<int64_t> TimeIn(const Statement& row, int column) {
  return row.is_null(column) ? std::nullopt : ParseUtc(row.text(column));
}

uint64_t CountIn(const Statement& row, int column) {
  return static_cast<uint64_t>(row.integer(column));
}

Value Count(uint64_t count) {
  return Value::Integer(static_cast<int64_t>(count));
}

// A row of `select kColumns from ls_slice`.
LedgerRow ReadRow(const Statement& row) {
  LedgerRow read;
  SliceRecord& known = read.known;
  known.slice.object = row.text(0);
  known.slice.start = TimeIn(row, 1).value_or(0);
  known.slice.end = TimeIn(row, 2).value_or(0);
  known.slice.name = row.text(3);
  known.state = StateOf(row.text(4));
  if (!row.is_null(5)) known.load_id = row.integer(5);
  known.sha256 = row.text(6);
  known.etag = row.text(7);
  known.checked_at = TimeIn(row, 8);
  known.loaded_at = TimeIn(row, 9);
  known.attempts = row.integer(10);
  read.counts.rows_read = CountIn(row, 11);
  read.counts.rows_loaded = CountIn(row, 12);
  read.counts.rows_duplicate = CountIn(row, 13);
  read.counts.rows_conflict = CountIn(row, 14);
  read.counts.rows_rejected = CountIn(row, 15);
  read.bytes_fetched = CountIn(row, 16);
  read.counts.stream.bytes_decoded = CountIn(row, 17);
  read.error = row.text(18);
  read.unknown_fields = row.text(19);
  read.source_at = TimeIn(row, 20);
  read.warning = row.text(21);
  known.cursor = row.text(22);
  return read;
}

// {"payload.x":3}: paths come from JSON keys, so they are escaped.
std::string UnknownAsJson(const std::map<std::string, uint64_t>& unknown) {
  if (unknown.empty()) return {};
  constexpr char kHex[] = "0123456789abcdef";
  std::string json;
  for (const auto& [path, count] : unknown) {
    json += json.empty() ? "{\"" : ",\"";
    for (const char c : path) {
      const auto byte = static_cast<unsigned char>(c);
      if (byte < 0x20) {
        json += std::string("\\u00") + kHex[byte >> 4] + kHex[byte & 15];
        continue;
      }
      if (c == '"' || c == '\\') json.push_back('\\');
      json.push_back(c);
    }
    json += "\":" + std::to_string(count);
  }
  return json + "}";
}

}  // namespace

std::string_view NameOf(SliceState state) {
  return kStateNames[static_cast<size_t>(state)];
}

Status Ledger::Expect(const std::vector<Slice>& slices) {
  LEARNSQL_TRY_SET(Transaction transaction, Transaction::Begin(connection_));
  LEARNSQL_TRY_SET(
      Statement insert,
      connection_->Prepare("insert into ls_slice (source, object, "
                           "slice_start, slice_end, name, state) "
                           "values (?, ?, ?, ?, ?, 'expected') "
                           "on conflict do update set "
                           "slice_end = excluded.slice_end, "
                           "name = excluded.name where load_id is null"));
  for (const Slice& slice : slices) {
    const std::string start = FormatUtc(slice.start);
    const std::string end = FormatUtc(slice.end);
    LEARNSQL_TRY(insert.BindAll(std::array{
        Value::Text(source_), Value::Text(slice.object), Value::Text(start),
        Value::Text(end), Value::Text(slice.name)}));
    LEARNSQL_TRY(insert.Run());
  }
  return transaction.Commit();
}

Result<SliceRecord> Ledger::Find(const Slice& slice) {
  LEARNSQL_TRY_SET(
      Statement find,
      connection_->Prepare("select " + std::string(kColumns) +
                           " from ls_slice where source = ? and object = ? "
                           "and slice_start = ?"));
  const std::string start = FormatUtc(slice.start);
  LEARNSQL_TRY(find.BindAll(std::array{
      Value::Text(source_), Value::Text(slice.object), Value::Text(start)}));
  LEARNSQL_TRY_SET(const bool row, find.Step());
  SliceRecord known{.slice = slice};
  if (row) known = ReadRow(find).known;
  if (known.cursor.empty()) {
    LEARNSQL_TRY_SET(known.cursor, CursorAt(slice));
  }
  return known;
}

Result<std::string> Ledger::CursorAt(const Slice& slice) {
  LEARNSQL_TRY_SET(
      Statement find,
      connection_->Prepare("select cursor from ls_slice where source = ? "
                           "and object = ? and slice_start < ? "
                           "and cursor is not null "
                           "order by slice_start desc limit 1"));
  const std::string start = FormatUtc(slice.start);
  LEARNSQL_TRY(find.BindAll(std::array{
      Value::Text(source_), Value::Text(slice.object), Value::Text(start)}));
  LEARNSQL_TRY_SET(const bool row, find.Step());
  return row ? std::string(find.text(0)) : std::string();
}

Result<std::vector<SliceRecord>> Ledger::Newest() {
  LEARNSQL_TRY_SET(
      Statement list,
      connection_->Prepare("select " + std::string(kColumns) +
                           " from ls_slice where source = ?1 and "
                           "(object, slice_start) in (select object, "
                           "max(slice_start) from ls_slice where source = ?1 "
                           "group by object) order by object"));
  LEARNSQL_TRY(list.Bind(1, Value::Text(source_)));
  LEARNSQL_TRY_SET(const std::vector<LedgerRow> rows, ReadRows(&list));
  std::vector<SliceRecord> newest;
  for (const LedgerRow& row : rows) newest.push_back(row.known);
  return newest;
}

Result<std::vector<LedgerRow>> Ledger::List(const Window& window) {
  LEARNSQL_TRY_SET(Statement list,
                   connection_->Prepare("select " + std::string(kColumns) +
                                        " from ls_slice where source = ?1 "
                                        "and (?2 is null or slice_end > ?2) "
                                        "and (?3 is null or slice_start < ?3) "
                                        "order by slice_start, object"));
  const std::string from = window.from ? FormatUtc(*window.from) : "";
  const std::string to = window.to ? FormatUtc(*window.to) : "";
  LEARNSQL_TRY(list.BindAll(std::array{
      Value::Text(source_), window.from ? Value::Text(from) : Value::Null(),
      window.to ? Value::Text(to) : Value::Null()}));
  return ReadRows(&list);
}

Result<std::vector<LedgerRow>> Ledger::ReadRows(Statement* list) {
  std::vector<LedgerRow> rows;
  while (true) {
    LEARNSQL_TRY_SET(const bool row, list->Step());
    if (!row) return rows;
    rows.push_back(ReadRow(*list));
  }
}

Result<std::vector<LedgerRow>> Ledger::LoadedBefore(const Slice& slice) {
  LEARNSQL_TRY_SET(
      Statement list,
      connection_->Prepare("select " + std::string(kColumns) +
                           " from ls_slice where source = ? and object = ? "
                           "and slice_start < ? and load_id is not null "
                           "order by slice_start"));
  const std::string start = FormatUtc(slice.start);
  LEARNSQL_TRY(list.BindAll(std::array{
      Value::Text(source_), Value::Text(slice.object), Value::Text(start)}));
  return ReadRows(&list);
}

Result<bool> Ledger::HasLoadedAfter(const Slice& slice) {
  LEARNSQL_TRY_SET(
      const std::optional<int64_t> later,
      connection_->QueryInteger(
          "select 1 from ls_slice where source = ? and object = ? "
          "and slice_start > ? and load_id is not null limit 1",
          std::array{Value::Text(source_), Value::Text(slice.object),
                     Value::Text(FormatUtc(slice.start))}));
  return later.has_value();
}

Result<std::optional<int64_t>> Ledger::ResumeFrom(int64_t overlap) {
  LEARNSQL_TRY_SET(
      Statement ask,
      connection_->Prepare("select min(slice_start) filter (where state in "
                           "('expected', 'running', 'failed')), "
                           "max(slice_end) from ls_slice where source = ?"));
  LEARNSQL_TRY(ask.Bind(1, Value::Text(source_)));
  LEARNSQL_TRY(StatusOf(ask.Step()));
  const std::optional<int64_t> open = TimeIn(ask, 0);
  const std::optional<int64_t> end = TimeIn(ask, 1);
  if (!end) return std::optional<int64_t>();
  const int64_t recheck = *end - overlap;
  return std::optional<int64_t>(open ? std::min(*open, recheck) : recheck);
}

Result<std::optional<SliceRecord>> Ledger::FindLoad(int64_t load_id) {
  LEARNSQL_TRY_SET(
      Statement find,
      connection_->Prepare("select " + std::string(kColumns) +
                           " from ls_slice where source = ? and load_id = ?"));
  LEARNSQL_TRY(
      find.BindAll(std::array{Value::Text(source_), Value::Integer(load_id)}));
  LEARNSQL_TRY_SET(const bool row, find.Step());
  if (!row) return std::optional<SliceRecord>();
  return std::optional<SliceRecord>(ReadRow(find).known);
}

Result<std::vector<Ledger::UnknownField>> Ledger::UnknownFields(
    const Window& window) {
  LEARNSQL_TRY_SET(
      Statement list,
      connection_->Prepare(
          "select json_each.key, sum(json_each.value), count(*), name, "
          "min(slice_start) from ls_slice, json_each(unknown_fields) "
          "where source = ?1 and (?2 is null or slice_end > ?2) "
          "and (?3 is null or slice_start < ?3) "
          "group by json_each.key order by 2 desc, 1"));
  const std::string from = window.from ? FormatUtc(*window.from) : "";
  const std::string to = window.to ? FormatUtc(*window.to) : "";
  LEARNSQL_TRY(list.BindAll(std::array{
      Value::Text(source_), window.from ? Value::Text(from) : Value::Null(),
      window.to ? Value::Text(to) : Value::Null()}));
  std::vector<UnknownField> fields;
  while (true) {
    LEARNSQL_TRY_SET(const bool row, list.Step());
    if (!row) return fields;
    fields.push_back({std::string(list.text(0)), CountIn(list, 1),
                      CountIn(list, 2), std::string(list.text(3))});
  }
}

Status Ledger::MarkRunning(const Slice& slice, int64_t now) {
  return connection_->Execute(
      "update ls_slice set state = 'running', attempts = attempts + 1, "
      "started_at = ? where source = ? and object = ? and slice_start = ?",
      std::array{Value::Text(FormatUtc(now)), Value::Text(source_),
                 Value::Text(slice.object),
                 Value::Text(FormatUtc(slice.start))});
}

Status Ledger::MarkAbsent(const Slice& slice, SliceState state, int64_t now,
                          const std::string& warning) {
  return connection_->Execute(
      "update ls_slice set state = ?, attempts = attempts + 1, error = null, "
      "warning = coalesce(nullif(?, ''), case when load_id is not null then "
      "warning end), checked_at = ? "
      "where source = ? and object = ? and slice_start = ?",
      std::array{Value::Text(NameOf(state)), Value::Text(warning),
                 Value::Text(FormatUtc(now)), Value::Text(source_),
                 Value::Text(slice.object),
                 Value::Text(FormatUtc(slice.start))});
}

Status Ledger::MarkUnchanged(const Slice& slice, const Landed& landed,
                             int64_t now) {
  return connection_->Execute(
      "update ls_slice set checked_at = ?, error = null, "
      "etag = coalesce(nullif(?, ''), etag), "
      "cursor = coalesce(nullif(?, ''), cursor), state = case "
      "when load_id is null or rows_loaded = 0 then 'empty' "
      "else 'loaded' end where source = ? and object = ? and slice_start = ?",
      std::array{Value::Text(FormatUtc(now)), Value::Text(landed.etag),
                 Value::Text(landed.cursor), Value::Text(source_),
                 Value::Text(slice.object),
                 Value::Text(FormatUtc(slice.start))});
}

Status Ledger::MarkFailed(const Slice& slice, const std::string& error,
                          int64_t now) {
  return connection_->Execute(
      "update ls_slice set error = ?, checked_at = case "
      "when load_id is null and state <> 'source_gone' then ? "
      "else checked_at end, state = case "
      "when load_id is null and state = 'source_gone' then state "
      "when load_id is null then 'failed' when rows_loaded = 0 then 'empty' "
      "else 'loaded' end "
      "where source = ? and object = ? and slice_start = ?",
      std::array{Value::Text(error), Value::Text(FormatUtc(now)),
                 Value::Text(source_), Value::Text(slice.object),
                 Value::Text(FormatUtc(slice.start))});
}

Status Ledger::MarkReplaced(const Slice& slice) {
  return connection_->Execute(
      "update ls_slice set load_id = null "
      "where source = ? and object = ? and slice_start = ?",
      std::array{Value::Text(source_), Value::Text(slice.object),
                 Value::Text(FormatUtc(slice.start))});
}

Status Ledger::MarkLoaded(const Slice& slice, int64_t load_id,
                          const Landed& landed, const LoadCounts& counts,
                          int64_t now) {
  const std::string unknown = UnknownAsJson(counts.unknown_fields);
  const std::string& warning =
      counts.stream.warning.empty() ? landed.warning : counts.stream.warning;
  const std::string now_text = FormatUtc(now);
  const std::string start = FormatUtc(slice.start);
  const std::string source_at =
      landed.source_at ? FormatUtc(*landed.source_at) : "";
  return connection_->Execute(
      "update ls_slice set state = ?, load_id = ?, rows_read = ?, "
      "rows_loaded = ?, rows_duplicate = ?, rows_conflict = ?, "
      "rows_rejected = ?, bytes_fetched = ?, bytes_decoded = ?, "
      "sha256 = nullif(?, ''), etag = nullif(?, ''), "
      "source_at = nullif(?, ''), unknown_fields = nullif(?, ''), "
      "warning = nullif(?, ''), cursor = nullif(?, ''), error = null, "
      "checked_at = ?, loaded_at = ? "
      "where source = ? and object = ? and slice_start = ?",
      std::array{Value::Text(counts.rows_loaded == 0 ? "empty" : "loaded"),
                 Value::Integer(load_id),
                 Count(counts.rows_read),
                 Count(counts.rows_loaded),
                 Count(counts.rows_duplicate),
                 Count(counts.rows_conflict),
                 Count(counts.rows_rejected),
                 Count(landed.bytes),
                 Count(counts.stream.bytes_decoded),
                 Value::Text(landed.sha256),
                 Value::Text(landed.etag),
                 Value::Text(source_at),
                 Value::Text(unknown),
                 Value::Text(warning),
                 Value::Text(landed.cursor),
                 Value::Text(now_text),
                 Value::Text(now_text),
                 Value::Text(source_),
                 Value::Text(slice.object),
                 Value::Text(start)});
}

Status Ledger::RecoverInterrupted() {
  return connection_->Execute(
      "update ls_slice set error = 'interrupted', state = case "
      "when load_id is null then 'failed' when rows_loaded = 0 then 'empty' "
      "else 'loaded' end where source = ? and state = 'running'",
      std::array{Value::Text(source_)});
}

}  // namespace learnsql
