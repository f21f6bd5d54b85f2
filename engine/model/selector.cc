#include "engine/model/selector.h"

#include <fnmatch.h>

#include <algorithm>
#include <array>
#include <functional>
#include <limits>
#include <map>

#include "engine/base/suggest.h"
#include "engine/store/connection.h"

namespace learnsql {
namespace {

constexpr int kWhole = std::numeric_limits<int>::max();  // as far as it goes

// Whose last check failed, or whose rows broke a rule in the last build.
constexpr std::string_view kFailedSql = R"(
select lower(name), lower(model)
from ls_check
where
    outcome = 'fail'
    and (run_id, name) in (
        select max(run_id), name from ls_check group by name
    )
union
select lower(model), lower(model)
from ls_failure
where state = 'open' and kind not in ('data check', 'quarantine'))";

Status NoSelector(const std::string& term, const std::string& why) {
  return Status(Code::kUsage, "'" + term + "' is no selector: " + why);
}

bool IsGlob(const std::string& text) {
  return text.find_first_of("*?[") != std::string::npos;
}

// Whether `name` is what `pattern` asks for, case aside.
bool Matches(const std::string& pattern, const std::string& name) {
  if (!IsGlob(pattern)) return EqualNames(pattern, name);
  return ::fnmatch(LowerCase(pattern).c_str(), LowerCase(name).c_str(), 0) == 0;
}

// A file, all files of a folder, or a glob over either.
bool MatchesPath(const std::string& pattern, const std::string& path) {
  if (IsGlob(pattern)) {
    return ::fnmatch(pattern.c_str(), path.c_str(), 0) == 0 ||
           ::fnmatch(pattern.c_str(), path.c_str(), FNM_LEADING_DIR) == 0;
  }
  return path == pattern || path.starts_with(pattern + "/");
}

std::string CleanPath(std::string path) {
  while (path.starts_with("./")) path.erase(0, 2);
  while (path.size() > 1 && path.ends_with('/')) path.pop_back();
  return path;
}

// Splits at `separator`; between double quotes it is a character like others,
// and the quotes go.
std::vector<std::string> Split(const std::string& text, char separator) {
  std::vector<std::string> parts(1);
  bool quoted = false;
  for (const char c : text) {
    if (c == '"') quoted = !quoted;
    if (c == separator && !quoted) {
      parts.emplace_back();
    } else {
      parts.back().push_back(c);
    }
  }
  return parts;
}

std::string WithoutQuotes(std::string text) {
  std::erase(text, '"');
  return text;
}

// One term between commas: "2+tag:daily+", "@dim_learners".
struct Term {
  std::string text;    // as typed
  std::string method;  // "name", "tag", ...
  std::string value;
  int up = 0;  // steps to what it reads
  int down = 0;
  bool around = false;  // '@': what needs it, and all that these need
};

class TermReader {
 public:
  explicit TermReader(const std::string& text) : rest_(text) {
    term_.text = text;
  }

  Result<Term> Read() {
    term_.around = rest_.starts_with('@');
    if (term_.around) rest_.erase(0, 1);
    LEARNSQL_TRY(TakeUp());
    LEARNSQL_TRY(TakeDown());
    if (term_.around && (term_.up > 0 || term_.down > 0)) {
      return NoSelector(term_.text, "'@' takes no '+' beside it");
    }
    LEARNSQL_TRY(TakeMethod());
    if (!term_.value.empty()) return std::move(term_);
    return NoSelector(term_.text,
                      "nothing is named; write a name, or tag:, path:, "
                      "source:, owner: or state: and a value");
  }

 private:
  static bool IsNumber(std::string_view text) {
    return std::all_of(text.begin(), text.end(),
                       [](char c) { return c >= '0' && c <= '9'; });
  }

  // Empty is as far as it goes.
  Result<int> Steps(std::string_view number) const {
    if (number.empty()) return kWhole;
    if (number.size() > 4) {
      return NoSelector(term_.text, "a number of steps has at most 4 digits");
    }
    return std::stoi(std::string(number));
  }

