#include "connectors/github/github_source.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <filesystem>

#include "tests/connectors/github/github_testing.h"

namespace learnsql {
namespace {

using testing::HasSubstr;
using testing::Not;

constexpr char kCommits[] = "/repos/o/r/commits?per_page=100";
constexpr char kPulls[] =
    "/repos/o/r/pulls?state=all&sort=updated&direction=desc&per_page=100";
constexpr char kRuns[] = "/repos/o/r/actions/runs?per_page=100";
constexpr char kMembers[] = "/orgs/o/members?per_page=100";
constexpr char kCopilot[] = "/orgs/o/copilot/metrics?per_page=100";

std::string Commit(const std::string& sha, const std::string& date) {
  return R"({"sha":")" + sha + R"(","commit":{"committer":{"date":")" + date +
         R"("}},"author":null})";
}

std::string Pull(int number, const std::string& updated) {
  return R"({"id":)" + std::to_string(1000 + number) + R"(,"number":)" +
         std::to_string(number) +
         R"(,"user":null,"created_at":"2024-01-01T00:00:00Z","updated_at":")" +
         updated + R"("})";
}

std::string RunOf(int id, const std::string& created,
                  const std::string& updated,
                  const std::string& status = "completed") {
  return R"({"id":)" + std::to_string(id) + R"(,"status":")" + status +
         R"(","created_at":")" + created + R"(","updated_at":")" + updated +
         R"("})";
}

std::string RunList(const std::string& runs) {
  return R"({"total_count":9,"workflow_runs":[)" + runs + "]}";
}

Answer Jobs(int run, const std::string& body = R"({"jobs":[]})",
            int status = 200) {
  return {.target = "/repos/o/r/actions/runs/" + std::to_string(run) +
                    "/jobs?filter=all&per_page=100",
          .body = body,
          .status = status};
}

Answer Reviews(int number, const std::string& body = "[]", int status = 200) {
  return {.target = "/repos/o/r/pulls/" + std::to_string(number) +
                    "/reviews?per_page=100",
          .body = body,
          .status = status};
}

// ---- what is asked for

TEST_F(GithubTest, AsksForEverythingThatIsConfigured) {
  github_.repositories = {"o/r", "o/s"};
  github_.organizations = {"o"};
  github_.copilot = true;
  const Result<std::vector<Slice>> slices = Source().Slices({});
  ASSERT_TRUE(slices.ok()) << slices.status().ToString();
  std::string objects;
  for (const Slice& slice : *slices) objects += slice.object + " ";
  EXPECT_EQ(objects,
            "repository:o/r repository:o/s members:o copilot:o commits:o/r "
            "pulls:o/r runs:o/r commits:o/s pulls:o/s runs:o/s ");
}

TEST_F(GithubTest, AsksForCopilotOnlyWhenToldTo) {
  github_.organizations = {"o"};
  const Result<std::vector<Slice>> slices = Source().Slices({});
  ASSERT_TRUE(slices.ok()) << slices.status().ToString();
  EXPECT_EQ(slices->size(), 5u);
  for (const Slice& slice : *slices) {
    EXPECT_THAT(slice.object, Not(HasSubstr("copilot")));
  }
}

TEST_F(GithubTest, WantsSomethingToRead) {
  github_.repositories.clear();
  const Status status = Source().Slices({}).status();
  EXPECT_EQ(status.code(), Code::kUsage);
  EXPECT_THAT(status.ToString(), HasSubstr("repositories = owner/name"));
}

TEST(GithubSource, RefusesNamesThatAreNone) {
  for (const char* name : {"", "o", "o/", "/r", "o/r/s", "o/..", "./r", "o/r?x",
                           "o /r", "o/r\n", "o/r%2e"}) {
    SCOPED_TRACE(name);
    GithubOptions options;
    options.repositories = {name};
    const Status status = GithubSource::Make(std::move(options)).status();
    EXPECT_EQ(status.code(), Code::kInvalid);
    EXPECT_THAT(status.ToString(), HasSubstr("write owner/name"));
  }
  for (const char* name : {"", "a/b", "..", "a?b"}) {
    SCOPED_TRACE(name);
    GithubOptions options;
    options.organizations = {name};
    EXPECT_EQ(GithubSource::Make(std::move(options)).status().code(),
              Code::kInvalid);
  }
}

