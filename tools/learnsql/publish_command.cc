#include <sys/wait.h>

#include <cstdlib>
#include <iostream>

#include "engine/base/log.h"
#include "engine/publish/file_swap.h"
#include "engine/publish/publish.h"
#include "tools/learnsql/command.h"
#include "tools/learnsql/edition_settings.h"
#include "tools/learnsql/model_options.h"
#include "tools/learnsql/progress.h"
#include "tools/learnsql/publish_steps.h"

namespace learnsql {
namespace {

namespace po = boost::program_options;

void AddPublishFlags(po::options_description* flags) {
  flags->add_options()  //
      ("edition", po::value<std::string>()->value_name("NAME"),
       "what of the warehouse goes into it: [edition.NAME]")  //
      ("undo", "bring the file of before back");
}

// What was done to which column: what somebody asks before the file leaves.
void PrintReport(const PublishReport& report) {
  for (const ColumnReport& column : report.file.columns) {
    if (column.way == "kept") continue;
    Log(LogLevel::kInfo, column.table + "." + column.column + " " + column.way +
                             (column.pii.empty() ? "" : " (pii: ") +
                             column.pii + (column.pii.empty() ? "" : ")"));
  }
  for (const std::string& note : report.file.notes) {
    Log(LogLevel::kWarning, note);
  }
  if (report.proof.columns.empty()) return;
  Log(LogLevel::kInfo, "proof: none of " + ShowCount(report.proof.values) +
                           " values of " +
                           std::to_string(report.proof.columns.size()) +
                           " columns stands in the file" +
                           (report.proof.too_short == 0
                                ? ""
                                : "; " + ShowCount(report.proof.too_short) +
                                      " too short to be looked for"));
}

// Runs the command of [publish] on_publish. Also when nothing changed: an
// earlier run may have been killed before it came to it.
Status AfterPublish(const Invocation& call, const std::string& path,
                    bool unchanged) {
  const std::string& command = call.settings.Get("publish", "on_publish");
  if (command.empty()) return {};
  ::setenv("LEARNSQL_FILE", path.c_str(), 1);
  ::setenv("LEARNSQL_FILE_CHANGED", unchanged ? "0" : "1", 1);
  const int outcome = std::system(command.c_str());
  if (outcome == 0) return {};
  return Status(
      Code::kInvalid,
      path + " is published, and on_publish failed: exit " +
          std::to_string(WIFEXITED(outcome) ? WEXITSTATUS(outcome) : outcome),
      {call.settings.Origin("publish", "on_publish")});
}

// The names that the edition's selectors stand for; staging and raw tables
// among them are not published by themselves.
Status ResolveObjects(const ModelSet& models, Edition* edition) {
  if (edition->objects.empty()) return {};
  LEARNSQL_TRY_SET(const Selection selection,
                   Select(models, {.select = edition->objects}, nullptr));
  edition->objects.clear();
  for (const Model* model : selection.models) {
    if (model->layer == Layer::kStaging) continue;
    edition->objects.push_back(model->name);
  }
  if (!edition->objects.empty()) return {};
  return Status(Code::kUsage,
                "the edition's objects are no tables or views "
                "that can be published");
}

Result<PublishReport> PublishShown(const Invocation& call,
                                   const ModelSet& models,
                                   const std::string& path,
                                   PublishOptions options) {
  ProgressLine line(call.clock, call.global.quiet);
  options.progress = [&](const std::string& table, size_t done, size_t total) {
    if (!line.wants_text()) return;
    line.Draw(std::to_string(done) + " of " + std::to_string(total) + ": " +
              table);
  };
  return Publish(call.warehouse, models, path, options);
}

}  // namespace

Result<PublishReport> PublishAndPrint(const Invocation& call,
                                      const ModelSet& models,
                                      const std::string& path,
                                      const std::string& edition) {
  LEARNSQL_TRY_SET(PublishOptions options, GetPublishOptions(call, edition));
  LEARNSQL_TRY(ResolveObjects(models, &options.edition));
  const int64_t began = call.clock->MonotonicMicros();
  LEARNSQL_TRY_SET(PublishReport report,
                   PublishShown(call, models, path, std::move(options)));
  PrintReport(report);
  Log(LogLevel::kInfo, (report.unchanged ? "unchanged " : "published ") + path +
                           ": " + ShowCount(report.file.rows) + " rows, " +
                           ShowBytes(report.bytes) + " in " +
                           ShowSeconds(call.clock->SecondsSince(began)) +
                           ", sha256 " + report.sha256);
  LEARNSQL_TRY(AfterPublish(call, path, report.unchanged));
  return report;
}

namespace {

Status Undo(const Invocation& call, const std::string& path) {
  LEARNSQL_TRY_SET(const PublishOptions options, GetPublishOptions(call, ""));
  LEARNSQL_TRY(UndoPublish(path));
  LEARNSQL_TRY(CompressFile(path, options.compression));
  Log(LogLevel::kInfo,
      path + " is the one of before; what it was is " + path + ".undone");
  return {};
}

Status RunPublish(const Invocation& call) {
  if (call.arguments.size() != 1) {
    return Status(Code::kUsage, "say where: 'learnsql publish FILE'");
  }
  const std::string& path = call.arguments.front();
  if (call.Has("undo")) return Undo(call, path);
  LEARNSQL_TRY_SET(const Project* const project, call.NeedProject());
  LEARNSQL_TRY_SET(const ModelSet models, LoadProjectModels(*project));
  LEARNSQL_TRY(ErrorsOf(models.findings));
  return StatusOf(PublishAndPrint(call, models, path, call.Text("edition")));
}

}  // namespace

const Command kPublishCommand = {
    .name = "publish",
    .arguments = "FILE",
    .summary = "write a verified file to send",
    .help =
        "Equal data and models give equal bytes. FILE is replaced in one "
        "step, once the new\nfile is whole; the files of before stay as "
        "FILE.1, FILE.2, ...",
    .max_arguments = 1,
    .add_flags = AddPublishFlags,
    .run = RunPublish,
};

}  // namespace learnsql
