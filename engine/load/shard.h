#pragma once

#include <string>
#include <vector>

#include "engine/base/status.h"
#include "engine/load/raw_contract.h"
#include "engine/load/slice_load.h"
#include "engine/store/connection.h"

namespace learnsql {

// What shards of one source's loads are made from: the warehouse's own
// statements, since SQLite copies rows as they lie only between equal tables.
struct ShardTables {
  std::string rejects;           // `create table ls_reject`
  std::vector<std::string> raw;  // `create table` of each raw table
  // Whether rows can be written without statements. They are judged by their
  // tables' checks afterwards.
  bool direct = false;
  std::vector<std::string> checks;  // "select 1 ...": a row for a broken check

  // Errors: kNotFound when the warehouse lacks a table of the contract.
  static Result<ShardTables> Of(Connection* warehouse,
                                const RawContract& contract);
};

// The conditions of a `create table`'s checks, without their parentheses.
std::vector<std::string> ChecksOf(std::string_view create_table);

// Temporary SQLite files beside the warehouse that take the rows of one load,
// so that several loads can go on at once and each reaches the warehouse by one
// statement a table. They have no journal: whatever goes wrong, they are thrown
// away.
//
// Threads:  one thread at a time; moves freely.
// Lifetime: the files go with the object.
class Shard {
 public:
  // Names the files that a load of the warehouse uses; nothing is made yet.
  Shard(const std::string& warehouse, int64_t load_id);
  Shard(Shard&& other) noexcept;
  Shard& operator=(Shard&&) = delete;
  ~Shard();

  // Makes the files anew and reads the slice into them; once more, row by row,
  // when a row breaks a check.
  Result<LoadedRows> Load(const ShardTables& tables, SliceLoad load);

  // Makes the files schemas of the warehouse's connection for a while.
  // REQUIRES: no transaction is open.
  Status Attach(Connection* warehouse) const;
  Status Detach(Connection* warehouse) const;
  std::string_view rows_schema() const {
    return has_rows_file_ ? "shard_rows" : kRejects;
  }

  // Copies the rejects, or the rows of a raw table, into the warehouse's.
  // REQUIRES: the files are attached.
  // Errors: of the store. SQLite's place is the warehouse, whichever file was
  // at fault; the message names the shard's.
  Status CopyRejects(Connection* warehouse) const;
  Status CopyRows(Connection* warehouse, const std::string& table) const;

  // Removes the shards that killed processes left beside the warehouse.
  // REQUIRES: the writer's lock is held.
  static Status RemoveLeftOver(const std::string& warehouse);

 private:
  static constexpr std::string_view kRejects = "shard";

  Result<LoadedRows> LoadByStatements(const ShardTables& tables,
                                      const SliceLoad& load);
  Result<LoadedRows> LoadDirectly(const ShardTables& tables, SliceLoad load);
  Result<Connection> Make() const;
  std::string rows_path() const { return path_ + "-rows"; }

  std::string path_;            // empty: moved from
  bool has_rows_file_ = false;  // else the rows are with the rejects
};

}  // namespace learnsql
