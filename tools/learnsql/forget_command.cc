#include <filesystem>
#include <iostream>

#include "engine/model/forget.h"
#include "engine/model/wal.h"
#include "engine/store/warehouse.h"
#include "tools/learnsql/build_steps.h"
#include "tools/learnsql/command.h"
#include "tools/learnsql/model_options.h"

namespace learnsql {
namespace {

namespace po = boost::program_options;

// The key is personal: it must not get into ls_run.
constexpr std::string_view kRecorded = "learnsql forget --learner ...";

void AddForgetFlags(po::options_description* flags) {
  flags->add_options()  //
      ("learner", po::value<std::string>()->value_name("KEY"),
       "an e-mail address, a learner_id, person_id or account's number")  //
      ("dry-run", "only say by what the person is known");
}

std::string LandingOf(const Invocation& call) {
  const std::string& folder = call.settings.Get("learnsql", "landing_dir");
  return call.project->Beside(folder);
}

// Fetched files that hold rows of the person go as well; a slice's name is the
// end of its file's path.
size_t RemoveLanded(const std::string& folder,
                    const std::vector<std::string>& slices) {
  namespace fs = std::filesystem;
  std::vector<fs::path> hit;
  std::error_code ignored;  // no such folder: nothing has landed
  for (const auto& entry : fs::recursive_directory_iterator(folder, ignored)) {
    if (!entry.is_regular_file()) continue;
    const std::string name = entry.path().filename().string();
    for (const std::string& slice : slices) {
      if (slice.ends_with("/" + name)) {
        hit.push_back(entry.path());
        break;
      }
    }
  }
  for (const fs::path& path : hit) fs::remove(path, ignored);
  return hit.size();
}

void Print(const Forgotten& forgotten, size_t landed) {
  for (const Forgotten::Table& table : forgotten.tables) {
    std::cout << table.name << ": " << table.rows << " rows\n";
  }
  std::cout << "ls_reject: " << forgotten.rejects << " rows\n"
            << "ls_failure: " << forgotten.failures << " rows\n"
            << "landing: " << landed << " files\n";
  for (const std::string& slice : forgotten.slices) {
    std::cout << "still at the source: " << slice << "\n";
  }
}

// The tables are made anew without the person, and the file is written anew, so
// that no freed page keeps a copy.
Status BuildAndScrub(const Invocation& call, const ModelSet& models,
                     int64_t run_id, Connection* connection) {
  LEARNSQL_TRY_SET(BuildOptions options, GetBuildOptions(call));
  options.full = true;
  options.run_id = run_id;
  const Status built =
      StatusOf(BuildAndPrint(call, models, std::move(options), connection));
  LEARNSQL_TRY(connection->Execute("vacuum"));
  LEARNSQL_TRY(StatusOf(TruncateWal(connection)));
  return built;
}

// Proves it by the bytes of the file and its log.
Status ProveGone(const std::string& warehouse,
                 const std::vector<Trace>& traces) {
  int64_t places = 0;
  for (const std::string& path : {warehouse, warehouse + "-wal"}) {
    if (!std::filesystem::exists(path)) continue;
    LEARNSQL_TRY_SET(const int64_t count, CountTraces(path, traces));
    places += count;
  }
  std::cout << "scan of the file's bytes: " << places << " places\n";
  if (places == 0) return {};
  return Status(Code::kGate,
                "the bytes of the file still hold a trace of the person in " +
                    std::to_string(places) +
                    " places: as a part of somebody else's value, in a column "
                    "that is not marked `pii:`, or in a log that a reader "
                    "holds; close other programs and run it again",
                {warehouse});
}

Status ForgetOne(const Invocation& call, const ModelSet& models,
                 const std::vector<Trace>& traces, int64_t run_id,
                 Connection* connection) {
  LEARNSQL_TRY_SET(const std::vector<std::string> own_columns,
                   TraceColumns(connection));
  LEARNSQL_TRY_SET(const Forgotten forgotten,
                   Forget(connection, models, traces, own_columns));
  Print(forgotten, RemoveLanded(LandingOf(call), forgotten.slices));
  LEARNSQL_TRY(BuildAndScrub(call, models, run_id, connection));
  return ProveGone(call.warehouse, traces);
}

Status RunForget(const Invocation& call) {
  LEARNSQL_TRY_SET(const Project* const project, call.NeedProject());
  if (!call.Has("learner")) {
    return Status(Code::kUsage, "say who: --learner KEY");
  }
  LEARNSQL_TRY_SET(const ModelSet models, LoadProjectModels(*project));
  // Before a row is deleted: what cannot be built would stay without it.
  LEARNSQL_TRY(ErrorsOf(models.findings));
  LEARNSQL_TRY(StatusOf(OpenReadOnly(call.warehouse, nullptr)));
  LEARNSQL_TRY_SET(const WriterLock lock,
                   WriterLock::Take(call.warehouse, "learnsql forget", 0,
                                    call.clock, call.cancel));
  LEARNSQL_TRY_SET(Connection connection, OpenForBuild(call));
  LEARNSQL_TRY_SET(const std::vector<Trace> traces,
                   TracesOf(&connection, call.Text("learner")));
  if (call.Has("dry-run")) {
    for (const Trace& trace : traces) {
      if (!trace.column.empty()) std::cout << trace.column << " ";
      std::cout << trace.value << "\n";
    }
    return {};
  }
  LEARNSQL_TRY_SET(RunRecord run, RunRecord::Begin(&connection, call.clock,
                                                   "forget", kRecorded));
  const Status outcome =
      ForgetOne(call, models, traces, run.run_id(), &connection);
  LEARNSQL_TRY(run.Finish(outcome));
  return outcome;
}

}  // namespace

const Command kForgetCommand = {
    .name = "forget",
    .arguments = "",
    .summary = "remove a person from the warehouse",
    .help =
        "Takes the person's rows out of raw tables, rejects, failures and all "
        "that is built,\nmakes the models anew and writes the file anew, then "
        "scans its bytes. The ledger\nkeeps what was loaded. The source still "
        "has the person: take them out there, or a\nlater load brings them "
        "back. Published copies of the file are not touched.",
    .max_arguments = 0,
    .add_flags = AddForgetFlags,
    .run = RunForget,
};

}  // namespace learnsql
