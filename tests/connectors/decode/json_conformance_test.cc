#include <gtest/gtest.h>

#include <algorithm>
#include <filesystem>
#include <map>
#include <string>
#include <vector>

#include "tests/connectors/decode/decode_testing.h"

namespace learnsql {
namespace {

namespace fs = std::filesystem;

std::vector<std::string> FilesOf(const std::string& folder,
                                 const std::string& prefix) {
  std::vector<std::string> names;
  const std::string root = std::string(LEARNSQL_FIXTURES) + "/";
  for (const auto& entry : fs::directory_iterator(root + folder)) {
    const std::string name = entry.path().filename();
    if (entry.is_regular_file() && name.starts_with(prefix)) {
      names.push_back(folder + "/" + name);
    }
  }
  std::sort(names.begin(), names.end());
  return names;
}

// A value by itself is valid JSON, though no record: what the suites ask is
// the former.
bool IsValid(const SeenItem& item) {
  return item.what == "record" || item.what == "not_an_object";
}

// What a file of one value is worth, by both ways and at several chunk sizes,
// which must agree.
std::string VerdictOn(const std::string& name) {
  const std::string text = ReadFixture(name);
  const Seen whole = ReadText(text);
  for (const size_t chunk : {size_t{1}, size_t{7}, size_t{64}}) {
    for (const bool force_slow : {false, true}) {
      JsonStreamOptions options;
      options.force_slow = force_slow;
      const Seen other = ReadText(text, chunk, options, 8);
      EXPECT_EQ(whole.items, other.items) << name << " by " << chunk;
    }
  }
  if (whole.items.empty()) return "nothing";
  if (std::all_of(whole.items.begin(), whole.items.end(), IsValid)) {
    return whole.items.size() == 1 ? "valid" : "several";
  }
  const auto bad =
      std::find_if_not(whole.items.begin(), whole.items.end(), IsValid);
  return bad->what;
}

TEST(JsonConformance, TakesAllThatMustPass) {
  for (const char* prefix : {"pass", "minefield/y_"}) {
    const std::string folder = std::string("json/jsonchecker") +
                               (prefix[0] == 'm' ? "/minefield" : "");
    const auto names = FilesOf(folder, prefix[0] == 'm' ? "y_" : prefix);
    ASSERT_GT(names.size(), 25u);
    for (const std::string& name : names) {
      if (name.ends_with(".ndjson")) continue;
      EXPECT_EQ(VerdictOn(name), "valid") << name;
    }
  }
}

TEST(JsonConformance, RefusesAllThatMustFail) {
  // Valid by RFC 8259: a value that is no object or array; more than 20
  // levels; equal keys; an integer beyond 64 bits, which is kept as text.
  const std::vector<std::string> valid = {
      "fail01_EXCLUDE.json", "fail18_EXCLUDE.json", "fail39_EXCLUDE.json",
      "fail41_toolarge.json"};
  const auto names = FilesOf("json/jsonchecker", "fail");
  ASSERT_GT(names.size(), 80u);
  for (const std::string& name : names) {
    if (name.ends_with(".ndjson")) continue;
    const std::string base = name.substr(name.rfind('/') + 1);
    const bool is_valid =
        std::find(valid.begin(), valid.end(), base) != valid.end();
    EXPECT_EQ(VerdictOn(name) == "valid", is_valid)
        << name << ": " << VerdictOn(name) << " " << ReadFixture(name);
  }
}

TEST(JsonConformance, RefusesTheMinefield) {
  const auto names = FilesOf("json/jsonchecker/minefield", "n_");
  ASSERT_GT(names.size(), 180u);
  for (const std::string& name : names) {
    EXPECT_NE(VerdictOn(name), "valid") << name << " " << ReadFixture(name);
  }
}

TEST(JsonConformance, ReadsStreamsOfValues) {
  const auto whats = [](const char* name) {
    return ReadText(ReadFixture("json/jsonchecker/" + std::string(name)))
        .whats();
  };
  using Whats = std::vector<std::string>;
  const std::string array = "not_an_object";
  EXPECT_EQ(whats("pass01.ndjson"),
            (Whats{"record", array, "record", "record", "record"}));
  EXPECT_EQ(whats("pass02.ndjson"), Whats(5, array));
  EXPECT_EQ(whats("fail01.ndjson"),
            (Whats{array, "bad_json", array, array, array, array, array}));
}

// What the suite leaves open, fixed.
TEST(JsonConformance, DecidesWhatIsLeftOpen) {
  const std::map<std::string, std::string> verdicts = {
      // Integers of any size are kept as text; reals must fit a double.
      {"i_number_double_huge_neg_exp.json", "valid"},
      {"i_number_huge_exp.json", "number_too_big"},
      {"i_number_neg_int_huge_exp.json", "number_too_big"},
      {"i_number_pos_double_huge_exp.json", "number_too_big"},
      {"i_number_real_neg_overflow.json", "number_too_big"},
      {"i_number_real_pos_overflow.json", "number_too_big"},
      {"i_number_real_underflow.json", "valid"},
      {"i_number_too_big_neg_int.json", "valid"},
      {"i_number_too_big_pos_int.json", "valid"},
      {"i_number_very_big_negative_int.json", "valid"},
      {"i_object_key_lone_2nd_surrogate.json", "lone_surrogate"},
      {"i_string_1st_surrogate_but_2nd_missing.json", "lone_surrogate"},
      {"i_string_1st_valid_surrogate_2nd_invalid.json", "lone_surrogate"},
      {"i_string_UTF-16LE_with_BOM.json", "bad_json"},
      {"i_string_UTF-8_invalid_sequence.json", "bad_utf8"},
      {"i_string_UTF8_surrogate_U+D800.json", "bad_utf8"},
      {"i_string_incomplete_surrogate_and_escape_valid.json", "lone_surrogate"},
      {"i_string_incomplete_surrogate_pair.json", "lone_surrogate"},
      {"i_string_incomplete_surrogates_escape_valid.json", "lone_surrogate"},
      {"i_string_invalid_lonely_surrogate.json", "lone_surrogate"},
      {"i_string_invalid_surrogate.json", "lone_surrogate"},
      {"i_string_invalid_utf-8.json", "bad_utf8"},
      {"i_string_inverted_surrogates_U+1D11E.json", "lone_surrogate"},
      {"i_string_iso_latin_1.json", "bad_utf8"},
      {"i_string_lone_second_surrogate.json", "lone_surrogate"},
      {"i_string_lone_utf8_continuation_byte.json", "bad_utf8"},
      {"i_string_not_in_unicode_range.json", "bad_utf8"},
      {"i_string_overlong_sequence_2_bytes.json", "bad_utf8"},
      {"i_string_overlong_sequence_6_bytes.json", "bad_utf8"},
      {"i_string_overlong_sequence_6_bytes_null.json", "bad_utf8"},
      {"i_string_truncated-utf-8.json", "bad_utf8"},
      {"i_string_utf16BE_no_BOM.json", "nul_in_record"},
      {"i_string_utf16LE_no_BOM.json", "nul_in_record"},
      {"i_structure_500_nested_arrays.json", "too_deep"},
      {"i_structure_UTF-8_BOM_empty_object.json", "valid"},
  };
  const auto names = FilesOf("json/jsonchecker/minefield", "i_");
  EXPECT_EQ(names.size(), verdicts.size());
  for (const std::string& name : names) {
    const auto verdict = verdicts.find(name.substr(name.rfind('/') + 1));
    ASSERT_NE(verdict, verdicts.end()) << name;
    EXPECT_EQ(VerdictOn(name), verdict->second) << name;
  }
}

// The same texts as the value of a member, so that simdjson sees them too.
TEST(JsonConformance, KeepsVerdictsInsideRecords) {
  for (const char* prefix : {"y_", "i_"}) {
    for (const std::string& name :
         FilesOf("json/jsonchecker/minefield", prefix)) {
      const std::string text = ReadFixture(name);
      if (text.starts_with("\xef\xbb\xbf")) continue;
      const std::string record = "{\"v\":" + text + "}";
      JsonStreamOptions slow;
      slow.force_slow = true;
      const Seen fast = ReadText(record);
      EXPECT_EQ(fast.items, ReadText(record, 7, slow, 8).items) << name;
      ASSERT_FALSE(fast.items.empty()) << name;
      EXPECT_EQ(fast.items[0].what == "record", VerdictOn(name) == "valid")
          << name << " " << fast.items[0].detail;
    }
  }
}

}  // namespace
}  // namespace learnsql
