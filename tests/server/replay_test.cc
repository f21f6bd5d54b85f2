#include "tests/server/replay.h"

#include <gtest/gtest.h>

#include <fstream>

namespace learnsql {
namespace {

constexpr int64_t kNow = 1'445'412'480;  // Wed, 21 Oct 2015 07:28:00 GMT
constexpr TemplateTimes kTimes = {.now = kNow, .test_start = kNow - 100};
constexpr char kBase[] = "http://127.0.0.1:81";

TEST(FormatHttpDate, IsTheFormOfTheRfc) {
  EXPECT_EQ(FormatHttpDate(784'111'777), "Sun, 06 Nov 1994 08:49:37 GMT");
  EXPECT_EQ(FormatHttpDate(0), "Thu, 01 Jan 1970 00:00:00 GMT");
  EXPECT_EQ(FormatHttpDate(-86'400), "Wed, 31 Dec 1969 00:00:00 GMT");
}

TEST(ExpandTemplates, FillsInWhatRecordingsUse) {
  const struct {
    const char* text;
    const char* filled;
  } kCases[] = {
      {"{{now timezone='GMT' format='EEE, dd MMM yyyy HH:mm:ss z'}}",
       "Wed, 21 Oct 2015 07:28:00 GMT"},
      {"{{now offset='5 minutes' timezone='GMT' format='EEE, dd MMM yyyy "
       "HH:mm:ss z'}}",
       "Wed, 21 Oct 2015 07:33:00 GMT"},
      {"{{now offset='305 seconds' format='unix'}}", "1445412785"},
      {"{{now offset='-1 hours' format='unix'}}", "1445408880"},
      {"{{testStartDate offset='3 seconds' format='unix'}}", "1445412383"},
      {"{{now format='epoch'}}", "1445412480000"},
      {"{{now}}", "2015-10-21T07:28:00Z"},
      {"<{{baseUrl}}/x>; <{{ baseUrl }}/y>",
       "<http://127.0.0.1:81/x>; <http://127.0.0.1:81/y>"},
      {"{{request.path}} stays", "{{request.path}} stays"},
      {"{{ open", "{{ open"},
      {"plain", "plain"},
      {"", ""},
  };
  for (const auto& c : kCases) {
    EXPECT_EQ(ExpandTemplates(c.text, kTimes, kBase), c.filled);
  }
}

class ReplayTest : public testing::Test {
 protected:
  Status Load(const std::string& text) {
    const std::string path = testing::TempDir() + "/replay_test.exchanges.json";
    std::ofstream(path) << text;
    return replay_.Load(path);
  }

  // The body, or "none".
  std::string Ask(const std::string& method, const std::string& target,
                  const std::string& body = "") {
    if (!replay_.Answer(method, target, body, kTimes, kBase, &answer_)) {
      return "none";
    }
    return answer_.body;
  }

  Replay replay_;
  Exchange answer_;
};

TEST_F(ReplayTest, AnswersByMethodPathAndQuery) {
  ASSERT_TRUE(Load(R"([
    {"method":"get","url":"https://api.example.com/a?x=1","status":200,
     "response_headers":{"Vary":["A","B"],"X-Used":1,"Content-Length":"99",
       "Link":"<https://api.example.com/a?x=2>; rel=\"next\""},
     "response_body":{"big":18446744073709551615,"text":"é"}},
    {"method":"POST","url":"{{baseUrl}}/content/:id/read","status":422,
     "response_headers":{},"response_body":"plain"}])")
                  .ok());
  EXPECT_EQ(Ask("GET", "/a?x=1"),
            "{\"big\":18446744073709551615,\"text\":\"é\"}");
  ASSERT_EQ(answer_.headers.size(), 4u);
  EXPECT_EQ(answer_.headers[0].second, "A");
  EXPECT_EQ(answer_.headers[1].second, "B");
  EXPECT_EQ(answer_.headers[2].second, "1");
  EXPECT_EQ(answer_.headers[3].second,
            "<http://127.0.0.1:81/a?x=2>; rel=\"next\"");
  EXPECT_EQ(Ask("POST", "/content/do_123/read"), "plain");
  EXPECT_EQ(answer_.status, 422);
  EXPECT_EQ(Ask("HEAD", "/a?x=1").substr(0, 6), "{\"big\"");
  for (const char* target : {"/a", "/a?x=2", "/a/b?x=1", "/"}) {
    EXPECT_EQ(Ask("GET", target), "none") << target;
  }
  EXPECT_EQ(Ask("DELETE", "/a?x=1"), "none");
}

TEST_F(ReplayTest, AnswersInTheRecordedOrder) {
  ASSERT_TRUE(Load(R"([
    {"method":"GET","url":"/a","status":200,"response_body":"one"},
    {"method":"GET","url":"/a","status":200,"response_body":"two"}])")
                  .ok());
  EXPECT_EQ(Ask("GET", "/a"), "one");
  EXPECT_EQ(Ask("GET", "/a"), "two");
  EXPECT_EQ(Ask("GET", "/a"), "two");
}

TEST_F(ReplayTest, PrefersTheSameBody) {
  ASSERT_TRUE(Load(R"([
    {"method":"POST","url":"/q","request_body":"1","response_body":"one"},
    {"method":"POST","url":"/q","request_body":{"a":2},
     "response_body":"two"}])")
                  .ok());
  EXPECT_EQ(Ask("POST", "/q", "{\"a\":2}"), "two");
  EXPECT_EQ(Ask("POST", "/q", "{\"a\":2}"), "two");
  EXPECT_EQ(Ask("POST", "/q", "else"), "one");
}

TEST_F(ReplayTest, FollowsScenarios) {
  ASSERT_TRUE(Load(R"([
    {"method":"GET","url":"/a","response_body":"later","scenarioName":"s",
     "requiredScenarioState":"after"},
    {"method":"GET","url":"/a","response_body":"first","scenarioName":"s",
     "requiredScenarioState":"Started","newScenarioState":"after"}])")
                  .ok());
  EXPECT_EQ(Ask("GET", "/a"), "first");
  EXPECT_EQ(Ask("GET", "/a"), "later");
}

TEST_F(ReplayTest, RefusesOtherFiles) {
  EXPECT_EQ(Load("{").code(), Code::kInvalid);
  EXPECT_EQ(Load("{}").code(), Code::kInvalid);
  EXPECT_EQ(Load("[1]").code(), Code::kInvalid);
  EXPECT_EQ(replay_.Load("/nowhere").code(), Code::kNotFound);
}

}  // namespace
}  // namespace learnsql
