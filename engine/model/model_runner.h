#pragma once

#include <string>

#include "engine/base/status.h"
#include "engine/model/build.h"
#include "engine/model/offenders.h"
#include "engine/model/schedule.h"

namespace learnsql {

class Connection;
class Statement;

// Makes one model after the other, inside the transaction of a build.
//
// Lifetime: borrows the connection.
// Threads:  that of the connection.
class ModelRunner {
 public:
  ModelRunner(Connection* connection, std::string as_of)
      : connection_(connection), as_of_(std::move(as_of)) {}

  // Makes the step's table or view, its indexes, and checks its foreign keys.
  // Errors: kGate when rows break a rule: evidence() has them, and the
  // transaction must be rolled back.
  Result<ModelOutcome> Run(const Step& step);

  // Checks the foreign keys of a model that stands as it was, because a parent
  // may have lost rows. Errors: as Run.
  Status VerifyForeignKeys(const Model& model);

  // Drops the table or view of that name, if there is one.
  Status Drop(const std::string& name);

  const Evidence& evidence() const { return evidence_; }

 private:
  Status RunView(const Model& model);
  Status RunFull(const Step& step, ModelOutcome* outcome);
  Status MakeTable(const Model& model);
  Status MakeIndexes(const Model& model);
  Status Fill(const Step& step, ModelOutcome* outcome);
  Status CollectOffenders(const Step& step);
  Status BindParameters(const Step& step, Statement* statement) const;
  Status FindOrphans(const Model& model, const ForeignKey& key);
  Result<std::string> QueryPlan(const Step& step, const std::string& sql);

  Connection* connection_;
  std::string as_of_;
  Evidence evidence_;
};

}  // namespace learnsql
