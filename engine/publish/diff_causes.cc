#include "engine/publish/diff_causes.h"

#include <algorithm>
#include <array>
#include <charconv>
#include <map>
#include <optional>
#include <set>
#include <tuple>

#include "engine/model/json.h"
#include "engine/model/raw_state.h"
#include "engine/publish/model_logic.h"
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

// In the order of its key, so that two ledgers are read side by side.
constexpr std::string_view kLedger = R"(
select
    source, object, slice_start, slice_end, coalesce(sha256, ''), rows_loaded,
    bytes_decoded, coalesce(load_id, 0)
from ls_slice
where rows_loaded > 0
order by
    source collate binary, object collate binary, slice_start collate binary)";

constexpr std::string_view kRawTables = R"(
select name from sqlite_schema
where type = 'table' and name glob 'raw_*__*'
order by name)";

constexpr std::string_view kLastRun =
    "select max(started_at) from ls_run where kind in ('build', 'refresh')";

constexpr std::string_view kForgets = R"(
select count(*) from ls_run
where kind = 'forget' and outcome = 'ok' and started_at >= ?)";

// The member of ls_model.inputs that stands for all functions of learnsql.
constexpr const char* kFunctionsInput = "functions of learnsql";

// A model that reads it asks about slices, of whatever source.
constexpr const char* kLedgerTable = "ls_slice";

// A slice that has rows.
struct LedgerLine {
  std::string source;
  std::string object;
  std::string start;
  std::string end;
  std::string sha256;
  int64_t rows = 0;
  int64_t bytes = 0;
  int64_t load_id = 0;  // 0 in a published file

  std::tuple<const std::string&, const std::string&, const std::string&> Key()
      const {
    return {source, object, start};
  }
};

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

// The last load that a build has read, of the text that it kept of the ledger:
// "count:last:sum:removed". 0: none.
int64_t LastLoadOf(const std::string& ledger) {
  const size_t colon = ledger.find(':');
  int64_t last = 0;
  if (colon != std::string::npos) {
    std::from_chars(ledger.data() + colon + 1, ledger.data() + ledger.size(),
                    last);
  }
  return last;
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

// Changed slices of one source and object, of one kind.
struct DataChange {
  DiffCause cause;
  std::set<std::string> raw_tables;  // that hold their rows
  bool is_placed = false;            // else the file does not say
};

// One file's records.
struct Side {
  CauseSide what;
  std::map<std::string, BuiltScript> models;
  std::map<std::string, std::set<std::string>> reads;
  std::vector<std::string> raw_tables;
  int64_t built_load = 0;  // the last load that a build has read
};

}  // namespace

struct CauseFinder::Evidence {
  Side a;
  Side b;
  std::map<std::string, DataChange> changes;  // by kind, source and object
  std::set<std::string> sources;              // of both ledgers, as in tables
  int64_t forgotten = 0;                      // runs of 'forget' since A
  bool is_forgotten_since_known = false;
  std::vector<std::string> notes;

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
    if (side_->what.is_published) return {};
    LEARNSQL_TRY(Each(kRawTables, [this](const Statement& row) {
      side_->raw_tables.emplace_back(row.text(0));
    }));
    LEARNSQL_TRY_SET(const std::optional<std::string> ledger,
                     file_->QueryText("select value from ls_meta where key = "
                                      "'built_ledger'"));
    side_->built_load = LastLoadOf(ledger.value_or(""));
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

// The slices of a file that its tables are made of, one after the other.
class LedgerReader {
 public:
  static Result<LedgerReader> Open(const Side& side) {
    LEARNSQL_TRY_SET(Statement rows, side.what.file->Prepare(kLedger));
    LedgerReader reader(std::move(rows), side);
    LEARNSQL_TRY(reader.Next());
    return reader;
  }

  bool at_end() const { return at_end_; }
  const LedgerLine& line() const { return line_; }
  // Whether a build has read the slice's load.
  bool is_built() const {
    return is_published_ || line_.load_id <= built_load_;
  }
  int64_t unbuilt() const { return unbuilt_; }

  Status Next() {
    LEARNSQL_TRY_SET(const bool more, rows_.Step());
    at_end_ = !more;
    if (!more) return {};
    line_ = {std::string(rows_.text(0)), std::string(rows_.text(1)),
             std::string(rows_.text(2)), std::string(rows_.text(3)),
             std::string(rows_.text(4)), rows_.integer(5),
             rows_.integer(6),           rows_.integer(7)};
    if (!is_built()) ++unbuilt_;
    return {};
  }

 private:
  LedgerReader(Statement rows, const Side& side)
      : rows_(std::move(rows)),
        is_published_(side.what.is_published),
        built_load_(side.built_load) {}

  Statement rows_;
  bool is_published_;
  int64_t built_load_;
  LedgerLine line_;
  bool at_end_ = false;
  int64_t unbuilt_ = 0;
};

// Compares two ledgers.
class SliceComparison {
 public:
  SliceComparison(const Side& a, const Side& b,
                  std::map<std::string, DataChange>* changes,
                  std::vector<std::string>* notes)
      : a_(a), b_(b), changes_(changes), notes_(notes) {}

  // Of both ledgers, named as in names of tables.
  const std::set<std::string>& sources() const { return sources_; }

