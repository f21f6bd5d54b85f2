#include "bench/model_project.h"

#include <filesystem>
#include <fstream>
#include <initializer_list>
#include <iterator>
#include <string_view>
#include <utility>

namespace learnsql::bench {
namespace {

namespace fs = std::filesystem;

constexpr int kSeeds = 5;
constexpr int kSeedRows = 50;

Status Write(const fs::path& path, const std::string& text) {
  std::error_code none;
  fs::create_directories(path.parent_path(), none);
  std::ofstream file(path);
  file << text;
  file.close();
  if (file) return {};
  return Status(Code::kIo, "cannot write", {path.string()});
}

// A template with "{name}" and the like put in: pairs of what and with what.
std::string Filled(
    std::string text,
    std::initializer_list<std::pair<std::string_view, std::string>> pairs) {
  for (const auto& [name, value] : pairs) {
    for (size_t at = text.find(name); at != std::string::npos;
         at = text.find(name, at + value.size())) {
      text.replace(at, name.size(), value);
    }
  }
  return text;
}

std::string Numbered(const char* prefix, int number) {
  return prefix + std::to_string(number);
}

// ---- seeds

constexpr const char* kRawThings = R"(-- kind: snapshot
create table raw_seeds__things{n} (
    row_id integer primary key,
    source_offset integer not null,
    thing_id integer not null,
    name text not null,
    score real,
    seen_at text not null
) strict;

)";

constexpr const char* kStagedThings = R"(-- stg_seeds__things{n}, version 1
-- One row per thing.
-- owner: bench

create view stg_seeds__things{n} (row_id, thing_id, name, score, seen_at) as
select row_id, thing_id, name, score, seen_at
from raw_seeds__things{n};
)";

std::string SeedRows() {
  std::string rows = "thing_id,name,score,seen_at\n";
  for (int row = 0; row < kSeedRows; ++row) {
    const std::string n = std::to_string(row);
    rows += n + ",thing " + n + "," + std::to_string(row * 37 % 100) +
            ".5,2025-01-01T00:00:" + (row < 10 ? "0" : "") + n + "Z\n";
  }
  return rows;
}

Status WriteSeeds(const fs::path& folder) {
  std::string contract;
  for (int i = 0; i < kSeeds; ++i) {
    const std::string n = std::to_string(i);
    contract += Filled(kRawThings, {{"{n}", n}});
    LEARNSQL_TRY(
        Write(folder / "data/seeds" / ("things" + n + ".csv"), SeedRows()));
    LEARNSQL_TRY(
        Write(folder / "sql/staging/seeds" / ("stg_seeds__things" + n + ".sql"),
              Filled(kStagedThings, {{"{n}", n}})));
  }
  return Write(folder / "sql/raw/seeds.sql", contract);
}

// ---- models

// A dimension that is folded in.
constexpr const char* kDimension = R"(-- {name}, version 1
-- One row per thing.
-- owner: bench
-- incremental: thing_id
-- expect: rows >= 1
-- expect: unique name

create table {name} (
    thing_id  integer primary key,  -- the thing
    name      text not null,        -- what it is called
    score     real                  -- null until graded
        constraint score_is_positive check (score >= 0)
) strict;

create index {name}__name on {name} (name);

with

arrived as (
    select thing_id, name, score, seen_at
    from {seed}
    where row_id >= :since_row
),

ranked as (
    select
        thing_id,
        name,
        score,
        row_number() over (
            partition by thing_id order by seen_at desc, name
        ) as place
    from arrived
),

final as (
    select thing_id, name, score from ranked where place = 1
)

select * from final;
)";

// A fact with a foreign key to the dimension before.
constexpr const char* kFact = R"(-- {name}, version 1
-- One row per thing.
-- owner: bench
-- expect: score_id in {before}.thing_id
-- expect: share(score > 0) >= 0.5

create table {name} (
    score_id  integer primary key,  -- its number
    thing_id  integer not null      -- whose score it is
        references {before} (thing_id),
    score     real,                 -- null until graded
    seen_at   text not null         -- when it was seen
) strict;

create index {name}__thing on {name} (thing_id);

with

seeds as (
    select thing_id, score, seen_at from {seed}
),

