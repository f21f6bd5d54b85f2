#include "engine/publish/publish.h"

#include <algorithm>
#include <array>
#include <filesystem>
#include <fstream>
#include <optional>

#include "engine/base/sha256_file.h"
#include "engine/publish/file_swap.h"
#include "engine/publish/leak_scan.h"
#include "engine/publish/publish_plan.h"
#include "engine/publish/row_copier.h"
#include "engine/store/warehouse.h"

namespace learnsql {
namespace {

// A column of the warehouse whose values must not be in the file.
struct SecretColumn {
  std::string table;
  std::string column;
  std::string pii;
};

bool IsLookedFor(const Edition& edition, const std::string& pii) {
  if (edition.RuleOf(pii) == PiiRule::kKeep) return false;
  return edition.scan.empty() ||
         std::find(edition.scan.begin(), edition.scan.end(), pii) !=
             edition.scan.end();
}

void AddSecrets(const std::string& table, const std::vector<Column>& columns,
                const Edition& edition, std::vector<SecretColumn>* secrets) {
  for (const Column& column : columns) {
    if (!column.pii || !IsLookedFor(edition, *column.pii)) continue;
    // A number has no bytes of its own to look for.
    if (column.type == "INTEGER" || column.type == "REAL") continue;
    secrets->push_back({table, column.name, *column.pii});
  }
}

std::vector<SecretColumn> SecretsOf(const ModelSet& set,
                                    const Edition& edition) {
  std::vector<SecretColumn> secrets;
  for (const RawTable& table : set.raw_tables) {
    AddSecrets(table.name, table.columns, edition, &secrets);
  }
  for (const Model& model : set.models) {
    if (!model.stored()) continue;
    AddSecrets(model.name, model.columns, edition, &secrets);
  }
  return secrets;
}

// "table.column" where the value stands in it, as SQL sees it; else empty.
Result<std::string> FindColumn(Connection* file, std::string_view value) {
  LEARNSQL_TRY_SET(
      Statement columns,
      file->Prepare("select tables.name, columns.name from sqlite_schema as "
                    "tables, pragma_table_xinfo(tables.name) as columns where "
                    "tables.type = 'table'"));
  while (true) {
    LEARNSQL_TRY_SET(const bool more, columns.Step());
    if (!more) return std::string();
    LEARNSQL_TRY_SET(
        const std::optional<int64_t> there,
        file->QueryInteger("select 1 from " + QuoteName(columns.text(0)) +
                               " where instr(" + QuoteName(columns.text(1)) +
                               ", ?) > 0 limit 1",
                           std::array{Value::Text(value)}));
    if (!there) continue;
    return std::string(columns.text(0)) + "." + std::string(columns.text(1));
  }
}

// Says where in the file the value stands, as far as SQL can tell.
std::string WhereInFile(const std::string& path, std::string_view value) {
  Result<Connection> file =
      Connection::Open(path, {.mode = Connection::Mode::kReadOnly});
  if (!file.ok()) return "";
  const Result<std::string> column = FindColumn(&*file, value);
  return column.ok() && !column->empty() ? ", in " + *column : "";
}

// Looks for the values of all secret columns, some at a time.
class Prover {
 public:
  Prover(const Edition& edition, std::string path, const CancelFlag* cancel)
      : edition_(edition), path_(std::move(path)), cancel_(cancel) {}

  Result<LeakProof> Prove(Connection* warehouse,
                          const std::vector<SecretColumn>& secrets) {
    for (const SecretColumn& secret : secrets) {
      LEARNSQL_TRY(Collect(warehouse, secret));
      LEARNSQL_TRY(Look(secret));
    }
    return std::move(proof_);
  }

 private:
  // Bounds the memory: some 60 MiB.
  static constexpr size_t kValuesAtOnce = 400000;

  Status Collect(Connection* warehouse, const SecretColumn& secret) {
    LEARNSQL_TRY_SET(
        const std::optional<int64_t> there,
        warehouse->QueryInteger("select 1 from sqlite_schema where name = ?",
                                std::array{Value::Text(secret.table)}));
    if (!there) return {};
    proof_.columns.push_back(secret.table + "." + secret.column);
    LEARNSQL_TRY_SET(
        Statement values,
        warehouse->Prepare("select distinct " + QuoteName(secret.column) +
                           " from " + QuoteName(secret.table)));
    while (true) {
      LEARNSQL_TRY_SET(const bool more, values.Step());
      if (!more) return {};
      if (values.column(0).kind != Value::Kind::kText) continue;
      Add(values.text(0));
      if (scanner_.count() >= kValuesAtOnce) LEARNSQL_TRY(Look(secret));
    }
  }

