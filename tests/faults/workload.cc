#include "tests/faults/workload.h"

#include <algorithm>
#include <filesystem>
#include <optional>
#include <string_view>

#include "connectors/gharchive/gharchive_source.h"
#include "engine/base/sha256.h"
#include "engine/model/build.h"
#include "engine/model/project.h"
#include "engine/store/functions.h"
#include "tests/engine/load/load_testing.h"

namespace learnsql {
namespace {

constexpr std::string_view kStaging = R"(
create view stg_fake__things (row_id, thing_id, name) as
select row_id, thing_id, name from raw_fake__things;
)";

constexpr std::string_view kInitials = R"(
create table dim_initials (
    initial      text    not null primary key,
    thing_count  integer not null check (thing_count > 0)
) strict;
with
things as (select distinct thing_id, name from stg_fake__things),
final as (
    select substr(name, 1, 1) as initial, count(*) as thing_count
    from things group by substr(name, 1, 1)
)
select * from final;
)";

constexpr std::string_view kFacts = R"(
-- incremental: thing_id
create table fct_things (
    thing_id  integer primary key,
    name      text not null,
    initial   text not null references dim_initials (initial)
) strict;
create index fct_things__initial on fct_things (initial);
with
new_rows as (
    select thing_id, name from stg_fake__things where row_id >= :since_row
),
final as (
    select thing_id, min(name) as name, substr(min(name), 1, 1) as initial
    from new_rows group by thing_id
)
select * from final;
)";

constexpr std::string_view kFactsCheck = R"(
-- check: names_begin_with_their_initial
select thing_id from fct_things where substr(name, 1, 1) <> initial;
)";

// Of a whole state, both counts are the same in every row.
constexpr std::string_view kCounts = R"(
create view thing_counts (initial, counted, listed) as
select
    dim_initials.initial,
    dim_initials.thing_count,
    (
        select count(*) from fct_things
        where fct_things.initial = dim_initials.initial
    )
from dim_initials;
)";

}  // namespace

const ModelSet& SmallModels() {
  static const ModelSet models = Must(LoadModels(std::vector<ProjectFile>{
      {"sql/raw/fake.sql", std::string(kThings)},
      {"sql/staging/fake/stg_fake__things.sql", std::string(kStaging)},
      {"sql/curated/dim_initials.sql", std::string(kInitials)},
      {"sql/curated/fct_things.sql", std::string(kFacts)},
      {"sql/curated/fct_things.check.sql", std::string(kFactsCheck)},
      {"views/thing_counts.sql", std::string(kCounts)}}));
  return models;
}

