#include "engine/model/schedule.h"

#include <algorithm>
#include <set>

#include "engine/base/sha256.h"
#include "engine/base/suggest.h"
#include "engine/model/graph.h"
#include "engine/model/json.h"
#include "engine/model/model_file.h"
#include "engine/model/raw_state.h"
#include "engine/model/rules.h"
#include "engine/store/connection.h"

namespace learnsql {
namespace {

constexpr std::string_view kBuiltSql = R"(
select
    model, kind, script, script_hash, fingerprint, coalesce(as_of, ''), inputs,
    version, coalesce(row_count, 0), coalesce(byte_count, 0)
from ls_model)";

constexpr std::string_view kObjectsSql =
    "select lower(name) from sqlite_schema where type in ('table', 'view')";

// One text that changes whenever a load up to ?1 comes or goes; LastLoadOf
// reads it.
constexpr std::string_view kLedgerSql = R"(
select
    (
        select count(*) || ':' || coalesce(max(load_id), 0) || ':'
            || coalesce(sum(load_id), 0)
        from ls_slice
        where load_id <= ?1
    )
    || ':' || (select count(*) from ls_removed_load))";

// And one that changes with the states of slices too.
constexpr std::string_view kStatesSql = R"(
select group_concat(state || ':' || slices, ',')
from (select state, count(*) as slices from ls_slice group by state
    order by state))";

constexpr std::string_view kLastLedgerSql =
    "select value from ls_meta where key = 'built_ledger'";
constexpr std::string_view kLastLoadsSql =
    "select value from ls_meta where key = 'built_loads'";

constexpr const char* kLedgerTable = "ls_slice";

// An input that is only referenced, by a model that lets late parents release
// its rows.
constexpr std::string_view kReferencePrefix = "references ";

// The functions that models call are an input of all of them.
constexpr const char* kFunctionsInput = "functions of learnsql";

// Sixteen bytes tell all scripts of a project apart.
constexpr size_t kHashDigits = 32;

std::string Valued(const Inputs& inputs, const std::string& name) {
  for (const auto& [input, value] : inputs) {
    if (input == name) return value;
  }
  return "";
}

// The line at which two scripts of a model begin to differ, in the new one.
uint32_t ChangedLine(const std::string& before, const SqlText& after) {
  const Result<SqlText> old = SqlText::Make("", before);
  if (!old.ok()) return 1;
  const auto code = [](const SqlText& text) {
    return TokensOf(text, {text.text(), 0});
  };
  const std::vector<Token> was = code(*old);
  const std::vector<Token> is = code(after);
  size_t i = 0;
  while (i < was.size() && i < is.size() &&
         old->Of(was[i]) == after.Of(is[i])) {
    ++i;
  }
  if (i < is.size()) return is[i].line;
  return is.empty() ? 1 : is.back().line;
}

// "3 new loads of raw_x (12 to 14)"
std::string LoadReason(const std::string& raw, const RawState& was,
                       const RawState& is) {
  const int64_t added = is.load_count - was.load_count;
  if (is.last_load <= was.last_load || added <= 0) {
    return "loads of " + raw + " were removed or replaced";
  }
  const std::string last = std::to_string(is.last_load);
  if (added == 1) return "load " + last + " of " + raw + " is new";
  return std::to_string(added) + " loads of " + raw + " are new, up to " + last;
}

// A contract's words, without its comments.
std::vector<std::string> CodeOf(const RawTable& raw) {
  std::vector<std::string> words;
  for (const Token& token : TokensOf(*raw.script, raw.definition)) {
    words.emplace_back(raw.script->Of(token));
  }
  return words;
}

class Scheduler {
 public:
  Scheduler(Connection* connection, const ModelSet& set,
            const ScheduleOptions& options)
      : connection_(connection), set_(set), options_(options) {}

