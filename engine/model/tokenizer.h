#pragma once

#include <cstddef>
#include <cstdint>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "engine/base/status.h"

namespace learnsql {

enum class TokenKind : uint8_t {
  kName,        // a bare word: a keyword, a table, a column, a function
  kQuotedName,  // "x", `x` or [x]
  kString,      // 'x'
  kBlob,        // x'00ff'
  kNumber,
  kParameter,  // :x @x $x ?1
  kOperator,   // one of SQLite's, the longest that fits; the dot too
  kOpen,
  kClose,
  kComma,
  kSemicolon,
  kComment,  // -- to the end of the line, or /* */
};

// One piece of SQL that SQLite's own tokenizer would see as one, or a comment.
struct Token {
  TokenKind kind = TokenKind::kName;
  uint32_t offset = 0;  // bytes from the start of the text
  uint32_t size = 0;    // bytes
  uint32_t line = 1;    // from 1
  uint32_t column = 1;  // from 1, in characters
};

// A text of SQL and its tokens. It knows strings, comments, names, numbers,
// parameters and operators, and no grammar: what the text means is for SQLite
// to say.
//
// Threads:  any thread, for reading.
// Lifetime: views that it returns live as long as the object stays where it is.
class SqlText {
 public:
  SqlText() = default;

  // `name` labels places: the file, relative to its project.
  // Errors: kInvalid, with the place, for a string, quoted name or comment
  // that does not end, for a NUL byte, and for a byte that begins no token.
  static Result<SqlText> Make(std::string name, std::string text);

  const std::string& name() const { return name_; }
  const std::string& text() const { return text_; }
  std::span<const Token> tokens() const { return tokens_; }

  // The token as it is written.
  std::string_view Of(const Token& token) const {
    return std::string_view(text_).substr(token.offset, token.size);
  }
  // The same with the quotes of a name or of a string taken off.
  std::string Unquoted(const Token& token) const;
  // Whether the token is the bare word `word` (lower case), in any case.
  bool IsWord(const Token& token, std::string_view word) const;
  // Whether the token is this operator, parenthesis or comma.
  bool IsMark(const Token& token, std::string_view mark) const;

  Place PlaceOf(const Token& token) const;
  // The place of the token that holds or follows the byte `offset`.
  Token TokenAt(size_t offset) const;
  // A line counted from 1, without its end.
  std::string_view Line(uint32_t line) const;

 private:
  std::string name_;
  std::string text_;
  std::vector<Token> tokens_;
};

// Whether a token can name a table or a column.
bool IsNameToken(const Token& token);

// ASCII letters in lower case.
std::string LowerCase(std::string_view text);
bool EqualNames(std::string_view a, std::string_view b);

}  // namespace learnsql