TEST_F(GithubTest, SendsWhatGithubWants) {
  Serve({{.target = kCommits}});
  EXPECT_EQ(KindOf("commits:o/r"), "unchanged");
  const SeenRequest seen = server_.requests().at(0);
  EXPECT_EQ(seen.Header("Accept"), "application/vnd.github+json");
  EXPECT_EQ(seen.Header("X-GitHub-Api-Version"), "2022-11-28");
  EXPECT_EQ(seen.Header("Authorization"), std::string("Bearer ") + kCanary);
  EXPECT_THAT(seen.target, Not(HasSubstr(kCanary)));
}

// ---- pages and watermarks

TEST_F(GithubTest, FollowsTheLinksOfAList) {
  const std::string second = "/repositories/9/commits?per_page=100&page=2";
  Serve({{.target = kCommits,
          .body = "[" + Commit("a", "2024-01-03T00:00:00Z") + "]",
          .headers = NextLink(second)},
         {.target = second,
          .body = "[" + Commit("b", "2024-01-02T00:00:00Z") + "]"}});
  EXPECT_EQ(KindOf("commits:o/r"), "fetched");
  EXPECT_EQ(sink_.Rows("commits", {"repository", "sha"}), "o/r a, o/r b");
}

TEST_F(GithubTest, AsksForCommitsSinceTheNewestLessAWeek) {
  Serve({{.target = kCommits,
          .body = "[" + Commit("a", "2024-01-10T00:00:00Z") + "," +
                  Commit("b", "2024-01-09T00:00:00Z") + "]"},
         {.target = std::string(kCommits) + "&since=2024-01-03T00:00:00Z",
          .body = "[" + Commit("c", "2024-01-11T00:00:00Z") + "," +
                  Commit("late", "2024-01-04T00:00:00Z") + "]"},
         {.target = std::string(kCommits) + "&since=2024-01-04T00:00:00Z"}});
  EXPECT_EQ(KindOf("commits:o/r"), "fetched");
  EXPECT_EQ(KindOf("commits:o/r"), "fetched");
  EXPECT_EQ(sink_.Rows("commits", {"sha"}), "c, late");
  EXPECT_EQ(KindOf("commits:o/r"), "unchanged");
}

// One that is merged later has an older number; updated_at tells, with an hour
// of overlap.
TEST_F(GithubTest, ReadsPullRequestsUntilTheyAreOlderThanTheWatermark) {
  github_.reviews = false;
  Serve({{.target = kPulls,
          .body = "[" + Pull(2, "2024-01-02T12:00:00Z") + "," +
                  Pull(1, "2024-01-01T00:00:00Z") + "]"},
         {.target = kPulls,
          .body = "[" + Pull(1, "2024-01-03T00:00:00Z") + "," +
                  Pull(3, "2024-01-02T11:00:00Z") + "," +
                  Pull(4, "2024-01-02T10:59:59Z") + "]",
          .headers = NextLink("/never?page=2")}});
  EXPECT_EQ(KindOf("pulls:o/r"), "fetched");
  EXPECT_EQ(sink_.Rows("pull_requests", {"number"}), "2, 1");
  EXPECT_EQ(KindOf("pulls:o/r"), "fetched");
  EXPECT_EQ(sink_.Rows("pull_requests", {"number", "updated_at"}),
            "1 2024-01-03T00:00:00Z, 3 2024-01-02T11:00:00Z");
  EXPECT_THAT(Asked(), Not(HasSubstr("never")));
}

// The newest created come first, so an old run that ends now stands far below.
TEST_F(GithubTest, FindsRunsThatEndLater) {
  github_.jobs = false;
  Serve({{.target = kRuns,
          .body = RunList(
              RunOf(2, "2024-02-01T00:00:00Z", "2024-02-01T00:10:00Z") + "," +
              RunOf(1, "2024-01-02T00:00:00Z", "2024-01-02T00:00:00Z",
                    "queued"))},
         {.target = kRuns,
          .body = RunList(
              RunOf(3, "2024-02-02T00:00:00Z", "2024-02-02T00:10:00Z") + "," +
              RunOf(2, "2024-02-01T00:00:00Z", "2024-02-01T00:10:00Z") + "," +
              RunOf(1, "2024-01-02T00:00:00Z", "2024-02-02T00:00:00Z") + "," +
              RunOf(9, "2023-12-20T00:00:00Z", "2024-02-02T00:00:00Z")),
          .headers = NextLink("/never?page=2")}});
  EXPECT_EQ(KindOf("runs:o/r"), "fetched");
  EXPECT_EQ(KindOf("runs:o/r"), "fetched");
  // 2 lies within the overlap of an hour; 9 is older than any run that changes.
  EXPECT_EQ(sink_.Rows("workflow_runs", {"run_id", "status"}),
            "3 completed, 2 completed, 1 completed");
  EXPECT_THAT(Asked(), Not(HasSubstr("never")));
}

