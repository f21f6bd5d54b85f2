#include "tools/learnsql/shell_command.h"

#include <filesystem>

#include "engine/shell/shell.h"
#include "tools/learnsql/model_names.h"
#include "tools/learnsql/questions.h"

namespace learnsql {
namespace {

namespace po = boost::program_options;

using Texts = std::vector<std::string>;

void AddShellFlags(po::options_description* flags) {
  flags->add_options()  //
      ("command,c", po::value<Texts>()->value_name("SQL"),
       "run this and end, as often as it is given")  //
      ("file,f", po::value<Texts>()->value_name("FILE"),
       "run a file and end; - is stdin")  //
      ("format", po::value<std::string>()->value_name("FORMAT"),
       ("how to write rows: " + FormatNames()).c_str())  //
      ("json", "short for --format json")                //
      ("param", po::value<Texts>()->value_name("name=value"),
       "a value for :name")                                         //
      ("write", "let statements change the file")                   //
      ("safe", "no files, no attach, limits on time and rows")      //
      ("strict", "exit 3 when a warning about the data was given")  //
      ("keep-going", "go on after an error of a script")            //
      ("no-init", "do not run the init file");
}

Texts TextsOf(const Invocation& call, const std::string& flag) {
  return call.Has(flag) ? call.flags[flag].as<Texts>() : Texts();
}

// The file to open: an argument, else the project's warehouse.
Result<std::string> PathOf(const Invocation& call) {
  const std::string path =
      call.arguments.empty() ? call.warehouse : call.arguments.front();
  if (path == ":memory:" || std::filesystem::exists(path)) return path;
  if (!call.arguments.empty()) {
    return Status(Code::kNotFound, "no such file", {path});
  }
  if (!call.project && call.global.warehouse.empty()) {
    LEARNSQL_TRY(StatusOf(call.NeedProject()));
  }
  return Status(Code::kNotFound,
                "no such warehouse yet; 'learnsql sync' and then 'learnsql "
                "build' make it",
                {path});
}

Status RunShell(const Invocation& call) {
  if (call.Has("write") && call.Has("safe")) {
    return Status(Code::kUsage, "--write and --safe exclude each other");
  }
  ShellOptions options;
  LEARNSQL_TRY_SET(options.path, PathOf(call));
  if (call.Has("write")) options.mode = ShellMode::kWrite;
  if (call.Has("safe")) options.mode = ShellMode::kSafe;
  for (const std::string& sql : TextsOf(call, "command")) {
    options.inputs.push_back({ShellInput::Kind::kCommand, sql});
  }
  for (const std::string& file : TextsOf(call, "file")) {
    options.inputs.push_back({ShellInput::Kind::kFile, file});
  }
  options.parameters = TextsOf(call, "param");
  if (call.Has("json") || call.Has("format")) {
    LEARNSQL_TRY_SET(
        options.format,
        ParseFormat(call.Has("json") ? "json" : call.Text("format")));
  }
  options.use_init = !call.Has("no-init");
  options.keep_going = call.Has("keep-going");
  options.strict = call.Has("strict");
  options.model_names = [&call] { return ModelNames(call); };
  if (call.project) {
    const Project* const project = &*call.project;
    options.question_names = [project] { return QuestionNames(*project); };
    options.find_question = [project](const std::string& name,
                                      std::span<const std::string> values) {
      return FindQuestion(*project, name, values);
    };
  }
  return RunShell(options);
}

}  // namespace

const Command kShellCommand = {
    .name = "",
    .arguments = "[FILE]",
    .summary = "ask the project's warehouse, or FILE",
    .help =
        "Reads statements from -c, -f, or stdin; on a terminal line by "
        "line. Read-only\nwithout --write.",
    .max_arguments = 1,
    .add_flags = AddShellFlags,
    .run = RunShell,
};

}  // namespace learnsql
