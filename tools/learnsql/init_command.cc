#include <iostream>

#include "tools/learnsql/command.h"

namespace learnsql {
namespace {

Status RunInit(const Invocation& call) {
  const std::string folder =
      call.arguments.empty() ? "." : call.arguments.front();
  LEARNSQL_TRY(WriteNewProject(folder));
  std::cerr << "made a project in " << folder << ". Next:\n"
            << (folder == "." ? "" : "  cd " + folder + "\n")
            << "  learnsql build\n"
               "  learnsql query 'select * from working_days'\n";
  return {};
}

}  // namespace

const Command kInitCommand = {
    .name = "init",
    .arguments = "[DIR]",
    .summary = "start a project that builds at once",
    .help =
        "Writes learnsql.ini with every key commented, a model with its "
        "check, and a view.",
    .max_arguments = 1,
    .run = RunInit,
};

}  // namespace learnsql
