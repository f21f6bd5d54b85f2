#include <array>
#include <iostream>

#include "engine/base/log.h"
#include "engine/model/plan.h"
#include "engine/query/render.h"
#include "engine/query/text_sink.h"
#include "engine/store/functions.h"
#include "engine/store/warehouse.h"
#include "tools/learnsql/command.h"
#include "tools/learnsql/model_options.h"
#include "tools/learnsql/progress.h"

namespace learnsql {
namespace {

namespace po = boost::program_options;

void AddFlags(po::options_description* flags) {
  AddSelectionFlags(flags);
  flags->add_options()                        //
      ("full", "plan to rebuild everything")  //
      ("as-of", po::value<std::string>()->value_name("TIME"),
       "what :as_of is in models; now without it")         //
      ("check", "exit 3 when a build would do something")  //
      ("json", "one JSON object");
}

Status Render(const BuildPlan& plan) {
  const std::array<std::string, 6> columns = {"model", "mode",    "change",
                                              "rows",  "seconds", "reason"};
  FileSink out(stdout);
  const std::unique_ptr<Renderer> renderer =
      MakeRenderer({.format = Format::kTable}, &out);
  LEARNSQL_TRY(renderer->Begin(columns));
  for (const PlanItem& item : plan.items) {
    std::string reason = item.reason;
    for (const std::string& change : item.differences) reason += "; " + change;
    LEARNSQL_TRY(renderer->Row(
        std::array{Value::Text(item.model), Value::Text(item.mode),
                   Value::Text(ContractChangeName(item.change)),
                   Value::IntegerOrNull(item.expected_rows),
                   item.expected_seconds ? Value::Real(*item.expected_seconds)
                                         : Value::Null(),
                   Value::Text(reason)}));
  }
  LEARNSQL_TRY(renderer->End());
  return out.Flush();
}

Status Run(const Invocation& call) {
  LEARNSQL_TRY_SET(const Project* const project, call.NeedProject());
  LEARNSQL_TRY_SET(BuildOptions options, GetBuildOptions(call));
  LEARNSQL_TRY_SET(const ModelSet models, LoadProjectModels(*project));
  LEARNSQL_TRY(SelectModels(call, models, &options));
  LEARNSQL_TRY_SET(Connection connection,
                   OpenReadOnly(call.warehouse, call.cancel));
  LEARNSQL_TRY(RegisterFunctions(&connection, FunctionSet::kBuild));
  LEARNSQL_TRY_SET(const BuildPlan plan, Plan(&connection, models, options));
  if (call.Has("json")) {
    std::cout << plan.ToJson() << "\n";
  } else if (!plan.empty()) {
    LEARNSQL_TRY(Render(plan));
  }
  std::string summary = "plan: " + std::to_string(plan.items.size()) +
                        " to build, " + std::to_string(plan.unchanged) +
                        " unchanged";
  if (plan.expected_seconds) {
    summary += ", about " + ShowSeconds(*plan.expected_seconds);
  }
  Log(LogLevel::kInfo, summary);
  if (!call.Has("check") || plan.empty()) return {};
  return Status(Code::kGate, std::to_string(plan.items.size()) +
                                 " models are not up to date; 'learnsql build' "
                                 "rebuilds them");
}

}  // namespace

const Command kPlanCommand = {
    .name = "plan",
    .arguments = "[SELECT...]",
    .summary = "what build would do, and why; changes nothing",
    .help =
        "A change of a contract is breaking (a column is gone or another), "
        "additive or neutral.",
    .max_arguments = 1000,
    .add_flags = AddFlags,
    .run = Run,
};

}  // namespace learnsql
