#include "connectors/codetrack/roster.h"

#include <gtest/gtest.h>
#include <unistd.h>

#include <filesystem>
#include <fstream>

#include "connectors/codetrack/codetrack_rows.h"
#include "connectors/decode/json_document.h"

namespace learnsql {
namespace {

class RosterTest : public testing::Test {
 protected:
  void SetUp() override {
    const auto* info = testing::UnitTest::GetInstance()->current_test_info();
    path_ = (std::filesystem::temp_directory_path() /
             ("learnsql-roster-" + std::string(info->name()) +
              std::to_string(::getpid())))
                .string();
  }
  void TearDown() override { std::filesystem::remove(path_); }

  Result<Roster> Read(std::string_view text) {
    std::ofstream(path_, std::ios::binary) << text;
    return ReadRoster(path_);
  }

  // What the one row has wrong: "reason [column]"; empty: nothing.
  std::string FaultOf(const std::string& row) {
    const Result<Roster> roster = Read("[" + row + "]");
    if (!roster.ok()) return roster.status().ToString();
    const RosterFault& fault = roster->rows.at(0).fault;
    if (fault.reason.empty()) return {};
    return std::string(fault.reason) + " [" + std::string(fault.column) + "]";
  }

  std::string path_;
};

TEST_F(RosterTest, KeepsCohortsAsText) {
  const Result<Roster> roster = Read(
      R"([{"id":2,"email":"b@x.org","name":"B","cohort":"11.30"},
{"id":1,"email":"a@x.org","name":"A","cohort":"11.3","leetcode_id":"a-lc"},
{"id":0,"email":"z@x.org","name":"Z","cohort":"9"},
{"id":-1,"email":"y@x.org","name":"Y","cohort":"9","leetcode_id":null}])");
  ASSERT_TRUE(roster.ok()) << roster.status().ToString();
  EXPECT_EQ(roster->faulty(), 0u);
  EXPECT_EQ(roster->without_account(), 2u);
  const std::vector<RosterLearner> learners = roster->WithAccount();
  ASSERT_EQ(learners.size(), 2u);
  EXPECT_EQ(learners[0].id, 1);
  EXPECT_EQ(learners[0].leetcode_id, "a-lc");
  EXPECT_EQ(learners[1].cohort, "11.30");
}

TEST_F(RosterTest, JudgesEachRow) {
  struct Case {
    const char* row;
    const char* fault;
  };
  constexpr Case kCases[] = {
      {R"({"id":1,"email":"a@x.org","name":"A","cohort":"1"})", ""},
      {R"({"id":1,"email":"a@x.org","name":"A","cohort":"1","more":[]})", ""},
      {R"({"email":"a@x.org","name":"A","cohort":"1"})",
       "missing_value [codetrack_id]"},
      {R"({"id":null,"email":"a@x.org","name":"A","cohort":"1"})",
       "missing_value [codetrack_id]"},
      {R"({"id":1.5,"email":"a@x.org","name":"A","cohort":"1"})",
       "bad_type [codetrack_id]"},
      {R"({"id":"1","email":"a@x.org","name":"A","cohort":"1"})",
       "bad_type [codetrack_id]"},
      {R"({"id":1,"name":"A","cohort":"1"})", "missing_value [email]"},
      {R"({"id":1,"email":"a@b@x.org","name":"A","cohort":"1"})",
       "bad_value [email]"},
      {R"({"id":1,"email":"a@","name":"A","cohort":"1"})", "bad_value [email]"},
      {R"({"id":1,"email":"a@x.org","name":"","cohort":"1"})",
       "missing_value [name]"},
      {R"({"id":1,"email":"a@x.org","name":"A"})", "missing_value [cohort]"},
      {R"({"id":1,"email":"a@x.org","name":"A","cohort":11.3})",
       "bad_type [cohort]"},
      {R"({"id":1,"email":"a@x.org","name":"A","cohort":"1","leetcode_id":7})",
       "bad_type [leetcode_id]"},
      {R"("a@x.org")", "bad_type []"},
      {R"({"id":"\q"})", "bad_json []"},
  };
  for (const Case& given : kCases) {
    EXPECT_EQ(FaultOf(given.row), given.fault) << given.row;
  }
}

TEST_F(RosterTest, TellsLineOfTheFirst) {
  const Result<Roster> roster = Read(
      "[\n{\"id\":1,\"email\":\"a@x.org\",\"name\":\"A\",\"cohort\":\"1\"},\n\n"
      "{\"id\":1,\"email\":\"b@x.org\",\"name\":\"B\",\"cohort\":\"1\"},\n"
      "{\"id\":2,\"email\":\"A@X.org\",\"name\":\"C\",\"cohort\":\"1\"},\n"
      "{\"id\":3,\"email\":\"b@x.org\",\"name\":\"D\",\"cohort\":\"1\"}]");
  ASSERT_TRUE(roster.ok());
  ASSERT_EQ(roster->rows.size(), 4u);
  EXPECT_EQ(roster->rows[1].place.line, 4u);
  EXPECT_EQ(roster->rows[1].fault.detail, "id 1 stands in line 2 already");
  EXPECT_EQ(roster->rows[2].fault.detail,
            "email A@X.org stands in line 2 already");
  EXPECT_EQ(roster->rows[3].fault.reason, "") << "that row was refused itself";
}

TEST_F(RosterTest, RefusesWhatIsNoList) {
  for (const char* text :
       {"", " ", "{}", "7", "[", "[{}", "[{} {}]", "[{}]]"}) {
    const Result<Roster> roster = Read(text);
    ASSERT_FALSE(roster.ok()) << text;
    EXPECT_EQ(roster.status().code(), Code::kCorrupt) << text;
    EXPECT_EQ(roster.status().place().line, 1u) << text;
  }
  std::filesystem::remove(path_);
  EXPECT_EQ(ReadRoster(path_).status().code(), Code::kNotFound);
}

TEST(WeekItem, TakesTheDayBeforeTheT) {
  struct Case {
    const char* item;
    const char* date;
    const char* fault;
  };
  constexpr Case kCases[] = {
      {R"({"date":"2024-04-29T04:00:00.000Z","points":1})", "2024-04-29", ""},
      {R"({"date":"2024-04-29","points":-1})", "2024-04-29", ""},
      {R"({"date":"2024-02-30T04:00:00Z","points":1})", "", "date"},
      {R"({"date":"2024-4-29T04:00:00Z","points":1})", "", "date"},
      {R"({"date":"2024-04-290","points":1})", "", "date"},
      {R"({"date":1714363200,"points":1})", "", "date"},
      {R"({"points":1})", "", "date"},
      {R"({"date":"2024-04-29T04:00:00.000Z"})", "", "points"},
      {R"({"date":"2024-04-29T04:00:00.000Z","points":null})", "", "points"},
      {R"({"date":"2024-04-29T04:00:00.000Z","points":"1"})", "", "points"},
      {R"({"date":"2024-04-29T04:00:00.000Z","points":1.5})", "", "points"},
  };
  for (const Case& given : kCases) {
    JsonDocument document;
    std::string_view fault;
    const WeekItem week = ReadWeek(*document.Parse(given.item), &fault);
    EXPECT_EQ(fault, given.fault) << given.item;
    if (fault.empty()) {
      EXPECT_EQ(week.date, given.date);
    }
  }
}

}  // namespace
}  // namespace learnsql
