#pragma once

#include <cstdint>
#include <functional>
#include <string>

#include "engine/base/status.h"
#include "engine/store/connection.h"

namespace learnsql {

// What SQLite lets its user hook into, for libraries that must not see its
// header.

// What a statement wants to do; the numbers are those of SQLite's authorizer.
enum class SqlAction : int {
  kCreateTempIndex = 3,
  kCreateTempTable = 4,
  kCreateTempTrigger = 5,
  kCreateTempView = 6,
  kDropTempIndex = 12,
  kDropTempTable = 13,
  kDropTempTrigger = 14,
  kDropTempView = 15,
  kPragma = 19,
  kRead = 20,
  kSelect = 21,
  kTransaction = 22,
  kUpdate = 23,
  kAttach = 24,
  kDetach = 25,
  kAlterTable = 26,
  kFunction = 31,
  kSavepoint = 32,
  kRecursive = 33,
};

// One thing that a statement wants to do, as SQLite tells it while it prepares
// the statement. What the names mean depends on the action: of a read, the
// table and its column; of a function, nothing and its name.
//
// Lifetime: until the judge returns. The names may be null.
struct SqlRequest {
  SqlAction action;
  const char* first;
  const char* second;
  const char* database;
  const char* cause;  // the view or trigger that it comes from
};

// Asks a judge about everything that is prepared while it stands; a request
// that is refused fails the statement.
//
// Threads:  those of the connection, which can have one at a time.
// Lifetime: borrows the connection.
class Authorizer {
 public:
  using Judge = std::function<bool(const SqlRequest& request)>;

  Authorizer(Connection* connection, Judge judge);
  Authorizer(const Authorizer&) = delete;
  Authorizer& operator=(const Authorizer&) = delete;
  ~Authorizer();

 private:
  static int Ask(void* self, int action, const char* first, const char* second,
                 const char* database, const char* cause);

  Connection* connection_;
  Judge judge_;
};

// Calls a function every some steps of SQLite's virtual machine; true from it
// ends the running statement with kCancelled. While it stands it takes the
// place of the look at Connection::Options::cancel.
//
// Threads:  those of the connection, which can have one at a time.
// Lifetime: borrows the connection.
class StepHook {
 public:
  using Look = std::function<bool()>;

  StepHook(Connection* connection, int steps, Look look);
  StepHook(const StepHook&) = delete;
  StepHook& operator=(const StepHook&) = delete;
  ~StepHook();

 private:
  static int OnSteps(void* self);

  Connection* connection_;
  Look look_;
};

// Whether `text` ends with a whole statement, as a prompt must know.
bool EndsStatement(const std::string& text);

// Rows changed since the connection was opened, by triggers too.
int64_t TotalChanges(const Connection& connection);

// `explain query plan ...`
bool IsQueryPlan(const Statement& statement);

// Steps forward in scans of whole tables that the statement has made.
int64_t FullScanSteps(const Statement& statement);

// What a statement has cost so far, and what its connection's page cache did
// since it was last asked.
struct StatementCost {
  int64_t scanned_rows = 0;  // steps forward in scans of whole tables
  int64_t sorts = 0;
  int64_t indexed_rows = 0;   // put into indexes made for this run alone
  int64_t machine_steps = 0;  // of SQLite's virtual machine
  int64_t cached_pages = 0;   // found in the cache
  int64_t read_pages = 0;     // asked of the file
};

// Begins to count the pages anew.
void ForgetPages(Connection* connection);
StatementCost CostOf(const Connection& connection, const Statement& statement);

// Whether it changes nothing in any database.
bool OnlyReads(const Statement& statement);

// Of SQLite in this process: sorting and grouping without end must fail before
// the machine does, and a sort in memory is deaf to Ctrl-C while it lasts.
inline constexpr int64_t kStrangerHeapMib = 256;

// Holds a connection, and the memory of the whole process, to what statements
// of strangers may use.
void LimitForStrangers(Connection* connection);

// Spares SQLite the lock under which it counts each allocation, 7 % of the
// instructions of a lint. REQUIRES: no connection was opened yet, and none will
// be limited for strangers, which takes the count.
void LeaveMemoryUncounted();

// Empties the write-ahead log if no reader needs it. False when one does.
// Waits for nobody.
Result<bool> TruncateLog(Connection* connection);

}  // namespace learnsql