things as (
    select thing_id from {before}
),

final as (
    select
        seeds.thing_id as score_id,
        seeds.thing_id,
        seeds.score,
        seeds.seen_at
    from seeds
    inner join things on seeds.thing_id = things.thing_id
)

select * from final;
)";

// Totals of the fact before.
constexpr const char* kTotals = R"(-- {name}, version 1
-- One row per thing.
-- owner: bench

create table {name} (
    score_band   integer primary key,  -- of ten
    score_count  integer not null      -- in the band
) strict;

with

scores as (
    select score from {before} where score is not null
),

final as (
    select
        cast(score / 10 as bigint) as score_band,
        count(*) as score_count
    from scores
    group by 1
)

select * from final;
)";

constexpr const char* kView = R"(-- {name}, version 1
-- One row per thing.
-- owner: bench

create view {name} (
    score_band,  -- of ten
    score_count  -- in the band
) as
select score_band, score_count
from {before}
order by score_band;
)";

// The kinds of models, in the order in which they take turns. Each but the
// first reads the one before.
struct Kind {
  const char* folder;
  const char* prefix;
  const char* text;
};
constexpr Kind kKinds[] = {{"sql/curated", "dim_things", kDimension},
                           {"sql/curated", "fct_scores", kFact},
                           {"sql/curated", "fct_totals", kTotals},
                           {"views/bench", "score_bands", kView}};

Status WriteModel(const fs::path& folder, int i) {
  const int turn = i % static_cast<int>(std::size(kKinds));
  const Kind& kind = kKinds[turn];
  const std::string name = Numbered(kind.prefix, i);
  const std::string before =
      turn == 0 ? "" : Numbered(kKinds[turn - 1].prefix, i - 1);
  const std::string seed = Numbered("stg_seeds__things", (i + turn) % kSeeds);
  return Write(
      folder / kind.folder / (name + ".sql"),
      Filled(kind.text,
             {{"{name}", name}, {"{before}", before}, {"{seed}", seed}}));
}

Status Copy(const fs::path& from, const fs::path& to) {
  std::error_code none;
  fs::create_directories(to.parent_path(), none);
  fs::copy(from, to, fs::copy_options::recursive, none);
  if (!none) return {};
  return Status(Code::kIo,
                "cannot copy to " + to.string() + ": " + none.message(),
                {from.string()});
}

// The curated models of GH Archive, and the checks beside them.
constexpr const char* kCurated[] = {"dim_actor_names",
                                    "dim_actors",
                                    "dim_archive_hours",
                                    "dim_org_names",
                                    "dim_orgs",
                                    "dim_renamed_repos",
                                    "dim_repo_names",
                                    "dim_repos",
                                    "fct_actor_action_days",
                                    "fct_actor_action_totals",
                                    "fct_contributor_days",
                                    "fct_contributor_totals",
                                    "fct_github_event_hours",
                                    "fct_github_events"};

}  // namespace

Status WriteModelProject(const std::string& folder, int models) {
  const fs::path root(folder);
  LEARNSQL_TRY(Write(root / "learnsql.ini", "[learnsql]\n"));
  LEARNSQL_TRY(WriteSeeds(root));
  for (int i = 0; i + kSeeds < models; ++i) {
    LEARNSQL_TRY(WriteModel(root, i));
  }
  return {};
}

Status WriteEventsProject(const std::string& folder) {
  const fs::path from(LEARNSQL_ROOT);
  const fs::path root(folder);
  LEARNSQL_TRY(Write(root / "learnsql.ini", "[learnsql]\n"));
  for (const char* part : {"sql/raw/gharchive.sql", "sql/staging/gharchive",
                           "sql/checks/gharchive.sql", "views/gharchive"}) {
    LEARNSQL_TRY(Copy(from / part, root / part));
  }
  for (const std::string name : kCurated) {
    for (const char* ending : {".sql", ".check.sql", ".trino.sql"}) {
      const fs::path part = fs::path("sql/curated") / (name + ending);
      if (!fs::exists(from / part)) continue;
      LEARNSQL_TRY(Copy(from / part, root / part));
    }
  }
  return {};
}

}  // namespace learnsql::bench
