#pragma once

#include <cstdint>
#include <span>
#include <string>
#include <string_view>

#include "engine/base/status.h"
#include "engine/store/connection.h"

namespace learnsql {

// Where a record began in the decoded stream of its slice.
struct RecordPlace {
  uint64_t byte = 0;  // counted from 0
  uint64_t line = 1;  // counted from 1
};

// A record that could not be read or that breaks a rule.
struct RejectedRecord {
  RecordPlace place;
  std::string_view reason;  // a short code: "bad_json", "too_long"
  std::string_view detail;  // what was wrong with it, for people
  std::string_view column;  // the column whose rule it breaks, if one does
  std::string_view bytes;   // the record, or as much of its start as is held
  uint64_t length = 0;      // of the whole record, in bytes
  std::string sha256;       // of the whole record, hex
};

// What a reader of a slice saw of its bytes. Every decoded byte belongs to a
// record (kept or rejected) or to what lies between records; the slice fails
// when the sums differ.
struct StreamTotals {
  uint64_t bytes_decoded = 0;
  uint64_t bytes_in_records = 0;
  uint64_t bytes_rejected = 0;
  uint64_t bytes_between = 0;  // separators, white space, runs of NUL
  uint64_t records = 0;        // read, kept and rejected together
  // What is odd about the file as a whole, for people; empty: nothing.
  std::string warning = {};
};

// Where a connector puts what it reads of one slice. The rows stay or go
// together: nothing of a slice is seen before its reader returned OK.
//
// Threads:  one thread at a time.
// Lifetime: borrows every view only until the call returns.
class RowSink {
 public:
  virtual ~RowSink() = default;

  // Makes ready for rows of `table`, a raw table of the source's contract, with
  // values for `columns` in this order; the others become NULL. Returns the
  // number by which Add knows it.
  // Errors: kInvalid when the contract has no such table or column, or demands
  // a column that is not named.
  virtual Result<int> Open(std::string_view table,
                           std::span<const std::string_view> columns) = 0;

  // Takes the row made from one record. A row that breaks the contract (a type,
  // a null) is kept as a reject instead, and one whose key and whose `record`
  // bytes were seen in this slice is counted as a duplicate. Returns whether
  // the row is in.
  // Errors: of the store only; the slice is lost.
  virtual Result<bool> Add(int table, const RecordPlace& place,
                           std::string_view record,
                           std::span<const Value> values) = 0;

  // Takes a row that is made from a part of a record, or from several records:
  // it stands beside those of Add and is not counted as a record.
  // Errors: of the store; kInvalid when the row breaks the contract.
  virtual Status AddBeside(int table, const RecordPlace& place,
                           std::span<const Value> values) = 0;

  virtual Status Reject(const RejectedRecord& record) = 0;

  // Counts a field that the contract does not know, by its path
  // ("payload.sponsorship").
  virtual void CountUnknown(std::string_view path) = 0;

  // Said once, when the stream is at its end.
  virtual void Account(const StreamTotals& totals) = 0;
};

}  // namespace learnsql
