#include "engine/store/hooks.h"

#include <sqlite3.h>

#include <utility>

namespace learnsql {
namespace {

static_assert(static_cast<int>(SqlAction::kCreateTempView) ==
              SQLITE_CREATE_TEMP_VIEW);
static_assert(static_cast<int>(SqlAction::kDropTempView) ==
              SQLITE_DROP_TEMP_VIEW);
static_assert(static_cast<int>(SqlAction::kPragma) == SQLITE_PRAGMA);
static_assert(static_cast<int>(SqlAction::kRead) == SQLITE_READ);
static_assert(static_cast<int>(SqlAction::kUpdate) == SQLITE_UPDATE);
static_assert(static_cast<int>(SqlAction::kAlterTable) == SQLITE_ALTER_TABLE);
static_assert(static_cast<int>(SqlAction::kFunction) == SQLITE_FUNCTION);
static_assert(static_cast<int>(SqlAction::kRecursive) == SQLITE_RECURSIVE);

struct Limit {
  int id;
  int value;
};

// An honest query of people stays far below each.
constexpr Limit kStrangerLimits[] = {
    {SQLITE_LIMIT_ATTACHED, 0},
    {SQLITE_LIMIT_LENGTH, 16 << 20},     // bytes of a value or a row
    {SQLITE_LIMIT_SQL_LENGTH, 1 << 20},  // bytes of a statement
    {SQLITE_LIMIT_EXPR_DEPTH, 200},
    {SQLITE_LIMIT_COMPOUND_SELECT, 50},
    {SQLITE_LIMIT_LIKE_PATTERN_LENGTH, 1000},
    {SQLITE_LIMIT_TRIGGER_DEPTH, 10},
    {SQLITE_LIMIT_VARIABLE_NUMBER, 1000},
};

}  // namespace

Authorizer::Authorizer(Connection* connection, Judge judge)
    : connection_(connection), judge_(std::move(judge)) {
  sqlite3_set_authorizer(connection_->handle(), Ask, this);
}

Authorizer::~Authorizer() {
  sqlite3_set_authorizer(connection_->handle(), nullptr, nullptr);
}

int Authorizer::Ask(void* self, int action, const char* first,
                    const char* second, const char* database,
                    const char* cause) {
  const SqlRequest request{static_cast<SqlAction>(action), first, second,
                           database, cause};
  return static_cast<Authorizer*>(self)->judge_(request) ? SQLITE_OK
                                                         : SQLITE_DENY;
}

StepHook::StepHook(Connection* connection, int steps, Look look)
    : connection_(connection), look_(std::move(look)) {
  sqlite3_progress_handler(connection_->handle(), steps, OnSteps, this);
}

StepHook::~StepHook() { connection_->WatchCancel(); }

int StepHook::OnSteps(void* self) {
  return static_cast<StepHook*>(self)->look_() ? 1 : 0;
}

bool EndsStatement(const std::string& text) {
  return sqlite3_complete(text.c_str()) != 0;
}

int64_t TotalChanges(const Connection& connection) {
  return sqlite3_total_changes64(connection.handle());
}

bool IsQueryPlan(const Statement& statement) {
  return sqlite3_stmt_isexplain(statement.handle()) == 2;
}

int64_t FullScanSteps(const Statement& statement) {
  return sqlite3_stmt_status(statement.handle(),
                             SQLITE_STMTSTATUS_FULLSCAN_STEP, 0);
}

void ForgetPages(Connection* connection) {
  int now = 0;
  int highest = 0;
  for (const int counter :
       {SQLITE_DBSTATUS_CACHE_HIT, SQLITE_DBSTATUS_CACHE_MISS}) {
    sqlite3_db_status(connection->handle(), counter, &now, &highest, 1);
  }
}

StatementCost CostOf(const Connection& connection, const Statement& statement) {
  const auto of_statement = [&](int counter) {
    return sqlite3_stmt_status(statement.handle(), counter, 0);
  };
  const auto of_cache = [&](int counter) {
    int now = 0;
    int highest = 0;
    sqlite3_db_status(connection.handle(), counter, &now, &highest, 0);
    return now;
  };
  StatementCost cost;
  cost.scanned_rows = of_statement(SQLITE_STMTSTATUS_FULLSCAN_STEP);
  cost.sorts = of_statement(SQLITE_STMTSTATUS_SORT);
  cost.indexed_rows = of_statement(SQLITE_STMTSTATUS_AUTOINDEX);
  cost.machine_steps = of_statement(SQLITE_STMTSTATUS_VM_STEP);
  cost.cached_pages = of_cache(SQLITE_DBSTATUS_CACHE_HIT);
  cost.read_pages = of_cache(SQLITE_DBSTATUS_CACHE_MISS);
  return cost;
}

bool OnlyReads(const Statement& statement) {
  return sqlite3_stmt_readonly(statement.handle()) != 0;
}

void LimitForStrangers(Connection* connection) {
  for (const Limit& limit : kStrangerLimits) {
    sqlite3_limit(connection->handle(), limit.id, limit.value);
  }
  sqlite3_hard_heap_limit64(kStrangerHeapMib << 20);
}

void LeaveMemoryUncounted() { sqlite3_config(SQLITE_CONFIG_MEMSTATUS, 0); }

Result<bool> TruncateLog(Connection* connection) {
  LEARNSQL_TRY_SET(const std::optional<int64_t> timeout,
                   connection->QueryInteger("pragma busy_timeout"));
  sqlite3_busy_timeout(connection->handle(), 0);
  const int rc =
      sqlite3_wal_checkpoint_v2(connection->handle(), nullptr,
                                SQLITE_CHECKPOINT_TRUNCATE, nullptr, nullptr);
  sqlite3_busy_timeout(connection->handle(),
                       static_cast<int>(timeout.value_or(0)));
  if (rc == SQLITE_OK) return true;
  const int primary = rc & 0xff;
  if (primary == SQLITE_BUSY || primary == SQLITE_LOCKED) return false;
  return connection->Error(rc);
}

}  // namespace learnsql
