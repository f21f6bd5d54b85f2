#include "engine/publish/diff_causes.h"

#include <algorithm>
#include <array>
#include <map>
#include <optional>
#include <set>

#include "engine/model/json.h"
#include "engine/publish/model_logic.h"
#include "engine/publish/slice_diff.h"
#include "engine/store/connection.h"

namespace learnsql {
namespace {

using Kind = DiffCause::Kind;

constexpr std::string_view kModels = R"(
select
    model, version, script_hash, fingerprint, coalesce(as_of, ''), inputs
from ls_model)";

constexpr std::string_view kReads =
    "select distinct model, source from ls_lineage where source <> ''";

constexpr std::string_view kLastRun =
    "select max(started_at) from ls_run where kind in ('build', 'refresh')";

constexpr std::string_view kForgets = R"(
select count(*) from ls_run
where kind = 'forget' and outcome = 'ok' and started_at >= ?)";

// The member of ls_model.inputs that stands for all functions of learnsql.
constexpr const char* kFunctionsInput = "functions of learnsql";

// A model that reads it asks about slices, of whatever source.
constexpr const char* kLedgerTable = "ls_slice";

// What stands behind "raw_" or "stg_" and before "__": whose rows they are.
std::string ContractOf(const std::string& name) {
  if (!name.starts_with("raw_") && !name.starts_with("stg_")) return "";
  const size_t end = name.find("__", 4);
  return end == std::string::npos ? "" : name.substr(4, end - 4);
}

// A source's name as a table has it: a section may hold a dot.
std::string AsTableName(std::string source) {
  std::replace(source.begin(), source.end(), '.', '_');
  return source;
}

std::string SlicesText(const DiffCause& cause) {
  std::string text = cause.source + " " + cause.object + ": " +
                     std::to_string(cause.slices) +
                     (cause.slices == 1 ? " slice" : " slices");
  if (cause.first.empty() && cause.last.empty()) return text;
  text += ", " + cause.first;
  return cause.first == cause.last ? text : text + " to " + cause.last;
}

struct BuiltScript {
  int64_t version = 0;
  std::string script_hash;
  std::string logic;  // as ReadModelLogic; empty: not told
  std::string as_of;
  std::string functions;  // empty: not told
};

// One file's records.
struct Side {
  CauseSide what;
  std::map<std::string, BuiltScript> models;
  std::map<std::string, std::set<std::string>> reads;
};

}  // namespace

struct CauseFinder::Evidence {
  Side a;
  Side b;
  SliceDiff slices;
  std::set<std::string> contracts;  // those of sources in either ledger
  int64_t forgotten = 0;            // runs of 'forget' since A
  bool is_forgotten_since_known = false;

  static const BuiltScript* Find(const Side& side, const std::string& model) {
    const auto at = side.models.find(model);
    return at == side.models.end() ? nullptr : &at->second;
  }

  bool ScriptChanged(const std::string& model) const {
    const BuiltScript* const was = Find(a, model);
    const BuiltScript* const is = Find(b, model);
    return was != nullptr && is != nullptr &&
           was->script_hash != is->script_hash;
  }

  // Everything that `table` of either file reads, in any depth.
  std::set<std::string> Above(const std::string& table) const {
    std::set<std::string> above;
    std::vector<std::string> open = {table};
    while (!open.empty()) {
      const std::string name = std::move(open.back());
      open.pop_back();
      for (const Side* side : {&a, &b}) {
        const auto reads = side->reads.find(name);
        if (reads == side->reads.end()) continue;
        for (const std::string& source : reads->second) {
          if (above.insert(source).second) open.push_back(source);
        }
      }
    }
    above.erase(table);
    return above;
  }

  void PlaceByName();
  void TellModels(const std::string& table, const std::set<std::string>& above,
                  std::vector<DiffCause>* causes) const;
  void TellData(const std::set<std::string>& above,
                std::vector<DiffCause>* causes) const;
  void TellAsOf(const std::string& table, const std::set<std::string>& above,
                std::vector<DiffCause>* causes) const;
  void TellRest(const std::string& table, std::vector<DiffCause>* causes) const;
  bool MayHoldUnplaced(const std::set<std::string>& above) const;
};

namespace {

// ---- reading

class SideReader {
 public:
  explicit SideReader(Side* side) : side_(side), file_(side->what.file) {}

  Status Read() {
    LEARNSQL_TRY(ReadModels());
    LEARNSQL_TRY(Each(kReads, [this](const Statement& row) {
      side_->reads[std::string(row.text(0))].emplace(row.text(1));
    }));
    return {};
  }

