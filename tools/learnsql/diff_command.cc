#include "engine/publish/diff.h"
#include "engine/publish/diff_render.h"
#include "engine/query/text_sink.h"
#include "tools/learnsql/command.h"

namespace learnsql {
namespace {

namespace po = boost::program_options;

constexpr int kMaxSamples = 1000;

void AddDiffFlags(po::options_description* flags) {
  flags->add_options()  //
      ("format", po::value<std::string>()->value_name("FORMAT"),
       "text, json or markdown")           //
      ("json", "short for --format json")  //
      ("samples", po::value<int>()->default_value(3)->value_name("N"),
       "rows shown of each kind of change; 0 shows none")  //
      ("check", "exit 3 when the files differ");
}

Status RunDiff(const Invocation& call) {
  if (call.arguments.size() < 2) {
    return Status(Code::kUsage,
                  "say which two: 'learnsql diff A.db B.db', the earlier one "
                  "first");
  }
  LEARNSQL_TRY_SET(const DiffForm form,
                   ParseDiffForm(call.Has("json")     ? "json"
                                 : call.Has("format") ? call.Text("format")
                                                      : "text"));
  const int samples = call.flags["samples"].as<int>();
  if (samples < 0 || samples > kMaxSamples) {
    return Status(Code::kUsage,
                  "--samples must be 0 to " + std::to_string(kMaxSamples));
  }
  const DiffOptions options = {
      .names = {call.arguments.begin() + 2, call.arguments.end()},
      .samples = static_cast<size_t>(samples),
      .cancel = call.cancel};
  LEARNSQL_TRY_SET(const FileDiff diff,
                   DiffFiles(call.arguments[0], call.arguments[1], options));
  FileSink out(stdout);
  LEARNSQL_TRY(out.Write(RenderDiff(diff, form)));
  LEARNSQL_TRY(out.Flush());
  if (!call.Has("check") || !diff.differs()) return {};
  return Status(Code::kGate,
                call.arguments[0] + " and " + call.arguments[1] + " differ");
}

}  // namespace

const Command kDiffCommand = {
    .name = "diff",
    .arguments = "A B [NAME...]",
    .summary = "rows and columns that changed between two files, and why",
    .help =
        "A and B are warehouses or published files, the earlier one first. "
        "Tables are compared by\nprimary key, those without one as bags of "
        "rows; views by columns and text, by their rows\nwhere they are "
        "named. Values of columns with a class of personal data are hidden. "
        "Exit\ncode 0 whether they differ or not; with --check 3 when they "
        "do.",
    .max_arguments = 1000,
    .add_flags = AddDiffFlags,
    .run = RunDiff,
};

}  // namespace learnsql
