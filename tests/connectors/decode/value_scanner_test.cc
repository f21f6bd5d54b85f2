#include "connectors/decode/value_scanner.h"

#include <gtest/gtest.h>

#include <string>
#include <string_view>
#include <vector>

namespace learnsql {
namespace {

using State = ValueScanner::State;

// Feeds `text` in pieces; the used bytes are counted from its beginning.
ValueScanner::Outcome ScanAll(ValueScanner* scanner, std::string_view text,
                              size_t step) {
  scanner->Reset();
  size_t used = 0;
  while (used < text.size()) {
    const auto outcome = scanner->Scan(text.substr(used, step));
    used += outcome.used;
    if (outcome.state != State::kMore) return {outcome.state, used};
  }
  return {State::kMore, used};
}

std::string Nested(size_t depth, char open = '[', char close = ']') {
  return std::string(depth, open) + std::string(depth, close);
}

TEST(ValueScanner, FindsTheEndOfAValue) {
  struct Case {
    std::string text;
    size_t length;  // of the value at its front
  };
  const std::vector<Case> cases = {
      {R"({})", 2},
      {R"({}{})", 2},
      {R"([] ])", 2},
      {R"({"a":1}x)", 7},
      {R"({"a":{"b":[1,2,{"c":null}]}}})", 28},
      {R"({"}":"{[\"}"} )", 13},
      {R"("text"1)", 6},
      {R"("\\"1)", 4},
      {R"(true,)", 4},
      {R"(falsefalse)", 5},
      {R"(null )", 4},
      {"12 ", 2},
      {"12}", 2},
      {"-0.5e+10]", 8},
      {"0 ", 1},
      {"01", 1},
      {"{ \"a\" :\t[ 1 ,\r\n -2.5E3 ] } ", 26},
      {"{\"a\":\"tab\there, \\q and \xff\"}", 26},
  };
  for (const Case& c : cases) {
    for (const size_t step : {size_t{1}, size_t{3}, SIZE_MAX}) {
      ValueScanner scanner;
      const auto outcome = ScanAll(&scanner, c.text, step);
      EXPECT_EQ(outcome.state, State::kDone) << c.text;
      EXPECT_EQ(outcome.used, c.length) << c.text << " by " << step;
    }
  }
}

TEST(ValueScanner, NoticesDamageWhereItIs) {
  using namespace std::string_literals;
  struct Case {
    std::string text;
    size_t byte;
  };
  const std::vector<Case> cases = {
      {"x", 0},
      {"}", 0},
      {",", 0},
      {"nul ", 3},
      {"--1", 1},
      {"-a", 1},
      {"1.x", 2},
      {"1ex", 2},
      {"1e+x", 3},
      {"{1", 1},
      {"{,", 1},
      {"{]", 1},
      {"[}", 1},
      {"[,", 1},
      {"[1 2", 3},
      {"[1x", 2},
      {"[1,]", 3},
      {R"({"a" 1)", 5},
      {R"({"a":})", 5},
      {R"({"a":1])", 6},
      {R"({"a":1,})", 7},
      {R"({"a":1 "b")", 7},
      {R"({"a":"b":)", 8},
      {"{\"a\":\"b\n", 7},
      {"{\"a\":\"b\\\n", 8},
      {"{\"a\":\"b\0"s, 7},
      {"{\"a\":\0"s, 5},
      {"{\"a\":1\0"s, 6},
      {R"({"url":"https://api.{"id":"68"})", 22},
      {R"({"repo":nul{"id":"1"})", 11},
  };
  for (const Case& c : cases) {
    for (const size_t step : {size_t{1}, SIZE_MAX}) {
      ValueScanner scanner;
      const auto outcome = ScanAll(&scanner, c.text, step);
      EXPECT_EQ(outcome.state, State::kDamaged) << c.text;
      EXPECT_EQ(outcome.used, c.byte) << c.text;
    }
  }
}

TEST(ValueScanner, KnowsWholeNumbersAtTheEnd) {
  const std::vector<std::pair<std::string, bool>> cases = {
      {"1", true},   {"0", true},    {"-1.5", true}, {"1e5", true},
      {"-", false},  {"1.", false},  {"1e", false},  {"1e+", false},
      {"[1", false}, {"tru", false}, {"\"a", false}, {"{\"a\":1", false},
  };
  for (const auto& [text, whole] : cases) {
    ValueScanner scanner;
    EXPECT_EQ(ScanAll(&scanner, text, 1).state, State::kMore) << text;
    EXPECT_EQ(scanner.CompleteAtEnd(), whole) << text;
  }
}

TEST(ValueScanner, FindsTheEndBeyondItsDepth) {
  constexpr size_t kMax = ValueScanner::kMaxDepth;
  for (const size_t depth : {kMax - 1, kMax, kMax + 1, kMax * 40}) {
    const std::string inside = R"(["]}\"",{"a":[1.5]},true])";
    std::string text = Nested(depth);
    text.insert(depth, depth + 3 > kMax ? inside : "");
    ValueScanner scanner;
    const auto outcome = ScanAll(&scanner, text + "]", 100);
    EXPECT_EQ(outcome.state, State::kDone) << depth;
    EXPECT_EQ(outcome.used, text.size()) << depth;
    EXPECT_EQ(scanner.too_deep(), depth + 3 > kMax) << depth;
  }
}

TEST(ValueScanner, StartsAnewAfterReset) {
  ValueScanner scanner;
  EXPECT_EQ(ScanAll(&scanner, Nested(300) + "x", SIZE_MAX).used, 600u);
  EXPECT_TRUE(scanner.too_deep());
  EXPECT_EQ(ScanAll(&scanner, "{\"a\":\"b", SIZE_MAX).state, State::kMore);
  EXPECT_EQ(ScanAll(&scanner, "{}", SIZE_MAX).state, State::kDone);
  EXPECT_FALSE(scanner.too_deep());
}

}  // namespace
}  // namespace learnsql
