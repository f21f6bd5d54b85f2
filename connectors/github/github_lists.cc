#include "connectors/github/github_lists.h"

#include <array>

namespace learnsql {
namespace {

constexpr int64_t kHour = 3600;
constexpr int64_t kDay = 24 * kHour;
// A branch that is merged brings commits with older dates.
constexpr int64_t kLateCommits = 7 * kDay;
// A run may wait and work for 35 days, and be run again for 30.
constexpr int64_t kOpenRuns = 36 * kDay;

constexpr std::array<std::string_view, 6> kNames = {
    "members", "copilot", "repository", "commits", "pulls", "runs"};

ListSpec RunsSpec(ListSpec spec) {
  spec.path = "/actions/runs";
  // Unfiltered: with a filter the API lists a thousand runs and no more.
  spec.query = "per_page=100";
  spec.items_key = "workflow_runs";
  spec.time_path = "updated_at";
  spec.order_path = "created_at";
  spec.overlap_s = kHour;
  spec.lookback_s = kOpenRuns;
  return spec;
}

}  // namespace

std::string GithubObject::ToText() const {
  return std::string(kNames[static_cast<size_t>(kind)]) + ":" + owner;
}

GithubObject GithubObject::FromText(std::string_view text) {
  const size_t colon = text.find(':');
  GithubObject object;
  object.owner = text.substr(colon + 1);
  for (size_t i = 0; i < kNames.size(); ++i) {
    if (kNames[i] == text.substr(0, colon)) {
      object.kind = static_cast<GithubKind>(i);
    }
  }
  return object;
}

ListSpec SpecOf(const GithubObject& object, const std::string& start) {
  ListSpec spec;
  spec.root = "/repos/" + object.owner;
  switch (object.kind) {
    case GithubKind::kMembers:
      spec.root = "/orgs/" + object.owner;
      spec.path = "/members";
      spec.query = "per_page=100";
      spec.whole = true;
      return spec;
    case GithubKind::kCopilot:
      spec.root = "/orgs/" + object.owner;
      spec.path = "/copilot/metrics";
      spec.query = "per_page=100";
      spec.whole = true;
      return spec;
    case GithubKind::kRepository:
      spec.whole = true;
      return spec;
    case GithubKind::kCommits:
      spec.path = "/commits";
      spec.query = "per_page=100";
      spec.time_path = "commit.committer.date";
      spec.since_parameter = "since";
      spec.overlap_s = kLateCommits;
      spec.first_page_tells = true;
      break;
    case GithubKind::kPulls:
      spec.path = "/pulls";
      spec.query = "state=all&sort=updated&direction=desc&per_page=100";
      spec.time_path = spec.order_path = "updated_at";
      spec.overlap_s = spec.lookback_s = kHour;
      spec.first_page_tells = true;
      break;
    case GithubKind::kRuns:
      spec = RunsSpec(std::move(spec));
      break;
  }
  spec.start = start;
  return spec;
}

std::string ChildPath(GithubKind kind, const std::string& root, int64_t id) {
  const std::string number = std::to_string(id);
  if (kind == GithubKind::kPulls) {
    return root + "/pulls/" + number + "/reviews?per_page=100";
  }
  if (kind == GithubKind::kRuns) {
    return root + "/actions/runs/" + number + "/jobs?filter=all&per_page=100";
  }
  return {};
}

std::string_view ChildKey(GithubKind kind) {
  return kind == GithubKind::kRuns ? "jobs" : "";
}

}  // namespace learnsql
