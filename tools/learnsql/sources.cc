#include "tools/learnsql/sources.h"

#include <algorithm>
#include <array>
#include <charconv>
#include <filesystem>

#include "connectors/gharchive/gharchive_source.h"
#include "engine/base/log.h"
#include "engine/base/suggest.h"
#include "tools/learnsql/builtin_contracts.h"

namespace learnsql {
namespace {

constexpr std::string_view kGhArchive = "gharchive";

std::string ContractPath(const Project& project, const std::string& source) {
  return (project.root / "sql" / "raw" / (source + ".sql")).string();
}

Result<RawContract> OpenContract(const Invocation& call,
                                 const std::string& source) {
  if (call.project) {
    const std::string path = ContractPath(*call.project, source);
    if (std::filesystem::exists(path)) return ReadRawContract(path);
  }
  return ParseRawContract("sql/raw/" + source + ".sql",
                          BuiltinContract(source));
}

// "keep", "drop", "days 7".
Status ReadLanding(const Settings& settings, GhArchiveOptions* options) {
  const std::string_view text = settings.Get(kGhArchive, "landing");
  if (text == "keep") return {};
  if (text == "drop") {
    options->landing = LandingPolicy::kDrop;
    return {};
  }
  const std::string_view days = text.starts_with("days ") ? text.substr(5) : "";
  const char* const end = days.data() + days.size();
  const auto [stop, error] =
      std::from_chars(days.data(), end, options->landing_days);
  if (error != std::errc() || stop != end || options->landing_days < 1) {
    return settings.Wrong(kGhArchive, "landing",
                          "it may be keep, drop or days N");
  }
  options->landing = LandingPolicy::kDays;
  return {};
}

// A folder is meant from beside learnsql.ini; a URL stays.
std::string BaseUrl(const Invocation& call) {
  const std::string& base = call.settings.Get(kGhArchive, "base_url");
  if (base.find("://") != std::string::npos || !call.project) return base;
  return call.project->Beside(base);
}

Result<std::unique_ptr<Source>> OpenGhArchive(const Invocation& call) {
  constexpr std::array<std::string_view, 2> kColumns = {"needed", "all"};
  constexpr std::array<std::string_view, 3> kPayload = {"none", "fields",
                                                        "full"};
  const Settings& settings = call.settings;
  GhArchiveOptions options;
  options.base_url = BaseUrl(call);
  LEARNSQL_TRY_SET(options.start, settings.GetTime(kGhArchive, "start"));
  LEARNSQL_TRY_SET(const size_t columns,
                   settings.GetChoice(kGhArchive, "columns", kColumns));
  LEARNSQL_TRY_SET(const size_t payload,
                   settings.GetChoice(kGhArchive, "payload", kPayload));
  constexpr std::array<std::string_view, 2> kOverlap = {"utc", "both"};
  LEARNSQL_TRY_SET(const size_t overlap,
                   settings.GetChoice(kGhArchive, "overlap", kOverlap));
  constexpr std::array<std::string_view, 2> kNoYes = {"no", "yes"};
  LEARNSQL_TRY_SET(const size_t push_commits,
                   settings.GetChoice(kGhArchive, "push_commits", kNoYes));
  options.events.push_commits = push_commits == 1;
  options.overlap = static_cast<Overlap>(overlap);
  options.events.all_columns = columns == 1;
  options.events.payload = static_cast<PayloadMode>(payload);
  LEARNSQL_TRY(ReadLanding(settings, &options));
  const std::string& landing = settings.Get("learnsql", "landing_dir");
  options.landing_dir =
      (call.project ? call.project->Beside(landing) : landing) + "/gharchive";
  options.clock = call.clock;
  options.cancel = call.cancel;
  return std::unique_ptr<Source>(
      std::make_unique<GhArchiveSource>(std::move(options)));
}

}  // namespace

std::vector<std::string> SourceNames() { return {std::string(kGhArchive)}; }

void LogNotes(const std::vector<SliceNote>& notes) {
  for (const SliceNote& note : notes) {
    const std::string end =
        note.end > note.start ? " to " + FormatUtc(note.end) : "";
    Log(LogLevel::kInfo, FormatUtc(note.start) + end + ": " + note.text);
  }
}

Result<ConfiguredSource> OpenSource(const Invocation& call,
                                    const std::string& name) {
  const std::vector<std::string> names = SourceNames();
  if (std::find(names.begin(), names.end(), name) == names.end()) {
    return Status(Code::kUsage, "unknown source '" + name + "'" +
                                    DidYouMean(name, names) +
                                    "; there is: " + names.front());
  }
  ConfiguredSource configured;
  LEARNSQL_TRY_SET(configured.contract, OpenContract(call, name));
  LEARNSQL_TRY_SET(configured.max_reject_share,
                   call.settings.GetShare(name, "max_rejects"));
  LEARNSQL_TRY_SET(configured.source, OpenGhArchive(call));
  return configured;
}

Result<std::vector<RawContract>> ReadRawContracts(const Project& project) {
  std::vector<std::string> paths;
  std::error_code ignored;  // a project without raw contracts has none
  for (const auto& entry : std::filesystem::directory_iterator(
           project.root / "sql" / "raw", ignored)) {
    if (entry.path().extension() == ".sql") {
      paths.push_back(entry.path().string());
    }
  }
  std::sort(paths.begin(), paths.end());
  std::vector<RawContract> contracts;
  for (const std::string& path : paths) {
    LEARNSQL_TRY_SET(RawContract contract, ReadRawContract(path));
    contracts.push_back(std::move(contract));
  }
  return contracts;
}

}  // namespace learnsql
