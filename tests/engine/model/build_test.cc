#include "engine/model/build.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "engine/base/cancel.h"
#include "engine/model/artifact.h"
#include "engine/store/functions.h"
#include "tests/engine/model/test_project.h"

namespace learnsql {
namespace {

using ::testing::HasSubstr;

constexpr const char* kLmsRaw = R"(
-- kind: events, key exam_id
create table raw_lms__exams (
    row_id      integer primary key,
    exam_id     integer,
    learner_id  integer,
    score       real
) strict;
create table raw_lms__learners (
    row_id      integer primary key,
    learner_id  integer,
    name        text
) strict;
)";

constexpr const char* kStagingExams = R"(
create view stg_lms__exams (row_id, exam_id, learner_id, score) as
select row_id, exam_id, learner_id, score from raw_lms__exams;
)";

constexpr const char* kStagingLearners = R"(
create view stg_lms__learners (row_id, learner_id, name) as
select row_id, learner_id, name from raw_lms__learners;
)";

constexpr const char* kLearners = R"(
-- dim_learners, version 1
-- One row per learner.
-- owner: learning
create table dim_learners (
    learner_id  integer primary key,
    name        text not null  -- as written; pii: name
) strict;
with
learners as (select learner_id, name from stg_lms__learners),
final as (select learner_id, max(name) as name from learners group by 1)
select * from final;
)";

constexpr const char* kExams = R"(
-- fct_exams, version 1
create table fct_exams (
    exam_id     integer primary key,
    learner_id  integer references dim_learners (learner_id),
    score       real
        constraint score_in_range check (score between 0 and 100)
) strict;
create index fct_exams__learner on fct_exams (learner_id);
with
exams as (select exam_id, learner_id, score from stg_lms__exams)
select * from exams;
)";

constexpr const char* kView = R"(
-- owner: reports
create view scores (name, score) as
select dim_learners.name, fct_exams.score
from fct_exams
inner join dim_learners on fct_exams.learner_id = dim_learners.learner_id;
)";

class BuildTest : public ::testing::Test {
 protected:
  BuildTest() {
    project_.File("sql/raw/lms.sql", kLmsRaw);
    project_.File("sql/staging/lms/stg_lms__exams.sql", kStagingExams);
    project_.File("sql/staging/lms/stg_lms__learners.sql", kStagingLearners);
    project_.File("sql/curated/dim_learners.sql", kLearners);
    project_.File("sql/curated/fct_exams.sql", kExams);
    project_.File("views/scores.sql", kView);
    EXPECT_EQ(project_.Findings(), "");
    EXPECT_EQ(project_.Built(),
              "stg_lms__learners view, dim_learners full, "
              "stg_lms__exams view, fct_exams full, scores view");
  }

  // A load of learners and exams, as the sink would commit it.
  void Load(int64_t load, const std::string& learners,
            const std::string& exams) {
    const std::string id = std::to_string(load);
    if (!learners.empty()) {
      project_.Sql("insert into raw_lms__learners select (" + id +
                   " << 28) + row_number() over () - 1, * from (values " +
                   learners + ")");
    }
    if (!exams.empty()) {
      project_.Sql("insert into raw_lms__exams select (" + id +
                   " << 28) + row_number() over () - 1, * from (values " +
                   exams + ")");
    }
    project_.Sql(
        "insert into ls_slice (source, object, slice_start, slice_end, name, "
        "state, load_id) values ('lms', 'all', '" +
        id +
        "', '', '', 'loaded',"
        " " +
        id + ")");
  }

  // What a build that must be stopped says.
  std::string Refusal(Code code) {
    const Result<BuildReport> report = project_.Build();
    EXPECT_FALSE(report.ok());
    if (report.ok()) return "";
    EXPECT_EQ(report.status().code(), code);
    EXPECT_FALSE(project_.db()->in_transaction());
    return report.status().ToString();
  }

  TestProject project_;
};

