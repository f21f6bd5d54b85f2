#pragma once

#include <cstddef>
#include <cstdint>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "engine/base/status.h"
#include "engine/store/connection.h"

namespace learnsql {

// Inserts rows into one table, several with one statement.
//
// Threads:  that of its connection.
// Lifetime: borrows the connection.
class BulkInsert {
 public:
  // `rows_at_once` is the number of rows of a statement: measured on Debian's
  // SQLite, 16 are 1.25 times as fast as one, 32 bring nothing more.
  // Errors: kInvalid when there is no such table or column.
  static Result<BulkInsert> Prepare(Connection* connection,
                                    std::string_view table,
                                    std::span<const std::string> columns,
                                    size_t rows_at_once);

  size_t rows_at_once() const { return rows_at_once_; }

  // Inserts whole rows that lie one behind the other: a value for each column.
  // Texts and blobs are not copied, and not looked at once it returned.
  // Errors: kConstraint when a row breaks a rule of the table: what stood
  // before it, in statements of rows_at_once, is in. Those of Statement::Step.
  Status Insert(std::span<const Value> values);

 private:
  // A statement, and which of its parameters are NULL already: most columns of
  // most rows are, and need not be bound again.
  struct Prepared {
    Statement statement;
    std::vector<bool> null;
  };

  BulkInsert(Prepared one, Prepared many, size_t width, size_t rows_at_once);

  static Status Run(std::span<const Value> values, Prepared* prepared);

  Prepared one_;
  Prepared many_;
  size_t width_;
  size_t rows_at_once_;
};

}  // namespace learnsql
