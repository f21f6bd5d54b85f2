#include <algorithm>
#include <iostream>

#include "engine/base/log.h"
#include "engine/model/build.h"
#include "tools/learnsql/command.h"
#include "tools/learnsql/model_options.h"

namespace learnsql {
namespace {

void AddFlags(boost::program_options::options_description*) {}

Status Run(const Invocation& call) {
  LEARNSQL_TRY_SET(const Project* const project, call.NeedProject());
  LEARNSQL_TRY_SET(const ModelSet models, LoadProjectModels(*project));
  const std::vector<Finding> findings = Lint(models);
  for (const Finding& finding : findings) {
    const bool error = finding.severity == Finding::Severity::kError;
    std::cout << (error ? "error: " : "warning: ") << finding.ToString()
              << "\n";
  }
  const auto errors = std::count_if(
      findings.begin(), findings.end(), [](const Finding& finding) {
        return finding.severity == Finding::Severity::kError;
      });
  Log(LogLevel::kInfo,
      "lint: " + std::to_string(models.models.size()) + " models, " +
          std::to_string(errors) + " errors, " +
          std::to_string(static_cast<std::ptrdiff_t>(findings.size()) -
                         errors) +
          " warnings");
  return errors == 0 ? Status() : Status(Code::kInvalid, "");
}

}  // namespace

const Command kLintCommand = {
    .name = "lint",
    .arguments = "",
    .summary = "check names, columns and dialect of the models; needs no data",
    .help =
        "Findings go to stdout, with file, line and column. Exit 1 when "
        "one is an error.",
    .max_arguments = 0,
    .add_flags = AddFlags,
    .run = Run,
};

}  // namespace learnsql
