#pragma once

#include <vector>

#include "engine/model/model.h"
#include "engine/model/tokenizer.h"

namespace learnsql {

// One statement of a script: the comments above it, and its tokens.
struct StatementText {
  std::vector<Token> comments;       // above its first token
  std::vector<Token> tokens;         // without comments and semicolon
  std::vector<Token> with_comments;  // the same, comments inside kept
};

// Cuts a script at its semicolons. A comment on the line of a semicolon belongs
// to what it ends. Comments after the last statement make one without tokens.
std::vector<StatementText> SplitStatements(const SqlText& script);

// The script from `first` to `last`, both included.
SqlPiece PieceOf(const SqlText& script, const Token& first, const Token& last);

// Whether `token` is one that queries begin with.
bool BeginsQuery(const SqlText& script, const Token& token);

// The index in `tokens` of the parenthesis that closes the one at `open`, or
// tokens.size() when nothing does.
size_t ClosingOf(const SqlText& script, const std::vector<Token>& tokens,
                 size_t open);

// The columns written between the parentheses of a `create table` (or the
// names of a `create view`), with their comments as documents. `tokens` are
// those between, comments included; table constraints are passed over.
std::vector<Column> ReadColumns(const SqlText& script,
                                const std::vector<Token>& tokens);

}  // namespace learnsql