  Status Run() {
    LEARNSQL_TRY(ReadNewest());
    LEARNSQL_TRY_SET(LedgerReader a, LedgerReader::Open(a_));
    LEARNSQL_TRY_SET(LedgerReader b, LedgerReader::Open(b_));
    while (!a.at_end() || !b.at_end()) {
      const bool has_a =
          !a.at_end() && (b.at_end() || a.line().Key() <= b.line().Key());
      const bool has_b =
          !b.at_end() && (a.at_end() || b.line().Key() <= a.line().Key());
      sources_.insert(AsTableName((has_a ? a : b).line().source));
      LEARNSQL_TRY(Compare(has_a ? &a : nullptr, has_b ? &b : nullptr));
      if (has_a) LEARNSQL_TRY(a.Next());
      if (has_b) LEARNSQL_TRY(b.Next());
    }
    for (auto& [key, change] : *changes_) PlaceByName(&change);
    NoteUnbuilt("A", a.unbuilt());
    NoteUnbuilt("B", b.unbuilt());
    return {};
  }

 private:
  // Where what A has of each source and object ends.
  Status ReadNewest() {
    LEARNSQL_TRY_SET(LedgerReader a, LedgerReader::Open(a_));
    for (; !a.at_end();) {
      if (a.is_built()) {
        std::string& newest = newest_[{a.line().source, a.line().object}];
        newest = std::max(newest, a.line().end);
      }
      LEARNSQL_TRY(a.Next());
    }
    return {};
  }

  // A slice that no build of B has read says nothing of the tables of B.
  Status Compare(const LedgerReader* a, const LedgerReader* b) {
    if (b != nullptr && !b->is_built()) return {};
    if (a != nullptr && !a->is_built()) a = nullptr;
    if (b == nullptr) {
      if (a == nullptr) return {};
      return Note(Kind::kRemovedData, a->line(), a_);
    }
    if (a == nullptr) return Note(KindOfNew(b->line()), b->line(), b_);
    const LedgerLine& was = a->line();
    const LedgerLine& is = b->line();
    const bool same =
        was.sha256 == is.sha256 && was.rows == is.rows && was.bytes == is.bytes;
    return same ? Status() : Note(Kind::kRestated, is, b_);
  }

  Kind KindOfNew(const LedgerLine& line) const {
    const auto newest = newest_.find({line.source, line.object});
    if (newest == newest_.end()) return Kind::kNewData;
    return line.start < newest->second ? Kind::kLateData : Kind::kNewData;
  }

  Status Note(Kind kind, const LedgerLine& line, const Side& side) {
    DataChange& change = (*changes_)[std::to_string(static_cast<int>(kind)) +
                                     " " + line.source + " " + line.object];
    DiffCause& cause = change.cause;
    if (cause.slices == 0) {
      cause.kind = kind;
      cause.source = line.source;
      cause.object = line.object;
      cause.first = line.start;
    }
    cause.last = line.start;
    ++cause.slices;
    return side.what.is_published ? Status() : Place(line, side, &change);
  }

  // A seek in each raw table finds those that hold the load's rows.
  Status Place(const LedgerLine& line, const Side& side, DataChange* change) {
    for (const std::string& table : side.raw_tables) {
      if (change->raw_tables.contains(table)) continue;
      LEARNSQL_TRY_SET(
          const std::optional<int64_t> row,
          side.what.file->QueryInteger(
              "select 1 from " + QuoteName(table) +
                  " where rowid >= ? and rowid < ? limit 1",
              std::array{Value::Integer(line.load_id << kLoadShift),
                         Value::Integer(FirstRowAfter(line.load_id))}));
      if (row) change->raw_tables.insert(table);
    }
    change->is_placed = !change->raw_tables.empty();
    return {};
  }

  // A published file has no load ids, but tables are named for their source.
  void PlaceByName(DataChange* change) const {
    if (change->is_placed) return;
    const std::string name = AsTableName(change->cause.source);
    for (const Side* side : {&a_, &b_}) {
      for (const auto& [model, reads] : side->reads) {
        for (const std::string& source : reads) {
          if (ContractOf(source) != name) continue;
          change->raw_tables.insert(source);
          change->is_placed = true;
        }
      }
    }
  }

  void NoteUnbuilt(const char* side, int64_t slices) {
    if (slices == 0) return;
    notes_->push_back(
        std::string(side) + " has loads since its last build, " +
        (slices == 1 ? "one slice" : std::to_string(slices) + " slices") +
        ": they are in none of the tables compared");
  }

  const Side& a_;
  const Side& b_;
  std::map<std::string, DataChange>* changes_;
  std::vector<std::string>* notes_;
  std::map<std::pair<std::string, std::string>, std::string> newest_;
  std::set<std::string> sources_;
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
    return !contract.empty() && !sources.contains(contract);
  });
}

void CauseFinder::Evidence::TellData(const std::set<std::string>& above,
                                     std::vector<DiffCause>* causes) const {
  for (const auto& [key, change] : changes) {
    const bool reads =
        above.contains(kLedgerTable) ||
        std::any_of(change.raw_tables.begin(), change.raw_tables.end(),
                    [&](const auto& raw) { return above.contains(raw); });
    if (!reads && (change.is_placed || !MayHoldUnplaced(above))) continue;
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
  SliceComparison slices(evidence->a, evidence->b, &evidence->changes,
                         &evidence->notes);
  LEARNSQL_TRY(slices.Run());
  evidence->sources = slices.sources();
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
  return evidence_->notes;
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
