#include "engine/model/statements.h"

#include <string>

#include "engine/model/header.h"

namespace learnsql {
namespace {

bool BeginsTableConstraint(const SqlText& script, const Token& token) {
  for (const char* word :
       {"constraint", "primary", "unique", "check", "foreign"}) {
    if (script.IsWord(token, word)) return true;
  }
  return false;
}

// Where `mark` begins in `part`, as a word of its own: also behind a sentence,
// so that no class of personal data is overlooked. npos where it does not.
size_t FindMark(std::string_view part, std::string_view mark) {
  for (size_t at = part.find(mark); at != part.npos;
       at = part.find(mark, at + 1)) {
    if (at == 0 || part[at - 1] == ' ') return at;
  }
  return part.npos;
}

// Takes "mark value" off the end of `part`.
std::optional<std::string> TakeMark(std::string* part, std::string_view mark) {
  const size_t at = FindMark(*part, mark);
  if (at == std::string::npos) return std::nullopt;
  const std::string value =
      TrimBlanks(std::string_view(*part).substr(at + mark.size()));
  *part = TrimBlanks(std::string_view(*part).substr(0, at));
  return value;
}

// Moves "unit: percent" and "pii: name" out of a document; "local: why" stays
// to be read.
void TakeMarks(Column* column) {
  std::string document;
  std::string_view rest = column->document;
  while (!rest.empty()) {
    const size_t end = rest.find(';');
    std::string part = TrimBlanks(rest.substr(0, end));
    rest.remove_prefix(end == std::string_view::npos ? rest.size() : end + 1);
    if (const auto unit = TakeMark(&part, "unit:")) column->unit = unit;
    if (const auto pii = TakeMark(&part, "pii:")) column->pii = pii;
    if (part.empty()) continue;
    column->local = column->local || part.starts_with("local:");
    document += (document.empty() ? "" : "; ") + part;
  }
  column->document = document;
}

// Gives each column its name and the comments that are meant for it.
class ColumnReader {
 public:
  explicit ColumnReader(const SqlText& script) : script_(script) {}

  std::vector<Column> Read(const std::vector<Token>& tokens) {
    for (const Token& token : tokens) {
      if (token.kind == TokenKind::kComment) {
        AddComment(token);
      } else {
        AddCode(token);
      }
    }
    for (Column& column : columns_) TakeMarks(&column);
    return std::move(columns_);
  }

 private:
  // The item that is being written; none for a table constraint.
  static constexpr size_t kNone = SIZE_MAX;

  void AddCode(const Token& token) {
    depth_ += token.kind == TokenKind::kOpen;
    depth_ -= token.kind == TokenKind::kClose;
    last_code_line_ = token.line;
    if (depth_ == 0 && token.kind == TokenKind::kComma) {
      in_item_ = false;
    } else if (!in_item_) {
      BeginItem(token);
    }
  }

  void BeginItem(const Token& token) {
    in_item_ = true;
    item_ = kNone;
    if (!BeginsTableConstraint(script_, token)) {
      item_ = columns_.size();
      columns_.push_back({.name = script_.Unquoted(token), .token = token});
      if (!pending_.empty()) columns_.back().document = pending_;
    }
    pending_.clear();
  }

  void AddComment(const Token& token) {
    const std::string text = CommentText(script_, token);
    if (text.empty()) return;
    const bool beside = token.line == last_code_line_ || in_item_;
    const bool goes_on = token.line == last_comment_.line + 1 &&
                         token.column == last_comment_.column &&
                         last_comment_beside_;
    last_comment_ = token;
    last_comment_beside_ = beside || goes_on;
    if (!last_comment_beside_) {
      Append(&pending_, text);
    } else if (item_ != kNone) {
      Append(&columns_[item_].document, text);
    }
  }

  static void Append(std::string* document, const std::string& text) {
    if (!document->empty()) *document += ' ';
    *document += text;
  }

  const SqlText& script_;
  std::vector<Column> columns_;
  std::string pending_;  // comments above the next column
  Token last_comment_;
  bool last_comment_beside_ = false;
  uint32_t last_code_line_ = 0;
  int depth_ = 0;
  bool in_item_ = false;
  size_t item_ = kNone;
};

}  // namespace

std::vector<StatementText> SplitStatements(const SqlText& script) {
  std::vector<StatementText> statements(1);
  uint32_t ended_line = 0;
  for (const Token& token : script.tokens()) {
    StatementText& statement = statements.back();
    if (token.kind == TokenKind::kSemicolon) {
      ended_line = token.line;
      if (!statement.tokens.empty()) statements.emplace_back();
    } else if (token.kind != TokenKind::kComment) {
      statement.tokens.push_back(token);
      statement.with_comments.push_back(token);
    } else if (!statement.tokens.empty()) {
      statement.with_comments.push_back(token);
    } else if (token.line != ended_line) {
      statement.comments.push_back(token);
    }
  }
  if (statements.back().tokens.empty() && statements.back().comments.empty()) {
    statements.pop_back();
  }
  return statements;
}

SqlPiece PieceOf(const SqlText& script, const Token& first, const Token& last) {
  const size_t size = last.offset + last.size - first.offset;
  return {script.text().substr(first.offset, size), first.offset};
}

bool BeginsQuery(const SqlText& script, const Token& token) {
  return script.IsWord(token, "with") || script.IsWord(token, "select") ||
         script.IsWord(token, "values");
}

size_t ClosingOf(const SqlText& script, const std::vector<Token>& tokens,
                 size_t open) {
  int depth = 0;
  for (size_t i = open; i < tokens.size(); ++i) {
    if (script.IsMark(tokens[i], "(")) ++depth;
    if (script.IsMark(tokens[i], ")") && --depth == 0) return i;
  }
  return tokens.size();
}

std::vector<Column> ReadColumns(const SqlText& script,
                                const std::vector<Token>& tokens) {
  return ColumnReader(script).Read(tokens);
}

}  // namespace learnsql
