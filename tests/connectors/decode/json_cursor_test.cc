#include "connectors/decode/json_cursor.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <string>
#include <vector>

#include "connectors/decode/json_stream.h"
#include "connectors/decode/read_ahead.h"
#include "engine/base/byte_source.h"

namespace learnsql {
namespace {

using testing::ElementsAre;
using testing::HasSubstr;

// A cursor over a text that comes in pieces of `step` bytes.
struct Walk {
  explicit Walk(std::string_view text, size_t step = SIZE_MAX,
                size_t max_value = 16 << 20)
      : bytes(text, step),
        ahead(&bytes, {.buffer_bytes = std::min<size_t>(step, 4096),
                       .headroom_bytes = 64,
                       .threaded = false}),
        cursor(&ahead, {.name = "reply.json", .max_value = max_value}) {}

  MemorySource bytes;
  ReadAhead ahead;
  JsonCursor cursor;
};

// Goes down into objects and into arrays named "rows", takes the rest.
Status Tell(JsonCursor* cursor, std::vector<std::string>* told) {
  LEARNSQL_TRY(cursor->EnterObject());
  while (true) {
    std::string key;
    LEARNSQL_TRY_SET(const bool more, cursor->NextMember(&key));
    if (!more) return {};
    told->push_back(key);
    if (key == "skip") {
      LEARNSQL_TRY(cursor->Skip());
    } else if (key == "rows") {
      LEARNSQL_TRY(cursor->EnterArray());
      while (true) {
        LEARNSQL_TRY_SET(const bool another, cursor->NextElement());
        if (!another) break;
        LEARNSQL_TRY_SET(const JsonTaken row, cursor->Take());
        std::string text(row.reason);
        row.root.AppendMinified(&text);
        told->push_back(text + "@" + std::to_string(row.offset) + ":" +
                        std::to_string(row.line));
      }
    } else {
      LEARNSQL_TRY_SET(const JsonTaken value, cursor->TakeWhole());
      value.root.AppendMinified(&told->emplace_back());
    }
  }
}

constexpr std::string_view kDocument =
    "\xef\xbb\xbf{\"rows\": [ [1, \"a]\"],\n [9223372036854775807],[]],"
    "\"skip\":{\"a\":[1,{\"b\":\"}\"}]} , \"k\\u0065y\" : -1.50 }\n";

TEST(JsonCursor, WalksAtEveryChunkSize) {
  for (size_t step = 1; step <= kDocument.size(); ++step) {
    Walk walk(kDocument, step);
    std::vector<std::string> told;
    const Status status = Tell(&walk.cursor, &told);
    ASSERT_TRUE(status.ok()) << step << ": " << status.ToString();
    EXPECT_THAT(told, ElementsAre("rows", "[1,\"a]\"]@14:1",
                                  "[9223372036854775807]@26:2", "[]@48:2",
                                  "skip", "key", "-1.50"))
        << step;
    const Result<char> end = walk.cursor.Front();
    ASSERT_TRUE(end.ok());
    EXPECT_EQ(*end, '\0');
  }
}

TEST(JsonCursor, FailsAtEveryCut) {
  const size_t whole = kDocument.find_last_of('}') + 1;
  for (size_t cut = 3; cut < whole; ++cut) {
    Walk walk(kDocument.substr(0, cut), 7);
    std::vector<std::string> told;
    const Status status = Tell(&walk.cursor, &told);
    EXPECT_EQ(status.code(), Code::kNetwork) << cut << status.ToString();
  }
}

TEST(JsonCursor, NamesThePlaceOfDamage) {
  const struct {
    const char* name;
    const char* text;
    uint64_t byte;
  } cases[] = {
      {"not an object", "[1]", 0},
      {"no colon", "{\"a\" 1}", 5},
      {"no comma", "{\"a\":1 \"b\":2}", 7},
      {"comma before the end", "{\"rows\":[1,]}", 11},
      {"bad literal", "{\"a\":nul}", 8},
      {"number as name", "{1:2}", 1},
      {"wrong bracket", "{\"rows\":[1}", 10},
  };
  for (const auto& a : cases) {
    Walk walk(a.text);
    std::vector<std::string> told;
    const Status status = Tell(&walk.cursor, &told);
    EXPECT_EQ(status.code(), Code::kCorrupt) << a.name;
    EXPECT_EQ(status.place().byte, a.byte) << a.name << status.ToString();
    EXPECT_EQ(status.place().name, "reply.json") << a.name;
  }
}

TEST(JsonCursor, GoesOnBehindABadValue) {
  const std::string text =
      R"({"rows":[["\ud83d"],[1],")" + std::string(600, 'x') + R"(",[2]]})";
  Walk walk(text, 11, 500);
  std::vector<std::string> told;
  const Status status = Tell(&walk.cursor, &told);
  ASSERT_TRUE(status.ok()) << status.ToString();
  EXPECT_THAT(told,
              ElementsAre("rows", HasSubstr("lone_surrogate"), HasSubstr("[1]"),
                          HasSubstr("too_long"), HasSubstr("[2]")));
}

}  // namespace
}  // namespace learnsql
