#include "engine/load/raw_writer.h"

#if defined(__x86_64__)
#include <xxh_x86dispatch.h>  // AVX2 and AVX-512 where there are any
#else
#include <xxhash.h>
#endif

#include <algorithm>
#include <array>
#include <cassert>
#include <cmath>
#include <cstring>

#include "engine/base/sha256.h"
#include "engine/base/suggest.h"
#include "engine/load/shard_rows.h"

namespace learnsql {
namespace {

// Rows of one insert statement. Measured on Debian's SQLite: 16 rows are 1.25
// times as fast as one, 32 bring nothing more.
constexpr size_t kBatchRows = 16;
constexpr size_t kRejectBytesKept = 4096;

constexpr std::array<std::string_view, 5> kTypeNames = {"null", "integer",
                                                        "real", "text", "blob"};

std::string_view TypeName(Value::Kind kind) {
  return kTypeNames[static_cast<size_t>(kind)];
}

// libxxhash 0.8.1 comes back from AVX without clearing the upper halves of the
// registers, and the processor takes 200 ns for the next instruction of SSE:
// as much as the hash itself. Code compiled for AVX has none, and may keep
// values in those halves.
void ClearUpperHalves() {
#if defined(__x86_64__) && !defined(__AVX__)
  if (__builtin_cpu_supports("avx")) __asm__ volatile("vzeroupper");
#endif
}

uint64_t HashBytes(const void* bytes, size_t size, uint64_t seed) {
  const uint64_t hash = XXH3_64bits_withSeed(bytes, size, seed);
  ClearUpperHalves();
  return hash;
}

uint64_t HashValue(const Value& value, uint64_t seed) {
  if (value.kind == Value::Kind::kText || value.kind == Value::Kind::kBlob) {
    return HashBytes(value.bytes.data(), value.bytes.size(), seed);
  }
  return HashBytes(&value.integer, sizeof(value.integer),
                   seed + static_cast<uint64_t>(value.kind));
}

}  // namespace

// One raw table of the load: which columns come, and the rows that wait.
class RawWriter::Table {
 public:
  // Every key column is among `columns`.
  Table(const RawTableContract* contract, std::vector<int> columns,
        const RawWriterOptions& options)
      : contract_(contract),
        columns_(std::move(columns)),
        rows_(options.rows),
        batch_rows_(options.row_by_row ? 1 : kBatchRows),
        seen_(options.seen_capacity) {
    waiting_.reserve((columns_.size() + 2) * batch_rows_);
    for (size_t i = 0; i < columns_.size(); ++i) {
      rules_.push_back({ColumnOf(i).type, ColumnOf(i).not_null});
      if (ColumnOf(i).type == Value::Kind::kReal && ColumnOf(i).not_null) {
        reals_.push_back(i);
      }
    }
    for (const std::string& column : contract->key) {
      const int index = contract->ColumnIndex(column);
      const auto at = std::find(columns_.begin(), columns_.end(), index);
      key_values_.push_back(static_cast<size_t>(at - columns_.begin()));
    }
  }

  const RawTableContract& contract() const { return *contract_; }
  SeenRecords& seen() { return seen_; }

  Status Prepare(Connection* connection) {
    if (rows_ != nullptr) return OpenRows();
    LEARNSQL_TRY_SET(Statement one, connection->Prepare(InsertSql(1)));
    LEARNSQL_TRY_SET(Statement many,
                     connection->Prepare(InsertSql(batch_rows_)));
    insert_one_ = std::make_unique<Statement>(std::move(one));
    insert_many_ = std::make_unique<Statement>(std::move(many));
    return {};
  }

  // The first column whose rule `values` breaks; -1 when the row is good.
  int BrokenColumn(std::span<const Value> values) const {
    assert(values.size() == columns_.size());
    for (size_t i = 0; i < values.size(); ++i) {
      const Rule& rule = rules_[i];
      const Value::Kind kind = values[i].kind;
      if (kind == rule.type) continue;
      if (kind == Value::Kind::kNull && !rule.not_null) continue;
      if (kind == Value::Kind::kInteger && rule.type == Value::Kind::kReal) {
        continue;
      }
      return static_cast<int>(i);
    }
    return -1;
  }

  // What is wrong with the value of a broken column.
  std::string Wrong(int broken, std::span<const Value> values) const {
    const RawColumn& column = ColumnOf(static_cast<size_t>(broken));
    const Value::Kind kind = values[static_cast<size_t>(broken)].kind;
    return column.name + " is " + std::string(TypeName(kind)) + ", not " +
           std::string(TypeName(column.type));
  }

  const RawColumn& ColumnOf(size_t value) const {
    return contract_->columns[static_cast<size_t>(columns_[value])];
  }

