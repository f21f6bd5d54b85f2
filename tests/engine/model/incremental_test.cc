#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "tests/engine/model/incremental_project.h"

namespace learnsql {
namespace {

using ::testing::HasSubstr;

TEST_F(IncrementalTest, FoldsNewLoadsIn) {
  project_.Built();
  LoadProfiles(&project_, 1, "(1, 0.1), (2, 5.0)");
  LoadEvents(&project_, 2, 5, {{10, 1, "ada", 1}, {11, 2, "bob", 2}});
  project_.Built();
  EXPECT_EQ(Mode("fct_events"), "full|load 2 of raw_gh__events is new\n");
  LoadEvents(&project_, 3, 4, {{10, 1, "early", 1}, {12, 1, "ada", 9}});
  project_.Built();
  EXPECT_EQ(Mode("fct_events"),
            "incremental|load 3 of raw_gh__events is new\n");
  EXPECT_EQ(project_.Rows("select * from fct_events"),
            "10|1|early|4\n11|2|bob|5\n12|1|ada|4\n");
  EXPECT_EQ(project_.Rows("select * from dim_actors"),
            "1|ada|2015-01-01T05:00:01Z\n2|bob|2015-01-01T05:00:02Z\n");
  EXPECT_EQ(project_.Rows("select rows_written, row_count from ls_model_run "
                          "where model = 'fct_events' order by run_id desc "
                          "limit 1"),
            "2|3\n");
}

TEST_F(IncrementalTest, WritesNothingForCopies) {
  project_.Built();
  LoadProfiles(&project_, 1, "(1, 0.1)");
  LoadEvents(&project_, 2, 5, {{10, 1, "ada", 1}});
  project_.Built();
  LoadEvents(&project_, 3, 6, {{10, 1, "ada", 1}});
  project_.Built();
  EXPECT_EQ(project_.Rows("select rows_written, row_count from ls_model_run "
                          "where model = 'fct_events' order by run_id desc "
                          "limit 1"),
            "0|1\n");
}

TEST_F(IncrementalTest, RebuildsWhenALoadIsReplaced) {
  LoadProfiles(&project_, 1, "(1, 0.1)");
  LoadEvents(&project_, 2, 5, {{10, 1, "ada", 1}});
  project_.Built();
  Remove(&project_, 2);
  LoadEvents(&project_, 3, 5, {{11, 1, "ada", 1}});
  project_.Built();
  EXPECT_EQ(Mode("fct_events"),
            "full|loads of raw_gh__events were removed or replaced\n");
  EXPECT_EQ(project_.Rows("select event_id from fct_events"), "11\n");
}

// Loads that the last build saw are not looked for again; each model still gets
// all that came since its own, and a load that went is noticed among new ones.
TEST_F(IncrementalTest, KnowsWhichLoadsAModelMissed) {
  const auto add = [this](int load) {
    LoadEvents(&project_, load, load,
               {{load, load, "a" + std::to_string(load), 1}});
  };
  const std::string actors = "select group_concat(actor_id) from dim_actors";
  LoadProfiles(&project_, 1, "(3, 0.5), (4, 0.5), (5, 0.5), (6, 0.5)");
  add(3);
  project_.Built();
  add(4);
  BuildOptions options;
  options.exclude = {"dim_actors"};
  project_.Built(options);
  EXPECT_EQ(project_.Rows(actors), "3\n");
  add(5);
  project_.Built();
  EXPECT_EQ(project_.Rows(actors), "3,4,5\n");
  EXPECT_THAT(Mode("dim_actors"), HasSubstr("incremental|2 loads"));
  EXPECT_THAT(Mode("fct_events"), HasSubstr("incremental|load 5"));
  Remove(&project_, 4);
  add(6);
  project_.Built();
  EXPECT_EQ(project_.Rows(actors), "3,5,6\n");
  EXPECT_THAT(Mode("dim_actors"), HasSubstr("full|loads of raw_gh__events"));
  // One with a smaller number, which was not there before.
  add(2);
  project_.Built();
  EXPECT_EQ(project_.Rows("select group_concat(actor_id) from (select actor_id "
                          "from dim_actors order by 1)"),
            "2,3,5,6\n");
}

// Where the script is the same, a table without indexes is emptied and filled.
TEST_F(IncrementalTest, KeepsATableWhoseContractStands) {
  const std::string model = R"(
create table fct_scores (
    actor_id  integer primary key,
    score     real not null check (score < 9)
) strict;
select actor_id, score from stg_gh__profiles;
)";
  const auto schema = [this] { return project_.Rows("pragma schema_version"); };
  const std::string rows = "select * from fct_scores order by 1";
  project_.File("sql/curated/fct_scores.sql", model);
  LoadProfiles(&project_, 1, "(1, 0.5), (2, 1.5)");
  project_.Built();
  const std::string before = schema();
  LoadProfiles(&project_, 2, "(3, 2.5)");
  project_.Built();
  EXPECT_THAT(Mode("fct_scores"), HasSubstr("full|load 2"));
  EXPECT_EQ(project_.Rows(rows), "1|0.5\n2|1.5\n3|2.5\n");
  EXPECT_EQ(schema(), before);
  // What breaks a rule is told all the same, and nothing is lost.
  LoadProfiles(&project_, 3, "(4, 9.5), (5, null), (6, 3.5)");
  const Result<BuildReport> report = project_.Build();
  ASSERT_FALSE(report.ok());
  EXPECT_THAT(report.status().message(),
              HasSubstr("in 1 row: \"actor_id\":4\n"));
  EXPECT_THAT(report.status().message(),
              HasSubstr("'score not null' in 1 row: \"actor_id\":5\n"));
  EXPECT_EQ(project_.Rows(rows), "1|0.5\n2|1.5\n3|2.5\n");
  Remove(&project_, 3);
  // Another contract is another table.
  std::string wider = model;
  wider.replace(wider.find("< 9"), 3, "< 8");
  project_.File("sql/curated/fct_scores.sql", wider);
  project_.Built();
  EXPECT_NE(schema(), before);
  EXPECT_EQ(project_.Rows(rows), "1|0.5\n2|1.5\n3|2.5\n");
}

TEST_F(IncrementalTest, RebuildsWhenFunctionsChange) {
  LoadEvents(&project_, 1, 5, {});
  LoadProfiles(&project_, 2, "(1, 0.1)");
  LoadEvents(&project_, 3, 5, {{10, 1, "ada", 1}});
  project_.Built();
  LoadEvents(&project_, 4, 6, {{11, 1, "ada", 1}});
  BuildOptions options;
  options.functions_version = "next";
  EXPECT_THAT(project_.Built(options), HasSubstr("fct_events full"));
}

TEST_F(IncrementalTest, LeavesOtherModelsAlone) {
  LoadProfiles(&project_, 1, "(1, 0.1)");
  LoadEvents(&project_, 2, 5, {{10, 1, "ada", 1}});
  project_.Built();
  LoadProfiles(&project_, 3, "(2, 0.1)");
  EXPECT_EQ(project_.Built(),
            "dim_profiles incremental, fct_events incremental");
}

TEST_F(IncrementalTest, HoldsOrphansBackUntilTheirParentComes) {
  project_.Built();
  LoadEvents(&project_, 1, 5, {{10, 1, "ada", 1}, {11, 2, "bob", 1}});
  LoadProfiles(&project_, 2, "(2, 0.5)");
  project_.Built();
  EXPECT_EQ(project_.Rows("select event_id from fct_events"), "11\n");
  EXPECT_EQ(
      project_.Rows("select kind, key_json, cause, state from ls_failure"),
      "quarantine|{\"event_id\":10}|no row of dim_profiles has this "
      "(actor_id) yet|open\n");
  EXPECT_EQ(project_.Rows("select source_table, source_row_id >> 28 from "
                          "ls_failure"),
            "raw_gh__events|1\n");
  project_.clock()->SleepMillis(5000, nullptr);
  LoadProfiles(&project_, 3, "(1, 0.5)");
  project_.Built();
  EXPECT_EQ(project_.Rows("select event_id, login from fct_events"),
            "10|ada\n11|bob\n");
  EXPECT_EQ(project_.Rows("select state, first_seen_at, closed_at from "
                          "ls_failure"),
            "released|2015-01-01T00:00:00Z|2015-01-01T00:00:05Z\n");
  EXPECT_EQ(project_.Rows("select row_count from ls_model where model = "
                          "'fct_events'"),
            "2\n");
}

TEST_F(IncrementalTest, KeepsHeldRowsExactly) {
  project_.File("sql/raw/v.sql",
                "create table raw_v__v (row_id integer primary key, id integer,"
                " r real, t text, b blob, i integer) strict;");
  project_.File("sql/staging/v/stg_v__v.sql",
                "create view stg_v__v (row_id, id, r, t, b, i) as select "
                "row_id, id, r, t, b, i from raw_v__v;");
  project_.File("sql/curated/fct_v.sql", R"(
-- incremental: id
-- on orphan id: quarantine
create table fct_v (id integer primary key references dim_profiles (actor_id),
    r real, t text, b blob, i integer) strict;
with v as (select id, r, t, b, i from stg_v__v where row_id >= :since_row)
select id, r, t, b, i from v;)");
  EXPECT_EQ(project_.Findings(), "");
  project_.Built();
  project_.Sql(
      "insert into raw_v__v values (1 << 28, 1, 0.1, 'it''s \"é\" \\ ' || "
      "char(10) || char(1), x'00ff', 9223372036854775807), ((1 << 28) + 1, 2, "
      "2.2250738585072014e-308, '', x'', -9223372036854775808), ((1 << 28) + "
      "2, 3, 9007199254740993.0, null, null, null), ((1 << 28) + 3, 4, "
      "1.7976931348623157e308, '1', x'31', 1)");
  Enter(&project_, 1, "v");
  project_.Built();
  EXPECT_EQ(project_.Rows("select count(*) from fct_v"), "0\n");
  LoadProfiles(&project_, 2, "(1, 1.0), (2, 1.0), (3, 1.0), (4, 1.0)");
  project_.Built();
  EXPECT_EQ(project_.Rows("select count(*) from fct_v inner join raw_v__v as v "
                          "on fct_v.id = v.id and fct_v.r is v.r and fct_v.t "
                          "is v.t and fct_v.b is v.b and fct_v.i is v.i"),
            "4\n");
}

TEST_F(IncrementalTest, NamesRulesThatNewRowsBreak) {
  project_.File("sql/curated/fct_events.check.sql", "");
  project_.Built();
  LoadProfiles(&project_, 1, "(1, 0.5)");
  LoadEvents(&project_, 2, 5, {{10, 1, "ada", 1}});
  project_.Built();
  project_.Sql(
      "insert into raw_gh__events values (3 << 28, 12, 1, null, "
      "'2015-01-01T00:00:00Z', 7), ((3 << 28) + 1, 13, 1, 'ok', "
      "'2015-01-01T00:00:00Z', 7)");
  Enter(&project_, 3, "events 7");
  const Result<BuildReport> report = project_.Build();
  ASSERT_FALSE(report.ok());
  EXPECT_EQ(report.status().code(), Code::kGate);
  EXPECT_THAT(report.status().message(),
              HasSubstr("fct_events breaks 'login not null' in 1 row: "
                        "\"event_id\":12"));
  EXPECT_EQ(project_.Rows("select event_id from fct_events"), "10\n");
  EXPECT_EQ(project_.Rows("select count(*) from sqlite_temp_schema"), "0\n");
}

// The names of an actor, numbered in time order: a late name moves the others,
// and two rows swap values that a unique index holds apart.
TEST_F(IncrementalTest, ReplacesAllRowsOfAKey) {
  project_.File("sql/curated/dim_names.sql", R"(
-- incremental: actor_id
create table dim_names (
    actor_id     integer not null,
    name_number  integer not null,
    login        text not null,
    first_at     text not null,
    primary key (actor_id, name_number)
) strict;
create unique index dim_names__login on dim_names (actor_id, login);
with
new_rows as (
    select actor_id, login, at as first_at
    from stg_gh__events where row_id >= :since_row
),
kept as (
    select actor_id, login, first_at from dim_names
    where actor_id in (select actor_id from new_rows)
),
both as (select * from new_rows union all select * from kept),
firsts as (
    select actor_id, login, min(first_at) as first_at
    from both group by actor_id, login
)
select actor_id, row_number() over (
    partition by actor_id order by first_at, login) as name_number,
    login, first_at
from firsts;
)");
  EXPECT_EQ(project_.Findings(), "");
  LoadProfiles(&project_, 1, "(1, 0.5), (2, 0.5)");
  LoadEvents(&project_, 2, 5, {{1, 1, "b", 1}, {2, 1, "c", 2}, {3, 2, "x", 3}});
  project_.Built();
  LoadEvents(&project_, 3, 4, {{4, 1, "c", 1}, {5, 1, "a", 0}});
  BuildOptions options;
  options.prove = true;
  EXPECT_THAT(project_.Built(options), HasSubstr("dim_names incremental"));
  EXPECT_EQ(project_.Rows("select actor_id, name_number, login from dim_names "
                          "order by 1, 2"),
            "1|1|a\n1|2|c\n1|3|b\n2|1|x\n");
}

// The two logins that an actor was seen with last, in a table whose row ids
// tell a row that was changed from one that was put in again.
constexpr const char* kTwoLogins = R"(
-- incremental: actor_id
create table dim_two_logins (
    actor_id  integer not null,
    login     text not null,
    last_at   text not null,
    primary key (actor_id, login)
) strict;
create index dim_two_logins__login on dim_two_logins (login);
with
new_rows as (
    select actor_id, login, at as last_at
    from stg_gh__events where row_id >= :since_row
),
kept as (
    select actor_id, login, last_at from dim_two_logins
    where actor_id in (select actor_id from new_rows)
),
both as (select * from new_rows union all select * from kept),
lasts as (
    select actor_id, login, max(last_at) as last_at
    from both group by actor_id, login
),
ranked as (
    select actor_id, login, last_at, row_number() over (
        partition by actor_id order by last_at desc, login) as place
    from lasts
)
select actor_id, login, last_at from ranked where place <= 2;
)";

