#include <algorithm>
#include <iostream>
#include <set>

#include "engine/base/log.h"
#include "engine/model/build.h"
#include "tools/learnsql/command.h"
#include "tools/learnsql/model_options.h"

namespace learnsql {
namespace {

// Whether a finding is about one of the files, or about one that no part of
// the project could be read from.
bool Concerns(const Finding& finding, const std::set<std::string>& selected,
              const std::set<std::string>& known) {
  return selected.contains(finding.place.name) ||
         !known.contains(finding.place.name);
}

std::set<std::string> PathsOf(const Selection& selection) {
  std::set<std::string> paths;
  for (const auto* part : selection.raw_tables) {
    paths.insert(part->script->name());
  }
  for (const auto* part : selection.models) paths.insert(part->script->name());
  for (const auto* part : selection.checks) paths.insert(part->script->name());
  for (const auto* part : selection.questions) {
    paths.insert(part->script->name());
  }
  return paths;
}

Result<std::vector<Finding>> FindingsOf(const Invocation& call,
                                        const ModelSet& models) {
  LEARNSQL_TRY_SET(const BuildOptions options, GetBuildOptions(call));
  LEARNSQL_TRY_SET(const Selection selection,
                   GetSelection(call, models, options));
  LEARNSQL_TRY_SET(const Selection all, Select(models, {}, nullptr));
  std::vector<Finding> findings = Lint(models);
  std::erase_if(findings, [selected = PathsOf(selection),
                           known = PathsOf(all)](const Finding& finding) {
    return !Concerns(finding, selected, known);
  });
  return findings;
}

Status RunLint(const Invocation& call) {
  LEARNSQL_TRY_SET(const Project* const project, call.NeedProject());
  LEARNSQL_TRY_SET(const ModelSet models, LoadProjectModels(*project));
  LEARNSQL_TRY_SET(const std::vector<Finding> findings,
                   FindingsOf(call, models));
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
    .arguments = "[SELECT...]",
    .summary = "check names, columns and dialect of the models; needs no data",
    .help =
        "Findings go to stdout, with file, line and column. Exit 1 when "
        "one is an error.",
    .max_arguments = 1000,
    .add_flags = AddSelectionFlags,
    .run = RunLint,
};

}  // namespace learnsql
