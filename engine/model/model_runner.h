#pragma once

#include <cstdint>
#include <set>
#include <string>
#include <vector>

#include "engine/base/status.h"
#include "engine/model/build.h"
#include "engine/model/offenders.h"
#include "engine/model/quarantine.h"
#include "engine/model/schedule.h"

namespace learnsql {

class Connection;
class Statement;

// Makes one model after the other, inside the transaction of a build. There is
// no savepoint for each: SQLite would copy each page that a model changes.
//
// Lifetime: borrows the connection and the models.
// Threads:  that of the connection.
class ModelRunner {
 public:
  ModelRunner(Connection* connection, const ModelSet& set, std::string as_of,
              int64_t run_id, const std::string& now)
      : connection_(connection),
        set_(set),
        as_of_(std::move(as_of)),
        quarantine_(connection, run_id, now) {}

  // Makes the step's table or view, its indexes, and checks its foreign keys.
  // `step` becomes a full one where folding in would not give the same rows.
  // Errors: kGate when rows break a rule: evidence() has them, and the
  // transaction must be rolled back.
  Result<ModelOutcome> Run(Step* step);

  // Checks the foreign keys of a model that stands as it was, because a parent
  // may have lost rows. Errors: as Run.
  Status VerifyForeignKeys(const Model& model);

  // Makes the model anew beside itself, compares, and puts everything back.
  // Errors: kGate when the rows differ; evidence() has those that do.
  Status Prove(const Step& step);

  // Drops the table or view of that name, if there is one.
  Status Drop(const std::string& name);

  // Whether the keys that the last incremental step of the model touched are in
  // its ls_touched__ table.
  bool HasTouched(const Model& model) const {
    return touched_.contains(model.name);
  }
  // Makes MODEL__changes for a check beside the model: what the last step of it
  // changed, or all rows where that was not folded in or is not enough.
  Status MakeChangesFor(const Model& model, bool touched);
  // Drops all temporary tables that steps left for checks.
  Status DropTouched();

  const Evidence& evidence() const { return evidence_; }

 private:
  // The models whose changes `model` reads, as views for its query.
  Status MakeChanges(const Model& model, bool folded);
  Status DropChanges(const Model& model);
  // Whether what `model` reads of changes was made anew by this build.
  bool ReadsMadeAnew(const Model& model) const;
  // Whether somebody reads what changes in the model.
  bool TellsChanges(const Model& model) const;
  Status RunStep(Step* step, ModelOutcome* outcome);

  Status RunView(const Model& model);
  Status RunFull(const Step& step, ModelOutcome* outcome);
  Status RunIncremental(Step* step, ModelOutcome* outcome);

  Status MakeTable(const Step& step);
  Status MakeIndexes(const Model& model);
  Status Fill(const Step& step, ModelOutcome* outcome);
  Status CollectOffenders(const Step& step);

  Result<bool> SplitsSpan(const Step& step);
  Status PrepareNew(const Step& step, ModelOutcome* outcome);
  Status FoldNew(const Model& model, ModelOutcome* outcome);
  Result<int64_t> UpdateInPlace(const Model& model);
  Status MakeTemp(const std::string& table,
                  const std::vector<std::string>& columns);
  Status CollectNewOffenders(const Model& model);

  // Which of its columns other models reference.
  std::vector<std::vector<std::string>> ReferencedKeys(
      const Model& model) const;
  // Copies the referenced keys of the table that stands. False where there is
  // none, or another one.
  Result<bool> KeepKeys(const Model& model);
  // Whether a key that was kept is no longer in the table.
  Result<bool> LostKeys(const Model& model);
  // Whether folding ls_new in may have taken a referenced key out of the table.
  Result<bool> MayLoseKeys(const Model& model);

  // Orphans are held back, or become evidence: among all rows, or among the
  // touched ones for parents that lost none.
  Status CheckForeignKeys(const Model& model, bool touched_only,
                          ModelOutcome* outcome);
  Status CloseQuarantine(const Model& model, ModelOutcome* outcome);
  Status FindOrphans(const Model& model, const ForeignKey& key,
                     const std::string& child);
  Status CompareProof(const Model& model);
  Status CompareRows(const std::string& sql, const Model& model,
                     const std::string& cause);

  Result<Statement> Bound(const Step& step, const std::string& sql);
  Status Execute(const Step& step, const std::string& sql);
  Result<std::string> QueryPlan(const Step& step, const std::string& sql);

  Connection* connection_;
  const ModelSet& set_;
  std::string as_of_;
  Quarantine quarantine_;
  Evidence evidence_;
  std::set<std::string> touched_;    // models with a ls_touched__ table
  std::set<std::string> changed_;    // models with a ls_changes__ table
  std::set<std::string> made_anew_;  // models
  std::set<std::string> lost_rows_;  // models, lower case
};

}  // namespace learnsql
