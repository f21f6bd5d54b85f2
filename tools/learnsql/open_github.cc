#include <algorithm>
#include <array>

#include "connectors/github/github_source.h"
#include "engine/base/clock.h"
#include "tools/learnsql/connector.h"
#include "tools/learnsql/wait_note.h"

namespace learnsql {
namespace {

constexpr std::string_view kGithub = "github";
constexpr char kToken[] = "GITHUB_TOKEN";

// "a, b c" as three names, each once.
std::vector<std::string> Names(const std::string& text) {
  std::vector<std::string> names;
  for (std::string& name : SplitList(text, ", \t")) {
    const bool known =
        std::find(names.begin(), names.end(), name) != names.end();
    if (!known) names.push_back(std::move(name));
  }
  return names;
}

// Without a token GitHub answers 60 requests an hour, of public things.
Status AddToken(const Settings& settings, RestOptions* rest) {
  Result<Secret> token = settings.GetSecret(kToken);
  if (token.status().code() == Code::kNotFound) return {};
  LEARNSQL_TRY(StatusOf(token));
  rest->credentials.push_back({.url = rest->base_url,
                               .header = "Authorization",
                               .prefix = "Bearer ",
                               .value = std::move(token).value()});
  return {};
}

Result<RestOptions> RestOptionsOf(const Invocation& call) {
  RestOptions rest;
  rest.base_url = call.settings.Get(kGithub, "api_url");
  rest.wait = !call.Has("no-wait");
  rest.on_wait = [](const RestWait& wait) {
    NoteWait(std::string(kGithub), wait);
  };
  rest.http.clock = call.clock;
  rest.http.cancel = call.cancel;
  LEARNSQL_TRY(AddToken(call.settings, &rest));
  return rest;
}

Result<std::unique_ptr<Source>> OpenGithub(const Invocation& call,
                                           const std::string& section,
                                           const RawContract&) {
  constexpr std::array<std::string_view, 2> kItems = {"none", "full"};
  const Settings& settings = call.settings;
  GithubOptions options;
  LEARNSQL_TRY_SET(options.rest, RestOptionsOf(call));
  options.organizations = Names(settings.Get(kGithub, "organizations"));
  options.repositories = Names(settings.Get(kGithub, "repositories"));
  LEARNSQL_TRY_SET(options.reviews, settings.GetYesNo(kGithub, "reviews"));
  LEARNSQL_TRY_SET(options.jobs, settings.GetYesNo(kGithub, "jobs"));
  LEARNSQL_TRY_SET(options.copilot, settings.GetYesNo(kGithub, "copilot"));
  LEARNSQL_TRY_SET(const size_t items,
                   settings.GetChoice(kGithub, "items", kItems));
  LEARNSQL_TRY_SET(options.keep_landing, KeepsLanding(settings, kGithub));
  options.keep_items = items == 1;
  LEARNSQL_TRY_SET(const std::optional<int64_t> start,
                   settings.GetTime(kGithub, "start"));
  if (start) options.start = FormatUtc(*start);
  options.landing_dir = LandingFolder(call, section);
  Result<std::unique_ptr<GithubSource>> source =
      GithubSource::Make(std::move(options));
  if (!source.ok()) {
    return settings.Wrong(kGithub, "repositories", source.status().message());
  }
  return std::unique_ptr<Source>(std::move(source).value());
}

}  // namespace

const Connector kGithubConnector = {
    .name = kGithub,
    .named = false,
    .keys =
        {{"repositories", "",
          "owner/name, ...: their commits, pull requests and workflow runs"},
         {"organizations", "", "names, ...: their members"},
         {"api_url", "https://api.github.com",
          "where the API is; GITHUB_TOKEN of the environment or .env goes "
          "there only"},
         {"start", "",
          "where commits, pull requests and runs begin, such as 2021-01-01; "
          "all of them without it"},
         {"reviews", "yes", "no: pull requests without their reviews"},
         {"jobs", "yes", "no: workflow runs without their jobs"},
         {"copilot", "no",
          "yes: the organisations' Copilot metrics (the token needs "
          "manage_billing:copilot)"},
         {"items", "full",
          "full: each object as it was sent, too, in the column item; none"},
         {"landing", "keep",
          "what becomes of the pages once they are loaded: keep, drop"}},
    .contract = kGithub,
    .open = OpenGithub,
};

}  // namespace learnsql