TEST_F(BuildTest, FillsTablesByName) {
  Load(1, "(1, 'Ada'), (2, 'Bob')", "(10, 1, 55.5), (11, 2, null)");
  EXPECT_EQ(project_.Built(), "dim_learners full, fct_exams full, scores view");
  EXPECT_EQ(project_.Rows("select * from scores order by 1"),
            "Ada|55.5\nBob|null\n");
  EXPECT_EQ(project_.Rows("select name from sqlite_schema where type = 'index' "
                          "and name like 'fct%'"),
            "fct_exams__learner\n");
}

TEST_F(BuildTest, DoesNothingWhenNothingChanged) {
  Load(1, "(1, 'Ada')", "(10, 1, 55.5)");
  project_.Built();
  const std::string before = project_.Rows("select * from ls_model_run");
  EXPECT_EQ(project_.Built(), "");
  EXPECT_EQ(project_.Rows("select * from ls_model_run"), before);
}

TEST_F(BuildTest, RebuildsOnlyWhatIsDownstream) {
  Load(1, "(1, 'Ada')", "(10, 1, 55.5)");
  project_.Built();
  Load(2, "", "(11, 1, 60.0)");
  EXPECT_EQ(project_.Built(), "fct_exams full, scores view");
  EXPECT_EQ(project_.Rows("select reason from ls_model_run where model = "
                          "'fct_exams' order by run_id desc limit 1"),
            "load 2 of raw_lms__exams is new\n");
}

TEST_F(BuildTest, NoticesRemovedLoads) {
  Load(1, "(1, 'Ada')", "(10, 1, 55.5)");
  Load(2, "", "(11, 1, 60.0)");
  project_.Built();
  project_.Sql(
      "delete from raw_lms__exams where row_id >= 1 << 28 and row_id "
      "< 2 << 28; update ls_slice set load_id = null, state = "
      "'source_gone' where load_id = 1");
  EXPECT_EQ(project_.Built(), "fct_exams full, scores view");
  EXPECT_EQ(project_.Rows("select exam_id from fct_exams"), "11\n");
}

TEST_F(BuildTest, TakesCommentsForNoChange) {
  Load(1, "(1, 'Ada')", "");
  project_.Built();
  std::string script = kLearners;
  script.replace(script.find("as written"), 10, "as the LMS writes it");
  project_.File("sql/curated/dim_learners.sql", script);
  EXPECT_EQ(project_.Built(), "");
  EXPECT_EQ(project_.Rows("select document, pii from ls_column where "
                          "table_name = 'dim_learners' and column_name = "
                          "'name'"),
            "as the LMS writes it|name\n");
  EXPECT_EQ(project_.Built(), "");
}

TEST_F(BuildTest, RebuildsForANewVersion) {
  project_.Built();
  std::string script = kLearners;
  script.replace(script.find("version 1"), 9, "version 2");
  project_.File("sql/curated/dim_learners.sql", script);
  EXPECT_THAT(project_.Built(), HasSubstr("dim_learners full"));
  EXPECT_EQ(project_.Rows("select reason from ls_model_run where model = "
                          "'dim_learners' order by run_id desc limit 1"),
            "version 1 became 2\n");
}

TEST_F(BuildTest, SaysWhichLineChanged) {
  std::string script = kLearners;
  script.replace(script.find("max(name)"), 9, "min(name)");
  project_.File("sql/curated/dim_learners.sql", script);
  project_.Built();
  EXPECT_EQ(project_.Rows("select reason from ls_model_run where model = "
                          "'dim_learners' order by run_id desc limit 1"),
            "script changed at sql/curated/dim_learners.sql:11\n");
}

TEST_F(BuildTest, DropsWhatLeftTheProject) {
  project_.File("views/scores.sql", "");
  EXPECT_EQ(project_.Built(), "scores dropped");
  EXPECT_EQ(project_.Rows("select name from sqlite_schema where name = "
                          "'scores'"),
            "");
  EXPECT_EQ(project_.Rows("select * from ls_table where table_name = "
                          "'scores'"),
            "");
}

TEST_F(BuildTest, MakesWhatSomebodyDropped) {
  project_.Sql("drop table fct_exams");
  EXPECT_EQ(project_.Built(), "fct_exams full");
}

