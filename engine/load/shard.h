#pragma once

#include <string>
#include <vector>

#include "engine/base/status.h"
#include "engine/load/raw_contract.h"
#include "engine/load/slice_load.h"
#include "engine/store/connection.h"

namespace learnsql {

// A temporary SQLite file beside the warehouse that takes the rows of one load,
// so that several loads can go on at once and each reaches the warehouse by one
// statement a table. It has no journal: whatever goes wrong, it is thrown away.
//
// Threads:  one thread at a time; moves freely.
// Lifetime: the file goes with the object.
class Shard {
 public:
  // What a shard's tables are made from: the warehouse's own statements, since
  // SQLite copies rows as they lie only between equal tables.
  //
  // Errors: kNotFound when the warehouse lacks a table of the contract.
  static Result<std::vector<std::string>> TableStatements(
      Connection* warehouse, const RawContract& contract);

  // Names the file that a load of the warehouse uses; nothing is made yet.
  Shard(const std::string& warehouse, int64_t load_id);
  Shard(Shard&& other) noexcept;
  Shard& operator=(Shard&&) = delete;
  ~Shard();

  // Makes the file anew and reads the slice into it; once more, row by row,
  // when a row breaks a check.
  Result<LoadedRows> Load(const std::vector<std::string>& statements,
                          SliceLoad load);

  // Makes the file a schema of that name on `warehouse` for a while.
  // REQUIRES: no transaction is open.
  Status Attach(Connection* warehouse, std::string_view schema) const;
  static Status Detach(Connection* warehouse, std::string_view schema);

  // Removes the shards that killed processes left beside the warehouse.
  // REQUIRES: the writer's lock is held.
  static Status RemoveLeftOver(const std::string& warehouse);

 private:
  Result<LoadedRows> LoadOnce(const std::vector<std::string>& statements,
                              const SliceLoad& load);

  std::string path_;  // empty: moved from
};

}  // namespace learnsql
