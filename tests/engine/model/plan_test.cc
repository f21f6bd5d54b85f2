#include "engine/model/plan.h"

#include <gtest/gtest.h>

#include "tests/engine/model/test_project.h"

namespace learnsql {
namespace {

constexpr const char* kTable = R"(
-- owner: sales
create table dim_a (
    a      integer primary key,
    label  text not null,
    score  real
) strict;
select 1 as a, 'x' as label, 2.0 as score;)";

class PlanTest : public ::testing::Test {
 protected:
  PlanTest() {
    project_.File("sql/curated/dim_a.sql", kTable);
    project_.File("views/all_a.sql",
                  "create view all_a (a) as select a from dim_a;");
  }

  BuildPlan Planned(const BuildOptions& options = {}) {
    const Result<BuildPlan> plan =
        Plan(project_.db(), project_.Load(), options);
    EXPECT_TRUE(plan.ok()) << plan.status().ToString();
    return plan.ok() ? *plan : BuildPlan();
  }

  // The contract with one text replaced.
  void Change(const std::string& from, const std::string& to) {
    std::string text = kTable;
    for (size_t at = 0; (at = text.find(from, at)) != std::string::npos;
         at += to.size()) {
      text.replace(at, from.size(), to);
    }
    project_.File("sql/curated/dim_a.sql", text);
  }

  TestProject project_;
};

TEST_F(PlanTest, SaysWhatIsNew) {
  const BuildPlan plan = Planned();
  ASSERT_EQ(plan.items.size(), 2u);
  EXPECT_EQ(plan.items[0].model, "dim_a");
  EXPECT_EQ(plan.items[0].mode, "full");
  EXPECT_EQ(plan.items[0].reason, "not built yet");
  EXPECT_EQ(plan.items[0].owner, "sales");
  EXPECT_EQ(plan.items[0].change, ContractChange::kNone);
  EXPECT_FALSE(plan.items[0].expected_seconds);
  EXPECT_FALSE(plan.expected_seconds);
  EXPECT_EQ(project_.Rows("select count(*) from ls_model"), "0\n");
}

TEST_F(PlanTest, IsEmptyAfterABuild) {
  project_.Built();
  const BuildPlan plan = Planned();
  EXPECT_TRUE(plan.empty());
  EXPECT_EQ(plan.unchanged, 2);
}

struct ChangeCase {
  const char* name;
  const char* from;
  const char* to;
  ContractChange change;
  const char* difference;
};

TEST_F(PlanTest, TellsBreakingFromAdditive) {
  const ChangeCase kCases[] = {
      {"query", "2.0 as", "3.0 as", ContractChange::kNeutral, ""},
      {"type", "score  real", "score  any", ContractChange::kBreaking,
       "column score: real became any"},
      {"renamed", "score", "points", ContractChange::kBreaking,
       "column score is gone"},
      {"nullable", "text not null", "text", ContractChange::kBreaking,
       "column label may be null"},
      {"never null", "score  real", "score  real not null",
       ContractChange::kNeutral, "column score is never null now"},
      {"key", "a      integer primary key,\n    label  text not null,",
       "a      integer not null,\n    label  text primary key,",
       ContractChange::kBreaking, "the primary key (a) became (label)"},
      {"comment", "-- owner: sales", "-- owner: people",
       ContractChange::kNeutral, ""},
  };
  project_.Built();
  for (const ChangeCase& c : kCases) {
    Change(c.from, c.to);
    const BuildPlan plan = Planned();
    ASSERT_FALSE(plan.empty()) << c.name;
    EXPECT_EQ(plan.items[0].change, c.change) << c.name;
    const auto& differences = plan.items[0].differences;
    EXPECT_EQ(differences.empty() ? "" : differences[0], c.difference)
        << c.name;
  }
}

TEST_F(PlanTest, CallsANewColumnAdditive) {
  project_.Built();
  project_.File("sql/curated/dim_a.sql", R"(
create table dim_a (a integer primary key, label text not null, score real,
    rank integer) strict;
select 1 as a, 'x' as label, 2.0 as score, 3 as rank;)");
  const BuildPlan plan = Planned();
  EXPECT_EQ(plan.items[0].change, ContractChange::kAdditive);
  EXPECT_EQ(plan.items[0].differences,
            std::vector<std::string>{"column rank is new"});
}

TEST_F(PlanTest, ExpectsWhatTheLastRunsTook) {
  project_.Built();
  project_.Sql("update ls_model_run set seconds = 2.5, row_count = 7");
  Change("2.0 as", "3.0 as");
  const BuildPlan plan = Planned();
  ASSERT_EQ(plan.items.size(), 2u);
  EXPECT_EQ(plan.items[0].expected_seconds, 2.5);
  EXPECT_EQ(plan.items[0].expected_rows, 7);
  EXPECT_EQ(plan.expected_seconds, 5.0);
}

TEST_F(PlanTest, SaysWhatWouldBeDropped) {
  project_.Built();
  project_.File("views/all_a.sql", "");
  const BuildPlan plan = Planned();
  EXPECT_EQ(plan.ToJson(),
            "{\"items\":[{\"model\":\"all_a\",\"kind\":\"view\",\"mode\":"
            "\"drop\",\"reason\":\"no longer in the project\",\"owner\":\"\","
            "\"change\":\"breaking\",\"differences\":[\"the whole view is "
            "gone\"],\"expected_rows\":null,\"expected_seconds\":null}],"
            "\"broken\":[],\"unchanged\":1,\"expected_seconds\":0.0}");
}

TEST_F(PlanTest, RefusesWhatABuildWould) {
  project_.File("sql/curated/dim_c.sql",
                "create table dim_c (a integer primary key) strict;"
                "select a from dim_b;");
  const Result<BuildPlan> plan = Plan(project_.db(), project_.Load(), {});
  ASSERT_FALSE(plan.ok());
  EXPECT_EQ(plan.status().code(), Code::kInvalid);
}

TEST_F(PlanTest, NamesWhatWouldBreak) {
  project_.File("views/scores.sql",
                "-- scores\n-- Scores.\n-- owner: marks\n"
                "create view scores (score) as select score from dim_a;");
  project_.File("views/best.sql",
                "-- best\n-- The best.\n-- owner: prizes\n"
                "-- param least: real = 1.0\n"
                "select a from dim_a where score > :least;");
  ASSERT_TRUE(project_.Build().ok());
  EXPECT_TRUE(Planned().broken.empty());
  project_.Sql(
      "create view theirs as select label, score from dim_a;"
      "create view fine as select label from dim_a;"
      "create view other_function as select their_own(a) from dim_a");
  Change("score", "points");
  const BuildPlan plan = Planned();
  std::string text;
  for (const BrokenQuery& query : plan.broken) {
    text += query.name + " (" + query.kind + ", " + query.owner + ") " +
            query.place.ToString() + ": " + query.why + "\n";
  }
  EXPECT_EQ(text,
            "best (question, prizes) views/best.sql:5:27: unknown column "
            "'score'\n"
            "scores (view, marks) views/scores.sql:4:38: unknown column "
            "'score'\n"
            "theirs (foreign, ) : no such column: score\n");
  ASSERT_EQ(plan.items.size(), 2u);
  EXPECT_EQ(plan.items[0].model, "dim_a");
  EXPECT_EQ(plan.items[1].model, "all_a");
  EXPECT_NE(plan.ToJson().find("\"broken\":[{\"name\":\"best\",\"kind\":"
                               "\"question\",\"owner\":\"prizes\""),
            std::string::npos);
  EXPECT_FALSE(project_.Build().ok());
}

}  // namespace
}  // namespace learnsql