TEST_F(GithubTest, AnUnchangedListCostsOneRequestAndNoRows) {
  github_.reviews = false;
  Serve({{.target = kPulls,
          .body = "[" + Pull(1, "2024-01-01T00:00:00Z") + "]",
          .headers = EtagOf("one")},
         {.target = kPulls, .body = "", .status = 304}});
  EXPECT_EQ(KindOf("pulls:o/r"), "fetched");
  const std::string cursor = cursors_["pulls:o/r"];
  Asked();
  EXPECT_EQ(KindOf("pulls:o/r"), "unchanged");
  EXPECT_EQ(Asked(), std::string(kPulls) + "? ");
  EXPECT_TRUE(sink_.rows.empty());
}

// Another token may see more: what it was told before says nothing.
TEST_F(GithubTest, SendsNoValidatorsOfAnotherToken) {
  github_.reviews = false;
  Serve({{.target = kPulls,
          .body = "[" + Pull(1, "2024-01-01T00:00:00Z") + "]",
          .headers = EtagOf("one")}});
  EXPECT_EQ(KindOf("pulls:o/r"), "fetched");
  options_.credentials[0].value = Secret("another");
  source_.reset();
  Asked();
  KindOf("pulls:o/r");
  EXPECT_EQ(Asked(), std::string(kPulls) + " ");
}

TEST_F(GithubTest, ReadsAgainFromWhereItIsTold) {
  Serve({{.target = kCommits,
          .body = "[" + Commit("a", "2024-01-10T00:00:00Z") + "]"},
         {.target = std::string(kCommits) + "&since=2023-11-30T00:00:00Z",
          .body = "[" + Commit("old", "2023-12-08T00:00:00Z") + "]"}});
  EXPECT_EQ(KindOf("commits:o/r"), "fetched");
  Window window;
  window.from = 1'701'907'200;  // 2023-12-07
  ASSERT_TRUE(Source().Slices(window).ok());
  EXPECT_EQ(KindOf("commits:o/r"), "fetched");
  EXPECT_EQ(sink_.Rows("commits", {"sha"}), "old");
}

TEST_F(GithubTest, BeginsWhereTheSettingSays) {
  github_.start = "2024-01-01T00:00:00Z";
  github_.reviews = false;
  Serve({{.target = kPulls,
          .body = "[" + Pull(2, "2024-01-02T00:00:00Z") + "," +
                  Pull(1, "2023-01-01T00:00:00Z") + "]",
          .headers = NextLink("/never?page=2")}});
  EXPECT_EQ(KindOf("pulls:o/r"), "fetched");
  EXPECT_EQ(sink_.Rows("pull_requests", {"number"}), "2");
}

// ---- what hangs on an item

TEST_F(GithubTest, ReadsReviewsBelowTheirPullRequest) {
  Serve(
      {{.target = kPulls,
        .body = "[" + Pull(2, "2024-01-02T00:00:00Z") + "," +
                Pull(1, "2024-01-01T00:00:00Z") + "]"},
       Reviews(2, R"([{"id":21,"state":"APPROVED","user":{"id":7,"login":"u"}},
                        {"id":22,"state":"COMMENTED","user":null}])"),
       Reviews(1)});
  EXPECT_EQ(KindOf("pulls:o/r"), "fetched");
  EXPECT_EQ(sink_.Rows("pull_requests", {"number"}), "2, 1");
  EXPECT_EQ(sink_.Rows("reviews", {"pull_request_number", "review_id", "state",
                                   "user_id"}),
            "2 21 APPROVED 7, 2 22 COMMENTED null");
}

