#include "connectors/rest/list_reader.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <sys/stat.h>

#include "tests/connectors/rest/rest_testing.h"

namespace learnsql {
namespace {

using testing::HasSubstr;
using Kind = ListOutcome::Kind;

// Writes down ids, and asks for `child` of each where that is set.
class IdHandler final : public ListHandler {
 public:
  Status OnPage(const std::string&, PageFile* out) override {
    return out->AddPage("");
  }
  Status OnItem(JsonNode item, PageFile* out) override {
    ids += std::to_string(item.Find("id").int64().value_or(-1)) + " ";
    LEARNSQL_TRY(out->AddItem(item));
    if (child.empty()) return {};
    return StatusOf(client->Get({.url = child}));
  }

  std::string ids;
  std::string child;
  RestClient* client = nullptr;
};

std::string NextHeader(const std::string& target,
                       const std::string& more = "") {
  return R"("link":"<https://api.github.com)" + target + R"(>; rel=\"next\"")" +
         more;
}

std::string Etag(const std::string& tag) {
  return R"("etag":"\")" + tag + R"(\"")";
}

class ListReaderTest : public RestTest {
 protected:
  ListReaderTest() {
    spec_.root = "/l";
    spec_.query = "per_page=2";
  }

  // One call; "1 2 3 " is what came.
  std::string Read(uint64_t max_requests = 50) {
    if (!client_) client_ = std::make_unique<RestClient>(options_);
    handler_.client = client_.get();
    handler_.ids.clear();
    out_.emplace(PageFile::Create(folder_.File("pages")).value());
    outcome_ = ReadList(client_.get(), spec_, max_requests, &handler_, &cursor_,
                        &*out_);
    if (!outcome_.ok()) return outcome_.status().ToString();
    // A cursor goes through the ledger.
    cursor_ = *ListCursor::FromText(cursor_.ToText());
    return handler_.ids;
  }

  std::string Targets() {
    std::string all;
    for (const SeenRequest& seen : server_.requests()) {
      all += seen.target + (seen.Header("If-None-Match").empty() ? " " : "? ");
    }
    server_.ForgetRequests();
    return all;
  }

