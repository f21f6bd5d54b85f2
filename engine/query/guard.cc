#include "engine/query/guard.h"

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
    : access_(access), authorizer_(connection, [this](const SqlRequest& r) {
        return Judge(r);
      }) {}

void Guard::Forget() {
  refusal_.clear();
  tables_read_.clear();
}

bool Guard::Refuse(std::string why) {
  refusal_ = std::move(why);
  return false;
}

bool Guard::JudgeWrite(bool temporary) {
  if (access_ == Access::kReadTemp && temporary) return true;
  return Refuse(WriteRefusal());
}

bool Guard::JudgePragma(const char* name, const char* argument) {
  if (IsOneOf(OrEmpty(name), kTellingPragmas)) return true;
  if (argument == nullptr && IsOneOf(OrEmpty(name), kTellingBarePragmas)) {
    return true;
  }
  return Refuse("pragma " + std::string(OrEmpty(name)) +
                (argument ? " with a value" : "") +
                " changes settings or the file" + kHowToWrite);
}

bool Guard::JudgeFunction(const char* name) {
  const bool unsafe = IsOneOf(OrEmpty(name), kUnsafeFunctions);
  if (!unsafe) return true;
  return Refuse("the function " + std::string(OrEmpty(name)) +
                " is not available here");
}

bool Guard::JudgeAction(const SqlRequest& request) {
  const bool temporary = OrEmpty(request.database) == "temp";
  switch (request.action) {
    case SqlAction::kSelect:
    case SqlAction::kRead:
    case SqlAction::kRecursive:
    case SqlAction::kTransaction:
    case SqlAction::kSavepoint:
      return true;
    case SqlAction::kFunction:
      return JudgeFunction(request.second);
    // Asked when a virtual table such as pragma_table_info first declares its
    // columns. Who means it meets the defensive mode of the connection.
    case SqlAction::kUpdate:
      if (IsOneOf(OrEmpty(request.first), kSchemaTables)) return true;
      return JudgeWrite(temporary);
    case SqlAction::kPragma:
      return JudgePragma(request.first, request.second);
    case SqlAction::kAttach:
    case SqlAction::kDetach:
      return Refuse("attach, detach and vacuum into are refused" +
                    std::string(kHowToWrite));
    case SqlAction::kCreateTempIndex:
    case SqlAction::kCreateTempTable:
    case SqlAction::kCreateTempTrigger:
    case SqlAction::kCreateTempView:
    case SqlAction::kDropTempIndex:
    case SqlAction::kDropTempTable:
    case SqlAction::kDropTempTrigger:
    case SqlAction::kDropTempView:
      return JudgeWrite(true);
    case SqlAction::kAlterTable:
      return JudgeWrite(OrEmpty(request.first) == "temp");
    default:
      return JudgeWrite(temporary);
  }
}

bool Guard::Judge(const SqlRequest& request) {
  if (pauses_ > 0) return true;
  // A table of which only the rows are counted comes without its database.
  if (request.action == SqlAction::kRead &&
      OrEmpty(request.database) != "temp") {
    tables_read_.emplace(OrEmpty(request.first));
  }
  return access_ == Access::kReadWrite || JudgeAction(request);
}

GuardPause::GuardPause(Guard* guard) : guard_(guard) { ++guard_->pauses_; }
GuardPause::~GuardPause() { --guard_->pauses_; }

std::string WriteRefusal() {
  return "this statement would change the file" + std::string(kHowToWrite);
}

}  // namespace learnsql
