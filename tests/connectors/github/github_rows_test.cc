#include "connectors/github/github_rows.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "connectors/decode/json_document.h"
#include "tests/connectors/github/github_testing.h"

namespace learnsql {
namespace {

using testing::ElementsAre;

// One item of a page of `list`, as a row or a reject.
struct OneItem {
  TableSink sink;
  Status status;
};

OneItem Read(const std::string& list, const std::string& item,
             bool keep_items = true, const std::string& more = "") {
  OneItem one;
  GithubRows rows(&one.sink, keep_items);
  JsonDocument page_text;
  const std::string page = R"({"list":")" + list +
                           R"(","owner":"o/r","at":"2025-06-15T15:06:40Z")" +
                           more + "}";
  one.status = rows.OnPage(*page_text.Parse(page), {});
  if (!one.status.ok()) return one;
  JsonDocument item_text;
  const Result<JsonNode> root = item_text.Parse(item);
  EXPECT_TRUE(root.ok()) << item;
  JsonItem record;
  record.root = *root;
  record.text = item;
  record.length = item.size();
  one.status = rows.OnItem(record);
  return one;
}

std::string CommitOf(const std::string& date, const std::string& author) {
  return R"({"sha":"a","commit":{"message":"one\ntwo","committer":{"date":)" +
         date + R"(}},"author":)" + author + "}";
}

TEST(GithubRows, TakesCommitsWithoutAnAccount) {
  for (const char* author : {"null", "{}"}) {
    SCOPED_TRACE(author);
    const OneItem one =
        Read("commits", CommitOf(R"("2024-01-01T00:00:00Z")", author));
    ASSERT_TRUE(one.status.ok()) << one.status.ToString();
    EXPECT_EQ(one.sink.Rows("commits", {"repository", "sha", "author_id",
                                        "author_login", "title", "message"}),
              "o/r a null null one one\ntwo");
    EXPECT_TRUE(one.sink.rejects.empty());
  }
}

// Times are kept in UTC; what is none makes the item a reject.
TEST(GithubRows, KeepsTimesInUtc) {
  struct Case {
    const char* text;
    const char* kept;  // empty: a reject
  };
  constexpr Case kCases[] = {
      {R"("2024-02-29T23:59:59Z")", "2024-02-29T23:59:59Z"},
      {R"("2024-01-01T00:30:00+02:00")", "2023-12-31T22:30:00Z"},
      {R"("2024-01-01T00:30:00-05:30")", "2024-01-01T06:00:00Z"},
      {R"("2024-01-01T00:30:00.123Z")", "2024-01-01T00:30:00Z"},
      {R"("2024-01-01T00:30:00.5+00:00")", "2024-01-01T00:30:00Z"},
      {R"("2023-02-29T00:00:00Z")", ""},
      {R"("2024-01-01T00:30:00")", ""},
      {R"("2024-01-01T00:30:00+02")", ""},
      {R"("2024-01-01T00:30:00+0a:00")", ""},
      {R"("2024-01-01T00:30:00+02.00")", ""},
      {R"("2024-01-01T00:30:00+24:00")", ""},
      {R"("2024-01-01T00:30:00-02:60")", ""},
      {R"("2024-01-01T00:30:00Zulu")", ""},
      {R"("yesterday")", ""},
      {R"("")", ""},
      {"1704067200", ""},
      {"[]", ""},
  };
  for (const Case& test : kCases) {
    SCOPED_TRACE(test.text);
    const OneItem one = Read("commits", CommitOf(test.text, "null"));
    ASSERT_TRUE(one.status.ok()) << one.status.ToString();
    EXPECT_EQ(one.sink.Rows("commits", {"committed_at"}), test.kept);
    if (*test.kept == '\0') {
      EXPECT_THAT(one.sink.rejects, ElementsAre("bad_value committed_at"));
    }
  }
}

TEST(GithubRows, RejectsWhatIsNotOfItsType) {
  struct Case {
    const char* list;
    const char* item;
    const char* reject;
  };
  constexpr Case kCases[] = {
      {"members", R"({"id":"7","login":"u"})", "bad_value user_id"},
      {"members", R"({"id":7.5,"login":"u"})", "bad_value user_id"},
      {"members", R"({"id":99999999999999999999,"login":"u"})",
       "bad_value user_id"},
      {"members", R"({"id":7,"login":["u"]})", "bad_value login"},
      {"repository", R"({"id":7,"full_name":"o/r","private":"no"})",
       "bad_value is_private"},
      {"pulls", R"({"id":7,"number":"seven"})", "bad_value number"},
      {"runs", R"({"id":7,"run_attempt":"first"})", "bad_value run_attempt"},
      {"copilot", R"({"date":20250614})", "bad_value day"},
  };
  for (const Case& test : kCases) {
    SCOPED_TRACE(test.item);
    const OneItem one = Read(test.list, test.item);
    ASSERT_TRUE(one.status.ok()) << one.status.ToString();
    EXPECT_THAT(one.sink.rejects, ElementsAre(test.reject));
    EXPECT_TRUE(one.sink.rows.empty());
  }
}