  Status TakeUp() {
    const size_t plus = rest_.find('+');
    if (plus == std::string::npos || !IsNumber(rest_.substr(0, plus))) {
      return {};
    }
    LEARNSQL_TRY_SET(term_.up, Steps(rest_.substr(0, plus)));
    rest_.erase(0, plus + 1);
    return {};
  }

  Status TakeDown() {
    const size_t plus = rest_.rfind('+');
    if (plus == std::string::npos || !IsNumber(rest_.substr(plus + 1))) {
      return {};
    }
    LEARNSQL_TRY_SET(term_.down, Steps(rest_.substr(plus + 1)));
    rest_.erase(plus);
    return {};
  }

  Status TakeMethod() {
    static const std::vector<std::string> kMethods = {
        "name", "tag", "path", "source", "owner", "state"};
    // The name of an expectation has a colon and blanks: it comes in quotes.
    const size_t colon =
        rest_.starts_with('"') ? std::string::npos : rest_.find(':');
    term_.value = WithoutQuotes(
        colon == std::string::npos ? rest_ : rest_.substr(colon + 1));
    term_.method = colon != std::string::npos
                       ? LowerCase(rest_.substr(0, colon))
                   : LooksLikePath(rest_) ? "path"
                                          : "name";
    if (term_.method == "path") term_.value = CleanPath(term_.value);
    if (std::count(kMethods.begin(), kMethods.end(), term_.method) > 0) {
      return {};
    }
    return NoSelector(term_.text, "unknown method '" + term_.method + "'" +
                                      DidYouMean(term_.method, kMethods) +
                                      "; there are tag:, path:, source:, "
                                      "owner: and state:");
  }

  static bool LooksLikePath(const std::string& text) {
    return text.find('/') != std::string::npos || text.ends_with(".sql");
  }

  std::string rest_;
  Term term_;
};

// A raw table, model, check or question, by its place in the set: raw tables
// first, then models, checks, questions.
using Nodes = std::set<size_t>;

class Selecting {
 public:
  Selecting(const ModelSet& set, const ProjectState* state)
      : set_(set),
        state_(state),
        first_model_(set.raw_tables.size()),
        first_check_(first_model_ + set.models.size()),
        first_question_(first_check_ + set.checks.size()),
        size_(first_question_ + set.questions.size()),
        up_(size_),
        down_(size_) {
    Connect();
  }

  Result<Selection> Run(const SelectorTexts& texts) {
    Nodes nodes;
    if (texts.select.empty()) {
      for (size_t i = 0; i < size_; ++i) nodes.insert(i);
    } else {
      LEARNSQL_TRY_SET(nodes, Union(texts.select));
    }
    LEARNSQL_TRY_SET(const Nodes excluded, Union(texts.exclude));
    for (const size_t node : excluded) nodes.erase(node);
    if (nodes.empty() && !texts.all()) return Empty(texts);
    return Taken(nodes);
  }

 private:
  static Status Empty(const SelectorTexts& texts) {
    std::string typed;
    for (const std::string& text : texts.select) {
      typed += (typed.empty() ? "" : " ") + text;
    }
    for (const std::string& text : texts.exclude) {
      typed += (typed.empty() ? "" : " ") + ("--exclude " + text);
    }
    return Status(Code::kUsage, "nothing is selected by '" + typed +
                                    "'; 'learnsql list' shows what there is");
  }

  // ---- the graph

  bool IsModel(size_t node) const {
    return node >= first_model_ && node < first_check_;
  }
  bool IsCheck(size_t node) const {
    return node >= first_check_ && node < first_question_;
  }
  bool IsQuestion(size_t node) const { return node >= first_question_; }
  const RawTable& RawAt(size_t node) const { return set_.raw_tables[node]; }
  const Model& ModelAt(size_t node) const {
    return set_.models[node - first_model_];
  }
  const Check& CheckAt(size_t node) const {
    return set_.checks[node - first_check_];
  }
  const Question& QuestionAt(size_t node) const {
    return set_.questions[node - first_question_];
  }

