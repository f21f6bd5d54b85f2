#include <algorithm>
#include <array>
#include <filesystem>
#include <iostream>
#include <utility>

#include "engine/base/log.h"
#include "engine/store/warehouse.h"
#include "tools/learnsql/build_steps.h"
#include "tools/learnsql/command.h"
#include "tools/learnsql/edition_settings.h"
#include "tools/learnsql/export_steps.h"
#include "tools/learnsql/model_options.h"
#include "tools/learnsql/publish_steps.h"
#include "tools/learnsql/refresh_report.h"
#include "tools/learnsql/refresh_settings.h"
#include "tools/learnsql/sources.h"
#include "tools/learnsql/sync_steps.h"

namespace learnsql {
namespace {

namespace po = boost::program_options;

void AddRefreshFlags(po::options_description* flags) {
  flags->add_options()  //
      ("skip", po::value<std::vector<std::string>>()->value_name("SOURCE"),
       "leave this source out, as often as there are some")  //
      ("from", po::value<std::string>()->value_name("TIME"),
       "the first moment to load (UTC); over [refresh] missed")  //
      ("to", po::value<std::string>()->value_name("TIME"),
       "the moment after the last; now without it")  //
      ("as-of", po::value<std::string>()->value_name("TIME"),
       "what :as_of is in models; now without it")  //
      ("json", "one line of JSON on stdout")        //
      ("no-wait", "do not wait at a source's limit: exit 5")(
          "wait", "wait for another writer instead of giving up");
}

// The sources named, or all; without those to skip. None is fine: what is
// loaded can be built and published.
Result<std::vector<std::string>> SourcesToSync(const Invocation& call) {
  std::vector<std::string> names = SourceNames(call);
  if (!call.arguments.empty()) {
    LEARNSQL_TRY_SET(names, ChosenSources(call));
  }
  if (!call.Has("skip")) return names;
  for (const std::string& skip :
       call.flags["skip"].as<std::vector<std::string>>()) {
    const auto at = std::find(names.begin(), names.end(), skip);
    if (at == names.end()) {
      return Status(Code::kUsage,
                    "--skip '" + skip + "' is no source of this refresh");
    }
    names.erase(at);
  }
  return names;
}

// When the refreshes that follow each other closely began: after the last gap
// longer than `most` seconds. nullopt without such a gap.
Result<std::optional<int64_t>> EndOfGap(Connection* connection, int64_t run_id,
                                        int64_t most) {
  constexpr std::string_view kSql = R"(
select max(started_at)
from (
    select
        started_at,
        lag(started_at) over (order by run_id) as before_at
    from ls_run
    where kind = 'refresh' and run_id <= ?1
)
where unixepoch(started_at) - unixepoch(before_at) > ?2)";
  LEARNSQL_TRY_SET(
      const std::optional<std::string> at,
      connection->QueryText(
          kSql, std::array{Value::Integer(run_id), Value::Integer(most)}));
  if (!at) return std::optional<int64_t>();
  return ParseUtc(*at);
}

// What of the time before now is loaded, by [refresh] missed.
Result<Window> WindowOf(const Invocation& call, const RefreshSettings& settings,
                        Connection* connection, int64_t run_id) {
  LEARNSQL_TRY_SET(Window window, call.GetWindow());
  if (window.from || settings.missed == MissedRuns::kFill) return window;
  if (settings.missed == MissedRuns::kLatest) {
    window.from = call.clock->NowSeconds() - settings.recent_seconds;
    return window;
  }
  LEARNSQL_TRY_SET(window.from,
                   EndOfGap(connection, run_id, settings.recent_seconds));
  return window;
}

// Which of two endings decides the exit code: what was interrupted, then a
// gate, then an error, then a source that does not answer.
int RankOf(const Status& status) {
  switch (status.code()) {
    case Code::kOk:
      return 0;
    case Code::kNetwork:
      return 1;
    case Code::kGate:
      return 3;
    case Code::kCancelled:
      return 4;
    default:
      return 2;
  }
}

// One refresh: its steps in order, each on what the one before left.
class Refresh {
 public:
  Refresh(const Invocation& call, const ModelSet& models,
          RefreshSettings settings, std::vector<std::string> sources)
      : call_(call),
        models_(models),
        settings_(std::move(settings)),
        sources_(std::move(sources)) {}

  // REQUIRES: the writer's lock is held.
  Status Run() {
    LEARNSQL_TRY_SET(Connection connection,
                     OpenWarehouse(call_.warehouse, true, nullptr));
    LEARNSQL_TRY_SET(RunRecord run,
                     RunRecord::Begin(&connection, call_.clock, "refresh",
                                      call_.command_line));
    const Status outcome = RunSteps(&connection, run.run_id());
    LEARNSQL_TRY(run.Finish(outcome));
    return outcome;
  }

  RefreshReport* report() { return &report_; }

 private:
  Status RunSteps(Connection* connection, int64_t run_id) {
    LEARNSQL_TRY_SET(const Window window,
                     WindowOf(call_, settings_, connection, run_id));
    const Status synced = SyncAll(window, connection);
    if (synced.code() == Code::kCancelled) return synced;
    Status built = BuildAll(run_id);
    if (built.ok()) built = PublishAll();
    return RankOf(built) >= RankOf(synced) ? built : synced;
  }