 private:
  template <typename Take>
  Status Each(std::string_view sql, Take take) {
    LEARNSQL_TRY_SET(Statement rows, file_->Prepare(sql));
    while (true) {
      LEARNSQL_TRY_SET(const bool more, rows.Step());
      if (!more) return {};
      take(rows);
    }
  }

  Status ReadModels() {
    LEARNSQL_TRY(Each(kModels, [this](const Statement& row) {
      BuiltScript& built = side_->models[std::string(row.text(0))];
      built.version = row.integer(1);
      built.script_hash = row.text(2);
      built.logic = row.text(3);
      built.as_of = row.text(4);
      for (const auto& [input, value] : TextsOfJson(row.text(5))) {
        if (input == kFunctionsInput) built.functions = value;
      }
    }));
    if (side_->what.is_published) return {};
    // A warehouse's own fingerprints hold its load ids.
    LEARNSQL_TRY_SET(const auto logic, ReadModelLogic(file_, "main"));
    for (auto& [model, built] : side_->models) built.logic = logic.at(model);
    return {};
  }

  Side* side_;
  Connection* file_;
};

Status ReadForgets(const CauseSide& a, const CauseSide& b, int64_t* count,
                   bool* is_since_known) {
  if (b.is_published) return {};
  std::optional<std::string> since;
  if (!a.is_published) {
    LEARNSQL_TRY_SET(since, a.file->QueryText(kLastRun));
  }
  *is_since_known = since.has_value();
  LEARNSQL_TRY_SET(const std::optional<int64_t> runs,
                   b.file->QueryInteger(
                       kForgets, std::array{Value::Text(since.value_or(""))}));
  *count = runs.value_or(0);
  return {};
}

std::string VersionText(const BuiltScript& was, const BuiltScript& is) {
  if (was.version == is.version) return "its script, without a new version";
  return "version " + std::to_string(was.version) + " became " +
         std::to_string(is.version);
}

}  // namespace

// A published file has no load ids, but tables are named for their source.
void CauseFinder::Evidence::PlaceByName() {
  for (SliceChange& change : slices.changes) {
    if (!change.raw_tables.empty()) continue;
    const std::string name = AsTableName(change.cause.source);
    for (const Side* side : {&a, &b}) {
      for (const auto& [model, reads] : side->reads) {
        for (const std::string& source : reads) {
          if (ContractOf(source) == name) change.raw_tables.insert(source);
        }
      }
    }
  }
}

// ---- telling

void CauseFinder::Evidence::TellModels(const std::string& table,
                                       const std::set<std::string>& above,
                                       std::vector<DiffCause>* causes) const {
  const BuiltScript* const was = Find(a, table);
  const BuiltScript* const is = Find(b, table);
  const bool own = ScriptChanged(table);
  if (own) {
    causes->push_back({.kind = Kind::kChangedModel,
                       .detail = VersionText(*was, *is),
                       .model = table});
  }
  bool is_named = false;
  for (const std::string& name : above) {
    if (!ScriptChanged(name)) continue;
    is_named = true;
    causes->push_back(
        {.kind = Kind::kChangedParent,
         .detail = name + ": " + VersionText(*Find(a, name), *Find(b, name)),
         .model = name});
  }
  if (own || is_named || was == nullptr || is == nullptr) return;
  if (was->logic.empty() || is->logic.empty() || was->logic == is->logic) {
    return;
  }
  causes->push_back({.kind = Kind::kChangedParent,
                     .detail = "a model above it that is not in the file, "
                               "such as a staging view"});
}

// Whether some of what a table reads is of no source that is known by its name:
// it may be of any.
bool CauseFinder::Evidence::MayHoldUnplaced(
    const std::set<std::string>& above) const {
  return std::any_of(above.begin(), above.end(), [&](const auto& name) {
    const std::string contract = ContractOf(name);
    return !contract.empty() && !contracts.contains(contract);
  });
}

void CauseFinder::Evidence::TellData(const std::set<std::string>& above,
                                     std::vector<DiffCause>* causes) const {
  for (const SliceChange& change : slices.changes) {
    const bool reads =
        above.contains(kLedgerTable) ||
        std::any_of(change.raw_tables.begin(), change.raw_tables.end(),
                    [&](const auto& raw) { return above.contains(raw); });
    if (!reads && (!change.raw_tables.empty() || !MayHoldUnplaced(above)))
      continue;
    causes->push_back(change.cause);
    DiffCause& cause = causes->back();
    cause.is_certain = reads;
    cause.detail = SlicesText(cause);
    if (!reads) {
      cause.detail += "; the file does not tell in which tables they are";
    }
  }
}