TEST_F(IncrementalTest, ChangesRowsWhereTheyStand) {
  constexpr const char* kRows =
      "select rowid, actor_id, login, substr(last_at, 12, 8) "
      "from dim_two_logins order by 1";
  constexpr const char* kWritten =
      "select rows_written, row_count from ls_model_run "
      "where model = 'dim_two_logins' order by run_id desc limit 1";
  project_.File("sql/curated/dim_two_logins.sql", kTwoLogins);
  EXPECT_EQ(project_.Findings(), "");
  LoadProfiles(&project_, 1, "(1, 0.5), (2, 0.5)");
  LoadEvents(&project_, 2, 5, {{1, 1, "a", 1}, {2, 1, "b", 2}, {3, 2, "x", 3}});
  project_.Built();
  BuildOptions options;
  options.prove = true;
  // One of the group comes, one goes, one stays.
  LoadEvents(&project_, 3, 6, {{4, 1, "c", 1}});
  EXPECT_THAT(project_.Built(options), HasSubstr("dim_two_logins incremental"));
  EXPECT_EQ(project_.Rows(kRows),
            "1|1|b|05:00:02\n3|2|x|05:00:03\n4|1|c|06:00:01\n");
  EXPECT_EQ(project_.Rows(kWritten), "1|3\n");
  // Only a column changes that no index holds.
  LoadEvents(&project_, 4, 7, {{5, 1, "b", 1}, {6, 1, "c", 0}});
  EXPECT_THAT(project_.Built(options), HasSubstr("dim_two_logins incremental"));
  EXPECT_EQ(project_.Rows(kRows),
            "1|1|b|07:00:01\n3|2|x|05:00:03\n4|1|c|07:00:00\n");
  EXPECT_EQ(project_.Rows(kWritten), "2|3\n");
}

