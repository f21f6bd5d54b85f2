#include "engine/store/functions.h"

#include <sqlite3.h>
#include <utf8proc.h>

#include <algorithm>
#include <map>
#include <vector>

#include "engine/base/sha256.h"
#include "engine/store/connection.h"
#include "engine/store/function_call.h"

namespace learnsql {
namespace {

// Bump when a function gives another value than before, without a change of
// the table.
constexpr int kMeaningVersion = 1;

constexpr int kFunctionFlags =
    SQLITE_UTF8 | SQLITE_DETERMINISTIC | SQLITE_INNOCUOUS;

// SQLite's own `like`, made to tell case apart by a pragma: a function of ours
// would lose its use of indexes.
constexpr Function kLike = {
    .spec = {.name = "like",
             .min_arguments = 2,
             .max_arguments = 3,
             .overrides = true,
             .signature = "like(pattern, string[, escape]) -> boolean",
             .document = "What `string LIKE pattern ESCAPE escape` calls: case "
                         "matters, `_` is one character."}};

const std::vector<const Function*>& Table() {
  static const std::vector<const Function*> table = [] {
    std::vector<const Function*> all = {&kLike};
    for (const auto functions :
         {AggregateFunctions(), HashFunctions(), JsonFunctions(),
          NumberFunctions(), RegexpFunctions(), TextFunctions(),
          TimeFunctions()}) {
      for (const Function& function : functions) all.push_back(&function);
    }
    std::sort(all.begin(), all.end(), [](const Function* a, const Function* b) {
      return a->spec.name < b->spec.name;
    });
    return all;
  }();
  return table;
}

const Function& FunctionOf(sqlite3_context* context) {
  return *static_cast<const Function*>(sqlite3_user_data(context));
}

Call CallOf(sqlite3_context* context, int count, sqlite3_value** arguments) {
  return Call(context, std::span(arguments, static_cast<size_t>(count)),
              &FunctionOf(context).spec);
}

void Fail(sqlite3_context* context, const Status& status) {
  const std::string text =
      std::string(FunctionOf(context).spec.name) + ": " + status.message();
  sqlite3_result_error(context, text.c_str(), static_cast<int>(text.size()));
}

// SQLite checks the number of arguments but for functions that take any.
bool CountIsRight(sqlite3_context* context, int count) {
  const FunctionSpec& spec = FunctionOf(context).spec;
  if (spec.Takes(count)) return true;
  Fail(context, Status(Code::kInvalid, "takes at least " +
                                           std::to_string(spec.min_arguments) +
                                           " arguments"));
  return false;
}

void CallScalar(sqlite3_context* context, int count,
                sqlite3_value** arguments) noexcept {
  if (!CountIsRight(context, count)) return;
  const Function& function = FunctionOf(context);
  const Call call = CallOf(context, count, arguments);
  if (!function.sees_null && call.any_null()) return;
  const Status status = function.scalar(call);
  if (!status.ok()) Fail(context, status);
}

// Where SQLite keeps the state of the group; nullptr before its first row,
// unless `make`.
Aggregate** StateOf(sqlite3_context* context, bool make) {
  auto** const state = static_cast<Aggregate**>(
      sqlite3_aggregate_context(context, make ? sizeof(Aggregate*) : 0));
  if (state == nullptr || *state != nullptr || !make) return state;
  *state = FunctionOf(context).aggregate().release();
  return state;
}

void AddRow(sqlite3_context* context, int count,
            sqlite3_value** arguments) noexcept {
  Aggregate** const state = StateOf(context, true);
  if (state == nullptr) return sqlite3_result_error_nomem(context);
  const Status status = (*state)->Add(CallOf(context, count, arguments));
  if (!status.ok()) Fail(context, status);
}

void RemoveRow(sqlite3_context* context, int count,
               sqlite3_value** arguments) noexcept {
  Aggregate** const state = StateOf(context, true);
  if (state == nullptr) return sqlite3_result_error_nomem(context);
  const Status status = (*state)->Remove(CallOf(context, count, arguments));
  if (!status.ok()) Fail(context, status);
}

void AnswerNow(sqlite3_context* context) noexcept {
  Aggregate** const state = StateOf(context, false);
  const std::unique_ptr<Aggregate> none =
      state == nullptr ? FunctionOf(context).aggregate() : nullptr;
  const Aggregate& aggregate = none ? *none : **state;
  const Status status = aggregate.Answer(CallOf(context, 0, nullptr));
  if (!status.ok()) Fail(context, status);
}

// SQLite calls this once for each state, after errors too.
void AnswerLast(sqlite3_context* context) noexcept {
  AnswerNow(context);
  Aggregate** const state = StateOf(context, false);
  if (state == nullptr) return;
  delete *state;
  *state = nullptr;
}

Status RegisterCount(Connection* connection, const Function& function,
                     int count) {
  const std::string name(function.spec.name);
  void* const data = const_cast<Function*>(&function);
  const int rc =
      function.scalar != nullptr
          ? sqlite3_create_function_v2(connection->handle(), name.c_str(),
                                       count, kFunctionFlags, data, CallScalar,
                                       nullptr, nullptr, nullptr)
          : sqlite3_create_window_function(
                connection->handle(), name.c_str(), count, kFunctionFlags, data,
                AddRow, AnswerLast, AnswerNow, RemoveRow, nullptr);
  if (rc == SQLITE_OK) return {};
  return connection->Error(rc).Annotate("cannot register " + name);
}

Status Register(Connection* connection, const Function& function) {
  if (&function == &kLike) {
    return connection->Execute("pragma case_sensitive_like = 1");
  }
  if (function.spec.max_arguments < 0) {
    return RegisterCount(connection, function, -1);
  }
  for (int count = function.spec.min_arguments;
       count <= function.spec.max_arguments; ++count) {
    LEARNSQL_TRY(RegisterCount(connection, function, count));
  }
  return {};
}

// The table as one text, for its hash.
std::string Described(const FunctionSpec& spec) {
  return std::string(spec.name) + "/" + std::to_string(spec.min_arguments) +
         "/" + std::to_string(spec.max_arguments) + "/" +
         (spec.overrides ? "o" : "n") + (spec.deterministic ? "d" : "r") + "/" +
         std::string(spec.signature) + "/" + std::string(spec.trino_prelude) +
         "\n";
}

}  // namespace

std::span<const FunctionSpec> FunctionSpecs() {
  static const std::vector<FunctionSpec> specs = [] {
    std::vector<FunctionSpec> all;
    for (const Function* function : Table()) all.push_back(function->spec);
    return all;
  }();
  return specs;
}

const FunctionSpec* FindFunction(std::string_view name) {
  for (const FunctionSpec& spec : FunctionSpecs()) {
    if (spec.name.size() == name.size() &&
        sqlite3_strnicmp(spec.name.data(), name.data(),
                         static_cast<int>(name.size())) == 0) {
      return &spec;
    }
  }
  return nullptr;
}

std::string TrinoPrelude(const FunctionSpec& spec, int arguments) {
  if (spec.trino_prelude.empty() || spec.max_arguments >= 0) {
    return std::string(spec.trino_prelude);
  }
  // {parameters} and {parts} stand for lists as long as the call.
  std::string parameters;
  std::string parts;
  for (int i = 1; i <= arguments; ++i) {
    const std::string name = "p" + std::to_string(i);
    parameters += (i > 1 ? ", " : "") + name + " varchar";
    parts += (i > 1 ? " || " : "") +
             std::string("coalesce('t' || cast(length(") + name +
             ") as varchar) || ':' || " + name + ", 'n')";
  }
  std::string prelude(spec.trino_prelude);
  const auto put = [&prelude](std::string_view mark, const std::string& text) {
    const size_t at = prelude.find(mark);
    if (at != std::string::npos) prelude.replace(at, mark.size(), text);
  };
  put("{parameters}", parameters);
  put("{parts}", parts);
  return prelude;
}

Status RegisterFunctions(Connection* connection, FunctionSet which) {
  for (const Function* function : Table()) {
    if (function->spec.overrides && which == FunctionSet::kNewNames) continue;
    LEARNSQL_TRY(Register(connection, *function));
  }
  return {};
}

std::string FunctionsVersion() {
  std::string table;
  for (const FunctionSpec& spec : FunctionSpecs()) table += Described(spec);
  // Which letters there are decides upper, lower.
  table += utf8proc_unicode_version();
  return std::to_string(kMeaningVersion) + "-" +
         Sha256::HexOf(table).substr(0, 16);
}

}  // namespace learnsql