TEST_F(BuildTest, BuildsOnlyWhatIsSelected) {
  Load(1, "(1, 'Ada')", "(10, 1, 55.5)");
  project_.File("views/names.sql",
                "create view names (name) as select name from dim_learners;");
  BuildOptions options;
  options.select = {"names"};
  EXPECT_EQ(project_.Built(options), "dim_learners full, names view");
  options.select = {"nmes"};
  EXPECT_EQ(project_.Built(options), "no model 'nmes' (did you mean 'names'?)");
}

TEST_F(BuildTest, KeepsAsOfApart) {
  project_.File("sql/curated/dim_days.sql", R"(
create table dim_days (day_date text not null primary key) strict;
select substr(:as_of, 1, 10) as day_date;)");
  BuildOptions options;
  options.as_of = "2015-01-01T00:00:00Z";
  EXPECT_EQ(project_.Built(options), "dim_days full");
  EXPECT_EQ(project_.Built(options), "");
  options.as_of = "2015-01-02T00:00:00Z";
  EXPECT_EQ(project_.Built(options), "dim_days full");
  EXPECT_EQ(project_.Rows("select * from dim_days"), "2015-01-02\n");
}

TEST_F(BuildTest, BuildsADayOncePerDay) {
  project_.File("sql/curated/dim_days.sql", R"(
create table dim_days (day_date text not null primary key) strict;
select :as_of_date as day_date;)");
  project_.File("sql/checks/days.sql",
                "-- check: day_is_today\n"
                "select day_date from dim_days where day_date <> :as_of_date;");
  BuildOptions options;
  options.as_of = "2015-01-01T00:00:00Z";
  EXPECT_EQ(project_.Built(options), "dim_days full");
  options.as_of = "2015-01-01T23:59:59Z";
  EXPECT_EQ(project_.Built(options), "");
  options.as_of = "2015-01-02T00:00:00Z";
  EXPECT_EQ(project_.Built(options), "dim_days full");
  EXPECT_EQ(project_.Rows("select * from dim_days"), "2015-01-02\n");
}

// ---- rows that break rules

struct BrokenCase {
  const char* name;
  const char* learners;
  const char* exams;
  const char* message;
  const char* failures;  // rule|kind|key
};

TEST_F(BuildTest, StopsAtBrokenRules) {
  const BrokenCase kCases[] = {
      {"named check", "(1, 'Ada')", "(10, 1, 101.0), (11, 1, -1.0)",
       "fct_exams breaks 'score_in_range' in 2 rows: \"exam_id\":10; "
       "\"exam_id\":11",
       "score_in_range|check|{\"exam_id\":10}\n"
       "score_in_range|check|{\"exam_id\":11}\n"},
      {"not null", "(1, null)", "",
       "dim_learners breaks 'name not null' in 1 row: \"learner_id\":1",
       "name not null|not null|{\"learner_id\":1}\n"},
      {"primary key", "(1, 'Ada')", "(10, 1, 1.0), (10, 1, 2.0)",
       "fct_exams breaks 'primary key (exam_id)' in 1 row: \"exam_id\":10",
       "primary key (exam_id)|unique|{\"exam_id\":10}\n"},
      {"foreign key", "(1, 'Ada')", "(10, 7, 1.0), (11, null, 1.0)",
       "fct_exams breaks 'foreign key (learner_id) references dim_learners "
       "(learner_id)' in 1 row: \"exam_id\":10",
       "foreign key (learner_id) references dim_learners "
       "(learner_id)|foreign key|{\"exam_id\":10}\n"},
  };
  int64_t load = 0;
  for (const BrokenCase& c : kCases) {
    Load(++load, c.learners, c.exams);
    EXPECT_THAT(Refusal(Code::kGate), HasSubstr(c.message)) << c.name;
    EXPECT_EQ(project_.Rows("select rule, kind, key_json from ls_failure where "
                            "state = 'open' order by 1, 2, 3"),
              c.failures)
        << c.name;
    EXPECT_EQ(project_.Rows("select count(*) from fct_exams"), "0\n");
    project_.Sql(
        "delete from raw_lms__exams; delete from raw_lms__learners; "
        "delete from ls_slice; delete from ls_failure");
  }
}

