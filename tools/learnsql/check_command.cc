#include <array>

#include "engine/base/log.h"
#include "engine/model/build.h"
#include "engine/model/check_runner.h"
#include "engine/query/render.h"
#include "engine/query/text_sink.h"
#include "engine/store/functions.h"
#include "engine/store/warehouse.h"
#include "tools/learnsql/check_report.h"
#include "tools/learnsql/command.h"
#include "tools/learnsql/model_options.h"
#include "tools/learnsql/whole_file.h"

namespace learnsql {
namespace {

namespace po = boost::program_options;

void AddCheckFlags(po::options_description* flags) {
  AddSelectionFlags(flags);
  flags->add_options()  //
      ("as-of", po::value<std::string>()->value_name("TIME"),
       "what :as_of is in checks; now without it")  //
      ("format", po::value<std::string>()->value_name("FORMAT"),
       ("how to write the outcomes: " + FormatNames()).c_str())  //
      ("json", "short for --format json")                        //
      ("report", po::value<std::string>()->value_name("FILE"),
       "write the outcomes as a JSON report too");
}

Status Render(const std::vector<CheckOutcome>& outcomes, Format format) {
  const std::array<std::string, 7> columns = {
      "check", "model", "severity", "outcome", "failing", "value", "message"};
  FileSink out(stdout);
  const std::unique_ptr<Renderer> renderer =
      MakeRenderer({.format = format}, &out);
  LEARNSQL_TRY(renderer->Begin(columns));
  for (const CheckOutcome& check : outcomes) {
    LEARNSQL_TRY(renderer->Row(std::array{
        Value::Text(check.name), Value::Text(check.model),
        Value::Text(SeverityName(check)), Value::Text(check.outcome),
        Value::Integer(check.failing_count), Value::TextOrNull(check.value),
        check.message.empty() ? Value::Null() : Value::Text(check.message)}));
  }
  LEARNSQL_TRY(renderer->End());
  return out.Flush();
}

// Errors: kUsage when what was asked for has no checks.
Status SelectChecks(const Invocation& call, const ModelSet& models,
                    BuildOptions* options) {
  if (GetSelectorTexts(call).all()) return {};
  LEARNSQL_TRY(ErrorsOf(models.findings));
  LEARNSQL_TRY_SET(const Selection selection,
                   GetSelection(call, models, *options));
  for (const Check* const check : selection.checks) {
    options->select.push_back(check->name);
  }
  if (!options->select.empty()) return {};
  return Status(Code::kUsage, "nothing that is selected has a check");
}

Status Verdict(const std::vector<CheckOutcome>& outcomes) {
  size_t failed = 0;
  size_t warned = 0;
  size_t noted = 0;
  size_t passed = 0;
  for (const CheckOutcome& check : outcomes) {
    passed += check.outcome == "pass" ? 1 : 0;
    if (check.outcome != "fail") continue;
    ++(check.info ? noted : check.warn ? warned : failed);
  }
  Log(LogLevel::kInfo,
      "check: " + std::to_string(passed) + " of " +
          std::to_string(outcomes.size()) + " passed, " +
          std::to_string(failed) + " failed, " + std::to_string(warned) +
          " warned" +
          (noted == 0 ? ""
                      : ", " + std::to_string(noted) + " for information"));
  if (failed == 0) return {};
  return Status(Code::kGate, std::to_string(failed) +
                                 " checks failed; their rows are in "
                                 "ls_failure");
}

Status RunCheck(const Invocation& call) {
  LEARNSQL_TRY_SET(const Project* const project, call.NeedProject());
  LEARNSQL_TRY_SET(const Format format,
                   ParseFormat(call.Has("json")     ? "json"
                               : call.Has("format") ? call.Text("format")
                                                    : "table"));
  LEARNSQL_TRY_SET(BuildOptions options, GetBuildOptions(call));
  LEARNSQL_TRY_SET(const ModelSet models, LoadProjectModels(*project));
  LEARNSQL_TRY(SelectChecks(call, models, &options));
  LEARNSQL_TRY(StatusOf(OpenReadOnly(call.warehouse, nullptr)));
  LEARNSQL_TRY_SET(const WriterLock lock,
                   WriterLock::Take(call.warehouse, "learnsql check", 0,
                                    call.clock, call.cancel));
  LEARNSQL_TRY_SET(Connection connection,
                   OpenWarehouse(call.warehouse, false, call.cancel));
  LEARNSQL_TRY(RegisterFunctions(&connection, FunctionSet::kBuild));
  LEARNSQL_TRY_SET(RunRecord run, RunRecord::Begin(&connection, call.clock,
                                                   "check", call.command_line));
  options.run_id = run.run_id();
  const Result<std::vector<CheckOutcome>> outcomes =
      RunChecks(&connection, models, options);
  if (!outcomes.ok()) {
    LEARNSQL_TRY(run.Finish(outcomes.status()));
    return outcomes.status();
  }
  const Status verdict = Verdict(*outcomes);
  LEARNSQL_TRY(run.Finish(verdict));
  LEARNSQL_TRY(Render(*outcomes, format));
  if (call.Has("report")) {
    LEARNSQL_TRY(WriteWholeFile(
        call.Text("report"),
        CheckReportJson(*outcomes, FormatUtc(call.clock->NowSeconds()))));
  }
  return verdict;
}

}  // namespace

const Command kCheckCommand = {
    .name = "check",
    .arguments = "[SELECT...]",
    .summary = "run the checks on what is built",
    .help = "Exit 3 when one with severity error fails.",
    .max_arguments = 1000,
    .add_flags = AddCheckFlags,
    .run = RunCheck,
};

}  // namespace learnsql