  void Add(std::string_view value) {
    const size_t least =
        std::max(edition_.scan_min_bytes, LeakScanner::kPrefixBytes);
    if (value.size() < least) {
      proof_.too_short += value.empty() ? 0 : 1;
      return;
    }
    ++proof_.values;
    scanner_.Add(value);
  }

  Status Look(const SecretColumn& secret) {
    if (scanner_.count() == 0) return {};
    LEARNSQL_TRY_SET(const std::optional<Leak> leak,
                     scanner_.Scan(path_, cancel_));
    if (leak) {
      const std::string_view value = scanner_.value(leak->value);
      return Status(
          Code::kGate,
          "a value of " + secret.table + "." + secret.column +
              " (pii: " + secret.pii + ", " + std::to_string(value.size()) +
              " bytes) stands in the file" + WhereInFile(path_, value) +
              ", so nothing is published: give that column a pii class, leave "
              "it out of the edition, or name in its 'scan' only the classes "
              "whose values must stand nowhere",
          {path_, {}, {}, leak->at_byte});
    }
    scanner_.Clear();
    return {};
  }

  const Edition& edition_;
  std::string path_;
  const CancelFlag* cancel_;
  LeakScanner scanner_;
  LeakProof proof_;
};

Result<LeakProof> ProveNoLeaks(const std::string& warehouse,
                               const ModelSet& set, const Edition& edition,
                               const std::string& path,
                               const CancelFlag* cancel) {
  const std::vector<SecretColumn> secrets = SecretsOf(set, edition);
  if (secrets.empty()) return LeakProof();
  LEARNSQL_TRY_SET(Connection connection, OpenReadOnly(warehouse, cancel));
  Prover prover(edition, path, cancel);
  return prover.Prove(&connection, secrets);
}

// A warehouse holds what nothing else does: a published file never takes its
// place. Any other file is replaced, and kept as FILE.1.
Status RefuseWarehouse(const std::string& path, const std::string& warehouse) {
  const Status refused(Code::kInvalid,
                       "this is a warehouse, which is never replaced: name "
                       "another file to publish",
                       {path});
  std::error_code ignored;  // then one of the two is not there
  if (std::filesystem::equivalent(path, warehouse, ignored)) return refused;
  Result<Connection> file =
      Connection::Open(path, {.mode = Connection::Mode::kReadOnly});
  if (!file.ok()) return {};
  const Result<std::optional<int64_t>> published = file->QueryInteger(
      "select count(*) from ls_meta where key = 'published'");
  return published.ok() && *published == 0 ? refused : Status();
}

// SQLite's own checks of a published file: its pages and indexes, and that
// every row has its parents.
Status CheckWhole(const std::string& path, const CancelFlag* cancel) {
  constexpr int kCacheKib = 64 << 10;
  LEARNSQL_TRY_SET(Connection file,
                   Connection::Open(path, {.mode = Connection::Mode::kReadOnly,
                                           .cache_kib = kCacheKib,
                                           .cancel = cancel}));
  LEARNSQL_TRY_SET(const std::optional<std::string> problem,
                   file.QueryText("pragma integrity_check"));
  if (problem != "ok") {
    return Status(Code::kCorrupt, "integrity_check: " + problem.value_or(""),
                  {path});
  }
  LEARNSQL_TRY_SET(Statement broken, file.Prepare("pragma foreign_key_check"));
  LEARNSQL_TRY_SET(const bool any, broken.Step());
  if (!any) return {};
  return Status(Code::kConstraint,
                "a row of " + std::string(broken.text(0)) +
                    " has no parent in " + std::string(broken.text(2)),
                {path});
}

Status CheckNew(const std::string& path, const CancelFlag* cancel) {
  const Status checked = CheckWhole(path, cancel);
  if (checked.code() != Code::kConstraint) return checked;
  return Status(Code::kConstraint,
                checked.message() +
                    ": the edition must choose rows, and hash keys, alike in "
                    "both");
}

// The content hash of a table of a published file, as ls_state has it.
Result<std::string> HashOfTable(Connection* file, const std::string& table) {
  LEARNSQL_TRY_SET(
      Statement columns,
      file->Prepare("select name from pragma_table_xinfo(" + QuoteText(table) +
                    ") where hidden in (0, 1) order by cid"));
  std::vector<std::string> names;
  std::string list;
  while (true) {
    LEARNSQL_TRY_SET(const bool more, columns.Step());
    if (!more) break;
    names.emplace_back(columns.text(0));
    list += (list.empty() ? "" : ", ") + QuoteName(names.back());
  }
  // Rows lie in the order in which they were written: that of their key.
  LEARNSQL_TRY_SET(const std::string as_they_lie, AsTheyLie(file, table));
  LEARNSQL_TRY_SET(Statement rows,
                   file->Prepare("select " + list + " from " +
                                 QuoteName(table) + as_they_lie));
  ContentHash hash;
  hash.AddNames(names);
  std::vector<Value> row(names.size());
  while (true) {
    LEARNSQL_TRY_SET(const bool more, rows.Step());
    if (!more) return hash.FinishHex();
    for (size_t i = 0; i < row.size(); ++i) {
      row[i] = rows.column(static_cast<int>(i));
    }
    hash.AddRow(row);
  }
}

Status VerifyContents(Connection* file) {
  LEARNSQL_TRY_SET(Statement tables,
                   file->Prepare("select model, content_hash from ls_state "
                                 "order by model"));
  std::string contents;
  while (true) {
    LEARNSQL_TRY_SET(const bool more, tables.Step());
    if (!more) break;
    const std::string table(tables.text(0));
    LEARNSQL_TRY_SET(const std::string hash, HashOfTable(file, table));
    if (hash != tables.text(1)) {
      return Status(Code::kCorrupt,
                    "the rows of " + table +
                        " are not those that were "
                        "published",
                    {file->path()});
    }
    contents += table + " " + hash + "\n";
  }
  LEARNSQL_TRY_SET(const std::optional<std::string> all,
                   file->QueryText("select value from ls_meta where key = "
                                   "'content_hash'"));
  if (all == Sha256::HexOf(contents)) return {};
  return Status(Code::kCorrupt, "its records of its tables were changed",
                {file->path()});
}

Status VerifyBytes(const std::string& path, const CancelFlag* cancel) {
  std::ifstream file(path + ".sha256", std::ios::binary);
  std::string expected;
  if (!(file >> expected)) return {};
  LEARNSQL_TRY_SET(const std::string hex, Sha256OfFile(path, cancel));
  if (hex == expected) return {};
  return Status(Code::kCorrupt,
                "its bytes are not those of its .sha256: " + hex, {path});
}

}  // namespace

Result<PublishReport> Publish(const std::string& warehouse, const ModelSet& set,
                              const std::string& path,
                              const PublishOptions& options) {
  LEARNSQL_TRY_SET(const PublishPlan plan, PlanPublish(set, options.edition));
  // Says it is not there before a file is made.
  LEARNSQL_TRY(StatusOf(OpenReadOnly(warehouse, options.cancel)));
  LEARNSQL_TRY(RefuseWarehouse(path, warehouse));
  LEARNSQL_TRY_SET(SwapFile part, SwapFile::Make(path));
  PublishReport report;
  LEARNSQL_TRY_SET(
      report.file,
      WritePublishedFile(warehouse, set, plan, options.edition, part.path(),
                         options.progress, options.cancel));
  LEARNSQL_TRY_SET(report.sha256, Sha256OfFile(part.path(), options.cancel));
  report.bytes = std::filesystem::file_size(part.path());
  const Result<std::string> present = Sha256OfFile(path, options.cancel);
  if (present.status().code() == Code::kCancelled) return present.status();
  report.unchanged = present.ok() && *present == report.sha256;
  // The same bytes were checked before they took their place.
  if (!report.unchanged) {
    LEARNSQL_TRY(CheckNew(part.path(), options.cancel));
  }
  // These depend on the warehouse too, which may know more by now.
  LEARNSQL_TRY_SET(report.proof, ProveNoLeaks(warehouse, set, options.edition,
                                              part.path(), options.cancel));
  if (!report.unchanged) LEARNSQL_TRY(part.PutInPlace(options.keep));
  LEARNSQL_TRY(WriteSha256(path, report.sha256));
  LEARNSQL_TRY(CompressFile(path, options.compression));
  return report;
}

Status VerifyPublished(const std::string& path, const CancelFlag* cancel) {
  LEARNSQL_TRY_SET(Connection file, OpenReadOnly(path, cancel));
  LEARNSQL_TRY(VerifyBytes(path, cancel));
  const Result<std::optional<int64_t>> published =
      file.QueryInteger("select 1 from ls_meta where key = 'published'");
  if (!published.ok() || !published->has_value()) {
    return Status(Code::kInvalid,
                  "this file was not made by 'learnsql publish'", {path});
  }
  LEARNSQL_TRY(CheckWhole(path, cancel));
  return VerifyContents(&file);
}

}  // namespace learnsql
