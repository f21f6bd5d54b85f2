#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <map>
#include <random>

#include "tests/engine/model/test_project.h"

namespace learnsql {
namespace {

using ::testing::HasSubstr;

constexpr const char* kRaw = R"(
create table raw_gh__events (
    row_id    integer primary key,
    event_id  integer,
    actor_id  integer,
    login     text,
    at        text,
    hour      integer
) strict;
create table raw_gh__profiles (
    row_id    integer primary key,
    actor_id  integer,
    score     real
) strict;
)";

constexpr const char* kStagingEvents = R"(
create view stg_gh__events (row_id, event_id, actor_id, login, at, hour) as
select row_id, event_id, actor_id, login, at, hour from raw_gh__events;
)";

constexpr const char* kStagingProfiles = R"(
create view stg_gh__profiles (row_id, actor_id, score) as
select row_id, actor_id, score from raw_gh__profiles;
)";

// The best score of each actor, whatever came when.
constexpr const char* kProfiles = R"(
-- incremental: actor_id
create table dim_profiles (
    actor_id  integer primary key,
    score     real
) strict;
with
new_rows as (
    select actor_id, score from stg_gh__profiles where row_id >= :since_row
),
touched as (select distinct actor_id from new_rows),
kept as (
    select dim_profiles.actor_id, dim_profiles.score
    from dim_profiles
    inner join touched on dim_profiles.actor_id = touched.actor_id
),
both as (select * from new_rows union all select * from kept)
select actor_id, max(score) as score from both group by actor_id;
)";

// The last login of each actor, by time.
constexpr const char* kActors = R"(
-- incremental: actor_id
create table dim_actors (
    actor_id  integer primary key,
    login     text not null,
    last_at   text not null
) strict;
create index dim_actors__login on dim_actors (login);
with
new_rows as (
    select actor_id, login, at as last_at
    from stg_gh__events where row_id >= :since_row
),
kept as (
    select actor_id, login, last_at from dim_actors
    where actor_id in (select actor_id from new_rows)
),
both as (select * from new_rows union all select * from kept),
ranked as (
    select actor_id, login, last_at, row_number() over (
        partition by actor_id order by last_at desc, login) as place
    from both
)
select actor_id, login, last_at from ranked where place = 1;
)";

// The copy in the earliest hour counts.
constexpr const char* kEvents = R"(
-- incremental: event_id
-- on orphan actor_id: quarantine
create table fct_events (
    event_id  integer primary key,
    actor_id  integer not null references dim_profiles (actor_id),
    login     text not null,
    hour      integer not null
) strict;
with
new_rows as (
    select event_id, actor_id, login, hour
    from stg_gh__events where row_id >= :since_row
),
kept as (
    select event_id, actor_id, login, hour from fct_events
    where event_id in (select event_id from new_rows)
),
both as (select * from new_rows union all select * from kept),
ranked as (
    select event_id, actor_id, login, hour, row_number() over (
        partition by event_id order by hour, login, actor_id) as place
    from both
)
select event_id, actor_id, login, hour from ranked where place = 1;
)";

constexpr const char* kLogins = R"(
-- history: actor_id by at
create table dim_actor_logins (
    actor_id    integer not null,
    login       text,
    valid_from  text not null,
    valid_to    text,
    seen_until  text not null,
    is_current  integer not null check (is_current in (0, 1)),
    primary key (actor_id, valid_from)
) strict;
with
events as (
    select actor_id, login, at from stg_gh__events where row_id >= :since_row
)
select actor_id, login, at from events;
)";

constexpr const char* kTables[] = {
    "select * from dim_profiles order by 1",
    "select * from dim_actors order by 1",
    "select * from fct_events order by 1",
    "select * from dim_actor_logins order by 1, 3",
    "select model, key_json, row_json from ls_failure where state = 'open' "
    "order by 1, 2"};

struct Event {
  int event_id;
  int actor_id;
  std::string login;
  int second;  // of the hour
};

class IncrementalTest : public ::testing::Test {
 protected:
  IncrementalTest() {
    AddFiles(&project_);
    project_.Built();
  }