TEST_F(GithubTest, ReadsAllPagesOfJobs) {
  const std::string second = "/repositories/9/actions/runs/1/jobs?page=2";
  Serve({{.target = kRuns,
          .body = RunList(
              RunOf(1, "2024-01-01T00:00:00Z", "2024-01-01T00:00:00Z"))},
         {.target = Jobs(1).target,
          .body = R"({"jobs":[{"id":11,"run_id":1}]})",
          .headers = NextLink(second)},
         {.target = second, .body = R"({"jobs":[{"id":12,"run_id":1}]})"}});
  EXPECT_EQ(KindOf("runs:o/r"), "fetched");
  EXPECT_EQ(sink_.Rows("workflow_jobs", {"job_id"}), "11, 12");
}

TEST_F(GithubTest, CountsWhatIsNotShown) {
  Serve({{.target = kPulls,
          .body = "[" + Pull(3, "2024-01-03T00:00:00Z") + "," +
                  Pull(2, "2024-01-02T00:00:00Z") + "," +
                  Pull(1, "2024-01-01T00:00:00Z") + "]"},
         Reviews(3, "{}", 404),
         Reviews(2, "{}", 451),
         Reviews(1, "{}", 404)});
  const Result<Landed> landed = Sync("pulls:o/r");
  ASSERT_TRUE(landed.ok()) << landed.status().ToString();
  EXPECT_EQ(landed->warning,
            "reviews of 2 pull requests not shown: HTTP 404; reviews of 1 pull "
            "request not shown: HTTP 451");
  EXPECT_EQ(sink_.Rows("pull_requests", {"number"}), "3, 2, 1");
}

// A failure below an item loses the page, and the next sync has all of it.
TEST_F(GithubTest, AFailureBelowAnItemMovesNothing) {
  Serve(
      {{.target = kPulls, .body = "[" + Pull(1, "2024-01-01T00:00:00Z") + "]"},
       Reviews(1, "{}", 501),
       Reviews(1)});
  EXPECT_THAT(KindOf("pulls:o/r"), HasSubstr("HTTP 501"));
  EXPECT_EQ(cursors_["pulls:o/r"], "");
  EXPECT_EQ(KindOf("pulls:o/r"), "fetched");
  EXPECT_EQ(sink_.Rows("pull_requests", {"number"}), "1");
}

// Fifty requests end a slice, in the middle of a page as well.
TEST_F(GithubTest, GoesOnWhereTheRequestsOfASliceEnded) {
  std::string body;
  std::vector<Answer> answers;
  for (int number = 120; number > 0; --number) {
    body += (body.empty() ? "" : ",") + Pull(number, "2024-01-01T00:00:00Z");
    answers.push_back(Reviews(number));
  }
  answers.push_back({.target = kPulls, .body = "[" + body + "]"});
  Serve(answers);
  EXPECT_EQ(KindOf("pulls:o/r"), "fetched");
  EXPECT_EQ(sink_.rows["raw_github__pull_requests"].size(), 120u);
  EXPECT_EQ(followed_, 2);
  EXPECT_EQ(server_.RequestsFor("/repos/o/r/pulls/77/reviews").size(), 1u);
}

// ---- renamed, vanished, empty

TEST_F(GithubTest, FollowsARecordedRenameAndRemembersIt) {
  Replay("github/octokit_rename-repository");
  github_.repositories = {"octokit-fixture-org/rename-repository"};
  const std::string object = "repository:octokit-fixture-org/rename-repository";
  EXPECT_EQ(KindOf(object), "fetched");
  EXPECT_EQ(sink_.Rows("repositories", {"repository", "repo_id", "full_name"}),
            "octokit-fixture-org/rename-repository 1000 "
            "octokit-fixture-org/rename-repository-newname");
  EXPECT_THAT(cursors_[object], HasSubstr("/repositories/1000"));
  Asked();
  KindOf(object);
  EXPECT_THAT(Asked(), testing::StartsWith("/repositories/1000"));
}