  Result<Schedule> Run() {
    LEARNSQL_TRY(CheckSelection());
    LEARNSQL_TRY(ReadBuilt());
    LEARNSQL_TRY(ReadObjects());
    LEARNSQL_TRY(ReadLedger());
    const std::vector<bool> selected = Selected();
    LEARNSQL_TRY(CheckExcluded(selected));
    for (size_t i = 0; i < set_.models.size(); ++i) {
      LEARNSQL_TRY_SET(Step step, Plan(set_.models[i], selected[i]));
      LEARNSQL_TRY(Remember(step));
      schedule_.steps.push_back(std::move(step));
    }
    FindRemoved();
    return std::move(schedule_);
  }

 private:
  Status CheckSelection() const {
    std::vector<std::string> names;
    for (const Model& model : set_.models) names.push_back(model.name);
    for (const std::string& name : options_.select) {
      if (set_.Find(name) != nullptr) continue;
      return Status(Code::kInvalid,
                    "no model '" + name + "'" + DidYouMean(name, names));
    }
    return {};
  }

  std::vector<bool> Selected() const {
    std::vector<bool> selected =
        options_.select.empty() ? std::vector<bool>(set_.models.size(), true)
                                : Closure(set_, options_.select);
    for (size_t i = 0; i < selected.size(); ++i) {
      if (IsExcluded(set_.models[i].name)) selected[i] = false;
    }
    return selected;
  }

  bool IsExcluded(const std::string& name) const {
    return std::any_of(
        options_.exclude.begin(), options_.exclude.end(),
        [&](const std::string& other) { return EqualNames(name, other); });
  }

  Status CheckExcluded(const std::vector<bool>& selected) const {
    for (size_t i = 0; i < selected.size(); ++i) {
      if (!selected[i]) continue;
      const Model& model = set_.models[i];
      std::vector<std::string> needed = model.reads;
      for (const ForeignKey& key : model.foreign_keys) {
        needed.push_back(key.parent);
      }
      for (const std::string& name : needed) {
        if (!IsExcluded(name) || objects_.contains(LowerCase(name))) continue;
        return Status(Code::kUsage, "'" + model.name + "' needs '" + name +
                                        "', which --exclude leaves out and no "
                                        "build has made");
      }
    }
    return {};
  }

  Status ReadBuilt() {
    LEARNSQL_TRY_SET(Statement rows, connection_->Prepare(kBuiltSql));
    while (true) {
      LEARNSQL_TRY_SET(const bool row, rows.Step());
      if (!row) return {};
      BuiltModel& built = schedule_.built[std::string(rows.text(0))];
      built.kind = rows.text(1);
      built.script = rows.text(2);
      built.script_hash = rows.text(3);
      built.fingerprint = rows.text(4);
      built.as_of = rows.text(5);
      built.inputs = TextsOfJson(rows.text(6));
      built.version = static_cast<int>(rows.integer(7));
      built.row_count = rows.integer(8);
      built.bytes = rows.integer(9);
    }
  }

  Status ReadObjects() {
    LEARNSQL_TRY_SET(Statement rows, connection_->Prepare(kObjectsSql));
    while (true) {
      LEARNSQL_TRY_SET(const bool row, rows.Step());
      if (!row) return {};
      objects_.emplace(rows.text(0));
    }
  }

  Result<std::optional<std::string>> LedgerUpTo(int64_t load) {
    const Value last = Value::Integer(load);
    return connection_->QueryText(kLedgerSql, {&last, 1});
  }

  Status ReadLedger() {
    LEARNSQL_TRY_SET(const std::optional<std::string> now,
                     LedgerUpTo(INT64_MAX));
    LEARNSQL_TRY_SET(const std::optional<std::string> states,
                     connection_->QueryText(kStatesSql));
    LEARNSQL_TRY_SET(const std::optional<std::string> last,
                     connection_->QueryText(kLastLedgerSql));
    schedule_.ledger = now.value_or("");
    states_ = schedule_.ledger + ":" + states.value_or("");
    if (!last) return {};
    if (last != now) {
      LEARNSQL_TRY_SET(const std::optional<std::string> seen,
                       LedgerUpTo(LastLoadOf(*last)));
      if (last != seen) return {};
    }
    // No load up to the last that was seen came or went: they still hold, and
    // where none is newer, they are all.
    LEARNSQL_TRY_SET(const std::optional<std::string> loads,
                     connection_->QueryText(kLastLoadsSql));
    for (const auto& [raw, state] : TextsOfJson(loads.value_or(""))) {
      if (last == now) {
        schedule_.raw_states[raw] = state;
      } else {
        seen_[raw] = RawState::Parse(state);
      }
    }
    return {};
  }

