#pragma once

#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "engine/load/ledger.h"
#include "engine/load/raw_contract.h"
#include "engine/load/row_sink.h"
#include "engine/load/seen_records.h"
#include "engine/store/connection.h"

namespace learnsql {

class ShardRows;

struct RawWriterOptions {
  // A statement a row, slower by a quarter: a row that breaks a check of its
  // table becomes a reject. Without it, such a row ends the load with
  // kConstraint, and the load can be done again with it.
  bool row_by_row = false;
  // Where the rows go instead of into the connection's tables, whose checks
  // are not judged then; borrowed. Not with row_by_row.
  ShardRows* rows = nullptr;
  size_t seen_capacity = SeenRecords::kDefaultCapacity;
};

// A row that is to be removed.
struct LateRow {
  const RawTableContract* table;
  int64_t row_id;
};

// The RowSink of one load: checks rows against the raw contract, drops copies,
// and inserts the rest with row_id = load_id << 28 | sequence, many rows a
// statement.
//
// Threads:  one thread at a time, that of its connection.
// Lifetime: borrows connection and contract.
// Memory:   a batch of rows and SeenRecords, whatever the slice's size.
class RawWriter final : public RowSink {
 public:
  static constexpr int kSequenceBits = 28;  // of a row_id; rows a load may have

  // REQUIRES: until Finish returned, a transaction is open on `connection`, or
  // the file is thrown away when anything fails.
  RawWriter(Connection* connection, const RawContract* contract,
            int64_t load_id, RawWriterOptions options = {});
  ~RawWriter() override;

  Result<int> Open(std::string_view table,
                   std::span<const std::string_view> columns) override;
  Result<bool> Add(int table, const RecordPlace& place, std::string_view record,
                   std::span<const Value> values) override;
  Status AddBeside(int table, const RecordPlace& place,
                   std::span<const Value> values) override;
  Status Reject(const RejectedRecord& record) override;
  void CountUnknown(std::string_view path) override;
  void Account(const StreamTotals& totals) override;

  // Inserts what waits, finishes the files of rows, takes out late copies, and
  // checks that every record and every byte is accounted for.
  // Errors: kCorrupt when they are not; store errors.
  Status Finish();

  const LoadCounts& counts() const { return counts_; }

  // Copies that were found at the end, in files of rows that may be out of
  // reach by now: whoever copies them takes these out, which are not counted as
  // loaded.
  const std::vector<LateRow>& late_rows() const { return late_rows_; }

  // The tables that were opened, each once.
  std::vector<const RawTableContract*> tables() const;

 private:
  class Table;

  Result<const RawTableContract*> FindTable(std::string_view table) const;
  Status CheckWritten(const RawTableContract& contract,
                      std::span<const std::string_view> columns) const;
  Status CheckRoom() const;
  int64_t NextRowId() { return load_id_ << kSequenceBits | sequence_++; }
  Status RemoveLate(Table* table);

  Status RejectRow(const RecordPlace& place, std::string_view record,
                   std::string_view reason, const std::string& detail,
                   std::string_view column);
  Status CheckTotals() const;

  Connection* connection_;
  const RawContract* contract_;
  int64_t load_id_;
  RawWriterOptions options_;
  uint32_t sequence_ = 0;  // rows given a row_id
  std::vector<std::unique_ptr<Table>> tables_;
  std::unique_ptr<Statement> insert_reject_;
  std::vector<LateRow> late_rows_;
  LoadCounts counts_;
  bool accounted_ = false;
};

}  // namespace learnsql
