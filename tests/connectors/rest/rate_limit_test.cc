#include "connectors/rest/rate_limit.h"

#include <gtest/gtest.h>

namespace learnsql {
namespace {

constexpr int64_t kReceivedAt = 1'445'412'480;  // Wed, 21 Oct 2015 07:28:00 GMT
constexpr char kSecondary[] =
    R"({"message":"You have exceeded a secondary rate limit. Wait."})";

struct RefusalCase {
  const char* name;
  int status;
  std::vector<HttpHeader> headers;
  std::string body;
  int refused = 0;
  bool is_limit = true;
  int64_t wait = 0;
};

const RefusalCase kRefusalCases[] = {
    {"RetryAfterSeconds", 429, {{"Retry-After", "8"}}, "{}", 0, true, 8},
    {"RetryAfterBeforeTheReset",
     403,
     {{"Retry-After", "8"},
      {"X-RateLimit-Remaining", "0"},
      {"X-RateLimit-Reset", "1445412580"}},
     "{}",
     0,
     true,
     8},
    {"RetryAfterDateAgainstDate",
     429,
     {{"Retry-After", "Wed, 21 Oct 2015 08:00:08 GMT"},
      {"Date", "Wed, 21 Oct 2015 08:00:00 GMT"}},
     "{}",
     0,
     true,
     8},
    {"RetryAfterDateWithoutDate",
     429,
     {{"Retry-After", "Wed, 21 Oct 2015 07:28:09 GMT"}},
     "{}",
     0,
     true,
     9},
    {"RetryAfterThatIsNone",
     403,
     {{"Retry-After", "soon"}},
     R"({"message":"no"})",
     0,
     false,
     0},
    {"RemainingZero",
     403,
     {{"X-RateLimit-Remaining", "0"}, {"X-RateLimit-Reset", "1445412483"}},
     R"({"message":"Must have push access"})",
     0,
     true,
     4},
    {"ServerFiveMinutesAhead",
     403,
     {{"X-RateLimit-Remaining", "0"},
      {"X-RateLimit-Reset", "1445412783"},
      {"Date", "Wed, 21 Oct 2015 07:33:00 GMT"}},
     "{}",
     0,
     true,
     4},
    {"ServerFiveMinutesBehind",
     403,
     {{"X-RateLimit-Remaining", "0"},
      {"X-RateLimit-Reset", "1445412183"},
      {"Date", "Wed, 21 Oct 2015 07:23:00 GMT"}},
     "{}",
     0,
     true,
     4},
    {"ResetInMilliseconds",
     403,
     {{"X-RateLimit-Remaining", "0"}, {"X-RateLimit-Reset", "1445412483000"}},
     "{}",
     0,
     true,
     4},
    {"RemainingZeroWithoutReset",
     403,
     {{"X-RateLimit-Remaining", "0"}},
     "{}",
     0,
     true,
     60},
    {"SecondaryByWords", 403, {}, kSecondary, 0, true, 60},
    {"SecondaryDoubles", 403, {}, kSecondary, 2, true, 240},
    {"PleaseRetry",
     403,
     {},
     R"({"message":"Busy. Please retry your request again later."})",
     0,
     true,
     60},
    {"PleaseWaitWithoutFullStop",
     403,
     {},
     R"({"message":"x. Please wait a few minutes before you try again"})",
     1,
     true,
     120},
    {"AbuseDetection",
     403,
     {},
     R"({"message":"You have triggered an abuse detection mechanism, sorry"})",
     0,
     true,
     60},
    {"PrimaryByWordsWithReset",
     403,
     {{"X-RateLimit-Reset", "1445412490"}},
     R"({"message":"API rate limit exceeded for 1.2.3.4."})",
     0,
     true,
     11},
    {"PrimaryByWordsAlone",
     403,
     {},
     R"({"message":"API rate limit exceeded for 1.2.3.4."})",
     0,
     true,
     60},
    {"Any429", 429, {}, "<html>", 0, true, 60},
    {"Permission",
     403,
     {{"X-RateLimit-Remaining", "21"}, {"X-RateLimit-Reset", "1445412490"}},
     R"({"message":"Resource not accessible"})",
     0,
     false,
     0},
    {"NoBody", 403, {}, "", 0, false, 0},
};

class JudgeRefusalTest : public testing::TestWithParam<RefusalCase> {};

TEST_P(JudgeRefusalTest, TakesTheFirstRuleThatHolds) {
  HttpResponse response;
  response.status = GetParam().status;
  response.headers = GetParam().headers;
  response.error_body = GetParam().body;
  const Refusal refusal =
      JudgeRefusal(response, GetParam().refused, kReceivedAt);
  EXPECT_EQ(refusal.is_limit, GetParam().is_limit);
  EXPECT_EQ(refusal.wait_seconds, GetParam().wait);
}

INSTANTIATE_TEST_SUITE_P(Cases, JudgeRefusalTest,
                         testing::ValuesIn(kRefusalCases),
                         [](const auto& a_case) { return a_case.param.name; });

TEST(JudgeRefusal, ShowsWhereToSignOn) {
  HttpResponse response;
  response.status = 403;
  response.headers = {
      {"X-GitHub-SSO", "required; url=https://github.com/orgs/o/sso?a=1"}};
  response.error_body = R"({"message":"Resource protected by SAML"})";
  EXPECT_EQ(JudgeRefusal(response, 0, kReceivedAt).why,
            "Resource protected by SAML; the organisation wants single "
            "sign-on: required; url=https://github.com/orgs/o/sso?a=1");
}

TEST(ReadRateState, LeavesOtherResourcesOut) {
  HttpResponse response;
  response.headers = {{"x-ratelimit-remaining", "3"},
                      {"x-ratelimit-reset", "1445412490"}};
  ASSERT_TRUE(ReadRateState(response, kReceivedAt).has_value());
  EXPECT_EQ(ReadRateState(response, kReceivedAt)->remaining, 3);
  EXPECT_EQ(ReadRateState(response, kReceivedAt)->reset_in, 11);
  response.headers.push_back({"x-ratelimit-resource", "search"});
  EXPECT_FALSE(ReadRateState(response, kReceivedAt).has_value());
  response.headers = {{"x-ratelimit-remaining", "many"}};
  EXPECT_FALSE(ReadRateState(response, kReceivedAt).has_value());
}

TEST(ErrorMessage, TakesWhatIsNoJsonAsItIs) {
  HttpResponse response;
  response.error_body = "<html>\n<b>Unicorn!</b>";
  EXPECT_EQ(ErrorMessage(response), "<html> <b>Unicorn!</b>");
  response.error_body = std::string(400, 'x');
  EXPECT_EQ(ErrorMessage(response).size(), 303u);
  response.error_body = R"({"message":7})";
  EXPECT_EQ(ErrorMessage(response), R"({"message":7})");
}

}  // namespace
}  // namespace learnsql
