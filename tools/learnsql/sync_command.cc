#include <algorithm>
#include <filesystem>
#include <iostream>
#include <thread>

#include "engine/base/log.h"
#include "engine/load/ledger.h"
#include "engine/load/sync.h"
#include "engine/store/warehouse.h"
#include "tools/learnsql/command.h"
#include "tools/learnsql/progress.h"
#include "tools/learnsql/sources.h"
#include "tools/learnsql/sync_status.h"
#include "tools/learnsql/sync_steps.h"
#include "tools/learnsql/wait_note.h"

namespace learnsql {
namespace {

namespace po = boost::program_options;

void AddSyncFlags(po::options_description* flags) {
  flags->add_options()  //
      ("from", po::value<std::string>()->value_name("TIME"),
       "the first moment (UTC), such as 2015-01-01T00")  //
      ("to", po::value<std::string>()->value_name("TIME"),
       "the moment after the last; now without it")         //
      ("dry-run", "only list what is due")                  //
      ("force", "load again what is loaded and unchanged")  //
      ("newest-first", "begin with the newest slice")       //
      ("at-once", po::value<size_t>()->value_name("N"),
       "slices to load at once; 2 without it, on two cores or more")  //
      ("no-wait",
       "fail with exit code 5 at a source's limit, and say when it ends")  //
      ("wait", "wait for another writer instead of giving up");
}

// "3 of 24 slices, 23 106 rows, 41 000 rows/s, 55 MB, 12 s left".
std::string ProgressText(const SyncProgress& at, double seconds) {
  std::string text = at.slice + ": " + std::to_string(at.slices_done) + " of " +
                     std::to_string(at.slices_total) + ", " +
                     ShowCount(at.rows) + " rows";
  const std::string waiting = WaitNote();
  if (!waiting.empty()) return text + ", " + waiting;
  if (at.bytes_fetching > 0) {
    text += ", fetching " + ShowBytes(at.bytes_fetching);
  }
  if (seconds <= 0) return text;
  const double rate = static_cast<double>(at.rows) / seconds;
  text += ", " + ShowCount(static_cast<uint64_t>(rate)) + " rows/s, " +
          ShowBytes(at.bytes_decoded);
  if (at.slices_done == 0) return text;
  const double left = seconds / static_cast<double>(at.slices_done) *
                      static_cast<double>(at.slices_total - at.slices_done);
  return text + ", " + ShowSeconds(left) + " left";
}

std::string Summary(const std::string& source, const SyncReport& report) {
  const LoadCounts& counts = report.counts;
  std::string text = source + ": " + std::to_string(report.slices_loaded) +
                     " loaded, " + std::to_string(report.slices_unchanged) +
                     " unchanged, " + std::to_string(report.slices_absent) +
                     " not there, " + std::to_string(report.slices_failed) +
                     " failed; " + ShowCount(counts.rows_loaded) + " rows";
  if (counts.rows_duplicate > 0) {
    text += ", " + ShowCount(counts.rows_duplicate) + " duplicates";
  }
  if (counts.rows_conflict > 0) {
    text += ", " + ShowCount(counts.rows_conflict) + " conflicts";
  }
  if (counts.rows_rejected > 0) {
    text += ", " + ShowCount(counts.rows_rejected) + " rejected";
  }
  text += ", " + ShowBytes(counts.stream.bytes_decoded) + " in " +
          ShowSeconds(report.seconds);
  if (report.seconds > 0 && counts.rows_read > 0) {
    const double rate = static_cast<double>(counts.rows_read) / report.seconds;
    text += " (" + ShowCount(static_cast<uint64_t>(rate)) + " rows/s)";
  }
  return text;
}

// What the report means for the exit code.
Status Outcome(const SyncReport& report) {
  if (report.interrupted) {
    return Status(
        Code::kCancelled,
        std::to_string(report.slices_loaded + report.slices_unchanged) +
            " of " + std::to_string(report.due.size()) +
            " slices loaded, run again to go on");
  }
  if (report.worst.ok()) return {};
  return Status(report.worst.code(), "");  // each was printed already
}

// The window, and where to go on if it does not say where to begin.
Result<Window> WindowFor(const Invocation& call, Window window,
                         Source* source) {
  if (window.from || !std::filesystem::exists(call.warehouse)) return window;
  LEARNSQL_TRY_SET(Connection connection,
                   OpenReadOnly(call.warehouse, call.cancel));
  Ledger ledger(&connection, std::string(source->name()));
  LEARNSQL_TRY_SET(window.resume, ledger.ResumeFrom(source->recheck_seconds()));
  return window;
}

// More than two at a time would need more memory, and brings little: a load
// keeps a core busy.
size_t AtOnce(const Invocation& call) {
  if (call.Has("at-once")) return call.flags["at-once"].as<size_t>();
  return std::thread::hardware_concurrency() > 1 ? 2 : 1;
}

Result<SyncReport> SyncOne(const Invocation& call, const std::string& name,
                           const Window& window, Connection* connection) {
  LEARNSQL_TRY_SET(const ConfiguredSource source, OpenSource(call, name));
  ProgressLine line(call.clock, call.global.quiet);
  const int64_t began = call.clock->MonotonicMicros();
  SyncOptions options;
  options.force = call.Has("force");
  options.dry_run = call.Has("dry-run");
  options.newest_first = call.Has("newest-first");
  options.at_once = AtOnce(call);
  options.max_reject_share = source.max_reject_share;
  options.max_reject_rows = source.max_reject_rows;
  options.clock = call.clock;
  options.cancel = call.cancel;
  options.progress = [&](const SyncProgress& at) {
    if (!line.wants_text()) return;
    line.Draw(ProgressText(at, call.clock->SecondsSince(began)));
  };
  LEARNSQL_TRY_SET(const Window complete,
                   WindowFor(call, window, source.source.get()));
  return Sync(connection, source.source.get(), source.contract, complete,
              options);
}

void Print(const std::string& name, const SyncReport& report, bool dry_run) {
  if (dry_run) {
    for (const Slice& slice : report.due) {
      std::cout << FormatUtc(slice.start) << " " << slice.name << "\n";
      if (slice.note.empty()) continue;
      Log(LogLevel::kInfo, slice.name + " " + slice.note);
    }
    LogNotes(report.notes);
    Log(LogLevel::kInfo,
        name + ": " + std::to_string(report.due.size()) + " slices are due");
    return;
  }
  for (const std::string& error : report.errors) {
    Log(LogLevel::kError, "learnsql: " + error);
  }
  Log(LogLevel::kInfo, Summary(name, report));
}

}  // namespace

Status CheckSource(const Invocation& call, const std::string& name,
                   const Window& window) {
  LEARNSQL_TRY_SET(ConfiguredSource source, OpenSource(call, name));
  LEARNSQL_TRY_SET(const Window complete,
                   WindowFor(call, window, source.source.get()));
  return StatusOf(source.source->Slices(complete));
}

SourceOutcome SyncSource(const Invocation& call, const std::string& name,
                         const Window& window, Connection* connection) {
  const bool dry_run = call.Has("dry-run");
  const Result<SyncReport> report = SyncOne(call, name, window, connection);
  SourceOutcome outcome{.name = name,
                        .state = SyncStatusOf(report),
                        .report = {},
                        .status = {},
                        .error = {}};
  const Status noted = dry_run ? Status() : WriteSyncStatus(call, name, report);
  if (!report.ok()) {
    outcome.status = report.status();
    outcome.error = report.status().ToString();
    if (report.status().code() == Code::kCancelled) return outcome;
    Log(LogLevel::kError, "learnsql: " + outcome.error);
    outcome.status = Status(report.status().code(), "");
    return outcome;
  }
  outcome.report = *report;
  if (!report->errors.empty()) outcome.error = report->errors.front();
  Print(name, *report, dry_run);
  outcome.status = Outcome(*report);
  if (outcome.status.ok()) outcome.status = noted;
  return outcome;
}

namespace {

// A source that fails does not keep the others from loading.
Status SyncAll(const Invocation& call, const std::vector<std::string>& names,
               const Window& window, Connection* connection) {
  Status worst;
  for (const std::string& name : names) {
    const Status outcome = SyncSource(call, name, window, connection).status;
    if (outcome.code() == Code::kCancelled) return outcome;
    if (worst.ok()) worst = outcome;
  }
  return worst;
}

// A dry run writes nothing, not even a new warehouse.
Status DryRun(const Invocation& call, const std::vector<std::string>& names,
              const Window& window) {
  const bool there = std::filesystem::exists(call.warehouse);
  LEARNSQL_TRY_SET(Connection connection,
                   there ? OpenReadOnly(call.warehouse, call.cancel)
                         : OpenWarehouse(":memory:", true, nullptr));
  return SyncAll(call, names, window, &connection);
}

Status RunSync(const Invocation& call) {
  LEARNSQL_TRY(StatusOf(call.NeedProject()));
  LEARNSQL_TRY_SET(const Window window, call.GetWindow());
  LEARNSQL_TRY_SET(const std::vector<std::string> names, ChosenSources(call));
  // What is wrong with a name is said before anything is made.
  for (const std::string& name : names) {
    LEARNSQL_TRY(CheckSource(call, name, window));
  }
  if (call.Has("dry-run")) return DryRun(call, names, window);
  constexpr int64_t kForever = INT64_MAX / 2;
  LEARNSQL_TRY_SET(const WriterLock lock,
                   WriterLock::Take(call.warehouse, "learnsql sync",
                                    call.Has("wait") ? kForever : 0, call.clock,
                                    call.cancel));
  LEARNSQL_TRY_SET(Connection connection,
                   OpenWarehouse(call.warehouse, true, nullptr));
  LEARNSQL_TRY_SET(RunRecord run, RunRecord::Begin(&connection, call.clock,
                                                   "sync", call.command_line));
  const Status outcome = SyncAll(call, names, window, &connection);
  LEARNSQL_TRY(run.Finish(outcome));
  return outcome;
}

}  // namespace

const Command kSyncCommand = {
    .name = "sync",
    .arguments = "[SOURCE...]",
    .summary = "fetch what is due into raw tables",
    .help =
        "The range is half-open. A slice that is loaded is not fetched "
        "again; one that failed is.\nExit codes: 1 a file is damaged, 3 "
        "too many rejects, 4 another process writes,\n5 a source does not "
        "answer.",
    .max_arguments = 100,
    .add_flags = AddSyncFlags,
    .run = RunSync,
};

}  // namespace learnsql
