#pragma once

#include <cstdint>
#include <string>

#include "engine/base/status.h"
#include "engine/model/build.h"
#include "engine/model/schedule.h"

namespace learnsql {

class Connection;

// Writes what a build did into the file's own records. All of it runs inside
// the transaction of the build.
//
// Lifetime: borrows the connection.
class BuildRecords {
 public:
  BuildRecords(Connection* connection, int64_t run_id, std::string as_of,
               std::string now)
      : connection_(connection),
        run_id_(run_id),
        as_of_(std::move(as_of)),
        now_(std::move(now)) {}

  // ls_model and the dictionary, for a step that was done.
  Status WriteModel(const Step& step, const ModelOutcome& outcome);
  // The same where the script's comments are all that changed.
  Status RefreshModel(const Step& step);
  // The dictionary's part about the raw tables, all of them, and about a model.
  Status WriteRawTables(const std::vector<RawTable>& raw_tables);
  Status WriteDictionary(const Model& model);
  // Whether the dictionary holds other documents than those of `hash`, and that
  // it holds them now.
  Result<bool> DocumentsChanged(const std::string& hash);
  Status WriteDocumentsHash(const std::string& hash);
  // A line of ls_model_run; `position` counts from 1.
  Status WriteModelRun(const ModelOutcome& outcome, int64_t position);
  // Takes a model out of all records of what is there.
  Status RemoveModel(const std::string& name);
  Status WriteCheck(const CheckOutcome& check, const std::string& fingerprint);
  // A build that passed: rules that rows broke before are kept now.
  Status CloseFailures(const std::string& model, const std::string& kinds);
  // The ledger that the build saw.
  Status WriteLedger(const Schedule& schedule);
  // A new state made of the tables that were written.
  Result<int64_t> WriteState(const BuildReport& report);
  Status WriteAsOf();

 private:
  Status WriteRawTable(const RawTable& raw);
  Status WriteColumn(const std::string& table, const Column& column,
                     size_t position);
  Status DropOtherColumns(const std::string& table,
                          const std::vector<Column>& columns);
  Status Measure(const Step& step, const ModelOutcome& outcome);
  Status WriteLineage(const Model& model);

  Connection* connection_;
  int64_t run_id_;
  std::string as_of_;
  std::string now_;
};

}  // namespace learnsql
