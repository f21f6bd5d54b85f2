#include "engine/query/guard.h"

#include <sqlite3.h>

#include <algorithm>
#include <array>
#include <string_view>

#include "engine/query/loose_tokens.h"

namespace learnsql {
namespace {

// Pragmas that only tell, whatever their argument names.
constexpr std::string_view kTellingPragmas[] = {
    "foreign_key_check", "foreign_key_list", "index_info",  "index_list",
    "index_xinfo",       "integrity_check",  "quick_check", "table_info",
    "table_list",        "table_xinfo"};

// Pragmas that only tell when they have no argument.
constexpr std::string_view kTellingBarePragmas[] = {"analysis_limit",
                                                    "application_id",
                                                    "auto_vacuum",
                                                    "automatic_index",
                                                    "busy_timeout",
                                                    "cache_size",
                                                    "cache_spill",
                                                    "cell_size_check",
                                                    "checkpoint_fullfsync",
                                                    "collation_list",
                                                    "compile_options",
                                                    "data_version",
                                                    "database_list",
                                                    "defer_foreign_keys",
                                                    "encoding",
                                                    "foreign_keys",
                                                    "freelist_count",
                                                    "fullfsync",
                                                    "function_list",
                                                    "hard_heap_limit",
                                                    "ignore_check_constraints",
                                                    "journal_mode",
                                                    "journal_size_limit",
                                                    "legacy_alter_table",
                                                    "locking_mode",
                                                    "max_page_count",
                                                    "mmap_size",
                                                    "module_list",
                                                    "page_count",
                                                    "page_size",
                                                    "pragma_list",
                                                    "query_only",
                                                    "read_uncommitted",
                                                    "recursive_triggers",
                                                    "reverse_unordered_selects",
                                                    "schema_version",
                                                    "secure_delete",
                                                    "soft_heap_limit",
                                                    "synchronous",
                                                    "temp_store",
                                                    "threads",
                                                    "trusted_schema",
                                                    "user_version",
                                                    "wal_autocheckpoint",
                                                    "writable_schema"};

// Functions that reach beyond the file or run code.
constexpr std::string_view kUnsafeFunctions[] = {
    "load_extension", "fts3_tokenizer", "readfile", "writefile", "edit"};

constexpr std::string_view kSchemaTables[] = {"sqlite_master",
                                              "sqlite_temp_master"};

template <size_t N>
bool IsOneOf(std::string_view name, const std::string_view (&names)[N]) {
  return std::any_of(std::begin(names), std::end(names),
                     [&](std::string_view n) { return SameName(n, name); });
}

std::string_view OrEmpty(const char* text) { return text ? text : ""; }

constexpr const char* kHowToWrite =
    "; learnsql opens files read-only: start it with --write to change this "
    "one";

}  // namespace

Guard::Guard(Connection* connection, Access access)
    : connection_(connection), access_(access) {
  sqlite3_set_authorizer(connection_->handle(), Authorize, this);
}

Guard::~Guard() {
  sqlite3_set_authorizer(connection_->handle(), nullptr, nullptr);
}

void Guard::Forget() {
  refusal_.clear();
  tables_read_.clear();
}

int Guard::Refuse(std::string why) {
  refusal_ = std::move(why);
  return SQLITE_DENY;
}

int Guard::JudgeWrite(bool temporary) {
  if (access_ == Access::kReadTemp && temporary) return SQLITE_OK;
  return Refuse(WriteRefusal());
}

int Guard::JudgePragma(const char* name, const char* argument) {
  if (IsOneOf(OrEmpty(name), kTellingPragmas)) return SQLITE_OK;
  if (argument == nullptr && IsOneOf(OrEmpty(name), kTellingBarePragmas)) {
    return SQLITE_OK;
  }
  return Refuse("pragma " + std::string(OrEmpty(name)) +
                (argument ? " with a value" : "") +
                " changes settings or the file" + kHowToWrite);
}

int Guard::JudgeFunction(const char* name) {
  const bool unsafe = IsOneOf(OrEmpty(name), kUnsafeFunctions);
  if (!unsafe) return SQLITE_OK;
  return Refuse("the function " + std::string(OrEmpty(name)) +
                " is not available here");
}

int Guard::JudgeAction(int action, const char* first, const char* second,
                       const char* database) {
  const bool temporary = OrEmpty(database) == "temp";
  switch (action) {
    case SQLITE_SELECT:
    case SQLITE_READ:
    case SQLITE_RECURSIVE:
    case SQLITE_TRANSACTION:
    case SQLITE_SAVEPOINT:
      return SQLITE_OK;
    case SQLITE_FUNCTION:
      return JudgeFunction(second);
    // Asked when a virtual table such as pragma_table_info first declares its
    // columns. Who means it meets the defensive mode of the connection.
    case SQLITE_UPDATE:
      if (IsOneOf(OrEmpty(first), kSchemaTables)) return SQLITE_OK;
      return JudgeWrite(temporary);
    case SQLITE_PRAGMA:
      return JudgePragma(first, second);
    case SQLITE_ATTACH:
    case SQLITE_DETACH:
      return Refuse("attach, detach and vacuum into are refused" +
                    std::string(kHowToWrite));
    case SQLITE_CREATE_TEMP_INDEX:
    case SQLITE_CREATE_TEMP_TABLE:
    case SQLITE_CREATE_TEMP_TRIGGER:
    case SQLITE_CREATE_TEMP_VIEW:
    case SQLITE_DROP_TEMP_INDEX:
    case SQLITE_DROP_TEMP_TABLE:
    case SQLITE_DROP_TEMP_TRIGGER:
    case SQLITE_DROP_TEMP_VIEW:
      return JudgeWrite(true);
    case SQLITE_ALTER_TABLE:
      return JudgeWrite(OrEmpty(first) == "temp");
    default:
      return JudgeWrite(temporary);
  }
}

int Guard::Authorize(void* self, int action, const char* first,
                     const char* second, const char* database, const char*) {
  auto* const guard = static_cast<Guard*>(self);
  if (guard->pauses_ > 0) return SQLITE_OK;
  // A table of which only the rows are counted comes without its database.
  if (action == SQLITE_READ && OrEmpty(database) != "temp") {
    guard->tables_read_.emplace(OrEmpty(first));
  }
  if (guard->access_ == Access::kReadWrite) return SQLITE_OK;
  return guard->JudgeAction(action, first, second, database);
}

GuardPause::GuardPause(Guard* guard) : guard_(guard) { ++guard_->pauses_; }
GuardPause::~GuardPause() { --guard_->pauses_; }

std::string WriteRefusal() {
  return "this statement would change the file" + std::string(kHowToWrite);
}

}  // namespace learnsql
