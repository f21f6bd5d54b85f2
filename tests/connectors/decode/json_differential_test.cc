#include <gtest/gtest.h>

#include <algorithm>
#include <random>
#include <string>
#include <vector>

#include "tests/connectors/decode/decode_testing.h"

namespace learnsql {
namespace {

// Texts made at random, by a fixed seed, in which much is nearly JSON.
class TextMaker {
 public:
  explicit TextMaker(uint32_t seed) : random_(seed) {}

  std::string Stream(int records) {
    std::string text;
    for (int i = 0; i < records; ++i) text += Record() + Separator();
    return text;
  }

  // Changes a few bytes, or cuts, doubles and zeroes a few stretches.
  std::string Damage(std::string text) {
    for (size_t i = 1 + Below(4); i > 0 && !text.empty(); --i) {
      const size_t at = Below(text.size());
      const size_t length = std::min(1 + Below(20), text.size() - at);
      switch (Below(7)) {
        case 0:
          text.erase(at, length);
          break;
        case 1:
          text.insert(at, text.substr(Below(text.size()), length));
          break;
        case 2:
          text.replace(at, length, length, '\0');
          break;
        case 3:
          text.insert(at, 1, "{}[]\",:\\\n 0"[Below(11)]);
          break;
        case 4:
          text.insert(at, Pick({"{\"id\":\"", "\n{\"id\":\"", "\\ud83d",
                                "\\udc00", "1e999", "\xff", "\xed\xa0\x80",
                                "\xef\xbb\xbf", "\r\n", "nul", "-"}));
          break;
        case 5:
          text[at] = static_cast<char>(Below(256));
          break;
        default:
          text.resize(at);
      }
    }
    return text;
  }

  size_t Below(size_t limit) { return random_() % limit; }

 private:
  std::string Pick(std::vector<std::string> choices) {
    return choices[Below(choices.size())];
  }

  std::string Record() {
    return Pick({"{\"id\":\"1\",\"v\":", "{\"repository\":", "{\"v\":",
                 "{\"created_at\":\"x\",\"v\":"}) +
           Value(3) + "}";
  }

  std::string Separator() {
    return Pick({"\n", "\n", "\n", "\r\n", "", " ", "\n\n",
                 std::string(2, '\0'), "\n" + std::string(40, '\0')});
  }

  std::string Value(int depth) {
    const size_t kind = Below(depth > 0 ? 10 : 6);
    if (kind < 2) return Number();
    if (kind < 5) return String();
    if (kind == 5) return Pick({"true", "false", "null"});
    std::string text = kind < 8 ? "{" : "[";
    for (size_t i = Below(4); i > 0; --i) {
      if (kind < 8) text += Blank() + Key() + Blank() + ":";
      text += Blank() + Value(depth - 1) + Blank() + (i > 1 ? "," : "");
    }
    return text + (kind < 8 ? "}" : "]");
  }

  std::string Key() { return Pick({"\"id\"", "\"a\"", "\"\"", String()}); }
  std::string Blank() { return Pick({"", "", "", " ", "\n", "\t "}); }

  std::string Number() {
    return Pick({"0", "-0", "12", "-7.50", "1e5", "1E-400", "2.5e+10",
                 "9223372036854775807", "9223372036854775808",
                 "-9223372036854775809", "123456789012345678901234567890",
                 "0.1", "1e308", "1e309", "5e-324"});
  }

  std::string String() {
    std::string text = "\"";
    for (size_t i = Below(5); i > 0; --i) {
      text += Pick({"abc", "}{", "]", "\\\"", "\\\\", "\\n", "\\u00e9",
                    "\\ud83d\\ude00", "\\u0000", "\xc3\xa9", "\xf0\x9f\x98\x80",
                    "https://api.", "\\/", "\x7f"});
    }
    return text + "\"";
  }

  std::mt19937 random_;
};

JsonStreamOptions SmallLimits(TextMaker* maker) {
  JsonStreamOptions options;
  if (maker->Below(4) == 0) options.max_record = 10 + maker->Below(80);
  if (maker->Below(3) == 0) options.max_line = maker->Below(60);
  return options;
}

// The fast way and the slow, whole and in pieces: the same items, and every
// byte is accounted for.
void CompareWays(const std::string& text, JsonStreamOptions options,
                 size_t chunk, size_t headroom) {
  const Seen fast = ReadText(text, 1 << 16, options);
  options.force_slow = true;
  const Seen slow = ReadText(text, 1 << 16, options);
  ASSERT_EQ(fast.items, slow.items) << text;
  const Seen slow_pieces = ReadText(text, chunk, options, headroom);
  ASSERT_EQ(fast.items, slow_pieces.items) << chunk << text;
  options.force_slow = false;
  const Seen pieces = ReadText(text, chunk, options, headroom);
  ASSERT_EQ(fast.items, pieces.items) << chunk << text;
  for (const Seen* seen : {&fast, &slow, &slow_pieces, &pieces}) {
    const JsonTotals& totals = seen->totals;
    ASSERT_TRUE(seen->status.ok());
    ASSERT_EQ(totals.bytes_decoded, text.size());
    ASSERT_EQ(
        totals.bytes_in_records + totals.bytes_rejected + totals.bytes_between,
        text.size());
    ASSERT_EQ(totals.records, seen->items.size());
  }
}

TEST(JsonDifferential, WaysAgreeOnGoodText) {
  TextMaker maker(1);
  for (int i = 0; i < 600; ++i) {
    const std::string text = maker.Stream(1 + i % 8);
    CompareWays(text, {}, 1 + maker.Below(50), maker.Below(30));
    if (HasFatalFailure()) return;
  }
}

TEST(JsonDifferential, WaysAgreeOnDamagedText) {
  TextMaker maker(2);
  for (int i = 0; i < 3000; ++i) {
    const std::string text = maker.Damage(maker.Stream(1 + i % 6));
    CompareWays(text, SmallLimits(&maker), 1 + maker.Below(50),
                maker.Below(30));
    if (HasFatalFailure()) return;
  }
}

TEST(JsonDifferential, WaysAgreeOnFixtures) {
  const std::string hour = ReadFixture("json/events_2012_2026.ndjson");
  ASSERT_GT(hour.size(), 1000u);
  CompareWays(hour, {}, 777, 100);
  std::string joined = hour;
  std::erase(joined, '\n');
  CompareWays(joined, {}, 777, 100);
  const Seen lines = ReadText(hour);
  const Seen concatenated = ReadText(joined);
  ASSERT_EQ(lines.items.size(), concatenated.items.size());
  for (size_t i = 0; i < lines.items.size(); ++i) {
    EXPECT_EQ(lines.items[i].what, "record");
    EXPECT_EQ(lines.items[i].parsed, concatenated.items[i].parsed);
  }
  TextMaker maker(3);
  for (int i = 0; i < 200; ++i) {
    CompareWays(maker.Damage(i % 2 == 0 ? hour : joined), {},
                1 + maker.Below(5000), maker.Below(3000));
    if (HasFatalFailure()) return;
  }
}

}  // namespace
}  // namespace learnsql
