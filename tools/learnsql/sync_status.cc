#include "tools/learnsql/sync_status.h"

#include <array>
#include <ctime>
#include <filesystem>
#include <fstream>
#include <sstream>

#include "engine/store/connection.h"
#include "tools/learnsql/whole_file.h"

namespace learnsql {
namespace {

// SQLite's JSON functions change one member and leave the others.
constexpr std::string_view kChangeSql = R"(
select json_set(
    ?1,
    ?2, json_object('last_sync', ?3, 'status', ?4, 'rows', ?5, 'error', ?6),
    '$.last_sync', ?3,
    '$.records_synced', ?5,
    '$.sync_status', ?4
))";

// 2026-01-31T10:00:00, as the clock on the wall shows it.
std::string LocalTime(int64_t seconds) {
  const std::time_t at = seconds;
  std::tm local = {};
  localtime_r(&at, &local);
  std::array<char, 32> text{};
  std::strftime(text.data(), text.size(), "%Y-%m-%dT%H:%M:%S", &local);
  return text.data();
}

std::string ErrorOf(const Result<SyncReport>& report) {
  if (!report.ok()) return report.status().ToString();
  if (!report->errors.empty()) return report->errors.front();
  return report->worst.ok() ? "" : report->worst.ToString();
}

Result<std::string> ReadObject(const std::string& path, Connection* scratch) {
  std::ifstream file(path, std::ios::binary);
  if (!file) return std::string("{}");
  std::stringstream text;
  text << file.rdbuf();
  std::string json = text.str();
  LEARNSQL_TRY_SET(const std::optional<int64_t> object,
                   scratch->QueryInteger("select case when json_valid(?1) then "
                                         "json_type(?1) = 'object' else 0 end",
                                         std::array{Value::Text(json)}));
  if (object.value_or(0) == 1) return json;
  return Status(Code::kInvalid,
                "is no JSON object, so the status of a source cannot be added; "
                "remove the file, or name another in [learnsql] sync_status",
                {path});
}

}  // namespace

std::string SyncStatusOf(const Result<SyncReport>& report) {
  const Status& worst = report.ok() ? report->worst : report.status();
  if (worst.code() == Code::kNetwork) return "unavailable";
  if (worst.code() == Code::kGate) return "failed";
  if (!worst.ok() || report->interrupted) return "error";
  const bool nothing = report->slices_loaded + report->slices_unchanged == 0;
  return nothing && report->slices_absent > 0 ? "empty" : "success";
}

Status WriteSyncStatus(const Invocation& call, const std::string& source,
                       const Result<SyncReport>& report) {
  const std::string& setting = call.settings.Get("learnsql", "sync_status");
  if (setting.empty()) return {};
  const std::string path =
      call.project ? call.project->Beside(setting) : setting;
  std::error_code ignored;  // writing says what is wrong with the folder
  std::filesystem::create_directories(std::filesystem::path(path).parent_path(),
                                      ignored);
  LEARNSQL_TRY_SET(Connection scratch, Connection::OpenInMemory());
  LEARNSQL_TRY_SET(const std::string old, ReadObject(path, &scratch));
  const std::string member = "$.\"" + source + "\"";
  const std::string now = LocalTime(call.clock->NowSeconds());
  const std::string status = SyncStatusOf(report);
  const std::string error = ErrorOf(report);
  const int64_t rows =
      report.ok() ? static_cast<int64_t>(report->counts.rows_loaded) : 0;
  LEARNSQL_TRY_SET(
      const std::optional<std::string> json,
      scratch.QueryText(
          kChangeSql,
          std::array{Value::Text(old), Value::Text(member), Value::Text(now),
                     Value::Text(status), Value::Integer(rows),
                     error.empty() ? Value::Null() : Value::Text(error)}));
  return WriteWholeFile(path, json.value_or("{}") + "\n");
}

}  // namespace learnsql
