#include "engine/model/tokenizer.h"

#include <algorithm>
#include <optional>

#include "engine/base/ascii.h"

namespace learnsql {
namespace {

bool IsSpace(char c) {
  return c == ' ' || c == '\t' || c == '\n' || c == '\r' || c == '\f';
}
bool IsNameStart(char c) {
  return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || c == '_' ||
         static_cast<unsigned char>(c) >= 0x80;
}
bool IsNamePart(char c) { return IsNameStart(c) || IsDigit(c) || c == '$'; }
bool IsHexDigit(char c) {
  return IsDigit(c) || (c >= 'a' && c <= 'f') || (c >= 'A' && c <= 'F');
}
char Lower(char c) { return c >= 'A' && c <= 'Z' ? char(c + 32) : c; }

// What is written as more than one character; the longest first.
constexpr std::string_view kLongOperators[] = {
    "->>", "||", "->", "<=", ">=", "<>", "!=", "==", "<<", ">>"};
constexpr std::string_view kShortOperators = "+-*/%&|~=<>.";

// Walks over a text and cuts it into tokens.
class Scanner {
 public:
  Scanner(const std::string& name, std::string_view text)
      : name_(name), text_(text) {}

  Result<std::vector<Token>> Run() {
    // A byte order mark is white space to SQLite, at the very beginning.
    if (text_.starts_with("\xEF\xBB\xBF")) at_ = 3;
    std::vector<Token> tokens;
    while (SkipSpace()) {
      LEARNSQL_TRY_SET(const Token token, Next());
      tokens.push_back(token);
      MoveTo(token.offset + token.size);
    }
    return tokens;
  }

 private:
  char Peek(size_t ahead = 0) const {
    return at_ + ahead < text_.size() ? text_[at_ + ahead] : '\0';
  }

  // Moves on, counting lines and characters.
  void MoveTo(size_t end) {
    for (; at_ < end; ++at_) {
      const auto byte = static_cast<unsigned char>(text_[at_]);
      if (byte == '\n') {
        ++line_;
        column_ = 1;
      } else if ((byte & 0xC0) != 0x80) {
        ++column_;
      }
    }
  }

  bool SkipSpace() {
    size_t end = at_;
    while (end < text_.size() && IsSpace(text_[end])) ++end;
    MoveTo(end);
    return at_ < text_.size();
  }

  Token Take(TokenKind kind, size_t size) const {
    return {.kind = kind,
            .offset = static_cast<uint32_t>(at_),
            .size = static_cast<uint32_t>(size),
            .line = line_,
            .column = column_};
  }

  Status Fail(std::string message) const {
    return Status(Code::kInvalid, std::move(message),
                  {.name = name_, .line = line_, .column = column_});
  }

  Result<Token> Next() const {
    const char c = Peek();
    if (c == '-' && Peek(1) == '-') return LineComment();
    if (c == '/' && Peek(1) == '*') return BlockComment();
    if (c == '\'') return Quoted(TokenKind::kString, c, "string");
    if (c == '"' || c == '`') return Quoted(TokenKind::kQuotedName, c, "name");
    if (c == '[') return Bracketed();
    if (Lower(c) == 'x' && Peek(1) == '\'') return BlobLiteral();
    if (IsNameStart(c)) return Word();
    if (IsDigit(c) || (c == '.' && IsDigit(Peek(1)))) return Number();
    if (c == '?' || c == ':' || c == '@' || c == '$') return Parameter();
    return Mark();
  }

  Token LineComment() const {
    const size_t end = std::min(text_.find('\n', at_), text_.size());
    return Take(TokenKind::kComment, end - at_);
  }

  Result<Token> BlockComment() const {
    const size_t end = text_.find("*/", at_ + 2);
    if (end == std::string_view::npos) {
      return Fail("this comment never ends: '*/' is missing");
    }
    return Take(TokenKind::kComment, end + 2 - at_);
  }

  // A quote inside is written twice.
  Result<Token> Quoted(TokenKind kind, char quote, const char* what) const {
    for (size_t end = at_ + 1; end < text_.size(); ++end) {
      if (text_[end] != quote) continue;
      if (end + 1 < text_.size() && text_[end + 1] == quote) {
        ++end;
        continue;
      }
      return Take(kind, end + 1 - at_);
    }
    return Fail(std::string("this ") + what + " never ends: " + quote +
                " is missing");
  }

  Result<Token> Bracketed() const {
    const size_t end = text_.find(']', at_);
    if (end == std::string_view::npos) {
      return Fail("this name never ends: ] is missing");
    }
    return Take(TokenKind::kQuotedName, end + 1 - at_);
  }

  Result<Token> BlobLiteral() const {
    size_t end = at_ + 2;
    while (end < text_.size() && IsHexDigit(text_[end])) ++end;
    if (end >= text_.size() || text_[end] != '\'' || (end - at_) % 2 != 0) {
      return Fail("a blob is written x'00ff': pairs of hex digits");
    }
    return Take(TokenKind::kBlob, end + 1 - at_);
  }

  Token Word() const {
    size_t size = 1;
    while (IsNamePart(Peek(size))) ++size;
    return Take(TokenKind::kName, size);
  }