TEST_F(BuildTest, NamesTheRawRowBehindAnOffender) {
  project_.File("sql/curated/fct_exams.check.sql", R"(
-- check: nobody_fails
select exam_id from fct_exams where score < 50;
)");
  Load(1, "(1, 'Ada')", "(10, 1, 60.0), (11, 1, 101.0)");
  Refusal(Code::kGate);
  Load(2, "", "(12, 7, 60.0)");
  project_.Sql("update raw_lms__exams set score = 99.0 where exam_id = 11");
  Refusal(Code::kGate);
  project_.Sql(
      "update raw_lms__exams set learner_id = 1, score = 1.0 where "
      "exam_id = 12");
  Refusal(Code::kGate);
  EXPECT_EQ(project_.Rows("select key_json, source_table, source_row_id >> 28, "
                          "source_row_id & 255 from ls_failure order by "
                          "failure_id"),
            "{\"exam_id\":11}|raw_lms__exams|1|1\n"
            "{\"exam_id\":12}|raw_lms__exams|2|0\n"
            "{\"exam_id\":12}|raw_lms__exams|2|0\n");
}

TEST_F(BuildTest, RefusesTypesThatDoNotFit) {
  std::string script = kExams;
  script.replace(script.find("select exam_id, learner_id, score from"), 38,
                 "select exam_id, learner_id, 'x' as score from");
  project_.File("sql/curated/fct_exams.sql", script);
  Load(1, "(1, 'Ada')", "(10, 1, 1.0)");
  EXPECT_THAT(Refusal(Code::kGate),
              HasSubstr("fct_exams breaks 'score is REAL' in 1 row"));
}

TEST_F(BuildTest, RefusesTextAsRowNumber) {
  std::string script = kExams;
  script.replace(script.find("select exam_id,"), 15, "select 'x' as exam_id,");
  project_.File("sql/curated/fct_exams.sql", script);
  Load(1, "(1, 'Ada')", "(10, 1, 1.0)");
  EXPECT_THAT(Refusal(Code::kGate), HasSubstr("'exam_id is INTEGER'"));
}

TEST_F(BuildTest, ClosesFailuresOnceKept) {
  Load(1, "(1, 'Ada')", "(10, 7, 1.0)");
  Refusal(Code::kGate);
  Load(2, "(7, 'Eve')", "");
  EXPECT_EQ(project_.Built(), "dim_learners full, fct_exams full, scores view");
  EXPECT_EQ(project_.Rows("select state, first_run_id, last_run_id from "
                          "ls_failure"),
            "gone|2|2\n");
}

TEST_F(BuildTest, FindsChildrenWhoseParentsLeft) {
  Load(1, "(1, 'Ada')", "(10, 1, 1.0)");
  project_.Built();
  project_.Sql(
      "delete from raw_lms__learners; insert into ls_removed_load "
      "values (1, 'raw_lms__learners', 1, 'lms', 'all', '', '')");
  EXPECT_THAT(Refusal(Code::kGate),
              HasSubstr("fct_exams breaks 'foreign key (learner_id)"));
  EXPECT_EQ(project_.Rows("select count(*) from dim_learners"), "1\n");
}

TEST_F(BuildTest, CountsOffendersItDoesNotKeep) {
  project_.Sql(
      "insert into raw_lms__learners with recursive n(i) as (select 1 "
      "union all select i + 1 from n where i < 1500) select (1 << 28) "
      "+ i, i, null from n");
  project_.Sql(
      "insert into ls_removed_load values (1, 'x', 1, '', '', '', '')");
  EXPECT_THAT(Refusal(Code::kGate), HasSubstr("in 1500 rows"));
  EXPECT_EQ(project_.Rows("select count(*) from ls_failure"), "1000\n");
}

// ---- checks

TEST_F(BuildTest, StopsAtAFailingCheck) {
  project_.File("sql/curated/fct_exams.check.sql", R"(
-- check: nobody_fails
-- A score of 50 passes.
select exam_id, score from fct_exams where score < 50;
)");
  Load(1, "(1, 'Ada')", "(10, 1, 1.0), (11, 1, 90.0)");
  EXPECT_THAT(Refusal(Code::kGate),
              HasSubstr("fct_exams breaks 'fct_exams.nobody_fails' in 1 row"));
  EXPECT_EQ(
      project_.Rows("select model, rule, row_json, cause from ls_failure"),
      "fct_exams|fct_exams.nobody_fails|{\"exam_id\":10,\"score\":1.0}|"
      "A score of 50 passes.\n");
  EXPECT_EQ(project_.Rows("select outcome, failing_count from ls_check"),
            "fail|1\n");
  EXPECT_EQ(project_.Rows("select count(*) from fct_exams"), "0\n");
}