  static void AddFiles(TestProject* project) {
    project->File("sql/raw/gh.sql", kRaw);
    project->File("sql/staging/gh/stg_gh__events.sql", kStagingEvents);
    project->File("sql/staging/gh/stg_gh__profiles.sql", kStagingProfiles);
    project->File("sql/curated/dim_profiles.sql", kProfiles);
    project->File("sql/curated/dim_actors.sql", kActors);
    project->File("sql/curated/fct_events.sql", kEvents);
    project->File("sql/curated/dim_actor_logins.sql", kLogins);
    EXPECT_EQ(project->Findings(), "");
  }

  static void LoadEvents(TestProject* project, int64_t load, int hour,
                         const std::vector<Event>& events) {
    std::string rows;
    int64_t row_id = load << 28;
    for (const Event& e : events) {
      char at[32];
      std::snprintf(at, sizeof(at), "2015-01-01T%02d:00:%02dZ", hour, e.second);
      rows += (rows.empty() ? "" : ", ") + ("(" + std::to_string(row_id++)) +
              ", " + std::to_string(e.event_id) + ", " +
              std::to_string(e.actor_id) + ", " + QuoteText(e.login) + ", '" +
              at + "', " + std::to_string(hour) + ")";
    }
    if (!rows.empty()) {
      project->Sql("insert into raw_gh__events values " + rows);
    }
    Enter(project, load, "events " + std::to_string(hour));
  }

  static void LoadProfiles(TestProject* project, int64_t load,
                           const std::string& rows) {
    project->Sql(
        "insert into raw_gh__profiles select (" + std::to_string(load) +
        " << 28) + row_number() over () - 1, * from (values " + rows + ")");
    Enter(project, load, "profiles " + std::to_string(load));
  }

  static void Enter(TestProject* project, int64_t load,
                    const std::string& slice) {
    project->Sql(
        "insert or replace into ls_slice (source, object, slice_start, "
        "slice_end, name, state, load_id) values ('gh', '', '" +
        slice + "', '', '', 'loaded', " + std::to_string(load) + ")");
  }

  static void Remove(TestProject* project, int64_t load) {
    const std::string id = std::to_string(load);
    for (const char* table : {"raw_gh__events", "raw_gh__profiles"}) {
      project->Sql(std::string("delete from ") + table +
                   " where row_id between (" + id + " << 28) and ((" + id +
                   " + 1) << 28) - 1");
    }
    project->Sql(
        "update ls_slice set load_id = null, state = 'source_gone' "
        "where load_id = " +
        id);
    project->Sql("insert into ls_removed_load values (" + id +
                 ", 'raw_gh__events', 1, 'gh', '', '', '')");
  }

  static std::string Content(TestProject* project) {
    std::string all;
    for (const char* sql : kTables) all += project->Rows(sql) + "--\n";
    return all;
  }

  std::string Mode(const std::string& model) {
    return project_.Rows(
        "select mode, reason from ls_model_run where model = '" + model +
        "' order by run_id desc limit 1");
  }

  TestProject project_;
};

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

// ---- driven by the changes of other models

constexpr const char* kCounts = R"(
-- incremental: login
create table fct_login_counts (
    login        text primary key,
    event_count  integer not null check (event_count >= 1)
) strict, without rowid;
create index fct_login_counts__count on fct_login_counts (event_count);
with
changed as (
    select login, sum(change) as event_count
    from fct_kept__changes group by login
),
standing as (select login, event_count from fct_login_counts)
select
    changed.login,
    nullif(coalesce(standing.event_count, 0) + changed.event_count, 0)
        as event_count
from changed
left join standing on changed.login = standing.login
where changed.event_count <> 0;
)";

class ChangesTest : public IncrementalTest {
 protected:
  ChangesTest() {
    AddChanges(&project_);
    EXPECT_EQ(project_.Findings(), "");
    project_.Built();
  }