// A row that is gone is told by its key alone, as is one that has nothing else.
TEST_F(IncrementalTest, TakesRowsOutThatAreNoMoreThanTheirKey) {
  project_.File("sql/curated/dim_last_names.sql", R"(
-- incremental: actor_id
create table dim_last_names (
    actor_id  integer not null,
    login     text not null,
    note      text,
    primary key (actor_id, login)
) strict;
with
new_rows as (
    select actor_id, login from stg_gh__events where row_id >= :since_row
),
kept as (
    select actor_id, login from dim_last_names
    where actor_id in (select actor_id from new_rows)
),
both as (select * from new_rows union all select * from kept)
select actor_id, max(login) as login, nullif(1, 1) as note
from both group by actor_id;
)");
  EXPECT_EQ(project_.Findings(), "");
  LoadProfiles(&project_, 1, "(1, 0.5), (2, 0.5)");
  LoadEvents(&project_, 2, 5, {{1, 1, "a", 1}, {2, 2, "x", 2}});
  project_.Built();
  LoadEvents(&project_, 3, 6, {{3, 1, "b", 1}});
  EXPECT_THAT(project_.Built(), HasSubstr("dim_last_names incremental"));
  EXPECT_EQ(project_.Rows("select * from dim_last_names order by 1"),
            "1|b|null\n2|x|null\n");
  EXPECT_EQ(project_.Rows("select row_count from ls_model where model = "
                          "'dim_last_names'"),
            "2\n");
}