TEST_F(BuildTest, LetsWarningsPass) {
  project_.File("sql/checks/scores.sql", R"(
-- check: nobody_fails
-- severity: warn
select exam_id from fct_exams where score < 50;
)");
  Load(1, "(1, 'Ada')", "(10, 1, 1.0)");
  const Result<BuildReport> report = project_.Build();
  ASSERT_TRUE(report.ok()) << report.status().ToString();
  ASSERT_EQ(report->checks.size(), 1u);
  EXPECT_EQ(report->checks[0].outcome, "fail");
  EXPECT_EQ(project_.Rows("select state from ls_failure"), "open\n");
  EXPECT_EQ(project_.Built(), "");
  Load(2, "", "(10, 1, 1.0)");
  project_.Sql(
      "delete from raw_lms__exams where row_id < 2 << 28; update "
      "raw_lms__exams set score = 70.0; delete from ls_slice where "
      "load_id = 1");
  project_.Built();
  EXPECT_EQ(project_.Rows("select state from ls_failure"), "gone\n");
}

TEST_F(BuildTest, KeepsHowSevereACheckIs) {
  const auto check = [](const std::string& severity) {
    return "-- check: nobody_fails\n-- severity: " + severity +
           "\nselect exam_id from fct_exams where score < 0;\n";
  };
  Load(1, "(1, 'Ada')", "(10, 1, 1.0)");
  for (const char* severity : {"info", "warn", "error", "info"}) {
    project_.File("sql/checks/scores.sql", check(severity));
    ASSERT_TRUE(project_.Build().ok());
    EXPECT_EQ(project_.Rows("select severity from ls_check order by run_id "
                            "desc limit 1"),
              std::string(severity) + "\n");
  }
}

TEST_F(BuildTest, ReportsWhatCannotBeAsked) {
  project_.File("sql/checks/scores.sql", R"(
-- check: grades
select exam_id from fct_exams where grade < 50;
)");
  const Result<BuildReport> report = project_.Build();
  ASSERT_TRUE(report.ok()) << report.status().ToString();
  ASSERT_EQ(report->checks.size(), 1u);
  EXPECT_EQ(report->checks[0].outcome, "not applicable");
  EXPECT_EQ(report->checks[0].message, "unknown column 'grade'");
}

TEST_F(BuildTest, NamesForeignKeysWithoutAnIndex) {
  std::string script = kExams;
  script.erase(script.find("create index"),
               script.find("with") - script.find("create index"));
  project_.File("sql/curated/fct_exams.sql", script);
  const Result<BuildReport> report = project_.Build();
  ASSERT_TRUE(report.ok()) << report.status().ToString();
  EXPECT_THAT(report->notes,
              ::testing::ElementsAre("fct_exams: no index begins with the "
                                     "foreign key learner_id"));
}

TEST_F(BuildTest, NamesTheOwnerOfABrokenView) {
  project_.File("views/scores.sql", R"(
-- owner: reports
create view scores (score) as
select abs(learner_id) from dim_learners;)");
  Load(1, "(-9223372036854775807 - 1, 'least')", "");
  EXPECT_EQ(
      Refusal(Code::kGate),
      "views/scores.sql: view scores fails: integer overflow; its owner is "
      "reports");
}

struct ExpectCase {
  const char* line;
  const char* outcome;
  const char* value;
};

