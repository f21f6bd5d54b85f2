#include "connectors/github/github_lists.h"

#include <gtest/gtest.h>

namespace learnsql {
namespace {

TEST(GithubObject, IsItsTextAndBack) {
  for (const char* text :
       {"members:o", "copilot:o", "repository:o/r", "commits:o/r", "pulls:o/r",
        "runs:o/r.with-dots_and-dashes"}) {
    EXPECT_EQ(GithubObject::FromText(text).ToText(), text);
  }
}

// What the watermark of each list goes by, and how far it looks back.
TEST(GithubLists, KnowWhatIsNewAndHowFarToLookBack) {
  struct Case {
    GithubKind kind;
    const char* path;
    const char* time;
    const char* order;
    int64_t overlap_s;
    bool whole;
  };
  constexpr int64_t kHour = 3600;
  constexpr Case kCases[] = {
      {GithubKind::kMembers, "/members", "", "", 60, true},
      {GithubKind::kCopilot, "/copilot/metrics", "", "", 60, true},
      {GithubKind::kRepository, "", "", "", 60, true},
      {GithubKind::kCommits, "/commits", "commit.committer.date", "",
       7 * 24 * kHour, false},
      {GithubKind::kPulls, "/pulls", "updated_at", "updated_at", kHour, false},
      {GithubKind::kRuns, "/actions/runs", "updated_at", "created_at", kHour,
       false},
  };
  for (const Case& test : kCases) {
    SCOPED_TRACE(test.path);
    const ListSpec spec = SpecOf({test.kind, "o/r"}, "2021-01-01T00:00:00Z");
    EXPECT_EQ(spec.path, test.path);
    EXPECT_EQ(spec.time_path, test.time);
    EXPECT_EQ(spec.order_path, test.order);
    EXPECT_EQ(spec.overlap_s, test.overlap_s);
    EXPECT_EQ(spec.whole, test.whole);
    EXPECT_EQ(spec.start, test.whole ? "" : "2021-01-01T00:00:00Z");
  }
}

// A run may be changed for 36 days after it was made: the pass must not end
// before it.
TEST(GithubLists, LookBackAtRunsThatMayStillChange) {
  const ListSpec spec = SpecOf({GithubKind::kRuns, "o/r"}, "");
  EXPECT_EQ(spec.lookback_s, 36 * 24 * 3600);
  EXPECT_EQ(spec.items_key, "workflow_runs");
  EXPECT_EQ(spec.query, "per_page=100");
}

TEST(GithubLists, NameWhatHangsOnAnItem) {
  EXPECT_EQ(ChildPath(GithubKind::kPulls, "/repositories/9", 3),
            "/repositories/9/pulls/3/reviews?per_page=100");
  EXPECT_EQ(ChildPath(GithubKind::kRuns, "/repos/o/r", 3'000'000'000),
            "/repos/o/r/actions/runs/3000000000/jobs?filter=all&per_page=100");
  EXPECT_EQ(ChildPath(GithubKind::kCommits, "/repos/o/r", 3), "");
  EXPECT_EQ(ChildKey(GithubKind::kRuns), "jobs");
  EXPECT_EQ(ChildKey(GithubKind::kPulls), "");
}

}  // namespace
}  // namespace learnsql
