#include "engine/base/log.h"
#include "engine/model/artifact.h"
#include "engine/model/build.h"
#include "engine/store/functions.h"
#include "engine/store/warehouse.h"
#include "tools/learnsql/build_steps.h"
#include "tools/learnsql/command.h"
#include "tools/learnsql/model_options.h"
#include "tools/learnsql/progress.h"
#include "tools/learnsql/seeds.h"
#include "tools/learnsql/whole_file.h"

namespace learnsql {
namespace {

namespace po = boost::program_options;

void AddBuildFlags(po::options_description* flags) {
  AddSelectionFlags(flags);
  flags->add_options()                                                       //
      ("full", "rebuild everything, stale or not")                           //
      ("prove", "rebuild incremental models beside themselves and compare")  //
      ("as-of", po::value<std::string>()->value_name("TIME"),
       "what :as_of is in models; now without it")  //
      ("artifact", po::value<std::string>()->value_name("FILE"),
       "write what the run did as JSON")  //
      ("wait", "wait for another writer instead of giving up");
}

std::string Summary(const BuildReport& report, double seconds) {
  uint64_t rows = 0;
  for (const ModelOutcome& model : report.models) {
    rows += static_cast<uint64_t>(model.rows_written.value_or(0));
  }
  size_t passed = 0;
  for (const CheckOutcome& check : report.checks) {
    passed += check.outcome == "pass" ? 1 : 0;
  }
  return "build: " + std::to_string(report.models.size()) + " built, " +
         std::to_string(report.unchanged) + " unchanged; " +
         std::to_string(passed) + " of " +
         std::to_string(report.checks.size()) + " checks passed; " +
         ShowCount(rows) + " rows in " + ShowSeconds(seconds);
}

void PrintReport(const BuildReport& report, double seconds) {
  for (const std::string& note : report.notes) Log(LogLevel::kInfo, note);
  for (const CheckOutcome& check : report.checks) {
    if (check.outcome == "pass") continue;
    Log(check.info ? LogLevel::kInfo : LogLevel::kWarning,
        "check " + check.name + ": " + check.outcome +
            (check.message.empty() ? "" : ", ") + check.message);
  }
  Log(LogLevel::kInfo, Summary(report, seconds));
}

Result<BuildReport> BuildShown(const Invocation& call, const ModelSet& models,
                               BuildOptions options, Connection* connection) {
  // Seeds are part of the project: they are in before what reads them is built.
  LEARNSQL_TRY(LandSeeds(call, connection));
  ProgressLine line(call.clock, call.global.quiet);
  options.progress = [&](const BuildProgress& at) {
    if (!line.wants_text()) return;
    line.Draw(std::to_string(at.done) + " of " + std::to_string(at.total) +
              ": " + at.model);
  };
  return Build(connection, models, options);
}

}  // namespace

Result<Connection> OpenForBuild(const Invocation& call) {
  LEARNSQL_TRY_SET(Connection connection,
                   OpenWarehouse(call.warehouse, false, call.cancel));
  LEARNSQL_TRY(RegisterFunctions(&connection, FunctionSet::kBuild));
  return connection;
}

Result<BuildReport> BuildAndPrint(const Invocation& call,
                                  const ModelSet& models, BuildOptions options,
                                  Connection* connection) {
  const int64_t began = call.clock->MonotonicMicros();
  Result<BuildReport> report =
      BuildShown(call, models, std::move(options), connection);
  if (!report.ok()) return report;
  PrintReport(*report, call.clock->SecondsSince(began));
  return report;
}

namespace {

// Also of a run that a gate stopped: that is when it is looked at.
Status WriteArtifact(Connection* connection, int64_t run_id,
                     const std::string& path) {
  LEARNSQL_TRY_SET(const std::string json, RunArtifact(connection, run_id));
  return WriteWholeFile(path, json + "\n");
}

Status RunBuild(const Invocation& call) {
  LEARNSQL_TRY_SET(const Project* const project, call.NeedProject());
  LEARNSQL_TRY_SET(BuildOptions options, GetBuildOptions(call));
  LEARNSQL_TRY_SET(const ModelSet models, LoadProjectModels(*project));
  LEARNSQL_TRY(ErrorsOf(models.findings));
  LEARNSQL_TRY(SelectModels(call, models, &options));
  constexpr int64_t kForever = INT64_MAX / 2;
  LEARNSQL_TRY_SET(const WriterLock lock,
                   WriterLock::Take(call.warehouse, "learnsql build",
                                    call.Has("wait") ? kForever : 0, call.clock,
                                    call.cancel));
  LEARNSQL_TRY_SET(Connection connection, OpenForBuild(call));
  LEARNSQL_TRY_SET(RunRecord run, RunRecord::Begin(&connection, call.clock,
                                                   "build", call.command_line));
  options.run_id = run.run_id();
  const Result<BuildReport> report =
      BuildAndPrint(call, models, options, &connection);
  LEARNSQL_TRY(run.Finish(StatusOf(report)));
  if (call.Has("artifact")) {
    LEARNSQL_TRY(
        WriteArtifact(&connection, run.run_id(), call.Text("artifact")));
  }
  return StatusOf(report);
}

}  // namespace

const Command kBuildCommand = {
    .name = "build",
    .arguments = "[SELECT...]",
    .summary = "rebuild what is stale and check it, all or nothing",
    .help =
        "Everything changes in one transaction. Rows that break a rule "
        "stop it (exit 3) and\nare kept in ls_failure. With SELECT: these, all "
        "that needs them, and what of their\nneeds is stale.",
    .max_arguments = 1000,
    .add_flags = AddBuildFlags,
    .run = RunBuild,
};

}  // namespace learnsql