TEST_F(BuildTest, HoldsWhatIsExpected) {
  const ExpectCase kCases[] = {
      {"rows 2..3", "pass", "3"},
      {"rows 4..9", "fail", "3"},
      {"rows >= 3", "pass", "3"},
      {"rows < 3", "fail", "3"},
      {"rows = 3", "pass", "3"},
      {"unique learner_id, score", "pass", "null"},
      {"unique learner_id", "fail", "null"},
      {"score in (10.0, 20.0, 30.0)", "pass", "null"},
      {"score in (10.0, 20.0)", "fail", "null"},
      {"learner_id in dim_learners.learner_id", "pass", "null"},
      {"exam_id in dim_learners.learner_id", "fail", "null"},
      {"share(score > 10) >= 0.60", "pass", "0.666666666666667"},
      {"share(score > 10) >= 0.70", "fail", "0.666666666666667"},
      {"drop < 20%", "pass", "0.0"},
      {"fresh 'x' within 1 day", "", ""},
      {"fresh grade within 1 day", "not applicable", "null"},
      {"grade in (1)", "not applicable", "null"},
  };
  Load(1, "(1, 'Ada'), (2, 'Bob')",
       "(10, 1, 10.0), (11, 1, 20.0), (12, 2, 30.0)");
  for (const ExpectCase& c : kCases) {
    project_.File("sql/curated/fct_exams.sql",
                  std::string("-- expect warn: ") + c.line + kExams);
    const Result<BuildReport> report = project_.Build();
    if (*c.outcome == '\0') {
      EXPECT_FALSE(report.ok()) << c.line;
      continue;
    }
    ASSERT_TRUE(report.ok()) << c.line << report.status().ToString();
    ASSERT_EQ(report->checks.size(), 1u) << c.line;
    EXPECT_EQ(report->checks[0].outcome, c.outcome) << c.line;
    EXPECT_EQ(report->checks[0].value.value_or("null"), c.value) << c.line;
  }
}

TEST_F(BuildTest, StopsWhenRowsDrop) {
  project_.File("sql/curated/fct_exams.sql",
                std::string("-- expect: drop < 20%") + kExams);
  Load(1, "(1, 'Ada')", "(10, 1, 1.0), (11, 1, 1.0), (12, 1, 1.0)");
  project_.Built();
  Load(2, "", "(13, 1, 1.0)");
  project_.Sql("delete from raw_lms__exams where exam_id in (10, 11)");
  EXPECT_THAT(Refusal(Code::kGate),
              HasSubstr("fct_exams: drop < 20%, but it is 33.3333333333333"));
  EXPECT_EQ(project_.Rows("select count(*) from fct_exams"), "3\n");
}

TEST_F(BuildTest, KeepsWhatWasMeasuredUntilItPasses) {
  constexpr const char* kFailures =
      "select rule, kind, key_json, json_extract(row_json, '$.value'), state, "
      "last_run_id - first_run_id, source_row_id is null from ls_failure";
  project_.File("sql/curated/fct_exams.sql",
                std::string("-- expect: share(score > 10) >= 0.60") + kExams);
  const std::string what =
      "fct_exams: share(score > 10) >= 0.60|data check|{\"measured\":"
      "\"fct_exams: share(score > 10) >= 0.60\"}|";
  Load(1, "(1, 'Ada')", "(10, 1, 10.0), (11, 1, 20.0)");
  Refusal(Code::kGate);
  EXPECT_EQ(project_.Rows(kFailures), what + "0.5|open|0|1\n");
  Load(2, "", "(12, 1, 5.0), (13, 1, 5.0)");
  Refusal(Code::kGate);
  EXPECT_EQ(project_.Rows(kFailures), what + "0.25|open|1|1\n");
  project_.Sql("update raw_lms__exams set score = 50.0");
  project_.Built();
  EXPECT_EQ(project_.Rows(kFailures), what + "0.25|gone|1|1\n");
}

TEST_F(BuildTest, AddsColumnsThatARawContractGained) {
  std::string raw = kLmsRaw;
  raw.replace(raw.find("score       real"), 16, "score real, grade text");
  project_.File("sql/raw/lms.sql", raw);
  project_.Built();
  EXPECT_EQ(project_.Rows("select count(*) from pragma_table_info("
                          "'raw_lms__exams') where name = 'grade'"),
            "1\n");
  project_.File("sql/raw/lms.sql", kLmsRaw);
  EXPECT_THAT(Refusal(Code::kInvalid),
              HasSubstr("raw_lms__exams does not fit its contract: column "
                        "grade is gone"));
}

