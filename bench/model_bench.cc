// Measures what models cost, and what the same statements cost without
// learnsql.
//
// usage: model_bench projects [--models N,...] [--rounds N]
//        model_bench events [--hours N,...] [--events N] [--rounds N]
//                           [--sqlite3 PROGRAM] [--no-plain]
//        model_bench load --folder DIR [--hours N,...] [--events N]
//                         [--models N,...]
// The first two take --program LEARNSQL (beside this program without it) and
// --folder DIR (a new one in TMPDIR, removed at the end).
//
// `projects` makes projects of so many models and prints, by the median of the
// rounds, what start-up, lint, a first build and a build without work take.
// `events` loads warehouses of so many made-up hours, straight through the
// loader and without files, and measures a full build of this repository's
// models of GH Archive, the same statements in sqlite3's shell (the checks and
// the foreign keys too), and `--rounds` hours more, one at a time, in turn.
// `load` only makes the projects and warehouses, for others to measure.
// Seconds are those of the clock; cpu those of all threads and the kernel.

#include <unistd.h>

#include <algorithm>
#include <cstdio>
#include <cstdlib>
#include <cstring>
#include <filesystem>
#include <fstream>
#include <functional>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "bench/child_run.h"
#include "bench/event_source.h"
#include "bench/model_project.h"
#include "engine/base/clock.h"
#include "engine/load/raw_contract.h"
#include "engine/load/sync.h"
#include "engine/model/build.h"
#include "engine/model/model_sql.h"
#include "engine/model/project.h"
#include "engine/store/functions.h"
#include "engine/store/warehouse.h"