  Result<std::string> RawStateOf(const Model& model, const std::string& name) {
    if (set_.FindRaw(name) == nullptr) {
      if (name != kLedgerTable) return std::string();
      return ReadsStates(model) ? states_ : schedule_.ledger;
    }
    const auto known = schedule_.raw_states.find(name);
    if (known != schedule_.raw_states.end()) return known->second;
    LEARNSQL_TRY_SET(const RawState state, StateUpTo(name, INT64_MAX));
    return schedule_.raw_states[name] = state.ToString();
  }

  // Loads are read once, however many models ask for them, and those that the
  // last build saw not at all.
  Result<RawState> StateUpTo(const std::string& raw, int64_t last_load) {
    const auto seen = seen_.find(raw);
    RawState before = seen == seen_.end() ? RawState() : seen->second;
    if (before.load_count == 0 || before.last_load > last_load) before = {};
    const int64_t after = before.load_count == 0 ? -1 : before.last_load;
    auto known = loads_.find({raw, after});
    if (known == loads_.end()) {
      LEARNSQL_TRY_SET(std::vector<int64_t> loads,
                       ReadLoads(connection_, raw, after));
      known = loads_.emplace(std::pair(raw, after), std::move(loads)).first;
    }
    return StateOfLoads(known->second, last_load, std::move(before));
  }

  // Whether the staging views that a model reads look at slices without rows.
  bool ReadsStates(const Model& model) const {
    const auto looks = [](const Model& view) {
      return std::any_of(view.column_reads.begin(), view.column_reads.end(),
                         [](const auto& read) {
                           return read.first == kLedgerTable &&
                                  read.second == "state";
                         });
    };
    if (looks(model)) return true;
    return std::any_of(
        model.reads.begin(), model.reads.end(), [&](const std::string& name) {
          const Model* const view = set_.Find(name);
          return view != nullptr && view->kind == ModelKind::kStaging &&
                 ReadsStates(*view);
        });
  }

  Result<Inputs> InputsOf(const Model& model) {
    std::map<std::string, std::string> inputs;
    inputs[kFunctionsInput] = options_.functions_version;
    for (const std::string& name : model.reads) {
      const RawTable* const raw = set_.FindRaw(name);
      if (raw != nullptr) {
        inputs[name] = HashTexts(CodeOf(*raw));
      } else if (set_.Find(name) != nullptr) {
        inputs[name] = fingerprints_[LowerCase(name)];
      }
    }
    if (model.kind != ModelKind::kStaging) {
      for (const std::string& name : model.raw_reads) {
        LEARNSQL_TRY_SET(inputs[name], RawStateOf(model, name));
      }
    }
    if (!model.quarantined.empty()) {
      for (const ForeignKey& key : model.foreign_keys) {
        inputs[std::string(kReferencePrefix) + key.parent] =
            fingerprints_[LowerCase(key.parent)];
      }
    }
    return Inputs(inputs.begin(), inputs.end());
  }

  Result<Step> Plan(const Model& model, bool selected) {
    Step step;
    step.model = &model;
    step.selected = selected;
    step.script_hash = ScriptHash(model);
    LEARNSQL_TRY_SET(step.inputs, InputsOf(model));
    step.fingerprint = Fingerprint(model, step);
    const auto found = schedule_.built.find(model.name);
    if (!selected) {
      if (found != schedule_.built.end()) {
        step.fingerprint = found->second.fingerprint;
      }
      return step;
    }
    if (found == schedule_.built.end() ||
        !objects_.contains(LowerCase(model.name))) {
      Rebuild(&step, "not built yet");
    } else if (options_.full) {
      Rebuild(&step, "--full");
    } else {
      LEARNSQL_TRY(Compare(found->second, &step));
    }
    NoteSeen(&step);
    return step;
  }