  const std::string& NameOf(size_t node) const {
    return IsQuestion(node) ? QuestionAt(node).name
           : IsCheck(node)  ? CheckAt(node).name
           : IsModel(node)  ? ModelAt(node).name
                            : RawAt(node).name;
  }

  const std::string& PathOf(size_t node) const {
    return (IsQuestion(node) ? QuestionAt(node).script
            : IsCheck(node)  ? CheckAt(node).script
            : IsModel(node)  ? ModelAt(node).script
                             : RawAt(node).script)
        ->name();
  }

  // The connector's source that a raw table or staging view belongs to, as
  // its name says: raw_<source>__<things>, stg_<source>__<things>.
  std::string SourceOf(size_t node) const {
    const std::string& name = NameOf(node);
    const size_t end = name.find("__");
    const bool named = name.starts_with("raw_") || name.starts_with("stg_");
    if (node >= first_check_ || !named || end == std::string::npos ||
        end <= 4) {
      return "";
    }
    return name.substr(4, end - 4);
  }

  void Connect() {
    std::map<std::string, size_t> by_name;
    for (size_t i = 0; i < first_check_; ++i) {
      by_name.emplace(LowerCase(NameOf(i)), i);
    }
    const auto edge = [&](size_t from, const std::string& name) {
      const auto found = by_name.find(LowerCase(name));
      if (found == by_name.end() || found->second == from) return;
      up_[from].insert(found->second);
      // A check leads nowhere: it comes with what it is about.
      if (!IsCheck(from)) down_[found->second].insert(from);
    };
    for (size_t i = first_model_; i < first_check_; ++i) {
      for (const std::string& name : ModelAt(i).reads) edge(i, name);
      for (const ForeignKey& key : ModelAt(i).foreign_keys) edge(i, key.parent);
    }
    for (size_t i = first_check_; i < first_question_; ++i) {
      ConnectCheck(i, edge);
    }
    for (size_t i = first_question_; i < size_; ++i) {
      for (const std::string& name : QuestionAt(i).reads) edge(i, name);
    }
  }

  // A check beside a model is about that model; one in sql/checks is about all
  // that it reads.
  void ConnectCheck(
      size_t node,
      const std::function<void(size_t, const std::string&)>& edge) const {
    const Check& check = CheckAt(node);
    if (!check.model.empty()) return edge(node, check.model);
    for (const std::string& name : check.reads) edge(node, name);
  }

  static void Walk(const std::vector<Nodes>& edges, int steps, Nodes* nodes) {
    Nodes edge = *nodes;
    for (int i = 0; i < steps && !edge.empty(); ++i) {
      Nodes next;
      for (const size_t from : edge) {
        for (const size_t to : edges[from]) {
          if (nodes->insert(to).second) next.insert(to);
        }
      }
      edge = std::move(next);
    }
  }

  // ---- terms

  Result<Nodes> Union(const std::vector<std::string>& texts) {
    Nodes all;
    for (const std::string& text : texts) {
      for (const std::string& part : Split(text, ' ')) {
        if (part.empty()) continue;
        LEARNSQL_TRY_SET(const Nodes nodes, Intersection(part));
        all.insert(nodes.begin(), nodes.end());
      }
    }
    return all;
  }

  Result<Nodes> Intersection(const std::string& text) {
    Nodes both;
    bool first = true;
    for (const std::string& part : Split(text, ',')) {
      LEARNSQL_TRY_SET(const Term term, TermReader(part).Read());
      LEARNSQL_TRY_SET(Nodes nodes, NodesOf(term));
      if (!first) {
        std::erase_if(nodes, [&](size_t node) { return !both.contains(node); });
      }
      both = std::move(nodes);
      first = false;
    }
    return both;
  }

