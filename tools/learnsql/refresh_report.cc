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

// Writes the members of one object after another.
class JsonObject {
 public:
  explicit JsonObject(std::string* json) : json_(json) { *json_ += '{'; }
  ~JsonObject() { *json_ += '}'; }
  JsonObject(const JsonObject&) = delete;
  JsonObject& operator=(const JsonObject&) = delete;

  void Name(std::string_view name) {
    if (!first_) *json_ += ',';
    first_ = false;
    AppendJsonText(name, json_);
    *json_ += ':';
  }
  void Add(std::string_view name, const Value& value) {
    Name(name);
    AppendJsonValue(value, json_);
  }
  void Add(std::string_view name, uint64_t number) {
    Add(name, Value::Integer(static_cast<int64_t>(number)));
  }

 private:
  std::string* json_;
  bool first_ = true;
};

Value TextOrNull(const std::string& text) {
  return text.empty() ? Value::Null() : Value::Text(text);
}

void AppendSource(const SourceOutcome& source, std::string* json) {
  const SyncReport& report = source.report;
  JsonObject object(json);
  object.Add("source", Value::Text(source.name));
  object.Add("status", Value::Text(source.state));
  object.Add("loaded", report.slices_loaded);
  object.Add("unchanged", report.slices_unchanged);
  object.Add("absent", report.slices_absent);
  object.Add("failed", report.slices_failed);
  object.Add("rows", report.counts.rows_loaded);
  object.Add("error", TextOrNull(source.error));
}

void AppendBuild(const BuildReport& build, std::string* json) {
  JsonObject object(json);
  object.Add("built", build.models.size());
  object.Add("unchanged", Value::Integer(build.unchanged));
  object.Add("checks", build.checks.size());
  object.Add("state", Value::Integer(build.state));
}

void AppendFile(const RefreshedFile& file, std::string* json) {
  JsonObject object(json);
  object.Add("file", Value::Text(file.target.path));
  object.Add("edition", TextOrNull(file.target.edition));
  object.Add("rows", Value::Integer(file.report.file.rows));
  object.Add("bytes", file.report.bytes);
  object.Add("sha256", Value::Text(file.report.sha256));
  object.Name("changed");
  *json += file.report.unchanged ? "false" : "true";
}

template <typename Items, typename Append>
void AppendList(const Items& items, const Append& append, std::string* json) {
  *json += '[';
  for (size_t i = 0; i < items.size(); ++i) {
    if (i > 0) *json += ',';
    append(items[i], json);
  }
  *json += ']';
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
    const std::string outcome = OutcomeName(report.status.code());
    const std::string message =
        report.status.message().empty() ? "" : report.status.ToString();
    JsonObject object(&json);
    object.Add("outcome", Value::Text(outcome));
    object.Add("exit_code", Value::Integer(ExitCode(report.status.code())));
    object.Add("seconds", Value::Real(report.seconds));
    object.Add("message", TextOrNull(message));
    object.Name("sources");
    AppendList(report.sources, AppendSource, &json);
    object.Name("build");
    if (report.build) {
      AppendBuild(*report.build, &json);
    } else {
      json += "null";
    }
    object.Name("published");
    AppendList(report.files, AppendFile, &json);
  }
  return json;
}

}  // namespace learnsql