// Whatever the table's collation takes for equal.
TEST_F(IncrementalTest, WritesTextsThatChangeInCaseAlone) {
  project_.File("sql/curated/dim_cases.sql", R"(
-- incremental: actor_id
create table dim_cases (
    actor_id  integer primary key,
    login     text not null collate nocase
) strict;
select actor_id, login from stg_gh__events where row_id >= :since_row;
)");
  LoadProfiles(&project_, 1, "(1, 0.5)");
  LoadEvents(&project_, 2, 5, {{1, 1, "ada", 1}});
  project_.Built();
  LoadEvents(&project_, 3, 4, {{2, 1, "Ada", 1}});
  project_.Built();
  EXPECT_EQ(project_.Rows("select login from dim_cases"), "Ada\n");
}

// Rows that were changed or put in before the first bad one neither hide the
// bad ones after it, nor stay, nor are taken for bad.
TEST_F(IncrementalTest, NamesAllRowsThatBreakRules) {
  project_.File("sql/curated/dim_hours.sql", R"(
-- incremental: actor_id
create table dim_hours (
    actor_id  integer primary key,
    hour      integer not null constraint is_early check (hour < 10),
    login     text unique
) strict;
select actor_id, hour, login from stg_gh__events where row_id >= :since_row;
)");
  const std::string rows = "select * from dim_hours order by 1";
  LoadProfiles(&project_, 1, "(1, 0.5)");
  LoadEvents(&project_, 2, 1, {{1, 1, "a", 1}, {2, 2, "b", 2}, {3, 3, "c", 3}});
  project_.Built();
  const std::string before = project_.Rows(rows);
  ASSERT_EQ(before, "1|1|a\n2|1|b\n3|1|c\n");
  const auto load = [this](int number, const std::string& events) {
    const std::string first = std::to_string(number) + " << 28";
    std::string sql = "insert into raw_gh__events select ((" + first +
                      ") + column1), column1 + 9, column2, column3, "
                      "'2015-01-01T00:00:00Z', column4 from (values " +
                      events + ")";
    project_.Sql(sql);
    Enter(&project_, number, "events of load " + std::to_string(number));
  };
  // Standing rows alone: 1 and 3 may change, 2 may not.
  load(3, "(1, 1, 'a', 9), (2, 2, 'b', 10), (3, 3, 'c', 9)");
  const Result<BuildReport> changed = project_.Build();
  ASSERT_FALSE(changed.ok());
  EXPECT_EQ(changed.status().code(), Code::kGate);
  EXPECT_THAT(changed.status().message(),
              HasSubstr("dim_hours breaks 'is_early' in 1 row: "
                        "\"actor_id\":2\n"));
  EXPECT_EQ(project_.Rows(rows), before);
  // New ones with them: 5, 7 and 8 are bad, each in its own way.
  load(4,
       "(1, 4, 'd', 9), (2, 5, 'e', 11), (3, 6, 'f', 9), (4, 7, 'a', 1), "
       "(5, 8, 'g', null)");
  const Result<BuildReport> added = project_.Build();
  ASSERT_FALSE(added.ok());
  const std::string message = added.status().message();
  EXPECT_THAT(message, HasSubstr("'is_early' in 2 rows: \"actor_id\":2; "
                                 "\"actor_id\":5\n"));
  EXPECT_THAT(message,
              HasSubstr("'unique (login)' in 1 row: \"actor_id\":7\n"));
  EXPECT_THAT(message, HasSubstr("'hour not null' in 1 row: \"actor_id\":8\n"));
  EXPECT_EQ(project_.Rows(rows), before);
  EXPECT_EQ(project_.Rows("select count(*) from ls_failure where model = "
                          "'dim_hours' and state = 'open'"),
            "4\n");
}