  Result<Nodes> NodesOf(const Term& term) {
    LEARNSQL_TRY_SET(Nodes nodes, Named(term));
    Nodes below = nodes;
    Walk(down_, term.around ? kWhole : term.down, &below);
    if (term.around) {
      nodes = below;
      Walk(up_, kWhole, &nodes);
    } else {
      Walk(up_, term.up, &nodes);
      nodes.insert(below.begin(), below.end());
    }
    AddChecks(&nodes);
    return nodes;
  }

  void AddChecks(Nodes* nodes) const {
    for (size_t i = first_check_; i < first_question_; ++i) {
      if (std::any_of(up_[i].begin(), up_[i].end(),
                      [&](size_t node) { return nodes->contains(node); })) {
        nodes->insert(i);
      }
    }
  }

  Result<Nodes> Named(const Term& term) {
    if (term.method == "state") return InState(term);
    if (term.method == "source") return OfSource(term);
    Nodes nodes;
    std::vector<std::string> known;
    for (size_t i = 0; i < size_; ++i) {
      for (const std::string& value : ValuesOf(term.method, i)) {
        known.push_back(value);
        const bool matches = term.method == "path"
                                 ? MatchesPath(term.value, value)
                                 : Matches(term.value, value);
        if (matches) nodes.insert(i);
      }
    }
    if (!nodes.empty()) return nodes;
    return Unknown(term, known);
  }

  // What a method compares its value with.
  std::vector<std::string> ValuesOf(const std::string& method,
                                    size_t node) const {
    if (method == "name") return {NameOf(node)};
    if (method == "path") return {PathOf(node)};
    if (IsCheck(node) || node < first_model_) return {};
    const bool question = IsQuestion(node);
    if (method == "tag") {
      return question ? QuestionAt(node).tags : ModelAt(node).tags;
    }
    const std::string& owner =
        question ? QuestionAt(node).owner : ModelAt(node).owner;
    if (owner.empty()) return {};
    return {owner};
  }

  static Status Unknown(const Term& term,
                        const std::vector<std::string>& known) {
    const std::string what =
        term.method == "name"
            ? "no model, view, raw table, check or question is '"
        : term.method == "tag"   ? "no model has the tag '"
        : term.method == "owner" ? "no model has the owner '"
        : term.method == "path"  ? "no model is in '"
                                 : "no raw table or staging view is of the "
                                   "source '";
    return Status(Code::kUsage, what + term.value + "'" +
                                    DidYouMean(term.value, known) +
                                    "; 'learnsql list' shows what there is");
  }

  // source:gharchive, source:gharchive.events, source:raw_gharchive__events.
  // A source's section may hold a dot ("kusto.cse"), its tables an underscore.
  Result<Nodes> OfSource(const Term& term) {
    std::string value = term.value;
    Nodes nodes;
    std::vector<std::string> known;
    for (size_t i = 0; i < first_check_; ++i) {
      const std::string source = SourceOf(i);
      if (source.empty()) continue;
      std::string dotted = NameOf(i).substr(4);
      dotted.replace(source.size(), 2, "_");
      std::replace(value.begin(), value.end(), '.', '_');
      known.push_back(source);
      if (Matches(value, source) || Matches(value, dotted) ||
          Matches(value, NameOf(i))) {
        nodes.insert(i);
      }
    }
    if (!nodes.empty()) return nodes;
    return Unknown(term, known);
  }