TEST_F(BuildTest, MeasuresFreshnessAgainstAsOf) {
  project_.File("sql/curated/dim_days.sql", R"(
-- expect warn: fresh day_date within 2 days
-- expect warn: fresh day_at within 36 hours
create table dim_days (day_date text primary key, day_at text) strict;
select '2015-01-01' as day_date, '2015-01-01T00:00:00Z' as day_at;)");
  const auto outcomes = [&](const std::string& as_of) {
    BuildOptions options;
    options.as_of = as_of;
    const Result<BuildReport> report = project_.Build(options);
    EXPECT_TRUE(report.ok()) << report.status().ToString();
    std::string text;
    for (const CheckOutcome& check : report->checks) {
      text += check.outcome + " ";
    }
    return text;
  };
  EXPECT_EQ(outcomes("2015-01-02T00:00:00Z"), "pass pass ");
  EXPECT_EQ(outcomes("2015-01-03T00:00:00Z"), "fail pass ");
  EXPECT_EQ(outcomes("2015-01-04T00:00:00Z"), "fail fail ");
}

// ---- the transaction

TEST_F(BuildTest, ShowsReadersTheOldStateUntilTheEnd) {
  Load(1, "(1, 'Ada')", "(10, 1, 1.0)");
  project_.Built();
  Load(2, "(2, 'Bob')", "");
  Result<Connection> reader = OpenReadOnly(project_.db()->path(), nullptr);
  ASSERT_TRUE(reader.ok());
  BuildOptions options;
  int looks = 0;
  options.progress = [&](const BuildProgress&) {
    const auto count =
        reader->QueryInteger("select count(*) from dim_learners");
    ASSERT_TRUE(count.ok());
    EXPECT_EQ(**count, 1);
    ++looks;
  };
  project_.Built(options);
  EXPECT_GT(looks, 2);
  EXPECT_EQ(**reader->QueryInteger("select count(*) from dim_learners"), 2);
}

TEST_F(BuildTest, CutsTheLogAndNamesWhoKeepsIt) {
  Load(1, "(1, 'Ada')", "");
  Result<BuildReport> report = project_.Build();
  ASSERT_TRUE(report.ok());
  EXPECT_TRUE(report->notes.empty());
  const std::string log = project_.db()->path() + "-wal";
  EXPECT_EQ(std::filesystem::file_size(log), 0u);
  Result<Connection> reader = OpenReadOnly(project_.db()->path(), nullptr);
  ASSERT_TRUE(reader.ok());
  ASSERT_TRUE(reader->Execute("begin; select * from dim_learners").ok());
  Load(2, "(2, 'Bob')", "");
  report = project_.Build();
  ASSERT_TRUE(report.ok());
  ASSERT_EQ(report->notes.size(), 1u);
  EXPECT_THAT(report->notes[0], HasSubstr("stays at 0 MiB until those who "
                                          "read the state before are done"));
}

TEST_F(BuildTest, DemandsRoomOnTheDisk) {
  project_.Sql(
      "update ls_model set byte_count = 1 << 60 where model = "
      "'dim_learners'");
  Load(1, "(1, 'Ada')", "");
  EXPECT_THAT(Refusal(Code::kIo), HasSubstr("make room, or build less"));
}

TEST_F(BuildTest, TellsOfARunInJson) {
  project_.Sql(
      "insert into ls_run (run_id, kind, arguments, "
      "learnsql_version, sqlite_version, started_at) values (2, "
      "'build', '', '0', '3', '2015-01-01T00:00:00Z')");
  Load(1, "(1, 'Ada')", "(10, 7, 1.0)");
  Refusal(Code::kGate);
  const Result<std::string> json = RunArtifact(project_.db(), 2);
  ASSERT_TRUE(json.ok());
  EXPECT_THAT(*json, HasSubstr("{\"format\":1,\"run_id\":2,\"kind\":"));
  EXPECT_THAT(*json, HasSubstr("\"failures\":[{\"model\":\"fct_exams\","));
  Load(2, "(7, 'Eve')", "");
  project_.Sql(
      "insert into ls_run (run_id, kind, arguments, "
      "learnsql_version, sqlite_version, started_at) values (3, "
      "'build', '', '0', '3', '2015-01-01T00:00:00Z')");
  project_.Built();
  const Result<std::string> next = RunArtifact(project_.db(), 3);
  ASSERT_TRUE(next.ok());
  EXPECT_THAT(*next, HasSubstr("\"models\":[{\"model\":\"dim_learners\","
                               "\"mode\":\"full\",\"reason\":\"2 loads of"));
  EXPECT_EQ(project_.Rows("select json_valid(" + QuoteText(*next) + ")"),
            "1\n");
  EXPECT_EQ(RunArtifact(project_.db(), 9).status().code(), Code::kNotFound);
}

