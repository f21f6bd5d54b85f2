#include "engine/model/incremental_rules.h"

#include <algorithm>

#include "engine/base/suggest.h"
#include "engine/model/model_sql.h"
#include "engine/model/rules.h"

namespace learnsql {
namespace {

constexpr const char* kDrivingRule =
    "an incremental model reads one raw table, through staging, by "
    "row_id >= :since_row";
constexpr const char* kKeyRule =
    "incremental: KEY names the columns of a primary key, or its first ones";
constexpr const char* kChangesRule =
    "an incremental model is driven by new raw rows, or by the changes of "
    "other models";
constexpr const char* kHistoryRule =
    "a history's table has its key, what it tells, valid_from, valid_to, "
    "is_current, and seen_until where it is incremental";

class IncrementalCheck {
 public:
  IncrementalCheck(const ModelSet& set, const Model& model,
                   std::vector<Finding>* findings)
      : set_(set), model_(model), findings_(findings) {}

  void CheckContract() {
    if (model_.history) {
      CheckHistory();
    } else {
      CheckKey(model_.incremental_key);
    }
  }

  void CheckQuery() {
    const bool asked = !model_.incremental_key.empty();
    if (asked && !model_.folds()) {
      Add(model_.name_token, "nothing here reads :since_row", kDrivingRule,
          "where row_id >= :since_row");
    }
    if (!model_.change_reads.empty()) CheckChanges();
    if (!model_.reads_since_row) return;
    CheckDriving();
    CheckSinceRow();
  }

 private:
  void Add(const Token& token, std::string message, std::string rule,
           std::string advice = "") {
    findings_->push_back(FindingAt(*model_.script, token, std::move(message),
                                   std::move(rule), std::move(advice)));
  }

  std::vector<std::string> ColumnNames() const {
    std::vector<std::string> names;
    for (const Column& column : model_.columns) names.push_back(column.name);
    return names;
  }

  // False once a column of the key is not there.
  bool HasColumns(const std::vector<std::string>& key) {
    for (const std::string& name : key) {
      if (model_.FindColumn(name) != nullptr) continue;
      Add(model_.header_token,
          "key column '" + name + "' is not in the table" +
              DidYouMean(name, ColumnNames()),
          kKeyRule);
      return false;
    }
    return true;
  }

  // Rows are found by the key, so an index must begin with it.
  void CheckKey(const std::vector<std::string>& key) {
    if (!HasColumns(key)) return;
    for (const std::vector<std::string>& unique : model_.unique_keys) {
      if (BeginsWith(unique, key)) return;
    }
    Add(model_.header_token, "(" + JoinNames(key) + ") is no key of this table",
        kKeyRule);
  }

  static bool BeginsWith(const std::vector<std::string>& unique,
                         const std::vector<std::string>& key) {
    if (unique.size() < key.size()) return false;
    return std::all_of(key.begin(), key.end(), [&](const std::string& name) {
      return std::any_of(unique.begin(),
                         unique.begin() + static_cast<ptrdiff_t>(key.size()),
                         [&name](const std::string& column) {
                           return EqualNames(column, name);
                         });
    });
  }

  void CheckHistory() {
    CheckKey(model_.history->key);
    for (const char* name : kHistoryColumns) {
      const bool needed =
          std::string_view(name) != "seen_until" || model_.reads_since_row;
      if (!needed || model_.FindColumn(name) != nullptr) continue;
      Add(model_.name_token,
          std::string("the column '") + name + "' of a history is missing",
          kHistoryRule);
    }
  }

  void CheckDriving() {
    std::vector<std::string> raw;
    for (const std::string& name : model_.raw_reads) {
      if (set_.FindRaw(name) != nullptr) raw.push_back(name);
    }
    if (raw.size() == 1) return;
    Add(model_.name_token,
        raw.empty() ? "no raw table drives this model"
                    : "several raw tables drive this model: " + JoinNames(raw),
        kDrivingRule,
        raw.empty() ? ""
                    : "fold each in by a model of its own, or leave out "
                      "`-- incremental:` to rebuild it whole");
  }

  void CheckChanges() {
    const std::string table = ChangesOf(model_.change_reads.front());
    const auto raw = std::find_if(
        model_.raw_reads.begin(), model_.raw_reads.end(),
        [this](const std::string& n) { return set_.FindRaw(n) != nullptr; });
    if (model_.history || model_.reads_since_row ||
        raw != model_.raw_reads.end()) {
      Add(FindTableToken(*model_.script, model_.query, table),
          "'" + table + "' drives this model beside a raw table", kChangesRule,
          "read " + model_.change_reads.front());
    }
    // Null in it and all others says that a key has no rows any more.
    const std::vector<std::string> key = FoldKey(model_);
    const bool tells_gone = std::any_of(
        model_.columns.begin(), model_.columns.end(), [&](const Column& c) {
          return c.not_null &&
                 std::none_of(key.begin(), key.end(), [&](const auto& name) {
                   return EqualNames(name, c.name);
                 });
        });
    if (tells_gone) return;
    Add(model_.name_token, "every column beside the key may be null",
        "a key whose rows are gone is returned with null in all other columns, "
        "so one of them is `not null`");
  }

  // Late rows are only seen when rows are chosen by their arrival.
  void CheckSinceRow() {
    const std::vector<Token> tokens = TokensOf(*model_.script, model_.query);
    for (size_t i = 0; i < tokens.size(); ++i) {
      if (model_.script->Of(tokens[i]) != ":since_row") continue;
      const bool right = i >= 2 && model_.script->IsMark(tokens[i - 1], ">=") &&
                         model_.script->IsWord(tokens[i - 2], "row_id");
      if (right) continue;
      Add(tokens[i], ":since_row is compared in another way", kDrivingRule,
          "row_id >= :since_row");
    }
  }

  const ModelSet& set_;
  const Model& model_;
  std::vector<Finding>* findings_;
};

}  // namespace

void CheckIncremental(const ModelSet& set, const Model& model, bool prepared,
                      std::vector<Finding>* findings) {
  if (model.incremental_key.empty() && !model.history) return;
  if (model.query.sql.empty() || !model.stored()) return;
  IncrementalCheck check(set, model, findings);
  check.CheckContract();
  if (prepared) check.CheckQuery();
}

}  // namespace learnsql