  Result<Token> Number() const {
    size_t size = 0;
    if (Peek() == '0' && Lower(Peek(1)) == 'x' && IsHexDigit(Peek(2))) {
      for (size = 2; IsHexDigit(Peek(size));) ++size;
    } else {
      size = DecimalSize();
    }
    if (IsNamePart(Peek(size))) {
      return Fail("a number and a name run together; put a blank between");
    }
    return Take(TokenKind::kNumber, size);
  }

  size_t DecimalSize() const {
    size_t size = 0;
    while (IsDigit(Peek(size))) ++size;
    if (Peek(size) == '.') {
      for (++size; IsDigit(Peek(size));) ++size;
    }
    if (Lower(Peek(size)) == 'e') {
      const size_t sign = Peek(size + 1) == '+' || Peek(size + 1) == '-';
      if (IsDigit(Peek(size + 1 + sign))) {
        for (size += 1 + sign; IsDigit(Peek(size));) ++size;
      }
    }
    return size;
  }

  Result<Token> Parameter() const {
    size_t size = 1;
    while (IsNamePart(Peek(size))) ++size;
    if (size == 1 && Peek() != '?') {
      return Fail(std::string("a name must follow '") + Peek() + "'");
    }
    return Take(TokenKind::kParameter, size);
  }

  Result<Token> Mark() const {
    switch (Peek()) {
      case '(':
        return Take(TokenKind::kOpen, 1);
      case ')':
        return Take(TokenKind::kClose, 1);
      case ',':
        return Take(TokenKind::kComma, 1);
      case ';':
        return Take(TokenKind::kSemicolon, 1);
      case '\0':
        return Fail("a NUL byte is no SQL");
      default:
        break;
    }
    const std::string_view rest = text_.substr(at_);
    for (const std::string_view mark : kLongOperators) {
      if (rest.starts_with(mark))
        return Take(TokenKind::kOperator, mark.size());
    }
    if (kShortOperators.find(Peek()) != std::string_view::npos) {
      return Take(TokenKind::kOperator, 1);
    }
    return Fail(std::string("'") + Peek() + "' begins nothing that SQL knows");
  }

  const std::string& name_;
  std::string_view text_;
  size_t at_ = 0;
  uint32_t line_ = 1;
  uint32_t column_ = 1;
};

}  // namespace

Result<SqlText> SqlText::Make(std::string name, std::string text) {
  if (text.size() >= UINT32_MAX) {
    return Status(Code::kInvalid, "a script of 4 GiB or more", {name});
  }
  SqlText made;
  made.name_ = std::move(name);
  made.text_ = std::move(text);
  LEARNSQL_TRY_SET(made.tokens_, Scanner(made.name_, made.text_).Run());
  return made;
}

std::string SqlText::Unquoted(const Token& token) const {
  const std::string_view written = Of(token);
  if (token.kind != TokenKind::kQuotedName &&
      token.kind != TokenKind::kString) {
    return std::string(written);
  }
  std::string name;
  const char quote = written.back();
  for (size_t i = 1; i + 1 < written.size(); ++i) {
    name.push_back(written[i]);
    if (quote != ']' && written[i] == quote) ++i;
  }
  return name;
}

bool SqlText::IsWord(const Token& token, std::string_view word) const {
  return token.kind == TokenKind::kName && EqualNames(Of(token), word);
}

bool SqlText::IsMark(const Token& token, std::string_view mark) const {
  switch (token.kind) {
    case TokenKind::kOperator:
    case TokenKind::kOpen:
    case TokenKind::kClose:
    case TokenKind::kComma:
    case TokenKind::kSemicolon:
      return Of(token) == mark;
    default:
      return false;
  }
}

Place SqlText::PlaceOf(const Token& token) const {
  return {.name = name_, .line = token.line, .column = token.column};
}

Token SqlText::TokenAt(size_t offset) const {
  const auto found = std::partition_point(
      tokens_.begin(), tokens_.end(),
      [offset](const Token& t) { return t.offset + t.size <= offset; });
  if (found != tokens_.end()) return *found;
  return tokens_.empty() ? Token() : tokens_.back();
}

std::string_view SqlText::Line(uint32_t line) const {
  std::string_view rest = text_;
  for (uint32_t i = 1; i < line; ++i) {
    const size_t end = rest.find('\n');
    if (end == std::string_view::npos) return {};
    rest.remove_prefix(end + 1);
  }
  rest = rest.substr(0, rest.find('\n'));
  if (rest.ends_with('\r')) rest.remove_suffix(1);
  return rest;
}

bool IsNameToken(const Token& token) {
  return token.kind == TokenKind::kName || token.kind == TokenKind::kQuotedName;
}

std::string LowerCase(std::string_view text) {
  std::string lower(text);
  std::transform(lower.begin(), lower.end(), lower.begin(), Lower);
  return lower;
}

bool EqualNames(std::string_view a, std::string_view b) {
  return a.size() == b.size() &&
         std::equal(a.begin(), a.end(), b.begin(),
                    [](char x, char y) { return Lower(x) == Lower(y); });
}

}  // namespace learnsql
