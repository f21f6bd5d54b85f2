#include <algorithm>

#include "engine/query/describe.h"
#include "engine/query/text_sink.h"
#include "engine/store/warehouse.h"
#include "tools/learnsql/command.h"
#include "tools/learnsql/model_names.h"

namespace learnsql {
namespace {

namespace po = boost::program_options;

void AddDescribeFlags(po::options_description* flags) {
  flags->add_options()  //
      ("format", po::value<std::string>()->value_name("FORMAT"),
       "text, json or mermaid")  //
      ("json", "short for --format json");
}

// A model that stands in the project only is not unknown.
Status Explain(const Invocation& call, const std::string& name,
               const Status& error) {
  if (error.code() != Code::kNotFound || !KnowsModelOf(call)(name)) {
    return error;
  }
  return Status(Code::kNotFound, "'" + name +
                                     "' is not built yet; 'learnsql build " +
                                     name + "' makes it");
}

Status RunDescribe(const Invocation& call) {
  if (call.arguments.empty()) {
    return Status(Code::kUsage,
                  "say what to describe: a table, a view, TABLE.COLUMN or a "
                  "source; 'learnsql list' shows what there is");
  }
  LEARNSQL_TRY_SET(const DescribeForm form,
                   ParseDescribeForm(call.Has("json")     ? "json"
                                     : call.Has("format") ? call.Text("format")
                                                          : "text"));
  LEARNSQL_TRY_SET(Connection connection,
                   OpenReadOnly(call.warehouse, call.cancel));
  const std::string& name = call.arguments.front();
  const Result<std::string> text = Describe(&connection, name, form);
  if (!text.ok()) return Explain(call, name, text.status());
  FileSink out(stdout);
  LEARNSQL_TRY(out.Write(*text));
  return out.Flush();
}

}  // namespace

const Command kDescribeCommand = {
    .name = "describe",
    .arguments = "NAME",
    .summary = "meaning, columns, owner, freshness, checks, lineage",
    .help =
        "NAME is a table, a view, TABLE.COLUMN or a source. What it says "
        "stands in the file\nitself; the project is not needed.",
    .max_arguments = 1,
    .add_flags = AddDescribeFlags,
    .run = RunDescribe,
};

}  // namespace learnsql