// What hangs on an item is followed too, and asked for under the new name from
// the next pass on.
TEST_F(GithubTest, FollowsARenameBelowItems) {
  const auto moved = [](const std::string& path) {
    return Answer{.target = "/repos/o/r" + path,
                  .body = "",
                  .status = 301,
                  .headers = R"("location":"https://api.github.com)"
                             "/repositories/9" +
                             path + "\""};
  };
  const std::string list = std::string(kPulls).substr(10);
  Serve({moved(list),
         {.target = "/repositories/9" + list,
          .body = "[" + Pull(1, "2024-01-01T00:00:00Z") + "]"},
         {.target = "/repositories/9" + list,
          .body = "[" + Pull(1, "2024-01-02T00:00:00Z") + "]"},
         moved("/pulls/1/reviews?per_page=100"),
         {.target = "/repositories/9/pulls/1/reviews?per_page=100",
          .body = R"([{"id":11}])"}});
  EXPECT_EQ(KindOf("pulls:o/r"), "fetched");
  EXPECT_EQ(sink_.Rows("reviews", {"repository", "review_id"}), "o/r 11");
  Asked();
  EXPECT_EQ(KindOf("pulls:o/r"), "fetched");
  EXPECT_EQ(sink_.Rows("pull_requests", {"repository", "updated_at"}),
            "o/r 2024-01-02T00:00:00Z");
  EXPECT_THAT(Asked(), Not(HasSubstr("/repos/o/r")));
}

TEST_F(GithubTest, WhatVanishedIsGoneAndWhatNeverWasIsMissing) {
  Serve({{.target = kCommits,
          .body = R"({"message":"Not Found"})",
          .status = 404}});
  EXPECT_EQ(KindOf("commits:o/r"), "missing");
  cursors_["commits:o/r"] = R"({"since":"2024-01-01T00:00:00Z"})";
  Serve({{.target = std::string(kCommits) + "&since=2023-12-25T00:00:00Z",
          .body = R"({"message":"Repository access blocked"})",
          .status = 451}});
  EXPECT_EQ(KindOf("commits:o/r"), "gone");
  // The cursor stays: when it comes back, it goes on.
  EXPECT_THAT(cursors_["commits:o/r"], HasSubstr("2024-01-01"));
}

TEST_F(GithubTest, TakesListsThatAreNone) {
  struct Case {
    int status;
    const char* body;
  };
  constexpr Case kCases[] = {{204, ""},
                             {409, R"({"message":"Git Repository is empty."})"},
                             {410, R"({"message":"Issues are disabled"})"}};
  for (const Case& test : kCases) {
    SCOPED_TRACE(test.status);
    const std::string owner = "o/r" + std::to_string(test.status);
    Serve({{.target = "/repos/" + owner + "/commits?per_page=100",
            .body = test.body,
            .status = test.status}});
    const std::string kind = KindOf("commits:" + owner);
    EXPECT_TRUE(kind == "fetched" || kind == "unchanged") << kind;
    EXPECT_EQ(sink_.Rows("commits", {"sha"}), "");
  }
}

// ---- members and Copilot

TEST_F(GithubTest, TellsWhoIsOnTheWholeListOfMembers) {
  const std::string second = "/organizations/1/members?per_page=100&page=2";
  Serve({{.target = kMembers,
          .body = R"([{"id":1,"login":"a"}])",
          .headers = NextLink(second)},
         {.target = second, .body = R"([{"id":2,"login":"b"}])"}});
  EXPECT_EQ(KindOf("members:o"), "fetched");
  EXPECT_EQ(sink_.Rows("members", {"org", "user_id", "login"}), "o 1 a, o 2 b");
  EXPECT_EQ(sink_.rows["raw_github__member_lists"].size(), 1u);
  EXPECT_EQ(KindOf("members:o"), "unchanged");
}

// Then all have left.
TEST_F(GithubTest, AListOfMembersMayBecomeEmpty) {
  Serve({{.target = kMembers, .body = R"([{"id":1,"login":"a"}])"},
         {.target = kMembers}});
  EXPECT_EQ(KindOf("members:o"), "fetched");
  EXPECT_EQ(KindOf("members:o"), "fetched");
  EXPECT_EQ(sink_.Rows("members", {"login"}), "");
  EXPECT_EQ(sink_.rows["raw_github__member_lists"].size(), 1u);
}

