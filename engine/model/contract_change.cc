#include "engine/model/contract_change.h"

#include <algorithm>

#include "engine/model/project.h"

namespace learnsql {
namespace {

std::string KeyText(const Model& model) {
  return "(" + JoinNames(model.PrimaryKey()) + ")";
}

bool NeverNull(const Column& column) {
  return column.not_null || column.key_position > 0;
}

class Comparison {
 public:
  Comparison(const Model& before, const Model& after)
      : before_(before), after_(after) {}

  ContractDifference Run() {
    difference_.change = ContractChange::kNeutral;
    for (const Column& column : before_.columns) CompareColumn(column);
    for (const Column& column : after_.columns) {
      if (before_.FindColumn(column.name) == nullptr) {
        Note(ContractChange::kAdditive, "column " + column.name + " is new");
      }
    }
    if (before_.PrimaryKey() != after_.PrimaryKey()) {
      Note(ContractChange::kBreaking, "the primary key " + KeyText(before_) +
                                          " became " + KeyText(after_));
    }
    return std::move(difference_);
  }

 private:
  void Note(ContractChange change, std::string text) {
    difference_.change = std::max(difference_.change, change);
    difference_.texts.push_back(std::move(text));
  }

  void CompareColumn(const Column& was) {
    const Column* const is = after_.FindColumn(was.name);
    if (is == nullptr) {
      return Note(ContractChange::kBreaking, "column " + was.name + " is gone");
    }
    if (!EqualNames(was.type, is->type)) {
      Note(ContractChange::kBreaking, "column " + was.name + ": " +
                                          LowerCase(was.type) + " became " +
                                          LowerCase(is->type));
    }
    if (NeverNull(was) && !NeverNull(*is)) {
      Note(ContractChange::kBreaking, "column " + was.name + " may be null");
    } else if (!NeverNull(was) && NeverNull(*is)) {
      Note(ContractChange::kNeutral,
           "column " + was.name + " is never null now");
    }
  }

  const Model& before_;
  const Model& after_;
  ContractDifference difference_;
};

}  // namespace

ContractDifference CompareContract(const std::string& built_script,
                                   const Model& model) {
  if (built_script == model.script->text()) return {};
  // Alone in a project, so that SQLite says what its columns are; what its
  // query read may be gone by now, which does not matter here.
  const Result<ModelSet> old = LoadModels(
      std::vector<ProjectFile>{{model.script->name(), built_script}});
  const Model* const before = old.ok() ? old->Find(model.name) : nullptr;
  if (before == nullptr) return {};
  return Comparison(*before, model).Run();
}

}  // namespace learnsql