  std::string Fingerprint(const Model& model, const Step& step) const {
    std::vector<std::string> parts = {step.script_hash};
    const std::string_view as_of = model.AsOfRead(options_.as_of);
    if (!as_of.empty()) parts.emplace_back(as_of);
    for (const auto& [name, value] : step.inputs) {
      parts.push_back(name);
      parts.push_back(value);
    }
    return HashTexts(parts);
  }

  static void Rebuild(Step* step, std::string reason) {
    step->mode = step->model->stored() ? StepMode::kFull : StepMode::kView;
    step->reason = std::move(reason);
  }

  Status Compare(const BuiltModel& built, Step* step) {
    const Model& model = *step->model;
    if (built.fingerprint == step->fingerprint) {
      if (built.script == model.script->text()) return {};
      step->mode = StepMode::kRefresh;
      step->reason = "comments changed";
      return {};
    }
    if (built.script_hash != step->script_hash) {
      Rebuild(step, ScriptReason(built, model));
      return {};
    }
    step->contract_stands = true;
    const std::string_view as_of = model.AsOfRead(options_.as_of);
    if (built.as_of != as_of) {
      Rebuild(step, "as of " + std::string(as_of));
      return {};
    }
    return CompareInputs(built, step);
  }

  static std::string ScriptReason(const BuiltModel& built, const Model& model) {
    if (built.version != model.version) {
      return "version " + std::to_string(built.version) + " became " +
             std::to_string(model.version);
    }
    return "script changed at " + model.script->name() + ":" +
           std::to_string(ChangedLine(built.script, *model.script));
  }

  Status CompareInputs(const BuiltModel& built, Step* step) {
    std::string reason;
    bool grows = true;
    for (const auto& [name, value] : step->inputs) {
      const std::string was = Valued(built.inputs, name);
      if (was == value) continue;
      const bool loads = IsLoads(*step->model, name);
      const bool beside =
          name == kLedgerTable || name.starts_with(kReferencePrefix);
      if (!loads && !beside && !TellsChanges(*step->model, name, was)) {
        grows = false;
      }
      if (beside && !reason.empty()) continue;
      reason =
          loads ? LoadReason(name, RawState::Parse(was), RawState::Parse(value))
                : InputReason(name);
    }
    Rebuild(step, reason.empty() ? "an input is gone" : reason);
    if (!grows || reason.empty()) return {};
    if (!step->model->change_reads.empty()) {
      step->mode = StepMode::kIncremental;
      step->rows_before = built.row_count;
      step->bytes_before = built.bytes;
      return {};
    }
    return TryIncremental(built, step);
  }

  // Whether an input of the model, which was `was` when the model was built,
  // is folded in now, so that its changes are all that is new in it.
  bool TellsChanges(const Model& model, const std::string& name,
                    const std::string& was) const {
    const auto reads = std::find_if(
        model.change_reads.begin(), model.change_reads.end(),
        [&name](const std::string& n) { return EqualNames(n, name); });
    if (reads == model.change_reads.end()) return false;
    const auto step = std::find_if(
        schedule_.steps.begin(), schedule_.steps.end(),
        [&](const Step& s) { return EqualNames(s.model->name, name); });
    if (step == schedule_.steps.end() || step->mode != StepMode::kIncremental) {
      return false;
    }
    const auto built = schedule_.built.find(step->model->name);
    return built != schedule_.built.end() && built->second.fingerprint == was;
  }

  // Whether an input of the model is the loads of a raw table.
  bool IsLoads(const Model& model, const std::string& name) const {
    return model.kind != ModelKind::kStaging && set_.FindRaw(name) != nullptr;
  }

  static std::string InputReason(const std::string& name) {
    if (name == kLedgerTable) return "the ledger of loads changed";
    if (name == kFunctionsInput) return "learnsql's functions changed";
    if (name.starts_with(kReferencePrefix)) {
      return "parent " + name.substr(kReferencePrefix.size()) + " changed";
    }
    return "input " + name + " changed";
  }

