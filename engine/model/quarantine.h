#pragma once

#include <cstdint>
#include <string>

#include "engine/base/status.h"
#include "engine/model/model.h"

namespace learnsql {

class Connection;

// Rows whose parent is missing and that wait for it in ls_failure, as
// `-- on orphan COLUMN: quarantine` asks. They are kept value by value, so that
// a late parent lets them in again.
//
// Lifetime: borrows the connection. Memory: one row.
class Quarantine {
 public:
  Quarantine(Connection* connection, int64_t run_id, std::string now)
      : connection_(connection), run_id_(run_id), now_(std::move(now)) {}

  // Puts all waiting rows of the model back into its table, unless a row with
  // their key is there, and their keys into ls_touched__MODEL.
  // Returns how many wait.
  Result<int64_t> PutBack(const Model& model);

  // Moves the orphans of `key` among `child` (see OrphansSql) out of the table.
  // Returns how many.
  Result<int64_t> HoldBack(const Model& model, const ForeignKey& key,
                           const std::string& child);

  // Closes what this run did not hold back again: released when its key is in
  // the table, gone otherwise. Returns how many were released.
  Result<int64_t> Close(const Model& model);

 private:
  Result<int64_t> WriteOrphans(const Model& model, const ForeignKey& key);

  Connection* connection_;
  int64_t run_id_;
  std::string now_;
};

}  // namespace learnsql
