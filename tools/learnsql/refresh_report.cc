#include "tools/learnsql/refresh_report.h"

#include <algorithm>

#include "engine/model/json.h"
#include "engine/store/connection.h"
#include "tools/learnsql/command.h"
#include "tools/learnsql/progress.h"

namespace learnsql {
namespace {

std::string OutcomeName(Code code) {
  switch (code) {
    case Code::kOk:
      return "ok";
    case Code::kGate:
      return "gate";
    case Code::kNetwork:
      return "unavailable";
    case Code::kBusy:
      return "busy";
    case Code::kCancelled:
      return "cancelled";
    default:
      return "error";
  }
}

void AddCount(std::string_view name, uint64_t count, JsonList* object) {
  object->Integer(name, static_cast<int64_t>(count));
}

void AppendSource(const SourceOutcome& source, std::string* json) {
  const SyncReport& report = source.report;
  JsonList object('{', '}', json);
  object.Text("source", source.name);
  object.Text("status", source.state);
  AddCount("loaded", report.slices_loaded, &object);
  AddCount("unchanged", report.slices_unchanged, &object);
  AddCount("absent", report.slices_absent, &object);
  AddCount("failed", report.slices_failed, &object);
  AddCount("rows", report.counts.rows_loaded, &object);
  object.TextOrNull("error", source.error);
}

void AppendBuild(const BuildReport& build, std::string* json) {
  JsonList object('{', '}', json);
  AddCount("built", build.models.size(), &object);
  object.Integer("unchanged", build.unchanged);
  AddCount("checks", build.checks.size(), &object);
  object.Integer("state", build.state);
}

void AppendFile(const RefreshedFile& file, std::string* json) {
  JsonList object('{', '}', json);
  object.Text("file", file.target.path);
  object.TextOrNull("edition", file.target.edition);
  object.Integer("rows", file.report.file.rows);
  AddCount("bytes", file.report.bytes, &object);
  object.Text("sha256", file.report.sha256);
  object.Bool("changed", !file.report.unchanged);
}

}  // namespace

std::string RefreshSummary(const RefreshReport& report) {
  uint64_t rows = 0;
  for (const SourceOutcome& source : report.sources) {
    rows += source.report.counts.rows_loaded;
  }
  const auto good =
      std::count_if(report.sources.begin(), report.sources.end(),
                    [](const SourceOutcome& s) { return s.status.ok(); });
  const auto changed =
      std::count_if(report.files.begin(), report.files.end(),
                    [](const RefreshedFile& f) { return !f.report.unchanged; });
  std::string text = "refresh: " + OutcomeName(report.status.code()) + "; " +
                     std::to_string(good) + " of " +
                     std::to_string(report.sources.size()) + " sources, " +
                     ShowCount(rows) + " rows; ";
  text += report.build
              ? std::to_string(report.build->models.size()) + " models built"
              : std::string("nothing built");
  text += "; " + std::to_string(changed) + " of " +
          std::to_string(report.files.size()) + " files changed";
  return text + " in " + ShowSeconds(report.seconds);
}

std::string RefreshJson(const RefreshReport& report) {
  std::string json;
  {
    const std::string message =
        report.status.message().empty() ? "" : report.status.ToString();
    JsonList object('{', '}', &json);
    object.Text("outcome", OutcomeName(report.status.code()));
    object.Integer("exit_code", ExitCode(report.status.code()));
    AppendJsonValue(Value::Real(report.seconds), object.Member("seconds"));
    object.TextOrNull("message", message);
    AppendJsonArray(report.sources, AppendSource, object.Member("sources"));
    std::string* const build = object.Member("build");
    if (report.build) {
      AppendBuild(*report.build, build);
    } else {
      *build += "null";
    }
    AppendJsonArray(report.files, AppendFile, object.Member("published"));
  }
  return json;
}

}  // namespace learnsql
