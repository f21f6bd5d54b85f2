#include "engine/model/graph.h"

#include <algorithm>
#include <map>

#include "engine/model/rules.h"

namespace learnsql {
namespace {

struct Edge {
  size_t to = 0;
  bool reference = false;  // a foreign key, not a read
};

using Edges = std::vector<std::vector<Edge>>;

Edges EdgesOf(const ModelSet& set) {
  std::map<std::string, size_t> index;
  for (size_t i = 0; i < set.models.size(); ++i) {
    index.emplace(LowerCase(set.models[i].name), i);
  }
  Edges edges(set.models.size());
  const auto add = [&](size_t from, const std::string& name, bool reference) {
    const auto found = index.find(LowerCase(name));
    if (found == index.end() || found->second == from) return;
    edges[from].push_back({found->second, reference});
  };
  for (size_t i = 0; i < set.models.size(); ++i) {
    for (const std::string& name : set.models[i].reads) add(i, name, false);
    for (const ForeignKey& key : set.models[i].foreign_keys) {
      add(i, key.parent, true);
    }
  }
  return edges;
}

// Walks depth first; a step back onto the path is a cycle.
class Sorter {
 public:
  explicit Sorter(ModelSet* set)
      : set_(set), edges_(EdgesOf(*set)), state_(set->models.size()) {}

  std::vector<size_t> Run() {
    for (size_t i = 0; i < state_.size(); ++i) Visit(i);
    return std::move(order_);
  }

 private:
  enum class State { kNew, kOpen, kDone };

  void Visit(size_t at) {
    if (state_[at] != State::kNew) return;
    state_[at] = State::kOpen;
    path_.push_back(at);
    for (const Edge& edge : edges_[at]) {
      if (state_[edge.to] == State::kOpen) {
        Report(at, edge);
      } else {
        Visit(edge.to);
      }
    }
    path_.pop_back();
    state_[at] = State::kDone;
    order_.push_back(at);
  }

  const Model& At(size_t i) const { return set_->models[i]; }

  bool IsReference(size_t from, size_t to) const {
    return std::none_of(
        edges_[from].begin(), edges_[from].end(),
        [to](const Edge& e) { return e.to == to && !e.reference; });
  }

  void Report(size_t last, const Edge& back) {
    const auto begin = std::find(path_.begin(), path_.end(), back.to);
    std::string path = At(back.to).name;
    for (auto i = begin; i != path_.end(); ++i) {
      const size_t next = i + 1 == path_.end() ? back.to : *(i + 1);
      path +=
          (IsReference(*i, next) ? " references " : " reads ") + At(next).name;
    }
    const Model& model = At(last);
    const SqlPiece& piece =
        IsReference(last, back.to) ? model.definition : model.query;
    set_->findings.push_back(FindingAt(
        *model.script, FindTableToken(*model.script, piece, At(back.to).name),
        "a cycle: " + path,
        "what a model reads or references is built before it"));
  }

  ModelSet* set_;
  Edges edges_;
  std::vector<State> state_;
  std::vector<size_t> path_;
  std::vector<size_t> order_;
};

void Mark(size_t at, const Edges& edges, std::vector<bool>* marked) {
  if ((*marked)[at]) return;
  (*marked)[at] = true;
  for (const Edge& edge : edges[at]) Mark(edge.to, edges, marked);
}

Edges Reversed(const Edges& edges) {
  Edges reversed(edges.size());
  for (size_t from = 0; from < edges.size(); ++from) {
    for (const Edge& edge : edges[from]) {
      reversed[edge.to].push_back({from, edge.reference});
    }
  }
  return reversed;
}

}  // namespace

void OrderModels(ModelSet* set) {
  std::sort(set->models.begin(), set->models.end(),
            [](const Model& a, const Model& b) { return a.name < b.name; });
  const std::vector<size_t> order = Sorter(set).Run();
  std::vector<Model> models;
  models.reserve(order.size());
  for (const size_t i : order) models.push_back(std::move(set->models[i]));
  set->models = std::move(models);
}

std::vector<bool> Closure(const ModelSet& set,
                          const std::vector<std::string>& names) {
  const Edges up = EdgesOf(set);
  const Edges down = Reversed(up);
  std::vector<bool> below(set.models.size());
  for (size_t i = 0; i < set.models.size(); ++i) {
    const bool named =
        std::any_of(names.begin(), names.end(), [&](const std::string& name) {
          return EqualNames(name, set.models[i].name);
        });
    if (named) Mark(i, down, &below);
  }
  std::vector<bool> marked(set.models.size());
  for (size_t i = 0; i < set.models.size(); ++i) {
    if (below[i]) Mark(i, up, &marked);
  }
  return marked;
}

}  // namespace learnsql
