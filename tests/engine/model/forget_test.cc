#include "engine/model/forget.h"

#include <gtest/gtest.h>

#include "tests/engine/model/test_project.h"

namespace learnsql {
namespace {

void AddReject(TestProject* project, int sequence, const std::string& raw) {
  project->Sql("insert into ls_reject values (1, " + std::to_string(sequence) +
               ", 1, 0, 'bad_json', 'x', null, cast('" + raw +
               "' as blob), 10, 'x')");
}

void AddFailure(TestProject* project, const std::string& key,
                const std::string& row) {
  project->Sql("insert into ls_failure values (null, 'm', 'r', 'check', '" +
               key + "', '" + row +
               "', 'c', null, null, 'open', 1, 'x', 1, 'x', null)");
}

TEST(Forget, TakesOutRecordsThatHoldATrace) {
  TestProject project;
  AddReject(&project, 1, "{\"mail\":\"Dee@x.example\"}");
  AddReject(&project, 2, "{\"mail\":\"ann@x.example\"}");
  AddFailure(&project, "{\"mail\":\"dee@x.example\"}", "{}");
  AddFailure(&project, "{\"mail\":\"ann@x.example\"}", "{}");
  const Result<Forgotten> forgotten =
      Forget(project.db(), ModelSet(), {{"dee@x.example", ""}}, {});
  ASSERT_TRUE(forgotten.ok()) << forgotten.status().ToString();
  EXPECT_EQ(forgotten->rejects, 1);
  EXPECT_EQ(forgotten->failures, 1);
}

// The digits of an account's number stand in times, sizes and other people's
// numbers as well.
TEST(Forget, DoesNotLookForPlainNumbers) {
  TestProject project;
  AddReject(&project, 1, "{\"at\":1234567890}");
  AddFailure(&project, "{\"bytes\":9123456}", "{\"row\":123456}");
  project.Sql(
      "insert into ls_run (kind, arguments, learnsql_version, sqlite_version, "
      "started_at, message) values ('sync', '--to 123456', '', '', '', "
      "'at byte 123456')");
  const Result<Forgotten> forgotten =
      Forget(project.db(), ModelSet(),
             {{"123456", ""}, {"dee@x.example", ""}, {"dee", ""}}, {});
  ASSERT_TRUE(forgotten.ok()) << forgotten.status().ToString();
  EXPECT_EQ(forgotten->rejects, 0);
  EXPECT_EQ(forgotten->failures, 0);
  EXPECT_EQ(project.Rows("select arguments, message from ls_run"),
            "--to 123456|at byte 123456\n");
}

constexpr char kPeopleModels[] =
    "-- dim_people, version 1\n-- A person.\n-- owner: x\n"
    "create table dim_people (\n"
    "    account_id    integer primary key,  -- an account; pii: id\n"
    "    practiser_id  integer               -- of another system; pii: id\n"
    ") strict;\n\n"
    "with\n\nfinal (account_id, practiser_id) as (\n"
    "    values (101, 7), (102, 101), (103, null)\n)\n\n"
    "select * from final\n";

// Account 101 and practiser 101 are two people.
TEST(Forget, KeepsNumbersToTheirColumn) {
  struct Case {
    const char* name;
    std::vector<Trace> traces;
    const char* left;
  };
  const Case cases[] = {
      {"account", {{"101", ""}}, "102|101\n103|null\n"},
      {"practiser", {{"101", "practiser_id"}}, "101|7\n103|null\n"},
      {"both", {{"101", ""}, {"7", "practiser_id"}}, "102|101\n103|null\n"},
      {"another column",
       {{"101", "codetrack_id"}},
       "101|7\n102|101\n103|null\n"},
  };
  for (const Case& test : cases) {
    SCOPED_TRACE(test.name);
    TestProject project;
    project.File("sql/curated/dim_people.sql", kPeopleModels);
    ASSERT_TRUE(project.Build().ok());
    const Result<Forgotten> forgotten =
        Forget(project.db(), project.Load(), test.traces, {"practiser_id"});
    ASSERT_TRUE(forgotten.ok()) << forgotten.status().ToString();
    EXPECT_EQ(project.Rows("select * from dim_people order by 1"), test.left);
  }
}

TEST(Forget, FindsWhomAKeyNames) {
  TestProject project;
  project.Sql(
      "create view learner_traces as select 'a' as learner_id, 'email' as "
      "trace_class, ' Ann@x.example' as trace_value union all select 'a', "
      "'practiser_id', '7' union all select 'b', 'id', '7'");
  const Result<std::vector<Trace>> by_mail =
      TracesOf(project.db(), "ann@X.example ");
  ASSERT_TRUE(by_mail.ok()) << by_mail.status().ToString();
  ASSERT_EQ(by_mail->size(), 2U);
  // A number of one column is no key: 7 is b's account, not a's practice.
  const Result<std::vector<Trace>> by_number = TracesOf(project.db(), "7");
  ASSERT_TRUE(by_number.ok()) << by_number.status().ToString();
  ASSERT_EQ(by_number->size(), 1U);
  EXPECT_EQ((*by_number)[0].column, "");
  EXPECT_EQ(TracesOf(project.db(), "a").status().code(), Code::kNotFound);
}

TEST(Forget, NamesTheBuildWhereNothingIsBuilt) {
  TestProject project;
  const Status status = TracesOf(project.db(), "ann@x.example").status();
  EXPECT_EQ(status.code(), Code::kNotFound);
  EXPECT_NE(status.ToString().find("learnsql build"), std::string::npos);
}

}  // namespace
}  // namespace learnsql
