#pragma once

#include <set>
#include <string>
#include <vector>

#include "engine/model/finding.h"
#include "engine/model/model.h"

namespace learnsql {

// Rules of spelling, which the tokenizer alone can tell.

// The tokens of a script's piece, comments left out.
std::vector<Token> TokensOf(const SqlText& script, const SqlPiece& piece);

// A name before `as (` in a `with`.
struct CommonTable {
  std::string name;
  Token token;
  size_t begin = 0;  // of its own query, as indexes of the tokens
  size_t end = 0;
};
std::vector<CommonTable> CommonTablesOf(const SqlText& script,
                                        const std::vector<Token>& tokens);

// Common tables that stand before an object of their name, or that nothing
// reads. `objects` are names in lower case.
void CheckCommonTables(const SqlText& script, const SqlPiece& query,
                       const std::set<std::string>& objects,
                       std::vector<Finding>* findings);

// What does not give the same answer twice: current_timestamp, 'now', random().
void CheckDeterminism(const SqlText& script, std::vector<Finding>* findings);

// Where an object is named as a table: after from, join, in, a comma or a
// parenthesis; else the first token that is its name, else the first token.
Token FindTableToken(const SqlText& script, const SqlPiece& query,
                     std::string_view name);

// Names in lower case with underscores, the right prefix in the right folder.
void CheckNames(const Model& model, std::vector<Finding>* findings);
void CheckQuestionName(const Question& question,
                       std::vector<Finding>* findings);

}  // namespace learnsql
