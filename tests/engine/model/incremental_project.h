#pragma once

#include <gtest/gtest.h>

#include <cstdio>
#include <string>
#include <vector>

#include "tests/engine/model/test_project.h"

namespace learnsql {

inline constexpr const char* kGhRaw = R"(
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

inline constexpr const char* kStagingEvents = R"(
create view stg_gh__events (row_id, event_id, actor_id, login, at, hour) as
select row_id, event_id, actor_id, login, at, hour from raw_gh__events;
)";

inline constexpr const char* kStagingProfiles = R"(
create view stg_gh__profiles (row_id, actor_id, score) as
select row_id, actor_id, score from raw_gh__profiles;
)";

// The best score of each actor, whatever came when.
inline constexpr const char* kProfiles = R"(
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
inline constexpr const char* kActors = R"(
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
inline constexpr const char* kEvents = R"(
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

inline constexpr const char* kLogins = R"(
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

inline constexpr const char* kTables[] = {
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

// A project with models of every kind that folds new rows in: a dimension each
// of two raw tables, a fact that holds orphans back, a history.
class IncrementalTest : public ::testing::Test {
 protected:
  IncrementalTest() {
    AddFiles(&project_);
    project_.Built();
  }

  static void AddFiles(TestProject* project) {
    project->File("sql/raw/gh.sql", kGhRaw);
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

}  // namespace learnsql
