#include "engine/model/tokenizer.h"

#include <gtest/gtest.h>

namespace learnsql {
namespace {

// Tokens as "kind:text", joined by blanks.
std::string Shown(const std::string& sql) {
  const Result<SqlText> text = SqlText::Make("t.sql", sql);
  if (!text.ok()) return text.status().ToString();
  constexpr const char* kNames[] = {"n", "q", "s", "b", "d", "p",
                                    "o", "(", ")", ",", ";", "c"};
  std::string shown;
  for (const Token& token : text->tokens()) {
    shown += shown.empty() ? "" : " ";
    shown += kNames[static_cast<int>(token.kind)];
    shown += ":" + std::string(text->Of(token));
  }
  return shown;
}

struct Case {
  const char* name;
  const char* sql;
  const char* tokens;
};

TEST(SqlText, CutsAsSqliteDoes) {
  const Case kCases[] = {
      {"nothing", "", ""},
      {"blanks", " \t\r\n\f", ""},
      {"byte order mark", "\xEF\xBB\xBFselect", "n:select"},
      {"words", "select a_1 from T$x", "n:select n:a_1 n:from n:T$x"},
      {"letters beyond ASCII", "größe", "n:größe"},
      {"quoted names", R"("a ""b""" `c``d` [e f])",
       R"(q:"a ""b""" q:`c``d` q:[e f])"},
      {"strings", "'it''s' ''", "s:'it''s' s:''"},
      {"string with comment marks", "'-- /*'", "s:'-- /*'"},
      {"blobs", "x'00ff' X''", "b:x'00ff' b:X''"},
      {"numbers", "1 1.5 .5 1. 1e5 1.5E-3 0xFF",
       "d:1 d:1.5 d:.5 d:1. d:1e5 d:1.5E-3 d:0xFF"},
      {"exponent without digits is a name apart", "1 e", "d:1 n:e"},
      {"parameters", ":a @b $c ? ?12", "p::a p:@b p:$c p:? p:?12"},
      {"operators", "a||b->>c->d<=>=<>!===<<>>",
       "n:a o:|| n:b o:->> n:c o:-> n:d o:<= o:>= o:<> o:!= o:== o:<< o:>>"},
      {"dots", "a.b", "n:a o:. n:b"},
      {"marks", "f(a, b);", "n:f (:( n:a ,:, n:b ):) ;:;"},
      {"line comment", "a -- b\nc", "n:a c:-- b n:c"},
      {"line comment at the end", "a --", "n:a c:--"},
      {"block comment", "a /* b\n ' */ c", "n:a c:/* b\n ' */ n:c"},
      {"minus", "a - -b", "n:a o:- o:- n:b"},
  };
  for (const Case& c : kCases) EXPECT_EQ(Shown(c.sql), c.tokens) << c.name;
}

TEST(SqlText, SaysWhereItStops) {
  const Case kCases[] = {
      {"string", "select\n  'abc",
       "t.sql:2:3: this string never ends: ' is "
       "missing"},
      {"string ended by a doubled quote", "'abc''",
       "t.sql:1:1: this string never ends: ' is missing"},
      {"name", "a \"b", "t.sql:1:3: this name never ends: \" is missing"},
      {"bracketed name", "[b", "t.sql:1:1: this name never ends: ] is missing"},
      {"comment", "é /* b",
       "t.sql:1:3: this comment never ends: '*/' is "
       "missing"},
      {"blob", "x'0'",
       "t.sql:1:1: a blob is written x'00ff': pairs of hex "
       "digits"},
      {"number and name", "1abc",
       "t.sql:1:1: a number and a name run together; put a blank between"},
      {"underscore in a number", "1_000",
       "t.sql:1:1: a number and a name run together; put a blank between"},
      {"lonely colon", "a : b", "t.sql:1:3: a name must follow ':'"},
      {"hash", "a # b", "t.sql:1:3: '#' begins nothing that SQL knows"},
      {"exclamation mark", "!a",
       "t.sql:1:1: '!' begins nothing that SQL "
       "knows"},
  };
  for (const Case& c : kCases) EXPECT_EQ(Shown(c.sql), c.tokens) << c.name;
}

TEST(SqlText, RefusesNulBytes) {
  EXPECT_EQ(Shown(std::string("a\0b", 3)), "t.sql:1:2: a NUL byte is no SQL");
}

TEST(SqlText, CountsCharactersNotBytes) {
  const Result<SqlText> text = SqlText::Make("t.sql", "'é'\r\n 'ß' x");
  ASSERT_TRUE(text.ok());
  EXPECT_EQ(text->PlaceOf(text->tokens()[2]).ToString(), "t.sql:2:6");
  EXPECT_EQ(text->Line(2), " 'ß' x");
  EXPECT_EQ(text->Line(1), "'é'");
  EXPECT_EQ(text->Line(3), "");
}

TEST(SqlText, FindsTheTokenAtAByte) {
  const Result<SqlText> text = SqlText::Make("t.sql", "ab  cd");
  ASSERT_TRUE(text.ok());
  EXPECT_EQ(text->Of(text->TokenAt(1)), "ab");
  EXPECT_EQ(text->Of(text->TokenAt(2)), "cd");
  EXPECT_EQ(text->Of(text->TokenAt(99)), "cd");
}

TEST(SqlText, TakesQuotesOff) {
  const Result<SqlText> text = SqlText::Make("t.sql", R"("a""b" 'c''d' [e] f)");
  ASSERT_TRUE(text.ok());
  std::string names;
  for (const Token& token : text->tokens())
    names += text->Unquoted(token) + " ";
  EXPECT_EQ(names, "a\"b c'd e f ");
}

}  // namespace
}  // namespace learnsql
