#include "connectors/codetrack/codetrack_source.h"
#include "engine/base/log.h"
#include "tools/learnsql/connector.h"
#include "tools/learnsql/wait_note.h"

namespace learnsql {
namespace {

constexpr std::string_view kCodetrack = "codetrack";
constexpr char kApiUrl[] = "API_URL";

// Codetrack's address is not public: it stands in the environment or .env.
Result<std::string> ApiUrl(const Settings& settings) {
  const std::string& set = settings.Get(kCodetrack, "api_url");
  if (!set.empty()) return set;
  Result<Secret> url = settings.GetSecret(kApiUrl);
  if (url.status().code() == Code::kNotFound) {
    return settings.Wrong(kCodetrack, "api_url",
                          "where is Codetrack? Write API_URL=https://... in "
                          ".env, or set the variable API_URL");
  }
  LEARNSQL_TRY(StatusOf(url));
  return url->Reveal();
}

Result<std::unique_ptr<Source>> OpenCodetrack(const Invocation& call,
                                              const std::string& section,
                                              const RawContract&) {
  const Settings& settings = call.settings;
  CodetrackOptions options;
  LEARNSQL_TRY_SET(options.rest.base_url, ApiUrl(settings));
  options.rest.wait = !call.Has("no-wait");
  options.rest.on_wait = [](const RestWait& wait) {
    NoteWait(std::string(kCodetrack), wait);
  };
  options.rest.http.clock = call.clock;
  options.rest.http.cancel = call.cancel;
  const std::string& roster = settings.Get(kCodetrack, "roster");
  options.roster = call.project ? call.project->Beside(roster) : roster;
  options.leetcode_url = settings.Get(kCodetrack, "leetcode_url");
  LEARNSQL_TRY_SET(options.submissions,
                   settings.GetYesNo(kCodetrack, "submissions"));
  LEARNSQL_TRY_SET(options.refresh, settings.GetYesNo(kCodetrack, "refresh"));
  LEARNSQL_TRY_SET(options.keep_landing, KeepsLanding(settings, kCodetrack));
  options.on_note = [](const std::string& note) {
    Log(LogLevel::kInfo, "codetrack: " + note);
  };
  options.landing_dir = LandingFolder(call, section);
  return std::unique_ptr<Source>(
      std::make_unique<CodetrackSource>(std::move(options)));
}

}  // namespace

const Connector kCodetrackConnector = {
    .name = kCodetrack,
    .named = false,
    .keys = {{"roster", "rosters/roster.json",
              "the file of learners: a JSON list of id, email, name, cohort "
              "and leetcode_id"},
             {"api_url", "",
              "where Codetrack is; without it API_URL of the environment or "
              ".env"},
             {"submissions", "yes",
              "no: do not ask LeetCode which problems were solved last"},
             {"leetcode_url", "https://leetcode.com/graphql",
              "where LeetCode is"},
             {"refresh", "no",
              "yes: have Codetrack bring each learner's LeetCode score up to "
              "date before totals are read; it writes there"},
             {"landing", "keep",
              "what becomes of the answers once they are loaded: keep, drop"}},
    .contract = kCodetrack,
    .open = OpenCodetrack,
};

}  // namespace learnsql