TEST_F(BuildTest, IsRefusedWhileAnotherWrites) {
  Load(1, "(1, 'Ada')", "");
  Result<Connection> other =
      OpenWarehouse(project_.db()->path(), true, nullptr);
  ASSERT_TRUE(other.ok());
  Result<Transaction> held = Transaction::Begin(&*other);
  ASSERT_TRUE(held.ok());
  project_.Sql("pragma busy_timeout = 10");
  EXPECT_THAT(Refusal(Code::kBusy), HasSubstr("locked"));
}

TEST_F(BuildTest, StopsWhenCancelled) {
  Load(1, "(1, 'Ada')", "(10, 1, 1.0)");
  CancelFlag cancel;
  BuildOptions options;
  options.cancel = &cancel;
  options.progress = [&](const BuildProgress&) { cancel.Cancel(); };
  const Result<BuildReport> report = project_.Build(options);
  ASSERT_FALSE(report.ok());
  EXPECT_EQ(report.status().code(), Code::kCancelled);
  EXPECT_EQ(project_.Rows("select count(*) from dim_learners"), "0\n");
}

TEST_F(BuildTest, DemandsForeignKeysOff) {
  Result<Connection> on = OpenWarehouse(project_.db()->path(), true, nullptr);
  ASSERT_TRUE(on.ok());
  const Result<BuildReport> report = Build(&*on, project_.Load(), {});
  ASSERT_FALSE(report.ok());
  EXPECT_EQ(report.status().message(),
            "a build needs a connection without foreign keys");
}

TEST_F(BuildTest, RefusesModelsWithFindings) {
  project_.File("views/scores.sql",
                "create view scores (a) as select a from fct_exam;");
  EXPECT_THAT(
      Refusal(Code::kInvalid),
      HasSubstr("unknown table 'fct_exam' (did you mean 'fct_exams'?)"));
}

TEST_F(BuildTest, KeepsCompositeKeysWithNullsOut) {
  project_.File("sql/curated/dim_pairs.sql", R"(
create table dim_pairs (a integer not null, b integer not null,
    primary key (a, b)) strict;
with pairs (a, b) as (values (1, 2)) select * from pairs;)");
  project_.File("sql/curated/fct_pairs.sql", R"(
create table fct_pairs (id integer primary key, a integer, b integer,
    foreign key (a, b) references dim_pairs) strict;
with pairs (id, a, b) as (values (1, 1, 2), (2, null, 9), (3, 9, null))
select * from pairs;)");
  EXPECT_EQ(project_.Built(), "dim_pairs full, fct_pairs full");
  project_.File("sql/curated/fct_pairs.sql", R"(
create table fct_pairs (id integer primary key, a integer, b integer,
    foreign key (a, b) references dim_pairs) strict;
with pairs (id, a, b) as (values (1, 1, 3)) select * from pairs;)");
  EXPECT_THAT(Refusal(Code::kGate),
              HasSubstr("'foreign key (a, b) references dim_pairs (a, b)'"));
}

TEST(OwnProject, HasNoFindings) {
  LoadOptions options;
  options.register_functions = [](Connection* db) {
    return RegisterFunctions(db, FunctionSet::kBuild);
  };
  const Result<ModelSet> set = LoadModels(LEARNSQL_ROOT, options);
  ASSERT_TRUE(set.ok()) << set.status().ToString();
  const Status errors = ErrorsOf(set->findings);
  EXPECT_TRUE(errors.ok()) << errors.ToString();
}

}  // namespace
}  // namespace learnsql