  Result<Nodes> InState(const Term& term) const {
    static const std::vector<std::string> kStates = {"stale", "modified", "new",
                                                     "failed"};
    const std::string value = LowerCase(term.value);
    if (std::count(kStates.begin(), kStates.end(), value) == 0) {
      return Status(Code::kUsage, "unknown state '" + term.value + "'" +
                                      DidYouMean(value, kStates) +
                                      " (stale, modified, new or failed)");
    }
    if (state_ == nullptr) {
      return Status(Code::kUsage, "'" + term.text +
                                      "' needs a warehouse, and there is none "
                                      "yet; 'learnsql build' makes it");
    }
    const std::set<std::string>& names = value == "stale"    ? state_->stale
                                         : value == "new"    ? state_->added
                                         : value == "failed" ? state_->failed
                                                             : state_->modified;
    Nodes nodes;
    for (size_t i = first_model_; i < size_; ++i) {
      if (names.contains(LowerCase(NameOf(i)))) nodes.insert(i);
    }
    return nodes;
  }

  Selection Taken(const Nodes& nodes) const {
    Selection selection;
    for (const size_t node : nodes) {
      if (IsQuestion(node)) {
        selection.questions.push_back(&QuestionAt(node));
      } else if (IsCheck(node)) {
        selection.checks.push_back(&CheckAt(node));
      } else if (IsModel(node)) {
        selection.models.push_back(&ModelAt(node));
      } else {
        selection.raw_tables.push_back(&RawAt(node));
      }
    }
    return selection;
  }

  const ModelSet& set_;
  const ProjectState* state_;
  const size_t first_model_;
  const size_t first_check_;
  const size_t first_question_;
  const size_t size_;
  std::vector<Nodes> up_;    // what a node reads or references
  std::vector<Nodes> down_;  // the reverse
};

Status ReadFailed(Connection* connection, std::set<std::string>* failed) {
  LEARNSQL_TRY_SET(Statement rows, connection->Prepare(kFailedSql));
  while (true) {
    LEARNSQL_TRY_SET(const bool row, rows.Step());
    if (!row) return {};
    failed->emplace(rows.text(0));
    if (!rows.text(1).empty()) failed->emplace(rows.text(1));
  }
}

}  // namespace

Result<ProjectState> ReadProjectState(Connection* connection,
                                      const ModelSet& set,
                                      const ScheduleOptions& options) {
  ScheduleOptions all = options;
  all.select.clear();
  all.exclude.clear();
  all.full = false;
  LEARNSQL_TRY_SET(const Schedule schedule, MakeSchedule(connection, set, all));
  ProjectState state;
  for (const Step& step : schedule.steps) {
    const std::string name = LowerCase(step.model->name);
    const auto built = schedule.built.find(step.model->name);
    const bool added = built == schedule.built.end();
    if (added) state.added.insert(name);
    if (added || built->second.script_hash != step.script_hash) {
      state.modified.insert(name);
    }
    if (step.mode != StepMode::kNone && step.mode != StepMode::kRefresh) {
      state.stale.insert(name);
    }
  }
  LEARNSQL_TRY(ReadFailed(connection, &state.failed));
  return state;
}

bool AsksForState(const SelectorTexts& texts) {
  const auto asks = [](const std::string& text) {
    return LowerCase(text).find("state:") != std::string::npos;
  };
  return std::any_of(texts.select.begin(), texts.select.end(), asks) ||
         std::any_of(texts.exclude.begin(), texts.exclude.end(), asks);
}

Result<Selection> Select(const ModelSet& set, const SelectorTexts& texts,
                         const ProjectState* state) {
  return Selecting(set, state).Run(texts);
}

Result<std::vector<std::string>> BuildTargets(const ModelSet& set,
                                              const Selection& selection) {
  std::set<std::string> names;
  for (const Model* const model : selection.models) names.insert(model->name);
  for (const RawTable* const raw : selection.raw_tables) {
    for (const Model& model : set.models) {
      const bool reads = std::any_of(
          model.reads.begin(), model.reads.end(),
          [&](const std::string& name) { return EqualNames(name, raw->name); });
      if (reads) names.insert(model.name);
    }
  }
  if (!names.empty())
    return std::vector<std::string>(names.begin(), names.end());
  return Status(Code::kUsage,
                "no model is selected, so there is nothing to build");
}

}  // namespace learnsql