namespace {

// ---- the fake hours

// Long names, so that an hour is several pages.
std::vector<std::string> Names(int from, int to) {
  std::vector<std::string> names;
  for (int i = from; i < to; ++i) {
    names.push_back(std::string(1, static_cast<char>('a' + i % 7)) +
                    std::to_string(i) + std::string(300, '.'));
  }
  return names;
}

std::map<int, FakeSlice> Hours(int count) {
  std::map<int, FakeSlice> hours;
  for (int hour = 0; hour < count; ++hour) {
    hours[hour].names = Names(hour * 50, hour * 50 + 60);
    hours[hour].etag = "\"" + std::to_string(hour) + "\"";
  }
  if (count > 1) {
    hours[1].names.push_back(hours[1].names.front());
    hours[1].rejects = 1;
  }
  return hours;
}

// What `learnsql sync` does.
Status Load(const std::string& folder, Source* source,
            const RawContract& contract, Clock* clock, SyncOptions options) {
  const std::string path = WarehouseIn(folder);
  LEARNSQL_TRY_SET(const WriterLock lock,
                   WriterLock::Take(path, "test load", 0, clock, nullptr));
  LEARNSQL_TRY_SET(Connection db, OpenWarehouse(path, true, nullptr));
  LEARNSQL_TRY_SET(RunRecord run, RunRecord::Begin(&db, clock, "sync", ""));
  options.clock = clock;
  const Result<SyncReport> report = Sync(
      &db, source, contract, {kStart, kStart + 2400 * kHourSeconds}, options);
  const Status outcome = report.ok() ? report->worst : report.status();
  const Status finished = run.Finish(outcome);
  return outcome.ok() ? finished : outcome;
}

Workload::Step LoadHours(int count, size_t at_once) {
  return [count, at_once](const std::string& folder) {
    FakeClock clock(kStart + 1000 * kHourSeconds);
    FakeSource source(&clock);
    source.hours = Hours(count);
    return Load(folder, &source, Contract(), &clock, {.at_once = at_once});
  };
}

// An hour by itself with more rows than go into one file of a shard: the first
// of them are copied while the rest is read.
Status LoadAhead(const std::string& folder) {
  FakeClock clock(kStart + 1000 * kHourSeconds);
  FakeSource source(&clock);
  source.hours = Hours(1);
  for (std::string& name : source.hours[0].names) name.resize(50'000, '.');
  return Load(folder, &source, Contract(), &clock,
              {.at_once = 1, .min_shard_bytes = 0});
}

// Every choice of `count` hours.
std::vector<Workload::Step> EveryChoice(int count) {
  std::vector<Workload::Step> steps;
  for (int chosen = 0; chosen < 1 << count; ++chosen) {
    steps.push_back([count, chosen](const std::string& folder) {
      FakeClock clock(kStart + 1000 * kHourSeconds);
      FakeSource source(&clock);
      source.hours = Hours(count);
      std::erase_if(source.hours, [chosen](const auto& hour) {
        return (chosen >> hour.first & 1) == 0;
      });
      return Load(folder, &source, Contract(), &clock, {.at_once = 1});
    });
  }
  return steps;
}

// What `learnsql build` does.
Status BuildModels(const std::string& folder, const ModelSet& models) {
  FakeClock clock(kStart + 1000 * kHourSeconds);
  const std::string path = WarehouseIn(folder);
  LEARNSQL_TRY_SET(const WriterLock lock,
                   WriterLock::Take(path, "test build", 0, &clock, nullptr));
  LEARNSQL_TRY_SET(Connection db, OpenWarehouse(path, false, nullptr));
  LEARNSQL_TRY(RegisterFunctions(&db, FunctionSet::kBuild));
  LEARNSQL_TRY_SET(RunRecord run, RunRecord::Begin(&db, &clock, "build", ""));
  BuildOptions options;
  options.run_id = run.run_id();
  options.clock = &clock;
  const Status outcome = StatusOf(Build(&db, models, options));
  const Status finished = run.Finish(outcome);
  return outcome.ok() ? finished : outcome;
}

Status BuildSmall(const std::string& folder) {
  return BuildModels(folder, SmallModels());
}

Workload::Step InTurn(const std::vector<Workload::Step>& steps) {
  return [steps](const std::string& folder) {
    for (const Workload::Step& step : steps) LEARNSQL_TRY(step(folder));
    return Status();
  };
}

Status Nothing(const std::string&) { return {}; }

// ---- the samples

Status LoadSamples(const std::string& folder, int64_t hours) {
  FakeClock clock(kStart + 1000 * kHourSeconds);
  GhArchiveOptions options;
  options.base_url = std::string(LEARNSQL_ROOT) + "/data/samples/gharchive";
  options.landing_dir = folder + "/landing";
  options.clock = &clock;
  GhArchiveSource source(options);
  const RawContract contract = Must(
      ReadRawContract(std::string(LEARNSQL_ROOT) + "/sql/raw/gharchive.sql"));
  const std::string path = WarehouseIn(folder);
  LEARNSQL_TRY_SET(Connection db, OpenWarehouse(path, true, nullptr));
  SyncOptions sync;
  sync.clock = &clock;
  LEARNSQL_TRY_SET(const SyncReport report,
                   Sync(&db, &source, contract,
                        {kStart, kStart + hours * kHourSeconds}, sync));
  return report.worst;
}

const ModelSet& SampleModels() {
  static const ModelSet models = [] {
    LoadOptions options;
    options.register_functions = [](Connection* connection) {
      return RegisterFunctions(connection, FunctionSet::kBuild);
    };
    return Must(LoadModels(LEARNSQL_ROOT, options));
  }();
  return models;
}

Status BuildSamples(const std::string& folder) {
  return BuildModels(folder, SampleModels());
}

// ---- content

std::vector<std::string> Texts(Connection* db, const std::string& sql) {
  Statement select = Must(db->Prepare(sql));
  std::vector<std::string> texts;
  while (Must(select.Step())) texts.emplace_back(select.text(0));
  return texts;
}

// What a second attempt may write otherwise: numbers of loads and runs, and
// what is made from them.
bool IsOfTheAttempt(const std::string& table, const std::string& column) {
  static const std::set<std::string> columns = {
      "ls_slice.load_id",       "ls_slice.attempts",
      "ls_reject.load_id",      "ls_model.fingerprint",
      "ls_model.inputs",        "ls_model.seen_row",
      "ls_model.run_id",        "ls_check.run_id",
      "ls_check.fingerprint",   "ls_failure.first_run_id",
      "ls_failure.last_run_id", "ls_state.run_id",
      "ls_state.cause"};
  return columns.contains(table + "." + column);
}

// The slice and the place in it instead of the row id.
std::string ColumnSql(const std::string& table, const std::string& column) {
  if (column != "row_id" ||
      !(table.starts_with("raw_") || table.starts_with("stg_"))) {
    return QuoteName(column);
  }
  return "(select slice_start from ls_slice where load_id = row_id >> 28), "
         "row_id & 0xfffffff";
}

std::string ContentSql(Connection* db, const std::string& table) {
  if (table == "ls_meta") {
    return "select key, value from ls_meta where key = 'format_version'";
  }
  std::string columns;
  for (const std::string& column :
       Texts(db,
             "select name from pragma_table_info(" + QuoteText(table) + ")")) {
    if (IsOfTheAttempt(table, column)) continue;
    columns += (columns.empty() ? "" : ", ") + ColumnSql(table, column);
  }
  return "select " + columns + " from " + QuoteName(table);
}

std::string RowText(const Statement& row) {
  std::string text;
  for (int i = 0; i < row.column_count(); ++i) {
    const Value value = row.column(i);
    text += std::to_string(static_cast<int>(value.kind)) + ":";
    text += value.is_null() ? "" : std::string(row.text(i));
    text += '\x1f';
  }
  return text;
}

std::string HashRows(Connection* db, const std::string& sql) {
  Statement select = Must(db->Prepare(sql));
  std::vector<std::string> rows;
  while (Must(select.Step())) rows.push_back(RowText(select));
  std::sort(rows.begin(), rows.end());
  Sha256 hash;
  for (const std::string& row : rows) {
    hash.Update(std::as_bytes(std::span(row.data(), row.size() + 1)));
  }
  return std::to_string(rows.size()) + " rows " + hash.FinishHex();
}

bool HasFile(const std::string& folder) {
  std::error_code error;
  const auto size = std::filesystem::file_size(WarehouseIn(folder), error);
  return !error && size > 0;
}

Connection OpenToLook(const std::string& folder) {
  return Must(Connection::Open(WarehouseIn(folder),
                               {.mode = Connection::Mode::kReadWrite}));
}

constexpr const char* kTables =
    "select name from sqlite_schema where type in ('table', 'view') "
    "and name not like 'sqlite_%' order by name";

// ---- truth

bool Has(Connection* db, const std::string& name) {
  return Must(db->QueryInteger("select 1 from sqlite_schema where name = ?",
                               std::array{Value::Text(name)}))
      .has_value();
}

// A sentence when the query returns anything.
void Refuse(Connection* db, const std::string& sql, const std::string& what,
            std::string* damage) {
  const std::vector<std::string> found = Texts(db, sql);
  if (!found.empty()) *damage += what + ": " + found.front() + "; ";
}

void CheckRaw(Connection* db, const std::string& table, std::string* damage) {
  Refuse(db,
         "select row_id from " + table +
             " where row_id >> 28 not in (select load_id from ls_slice "
             "where load_id is not null)",
         "row of no slice in " + table, damage);
}

void CheckLedger(Connection* db, std::string* damage) {
  const std::vector<std::string> raw =
      Texts(db,
            "select name from sqlite_schema where type = 'table' and name "
            "glob 'raw_*__*s' and name not glob '*[^a-z_]*'");
  std::string first;
  for (const std::string& table : raw) {
    CheckRaw(db, table, damage);
    if (table == "raw_fake__things" || table == "raw_gharchive__events") {
      first = table;
    }
  }
  Refuse(db,
         "select name from ls_slice where (state in ('loaded', 'empty')) <> "
         "(load_id is not null)",
         "slice whose state is not true", damage);
  Refuse(db,
         "select load_id from ls_reject where load_id not in (select load_id "
         "from ls_slice where load_id is not null)",
         "reject of no slice", damage);
  if (first.empty()) return;
  Refuse(db,
         "select name from ls_slice where load_id is not null and rows_loaded "
         "<> (select count(*) from " +
             first +
             " where row_id between load_id << 28 and "
             "(load_id << 28) + 0xfffffff)",
         "slice without all its rows", damage);
}

}  // namespace

std::string WarehouseIn(const std::string& folder) { return folder + "/w.db"; }

Workload SmallLoad() {
  return {.name = "SmallLoad",
          .prepare = Nothing,
          .run = LoadHours(2, 1),
          .steps = {LoadHours(0, 1), LoadHours(1, 1), LoadHours(2, 1)},
          .gaps = EveryChoice(2)};
}

Workload LoadAtOnce() {
  return {.name = "LoadAtOnce",
          .prepare = Nothing,
          .run = LoadHours(3, 2),
          .steps = {LoadHours(0, 1), LoadHours(1, 1), LoadHours(2, 1),
                    LoadHours(3, 1)},
          .gaps = EveryChoice(3)};
}

Workload LoadInParts() {
  return {.name = "LoadInParts",
          .prepare = Nothing,
          .run = LoadAhead,
          .steps = {LoadHours(0, 1), LoadAhead}};
}

Workload SmallBuild() {
  EXPECT_EQ(ErrorsOf(SmallModels().findings).ToString(), "ok");
  const std::vector<Workload::Step> steps = {BuildSmall, LoadHours(2, 1),
                                             BuildSmall};
  return {.name = "SmallBuild",
          .prepare = LoadHours(1, 1),
          .run = InTurn(steps),
          .steps = steps};
}

Workload SampleProject() {
  SampleModels();
  const std::vector<Workload::Step> steps = {
      [](const std::string& folder) { return LoadSamples(folder, 1); },
      [](const std::string& folder) { return LoadSamples(folder, 2); },
      BuildSamples};
  return {.name = "SampleProject",
          .prepare = Nothing,
          .run = InTurn({steps[1], steps[2]}),
          .steps = steps};
}

Content ContentOf(const std::string& folder) {
  Content content;
  if (!HasFile(folder)) return content;
  Connection db = OpenToLook(folder);
  for (const std::string& table : Texts(&db, kTables)) {
    if (table == "ls_run" || table == "ls_model_run") continue;
    content[table] = HashRows(&db, ContentSql(&db, table));
  }
  content["sqlite_schema"] =
      HashRows(&db, "select type, name, tbl_name, sql from sqlite_schema");
  return content;
}

std::string Differences(const Content& got, const Content& expected) {
  std::string all;
  for (const auto& [table, rows] : expected) {
    const auto at = got.find(table);
    const std::string there = at == got.end() ? "nothing" : at->second;
    if (there != rows) all += table + ": " + there + ", not " + rows + "\n";
  }
  for (const auto& [table, rows] : got) {
    if (!expected.contains(table)) all += table + ": " + rows + "\n";
  }
  return all;
}

std::string DataOf(const std::string& folder) {
  std::string all;
  if (!HasFile(folder)) return all;
  Connection db = OpenToLook(folder);
  for (const std::string& table : Texts(&db, kTables)) {
    if (table.starts_with("ls_")) continue;
    all += table + " " + HashRows(&db, ContentSql(&db, table)) + "\n";
  }
  return all;
}

std::set<std::string> WholeStates(const Workload& work) {
  const TempFolder folder;
  const std::string path = folder.path().string();
  EXPECT_EQ(work.prepare(path).ToString(), "ok");
  std::set<std::string> states = {DataOf(path)};
  for (const Workload::Step& step : work.steps) {
    EXPECT_EQ(step(path).ToString(), "ok");
    states.insert(DataOf(path));
  }
  for (const Workload::Step& gap : work.gaps) {
    const TempFolder other;
    EXPECT_EQ(gap(other.path().string()).ToString(), "ok");
    states.insert(DataOf(other.path().string()));
  }
  return states;
}

std::string DamageOf(const std::string& folder) {
  std::string damage;
  if (!HasFile(folder)) return damage;
  Connection db = OpenToLook(folder);
  Refuse(&db,
         "select * from pragma_integrity_check where integrity_check <> "
         "'ok'",
         "damaged", &damage);
  Refuse(&db, "select \"table\" from pragma_foreign_key_check",
         "row without its parent", &damage);
  if (Has(&db, "ls_slice")) CheckLedger(&db, &damage);
  if (Has(&db, "thing_counts")) {
    Refuse(&db, "select initial from thing_counts where counted <> listed",
           "models of different states", &damage);
  }
  return damage;
}

int64_t RunningIn(const std::string& folder) {
  if (!HasFile(folder)) return 0;
  Connection db = OpenToLook(folder);
  if (!Has(&db, "ls_slice")) return 0;
  return Must(db.QueryInteger("select count(*) from ls_slice where state = "
                              "'running'"))
      .value_or(0);
}

}  // namespace learnsql
