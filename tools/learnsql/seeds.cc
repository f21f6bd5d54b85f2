#include "tools/learnsql/seeds.h"

#include <algorithm>
#include <array>
#include <filesystem>
#include <set>

#include "connectors/files/file_list.h"
#include "connectors/files/files_source.h"
#include "engine/base/log.h"
#include "engine/base/sha256.h"
#include "engine/base/suggest.h"
#include "engine/load/ledger.h"
#include "engine/load/sync.h"
#include "tools/learnsql/progress.h"

namespace learnsql {
namespace {

constexpr std::string_view kFolder = "data/seeds";
constexpr std::string_view kContract = "sql/raw/seeds.sql";
constexpr std::string_view kPrefix = "raw_seeds__";

constexpr std::string_view kContractOfSql =
    "select value from ls_meta where key = 'seeds_contract'";
constexpr std::string_view kSetContractSql =
    "insert or replace into ls_meta (key, value) values ('seeds_contract', ?)";
constexpr std::string_view kTablesSql =
    "select name from sqlite_schema "
    "where type = 'table' and name glob 'raw_seeds__*'";
// What was built knows the loads by the ledger's sums; dropped rows leave them.
constexpr std::string_view kLookAgainSql =
    "delete from ls_meta where key = 'built_ledger'";
constexpr std::string_view kGoneSql =
    "update ls_slice set state = 'source_gone', load_id = null "
    "where source = ? and load_id is not null";
constexpr std::string_view kRejectsSql =
    "select line, detail, reason from ls_reject where load_id = ? "
    "order by sequence";

// "data/seeds/x.csv", as people know it.
std::string SeedPath(std::string_view name) {
  return std::string(kFolder) + "/" + std::string(name);
}

std::vector<std::string> SeedNames(const RawContract& contract) {
  std::vector<std::string> names;
  for (const RawTableContract& table : contract.tables) {
    names.push_back(table.name.substr(kPrefix.size()));
  }
  return names;
}

// One file is one table, both ways, so that the warehouse holds what the folder
// holds and nothing of files that went.
Status CheckFiles(const std::vector<ListedFile>& files,
                  const RawContract& contract) {
  for (const RawTableContract& table : contract.tables) {
    if (table.name.starts_with(kPrefix)) continue;
    return Status(Code::kInvalid,
                  "'" + table.name + "' must be named raw_seeds__NAME",
                  {contract.path, table.line});
  }
  const std::vector<std::string> names = SeedNames(contract);
  std::set<std::string> there;
  for (const ListedFile& file : files) {
    there.insert(file.object);
    if (std::find(names.begin(), names.end(), file.object) != names.end()) {
      continue;
    }
    return Status(Code::kInvalid,
                  "no raw_seeds__" + file.object + " in " +
                      std::string(kContract) + DidYouMean(file.object, names) +
                      "; a seed NAME.csv is the raw table raw_seeds__NAME",
                  {SeedPath(file.name)});
  }
  for (size_t i = 0; i < names.size(); ++i) {
    if (there.contains(names[i]) || contract.tables[i].optional) continue;
    return Status(
        Code::kInvalid,
        contract.tables[i].name + " has no file " + SeedPath(names[i]) + ".csv",
        {contract.path, contract.tables[i].line});
  }
  return {};
}

// The files in the folder; none when there is no folder.
Result<std::vector<ListedFile>> ListSeeds(const Project& project) {
  const std::string folder = project.Beside(std::string(kFolder));
  if (!std::filesystem::is_directory(folder)) {
    return std::vector<ListedFile>();
  }
  Result<std::vector<ListedFile>> files = ListFiles(folder);
  if (files.status().code() != Code::kNotFound) return files;
  return std::vector<ListedFile>();  // a README.md alone
}

Result<ConfiguredSource> MakeSource(const Invocation& call,
                                    RawContract contract) {
  ConfiguredSource seeds;
  FilesOptions options;
  options.name = kSeedsSource;
  options.path = call.project->Beside(std::string(kFolder));
  options.contract = contract;
  options.cancel = call.cancel;
  seeds.source = std::make_unique<FilesSource>(std::move(options));
  seeds.contract = std::move(contract);
  seeds.max_reject_share = 0;
  seeds.max_reject_rows = 0;
  return seeds;
}

// What the tables in the warehouse were made by: the contract, and which of
// the optional files are there. A file that goes takes its rows with it.
std::string FingerprintOf(const RawContract& contract,
                          const std::vector<ListedFile>& files) {
  std::string text;
  for (const RawTableContract& table : contract.tables) {
    text += table.ddl + ";\n";
    if (!table.optional) continue;
    const bool there = std::any_of(
        files.begin(), files.end(), [&table](const ListedFile& file) {
          return table.name == std::string(kPrefix) + file.object;
        });
    text += there ? "there\n" : "not there\n";
  }
  return Sha256::HexOf(text);
}

// Whether a seed was ever loaded. Of a project that has none any more, the rows
// must go.
Result<bool> WereThere(Connection* connection) {
  LEARNSQL_TRY_SET(Statement known, connection->Prepare(kContractOfSql));
  LEARNSQL_TRY_SET(const bool row, known.Step());
  return row && !known.text(0).empty();
}

Result<bool> IsContractKnown(Connection* connection,
                             const std::string& fingerprint) {
  LEARNSQL_TRY_SET(Statement known, connection->Prepare(kContractOfSql));
  LEARNSQL_TRY_SET(const bool row, known.Step());
  return row && known.text(0) == fingerprint;
}

// Whether every file is the one that was loaded. Reads the files and the
// ledger, and writes nothing.
Result<bool> AllAreLoaded(Connection* connection, Source* source) {
  LEARNSQL_TRY_SET(const std::vector<Slice> slices, source->Slices({}));
  Ledger ledger(connection, std::string(kSeedsSource));
  for (const Slice& slice : slices) {
    LEARNSQL_TRY_SET(const SliceRecord known, ledger.Find(slice));
    if (!known.load_id) return false;
    LEARNSQL_TRY_SET(const Landed landed, source->Fetch(known, {}));
    if (landed.sha256 != known.sha256) return false;
  }
  return true;
}

Result<std::vector<std::string>> SeedTables(Connection* connection) {
  std::vector<std::string> names;
  LEARNSQL_TRY_SET(Statement tables, connection->Prepare(kTablesSql));
  while (true) {
    LEARNSQL_TRY_SET(const bool row, tables.Step());
    if (!row) return names;
    names.emplace_back(tables.text(0));
  }
}

// Nothing of a seed is lost with its table: the files are in the project.
Status DropTables(Connection* connection) {
  LEARNSQL_TRY_SET(const std::vector<std::string> names,
                   SeedTables(connection));
  LEARNSQL_TRY_SET(Transaction transaction, Transaction::Begin(connection));
  for (const std::string& name : names) {
    LEARNSQL_TRY(connection->Execute("drop table " + QuoteName(name)));
  }
  LEARNSQL_TRY(connection->Execute(kLookAgainSql));
  return transaction.Commit();
}

// "data/seeds/x.csv:3: Day: 'soon' is no integer (bad_type)", a line a record.
Result<std::string> RejectsText(Connection* connection,
                                const SyncReport::Refused& refused) {
  LEARNSQL_TRY_SET(Statement rejects, connection->Prepare(kRejectsSql));
  LEARNSQL_TRY(rejects.Bind(1, Value::Integer(refused.load_id)));
  std::string text;
  while (true) {
    LEARNSQL_TRY_SET(const bool row, rejects.Step());
    if (!row) return text;
    text += SeedPath(refused.slice.name) + ":" + std::string(rejects.text(0)) +
            ": " + std::string(rejects.text(1)) + " (" +
            std::string(rejects.text(2)) + ")\n";
  }
}

// Errors that are more than wrong records are shown as the source tells them.
Result<std::string> FailureText(Connection* connection,
                                const SyncReport& report) {
  std::string text;
  for (const SyncReport::Refused& refused : report.refused) {
    LEARNSQL_TRY_SET(const std::string lines, RejectsText(connection, refused));
    text += lines;
  }
  if (report.refused.size() < report.errors.size()) {
    for (const std::string& error : report.errors) text += error + "\n";
  }
  return text + "seeds: nothing is built until these are right";
}

Status Load(const Invocation& call, const ConfiguredSource& seeds, bool force,
            Connection* connection) {
  SyncOptions options;
  options.force = force;
  options.max_reject_share = seeds.max_reject_share;
  options.max_reject_rows = seeds.max_reject_rows;
  options.clock = call.clock;
  options.cancel = call.cancel;
  LEARNSQL_TRY_SET(const SyncReport report, Sync(connection, seeds.source.get(),
                                                 seeds.contract, {}, options));
  if (report.interrupted) return Status(Code::kCancelled, "interrupted");
  if (!report.worst.ok()) {
    LEARNSQL_TRY_SET(const std::string text, FailureText(connection, report));
    return Status(report.worst.code(), text);
  }
  Log(LogLevel::kInfo,
      "seeds: " + std::to_string(report.slices_loaded) + " loaded, " +
          std::to_string(report.slices_unchanged) + " unchanged; " +
          ShowCount(report.counts.rows_loaded) + " rows");
  return {};
}

// Takes out what seeds of before left.
Status LandNone(Connection* connection) {
  LEARNSQL_TRY_SET(const bool were_there, WereThere(connection));
  if (!were_there) return {};
  LEARNSQL_TRY(DropTables(connection));
  LEARNSQL_TRY(connection->Execute(
      kGoneSql, std::array{Value::Text(kSeedsSource)}));
  Log(LogLevel::kInfo, "seeds: none is there any more");
  return connection->Execute(kSetContractSql, std::array{Value::Text("")});
}

}  // namespace

Result<ConfiguredSource> OpenSeeds(const Invocation& call) {
  LEARNSQL_TRY_SET(const Project* const project, call.NeedProject());
  LEARNSQL_TRY_SET(const std::vector<ListedFile> files, ListSeeds(*project));
  const std::string path = project->Beside(std::string(kContract));
  if (!std::filesystem::exists(path)) {
    if (files.empty()) {
      return Status(Code::kNotFound,
                    "this project has no seeds: put NAME.csv "
                    "into data/seeds and its table "
                    "raw_seeds__NAME into sql/raw/seeds.sql");
    }
    return Status(Code::kInvalid,
                  "no " + std::string(kContract) +
                      " says what the columns of this seed are; write 'create "
                      "table raw_seeds__" +
                      files.front().object + "' there",
                  {SeedPath(files.front().name)});
  }
  LEARNSQL_TRY_SET(RawContract contract, ReadRawContract(path));
  LEARNSQL_TRY(CheckFiles(files, contract));
  if (files.empty()) {
    return Status(Code::kNotFound,
                  "this project has no seeds: those of " +
                      std::string(kContract) + " are optional, and " +
                      SeedPath("") + " has no file");
  }
  return MakeSource(call, std::move(contract));
}

Result<bool> SeedsChanged(const Invocation& call, Connection* connection) {
  Result<ConfiguredSource> seeds = OpenSeeds(call);
  if (seeds.status().code() == Code::kNotFound) return WereThere(connection);
  LEARNSQL_TRY(StatusOf(seeds));
  LEARNSQL_TRY_SET(const std::vector<ListedFile> files,
                   ListSeeds(*call.project));
  LEARNSQL_TRY_SET(
      const bool same,
      IsContractKnown(connection, FingerprintOf(seeds->contract, files)));
  LEARNSQL_TRY_SET(const bool loaded,
                   AllAreLoaded(connection, seeds->source.get()));
  return !same || !loaded;
}

Status LandSeeds(const Invocation& call, Connection* connection) {
  Result<ConfiguredSource> seeds = OpenSeeds(call);
  if (seeds.status().code() == Code::kNotFound) return LandNone(connection);
  LEARNSQL_TRY(StatusOf(seeds));
  LEARNSQL_TRY_SET(const std::vector<ListedFile> files,
                   ListSeeds(*call.project));
  const std::string fingerprint = FingerprintOf(seeds->contract, files);
  LEARNSQL_TRY_SET(const bool same, IsContractKnown(connection, fingerprint));
  LEARNSQL_TRY_SET(const bool loaded,
                   AllAreLoaded(connection, seeds->source.get()));
  if (same && loaded) return {};
  if (!same) LEARNSQL_TRY(DropTables(connection));
  LEARNSQL_TRY(Load(call, *seeds, !same, connection));
  return connection->Execute(kSetContractSql,
                             std::array{Value::Text(fingerprint)});
}

}  // namespace learnsql
