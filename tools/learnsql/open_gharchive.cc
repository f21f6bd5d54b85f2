#include <array>
#include <charconv>

#include "connectors/gharchive/gharchive_source.h"
#include "tools/learnsql/connector.h"

namespace learnsql {
namespace {

constexpr std::string_view kGhArchive = "gharchive";

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

Result<std::unique_ptr<Source>> OpenGhArchive(const Invocation& call,
                                              const std::string&,
                                              const RawContract&) {
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
  options.landing_dir = LandingFolder(call, std::string(kGhArchive));
  options.clock = call.clock;
  options.cancel = call.cancel;
  return std::unique_ptr<Source>(
      std::make_unique<GhArchiveSource>(std::move(options)));
}

}  // namespace

// Vectors are made before main: nothing here depends on other files' order.
const Connector kGhArchiveConnector = {
    .name = kGhArchive,
    .named = false,
    .keys =
        {{"base_url", "https://data.gharchive.org",
          "where the hours are: https, http://localhost, or a folder"},
         {"start", "",
          "where a sync without --from begins, such as 2015-01-01T00"},
         {"columns", "needed",
          "needed: ids, names, type and time; all: the archive's 19 columns"},
         {"payload", "fields",
          "fields: action, ref, number, size and the like; full: the whole "
          "JSON, too, compressed; none"},
         {"push_commits", "no",
          "yes: a row for each commit of a push, in "
          "raw_gharchive__push_commits"},
         {"overlap", "utc",
          "2015-01-01T00 to T08 has two sets of files with the same events: "
          "utc takes the newer names only, both counts twice"},
         {"landing", "keep",
          "what becomes of a fetched file once it is loaded: keep, days N, "
          "drop"}},
    .contract = kGhArchive,
    .open = OpenGhArchive,
};

}  // namespace learnsql
