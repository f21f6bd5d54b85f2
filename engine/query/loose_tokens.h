#pragma once

#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

namespace learnsql {

enum class LooseKind : uint8_t {
  kBlank,
  kComment,
  kWord,        // a keyword or a bare name
  kQuotedName,  // "x", `x`, [x]
  kString,      // 'x' and x'00'
  kNumber,
  kParameter,  // :x @x $x ?1 ?
  kSign,       // an operator or punctuation, one character each
};

// A piece of a text that may be unfinished or wrong: what people are typing, or
// what SQLite refused. Cut as SQLite's tokenizer does; nothing is an error.
struct LooseToken {
  LooseKind kind = LooseKind::kBlank;
  size_t begin = 0;  // byte offsets into the text
  size_t end = 0;
  bool closed = true;  // false for a quote or comment that the text ends inside
};

// The token that begins at byte `at`. REQUIRES: at < sql.size().
LooseToken CutOneLoosely(std::string_view sql, size_t at);

// Every token of `sql` in order; together they are the whole text.
std::vector<LooseToken> CutLoosely(std::string_view sql);

inline std::string_view LooseText(std::string_view sql,
                                  const LooseToken& token) {
  return sql.substr(token.begin, token.end - token.begin);
}

// The name that a word or quoted name means, without its quotes.
std::string LooseName(std::string_view sql, const LooseToken& token);

// ASCII only, as SQLite compares names.
bool SameName(std::string_view a, std::string_view b);
std::string LowerName(std::string_view name);
bool StartsWithName(std::string_view text, std::string_view prefix);

}  // namespace learnsql
