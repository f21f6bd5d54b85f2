#pragma once

#include <deque>
#include <mutex>
#include <optional>
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
  struct Table {
    std::string name;
    std::string broken;  // true for a row that breaks a check; empty: none can
  };

  std::string rejects;                  // `create table ls_reject`
  std::vector<std::string> statements;  // `create table` of each raw table
  std::vector<Table> raw;
  // Whether rows can be written without statements. They are judged by their
  // tables' checks when they are copied.
  bool direct = false;

  // Errors: kNotFound when the warehouse lacks a table of the contract.
  static Result<ShardTables> Of(Connection* warehouse,
                                const RawContract& contract);
};

// The conditions of a `create table`'s checks, without their parentheses.
std::vector<std::string> ChecksOf(std::string_view create_table);

// Temporary SQLite files beside the warehouse that take the rows of one load,
// so that several loads can go on at once, each reaches the warehouse by a few
// statements, and the rows of a large one are copied while it goes on. They
// have no journal: whatever goes wrong, they are thrown away.
//
// Threads:  one loads, another may take parts.
// Lifetime: the files go with the object.
class Shard {
 public:
  // Names the files that a load of the warehouse uses; nothing is made yet.
  Shard(const std::string& warehouse, int64_t load_id);
  Shard(const Shard&) = delete;
  Shard& operator=(const Shard&) = delete;
  ~Shard();

  // Makes the files anew and reads the slice into them.
  // Errors: as LoadSlice; kConstraint also when a value cannot be stored.
  Result<LoadedRows> Load(const ShardTables& tables, SliceLoad load);

  // Load once more, where a row that breaks a check becomes a reject.
  // REQUIRES: Clear was called.
  Result<LoadedRows> LoadRowByRow(const ShardTables& tables, SliceLoad load);

  // Lets go of what was loaded.
  // REQUIRES: no thread loads, no file is attached.
  void Clear();

  // The next file with rows that is finished; nothing when there is none yet.
  std::optional<std::string> NextPart() const;
  // REQUIRES: there is a next part.
  void PartDone();

  const std::string& rejects_path() const { return path_; }

  // Removes the shards that killed processes left beside the warehouse.
  // REQUIRES: the writer's lock is held.
  static Status RemoveLeftOver(const std::string& warehouse);

 private:
  Result<LoadedRows> LoadDirectly(const ShardTables& tables, SliceLoad load);
  Result<LoadedRows> LoadByStatements(const ShardTables& tables,
                                      const SliceLoad& load);
  Result<Connection> Make() const;
  void AddPart(const std::string& path);

  std::string path_;
  std::string rows_path_;
  mutable std::mutex mutex_;
  std::deque<std::string> parts_;  // finished, not done
};

// Brings the rows of a shard into the warehouse, in one transaction.
//
// Threads:  that of the connection.
// Lifetime: what was not committed is undone at the end; borrows all three.
class ShardCopy {
 public:
  ShardCopy(Connection* warehouse, Shard* shard, const ShardTables& tables)
      : warehouse_(warehouse), shard_(shard), tables_(tables) {}
  ShardCopy(const ShardCopy&) = delete;
  ShardCopy& operator=(const ShardCopy&) = delete;
  ~ShardCopy() { (void)Undo(); }

  // Copies the rows of the parts that are finished by now; may be called again
  // and again while the shard is written.
  // Errors: kConstraint when a row breaks a check; of the store. SQLite's place
  // is the warehouse, whichever file was at fault; the message names the
  // shard's.
  Status CopyRows();
  Status CopyRejects();

  // What was copied is there for good, and the files are let go.
  Status Commit();
  // As if nothing had been copied.
  Status Undo();

 private:
  Status Begin();
  Status CopyPart(const std::string& path);
  Status Attach(const std::string& path, const std::string& schema);
  Status Detach();

  Connection* warehouse_;
  Shard* shard_;
  const ShardTables& tables_;
  std::optional<Transaction> transaction_;
  std::vector<std::string> schemas_;  // attached
};

}  // namespace learnsql