  // A source that fails does not keep the others from loading.
  Status SyncAll(const Window& window, Connection* connection) {
    Status worst;
    for (const std::string& name : sources_) {
      report_.sources.push_back(SyncSource(call_, name, window, connection));
      const Status& outcome = report_.sources.back().status;
      if (outcome.code() == Code::kCancelled) return outcome;
      if (RankOf(outcome) > RankOf(worst)) worst = outcome;
    }
    return worst;
  }

  // The gates are checks of this build alone: what is published tells of those
  // of the project.
  Status BuildAll(int64_t run_id) {
    ModelSet gated = models_;
    LEARNSQL_TRY(AddGates(call_, call_.clock->NowSeconds(), &gated));
    LEARNSQL_TRY_SET(BuildOptions options, GetBuildOptions(call_));
    options.run_id = run_id;
    LEARNSQL_TRY_SET(Connection connection, OpenForBuild(call_));
    LEARNSQL_TRY_SET(
        report_.build,
        BuildAndPrint(call_, gated, std::move(options), &connection));
    return {};
  }

  // The settings name a folder on purpose. Where it cannot be made, the
  // publication says so.
  static void MakeFolderOf(const std::string& path) {
    std::error_code ignored;
    std::filesystem::create_directories(
        std::filesystem::absolute(path).parent_path(), ignored);
  }

  // What cannot be published or exported does not keep the rest back.
  Status PublishAll() {
    Status worst;
    for (const RefreshTarget& target : settings_.targets) {
      MakeFolderOf(target.path);
      const Result<PublishReport> report =
          PublishAndPrint(call_, models_, target.path, target.edition);
      if (report.ok()) report_.files.push_back({target, *report});
      LEARNSQL_TRY(KeepWorse(report.status(), &worst));
    }
    LEARNSQL_TRY(KeepWorse(ExportAll(), &worst));
    return worst;
  }

  Status ExportAll() {
    if (settings_.export_folder.empty()) return {};
    ExportRequest request;
    request.folder = settings_.export_folder;
    LEARNSQL_TRY_SET(const BuildOptions options, GetBuildOptions(call_));
    request.as_of = options.as_of;
    return RunExport(call_, models_, request);
  }

  // The worse of two endings is returned at the end; the other is said here.
  // Errors: kCancelled, which ends everything.
  static Status KeepWorse(Status outcome, Status* worst) {
    if (outcome.code() == Code::kCancelled) return outcome;
    if (RankOf(outcome) > RankOf(*worst)) std::swap(outcome, *worst);
    if (!outcome.ok()) Log(LogLevel::kError, outcome.ToString());
    return {};
  }

  const Invocation& call_;
  const ModelSet& models_;
  const RefreshSettings settings_;
  const std::vector<std::string> sources_;
  RefreshReport report_;
};

Status CheckSettings(const Invocation& call, const RefreshSettings& settings,
                     const ModelSet& models) {
  LEARNSQL_TRY(StatusOf(call.GetWindow()));
  LEARNSQL_TRY(StatusOf(GetBuildOptions(call)));
  for (const RefreshTarget& target : settings.targets) {
    LEARNSQL_TRY(StatusOf(GetPublishOptions(call, target.edition)));
  }
  ModelSet gated = models;
  return AddGates(call, call.clock->NowSeconds(), &gated);
}

Status RunLocked(const Invocation& call, Refresh* refresh) {
  constexpr int64_t kForever = INT64_MAX / 2;
  LEARNSQL_TRY_SET(const WriterLock lock,
                   WriterLock::Take(call.warehouse, "learnsql refresh",
                                    call.Has("wait") ? kForever : 0, call.clock,
                                    call.cancel));
  return refresh->Run();
}

Status RunRefresh(const Invocation& call) {
  // What is wrong with the settings is said before anything is made.
  LEARNSQL_TRY_SET(const Project* const project, call.NeedProject());
  LEARNSQL_TRY_SET(RefreshSettings settings,
                   GetRefreshSettings(call, *project));
  LEARNSQL_TRY_SET(std::vector<std::string> sources, SourcesToSync(call));
  for (const std::string& name : sources) {
    LEARNSQL_TRY(StatusOf(OpenSource(call, name)));
  }
  LEARNSQL_TRY_SET(const ModelSet models, LoadProjectModels(*project));
  LEARNSQL_TRY(ErrorsOf(models.findings));
  LEARNSQL_TRY(CheckSettings(call, settings, models));
  const int64_t began = call.clock->MonotonicMicros();
  Refresh refresh(call, models, std::move(settings), std::move(sources));
  const Status outcome = RunLocked(call, &refresh);
  RefreshReport* const report = refresh.report();
  report->status = outcome;
  report->seconds = call.clock->SecondsSince(began);
  Log(LogLevel::kInfo, RefreshSummary(*report));
  if (call.Has("json")) std::cout << RefreshJson(*report) << std::endl;
  return outcome;
}

}  // namespace

const Command kRefreshCommand = {
    .name = "refresh",
    .arguments = "[SOURCE...]",
    .summary = "sync, build and publish, for schedulers",
    .help =
        "Loads what is due, builds and checks it, publishes [publish] file "
        "and [edition.NAME]\nfile. A source that fails does not stop the rest. "
        "Killed at any point, it can be\nstarted again. Exit codes: 3 a gate "
        "said no and nothing is committed, 4 another\nprocess writes, 5 a "
        "source does not answer.",
    .max_arguments = 100,
    .add_flags = AddRefreshFlags,
    .run = RunRefresh,
};

}  // namespace learnsql