void CauseFinder::Evidence::TellAsOf(const std::string& table,
                                     const std::set<std::string>& above,
                                     std::vector<DiffCause>* causes) const {
  std::set<std::string> names = above;
  names.insert(table);
  for (const std::string& name : names) {
    const BuiltScript* const was = Find(a, name);
    const BuiltScript* const is = Find(b, name);
    if (was == nullptr || is == nullptr || was->as_of == is->as_of) continue;
    causes->push_back({.kind = Kind::kAsOf,
                       .detail = (name == table ? "" : name + ": ") + "as of " +
                                 is->as_of + ", before " + was->as_of});
    return;
  }
}

void CauseFinder::Evidence::TellRest(const std::string& table,
                                     std::vector<DiffCause>* causes) const {
  const BuiltScript* const was = Find(a, table);
  const BuiltScript* const is = Find(b, table);
  if (was != nullptr && is != nullptr && !was->functions.empty() &&
      !is->functions.empty() && was->functions != is->functions) {
    causes->push_back({.kind = Kind::kFunctions,
                       .detail = "built with another version of learnsql's "
                                 "functions",
                       .is_certain = false});
  }
  if (forgotten > 0) {
    std::string detail = std::to_string(forgotten) +
                         (forgotten == 1 ? " run" : " runs") +
                         " of 'learnsql forget'";
    if (!is_forgotten_since_known) detail += ", before or after A";
    causes->push_back({.kind = Kind::kForgotten,
                       .detail = std::move(detail),
                       .is_certain = false});
  }
  if (a.what.edition != b.what.edition ||
      a.what.is_published != b.what.is_published) {
    const auto name = [](const CauseSide& side) {
      return !side.is_published     ? std::string("a warehouse")
             : side.edition.empty() ? std::string("a whole published file")
                                    : "edition " + side.edition;
    };
    causes->push_back({.kind = Kind::kEdition,
                       .detail = "A is " + name(a.what) + ", B is " +
                                 name(b.what) +
                                 ": columns and rows may be left out, hashed "
                                 "or blank in one of them",
                       .is_certain = false});
  }
}

CauseFinder::CauseFinder(std::unique_ptr<const Evidence> evidence)
    : evidence_(std::move(evidence)) {}
CauseFinder::CauseFinder(CauseFinder&&) noexcept = default;
CauseFinder::~CauseFinder() = default;

Result<CauseFinder> CauseFinder::Read(const CauseSide& a, const CauseSide& b) {
  auto evidence = std::make_unique<Evidence>();
  evidence->a.what = a;
  evidence->b.what = b;
  LEARNSQL_TRY(SideReader(&evidence->a).Read());
  LEARNSQL_TRY(SideReader(&evidence->b).Read());
  LEARNSQL_TRY_SET(evidence->slices, DiffSlices(a, b));
  for (const std::string& source : evidence->slices.sources) {
    evidence->contracts.insert(AsTableName(source));
  }
  evidence->PlaceByName();
  LEARNSQL_TRY(ReadForgets(a, b, &evidence->forgotten,
                           &evidence->is_forgotten_since_known));
  return CauseFinder(std::move(evidence));
}

std::vector<DiffCause> CauseFinder::CausesOf(const std::string& table) const {
  const std::set<std::string> above = evidence_->Above(table);
  std::vector<DiffCause> causes;
  evidence_->TellModels(table, above, &causes);
  evidence_->TellData(above, &causes);
  evidence_->TellAsOf(table, above, &causes);
  evidence_->TellRest(table, &causes);
  if (causes.empty()) {
    causes.push_back({.kind = Kind::kUnknown,
                      .detail = "nothing that the files keep tells",
                      .is_certain = false});
  }
  return causes;
}

bool CauseFinder::ScriptChanged(const std::string& model) const {
  return evidence_->ScriptChanged(model);
}

const std::vector<std::string>& CauseFinder::notes() const {
  return evidence_->slices.notes;
}

const char* CauseName(DiffCause::Kind kind) {
  switch (kind) {
    case Kind::kNewData:
      return "new data";
    case Kind::kLateData:
      return "late data";
    case Kind::kRestated:
      return "restated source";
    case Kind::kRemovedData:
      return "removed data";
    case Kind::kForgotten:
      return "forgotten person";
    case Kind::kChangedModel:
      return "changed model";
    case Kind::kChangedParent:
      return "changed parent";
    case Kind::kAsOf:
      return "other moment";
    case Kind::kFunctions:
      return "changed functions";
    case Kind::kEdition:
      return "other edition";
    case Kind::kUnknown:
      return "cannot tell";
  }
  return "";
}

}  // namespace learnsql
