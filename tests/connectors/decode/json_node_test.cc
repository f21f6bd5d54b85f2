#include "connectors/decode/json_node.h"

#include <gtest/gtest.h>

#include <bit>
#include <cmath>
#include <functional>
#include <string>
#include <vector>

#include "connectors/decode/json_parsers.h"

namespace learnsql {
namespace {

// Every test holds for the tape of either parser.
class JsonNodeTest : public testing::TestWithParam<bool> {
 protected:
  JsonNode Parse(std::string text) {
    text_ = std::move(text);
    text_.reserve(text_.size() + kJsonPadding);
    if (GetParam()) {
      EXPECT_TRUE(fast_.Parse(text_, &tape_)) << text_;
    } else {
      EXPECT_EQ(slow_.Parse(text_, &tape_).reason, "") << text_;
    }
    return JsonNode(&tape_, 1);
  }

  std::string Minified(std::string text) {
    std::string out;
    Parse(std::move(text)).AppendMinified(&out);
    return out;
  }

  std::string text_;
  JsonTape tape_;
  FastJsonParser fast_{1 << 20};
  SlowJsonParser slow_{1 << 20};
};

INSTANTIATE_TEST_SUITE_P(Parsers, JsonNodeTest, testing::Bool(),
                         [](const auto& fast) {
                           return fast.param ? "Simdjson" : "RapidJson";
                         });

TEST_P(JsonNodeTest, TellsKinds) {
  const JsonNode root =
      Parse(R"({"n":null,"t":true,"f":false,"i":-7,"u":18446744073709551615,)"
            R"("d":1.5,"s":"x","a":[],"o":{}})");
  EXPECT_EQ(root.kind(), JsonKind::kObject);
  EXPECT_EQ(root.Find("n").kind(), JsonKind::kNull);
  EXPECT_TRUE(root.Find("n").is_null());
  EXPECT_EQ(root.Find("t").boolean(), true);
  EXPECT_EQ(root.Find("f").boolean(), false);
  EXPECT_EQ(root.Find("i").kind(), JsonKind::kInteger);
  EXPECT_EQ(root.Find("i").int64(), -7);
  EXPECT_EQ(root.Find("i").real(), -7.0);
  EXPECT_EQ(root.Find("u").kind(), JsonKind::kBigNumber);
  EXPECT_EQ(root.Find("u").text(), "18446744073709551615");
  EXPECT_EQ(root.Find("d").kind(), JsonKind::kReal);
  EXPECT_EQ(root.Find("d").real(), 1.5);
  EXPECT_EQ(root.Find("s").text(), "x");
  EXPECT_TRUE(root.Find("a").is_array());
  EXPECT_TRUE(root.Find("o").is_object());
}

TEST_P(JsonNodeTest, GivesNothingForWhatItIsNot) {
  const JsonNode root = Parse(R"({"s":"1","i":1,"n":null})");
  EXPECT_FALSE(root.Find("s").int64().has_value());
  EXPECT_FALSE(root.Find("s").real().has_value());
  EXPECT_FALSE(root.Find("s").boolean().has_value());
  EXPECT_EQ(root.Find("i").text(), "");
  EXPECT_EQ(root.Find("i").size(), 0u);
  EXPECT_FALSE(root.Find("i").Find("x").exists());
  EXPECT_FALSE(root.Find("n").int64().has_value());
  const JsonNode missing = root.Find("absent").Find("further");
  EXPECT_EQ(missing.kind(), JsonKind::kMissing);
  EXPECT_FALSE(missing.exists());
  EXPECT_FALSE(missing.is_null());
  EXPECT_EQ(missing.text(), "");
  for ([[maybe_unused]] JsonNode element : missing.elements()) FAIL();
  for ([[maybe_unused]] const JsonMember& member : missing.members()) FAIL();
}

TEST_P(JsonNodeTest, FindsFirstOfEqualKeys) {
  const JsonNode root =
      Parse(R"({"b":{"a":9},"a":1,"a":2,"\u0061":3,"":4,"aa":5})");
  EXPECT_EQ(root.Find("a").int64(), 1);
  EXPECT_EQ(root.Find("").int64(), 4);
  EXPECT_EQ(root.Find("aa").int64(), 5);
  EXPECT_EQ(root.size(), 6u);
}

TEST_P(JsonNodeTest, FindsEscapedKeys) {
  const JsonNode root = Parse(R"({"a\u0000b":1,"\u00e9\ud83d\ude00":2})");
  EXPECT_EQ(root.Find(std::string_view("a\0b", 3)).int64(), 1);
  EXPECT_EQ(root.Find("\xc3\xa9\xf0\x9f\x98\x80").int64(), 2);
}

TEST_P(JsonNodeTest, WalksMembersAndElementsInOrder) {
  const JsonNode root =
      Parse(R"({"z":[1,[2,3],{"k":4},"five",6.5,[]],"a":{"x":{}},"m":0})");
  std::string keys;
  for (const JsonMember& member : root.members()) keys += member.key;
  EXPECT_EQ(keys, "zam");
  std::vector<JsonKind> kinds;
  for (JsonNode element : root.Find("z").elements()) {
    kinds.push_back(element.kind());
  }
  EXPECT_EQ(kinds, (std::vector{JsonKind::kInteger, JsonKind::kArray,
                                JsonKind::kObject, JsonKind::kString,
                                JsonKind::kReal, JsonKind::kArray}));
  EXPECT_EQ(root.Find("z").size(), 6u);
  EXPECT_EQ(root.Find("a").Find("x").size(), 0u);
  EXPECT_EQ(root.Find("m").int64(), 0);
}

TEST_P(JsonNodeTest, KeepsIntegersExact) {
  const JsonNode root = Parse(
      R"([9223372036854775807,-9223372036854775808,9007199254740993,-0,0])");
  std::vector<int64_t> values;
  for (JsonNode element : root.elements()) values.push_back(*element.int64());
  EXPECT_EQ(values, (std::vector<int64_t>{INT64_MAX, INT64_MIN,
                                          9007199254740993, 0, 0}));
}

TEST_P(JsonNodeTest, RoundsRealsCorrectly) {
  const JsonNode root = Parse(
      "[0.1,1e23,2.2250738585072011e-308,5e-324,1e-400,-0.0,"
      "9007199254740993.0,123456789012345678901234567890e-10,1.7976931348623157"
      "e308]");
  const std::vector<double> expected = {0.1,
                                        1e23,
                                        2.2250738585072011e-308,
                                        5e-324,
                                        0.0,
                                        -0.0,
                                        9007199254740992.0,
                                        12345678901234567890.123456789,
                                        1.7976931348623157e308};
  size_t i = 0;
  for (JsonNode element : root.elements()) {
    ASSERT_TRUE(element.real().has_value()) << i;
    EXPECT_EQ(std::bit_cast<uint64_t>(*element.real()),
              std::bit_cast<uint64_t>(expected[i]))
        << i;
    ++i;
  }
  EXPECT_EQ(i, expected.size());
}

TEST_P(JsonNodeTest, MinifiesWithNumbersAsWritten) {
  EXPECT_EQ(Minified("  {\"a\" : [ 1 , 1.0 , 1e5,1E+05, -0, -0.0 , 0.10 ],\n"
                     "\"b\":{ } , \"c\" : [ ] , \"d\":\t18446744073709551615 ,"
                     "\"a\":null , \"t\" : true,\"f\":false } "),
            R"({"a":[1,1.0,1e5,1E+05,-0,-0.0,0.10],"b":{},"c":[],)"
            R"("d":18446744073709551615,"a":null,"t":true,"f":false})");
}

TEST_P(JsonNodeTest, MinifiesPartsOfARecord) {
  const JsonNode root = Parse(
      R"({"x":[1.50,"a",{"y":2.50}], "p" : { "q" : 3.5e1, "r":[-7, 1.0] } })");
  std::string out;
  root.Find("p").AppendMinified(&out);
  EXPECT_EQ(out, R"({"q":3.5e1,"r":[-7,1.0]})");
  out.clear();
  for (JsonNode element : root.Find("x").elements()) {
    element.AppendMinified(&out);
    out += ' ';
  }
  EXPECT_EQ(out, R"(1.50 "a" {"y":2.50} )");
}

TEST_P(JsonNodeTest, EscapesOnlyWhatItMust) {
  EXPECT_EQ(Minified(R"(["\/\u0041\"\\\b\f\n\r\t\u0000\u001f\u007f",)"
                     R"("\u00e9\ud83d\ude00\u2028"])"),
            "[\"/A\\\"\\\\\\b\\f\\n\\r\\t\\u0000\\u001f\x7f\","
            "\"\xc3\xa9\xf0\x9f\x98\x80\xe2\x80\xa8\"]");
}

TEST(JsonNode, FindsEscapesAnywhere) {
  for (size_t size = 0; size < 20; ++size) {
    for (size_t at = 0; at < size; ++at) {
      for (int c = 0; c < 256; ++c) {
        std::string text(size, static_cast<char>(0xe0 + at));
        text[at] = static_cast<char>(c);
        std::string quoted;
        JsonNode::AppendQuoted(text, &quoted);
        const bool escaped = c < 0x20 || c == '"' || c == '\\';
        EXPECT_EQ(quoted.size() > size + 2, escaped) << c;
        if (!escaped) {
          EXPECT_EQ(quoted, '"' + text + '"');
        }
      }
    }
  }
}

TEST_P(JsonNodeTest, MinifiedTextIsStable) {
  const std::string once =
      Minified(R"({"k\n\u0001":["\ud83d\ude00",1.0e0,{"":[]}], "b":"\/"})");
  EXPECT_EQ(Minified(once), once);
}

std::string WithNumber(const std::string& number) {
  return "{\"a\":[\"7\\\"1e400\",1.5," + number + " ,2],\"b\":-3}";
}

TEST(SlowJsonParser, KeepsIntegersOfAnySizeAsText) {
  const std::string digits(400, '7');
  for (const std::string& number :
       {std::string("9223372036854775808"), std::string("-9223372036854775809"),
        std::string("18446744073709551616"), digits, "-" + digits}) {
    const std::string text = WithNumber(number);
    SlowJsonParser parser(100);
    JsonTape tape;
    const auto verdict = parser.Parse(text, &tape);
    ASSERT_EQ(verdict.reason, "") << number << verdict.detail;
    const JsonNode root(&tape, 1);
    std::vector<JsonNode> elements;
    for (JsonNode element : root.Find("a").elements()) {
      elements.push_back(element);
    }
    ASSERT_EQ(elements.size(), 4u);
    EXPECT_EQ(elements[1].real(), 1.5);
    EXPECT_EQ(elements[2].kind(), JsonKind::kBigNumber);
    EXPECT_EQ(elements[2].text(), number);
    EXPECT_EQ(elements[3].int64(), 2);
    EXPECT_EQ(root.Find("b").int64(), -3);
    std::string out;
    root.AppendMinified(&out);
    EXPECT_EQ(out, "{\"a\":[\"7\\\"1e400\",1.5," + number + ",2],\"b\":-3}");
  }
}

TEST(SlowJsonParser, RefusesOnlyRealsBeyondDouble) {
  const std::string digits(400, '7');
  const std::vector<std::pair<std::string, std::string>> cases = {
      {"1e400", "number_too_big"},
      {"-1.5E999", "number_too_big"},
      {"-" + digits + ".5", "number_too_big"},
      {"1e99999999999999999", "number_too_big"},
      {"1.7976931348623159e308", "number_too_big"},
      {"0.1e309", ""},
      {"0e99999999999999999", ""},
      {"1e-99999999999999999", ""},
      {"0." + std::string(400, '0') + "1e400", ""},
      {digits + "e-300", ""},
  };
  for (const auto& [number, reason] : cases) {
    const std::string text = WithNumber(number);
    SlowJsonParser parser(100);
    JsonTape tape;
    EXPECT_EQ(parser.Parse(text, &tape).reason, reason) << number;
  }
}

TEST(SlowJsonParser, LimitsValues) {
  SlowJsonParser parser(5);
  JsonTape tape;
  EXPECT_EQ(parser.Parse(R"({"a":[1,2]})", &tape).reason, "");
  EXPECT_EQ(parser.Parse(R"({"a":[1,2,3]})", &tape).reason, "too_many_values");
}

TEST(SlowJsonParser, SaysWhatIsWrong) {
  using namespace std::string_literals;
  struct Case {
    std::string text;
    const char* reason;
    const char* detail;
  };
  const std::vector<Case> cases = {
      {R"({"a":"\ud83d"})", "lone_surrogate", "byte 6: half of"},
      {R"({"a":"\ud83dx\ude00"})", "lone_surrogate", "byte 6: half of"},
      {R"({"a":"\ud83d\ud83d"})", "lone_surrogate", "byte 6: half of"},
      {R"({"a":"\ude00"})", "lone_surrogate", "half of"},
      {R"({"\udfff":1})", "lone_surrogate", "half of"},
      {"{\"a\":\"\xff\"}", "bad_utf8", "byte 6: not UTF-8"},
      {"{\"a\":\"\xc0\xaf\"}", "bad_utf8", "not UTF-8"},
      {"{\"a\":\"\xed\xa0\x80\"}", "bad_utf8", "not UTF-8"},
      {"{\"a\":\"\xf4\x90\x80\x80\"}", "bad_utf8", "not UTF-8"},
      {"{\"a\":\"\xe2\x82\"}", "bad_utf8", "not UTF-8"},
      {"{\"a\":\"\t\"}", "bad_json", "control character"},
      {R"({"a":"\x"})", "bad_json", "byte 6: Invalid escape"},
      {R"({"a":"\u12g4"})", "bad_json", "byte 6: "},
      {R"({"a":1} x)", "bad_json", "byte 8: more than one value"},
      {R"({"a":01})", "bad_json", "byte 6: "},
      {"{\"a\":1}\0"s, "bad_json", "byte 7: more than one value"},
      {R"({"a":tru})", "bad_json", "byte"},
      {"", "bad_json", "byte 0: "},
  };
  for (const Case& c : cases) {
    SlowJsonParser parser(100);
    JsonTape tape;
    const auto verdict = parser.Parse(c.text, &tape);
    EXPECT_EQ(verdict.reason, c.reason) << c.text;
    EXPECT_NE(verdict.detail.find(c.detail), std::string::npos)
        << c.text << ": " << verdict.detail;
  }
}

}  // namespace
}  // namespace learnsql