namespace learnsql::bench {
namespace {

namespace fs = std::filesystem;

struct Options {
  std::string what;
  std::string program;
  std::string folder;
  std::string sqlite3 = "sqlite3";
  std::vector<int> models = {100, 500};
  std::vector<int> hours = {10, 500};
  uint64_t events = 20'000;
  int rounds = 3;
  bool plain = true;
};

// ---- what was measured

double Median(std::vector<double> values) {
  std::sort(values.begin(), values.end());
  return values[values.size() / 2];
}

Cost MedianOf(const std::vector<Cost>& costs) {
  std::vector<double> seconds;
  std::vector<double> cpu;
  Cost median;
  for (const Cost& cost : costs) {
    seconds.push_back(cost.seconds);
    cpu.push_back(cost.cpu_seconds);
    median.peak_megabytes =
        std::max(median.peak_megabytes, cost.peak_megabytes);
    median.most_wal_bytes =
        std::max(median.most_wal_bytes, cost.most_wal_bytes);
  }
  median.seconds = Median(seconds);
  median.cpu_seconds = Median(cpu);
  return median;
}

void PrintHead() {
  std::printf("%-44s %9s %9s %8s %8s\n", "what", "seconds", "cpu s", "peak MB",
              "wal MB");
}

void Print(const std::string& what, const Cost& cost) {
  std::printf("%-44s %9.3f %9.3f %8.1f %8.1f\n", what.c_str(), cost.seconds,
              cost.cpu_seconds, cost.peak_megabytes,
              static_cast<double>(cost.most_wal_bytes) / 1e6);
  std::fflush(stdout);
}

void PrintRatio(const std::string& what, const Cost& of, const Cost& to) {
  std::printf("%-44s %8.2fx %8.2fx\n", what.c_str(), of.seconds / to.seconds,
              of.cpu_seconds / to.cpu_seconds);
  std::fflush(stdout);
}

// ---- generated projects

Result<Cost> Rounds(int rounds, const std::function<Result<Cost>()>& run) {
  std::vector<Cost> costs;
  for (int i = 0; i < rounds; ++i) {
    LEARNSQL_TRY_SET(const Cost cost, run());
    costs.push_back(cost);
  }
  return MedianOf(costs);
}

std::string ProjectFolder(const Options& options, int models) {
  return (fs::path(options.folder) / ("models" + std::to_string(models)))
      .string();
}

Status MeasureProject(const Options& options, int models) {
  const std::string folder = ProjectFolder(options, models);
  LEARNSQL_TRY(WriteModelProject(folder, models));
  const std::string label = std::to_string(models) + " models: ";
  const auto command = [&](std::vector<std::string> words) {
    words.insert(words.begin(), options.program);
    words.insert(words.end(), {"--quiet", "--project", folder});
    return [words] { return RunChild(words); };
  };
  LEARNSQL_TRY_SET(const Cost first, command({"build"})());
  LEARNSQL_TRY_SET(const Cost lint, Rounds(options.rounds, command({"lint"})));
  LEARNSQL_TRY_SET(const Cost idle, Rounds(options.rounds, command({"build"})));
  LEARNSQL_TRY_SET(const Cost plan, Rounds(options.rounds, command({"plan"})));
  Print(label + "lint", lint);
  Print(label + "first build", first);
  Print(label + "build without work", idle);
  Print(label + "plan without work", plan);
  return {};
}

Status MeasureProjects(const Options& options) {
  PrintHead();
  LEARNSQL_TRY_SET(const Cost start, Rounds(options.rounds, [&options] {
                     return RunChild({options.program, "--version"});
                   }));
  Print("start-up (--version)", start);
  for (const int models : options.models) {
    LEARNSQL_TRY(MeasureProject(options, models));
  }
  return {};
}

// ---- warehouses of events

// A warehouse of events in a project of its own.
struct Warehouse {
  std::string project;
  std::string path;
};

Status LoadHours(const Warehouse& warehouse, uint64_t events, int hours) {
  LEARNSQL_TRY_SET(
      const RawContract contract,
      ReadRawContract(warehouse.project + "/sql/raw/gharchive.sql"));
  LEARNSQL_TRY_SET(Connection connection,
                   OpenWarehouse(warehouse.path, true, nullptr));
  LEARNSQL_TRY(connection.Execute("pragma synchronous = off"));
  EventSource source(events, hours);
  SyncOptions options;
  options.clock = Clock::System();
  LEARNSQL_TRY_SET(const SyncReport report,
                   Sync(&connection, &source, contract, {}, options));
  return report.worst;
}

// How a build opens the warehouse, as text for the shell.
Result<std::string> BuildSettings(const Warehouse& warehouse) {
  LEARNSQL_TRY_SET(Connection connection,
                   OpenWarehouse(warehouse.path, false, nullptr));
  std::string settings;
  for (const std::string name :
       {"cache_size", "temp_store", "synchronous", "wal_autocheckpoint"}) {
    LEARNSQL_TRY_SET(const std::optional<int64_t> value,
                     connection.QueryInteger("pragma " + name));
    settings +=
        "pragma " + name + " = " + std::to_string(value.value_or(0)) + ";\n";
  }
  return settings;
}

// What a build does to the models, as text for the shell: tables, rows,
// indexes, and, in searches for rows that there are none of, foreign keys and
// checks. Functions of learnsql's own are not in the shell: a check that calls
// one is left out, in favour of learnsql's bare rival.
std::string PlainScript(const ModelSet& set, const std::string& settings) {
  std::string script = ".bail on\n" + settings +
                       ".parameter set :since_row 0\nbegin immediate;\n";
  for (const Model& model : set.models) {
    script += model.definition.sql + ";\n";
    if (!model.stored()) continue;
    for (const std::string& name : model.change_reads) {
      script += DropChangesViewSql(name) + ";\n";
      script += MakeChangesViewSql(*set.Find(name), Changes::kAll) + ";\n";
    }
    script += FillSql(model) + ";\n";
    for (const IndexText& index : model.indexes) {
      script += index.text.sql + ";\n";
    }
    for (const ForeignKey& key : model.foreign_keys) {
      script += OrphansSql(model, key, QuoteName(model.name)) + ";\n";
    }
  }
  for (const Check& check : set.checks) {
    const bool own_functions =
        check.query.sql.find("date_add") != std::string::npos ||
        check.query.sql.find("date_diff") != std::string::npos;
    if (own_functions) continue;
    const Model* const model = set.Find(check.model);
    if (check.reads_changes && model != nullptr) {
      script += DropChangesViewSql(model->name) + ";\n";
      script += MakeChangesViewSql(*model, Changes::kAll) + ";\n";
    }
    script += check.query.sql + ";\n";
  }
  return script + "commit;\n";
}

Status WritePlainScript(const Warehouse& warehouse, const std::string& path) {
  const LoadOptions options = {
      .register_functions = [](Connection* connection) {
        return RegisterFunctions(connection, FunctionSet::kBuild);
      }};
  LEARNSQL_TRY_SET(const ModelSet set, LoadModels(warehouse.project, options));
  LEARNSQL_TRY(ErrorsOf(set.findings));
  LEARNSQL_TRY_SET(const std::string settings, BuildSettings(warehouse));
  std::ofstream file(path);
  file << PlainScript(set, settings);
  file.close();
  return file ? Status() : Status(Code::kIo, "cannot write", {path});
}

Result<Cost> Build(const Options& options, const Warehouse& warehouse) {
  return RunChild({options.program, "build", "--quiet", "--project",
                   warehouse.project, "--warehouse", warehouse.path},
                  {.watch_wal = warehouse.path});
}

// The dearest models and checks of the last build.
Status PrintDearest(const Warehouse& warehouse) {
  LEARNSQL_TRY_SET(Connection connection,
                   OpenReadOnly(warehouse.path, nullptr));
  LEARNSQL_TRY_SET(
      Statement rows,
      connection.Prepare(
          "select name, seconds from (select model || ' ' || mode as name, "
          "seconds from ls_model_run where run_id = (select max(run_id) from "
          "ls_model_run) union all select name || ' (check)', seconds from "
          "ls_check where run_id = (select max(run_id) from ls_model_run)) "
          "order by seconds desc limit 12"));
  while (true) {
    LEARNSQL_TRY_SET(const bool row, rows.Step());
    if (!row) return {};
    std::printf("    %-56s %8.3f\n", std::string(rows.text(0)).c_str(),
                rows.real(1));
  }
}

Result<Warehouse> MakeWarehouse(const Options& options, int hours) {
  Warehouse warehouse;
  warehouse.project =
      (fs::path(options.folder) / ("hours" + std::to_string(hours))).string();
  warehouse.path = warehouse.project + "/warehouse.db";
  LEARNSQL_TRY(WriteEventsProject(warehouse.project));
  LEARNSQL_TRY(LoadHours(warehouse, options.events, hours));
  return warehouse;
}

Status MeasurePlain(const Options& options, const Warehouse& warehouse,
                    const std::string& label, const Cost& ours) {
  const std::string copy = warehouse.path + ".plain";
  const std::string script = warehouse.path + ".sql";
  LEARNSQL_TRY(WritePlainScript(warehouse, script));
  LEARNSQL_TRY_SET(
      const Cost plain,
      RunChild({options.sqlite3, copy}, {.input = script, .watch_wal = copy}));
  fs::remove(copy);
  Print(label + "the same in sqlite3", plain);
  PrintRatio(label + "learnsql to sqlite3", ours, plain);
  return {};
}

std::string LabelOf(const Options& options, int hours) {
  const uint64_t events = options.events * static_cast<uint64_t>(hours);
  return std::to_string(events / 1000) + "k events: ";
}

Status MeasureFull(const Options& options, const Warehouse& warehouse,
                   const std::string& label) {
  if (options.plain) fs::copy_file(warehouse.path, warehouse.path + ".plain");
  LEARNSQL_TRY_SET(const Cost full, Build(options, warehouse));
  Print(label + "full build", full);
  LEARNSQL_TRY(PrintDearest(warehouse));
  if (options.plain) {
    LEARNSQL_TRY(MeasurePlain(options, warehouse, label, full));
  }
  LEARNSQL_TRY_SET(const Cost idle, Rounds(options.rounds, [&] {
                     return Build(options, warehouse);
                   }));
  Print(label + "build without work", idle);
  return {};
}

// A new hour for one warehouse after the other, in turn: what else the machine
// does falls on all of them.
Status MeasureHours(const Options& options,
                    const std::vector<Warehouse>& warehouses) {
  std::vector<std::vector<Cost>> costs(warehouses.size());
  for (int round = 1; round <= options.rounds; ++round) {
    for (size_t i = 0; i < warehouses.size(); ++i) {
      LEARNSQL_TRY(
          LoadHours(warehouses[i], options.events, options.hours[i] + round));
      LEARNSQL_TRY_SET(const Cost cost, Build(options, warehouses[i]));
      costs[i].push_back(cost);
    }
  }
  const Cost first = MedianOf(costs.front());
  for (size_t i = 0; i < warehouses.size(); ++i) {
    const Cost hour = MedianOf(costs[i]);
    Print(LabelOf(options, options.hours[i]) + "one new hour", hour);
    LEARNSQL_TRY(PrintDearest(warehouses[i]));
    if (i == 0) continue;
    PrintRatio("one new hour after " + std::to_string(options.hours[i]) +
                   " to after " + std::to_string(options.hours.front()),
               hour, first);
  }
  return {};
}

Status MeasureWarehouses(const Options& options) {
  PrintHead();
  std::vector<Warehouse> warehouses;
  for (const int hours : options.hours) {
    LEARNSQL_TRY_SET(Warehouse warehouse, MakeWarehouse(options, hours));
    LEARNSQL_TRY(MeasureFull(options, warehouse, LabelOf(options, hours)));
    warehouses.push_back(std::move(warehouse));
  }
  return MeasureHours(options, warehouses);
}

Status LoadAll(const Options& options) {
  for (const int models : options.models) {
    LEARNSQL_TRY(WriteModelProject(ProjectFolder(options, models), models));
  }
  for (const int hours : options.hours) {
    LEARNSQL_TRY(StatusOf(MakeWarehouse(options, hours)));
  }
  return {};
}

// ---- the command

std::vector<int> Numbers(const char* text) {
  std::vector<int> numbers;
  while (*text != '\0') {
    char* end = nullptr;
    numbers.push_back(
        std::max(1, static_cast<int>(std::strtol(text, &end, 10))));
    text = *end == ',' ? end + 1 : "";
  }
  return numbers;
}

// False for a command line that cannot be understood.
bool Parse(int argc, char** argv, Options* options) {
  if (argc < 2) return false;
  options->what = argv[1];
  for (int i = 2; i < argc; ++i) {
    const std::string_view flag = argv[i];
    if (flag == "--no-plain") {
      options->plain = false;
      continue;
    }
    if (i + 1 >= argc) return false;
    const char* const value = argv[++i];
    if (flag == "--models") {
      options->models = Numbers(value);
    } else if (flag == "--hours") {
      options->hours = Numbers(value);
    } else if (flag == "--events") {
      options->events = static_cast<uint64_t>(Numbers(value).at(0));
    } else if (flag == "--rounds") {
      options->rounds = Numbers(value).at(0);
    } else if (flag == "--program") {
      options->program = value;
    } else if (flag == "--sqlite3") {
      options->sqlite3 = value;
    } else if (flag == "--folder") {
      options->folder = value;
    } else {
      return false;
    }
  }
  return options->what == "projects" || options->what == "events" ||
         (options->what == "load" && !options->folder.empty());
}

Status Run(Options options) {
  if (options.program.empty()) {
    options.program =
        fs::read_symlink("/proc/self/exe").parent_path().parent_path() /
        "learnsql";
  }
  const bool own = options.folder.empty();
  if (own) {
    options.folder = fs::temp_directory_path() /
                     ("learnsql-bench-" + std::to_string(::getpid()));
  }
  fs::create_directories(options.folder);
  const Status done = options.what == "load"       ? LoadAll(options)
                      : options.what == "projects" ? MeasureProjects(options)
                                                   : MeasureWarehouses(options);
  std::error_code none;
  if (own) fs::remove_all(options.folder, none);
  return done;
}

}  // namespace
}  // namespace learnsql::bench

int main(int argc, char** argv) {
#ifndef __OPTIMIZE__
  std::fputs("warning: built without optimisation\n", stderr);
#endif
  learnsql::bench::Options options;
  if (!learnsql::bench::Parse(argc, argv, &options)) {
    std::fputs(
        "usage: model_bench projects [--models N,...] [--rounds N]\n"
        "       model_bench events [--hours N,...] [--events N] [--rounds N]\n"
        "                          [--sqlite3 PROGRAM] [--no-plain]\n"
        "       model_bench load --folder DIR [--hours N,...] [--events N]\n"
        "                        [--models N,...]\n"
        "       the first two: [--program LEARNSQL] [--folder DIR]\n",
        stderr);
    return 2;
  }
  const learnsql::Status status = learnsql::bench::Run(options);
  if (status.ok()) return 0;
  std::fprintf(stderr, "model_bench: %s\n", status.ToString().c_str());
  return 1;
}