// Neither is the key's old row changed twice, nor does one of the two win.
TEST_F(IncrementalTest, RefusesTwoNewRowsOfAStandingKey) {
  project_.File("sql/curated/dim_lasts.sql", R"(
-- incremental: actor_id
create table dim_lasts (actor_id integer primary key, at text not null) strict;
select actor_id, at from stg_gh__events where row_id >= :since_row;
)");
  LoadProfiles(&project_, 1, "(1, 0.5)");
  LoadEvents(&project_, 2, 5, {{1, 1, "a", 1}});
  project_.Built();
  LoadEvents(&project_, 3, 6, {{2, 1, "a", 1}, {3, 1, "a", 2}});
  const Result<BuildReport> report = project_.Build();
  ASSERT_FALSE(report.ok());
  EXPECT_THAT(report.status().message(), HasSubstr("dim_lasts breaks"));
  EXPECT_THAT(report.status().message(), HasSubstr("\"actor_id\":1"));
  EXPECT_EQ(project_.Rows("select at from dim_lasts"),
            "2015-01-01T05:00:01Z\n");
}

// A row without a value that it must have is no row that is gone.
TEST_F(IncrementalTest, RefusesNullsInARowOfAGroup) {
  project_.File("sql/curated/dim_seen.sql", R"(
-- incremental: actor_id
create table dim_seen (
    actor_id  integer not null,
    hour      integer not null,
    login     text not null,
    primary key (actor_id, hour)
) strict;
with
new_rows as (
    select actor_id, hour, login from stg_gh__events where row_id >= :since_row
),
kept as (
    select actor_id, hour, login from dim_seen
    where actor_id in (select actor_id from new_rows)
),
both as (select * from new_rows union all select * from kept)
select actor_id, hour, nullif(max(login), 'nobody') as login
from both group by actor_id, hour;
)");
  LoadProfiles(&project_, 1, "(1, 0.5)");
  LoadEvents(&project_, 2, 5, {{1, 1, "a", 1}});
  project_.Built();
  LoadEvents(&project_, 3, 6, {{2, 1, "nobody", 1}});
  const Result<BuildReport> report = project_.Build();
  ASSERT_FALSE(report.ok());
  EXPECT_THAT(report.status().message(),
              HasSubstr("dim_seen breaks 'login not null' in 1 row"));
  EXPECT_EQ(project_.Rows("select hour, login from dim_seen"), "5|a\n");
}