// Half a list would say that the others left.
TEST_F(GithubTest, HalfAListOfMembersIsNone) {
  const std::string second = "/organizations/1/members?per_page=100&page=2";
  Serve({{.target = kMembers,
          .body = R"([{"id":1,"login":"a"}])",
          .headers = NextLink(second)},
         {.target = second, .body = "{}", .status = 501}});
  EXPECT_THAT(KindOf("members:o"), HasSubstr("HTTP 501"));
  EXPECT_TRUE(sink_.rows.empty());
}

TEST_F(GithubTest, ReadsTheDaysOfCopilot) {
  Serve({{.target = kCopilot,
          .body = R"([{"date":"2025-06-13","total_active_users":3},
                      {"date":"2025-06-14","total_active_users":4}])"}});
  EXPECT_EQ(KindOf("copilot:o"), "fetched");
  EXPECT_EQ(sink_.Rows("copilot_days", {"org", "day", "total_active_users"}),
            "o 2025-06-13 3, o 2025-06-14 4");
}

TEST_F(GithubTest, SaysThatARightIsMissing) {
  Serve({{.target = kCopilot,
          .body = R"({"message":"Resource not accessible by integration"})",
          .status = 403}});
  const Status status = Sync("copilot:o").status();
  EXPECT_EQ(status.code(), Code::kInvalid);
  EXPECT_THAT(status.ToString(), HasSubstr("HTTP 403"));
  EXPECT_THAT(status.ToString(), HasSubstr("Resource not accessible"));
  EXPECT_THAT(status.ToString(), Not(HasSubstr(kCanary)));
}

TEST_F(GithubTest, CopilotThatIsNotEnabledIsMissing) {
  Serve({{.target = kCopilot, .body = "{}", .status = 404}});
  EXPECT_EQ(KindOf("copilot:o"), "missing");
}

// ---- limits and faults

TEST_F(GithubTest, WaitsForTheLimitOfTheHour) {
  Serve({{.target = kCommits,
          .body = R"({"message":"API rate limit exceeded for user ID 1."})",
          .status = 403,
          .headers = R"("x-ratelimit-remaining":"0","x-ratelimit-reset":")" +
                     std::to_string(kNow + 600) + "\""},
         {.target = kCommits,
          .body = "[" + Commit("a", "2024-01-01T00:00:00Z") + "]"}});
  EXPECT_EQ(KindOf("commits:o/r"), "fetched");
  EXPECT_GE(clock_.slept_ms, 600'000);
  EXPECT_LT(clock_.slept_ms, 610'000);
  EXPECT_FALSE(waits_.empty());
}

TEST_F(GithubTest, WaitsForASecondaryLimitAsItIsTold) {
  Serve({{.target = kCommits,
          .body = R"({"message":"You have exceeded a secondary rate limit"})",
          .status = 403,
          .headers = R"("retry-after":"30")"},
         {.target = kCommits,
          .body = "[" + Commit("a", "2024-01-01T00:00:00Z") + "]"}});
  EXPECT_EQ(KindOf("commits:o/r"), "fetched");
  EXPECT_GE(clock_.slept_ms, 30'000);
  EXPECT_LT(clock_.slept_ms, 40'000);
}

TEST_F(GithubTest, FailsAtALimitWhenToldNotToWait) {
  options_.wait = false;
  Serve({{.target = kCommits,
          .body = R"({"message":"API rate limit exceeded"})",
          .status = 429,
          .headers = R"("x-ratelimit-remaining":"0","x-ratelimit-reset":")" +
                     std::to_string(kNow + 600) + "\""}});
  const Status status = Sync("commits:o/r").status();
  EXPECT_EQ(status.code(), Code::kNetwork);
  EXPECT_THAT(status.ToString(), HasSubstr("2025-06-15T15:16"));
  EXPECT_EQ(clock_.slept_ms, 0);
}

TEST_F(GithubTest, AWrongTokenIsFinalAndNotShown) {
  Serve({{.target = kCommits,
          .body = R"({"message":"Bad credentials"})",
          .status = 401}});
  EXPECT_THAT(KindOf("commits:o/r"), HasSubstr("401"));
  EXPECT_THAT(KindOf("pulls:o/r"), Not(HasSubstr(kCanary)));
  EXPECT_EQ(server_.requests().size(), 1u);
}

// Broken JSON under status 200 is a passing failure; for ever, it is an error.
TEST_F(GithubTest, ComesAgainAfterBrokenJson) {
  Serve({{.target = kCommits, .body = R"([{"sha":"a","com)"},
         {.target = kCommits, .body = "<html>busy</html>"},
         {.target = kCommits,
          .body = "[" + Commit("a", "2024-01-01T00:00:00Z") + "]"}});
  EXPECT_EQ(KindOf("commits:o/r"), "fetched");
  EXPECT_EQ(sink_.Rows("commits", {"sha"}), "a");
}

TEST_F(GithubTest, GivesUpOnJsonThatStaysBroken) {
  Serve({{.target = kCommits, .body = R"([{"sha":"a"},])"}});
  const Status status = Sync("commits:o/r").status();
  EXPECT_EQ(status.code(), Code::kNetwork);
  EXPECT_EQ(cursors_["commits:o/r"], "");
  EXPECT_TRUE(sink_.rows.empty());
}

// A list that comes as an object, an item that is none.
TEST_F(GithubTest, RefusesPagesThatAreNoLists) {
  Serve({{.target = kRuns, .body = R"({"total_count":1})"}});
  EXPECT_NE(KindOf("runs:o/r"), "fetched");
  EXPECT_TRUE(sink_.rows.empty());
}

TEST_F(GithubTest, FaultsOfTheWireLoseNothing) {
  for (const char* fault : {"503*2", "cut:10*1", "chunked-cut:10*1",
                            "short:3*1", "page*1", "408*1"}) {
    SCOPED_TRACE(fault);
    cursors_.clear();
    server_.ForgetFaults();
    const std::string owner =
        "o/" + std::to_string(std::hash<std::string>()(fault));
    const std::string path = "/repos/" + owner + "/commits";
    Serve({{.target = path + "?per_page=100",
            .body = "[" + Commit("a", "2024-01-01T00:00:00Z") + "]"}});
    Inject(path, fault);
    EXPECT_EQ(KindOf("commits:" + owner), "fetched");
    EXPECT_EQ(sink_.Rows("commits", {"sha"}), "a");
  }
}

TEST_F(GithubTest, LeavesNoHalfFileBehind) {
  Inject("/repos/o/r/commits", "501");
  EXPECT_THAT(KindOf("commits:o/r"), HasSubstr("HTTP 501"));
  size_t files = 0;
  std::error_code none;
  for (const auto& entry : std::filesystem::recursive_directory_iterator(
           folder_.File("landing"), none)) {
    files += entry.is_regular_file() ? 1 : 0;
  }
  EXPECT_EQ(files, 0u);
}

// ---- what stays

TEST_F(GithubTest, ShowsTheRecordBehindARow) {
  Serve({{.target = kCommits,
          .body = "[" + Commit("a", "2024-01-01T00:00:00Z") + "]"}});
  const Result<Landed> landed = Sync("commits:o/r");
  ASSERT_TRUE(landed.ok());
  SliceRecord known;
  known.slice = {"commits:o/r", 0, 0, "commits_o/r/pass.jsonl"};
  std::ifstream file(landed->path);
  std::string page;
  std::getline(file, page);
  const Result<std::string> record =
      Source().FindRecord(known, page.size() + 1);
  ASSERT_TRUE(record.ok()) << record.status().ToString();
  EXPECT_EQ(*record, Commit("a", "2024-01-01T00:00:00Z"));
  EXPECT_NE(Source().FindRecord(known, 1'000'000).status().code(), Code::kOk);
  std::filesystem::remove(landed->path);
  const Status gone = Source().FindRecord(known, 0).status();
  EXPECT_EQ(gone.code(), Code::kNotFound);
  EXPECT_THAT(gone.ToString(), HasSubstr("item"));
}

TEST_F(GithubTest, KeepsPageFilesOnlyWhereWanted) {
  github_.keep_landing = false;
  Serve({{.target = kCommits,
          .body = "[" + Commit("a", "2024-01-01T00:00:00Z") + "]"}});
  const Result<Landed> landed = Sync("commits:o/r");
  ASSERT_TRUE(landed.ok());
  EXPECT_TRUE(std::filesystem::exists(landed->path));
  Source().Done({}, landed->path);
  EXPECT_FALSE(std::filesystem::exists(landed->path));
}

}  // namespace
}  // namespace learnsql
