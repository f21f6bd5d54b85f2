#include <fstream>
#include <iostream>
#include <sstream>

#include "engine/query/runner.h"
#include "engine/store/functions.h"
#include "engine/store/warehouse.h"
#include "tools/learnsql/command.h"
#include "tools/learnsql/model_names.h"

namespace learnsql {
namespace {

namespace po = boost::program_options;

void AddFlags(po::options_description* flags) {
  flags->add_options()  //
      ("format", po::value<std::string>()->value_name("FORMAT"),
       ("how to write the rows: " + FormatNames()).c_str())  //
      ("json", "short for --format json")                    //
      ("file,f", po::value<std::string>()->value_name("FILE"),
       "read the query from a file; - is stdin")  //
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

Status Run(const Invocation& call) {
  LEARNSQL_TRY_SET(const Format format, GetFormat(call));
  LEARNSQL_TRY_SET(const QueryText text, GetText(call));
  RunOptions options;
  options.name = text.name;
  options.knows_model = KnowsModelOf(call);
  if (call.Has("param")) {
    LEARNSQL_TRY_SET(
        options.parameters,
        ParseParameters(call.flags["param"].as<std::vector<std::string>>()));
  }
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
    .add_flags = AddFlags,
    .run = Run,
};

}  // namespace learnsql