  // As fct_events, with nothing held back: its rows are known by their change.
  static void AddChanges(TestProject* project) {
    std::string kept = kEvents;
    Replace(&kept, "-- on orphan actor_id: quarantine\n", "");
    Replace(&kept, " references dim_profiles (actor_id)", "");
    while (kept.find("fct_events") != std::string::npos) {
      Replace(&kept, "fct_events", "fct_kept");
    }
    project->File("sql/curated/fct_kept.sql", kept);
    project->File("sql/curated/fct_login_counts.sql", kCounts);
    project->File("sql/curated/fct_total.sql", R"(
-- incremental: total_id
create table fct_total (
    total_id     integer primary key,
    event_count  integer not null
) strict;
with
changed as (
    select 1 as total_id, sum(change * event_count) as event_count
    from fct_login_counts__changes
    having count(*) > 0
),
standing as (select total_id, event_count from fct_total)
select
    changed.total_id,
    coalesce(standing.event_count, 0) + changed.event_count as event_count
from changed
left join standing on changed.total_id = standing.total_id;
)");
  }

  static void Replace(std::string* text, const std::string& what,
                      const std::string& with) {
    const size_t at = text->find(what);
    ASSERT_NE(at, std::string::npos) << what;
    text->replace(at, what.size(), with);
  }

  std::string Counts(TestProject* project) {
    return project->Rows("select * from fct_login_counts") + "--\n" +
           project->Rows("select event_count from fct_total");
  }
};

TEST_F(ChangesTest, FoldsWhatCameAndWent) {
  LoadEvents(&project_, 1, 5, {{10, 1, "ada", 1}, {11, 2, "bob", 1}});
  project_.Built();
  EXPECT_EQ(Mode("fct_login_counts"), "full|input fct_kept changed\n");
  EXPECT_EQ(Counts(&project_), "ada|1\nbob|1\n--\n2\n");
  // The earlier copy of event 11 is ada's: bob's row is gone.
  LoadEvents(&project_, 2, 4, {{11, 1, "ada", 1}});
  project_.Built();
  EXPECT_EQ(Mode("fct_login_counts"), "incremental|input fct_kept changed\n");
  EXPECT_EQ(Mode("fct_total"), "incremental|input fct_login_counts changed\n");
  EXPECT_EQ(Counts(&project_), "ada|2\n--\n2\n");
  EXPECT_EQ(project_.Rows("select row_count from ls_model where model = "
                          "'fct_login_counts'"),
            "1\n");
  EXPECT_EQ(project_.Rows("select name from temp.sqlite_schema"), "");
}

TEST_F(ChangesTest, GoesWithAParentThatIsMadeAnew) {
  LoadEvents(&project_, 1, 5, {{10, 1, "ada", 1}});
  LoadEvents(&project_, 2, 5, {{11, 2, "bob", 1}});
  project_.Built();
  Remove(&project_, 2);
  project_.Built();
  EXPECT_EQ(Mode("fct_login_counts"), "full|input fct_kept changed\n");
  EXPECT_EQ(Counts(&project_), "ada|1\n--\n1\n");
}

// What a build changed is known to that build alone.
TEST_F(ChangesTest, IsMadeAnewWhereItMissedChanges) {
  LoadEvents(&project_, 1, 5, {{10, 1, "ada", 1}});
  project_.Built();
  LoadEvents(&project_, 2, 5, {{11, 2, "bob", 1}});
  BuildOptions options;
  options.exclude = {"fct_login_counts", "fct_total"};
  project_.Built(options);
  LoadEvents(&project_, 3, 5, {{12, 2, "bob", 1}});
  project_.Built();
  EXPECT_EQ(Mode("fct_kept"), "incremental|load 3 of raw_gh__events is new\n");
  EXPECT_EQ(Mode("fct_login_counts"), "full|input fct_kept changed\n");
  EXPECT_EQ(Counts(&project_), "ada|1\nbob|2\n--\n3\n");
}

// A history that must be made anew is found out only while it is folded in.
TEST_F(ChangesTest, FollowsAHistoryThatIsMadeAnew) {
  project_.File("sql/curated/fct_spans.sql", R"(
-- incremental: actor_id
create table fct_spans (
    actor_id    integer primary key,
    span_count  integer not null
) strict;
with
changed as (
    select actor_id, sum(change) as span_count
    from dim_actor_logins__changes group by actor_id
),
standing as (select actor_id, span_count from fct_spans)
select
    changed.actor_id,
    nullif(coalesce(standing.span_count, 0) + changed.span_count, 0)
        as span_count
from changed
left join standing on changed.actor_id = standing.actor_id;
)");
  LoadEvents(&project_, 1, 5, {{10, 1, "ada", 1}, {11, 1, "ada", 9}});
  project_.Built();
  LoadEvents(&project_, 2, 5, {{12, 1, "eve", 5}});
  project_.Built();
  EXPECT_EQ(project_.Rows("select span_count from fct_spans"), "3\n");
  EXPECT_THAT(Mode("fct_spans"), HasSubstr("full|"));
  EXPECT_THAT(Mode("fct_spans"), HasSubstr("was made anew"));
}