  uint64_t KeyHash(std::span<const Value> values) const {
    uint64_t hash = 0;
    for (const size_t at : key_values_) hash = HashValue(values[at], hash + 1);
    return hash;
  }
  bool has_key() const { return !key_values_.empty(); }

  // Copies a row behind those that wait.
  // Errors: kConstraint when it, or one that waited, breaks a check.
  Status Wait(int64_t row_id, const RecordPlace& place,
              std::span<const Value> values) {
    if (rows_ != nullptr) return AddToRows(row_id, place, values);
    waiting_.push_back(Value::Integer(row_id));
    waiting_.push_back(Value::Integer(static_cast<int64_t>(place.byte)));
    for (const Value& value : values) {
      waiting_.push_back(value);
      texts_.append(value.bytes);
    }
    if (++waiting_rows_ == batch_rows_) return Insert();
    // Long texts must not fill memory while they wait for company.
    return texts_.size() > kMaxWaitingBytes ? Flush() : Status();
  }

  // Inserts the rows that do not fill a batch.
  Status Flush() {
    if (waiting_rows_ == 0) return {};
    const size_t width = columns_.size() + 2;
    PlaceTexts();
    for (size_t row = 0; row < waiting_rows_; ++row) {
      const std::span<const Value> values(&waiting_[row * width], width);
      LEARNSQL_TRY(insert_one_->BindAll(values));
      LEARNSQL_TRY(insert_one_->Run());
    }
    Clear();
    return {};
  }

 private:
  static constexpr size_t kMaxWaitingBytes = 1 << 20;

  // What every value is held against.
  struct Rule {
    Value::Kind type;
    bool not_null;
  };

  Status OpenRows() {
    std::vector<std::string_view> columns = {"source_offset"};
    for (size_t i = 0; i < columns_.size(); ++i) {
      columns.push_back(ColumnOf(i).name);
    }
    LEARNSQL_TRY_SET(opened_, rows_->Open(contract_->name, columns));
    return {};
  }

  Status AddToRows(int64_t row_id, const RecordPlace& place,
                   std::span<const Value> values) {
    for (const size_t i : reals_) {
      // SQLite takes it for NULL, and knows what to say then.
      if (values[i].kind == Value::Kind::kReal && std::isnan(values[i].real)) {
        return Status(Code::kConstraint, ColumnOf(i).name + " is no number");
      }
    }
    return rows_->Add(opened_, row_id,
                      Value::Integer(static_cast<int64_t>(place.byte)), values);
  }

  std::string InsertSql(size_t rows) const {
    std::string sql =
        "insert into " + QuoteName(contract_->name) + " (row_id, source_offset";
    std::string row = "(?, ?";
    for (size_t i = 0; i < columns_.size(); ++i) {
      sql += ", " + QuoteName(ColumnOf(i).name);
      row += ", ?";
    }
    sql += ") values ";
    for (size_t i = 0; i < rows; ++i) sql += (i ? ", " : "") + row + ")";
    return sql;
  }

  // Makes the waiting texts point into the copy, which moves while it grows.
  void PlaceTexts() {
    const char* at = texts_.data();
    for (Value& value : waiting_) {
      const size_t size = value.bytes.size();
      if (value.bytes.data() != nullptr) value.bytes = {at, size};
      at += size;
    }
  }

  Status Insert() {
    PlaceTexts();
    const Status bound = insert_many_->BindAll(waiting_);
    const Status run = bound.ok() ? insert_many_->Run() : bound;
    Clear();
    return run;
  }

  void Clear() {
    waiting_.clear();
    texts_.clear();
    waiting_rows_ = 0;
  }

