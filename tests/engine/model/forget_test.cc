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
      Forget(project.db(), ModelSet(), {"dee@x.example"});
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
      Forget(project.db(), ModelSet(), {"123456", "dee@x.example", "dee"});
  ASSERT_TRUE(forgotten.ok()) << forgotten.status().ToString();
  EXPECT_EQ(forgotten->rejects, 0);
  EXPECT_EQ(forgotten->failures, 0);
  EXPECT_EQ(project.Rows("select arguments, message from ls_run"),
            "--to 123456|at byte 123456\n");
}

}  // namespace
}  // namespace learnsql