TEST_F(IncrementalTest, HoldsOrphansOfRebuiltTablesBackToo) {
  std::string script = kEvents;
  script.replace(script.find("-- incremental: event_id\n"), 25, "");
  script.replace(script.find(" where row_id >= :since_row"), 27, "");
  const size_t kept = script.find("kept as");
  script.erase(kept, script.find("ranked as") - kept);
  script.replace(script.find("from both"), 9, "from new_rows");
  project_.File("sql/curated/fct_events.sql", script);
  EXPECT_EQ(project_.Findings(), "");
  LoadEvents(&project_, 1, 5, {{10, 1, "ada", 1}, {11, 2, "bob", 1}});
  LoadProfiles(&project_, 2, "(2, 0.5)");
  project_.Built();
  EXPECT_EQ(project_.Rows("select event_id from fct_events"), "11\n");
  LoadProfiles(&project_, 3, "(1, 0.5)");
  project_.Built();
  EXPECT_EQ(Mode("fct_events"), "full|parent dim_profiles changed\n");
  EXPECT_EQ(project_.Rows("select event_id from fct_events"), "10\n11\n");
  EXPECT_EQ(project_.Rows("select state from ls_failure"), "released\n");
}

TEST_F(IncrementalTest, NarrowsChecksToWhatWasTouched) {
  project_.File("sql/curated/fct_events.check.sql", R"(
-- check: no_bob
-- severity: warn
-- scope: touched
with bobs as (select event_id from fct_events where login = 'bob')
select event_id from bobs;
-- check: no_bob_ever
-- severity: warn
select event_id from fct_events where login = 'bob';
)");
  LoadProfiles(&project_, 1, "(1, 0.5)");
  LoadEvents(&project_, 2, 5, {{10, 1, "bob", 1}});
  project_.Built();
  LoadEvents(&project_, 3, 5, {{11, 1, "ada", 2}});
  project_.Built();
  // What failed is asked of all rows again: it may not be mended.
  const char* const last =
      "select name, scope, failing_count from ls_check "
      "order by run_id desc, name limit 2";
  EXPECT_EQ(project_.Rows(last),
            "fct_events.no_bob|all|1\nfct_events.no_bob_ever|all|1\n");
  LoadEvents(&project_, 4, 4, {{10, 1, "ada", 1}});
  project_.Built();
  LoadEvents(&project_, 5, 6, {{12, 1, "ada", 1}});
  project_.Built();
  EXPECT_EQ(project_.Rows(last),
            "fct_events.no_bob|touched|0\nfct_events.no_bob_ever|all|0\n");
}

// A check that was not asked of what a build folded in, or is another one now,
// has rows to look at that were touched before.
TEST_F(IncrementalTest, AsksNewChecksOfAllRows) {
  LoadProfiles(&project_, 1, "(1, 0.5)");
  LoadEvents(&project_, 2, 5, {{10, 1, "bob", 1}});
  project_.Built();
  project_.File("sql/curated/fct_events.check.sql", R"(
-- check: no_bob
-- severity: warn
-- scope: touched
select event_id from fct_events where login = 'bob';
)");
  LoadEvents(&project_, 3, 5, {{11, 1, "ada", 2}});
  project_.Built();
  EXPECT_EQ(project_.Rows("select scope, failing_count from ls_check"),
            "all|1\n");
}