  // Folds new loads in where all that was read before is still there.
  Status TryIncremental(const BuiltModel& built, Step* step) {
    if (!step->model->reads_since_row) return {};
    const std::string raw = DrivingTable(*step->model);
    if (raw.empty()) return {};
    const std::string was = Valued(built.inputs, raw);
    const RawState before = RawState::Parse(was);
    if (before.load_count == 0) return {};  // nothing there to fold into
    LEARNSQL_TRY_SET(const RawState kept, StateUpTo(raw, before.last_load));
    if (kept.ToString() != was) {
      step->reason = "loads of " + raw + " were removed or replaced";
      return {};
    }
    step->mode = StepMode::kIncremental;
    step->since_row = FirstRowAfter(before.last_load);
    step->rows_before = built.row_count;
    step->bytes_before = built.bytes;
    return {};
  }

  std::string DrivingTable(const Model& model) const {
    std::string driving;
    for (const std::string& name : model.raw_reads) {
      if (set_.FindRaw(name) == nullptr) continue;
      if (!driving.empty()) return "";
      driving = name;
    }
    return driving;
  }

  void NoteSeen(Step* step) const {
    if (!step->model->reads_since_row) return;
    const RawState state =
        RawState::Parse(Valued(step->inputs, DrivingTable(*step->model)));
    step->seen_row = FirstRowAfter(state.last_load) - 1;
  }

  Status Remember(const Step& step) {
    const std::string name = LowerCase(step.model->name);
    fingerprints_[name] = step.fingerprint;
    std::string content = step.fingerprint;
    if (step.model->kind == ModelKind::kStaging) {
      for (const std::string& raw : step.model->raw_reads) {
        LEARNSQL_TRY_SET(const std::string state, RawStateOf(*step.model, raw));
        content += " " + state;
      }
    }
    schedule_.content[name] = std::move(content);
    return {};
  }

  void FindRemoved() {
    for (const auto& [name, built] : schedule_.built) {
      if (set_.Find(name) == nullptr) schedule_.removed.push_back(name);
    }
  }

  Connection* connection_;
  const ModelSet& set_;
  const ScheduleOptions& options_;
  Schedule schedule_;
  std::set<std::string> objects_;  // that the file has, lower case
  std::string states_;             // the ledger with the states of slices
  std::map<std::string, RawState> seen_;  // by raw table; of the last build
  // By raw table and the load that they come after.
  std::map<std::pair<std::string, int64_t>, std::vector<int64_t>> loads_;
  std::map<std::string, std::string> fingerprints_;  // by lower case name
};

}  // namespace

const char* StepModeName(StepMode mode) {
  switch (mode) {
    case StepMode::kNone:
      return "none";
    case StepMode::kRefresh:
      return "refresh";
    case StepMode::kFull:
      return "full";
    case StepMode::kIncremental:
      return "incremental";
    case StepMode::kView:
      return "view";
  }
  return "none";
}

bool Schedule::empty() const {
  return removed.empty() &&
         std::all_of(steps.begin(), steps.end(), [](const Step& step) {
           return step.mode == StepMode::kNone;
         });
}

Result<Schedule> MakeSchedule(Connection* connection, const ModelSet& set,
                              const ScheduleOptions& options) {
  return Scheduler(connection, set, options).Run();
}

std::string ScriptHash(const Model& model) {
  std::vector<std::string> parts = {std::to_string(model.version),
                                    KindName(model.kind),
                                    JoinNames(model.incremental_key)};
  if (model.history) {
    parts.push_back(JoinNames(model.history->key) + " by " +
                    model.history->time);
  }
  for (const auto& [column, token] : model.quarantined) {
    parts.push_back("quarantine " + column);
  }
  for (const Token& token :
       TokensOf(*model.script, {model.script->text(), 0})) {
    if (token.kind == TokenKind::kSemicolon) continue;
    const std::string_view text = model.script->Of(token);
    parts.push_back(token.kind == TokenKind::kName ? LowerCase(text)
                                                   : std::string(text));
  }
  return HashTexts(parts);
}

std::string HashTexts(const std::vector<std::string>& texts) {
  std::string all;
  for (const std::string& text : texts) {
    all += std::to_string(text.size()) + ":" + text;
  }
  return Sha256::HexOf(all).substr(0, kHashDigits);
}

}  // namespace learnsql