  const RawTableContract* contract_;
  std::vector<int> columns_;        // of the contract, in the caller's order
  std::vector<Rule> rules_;         // of columns_
  std::vector<size_t> reals_;       // those of them that are not null
  std::vector<size_t> key_values_;  // where the key stands in a row's values
  std::unique_ptr<Statement> insert_one_;
  std::unique_ptr<Statement> insert_many_;
  ShardRows* rows_;  // null: statements insert
  int opened_ = 0;   // its number for this table
  size_t batch_rows_;
  std::vector<Value> waiting_;
  std::string texts_;
  size_t waiting_rows_ = 0;
  SeenRecords seen_;
};

RawWriter::RawWriter(Connection* connection, const RawContract* contract,
                     int64_t load_id, RawWriterOptions options)
    : connection_(connection),
      contract_(contract),
      load_id_(load_id),
      options_(options) {}
RawWriter::~RawWriter() = default;

std::vector<const RawTableContract*> RawWriter::tables() const {
  std::vector<const RawTableContract*> tables;
  for (const std::unique_ptr<Table>& table : tables_) {
    const RawTableContract* contract = &table->contract();
    if (std::count(tables.begin(), tables.end(), contract) == 0) {
      tables.push_back(contract);
    }
  }
  return tables;
}

Result<const RawTableContract*> RawWriter::FindTable(
    std::string_view table) const {
  if (const RawTableContract* found = contract_->Find(table)) return found;
  std::vector<std::string> names;
  for (const RawTableContract& known : contract_->tables)
    names.push_back(known.name);
  return Status(Code::kInvalid,
                "the raw contract has no table '" + std::string(table) + "'" +
                    DidYouMean(table, names),
                {contract_->path});
}

// Whether the connector writes every column that must not be missing.
Status RawWriter::CheckWritten(
    const RawTableContract& contract,
    std::span<const std::string_view> columns) const {
  for (const RawColumn& column : contract.columns) {
    const bool key =
        std::count(contract.key.begin(), contract.key.end(), column.name) > 0;
    if ((!column.not_null && !key) || column.name == "row_id" ||
        column.name == "source_offset" ||
        std::count(columns.begin(), columns.end(), column.name) == 1) {
      continue;
    }
    return Status(Code::kInvalid,
                  "column '" + column.name + "' of " + contract.name +
                      (key ? " is in its key" : " is not null") +
                      ", and the connector does not write it",
                  {contract_->path, contract.line});
  }
  return {};
}

Result<int> RawWriter::Open(std::string_view table,
                            std::span<const std::string_view> columns) {
  LEARNSQL_TRY_SET(const RawTableContract* contract, FindTable(table));
  std::vector<int> indexes;
  for (const std::string_view column : columns) {
    indexes.push_back(contract->ColumnIndex(column));
    if (indexes.back() >= 0) continue;
    return Status(Code::kInvalid,
                  contract->name + " has no column '" + std::string(column) +
                      "', which the connector writes",
                  {contract_->path, contract->line});
  }
  LEARNSQL_TRY(CheckWritten(*contract, columns));
  auto opened = std::make_unique<Table>(contract, std::move(indexes), options_);
  LEARNSQL_TRY(opened->Prepare(connection_));
  tables_.push_back(std::move(opened));
  return static_cast<int>(tables_.size()) - 1;
}

Status RawWriter::CheckRoom() const {
  if (sequence_ >> kSequenceBits == 0) return {};
  return Status(Code::kInvalid, "a slice holds more than 2^28 rows");
}

Result<bool> RawWriter::Add(int table, const RecordPlace& place,
                            std::string_view record,
                            std::span<const Value> values) {
  assert(table >= 0 && static_cast<size_t>(table) < tables_.size());
  Table& target = *tables_[static_cast<size_t>(table)];
  ++counts_.rows_read;
  if (const int broken = target.BrokenColumn(values); broken >= 0) {
    const auto at = static_cast<size_t>(broken);
    LEARNSQL_TRY(RejectRow(
        place, record, values[at].is_null() ? "null_value" : "bad_type",
        target.Wrong(broken, values), target.ColumnOf(at).name));
    return false;
  }
  LEARNSQL_TRY(CheckRoom());
  if (target.has_key()) {
    const uint64_t key = target.KeyHash(values);
    target.seen().Prefetch(key);
    const uint64_t content = HashBytes(record.data(), record.size(), 0);
    LEARNSQL_TRY_SET(const SeenRecords::Verdict verdict,
                     target.seen().Add(key, content, sequence_));
    if (verdict == SeenRecords::Verdict::kDuplicate) {
      ++counts_.rows_duplicate;
      return false;
    }
    if (verdict == SeenRecords::Verdict::kConflict) ++counts_.rows_conflict;
  }
  const Status inserted = target.Wait(NextRowId(), place, values);
  if (inserted.code() == Code::kConstraint && options_.row_by_row) {
    LEARNSQL_TRY(
        RejectRow(place, record, "broken_rule", inserted.message(), ""));
    return false;
  }
  LEARNSQL_TRY(inserted);
  ++counts_.rows_loaded;
  return true;
}

Status RawWriter::AddBeside(int table, const RecordPlace& place,
                            std::span<const Value> values) {
  assert(table >= 0 && static_cast<size_t>(table) < tables_.size());
  Table& target = *tables_[static_cast<size_t>(table)];
  if (const int broken = target.BrokenColumn(values); broken >= 0) {
    return Status(Code::kInvalid,
                  target.contract().name + ": " + target.Wrong(broken, values));
  }
  LEARNSQL_TRY(CheckRoom());
  return target.Wait(NextRowId(), place, values);
}

Status RawWriter::RejectRow(const RecordPlace& place, std::string_view record,
                            std::string_view reason, const std::string& detail,
                            std::string_view column) {
  --counts_.rows_read;  // Reject counts it
  return Reject({.place = place,
                 .reason = reason,
                 .detail = detail,
                 .column = column,
                 .bytes = record,
                 .length = record.size(),
                 .sha256 = Sha256::HexOf(record)});
}

Status RawWriter::Reject(const RejectedRecord& record) {
  ++counts_.rows_read;
  ++counts_.rows_rejected;
  if (insert_reject_ == nullptr) {
    LEARNSQL_TRY_SET(
        Statement insert,
        connection_->Prepare("insert into ls_reject (load_id, sequence, line, "
                             "byte_offset, reason, detail, column_name, raw, "
                             "length, sha256) values (?, ?, ?, ?, ?, ?, "
                             "nullif(?, ''), ?, ?, ?)"));
    insert_reject_ = std::make_unique<Statement>(std::move(insert));
  }
  LEARNSQL_TRY(insert_reject_->BindAll(
      std::array{Value::Integer(load_id_),
                 Value::Integer(static_cast<int64_t>(counts_.rows_rejected)),
                 Value::Integer(static_cast<int64_t>(record.place.line)),
                 Value::Integer(static_cast<int64_t>(record.place.byte)),
                 Value::Text(record.reason), Value::Text(record.detail),
                 Value::Text(record.column),
                 Value::Blob(record.bytes.substr(0, kRejectBytesKept)),
                 Value::Integer(static_cast<int64_t>(record.length)),
                 Value::Text(record.sha256)}));
  return insert_reject_->Run();
}

void RawWriter::CountUnknown(std::string_view path) {
  // Field names come from outside: many different ones must not fill memory.
  constexpr size_t kMaxPaths = 1000;
  const std::string key(path);
  const auto at = counts_.unknown_fields.find(key);
  if (at != counts_.unknown_fields.end()) {
    ++at->second;
  } else if (counts_.unknown_fields.size() < kMaxPaths) {
    counts_.unknown_fields.emplace(key, 1);
  } else {
    ++counts_.unknown_fields["(further fields)"];
  }
}

void RawWriter::Account(const StreamTotals& totals) {
  counts_.stream = totals;
  accounted_ = true;
}

Status RawWriter::Finish() {
  for (const std::unique_ptr<Table>& table : tables_) {
    LEARNSQL_TRY(table->Flush());
  }
  if (options_.rows != nullptr) LEARNSQL_TRY(options_.rows->Finish());
  for (const std::unique_ptr<Table>& table : tables_) {
    LEARNSQL_TRY(RemoveLate(table.get()));
  }
  return CheckTotals();
}

// Takes out the copies that were not seen as such when they came.
Status RawWriter::RemoveLate(Table* table) {
  LEARNSQL_TRY_SET(const SeenRecords::Late late, table->seen().Finish());
  counts_.rows_conflict += late.conflicts;
  if (late.duplicates.empty()) return {};
  if (options_.rows != nullptr) {
    for (const uint32_t sequence : late.duplicates) {
      late_rows_.push_back(
          {&table->contract(), load_id_ << kSequenceBits | sequence});
    }
    counts_.rows_duplicate += late.duplicates.size();
    counts_.rows_loaded -= late.duplicates.size();
    return {};
  }
  LEARNSQL_TRY_SET(
      Statement remove,
      connection_->Prepare("delete from " + QuoteName(table->contract().name) +
                           " where row_id = ?"));
  for (const uint32_t sequence : late.duplicates) {
    LEARNSQL_TRY(
        remove.Bind(1, Value::Integer(load_id_ << kSequenceBits | sequence)));
    LEARNSQL_TRY(remove.Run());
    // A copy that broke a check is not there, and counted as a reject.
    if (connection_->changes() == 0) continue;
    ++counts_.rows_duplicate;
    --counts_.rows_loaded;
  }
  return {};
}

Status RawWriter::CheckTotals() const {
  const StreamTotals& stream = counts_.stream;
  if (!accounted_ || stream.records != counts_.rows_read ||
      counts_.rows_read != counts_.rows_loaded + counts_.rows_duplicate +
                               counts_.rows_rejected) {
    return Status(Code::kCorrupt,
                  "rows do not add up: " + std::to_string(stream.records) +
                      " records read, " + std::to_string(counts_.rows_loaded) +
                      " loaded, " + std::to_string(counts_.rows_duplicate) +
                      " duplicate, " + std::to_string(counts_.rows_rejected) +
                      " rejected");
  }
  if (stream.bytes_decoded !=
      stream.bytes_in_records + stream.bytes_rejected + stream.bytes_between) {
    return Status(
        Code::kCorrupt,
        "bytes do not add up: " + std::to_string(stream.bytes_decoded) +
            " decoded, " + std::to_string(stream.bytes_in_records) +
            " in records, " + std::to_string(stream.bytes_rejected) +
            " rejected, " + std::to_string(stream.bytes_between) + " between");
  }
  return {};
}

}  // namespace learnsql
