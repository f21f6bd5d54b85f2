#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <random>

#include "tests/engine/model/incremental_project.h"

namespace learnsql {
namespace {

using ::testing::HasSubstr;
using ::testing::Not;

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

// A parent whose rows only change keeps its keys; one that loses a row may
// leave an orphan in a table that nothing else touched.
TEST_F(ChangesTest, LooksForOrphansWhereAKeyIsGone) {
  project_.File("sql/curated/fct_fans.sql", R"(
create table fct_fans (
    actor_id  integer primary key,
    login     text not null references fct_login_counts (login)
) strict;
select actor_id, case when score > 0.4 then 'bob' else 'ada' end as login
from stg_gh__profiles;
)");
  LoadProfiles(&project_, 1, "(1, 0.3), (2, 0.5)");
  LoadEvents(&project_, 2, 5, {{10, 1, "ada", 1}, {11, 2, "bob", 1}});
  project_.Built();
  LoadEvents(&project_, 3, 5, {{12, 1, "ada", 1}, {13, 2, "bob", 1}});
  project_.Built();
  EXPECT_EQ(Mode("fct_login_counts"), "incremental|input fct_kept changed\n");
  EXPECT_EQ(Mode("fct_fans"), "full|not built yet\n");
  const std::string before = Counts(&project_);
  // The earlier copies of both of bob's events are ada's.
  LoadEvents(&project_, 4, 4, {{11, 1, "ada", 1}, {13, 1, "ada", 1}});
  const Result<BuildReport> report = project_.Build();
  ASSERT_FALSE(report.ok());
  EXPECT_EQ(report.status().code(), Code::kGate);
  EXPECT_THAT(report.status().message(), HasSubstr("fct_fans breaks"));
  EXPECT_THAT(report.status().message(), HasSubstr("\"actor_id\":2"));
  EXPECT_EQ(Counts(&project_), before);
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

// At the line that reads them, and why they are not there.
TEST_F(ChangesTest, SaysWhyAModelTellsNoChanges) {
  const auto found = [&](const std::string& model) {
    std::string script = kCounts;
    Replace(&script, "fct_kept__changes", model + "__changes");
    project_.File("sql/curated/fct_login_counts.sql", script);
    return project_.Findings();
  };
  EXPECT_THAT(found("fct_events"),
              HasSubstr("sql/curated/fct_login_counts.sql:11:10: unknown table "
                        "'fct_events__changes': 'fct_events' holds rows back "
                        "in quarantine\n"));
  project_.File("sql/curated/dim_whole.sql", R"(
create table dim_whole (login text primary key) strict;
with logins as (select login from stg_gh__events)
select distinct login from logins;
)");
  EXPECT_THAT(found("dim_whole"),
              HasSubstr("fct_login_counts.sql:11:10: unknown table "
                        "'dim_whole__changes': 'dim_whole' is neither "
                        "incremental nor a history\n"));
  EXPECT_THAT(found("fct_keptt"),
              HasSubstr("unknown table 'fct_keptt__changes' (did you mean "
                        "'fct_kept__changes'?)"));
  // What it reads is not known, so nothing is said of it.
  EXPECT_THAT(found("fct_keptt"), Not(HasSubstr("nothing here reads")));
}

// Its own column would be taken for what tells rows that came from those that
// went.
TEST_F(ChangesTest, IsRefusedOfAModelWithAColumnOfThatName) {
  project_.File("sql/curated/dim_prices.sql", R"(
-- incremental: actor_id
create table dim_prices (
    actor_id  integer primary key,
    change    integer not null
) strict;
with
new_rows as (
    select actor_id, hour from stg_gh__events where row_id >= :since_row
)
select actor_id, max(hour) as change from new_rows group by actor_id;
)");
  EXPECT_EQ(project_.Findings(), "");
  project_.File("sql/curated/fct_prices.sql", R"(
-- incremental: actor_id
create table fct_prices (
    actor_id     integer primary key,
    price_count  integer not null
) strict;
select actor_id, sum(change) as price_count
from dim_prices__changes group by actor_id;
)");
  EXPECT_THAT(project_.Findings(),
              HasSubstr("fct_prices.sql:8:6: unknown table "
                        "'dim_prices__changes': 'dim_prices' has a column "
                        "'change' of its own\n"));
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

}  // namespace
}  // namespace learnsql
