#include "engine/query/loose_tokens.h"

#include <gtest/gtest.h>

namespace learnsql {
namespace {

// Each token that is no blank as its kind's letter and its text.
std::string Cut(std::string_view sql) {
  std::string cut;
  for (const LooseToken& token : CutLoosely(sql)) {
    if (token.kind == LooseKind::kBlank) continue;
    if (!cut.empty()) cut += ' ';
    cut += "bcwqsnp."[static_cast<int>(token.kind)];
    if (!token.closed) cut += '!';
    cut += LooseText(sql, token);
  }
  return cut;
}

TEST(LooseTokens, CutsAsSqliteDoes) {
  const struct {
    const char* sql;
    const char* cut;
  } kCases[] = {
      {"", ""},
      {"select a1,b", "wselect wa1 ., wb"},
      {"'it''s'", "s'it''s'"},
      {"x'00' X'1'", "sx'00' sX'1'"},
      {"xx'00'", "wxx s'00'"},
      {"\"a\"\"b\" `c` [d]", "q\"a\"\"b\" q`c` q[d]"},
      {"1 1.5 .5 1e3 1e-3 0xFf 1e", "n1 n1.5 n.5 n1e3 n1e-3 n0xFf n1 we"},
      {":a @b $c ?1 ?", "p:a p@b p$c p?1 p?"},
      {"a->>'$.x'", "wa .- .> .> s'$.x'"},
      {"1--x\n2", "n1 c--x\n n2"},
      {"1/*x*/2", "n1 c/*x*/ n2"},
      {"/*x", "c!/*x"},
      {"'x", "s!'x"},
      {"\"x", "q!\"x"},
      {"größe", "wgröße"},
      {"a:b", "wa p:b"},
      {": ", ".:"},
  };
  for (const auto& c : kCases) {
    EXPECT_EQ(Cut(c.sql), c.cut) << c.sql;
  }
}

TEST(LooseTokens, CoversEveryByte) {
  const std::string_view sql = "select 'a', \"b\" -- c\n/* d */ from [e] ;\xff";
  size_t at = 0;
  for (const LooseToken& token : CutLoosely(sql)) {
    EXPECT_EQ(token.begin, at);
    EXPECT_GT(token.end, token.begin);
    at = token.end;
  }
  EXPECT_EQ(at, sql.size());
}

TEST(LooseTokens, UnquotesNames) {
  for (const char* sql : {"\"a\"\"b\"", "`a\"b`", "[a\"b]"}) {
    EXPECT_EQ(LooseName(sql, CutLoosely(sql)[0]), "a\"b");
  }
}

}  // namespace
}  // namespace learnsql