TEST_F(IncrementalTest, BindsTheFirstNewRowInChecks) {
  project_.File("sql/curated/fct_events.check.sql", R"(
-- check: every_event_is_kept
select stg_gh__events.row_id
from stg_gh__events
left join fct_events on stg_gh__events.event_id = fct_events.event_id
where
    stg_gh__events.row_id >= :since_row
    and stg_gh__events.actor_id <> 3
    and fct_events.event_id is null;
)");
  EXPECT_EQ(project_.Findings(), "");
  LoadProfiles(&project_, 1, "(1, 0.5)");
  LoadEvents(&project_, 2, 5, {{10, 1, "ada", 1}, {11, 3, "eve", 1}});
  project_.Built();
  LoadEvents(&project_, 3, 6, {{12, 1, "ada", 1}});
  project_.Built();
  const char* const outcomes =
      "select scope, outcome from ls_check order by run_id";
  EXPECT_EQ(project_.Rows(outcomes), "all|pass\ntouched|pass\n");
  // Actor 2 has no profile, so its event is held back.
  LoadEvents(&project_, 4, 7, {{13, 2, "bob", 1}});
  EXPECT_THAT(project_.Built(), HasSubstr("every_event_is_kept"));
}

TEST_F(IncrementalTest, RefusesSinceRowInOtherChecks) {
  project_.File("sql/checks/gh.sql", R"(
-- check: nothing_new
select row_id from stg_gh__events where row_id >= :since_row;
)");
  EXPECT_THAT(project_.Findings(), HasSubstr("unknown parameter ':since_row'"));
}

TEST_F(IncrementalTest, KnowsWhetherAParentLostKeys) {
  project_.File("sql/curated/dim_hours.sql", R"(
create table dim_hours (hour integer primary key) strict;
with hours as (select hour from stg_gh__events)
select distinct hour from hours;
)");
  project_.File("sql/curated/fct_hours.sql", R"(
-- incremental: event_id
create table fct_hours (
    event_id  integer primary key,
    hour      integer not null references dim_hours (hour)
) strict;
with
new_rows as (
    select event_id, hour from stg_gh__events where row_id >= :since_row
)
select event_id, min(hour) as hour from new_rows group by event_id;
)");
  EXPECT_EQ(project_.Findings(), "");
  const auto lost = [this] {
    const Result<BuildReport> report = project_.Build();
    EXPECT_TRUE(report.ok()) << report.status().ToString();
    for (const ModelOutcome& outcome : report->models) {
      if (outcome.model == "dim_hours") return outcome.lost_rows;
    }
    ADD_FAILURE() << "dim_hours was not built";
    return false;
  };
  LoadProfiles(&project_, 1, "(1, 0.5)");
  LoadEvents(&project_, 2, 5, {{10, 1, "ada", 1}});
  EXPECT_TRUE(lost());
  LoadEvents(&project_, 3, 6, {{11, 1, "ada", 1}});
  EXPECT_FALSE(lost());
  Remove(&project_, 2);
  EXPECT_TRUE(lost());
}

// A row that is replaced may take a key with it that is not the one it was
// found by.
TEST_F(IncrementalTest, ChecksChildrenOfColumnsThatChange) {
  project_.File("sql/curated/dim_codes.sql", R"(
-- incremental: actor_id
create table dim_codes (
    actor_id  integer primary key,
    code      text not null unique
) strict;
with
new_rows as (
    select actor_id, login from stg_gh__events where row_id >= :since_row
)
select actor_id, max(login) as code from new_rows group by actor_id;
)");
  project_.File("sql/curated/fct_codes.sql", R"(
create table fct_codes (
    id    integer primary key,
    code  text not null references dim_codes (code)
) strict;
create index fct_codes__code on fct_codes (code);
select 1 as id, 'a' as code;
)");
  LoadProfiles(&project_, 1, "(1, 0.5)");
  LoadEvents(&project_, 2, 5, {{10, 1, "a", 1}});
  project_.Built();
  LoadEvents(&project_, 3, 5, {{11, 1, "b", 2}});
  EXPECT_THAT(project_.Built(), HasSubstr("fct_codes breaks 'foreign key"));
}

