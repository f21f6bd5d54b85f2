#include "tools/learnsql/command.h"
#include "tools/learnsql/model_options.h"
#include "tools/learnsql/questions.h"

namespace learnsql {
namespace {

namespace po = boost::program_options;

void AddFlags(po::options_description* flags) {
  flags->add_options()                                   //
      ("questions", "questions, with their parameters")  //
      ("format", po::value<std::string>()->value_name("FORMAT"),
       ("how to write the rows: " + FormatNames()).c_str())  //
      ("json", "short for --format json");
}

Status Run(const Invocation& call) {
  if (!call.Has("questions")) {
    return Status(Code::kUsage, "say what to list: --questions");
  }
  const std::string name = call.Has("json")     ? "json"
                           : call.Has("format") ? call.Text("format")
                                                : "table";
  LEARNSQL_TRY_SET(const Format format, ParseFormat(name));
  LEARNSQL_TRY_SET(const Project* const project, call.NeedProject());
  LEARNSQL_TRY_SET(const ModelSet models, LoadProjectModels(*project));
  FileSink out(stdout);
  LEARNSQL_TRY(
      ListQuestions(models, MakeRenderer({.format = format}, &out).get()));
  return out.Flush();
}

}  // namespace

const Command kListCommand = {
    .name = "list",
    .arguments = "",
    .summary = "what the project has: --questions",
    .help = "Reads the project's files; needs no warehouse.",
    .max_arguments = 0,
    .add_flags = AddFlags,
    .run = Run,
};

}  // namespace learnsql