TEST_F(ChangesTest, ProvesWhatIsFoldedByChanges) {
  std::string wrong = kCounts;
  Replace(&wrong, "sum(change)", "count(*)");
  project_.File("sql/curated/fct_login_counts.sql", wrong);
  LoadEvents(&project_, 1, 5, {{10, 1, "ada", 1}, {11, 2, "bob", 1}});
  project_.Built();
  LoadEvents(&project_, 2, 4, {{11, 1, "ada", 1}});
  BuildOptions options;
  options.prove = true;
  EXPECT_THAT(project_.Built(options), HasSubstr("incremental equals full"));
}

TEST_F(ChangesTest, EqualsOneFullBuildInAnyOrder) {
  for (unsigned seed = 0; seed < 8; ++seed) {
    std::mt19937 chance(seed);
    TestProject folded;
    TestProject once;
    for (TestProject* project : {&folded, &once}) {
      AddFiles(project);
      AddChanges(project);
      project->Built();
    }
    const char* const logins[] = {"ada", "bob", "eve"};
    for (int load = 1; load <= 6; ++load) {
      std::vector<Event> events;
      for (unsigned i = 0; i < 4; ++i) {
        events.push_back({static_cast<int>(chance() % 6), 1,
                          logins[chance() % 3], static_cast<int>(i)});
      }
      const int hour = static_cast<int>(chance() % 5);
      LoadEvents(&folded, load, hour, events);
      LoadEvents(&once, load, hour, events);
      BuildOptions options;
      options.prove = true;
      EXPECT_THAT(folded.Built(options), HasSubstr("fct_kept")) << seed;
      if (chance() % 4 == 0 && load > 1) {
        Remove(&folded, load - 1);
        Remove(&once, load - 1);
      }
    }
    folded.Built();
    once.Built();
    EXPECT_EQ(Counts(&folded), Counts(&once)) << seed;
  }
}

TEST_F(ChangesTest, IsRefusedWhereItCannotHold) {
  const std::string counts = kCounts;
  const auto found = [&](const std::string& script) {
    project_.File("sql/curated/fct_login_counts.sql", script);
    std::string findings = project_.Findings();
    project_.File("sql/curated/fct_login_counts.sql", counts);
    return findings;
  };
  std::string script = counts;
  Replace(&script, "-- incremental: login\n", "");
  EXPECT_THAT(found(script), HasSubstr("'fct_kept__changes' is not for this"));
  script = counts;
  Replace(&script, "integer not null check", "integer check");
  EXPECT_THAT(found(script),
              HasSubstr("every column beside the key may be null"));
  script = counts;
  Replace(&script, "fct_kept__changes", "fct_events__changes");
  EXPECT_THAT(found(script), HasSubstr("unknown table 'fct_events__changes'"));
  script = counts;
  Replace(&script, "from fct_kept__changes",
          "from fct_kept__changes where login in (select login from "
          "stg_gh__events where row_id >= :since_row)");
  EXPECT_THAT(found(script), HasSubstr("drives this model beside a raw table"));
  project_.File("views/changed.sql", R"(
create view changed (login) as select login from fct_kept__changes;
)");
  EXPECT_THAT(project_.Findings(),
              HasSubstr("'fct_kept__changes' is not for this query"));
  project_.File("views/changed.sql", "");
  project_.File("sql/checks/gh.sql", R"(
-- check: nothing_changes
select login from fct_kept__changes;
)");
  EXPECT_THAT(project_.Findings(),
              HasSubstr("'fct_kept__changes' is not for this query"));
}