TEST(GithubRows, KeepsNumbersBeyondThirtyTwoBits) {
  const OneItem one =
      Read("pulls", R"({"id":5000000001,"number":1,"user":{"id":3000000000}})");
  EXPECT_EQ(one.sink.Rows("pull_requests", {"pull_request_id", "user_id"}),
            "5000000001 3000000000");
}

TEST(GithubRows, CountsTheFirstAttemptWhereNoneIsSaid) {
  EXPECT_EQ(Read("runs", R"({"id":1})")
                .sink.Rows("workflow_runs", {"run_attempt", "conclusion"}),
            "1 null");
  EXPECT_EQ(Read("jobs", R"({"id":1,"run_attempt":3,"steps":[{},{}]})")
                .sink.Rows("workflow_jobs", {"run_attempt", "step_count"}),
            "3 2");
}

TEST(GithubRows, KeepsItemsWhereTheyAreWanted) {
  const std::string item = R"({"id":7,"login":"u"})";
  EXPECT_EQ(Read("members", item).sink.Rows("members", {"item"}), item);
  EXPECT_EQ(Read("members", item, false).sink.Rows("members", {"item"}),
            "null");
}

TEST(GithubRows, BeginsAListOfMembersOnce) {
  const std::string item = R"({"id":7,"login":"u"})";
  EXPECT_EQ(Read("members", item, true, R"(,"first":true)")
                .sink.Rows("member_lists", {"org", "seen_at"}),
            "o/r 2025-06-15T15:06:40Z");
  EXPECT_EQ(Read("members", item).sink.Rows("member_lists", {"org"}), "");
}

// The sums of contract: chats over editors, summaries over repositories; where
// a group has no count of its own, over its models.
TEST(GithubRows, AddsUpADayOfCopilot) {
  struct Case {
    const char* item;
    const char* row;
  };
  constexpr Case kCases[] = {
      {R"({"date":"2025-06-14","total_active_users":24,"total_engaged_users":20,
        "copilot_ide_chat":{"total_engaged_users":13,"editors":[
         {"name":"vscode","total_chats":45},
         {"name":"jetbrains","models":[{"total_chats":5},{"total_chats":7}]}]},
        "copilot_dotcom_pull_requests":{"total_pr_summaries_created":6,
         "repositories":[{"total_pr_summaries_created":60}]}})",
       "2025-06-14 24 20 57 6"},
      {R"({"date":"2025-06-14","copilot_dotcom_pull_requests":{"repositories":[
         {"models":[{"total_pr_summaries_created":6}]},
         {"total_pr_summaries_created":4}]}})",
       "2025-06-14 null null null 10"},
      {R"({"date":"2025-06-14","copilot_ide_chat":{"editors":[]},
        "copilot_dotcom_pull_requests":null})",
       "2025-06-14 null null null null"},
      {R"({"date":"2025-06-14","copilot_ide_chat":{"editors":[
         {"total_chats":0}]}})",
       "2025-06-14 null null 0 null"},
  };
  for (const Case& test : kCases) {
    SCOPED_TRACE(test.item);
    EXPECT_EQ(
        Read("copilot", test.item)
            .sink.Rows("copilot_days",
                       {"day", "total_active_users", "total_engaged_users",
                        "total_chats", "total_pull_request_summaries"}),
        test.row);
  }
}

TEST(GithubRows, KnowsTheListsOnly) {
  const OneItem one = Read("stars", "{}");
  EXPECT_EQ(one.status.code(), Code::kCorrupt);
  EXPECT_THAT(one.status.ToString(), testing::HasSubstr("'stars'"));
}

TEST(GithubRows, WantsAPageBeforeAnItem) {
  TableSink sink;
  GithubRows rows(&sink, true);
  JsonDocument document;
  JsonItem item;
  item.root = *document.Parse("{}");
  EXPECT_EQ(rows.OnItem(item).code(), Code::kCorrupt);
}

}  // namespace
}  // namespace learnsql
