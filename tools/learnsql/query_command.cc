#include <fstream>
#include <iostream>
#include <sstream>

#include "engine/query/runner.h"
#include "engine/shell/ask_parameters.h"
#include "engine/store/functions.h"
#include "engine/store/warehouse.h"
#include "tools/learnsql/command.h"
#include "tools/learnsql/model_names.h"
#include "tools/learnsql/questions.h"

namespace learnsql {
namespace {

namespace po = boost::program_options;

void AddQueryFlags(po::options_description* flags) {
  flags->add_options()  //
      ("format", po::value<std::string>()->value_name("FORMAT"),
       ("how to write the rows: " + FormatNames()).c_str())  //
      ("json", "short for --format json")                    //
      ("file,f", po::value<std::string>()->value_name("FILE"),
       "read the query from a file; - is stdin")  //
      ("question", po::value<std::string>()->value_name("NAME"),
       "a question of the project; --param replaces its defaults")  //
      ("param", po::value<std::vector<std::string>>()->value_name("name=value"),
       "a value for :name, as often as there are names");
}

Result<std::string> ReadAll(const std::string& path) {
  std::stringstream text;
  if (path == "-") {
    text << std::cin.rdbuf();
    return text.str();
  }
  std::ifstream file(path, std::ios::binary);
  if (!file) return Status(Code::kUsage, "cannot be read", {path});
  text << file.rdbuf();
  return text.str();
}

struct QueryText {
  std::string name;  // for errors
  std::string sql;
};

Result<QueryText> GetText(const Invocation& call) {
  const bool argument = !call.arguments.empty();
  if (argument && call.Has("file")) {
    return Status(Code::kUsage, "give the query, or --file, not both");
  }
  if (argument && call.arguments.front() != "-") {
    return QueryText{"query", call.arguments.front()};
  }
  const std::string path = call.Has("file") ? call.Text("file") : "-";
  LEARNSQL_TRY_SET(std::string sql, ReadAll(path));
  return QueryText{path == "-" ? "stdin" : path, std::move(sql)};
}

Result<Format> GetFormat(const Invocation& call) {
  if (!call.Has("json")) {
    return ParseFormat(call.Has("format") ? call.Text("format") : "table");
  }
  if (call.Has("format") && call.Text("format") != "json") {
    return Status(Code::kUsage, "--json and --format " + call.Text("format") +
                                    " exclude each other");
  }
  return Format::kJson;
}

std::vector<std::string> ParamTexts(const Invocation& call) {
  if (!call.Has("param")) return {};
  return call.flags["param"].as<std::vector<std::string>>();
}

// The text of a question, and its parameters into `options`.
Result<QueryText> GetQuestion(const Invocation& call, RunOptions* options) {
  if (!call.arguments.empty() || call.Has("file")) {
    return Status(Code::kUsage, "give the query, --file or --question");
  }
  LEARNSQL_TRY_SET(const Project* const project, call.NeedProject());
  LEARNSQL_TRY_SET(
      ShellQuestion question,
      FindQuestion(*project, call.Text("question"), ParamTexts(call)));
  options->parameters = std::move(question.parameters);
  options->first_line = question.first_line;
  return QueryText{question.file, question.sql};
}

Result<QueryText> GetTextAndParameters(const Invocation& call,
                                       RunOptions* options) {
  if (call.Has("question")) return GetQuestion(call, options);
  LEARNSQL_TRY_SET(options->parameters, ParseParameters(ParamTexts(call)));
  LEARNSQL_TRY_SET(const QueryText text, GetText(call));
  LEARNSQL_TRY_SET(
      const std::vector<Parameter> asked,
      AskForMissing(text.sql, options->parameters, stdin, stderr, call.cancel));
  options->parameters.insert(options->parameters.end(), asked.begin(),
                             asked.end());
  return text;
}

Status RunQuery(const Invocation& call) {
  LEARNSQL_TRY_SET(const Format format, GetFormat(call));
  RunOptions options;
  LEARNSQL_TRY_SET(const QueryText text, GetTextAndParameters(call, &options));
  options.name = text.name;
  options.knows_model = KnowsModelOf(call);
  LEARNSQL_TRY_SET(Connection connection,
                   OpenReadOnly(call.warehouse, call.cancel));
  LEARNSQL_TRY(RegisterFunctions(&connection, FunctionSet::kNewNames));
  FileSink out(stdout);
  const std::unique_ptr<Renderer> renderer =
      MakeRenderer({.format = format}, &out);
  const Result<RunTotals> totals =
      RunText(&connection, text.sql, options, renderer.get());
  LEARNSQL_TRY(out.Flush());
  return StatusOf(totals);
}

}  // namespace

const Command kQueryCommand = {
    .name = "query",
    .arguments = "[SQL]",
    .summary = "run one query and print its rows, for scripts",
    .help =
        "Reads the query from --file or stdin when there is none. "
        "Read-only; nothing is cut.",
    .max_arguments = 1,
    .add_flags = AddQueryFlags,
    .run = RunQuery,
};

}  // namespace learnsql