TEST_F(ChangesTest, IsReadByChecksBesideTheModel) {
  project_.File("sql/curated/fct_kept.check.sql", R"(
-- check: no_bob
select event_id from fct_kept__changes where change = 1 and login = 'bob';
)");
  LoadEvents(&project_, 1, 5, {{10, 1, "ada", 1}});
  project_.Built();
  LoadEvents(&project_, 2, 5, {{11, 1, "ada", 1}});
  project_.Built();
  EXPECT_EQ(
      project_.Rows("select scope, outcome from ls_check order by run_id"),
      "all|pass\ntouched|pass\n");
  LoadEvents(&project_, 3, 5, {{12, 2, "bob", 1}});
  EXPECT_THAT(project_.Built(), HasSubstr("no_bob"));
  const Result<std::vector<CheckOutcome>> asked =
      RunChecks(project_.db(), project_.Load(), {});
  ASSERT_TRUE(asked.ok()) << asked.status().ToString();
  EXPECT_EQ(asked->front().outcome, "pass");
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

// ---- any order of arrival

struct Hour {
  std::vector<Event> events;
  int64_t load = 0;  // 0: not loaded
};

class ArrivalTest : public IncrementalTest,
                    public ::testing::WithParamInterface<int> {
 protected:
  int Pick(int n) {
    return static_cast<int>(random_() % static_cast<unsigned>(n));
  }

  std::vector<Event> MakeEvents() {
    std::vector<Event> events;
    for (int i = Pick(6); i >= 0; --i) {
      const int id = Pick(12);
      events.push_back(
          {id, id % 4, std::string(1, char('a' + Pick(3))), Pick(60)});
    }
    return events;
  }

  void Change() {
    Hour& hour = hours_[Pick(6)];
    switch (Pick(5)) {
      case 0:
        if (hour.load != 0) Remove(&project_, std::exchange(hour.load, 0));
        return;
      case 1:
        hour.events = MakeEvents();
        if (hour.load != 0) Remove(&project_, hour.load);
        break;
      case 2:
        return LoadMoreProfiles();
      default:
        if (hour.load != 0) return;
    }
    if (hour.events.empty()) hour.events = MakeEvents();
    hour.load = ++load_;
    LoadEvents(&project_, hour.load, HourOf(hour), hour.events);
  }

  int HourOf(const Hour& hour) const {
    return static_cast<int>(&hour - hours_);
  }

  void LoadMoreProfiles() {
    const std::string row = "(" + std::to_string(Pick(4)) + ", " +
                            std::to_string(Pick(100)) + ".25)";
    profiles_.push_back(row);
    LoadProfiles(&project_, ++load_, row);
  }

  // All that is loaded now, in the order of the hours, built once.
  std::string FullBuild() {
    TestProject full;
    AddFiles(&full);
    full.Built();
    int64_t load = 0;
    for (const Hour& hour : hours_) {
      if (hour.load != 0) {
        LoadEvents(&full, ++load, HourOf(hour), hour.events);
      }
    }
    for (const std::string& row : profiles_) LoadProfiles(&full, ++load, row);
    full.Built();
    return Content(&full);
  }

  std::mt19937 random_{static_cast<unsigned>(GetParam())};
  Hour hours_[6];
  std::vector<std::string> profiles_;
  int64_t load_ = 0;
};

TEST_P(ArrivalTest, GivesTheTablesOfOneFullBuild) {
  project_.Built();
  for (int round = 0; round < 6; ++round) {
    for (int i = Pick(3); i >= 0; --i) Change();
    BuildOptions options;
    options.prove = Pick(3) == 0;
    const Result<BuildReport> report = project_.Build(options);
    ASSERT_TRUE(report.ok()) << report.status().ToString();
    ASSERT_EQ(Content(&project_), FullBuild()) << "round " << round;
    for (const ModelOutcome& outcome : report->models) {
      if (!outcome.row_count) continue;
      EXPECT_EQ(project_.Rows("select count(*) from " + outcome.model),
                std::to_string(*outcome.row_count) + "\n")
          << outcome.model << " " << outcome.mode;
    }
  }
}

INSTANTIATE_TEST_SUITE_P(Seeds, ArrivalTest, ::testing::Range(1, 9));

}  // namespace
}  // namespace learnsql
