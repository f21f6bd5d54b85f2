#pragma once

#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

namespace learnsql {

enum class TokenKind : uint8_t {
  kBlank,
  kComment,
  kWord,        // a keyword or a bare name
  kQuotedName,  // "x", `x`, [x]
  kString,      // 'x' and x'00'
  kNumber,
  kParameter,  // :x @x $x ?1 ?
  kSign,       // an operator or punctuation, one character each
};

// A piece of SQL text as SQLite's own tokenizer cuts it.
struct Token {
  TokenKind kind = TokenKind::kBlank;
  size_t begin = 0;  // byte offsets into the text
  size_t end = 0;
  bool closed = true;  // false for a quote or comment that the text ends inside
};

// Every token of `sql` in order; together they are the whole text.
std::vector<Token> Tokenize(std::string_view sql);

inline std::string_view TokenText(std::string_view sql, const Token& token) {
  return sql.substr(token.begin, token.end - token.begin);
}

// The name that a word or quoted name means, without its quotes.
std::string TokenName(std::string_view sql, const Token& token);

// ASCII only, as SQLite compares names.
bool SameName(std::string_view a, std::string_view b);
std::string LowerName(std::string_view name);
bool StartsWithName(std::string_view text, std::string_view prefix);

}  // namespace learnsql
