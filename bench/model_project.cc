#include "bench/model_project.h"

#include <filesystem>
#include <fstream>
#include <vector>

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

std::string Numbered(const char* prefix, int number) {
  return prefix + std::to_string(number);
}

Status WriteSeeds(const fs::path& folder) {
  std::string contract;
  for (int i = 0; i < kSeeds; ++i) {
    const std::string n = std::to_string(i);
    contract += "-- kind: snapshot\ncreate table raw_seeds__things" + n +
                " (\n    row_id integer primary key,\n"
                "    source_offset integer not null,\n"
                "    thing_id integer not null,\n    name text not null,\n"
                "    score real,\n    seen_at text not null\n) strict;\n\n";
    std::string rows = "thing_id,name,score,seen_at\n";
    for (int row = 0; row < kSeedRows; ++row) {
      rows += std::to_string(row) + ",thing " + std::to_string(row) + "," +
              std::to_string(row * 37 % 100) +
              ".5,2025-01-01T00:00:" + (row < 10 ? "0" : "") +
              std::to_string(row) + "Z\n";
    }
    LEARNSQL_TRY(Write(folder / "data/seeds" / ("things" + n + ".csv"), rows));
    LEARNSQL_TRY(
        Write(folder / "sql/staging/seeds" / ("stg_seeds__things" + n + ".sql"),
              "-- stg_seeds__things" + n +
                  ", version 1\n-- One row per thing.\n-- owner: bench\n\n"
                  "create view stg_seeds__things" +
                  n +
                  " (row_id, thing_id, name, score, seen_at) as\n"
                  "select row_id, thing_id, name, score, seen_at\n"
                  "from raw_seeds__things" +
                  n + ";\n"));
  }
  return Write(folder / "sql/raw/seeds.sql", contract);
}

std::string Head(const std::string& name, const std::string& more) {
  return "-- " + name +
         ", version 1\n-- One row per thing.\n-- owner: bench\n" + more + "\n";
}

// A dimension that is folded in.
Status WriteDimension(const fs::path& folder, int i) {
  const std::string name = Numbered("dim_things", i);
  const std::string seed = Numbered("stg_seeds__things", i % kSeeds);
  return Write(
      folder / "sql/curated" / (name + ".sql"),
      Head(name,
           "-- incremental: thing_id\n"
           "-- expect: rows >= 1\n"
           "-- expect: unique name\n") +
          "create table " + name +
          " (\n"
          "    thing_id  integer primary key,  -- the thing\n"
          "    name      text not null,        -- what it is called\n"
          "    score     real                  -- null until graded\n"
          "        constraint score_is_positive check (score >= 0)\n"
          ") strict;\n\ncreate index " +
          name + "__name on " + name +
          " (name);\n\nwith\n\narrived as (\n"
          "    select thing_id, name, score, seen_at\n    from " +
          seed +
          "\n    where row_id >= :since_row\n),\n\nranked as (\n"
          "    select\n        thing_id,\n        name,\n        score,\n"
          "        row_number() over (\n"
          "            partition by thing_id order by seen_at desc, name\n"
          "        ) as place\n    from arrived\n),\n\nfinal as (\n"
          "    select thing_id, name, score from ranked where place = 1\n"
          ")\n\nselect * from final;\n");
}

// A fact with two foreign keys, one of them to the dimension before.
Status WriteFact(const fs::path& folder, int i, int dimension) {
  const std::string name = Numbered("fct_scores", i);
  const std::string parent = Numbered("dim_things", dimension);
  const std::string seed = Numbered("stg_seeds__things", (i + 1) % kSeeds);
  return Write(
      folder / "sql/curated" / (name + ".sql"),
      Head(name, "-- expect: score_id in " + parent +
                     ".thing_id\n"
                     "-- expect: share(score > 0) >= 0.5\n") +
          "create table " + name +
          " (\n"
          "    score_id  integer primary key,  -- its number\n"
          "    thing_id  integer not null      -- whose score it is\n"
          "        references " +
          parent +
          " (thing_id),\n"
          "    score     real,                 -- null until graded\n"
          "    seen_at   text not null         -- when it was seen\n"
          ") strict;\n\ncreate index " +
          name + "__thing on " + name +
          " (thing_id);\n\nwith\n\nseeds as (\n"
          "    select thing_id, score, seen_at from " +
          seed + "\n),\n\nthings as (\n    select thing_id from " + parent +
          "\n),\n\nfinal as (\n    select\n"
          "        seeds.thing_id as score_id,\n        seeds.thing_id,\n"
          "        seeds.score,\n        seeds.seen_at\n    from seeds\n"
          "    inner join things on seeds.thing_id = things.thing_id\n"
          ")\n\nselect * from final;\n");
}

// Totals of the fact before.
Status WriteTotals(const fs::path& folder, int i, int fact) {
  const std::string name = Numbered("fct_totals", i);
  return Write(folder / "sql/curated" / (name + ".sql"),
               Head(name, "") + "create table " + name +
                   " (\n"
                   "    score_band   integer primary key,  -- of ten\n"
                   "    score_count  integer not null      -- in the band\n"
                   ") strict;\n\nwith\n\nscores as (\n    select score from " +
                   Numbered("fct_scores", fact) +
                   " where score is not null\n),\n\nfinal as (\n    select\n"
                   "        cast(score / 10 as bigint) as score_band,\n"
                   "        count(*) as score_count\n    from scores\n"
                   "    group by 1\n)\n\nselect * from final;\n");
}

Status WriteView(const fs::path& folder, int i, int totals) {
  const std::string name = Numbered("score_bands", i);
  return Write(folder / "views/bench" / (name + ".sql"),
               Head(name, "") + "create view " + name +
                   " (\n    score_band,  -- of ten\n"
                   "    score_count  -- in the band\n) as\n"
                   "select score_band, score_count\nfrom " +
                   Numbered("fct_totals", totals) + "\norder by score_band;\n");
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
  int last[4] = {};
  for (int i = 0; i + kSeeds < models; ++i) {
    last[i % 4] = i;
    switch (i % 4) {
      case 0:
        LEARNSQL_TRY(WriteDimension(root, i));
        break;
      case 1:
        LEARNSQL_TRY(WriteFact(root, i, last[0]));
        break;
      case 2:
        LEARNSQL_TRY(WriteTotals(root, i, last[1]));
        break;
      default:
        LEARNSQL_TRY(WriteView(root, i, last[2]));
    }
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
