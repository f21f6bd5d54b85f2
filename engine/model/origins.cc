#include "engine/model/origins.h"

#include <algorithm>
#include <map>
#include <set>

#include "engine/model/rules.h"

namespace learnsql {
namespace {

// A common table, or what stands outside of all of them.
struct Part {
  std::set<std::string> words;  // names in it, lower case
  bool compound = false;
};

bool IsCompound(const SqlText& script, const Token& token) {
  return script.IsWord(token, "union") || script.IsWord(token, "intersect") ||
         script.IsWord(token, "except");
}

// Names of all that is read within a union, an intersection or a difference.
class CompoundReads {
 public:
  CompoundReads(const SqlText& script, const SqlPiece& query)
      : script_(script), tokens_(TokensOf(script, query)) {
    const std::vector<CommonTable> tables = CommonTablesOf(script, tokens_);
    std::vector<bool> inside(tokens_.size());
    for (const CommonTable& table : tables) {
      Part& part = parts_[LowerCase(table.name)];
      for (size_t i = table.begin; i < table.end; ++i) {
        inside[i] = true;
        Add(tokens_[i], &part);
      }
    }
    Part rest;
    for (size_t i = 0; i < tokens_.size(); ++i) {
      if (!inside[i]) Add(tokens_[i], &rest);
    }
    if (rest.compound) Spread(rest);
    for (const auto& [name, part] : parts_) {
      if (part.compound) Spread(part);
    }
  }

  bool Contains(const std::string& table) const {
    return names_.contains(LowerCase(table));
  }

 private:
  void Add(const Token& token, Part* part) const {
    if (IsCompound(script_, token)) {
      part->compound = true;
    } else if (IsNameToken(token)) {
      part->words.insert(LowerCase(script_.Unquoted(token)));
    }
  }

  // Also what the common tables read that stand in a part.
  void Spread(const Part& part) {
    for (const std::string& word : part.words) {
      if (!names_.insert(word).second) continue;
      const auto table = parts_.find(word);
      if (table != parts_.end()) Spread(table->second);
    }
  }

  const SqlText& script_;
  const std::vector<Token> tokens_;
  std::map<std::string, Part> parts_;
  std::set<std::string> names_;
};

}  // namespace

void TakeOrigins(std::vector<ColumnOrigin> told, Model* model) {
  const CompoundReads compounds(*model->script, model->query);
  const bool by_place =
      !model->stored() && told.size() == model->columns.size();
  for (size_t i = 0; i < told.size(); ++i) {
    ColumnOrigin& origin = told[i];
    if (by_place) origin.column = model->columns[i].name;
    const Column* const column = model->FindColumn(origin.column);
    if (column != nullptr) origin.column = column->name;
    const bool read = std::any_of(model->reads.begin(), model->reads.end(),
                                  [&](const std::string& name) {
                                    return EqualNames(name, origin.source);
                                  });
    // Its own table says nothing new, and a name of SQLite's is no source.
    if (read && !compounds.Contains(origin.source)) continue;
    origin.source.clear();
    origin.source_column.clear();
  }
  model->origins = std::move(told);
}

}  // namespace learnsql
