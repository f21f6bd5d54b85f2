#include "engine/shell/script.h"

#include <algorithm>

#include "engine/query/loose_tokens.h"
#include "engine/store/hooks.h"

namespace learnsql {
namespace {

bool IsDotCommand(std::string_view text) {
  return !text.empty() && text.front() == '.';
}

}  // namespace

std::optional<ScriptPiece> ScriptCutter::AddLine(std::string_view line) {
  ++lines_;
  if (pending_.text.empty()) {
    if (IsDotCommand(line)) return ScriptPiece{std::string(line), lines_, true};
    if (IsBlankSql(line)) return std::nullopt;
    pending_.first_line = lines_;
  }
  pending_.text += line;
  pending_.text += '\n';
  // Only a line with a semicolon can end a statement, and asking SQLite reads
  // all that is pending.
  if (line.find(';') == std::string_view::npos) return std::nullopt;
  if (!EndsStatement(pending_.text)) return std::nullopt;
  return Finish();
}

std::optional<ScriptPiece> ScriptCutter::Finish() {
  ScriptPiece piece = std::move(pending_);
  pending_ = ScriptPiece();
  if (IsBlankSql(piece.text)) return std::nullopt;
  return piece;
}

bool IsComplete(std::string_view text) {
  if (IsDotCommand(text) || IsBlankSql(text)) return true;
  return EndsStatement(std::string(text));
}

size_t StatementEnd(std::string_view text, size_t begin) {
  bool is_empty = true;
  for (size_t at = begin; at < text.size();) {
    const LooseToken token = CutOneLoosely(text, at);
    at = token.end;
    if (LooseText(text, token) != ";") {
      is_empty &=
          token.kind == LooseKind::kBlank || token.kind == LooseKind::kComment;
    } else if (!is_empty &&
               EndsStatement(std::string(text.substr(begin, at - begin)))) {
      return at;
    }
  }
  return text.size();
}

bool IsBlankSql(std::string_view text) {
  const std::vector<LooseToken> tokens = CutLoosely(text);
  return std::all_of(tokens.begin(), tokens.end(), [](const LooseToken& t) {
    return t.closed &&
           (t.kind == LooseKind::kBlank || t.kind == LooseKind::kComment);
  });
}

}  // namespace learnsql
