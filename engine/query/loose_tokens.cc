#include "engine/query/loose_tokens.h"

#include <algorithm>

#include "engine/base/ascii.h"

namespace learnsql {
namespace {

bool IsBlank(char c) {
  return c == ' ' || c == '\t' || c == '\n' || c == '\r' || c == '\f';
}
bool IsNameStart(char c) {
  return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || c == '_' ||
         static_cast<unsigned char>(c) >= 0x80;
}
bool IsNamePart(char c) { return IsNameStart(c) || IsDigit(c) || c == '$'; }

char LowerChar(char c) {
  return c >= 'A' && c <= 'Z' ? static_cast<char>(c + 32) : c;
}

// Cuts one token after the other off a text.
class Cutter {
 public:
  explicit Cutter(std::string_view sql, size_t at = 0) : sql_(sql), at_(at) {}

  bool at_end() const { return at_ == sql_.size(); }

  LooseToken Next() {
    LooseToken token;
    token.begin = at_;
    Cut(&token);
    token.end = at_;
    return token;
  }

 private:
  char Peek(size_t ahead = 0) const {
    return at_ + ahead < sql_.size() ? sql_[at_ + ahead] : '\0';
  }

  template <typename Predicate>
  void SkipWhile(Predicate predicate) {
    while (at_ < sql_.size() && predicate(sql_[at_])) ++at_;
  }

  // Moves behind `end` from `from`, or to the end of the text.
  bool SkipPast(std::string_view end, size_t from) {
    const size_t found = sql_.find(end, from);
    at_ = found == std::string_view::npos ? sql_.size() : found + end.size();
    return found != std::string_view::npos;
  }

  // A doubled quote inside is a quote.
  bool SkipQuoted(char quote) {
    ++at_;
    while (at_ < sql_.size()) {
      if (sql_[at_++] != quote) continue;
      if (Peek() != quote) return true;
      ++at_;
    }
    return false;
  }

  void SkipNumber() {
    if (Peek() == '0' && LowerChar(Peek(1)) == 'x') {
      at_ += 2;
      SkipWhile(IsNamePart);
      return;
    }
    SkipWhile(IsDigit);
    if (Peek() == '.') {
      ++at_;
      SkipWhile(IsDigit);
    }
    if (LowerChar(Peek()) == 'e') {
      const size_t sign = Peek(1) == '+' || Peek(1) == '-' ? 1 : 0;
      if (!IsDigit(Peek(1 + sign))) return;
      at_ += 1 + sign;
      SkipWhile(IsDigit);
    }
  }

  void Cut(LooseToken* token) {
    const char c = Peek();
    if (IsBlank(c)) {
      SkipWhile(IsBlank);
    } else if (c == '-' && Peek(1) == '-') {
      token->kind = LooseKind::kComment;
      SkipPast("\n", at_);  // the end of the text ends it too
    } else if (c == '/' && Peek(1) == '*') {
      token->kind = LooseKind::kComment;
      token->closed = SkipPast("*/", at_ + 2);
    } else {
      CutCode(c, token);
    }
  }

  void CutCode(char c, LooseToken* token) {
    if (c == '\'' || (LowerChar(c) == 'x' && Peek(1) == '\'')) {
      token->kind = LooseKind::kString;
      at_ += c == '\'' ? 0 : 1;
      token->closed = SkipQuoted('\'');
    } else if (c == '"' || c == '`') {
      token->kind = LooseKind::kQuotedName;
      token->closed = SkipQuoted(c);
    } else if (c == '[') {
      token->kind = LooseKind::kQuotedName;
      token->closed = SkipPast("]", at_);
    } else if (IsNameStart(c)) {
      token->kind = LooseKind::kWord;
      SkipWhile(IsNamePart);
    } else if (IsDigit(c) || (c == '.' && IsDigit(Peek(1)))) {
      token->kind = LooseKind::kNumber;
      SkipNumber();
    } else if (c == '?' || c == ':' || c == '@' || c == '$' || c == '#') {
      ++at_;
      const size_t name = at_;
      SkipWhile(IsNamePart);
      const bool named = at_ > name || c == '?';
      token->kind = named ? LooseKind::kParameter : LooseKind::kSign;
    } else {
      token->kind = LooseKind::kSign;
      ++at_;
    }
  }

  const std::string_view sql_;
  size_t at_;
};

}  // namespace

LooseToken CutOneLoosely(std::string_view sql, size_t at) {
  return Cutter(sql, at).Next();
}

std::vector<LooseToken> CutLoosely(std::string_view sql) {
  std::vector<LooseToken> tokens;
  for (Cutter cutter(sql); !cutter.at_end();) tokens.push_back(cutter.Next());
  return tokens;
}

std::string LooseName(std::string_view sql, const LooseToken& token) {
  std::string_view text = LooseText(sql, token);
  if (token.kind != LooseKind::kQuotedName) return std::string(text);
  const char quote = text.front() == '[' ? ']' : text.front();
  text.remove_prefix(1);
  if (token.closed) text.remove_suffix(1);
  std::string name;
  for (size_t i = 0; i < text.size(); ++i) {
    name += text[i];
    if (text[i] == quote && i + 1 < text.size()) ++i;  // doubled
  }
  return name;
}

bool SameName(std::string_view a, std::string_view b) {
  return a.size() == b.size() && StartsWithName(a, b);
}

std::string LowerName(std::string_view name) {
  std::string lower(name);
  std::transform(lower.begin(), lower.end(), lower.begin(), LowerChar);
  return lower;
}

bool StartsWithName(std::string_view text, std::string_view prefix) {
  return text.size() >= prefix.size() &&
         std::equal(
             prefix.begin(), prefix.end(), text.begin(),
             [](char a, char b) { return LowerChar(a) == LowerChar(b); });
}

}  // namespace learnsql