  ListSpec spec_;
  ListCursor cursor_;
  IdHandler handler_;
  std::optional<PageFile> out_;
  int lists_ = 0;
  Result<ListOutcome> outcome_ = ListOutcome();
};

TEST_F(ListReaderTest, FollowsTheRecordedLinks) {
  Replay("github/octokit_paginate-issues");
  spec_.root = "/repos/octokit-fixture-org/paginate-issues";
  spec_.path = "/issues";
  spec_.query = "per_page=3";
  Read();
  EXPECT_EQ(out_->items(), 13u);
  EXPECT_FALSE(outcome_->more);
  EXPECT_THAT(Targets(),
              HasSubstr("/repositories/1000/issues?per_page=3&page=5"));
}

TEST_F(ListReaderTest, ReadsOnWhereTheRequestsEnded) {
  Replay("github/octokit_paginate-issues");
  spec_.root = "/repos/octokit-fixture-org/paginate-issues";
  spec_.path = "/issues";
  spec_.query = "per_page=3";
  std::vector<uint64_t> counts;
  do {
    Read(2);
    counts.push_back(out_->items());
  } while (outcome_->more);
  EXPECT_THAT(counts, testing::ElementsAre(6, 6, 1));
}

TEST_F(ListReaderTest, ReadsUsersByIdAndLeavesTemplatesAlone) {
  Replay("github/hub4j_GitHubTest.listUsers");
  spec_.root = "/users";
  spec_.query = "";
  Read(1);
  EXPECT_EQ(out_->items(), 30u);
  EXPECT_TRUE(outcome_->more);
  EXPECT_EQ(cursor_.next, server_.Url("/users?since=46"));
}

TEST_F(ListReaderTest, ReadsTheRecordedRunsFromTheirEnvelope) {
  Replay("github/hub4j_GHWorkflowRunTest.testJobs");
  spec_.root = "/repos/hub4j-test-org/GHWorkflowRunTest";
  spec_.path = "/actions/runs";
  spec_.query = "per_page=1";
  spec_.items_key = "workflow_runs";
  EXPECT_EQ(Read(1), "719641767 ");
  EXPECT_EQ(cursor_.next,
            server_.Url("/repositories/348674220/actions/runs?per_page=1&"
                        "page=2"));
}

TEST_F(ListReaderTest, CountsPagesUntilOneIsShort) {
  Serve({{.target = "/l?per_page=2", .body = R"([{"id":1},{"id":2}])"},
         {.target = "/l?per_page=2&page=2", .body = R"([{"id":3}])"}});
  spec_.paging = {Paging::Kind::kNumber, "page", "", 2};
  EXPECT_EQ(Read(), "1 2 3 ");
}

TEST_F(ListReaderTest, CountsPagesUntilOneIsEmpty) {
  Serve({{.target = "/l?per_page=2", .body = R"([{"id":1}])"},
         {.target = "/l?per_page=2&page=2", .body = R"([{"id":3}])"},
         {.target = "/l?per_page=2&page=3"}});
  spec_.paging = {Paging::Kind::kNumber, "page", "", 0};
  EXPECT_EQ(Read(), "1 3 ");
}

TEST_F(ListReaderTest, GoesByTheCursorOfTheEnvelope) {
  Serve({{.target = "/l?per_page=2",
          .body = R"({"items":[{"id":1}],"meta":{"next":"a b"}})"},
         {.target = "/l?per_page=2&after=a%20b",
          .body = R"({"items":[{"id":2}],"meta":{"next":7}})"},
         {.target = "/l?per_page=2&after=7",
          .body = R"({"items":[{"id":3}],"meta":{"next":null}})"}});
  spec_.items_key = "items";
  spec_.paging = {Paging::Kind::kCursor, "after", "meta.next"};
  EXPECT_EQ(Read(), "1 2 3 ");
}

TEST_F(ListReaderTest, RefusesAListInACircle) {
  Serve({{.target = "/l?per_page=2",
          .body = R"([{"id":1}])",
          .headers = NextHeader("/b")},
         {.target = "/b",
          .body = R"([{"id":2}])",
          .headers = NextHeader("/l?per_page=2")}});
  EXPECT_THAT(Read(), HasSubstr("circle"));
  EXPECT_EQ(outcome_.status().code(), Code::kCorrupt);
}

TEST_F(ListReaderTest, AsksOnceWhenTheFirstPageTells) {
  Serve({{.target = "/l?per_page=2",
          .body = R"([{"id":2},{"id":1}])",
          .headers = NextHeader("/l?page=2", "," + Etag("one"))},
         {.target = "/l?page=2", .body = R"([{"id":0}])"},
         {.target = "/l?per_page=2", .body = "", .status = 304},
         {.target = "/l?per_page=2", .body = "", .status = 304}});
  spec_.first_page_tells = true;
  EXPECT_EQ(Read(), "2 1 0 ");
  EXPECT_EQ(Targets(), "/l?per_page=2 /l?page=2 ");
  for (int i = 0; i < 2; ++i) {
    EXPECT_EQ(Read(), "");
    EXPECT_EQ(outcome_->kind, Kind::kUnchanged);
    EXPECT_EQ(Targets(), "/l?per_page=2? ");
  }
}

TEST_F(ListReaderTest, SendsValidatorsByteForByte) {
  Serve(
      {{.target = "/l?per_page=2",
        .body = R"([{"id":1}])",
        .headers =
            R"("etag":"W/\"a b\"","last-modified":"Tue, 10 Oct 2017 16:00:00 GMT")"},
       {.target = "/l?per_page=2", .body = "", .status = 304}});
  Read();
  server_.ForgetRequests();
  Read();
  const SeenRequest seen = server_.requests().at(0);
  EXPECT_EQ(seen.Header("If-None-Match"), "W/\"a b\"");
  EXPECT_EQ(seen.Header("If-Modified-Since"), "Tue, 10 Oct 2017 16:00:00 GMT");
  EXPECT_EQ(outcome_->kind, Kind::kUnchanged);
}

TEST_F(ListReaderTest, SkipsUnchangedPagesAndReadsTheOthers) {
  Serve({{.target = "/l?per_page=2",
          .body = R"([{"id":1}])",
          .headers = NextHeader("/l?page=2", "," + Etag("one"))},
         {.target = "/l?page=2", .body = R"([{"id":2}])"},
         {.target = "/l?per_page=2", .body = "", .status = 304},
         {.target = "/l?page=2", .body = R"([{"id":3}])"}});
  EXPECT_EQ(Read(), "1 2 ");
  EXPECT_EQ(Read(), "3 ");
  EXPECT_EQ(outcome_->kind, Kind::kRows);
}

TEST_F(ListReaderTest, ReadsAWholeListAgainWhenOnePageChanged) {
  Serve({{.target = "/l?per_page=2",
          .body = R"([{"id":1}])",
          .headers = NextHeader("/l?page=2", "," + Etag("one"))},
         {.target = "/l?page=2", .body = R"([{"id":2}])"},
         {.target = "/l?per_page=2", .body = "", .status = 304},
         {.target = "/l?page=2", .body = R"([{"id":3}])"},
         {.target = "/l?per_page=2",
          .body = R"([{"id":1}])",
          .headers = NextHeader("/l?page=2", "," + Etag("one"))}});
  spec_.whole = true;
  EXPECT_EQ(Read(1), "1 2 ");
  EXPECT_FALSE(outcome_->more);
  Targets();
  EXPECT_EQ(Read(1), "1 3 ");
  EXPECT_EQ(out_->items(), 2u);
  EXPECT_EQ(Targets(), "/l?per_page=2? /l?page=2 /l?per_page=2 /l?page=2 ");
}

TEST_F(ListReaderTest, AsksUnconditionallyForAnotherCredential) {
  Serve({{.target = "/l?per_page=2",
          .body = R"([{"id":1}])",
          .headers = Etag("one")}});
  Read();
  options_.credentials[0].value = Secret("another-token");
  client_ = nullptr;
  Targets();
  Read();
  EXPECT_EQ(Targets(), "/l?per_page=2 ");
}

TEST_F(ListReaderTest, CallsEqualListsUnchangedWithoutEtag) {
  Serve({{.target = "/l?per_page=2", .body = R"([{"id":1}])"},
         {.target = "/l?per_page=2", .body = R"([ {"id" : 1} ])"},
         {.target = "/l?per_page=2", .body = R"([{"id":2}])"}});
  spec_.whole = true;
  Read();
  EXPECT_EQ(outcome_->kind, Kind::kRows);
  Read();
  EXPECT_EQ(outcome_->kind, Kind::kUnchanged);
  Read();
  EXPECT_EQ(outcome_->kind, Kind::kRows);
}

TEST_F(ListReaderTest, StopsBelowTheWatermark) {
  const std::string page =
      R"([{"id":3,"t":"2021-01-03T00:00:00Z"},{"id":2,"t":"2021-01-02T00:00:00Z"}])";
  Serve(
      {{.target = "/l?per_page=2",
        .body = page,
        .headers = NextHeader("/l?page=2")},
       {.target = "/l?page=2",
        .body =
            R"([{"id":1,"t":"2021-01-01T23:00:00Z"},{"id":0,"t":"2021-01-01T22:00:00Z"}])",
        .headers = NextHeader("/l?page=3")}});
  spec_.time_path = "t";
  spec_.order_path = "t";
  spec_.overlap_s = spec_.lookback_s = 3600;
  cursor_.since = "2021-01-02T00:00:00Z";
  EXPECT_EQ(Read(), "3 2 1 ");
  EXPECT_EQ(cursor_.since, "2021-01-03T00:00:00Z");
  EXPECT_EQ(Targets(), "/l?per_page=2 /l?page=2 ");
}

TEST_F(ListReaderTest, MovesTheWatermarkByTimesThatWereAlone) {
  for (const char* bad : {"yesterday", "9999-12-31T23:59:59Z", "2021-02-30", "",
                          "2025-06-15T15:06:41Z"}) {
    const std::string target = "/l" + std::to_string(++lists_);
    const std::string item = std::string(R"({"id":1,"t":")") + bad + R"("})";
    Serve({{.target = target + "?per_page=2",
            .body = "[" + item + R"(,{"id":2,"t":"2021-01-02T00:00:00Z"}])"},
           {.target = target + "?per_page=2",
            .body = R"([{"id":3,"t":"2021-01-03T00:00:00Z"}])"}});
    spec_.root = target;
    spec_.time_path = "t";
    cursor_ = ListCursor();
    EXPECT_EQ(Read(), "1 2 ") << bad;
    EXPECT_EQ(cursor_.since, "2021-01-02T00:00:00Z") << bad;
    EXPECT_EQ(Read(), "3 ") << bad;
    EXPECT_EQ(cursor_.since, "2021-01-03T00:00:00Z") << bad;
  }
}

TEST_F(ListReaderTest, SkipsNothingForATimeThatIsNone) {
  Serve(
      {{.target = "/l?per_page=2",
        .body = R"([{"id":1,"t":"0"},{"id":2,"t":"2021-01-03T00:00:00Z"}])"}});
  spec_.time_path = spec_.order_path = "t";
  cursor_.since = "2021-01-02T00:00:00Z";
  EXPECT_EQ(Read(), "1 2 ");
}

TEST_F(ListReaderTest, LandsPagesForTheirOwnerAlone) {
  Serve({{.target = "/l?per_page=2", .body = R"([{"id":1}])"}});
  const mode_t before = ::umask(0);
  EXPECT_EQ(Read(), "1 ");
  const Result<PageFile::Landed> landed = out_->Commit();
  ::umask(before);
  ASSERT_TRUE(landed.ok()) << landed.status().ToString();
  struct stat found = {};
  ASSERT_EQ(::stat(landed->path.c_str(), &found), 0);
  EXPECT_EQ(found.st_mode & 0777, 0600u);
  EXPECT_EQ(landed->bytes, static_cast<uint64_t>(found.st_size));
}

TEST_F(ListReaderTest, SkipsWhatIsInAndLooksFurtherBack) {
  Serve(
      {{.target = "/l?per_page=2",
        .body =
            R"([{"id":3,"c":"2021-01-09T00:00:00Z","t":"2021-01-09T00:00:00Z"},)"
            R"({"id":2,"c":"2021-01-05T00:00:00Z","t":"2021-01-05T00:00:00Z"},)"
            R"({"id":1,"c":"2021-01-04T00:00:00Z","t":"2021-01-08T12:00:00Z"},)"
            R"({"id":0,"c":"2020-12-31T00:00:00Z","t":"2021-01-09T00:00:00Z"}])"}});
  spec_.time_path = "t";
  spec_.order_path = "c";
  spec_.lookback_s = 7 * 86400;
  cursor_.since = "2021-01-08T00:00:00Z";
  EXPECT_EQ(Read(), "3 1 ");
}

TEST_F(ListReaderTest, AsksSinceTheWatermarkLessTheOverlap) {
  Serve({{.target = "/l?per_page=2&since=2020-12-31T23:59:00Z",
          .body = R"([{"id":1,"t":{"d":"2021-02-01T00:00:00Z"}}])"},
         {.target = "/l?per_page=2&since=2021-01-31T23:59:00Z"}});
  spec_.since_parameter = "since";
  spec_.time_path = "t.d";
  spec_.start = "2021-01-01T00:00:00Z";
  EXPECT_EQ(Read(), "1 ");
  EXPECT_EQ(Read(), "");
  EXPECT_EQ(outcome_->kind, Kind::kUnchanged);
  EXPECT_EQ(cursor_.since, "2021-02-01T00:00:00Z");
}

TEST_F(ListReaderTest, GoesOnInsideAPage) {
  Serve({{.target = "/l?per_page=2",
          .body = R"([{"id":1},{"id":2},{"id":3}])",
          .headers = NextHeader("/l?page=2")},
         {.target = "/l?page=2", .body = R"([{"id":4}])"},
         {.target = "/child"}});
  handler_.child = "/child";
  EXPECT_EQ(Read(3), "1 2 ");
  EXPECT_TRUE(outcome_->more);
  EXPECT_EQ(cursor_.done, 2u);
  EXPECT_EQ(Read(3), "3 4 ");
  EXPECT_FALSE(outcome_->more);
}

TEST_F(ListReaderTest, BeginsWithSmallerPagesAfter502) {
  Serve({{.target = "/l?per_page=100", .body = "<html>", .status = 502},
         {.target = "/l?per_page=25", .body = R"([{"id":1}])"}});
  spec_.query = "per_page=100";
  EXPECT_EQ(Read(), "1 ");
}

TEST_F(ListReaderTest, LeavesTheCursorOfAFailedPass) {
  Serve({{.target = "/l?per_page=2",
          .body = R"([{"id":1}])",
          .headers = NextHeader("/l?page=2")},
         {.target = "/l?page=2", .body = "{}", .status = 500}});
  EXPECT_THAT(Read(), HasSubstr("HTTP 500"));
  EXPECT_EQ(outcome_.status().code(), Code::kNetwork);
}

TEST_F(ListReaderTest, TellsWhatIsNotThere) {
  Serve({{.target = "/l?per_page=2",
          .body = R"({"message":"Not Found"})",
          .status = 404}});
  Read();
  EXPECT_EQ(outcome_->kind, Kind::kAbsent);
  EXPECT_EQ(outcome_->note, "HTTP 404: Not Found");
}

TEST_F(ListReaderTest, EndsWhereNoFurtherPagesAreListed) {
  Serve({{.target = "/l?per_page=2",
          .body = R"([{"id":1}])",
          .headers = NextHeader("/l?page=2")},
         {.target = "/l?page=2",
          .body = R"({"message":"pagination is limited for this resource"})",
          .status = 422}});
  EXPECT_EQ(Read(), "1 ");
  EXPECT_FALSE(outcome_->more);
  EXPECT_THAT(outcome_->note, HasSubstr("no further back"));
}

TEST_F(ListReaderTest, KeepsWhereARepositoryMovedTo) {
  Serve(
      {{.target = "/repos/o/r/pulls?per_page=2",
        .body = "{}",
        .status = 301,
        .headers =
            R"("location":"https://api.github.com/repositories/9/pulls?per_page=2")"},
       {.target = "/repositories/9/pulls?per_page=2",
        .body = R"([{"id":1}])"}});
  spec_.root = "/repos/o/r";
  spec_.path = "/pulls";
  EXPECT_EQ(Read(), "1 ");
  EXPECT_EQ(cursor_.root, "/repositories/9");
  Targets();
  Read();
  EXPECT_EQ(Targets(), "/repositories/9/pulls?per_page=2 ");
}

TEST(ListCursor, SurvivesBeingText) {
  ListCursor cursor;
  cursor.since = "2021-01-01T00:00:00Z";
  cursor.next = "https://a/x?q=\"1\"";
  cursor.done = 7;
  cursor.pages = {{"u", "n", {"W/\"e\"", "m"}}, {"v", "", {}}};
  cursor.extra = {{"open", "1,2"}, {"", "x"}};
  const ListCursor back = *ListCursor::FromText(cursor.ToText());
  EXPECT_EQ(back.ToText(), cursor.ToText());
  EXPECT_EQ(back.pages.at(0).validator.etag, "W/\"e\"");
  EXPECT_EQ(back.extra.at("open"), "1,2");
  EXPECT_EQ(ListCursor().ToText(), "{}");
}

TEST(ListCursor, RefusesWhatIsNone) {
  EXPECT_TRUE(ListCursor::FromText("").ok());
  EXPECT_EQ(ListCursor::FromText("{").status().code(), Code::kCorrupt);
  EXPECT_EQ(ListCursor::FromText("[]").status().code(), Code::kCorrupt);
}

TEST(TimeBefore, LeavesWhatIsNoTime) {
  EXPECT_EQ(TimeBefore("2021-01-01T00:00:30Z", 60), "2020-12-31T23:59:30Z");
  EXPECT_EQ(TimeBefore("2021-01-01T00:00:30.123Z", 30), "2021-01-01T00:00:00Z");
  EXPECT_EQ(TimeBefore("yesterday", 60), "yesterday");
  EXPECT_EQ(TimeBefore("", 60), "");
}

}  // namespace
}  // namespace learnsql