TEST_F(IncrementalTest, ChecksTheWholeFileInAFullBuild) {
  BuildOptions options;
  options.full = true;
  project_.Built(options);
  project_.Sql("create table mine (actor_id integer references dim_actors)");
  project_.Sql("insert into mine values (7)");
  EXPECT_THAT(project_.Built(options),
              HasSubstr("foreign_key_check: 1 rows of mine have no row of "
                        "dim_actors"));
}

TEST_F(IncrementalTest, ProvesModels) {
  LoadProfiles(&project_, 1, "(1, 0.5)");
  LoadEvents(&project_, 2, 5, {{10, 1, "ada", 1}});
  project_.Built();
  LoadEvents(&project_, 3, 4, {{10, 1, "ada", 1}, {11, 1, "ada", 3}});
  BuildOptions options;
  options.prove = true;
  EXPECT_EQ(project_.Built(options),
            "dim_actor_logins incremental, dim_actors incremental, fct_events "
            "incremental");
}

TEST_F(IncrementalTest, CatchesAWrongModel) {
  // Counts twice: what was folded in before is added to what is new, and the
  // copies of an event are not told apart.
  project_.File("sql/curated/fct_counts.sql", R"(
-- incremental: actor_id
create table fct_counts (
    actor_id     integer primary key,
    event_count  integer not null
) strict;
with
new_rows as (
    select actor_id, event_id from stg_gh__events where row_id >= :since_row
),
added as (
    select actor_id, count(distinct event_id) as event_count
    from new_rows group by actor_id
)
select
    added.actor_id,
    added.event_count + coalesce(fct_counts.event_count, 0) as event_count
from added
left join fct_counts on added.actor_id = fct_counts.actor_id;
)");
  LoadProfiles(&project_, 1, "(1, 0.5)");
  LoadEvents(&project_, 2, 5, {{10, 1, "ada", 1}});
  project_.Built();
  LoadEvents(&project_, 3, 4, {{10, 1, "ada", 1}, {11, 1, "ada", 3}});
  BuildOptions options;
  options.prove = true;
  const Result<BuildReport> report = project_.Build(options);
  ASSERT_FALSE(report.ok());
  EXPECT_EQ(report.status().code(), Code::kGate);
  EXPECT_THAT(report.status().message(),
              HasSubstr("fct_counts breaks 'incremental equals full' in 2 "
                        "rows: \"actor_id\":1"));
  EXPECT_EQ(project_.Rows("select row_json, cause from ls_failure"),
            "{\"actor_id\":1,\"event_count\":2}|a full build has it, but it "
            "was not folded in\n");
}

// ---- histories

TEST_F(IncrementalTest, MakesSpansOfObservations) {
  LoadProfiles(&project_, 1, "(1, 0.5)");
  LoadEvents(&project_, 2, 5,
             {{10, 1, "a", 1}, {11, 1, "a", 2}, {12, 1, "b", 3}});
  project_.Built();
  constexpr const char* kSpans =
      "select login, substr(valid_from, 15, 5), substr(valid_to, 15, 5), "
      "substr(seen_until, 15, 5), is_current from dim_actor_logins";
  EXPECT_EQ(project_.Rows(kSpans),
            "a|00:01|00:03|00:02|0\n"
            "b|00:03|null|00:03|1\n");
  LoadEvents(&project_, 3, 5, {{13, 1, "b", 9}, {14, 1, "c", 12}});
  project_.Built();
  EXPECT_EQ(Mode("dim_actor_logins"),
            "incremental|load 3 of raw_gh__events is new\n");
  EXPECT_EQ(project_.Rows(kSpans),
            "a|00:01|00:03|00:02|0\n"
            "b|00:03|00:12|00:09|0\n"
            "c|00:12|null|00:12|1\n");
}

TEST_F(IncrementalTest, RebuildsAHistoryThatIsSplit) {
  LoadProfiles(&project_, 1, "(1, 0.5)");
  LoadEvents(&project_, 2, 5, {{10, 1, "a", 1}, {11, 1, "a", 9}});
  project_.Built();
  LoadEvents(&project_, 3, 5, {{12, 1, "b", 5}});
  project_.Built();
  EXPECT_EQ(Mode("dim_actor_logins"),
            "full|load 3 of raw_gh__events is new; it changes the inside of a "
            "span, so all are made anew\n");
  EXPECT_EQ(project_.Rows("select login from dim_actor_logins order by "
                          "valid_from"),
            "a\nb\na\n");
}

}  // namespace
}  // namespace learnsql
