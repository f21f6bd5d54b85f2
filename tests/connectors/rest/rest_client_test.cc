#include "connectors/rest/rest_client.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "tests/connectors/rest/rest_testing.h"

namespace learnsql {
namespace {

using testing::HasSubstr;
using testing::Not;
using PageKind = RestPage::Kind;

TEST_F(RestTest, GetsItemsOfAList) {
  Serve({{.target = "/x?per_page=2", .body = R"([{"id":1}, {"id":2}])"}});
  const Result<RestPage> page = Get("/x?per_page=2");
  ASSERT_TRUE(page.ok()) << page.status().ToString();
  EXPECT_THAT(page->page.items,
              testing::ElementsAre(R"({"id":1})", R"({"id":2})"));
  EXPECT_EQ(page->next, "");
  const SeenRequest seen = server_.requests().at(0);
  EXPECT_EQ(seen.Header("Authorization"), "Bearer canary-token-4711");
  EXPECT_EQ(seen.Header("Accept"), "application/vnd.github+json");
  EXPECT_EQ(seen.Header("Accept-Encoding"), "gzip");
  EXPECT_THAT(seen.Header("User-Agent"), testing::StartsWith("learnsql/"));
}

TEST_F(RestTest, TakesTheListOutOfAnEnvelope) {
  Serve({{.target = "/x",
          .body = R"({"total_count":2,"jobs":[1,{"a":[]}],"more":null})"}});
  const Result<RestPage> page = Get("/x", "jobs");
  ASSERT_TRUE(page.ok()) << page.status().ToString();
  EXPECT_THAT(page->page.items, testing::ElementsAre("1", R"({"a":[]})"));
  EXPECT_EQ(page->page.Member("total_count"), "2");
  EXPECT_EQ(page->page.Member("none"), "");
}

TEST_F(RestTest, TakesOneObjectForOneItem) {
  Serve({{.target = "/x", .body = R"({"id":1})"}});
  EXPECT_THAT(Get("/x")->page.items, testing::ElementsAre(R"({"id":1})"));
}

TEST_F(RestTest, FailsWithoutTheListOfAnEnvelope) {
  Serve({{.target = "/x", .body = R"({"message":"hello"})"}});
  const Result<RestPage> page = Get("/x", "jobs");
  EXPECT_EQ(page.status().code(), Code::kNetwork);
  EXPECT_THAT(page.status().message(), HasSubstr("no list 'jobs'"));
}

TEST_F(RestTest, FollowsOnlyNextOfItsOwnOrigin) {
  Serve({{.target = "/x",
          .headers = R"("link":"<https://elsewhere.example/x>; rel=\"next\"")"},
         {.target = "/y",
          .headers =
              R"("LINK":"<https://api.github.com/y?page=2>; rel=\"next\", )"
              R"(<https://elsewhere.example/y>; rel=\"last\"")"}});
  const Result<RestPage> page = Get("/x");
  EXPECT_EQ(page.status().code(), Code::kInvalid);
  EXPECT_THAT(page.status().message(), HasSubstr("refused to follow"));
  EXPECT_EQ(Get("/y")->next, server_.Url("/y?page=2"));
}

struct StatusCase {
  int status;
  PageKind kind;
};

TEST_F(RestTest, TellsWhatIsNotThere) {
  for (const StatusCase& c :
       {StatusCase{204, PageKind::kEmpty}, StatusCase{409, PageKind::kEmpty},
        StatusCase{410, PageKind::kEmpty}, StatusCase{404, PageKind::kAbsent},
        StatusCase{451, PageKind::kBlocked},
        StatusCase{304, PageKind::kUnchanged}}) {
    const std::string target = "/s" + std::to_string(c.status);
    Serve({{.target = target, .body = "", .status = c.status}});
    const Result<RestPage> page = Get(target);
    ASSERT_TRUE(page.ok()) << c.status << page.status().ToString();
    EXPECT_EQ(page->kind, c.kind) << c.status;
    EXPECT_TRUE(page->page.items.empty());
  }
  EXPECT_EQ(clock_.slept_ms, 0);
}

TEST_F(RestTest, TellsThePagingCapFromABadRequest) {
  Serve({{.target = "/deep",
          .body = R"({"message":"In order to keep the API fast for everyone, )"
                  R"(pagination is limited for this resource."})",
          .status = 422},
         {.target = "/bad",
          .body = R"({"message":"Validation Failed"})",
          .status = 422}});
  EXPECT_EQ(Get("/deep")->kind, PageKind::kNoFurther);
  EXPECT_EQ(Get("/bad").status().code(), Code::kInvalid);
}

TEST_F(RestTest, SendsNothingAfterBadCredentials) {
  Serve({{.target = "/x",
          .body = R"({"message":"Bad credentials"})",
          .status = 401}});
  EXPECT_EQ(Get("/x").status().code(), Code::kInvalid);
  EXPECT_EQ(Get("/y").status().code(), Code::kInvalid);
  EXPECT_EQ(server_.requests().size(), 1u);
}

TEST_F(RestTest, TriesBrokenJsonAgain) {
  Serve({{.target = "/x", .body = R"([{"id":1})"},
         {.target = "/x", .body = R"([{"id":"\ud83d"}])"},
         {.target = "/x", .body = "<html>unicorn</html>"},
         {.target = "/x", .body = R"([{"id":1}])"}});
  const Result<RestPage> page = Get("/x");
  ASSERT_TRUE(page.ok()) << page.status().ToString();
  EXPECT_EQ(page->page.items.size(), 1u);
  EXPECT_EQ(client_->requests(), 4u);
}

TEST_F(RestTest, GivesUpOnJsonThatStaysBroken) {
  Serve({{.target = "/x", .body = R"([{"id":1},)"}});
  const Result<RestPage> page = Get("/x");
  EXPECT_EQ(page.status().code(), Code::kNetwork);
  EXPECT_THAT(page.status().message(), HasSubstr("no JSON: byte 10"));
  EXPECT_EQ(client_->requests(), 5u);
}

TEST_F(RestTest, WaitsForWhatIsBeingComputed) {
  Serve({{.target = "/x", .body = "{}", .status = 202},
         {.target = "/x", .body = "{}", .status = 202},
         {.target = "/x", .body = "[7]"}});
  options_.wait = false;  // is for limits
  EXPECT_THAT(Get("/x")->page.items, testing::ElementsAre("7"));
  EXPECT_EQ(clock_.slept_ms, 3000);
}

TEST_F(RestTest, GivesUpOnWhatIsComputedForEver) {
  Serve({{.target = "/x", .body = "{}", .status = 202}});
  EXPECT_EQ(Get("/x").status().code(), Code::kNetwork);
  EXPECT_EQ(server_.requests().size(), 10u);
}

TEST_F(RestTest, TellsOfAMoveForGood) {
  Replay("github/octokit_rename-repository");
  const Result<RestPage> page =
      Get("/repos/octokit-fixture-org/rename-repository");
  ASSERT_TRUE(page.ok()) << page.status().ToString();
  EXPECT_EQ(page->moved_to, server_.Url("/repositories/1000"));
  EXPECT_EQ(page->page.items.size(), 1u);
}

TEST_F(RestTest, ForgetsAMoveForNow) {
  Serve({{.target = "/a", .status = 302, .headers = R"("location":"/b")"},
         {.target = "/b", .body = "[1]"}});
  const Result<RestPage> page = Get("/a");
  EXPECT_EQ(page->moved_to, "");
  EXPECT_EQ(page->page.items.size(), 1u);
}

TEST_F(RestTest, KeepsTheCredentialFromOtherOrigins) {
  FaultServer other = FaultServer::MustStart();
  other.ServeText("/b", "[1]");
  Serve({{.target = "/a",
          .status = 302,
          .headers = "\"location\":\"" + other.Url("/b") + "\""}});
  EXPECT_TRUE(Get("/a").ok());
  ASSERT_EQ(other.requests().size(), 1u);
  EXPECT_THAT(other.requests().at(0).AllText(), Not(HasSubstr(kCanary)));
}

TEST_F(RestTest, ShowsNoSecretInErrors) {
  Inject("/x", "echo");
  const Result<RestPage> page = Get("/x");
  EXPECT_FALSE(page.ok());
  EXPECT_THAT(page.status().ToString(), Not(HasSubstr(kCanary)));
  EXPECT_THAT(client_->identity(), Not(HasSubstr("canary")));
  EXPECT_EQ(client_->identity().size(), 8u);
}

// What each recorded refusal of hub4j/github-api must come to.
struct LimitCase {
  const char* name;
  int64_t waited_s;
  bool passes = true;
};

const LimitCase kLimits[] = {
    {"AbuseLimit_Fail", 30},
    {"AbuseLimit_HttpStatus_Fail", 30},
    {"AbuseLimit_Wait", 2},
    {"AbuseLimit_WaitStuck", 12, false},
    {"AbuseLimit_Wait_Secondary_Limits", 60},
    {"AbuseLimit_Wait_Secondary_Limits_Body_Marker_Only", 60},
    {"AbuseLimit_Wait_Secondary_Limits_Too_Many_Requests", 8},
    {"AbuseLimit_Wait_Secondary_Limits_Too_Many_Requests_Date_Retry_After", 8},
    {"AbuseLimit_Wait_Secondary_Limits_Too_Many_Requests_Date_Retry_After_"
     "Missing_Date_Header",
     8},
    {"AbuseLimit_Wait_Secondary_Limits_Too_Many_Requests_No_Retry_After", 60},
    {"RateLimit_Fail", 4},
    {"RateLimit_HttpStatus_Fail", 4},
    {"RateLimit_Wait", 4},
    {"RateLimit_WaitStuck", 16, false},
    {"RateLimit_Wait_Missing_Date_Header", 4},
};

// The path that a recording was made of.
std::string RecordedPath(const std::string& name) {
  std::ifstream file(std::string(LEARNSQL_FIXTURES) + "/rest/limit_" + name +
                     ".exchanges.json");
  const std::string text((std::istreambuf_iterator<char>(file)), {});
  const std::string begin = "https://api.github.com";
  const size_t at = text.find("\"url\": \"" + begin) + 8 + begin.size();
  return text.substr(at, text.find('"', at) - at);
}

class RecordedLimitTest : public RestTest,
                          public testing::WithParamInterface<LimitCase> {};

TEST_P(RecordedLimitTest, WaitsAsItAsks) {
  Replay(std::string("limit_") + GetParam().name);
  const Result<RestPage> page = Get(RecordedPath(GetParam().name));
  EXPECT_EQ(page.ok(), GetParam().passes) << page.status().ToString();
  EXPECT_EQ(clock_.slept_ms, GetParam().waited_s * 1000);
  const Code code = GetParam().passes ? Code::kOk : Code::kNetwork;
  EXPECT_EQ(page.status().code(), code);
}

INSTANTIATE_TEST_SUITE_P(Cases, RecordedLimitTest, testing::ValuesIn(kLimits),
                         [](const auto& limit) { return limit.param.name; });

TEST_F(RestTest, FailsAtOnceWhenToldNotToWait) {
  Replay("limit_RateLimit_Wait");
  options_.wait = false;
  const Result<RestPage> page = Get(RecordedPath("RateLimit_Wait"));
  EXPECT_EQ(page.status().code(), Code::kNetwork);
  EXPECT_THAT(page.status().message(),
              HasSubstr("the limit of requests is used up until "
                        "2025-06-15T15:06:44Z, in 4 s; run again then, or "
                        "without --no-wait"));
  EXPECT_EQ(clock_.slept_ms, 0);
}

TEST_F(RestTest, FailsWhenTheWaitIsTooLong) {
  Serve({{.target = "/x",
          .body = "{}",
          .status = 429,
          .headers = R"("retry-after":"7200")"}});
  const Result<RestPage> page = Get("/x");
  EXPECT_EQ(page.status().code(), Code::kNetwork);
  EXPECT_THAT(page.status().message(), HasSubstr("2025-06-15T17:06:40Z"));
  EXPECT_EQ(clock_.slept_ms, 0);
}

TEST_F(RestTest, CountsTheWaitDown) {
  Replay("limit_AbuseLimit_Wait");
  ASSERT_TRUE(Get(RecordedPath("AbuseLimit_Wait")).ok());
  ASSERT_EQ(waits_.size(), 3u);
  EXPECT_EQ(waits_[0].seconds_left, 2);
  EXPECT_EQ(waits_[1].seconds_left, 1);
  EXPECT_EQ(waits_[2].seconds_left, 0);
  EXPECT_EQ(waits_[0].until, kNow + 2);
  EXPECT_NE(waits_[0].why, "");
}

TEST_F(RestTest, StopsWaitingWhenInterrupted) {
  Replay("limit_AbuseLimit_Wait_Secondary_Limits");
  options_.on_wait = [this](const RestWait& wait) {
    if (wait.seconds_left == 55) cancel_.Cancel();
  };
  const Result<RestPage> page =
      Get(RecordedPath("AbuseLimit_Wait_Secondary_Limits"));
  EXPECT_EQ(page.status().code(), Code::kCancelled);
  EXPECT_EQ(clock_.slept_ms, 6000);
}

TEST_F(RestTest, PausesBeforeTheReserveIsTouched) {
  const std::string left =
      R"("x-ratelimit-remaining":"5","x-ratelimit-reset":"1750000030")";
  Serve({{.target = "/x", .headers = left}, {.target = "/y"}});
  options_.reserve = 5;
  ASSERT_TRUE(Get("/x").ok());
  EXPECT_EQ(clock_.slept_ms, 0);
  ASSERT_TRUE(Get("/y").ok());
  EXPECT_EQ(clock_.slept_ms, 31'000);
}

TEST_F(RestTest, ReadsAClockThatIsAhead) {
  Replay(
      "github/"
      "hub4j_GHRateLimitTest."
      "testGitHubRateLimitExpirationServerFiveMinutesAhead");
  options_.reserve = 4897;
  ASSERT_TRUE(Get("/rate_limit").ok());
  ASSERT_TRUE(Get("/rate_limit").ok());
  EXPECT_EQ(clock_.slept_ms, 4000);
}

TEST_F(RestTest, RefusesAddressesOfOthers) {
  EXPECT_EQ(Get("https://elsewhere.example/x").status().code(), Code::kInvalid);
  EXPECT_EQ(Get("//elsewhere.example/x").status().code(), Code::kInvalid);
  EXPECT_EQ(Get("ftp://elsewhere.example/x").status().code(), Code::kInvalid);
}

TEST_F(RestTest, ReadsEveryRecordedGet) {
  for (const char* name :
       {"hub4j_AppTest.testListCommits", "hub4j_AppTest.testQueryIssues",
        "hub4j_GHPullRequestTest.pullRequestReviews",
        "hub4j_GHRepositoryTest.listCommitsBetween",
        "hub4j_GHWorkflowTest.testListWorkflows", "octokit_get-organization",
        "octokit_get-repository", "octokit_get-root",
        "octokit_search-issues"}) {
    Replay(std::string("github/") + name);
  }
  EXPECT_EQ(Get("/repos/kohsuke/empty-commit/commits")->page.items.size(), 1u);
  EXPECT_EQ(Get("/repos/hub4j-test-org/testQueryIssues/issues?state=all")
                ->page.items.size(),
            8u);
  EXPECT_EQ(
      Get("/repos/hub4j-test-org/GHWorkflowTest/actions/workflows", "workflows")
          ->page.items.size(),
      1u);
  EXPECT_EQ(Get("/search/issues?q=sesame%20repo%3Aoctokit-fixture-org%2Fsearch-"
                "issues",
                "items")
                ->page.items.size(),
            2u);
  EXPECT_EQ(Get("/orgs/octokit-fixture-org")->page.items.size(), 1u);
  EXPECT_EQ(Get("/")->page.items.size(), 1u);
}

struct ParameterCase {
  const char* url;
  const char* name;
  const char* value;
  const char* changed;
};

TEST(WithParameter, SetsOneAndKeepsTheOthers) {
  for (const ParameterCase& c : {
           ParameterCase{"/x", "page", "2", "/x?page=2"},
           ParameterCase{"/x?a=1", "page", "2", "/x?a=1&page=2"},
           ParameterCase{"/x?page=1&a=1", "page", "2", "/x?page=2&a=1"},
           ParameterCase{"/x?per_page=9", "page", "2", "/x?per_page=9&page=2"},
           ParameterCase{"/x?a=1#f", "c", "a b&", "/x?a=1&c=a%20b%26"},
           ParameterCase{"/x?since=", "since", "T00:00Z", "/x?since=T00:00Z"},
       }) {
    EXPECT_EQ(WithParameter(c.url, c.name, c.value), c.changed);
  }
  EXPECT_EQ(UrlParameter("/x?page=12&b=1", "page"), "12");
  EXPECT_EQ(UrlParameter("/x?per_page=12", "page"), "");
}

}  // namespace
}  // namespace learnsql
