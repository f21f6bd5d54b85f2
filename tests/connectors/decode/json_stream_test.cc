#include "connectors/decode/json_stream.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <algorithm>
#include <cstring>
#include <string>
#include <vector>

#include "connectors/decode/inflate.h"
#include "engine/base/sha256.h"
#include "tests/connectors/decode/decode_testing.h"

namespace learnsql {
namespace {

using namespace std::string_literals;
using testing::ElementsAre;
using testing::HasSubstr;
using testing::IsEmpty;
using Strings = std::vector<std::string>;

uint64_t SumOf(const JsonTotals& totals) {
  return totals.bytes_in_records + totals.bytes_rejected + totals.bytes_between;
}

// What must hold of every reading of `text`.
void CheckWhole(const Seen& seen, const std::string& text) {
  ASSERT_TRUE(seen.status.ok()) << seen.status.ToString();
  EXPECT_EQ(seen.totals.bytes_decoded, text.size());
  EXPECT_EQ(SumOf(seen.totals), text.size());
  EXPECT_EQ(seen.totals.records, seen.items.size());
  uint64_t end = 0;
  uint64_t line = 1;
  uint64_t counted = 0;
  for (const SeenItem& item : seen.items) {
    ASSERT_GE(item.offset, end);
    end = item.offset + item.length;
    ASSERT_LE(end, text.size());
    const std::string bytes = text.substr(item.offset, item.length);
    line +=
        std::count(text.begin() + counted, text.begin() + item.offset, '\n');
    counted = item.offset;
    EXPECT_EQ(item.line, line);
    if (item.what == "record") {
      EXPECT_EQ(item.text, bytes);
    } else {
      EXPECT_EQ(item.text, bytes.substr(0, 4096));
      EXPECT_EQ(item.sha256, Sha256::HexOf(bytes));
    }
  }
}

// Reads by both ways and at several chunk sizes: all must give the same.
Seen ReadEveryWay(const std::string& text, JsonStreamOptions options = {}) {
  const Seen whole = ReadText(text, 256 << 10, options);
  CheckWhole(whole, text);
  for (const size_t chunk : {1, 7, 64, 4096}) {
    for (const size_t headroom : {0, 16, 65536}) {
      for (const bool force_slow : {false, true}) {
        options.force_slow = force_slow;
        const Seen other = ReadText(text, chunk, options, headroom);
        CheckWhole(other, text);
        EXPECT_EQ(whole.items, other.items)
            << "chunks of " << chunk << (force_slow ? ", slow" : "");
      }
    }
  }
  return whole;
}

std::string Event(int id, const std::string& more = "") {
  return R"({"id":")" + std::to_string(id) + R"(","type":"PushEvent","n":)" +
         std::to_string(id) + more + "}";
}

TEST(JsonStream, ReadsOneRecordALine) {
  const std::string text = Event(1) + "\n" + Event(2) + "\n" + Event(3) + "\n";
  const Seen seen = ReadEveryWay(text);
  EXPECT_THAT(seen.texts("record"), ElementsAre(Event(1), Event(2), Event(3)));
  EXPECT_EQ(seen.items[1].offset, Event(1).size() + 1);
  EXPECT_EQ(seen.items[1].line, 2u);
  EXPECT_EQ(seen.totals.bytes_between, 3u);
}

TEST(JsonStream, KnowsTheEnd) {
  for (const std::string text : {"", "\n", " \r\n\t\n", "\xef\xbb\xbf"}) {
    EXPECT_THAT(ReadEveryWay(text).items, IsEmpty());
  }
  MemorySource source("{}");
  ReadAhead ahead(&source);
  JsonStream stream(&ahead);
  EXPECT_EQ(stream.Next()->kind, JsonItem::Kind::kRecord);
  EXPECT_EQ(stream.Next()->kind, JsonItem::Kind::kEnd);
  EXPECT_EQ(stream.Next()->kind, JsonItem::Kind::kEnd);
}

TEST(JsonStream, ReadsRecordsHoweverTheyAreSeparated) {
  const std::string a = Event(1);
  const std::string b = Event(2);
  struct Case {
    const char* name;
    std::string text;
  };
  const std::vector<Case> cases = {
      {"no last line end", a + "\n" + b},
      {"nothing", a + b},
      {"a blank", a + " " + b},
      {"CR LF", a + "\r\n" + b + "\r\n"},
      {"empty lines", "\n\n" + a + "\n \n\t\n" + b + "\n\n"},
      {"blanks around", "  " + a + "\t \n\t" + b + "  "},
      {"byte order mark", "\xef\xbb\xbf" + a + "\n" + b + "\n"},
      {"marks of joined files", "\xef\xbb\xbf" + a + "\n\xef\xbb\xbf" + b},
      {"NULs between", a + "\n" + std::string(5000, '\0') + b + "\n"},
      {"NULs in the line", a + std::string(3, '\0') + b},
      {"NULs at the ends", std::string(2, '\0') + a + b + std::string(9, '\0')},
      {"NULs and blanks", a + " \0\0 \0\0\n"s + b},
  };
  for (const Case& c : cases) {
    SCOPED_TRACE(c.name);
    const Seen seen = ReadEveryWay(c.text);
    EXPECT_THAT(seen.texts("record"), ElementsAre(a, b));
    EXPECT_EQ(seen.items.size(), 2u);
  }
}

TEST(JsonStream, ReadsRecordsOverSeveralLines) {
  const std::string pretty =
      "{\n  \"id\": \"1\",\n  \"list\": [\n    {\n\"id\":\"7\"}\n,\n"
      "{\"id\":\"8\"}\n  ]\n}";
  const Seen seen =
      ReadEveryWay(pretty + "\n" + Event(2) + "\n" + pretty + Event(3));
  EXPECT_THAT(seen.texts("record"),
              ElementsAre(pretty, Event(2), pretty, Event(3)));
  EXPECT_EQ(seen.items.size(), 4u);
  EXPECT_EQ(seen.items[3].line, 19u);
}

TEST(JsonStream, RejectsWhatIsNoObject) {
  const Seen seen = ReadEveryWay(
      "[1,{\"id\":\"2\"}]\n12\n\"text\"\nnull true\n" + Event(1) + "\n-1.5");
  EXPECT_THAT(seen.texts("not_an_object"),
              ElementsAre("[1,{\"id\":\"2\"}]", "12", "\"text\"", "null",
                          "true", "-1.5"));
  EXPECT_THAT(seen.texts("record"), ElementsAre(Event(1)));
}

TEST(JsonStream, RejectsOnlyTheBadRecord) {
  struct Case {
    const char* name;
    std::string bad;
    const char* reason;
    const char* detail;
  };
  const std::vector<Case> cases = {
      {"word", "hello", "bad_json", "byte 0: cannot go on with 'h'"},
      {"comma", R"({"a":1,})", "bad_json", "byte 7: cannot go on with '}'"},
      {"literal", R"({"a":nul})", "bad_json", "byte 8"},
      {"brackets", R"({"a":[1}})", "bad_json", "byte 7"},
      {"extra bracket", R"(}})", "bad_json", "byte 0"},
      {"leading zero", R"({"a":01})", "bad_json", "byte 6"},
      {"escape", R"({"a":"\x"})", "bad_json", "byte 6: Invalid escape"},
      {"control character", "{\"a\":\"\x01\"}", "bad_json", "control"},
      {"tab in string", "{\"a\":\"\t\"}", "bad_json", "control"},
      {"UTF-8", "{\"a\":\"\xff\"}", "bad_utf8", "byte 6: not UTF-8"},
      {"UTF-8 outside", "{\"a\":1,\xc3\xa9}", "bad_json", "byte 7"},
      {"lone first half", R"({"a":"\ud83d"})", "lone_surrogate", "byte 6"},
      {"lone second half", R"({"a":"\ude00"})", "lone_surrogate", "pair"},
      {"half in key", R"({"\udc00":1})", "lone_surrogate", "pair"},
      {"NUL in string", "{\"a\":\"\0\"}"s, "nul_in_record", "byte 6"},
      {"NUL outside", "{\"a\":\0 1}"s, "nul_in_record", "byte 5"},
      {"run of NULs", "{\"a\":\"" + std::string(600, '\0') + "x\"}",
       "nul_in_record", "byte 6"},
      {"real", R"({"a":1e999})", "number_too_big", "byte"},
      {"line end in string", R"({"a":"b)", "bad_json", "line ends inside"},
      {"line end in literal", R"({"a":nul)", "bad_json", "0x0a"},
      {"half a record", R"({"id":"2","type":"Push)", "bad_json", "line ends"},
  };
  for (const Case& c : cases) {
    SCOPED_TRACE(c.name);
    const Seen seen =
        ReadEveryWay(Event(1) + "\n" + c.bad + "\n" + Event(2) + "\n");
    EXPECT_THAT(seen.whats(), ElementsAre("record", c.reason, "record"));
    EXPECT_THAT(seen.items[1].detail, HasSubstr(c.detail));
    EXPECT_EQ(seen.items[1].text, c.bad);
    EXPECT_EQ(seen.items[1].offset, Event(1).size() + 1);
    EXPECT_EQ(seen.items[1].line, 2u);
  }
}

TEST(JsonStream, RejectsNulByItself) {
  const Seen seen = ReadEveryWay(Event(1) + "\0"s + Event(2) + "\n\0\n"s);
  EXPECT_THAT(seen.whats(), ElementsAre("record", "nul_in_record", "record",
                                        "nul_in_record"));
}

TEST(JsonStream, KeepsTheRecordWrittenOverAnother) {
  const std::string whole =
      R"({"id":"6823705857","type":"WatchEvent","actor":{"id":5}})";
  // Every place at which the first record can have been cut.
  const std::string first =
      R"({"id":"1","type":"PushEvent","actor":{"id":2,"url":"https:\/\/\u00e9"},)"
      R"("payload":{"size":-1.5e3,"list":[1,[true,"x"],null],"o":{}}})";
  for (size_t cut = 1; cut < first.size(); ++cut) {
    const std::string text =
        Event(0) + "\n" + first.substr(0, cut) + whole + "\n" + Event(9) + "\n";
    const Seen seen = ReadText(text);
    CheckWhole(seen, text);
    EXPECT_THAT(seen.texts("record"), ElementsAre(Event(0), whole, Event(9)))
        << first.substr(0, cut);
    EXPECT_EQ(seen.items.size(), 4u);
    EXPECT_EQ(seen.items[1].text, first.substr(0, cut));
  }
}

TEST(JsonStream, KeepsTheRecordOfTheNextLine) {
  const std::string first =
      R"({"id":"1","type":"PushEvent","actor":{"id":2,"url":"https:\/\/\u00e9"},)"
      R"("payload":{"size":-1.5e3,"list":[1,[true,"x"],null],"o":{}}})";
  for (const std::string& next : {Event(2), R"({"type":"x","id":"2"})"s}) {
    for (size_t cut = 1; cut < first.size(); ++cut) {
      const std::string text =
          first.substr(0, cut) + "\n" + next + "\n" + Event(9) + "\n";
      const Seen seen = ReadText(text);
      CheckWhole(seen, text);
      EXPECT_THAT(seen.texts("record"), ElementsAre(next, Event(9)))
          << first.substr(0, cut);
      EXPECT_EQ(seen.items.size(), 3u);
    }
  }
}

TEST(JsonStream, ReadsSplicesTheSameEveryWay) {
  const std::string whole = R"({"id":"6823705857","type":"WatchEvent"})";
  for (const std::string& cut :
       {R"({"id":"1","url":"https://api.)"s, R"({"id":"1","x":)"s,
        R"({"id":"1","x":[)"s, R"({"id":"1","x":12)"s, R"({"id":"1","x":"\)"s,
        R"({"id":"1",)"s, R"({"id":"1","x":nul)"s, "tail of one\"}"s,
        R"({"id":"1","x":{"id":"7"})"s, "{\"id\":\"1\",\"x\":\"a\0\0\0"s}) {
    for (const char* between : {"", "\n"}) {
      SCOPED_TRACE(cut + between);
      const Seen seen =
          ReadEveryWay(Event(0) + cut + between + whole + "\n" + Event(9));
      EXPECT_THAT(seen.texts("record"), testing::Contains(whole));
      EXPECT_THAT(seen.texts("record"), testing::Contains(Event(9)));
    }
  }
}

TEST(JsonStream, ResumesAtEachKnownRecordStart) {
  for (const std::string& record :
       {R"({"id":"1","a":1})"s, R"({"repository":{"id":1},"a":1})"s,
        R"({"created_at":"2012","a":1})"s, R"({"actor":"x","a":1})"s,
        R"({"actor_attributes":{},"a":1})"s}) {
    const Seen seen = ReadEveryWay(R"({"x":"y)" + record + record);
    EXPECT_THAT(seen.texts("record"), ElementsAre(record, record));
  }
}

TEST(JsonStream, ResumesWhereItIsTold) {
  JsonStreamOptions options;
  options.record_starts = {R"({"eid":)"};
  const std::string text = R"({"x":"y{"eid":1}{"x":"y{"id":"2"})";
  const Seen seen = ReadEveryWay(text, options);
  EXPECT_THAT(seen.whats(), ElementsAre("bad_json", "record", "bad_json"));
  options.record_starts.clear();
  EXPECT_THAT(ReadEveryWay(text, options).whats(), ElementsAre("bad_json"));
}

TEST(JsonStream, TakesNestedObjectsForNoRecord) {
  const Seen seen =
      ReadEveryWay(R"({"id":"1","gist":{"id":"a"},"x":[{"id":"b"}, nul)"
                   "\n" +
                   Event(2));
  EXPECT_THAT(seen.whats(), ElementsAre("bad_json", "record"));
}

TEST(JsonStream, RejectsTheCutEndAtEveryByte) {
  const std::string last =
      R"({"id":"3","repo":null,"a":[1.5,{"b":"\u00e9\\"}],"c":{"id":"7"}})";
  const std::string text = Event(1) + "\n" + Event(2) + "\n" + last;
  for (size_t size = 0; size < text.size(); ++size) {
    const std::string cut = text.substr(0, size);
    const Seen seen = ReadText(cut, 64);
    CheckWhole(seen, cut);
    const size_t ones = Event(1).size();
    const size_t twos = ones + 1 + Event(2).size();
    Strings expected(size < ones ? 0 : size < twos ? 1 : 2, "record");
    if (size != 0 && size != ones && size != ones + 1 && size != twos &&
        size != twos + 1) {
      expected.push_back("cut");
    }
    EXPECT_EQ(seen.whats(), expected) << size;
  }
}

TEST(JsonStream, SaysWhereTheEndWas) {
  const Seen seen = ReadEveryWay(Event(1) + "\n{\"repo\":nul\n");
  EXPECT_THAT(seen.whats(), ElementsAre("record", "bad_json"));
  const Seen cut = ReadEveryWay(Event(1) + "\n{\"repo\":nul");
  EXPECT_THAT(cut.whats(), ElementsAre("record", "cut"));
  EXPECT_EQ(cut.items[1].detail, "byte 11: the stream ends inside the record");
  const Seen blank = ReadEveryWay("{\"repo\": \n\n");
  EXPECT_THAT(blank.texts("cut"), ElementsAre("{\"repo\":"));
}

std::string Deep(size_t depth) {
  std::string text = R"({"v":)";
  for (size_t i = 1; i < depth; ++i) text += i % 2 == 0 ? R"({"k":)" : "[";
  text += "1";
  for (size_t i = depth - 1; i > 0; --i) text += i % 2 == 0 ? '}' : ']';
  return text + "}";
}

TEST(JsonStream, LimitsDepthTheSameBothWays) {
  const Seen seen =
      ReadEveryWay(Deep(255) + "\n" + Deep(256) + "\n" + Deep(257) + "\n" +
                   Deep(1024) + "\n" + Event(1) + "\n");
  EXPECT_THAT(seen.whats(), ElementsAre("record", "record", "too_deep",
                                        "too_deep", "record"));
  EXPECT_EQ(seen.items[2].length, Deep(257).size());
}

TEST(JsonStream, KeepsReadingAfterUnclosedDepth) {
  const Seen seen = ReadEveryWay(std::string(20'000, '[') + "\"\n" + Event(1));
  EXPECT_THAT(seen.whats(), ElementsAre("too_deep", "record"));
}

TEST(JsonStream, SkipsRecordsThatAreTooLong) {
  JsonStreamOptions options;
  options.max_record = 100;
  options.max_line = 50;
  const auto sized = [](size_t size) {
    return R"({"id":"1","x":")" + std::string(size - 17, 'x') + "\"}";
  };
  const std::string text = sized(99) + "\n" + sized(100) + "\n" + sized(101) +
                           sized(5000) + sized(60) + "\n" + sized(20'000);
  const Seen seen = ReadEveryWay(text, options);
  EXPECT_THAT(seen.whats(), ElementsAre("record", "record", "too_long",
                                        "too_long", "record", "too_long"));
  EXPECT_EQ(seen.items[2].length, 101u);
  EXPECT_EQ(seen.items[5].length, 20'000u);
  EXPECT_EQ(seen.items[5].detail, "longer than 100 bytes");
}

TEST(JsonStream, FindsTheNextRecordAfterALongDamagedOne) {
  JsonStreamOptions options;
  options.max_record = 100;
  const std::string begin = R"({"id":"1","x":")" + std::string(400, 'x');
  const std::vector<std::pair<const char*, std::string>> cases = {
      {"splice", begin + Event(2) + "\n" + Event(3)},
      {"line end", begin + "\n" + Event(2) + "\n" + Event(3)},
      {"NUL", begin + "\0\0\0"s + Event(2) + "\n" + Event(3)},
      {"line begins", begin + "\",\"y\":{}\n" + Event(2) + "\n" + Event(3)},
  };
  for (const auto& [name, text] : cases) {
    SCOPED_TRACE(name);
    EXPECT_THAT(ReadEveryWay(text, options).whats(),
                ElementsAre("too_long", "record", "record"));
  }
  EXPECT_THAT(ReadEveryWay(begin, options).whats(), ElementsAre("too_long"));
}

TEST(JsonStream, TakesLongLinesAndLongGarbage) {
  JsonStreamOptions options;
  options.max_line = 64;
  const std::string garbage(3000, 'g');
  const std::string more = R"(,"x":")" + std::string(3000, 'x') + "\"";
  const Seen seen = ReadEveryWay(
      garbage + "\n" + Event(1, more) + Event(2) + garbage + Event(3) + garbage,
      options);
  EXPECT_THAT(seen.whats(), ElementsAre("bad_json", "record", "record",
                                        "bad_json", "record", "bad_json"));
  EXPECT_EQ(seen.items[0].length, 3000u);
}

TEST(JsonStream, KeepsBigRecordsWhole) {
  const std::string more = R"(,"x":")" + std::string(3 << 20, 'x') + "\"";
  const std::string text = Event(1, more) + "\n" + Event(2) + "\n" +
                           Event(3, more) + "\n" + Event(4);
  for (const bool threaded : {false, true}) {
    MemorySource source(text);
    ReadAhead ahead(&source, {.threaded = threaded});
    const Seen seen = ReadStream(&ahead, {});
    CheckWhole(seen, text);
    EXPECT_EQ(seen.whats(), Strings(4, "record"));
  }
}

// A record in pieces that are never held together.
class HugeRecord final : public ByteSource {
 public:
  explicit HugeRecord(size_t size) : left_(size) {}

  Result<size_t> Read(std::span<std::byte> out) override {
    const std::string_view begin = R"({"id":"1","x":")";
    const std::string_view end = "\"}\n{}\n";
    std::string_view piece = step_ == 0 ? begin : end;
    if (step_ == 1 && left_ > 0) {
      const size_t count = std::min(left_, out.size());
      std::fill_n(out.begin(), count, std::byte{'x'});
      left_ -= count;
      return count;
    }
    if (step_ == 2) return size_t{0};
    ++step_;
    std::memcpy(out.data(), piece.data(), piece.size());
    return piece.size();
  }

 private:
  size_t left_;
  int step_ = 0;
};

TEST(JsonStream, PassesOverAHugeRecord) {
  constexpr size_t kSize = 60 << 20;
  HugeRecord source(kSize);
  ReadAhead ahead(&source);
  const Seen seen = ReadStream(&ahead, {});
  EXPECT_THAT(seen.whats(), ElementsAre("too_long", "record"));
  EXPECT_EQ(seen.items[0].length, kSize + 17);
  EXPECT_EQ(seen.items[0].text.size(), 4096u);
  EXPECT_EQ(seen.items[1].offset, kSize + 18);
  EXPECT_EQ(SumOf(seen.totals), kSize + 21);
}

TEST(JsonStream, RejectsTooManyValues) {
  JsonStreamOptions options;
  options.max_values = 100;
  options.max_line = 10;  // the fast path needs no such limit
  std::string list = "1";
  for (int i = 0; i < 200; ++i) list += ",1";
  const Seen seen =
      ReadText("{\"a\":[" + list + "]}\n" + Event(1), 64, options);
  EXPECT_THAT(seen.whats(), ElementsAre("too_many_values", "record"));
}

TEST(JsonStream, TakesFirstOfEqualKeysAndBigIntegers) {
  const Seen seen = ReadEveryWay(
      "{\"a\":1,\"a\":2,\"n\":18446744073709551616,\"m\":9223372036854775808}");
  ASSERT_EQ(seen.whats(), Strings{"record"});
  EXPECT_EQ(seen.items[0].parsed, seen.items[0].text);
}

TEST(JsonStream, BoundsTheWorkOnHostileText) {
  // Each line begins what the one before it has not ended.
  std::string text;
  for (int i = 0; i < 2'000; ++i) text += "{\"id\":\"1\",\"a\":\n";
  const Seen seen = ReadText(text);
  CheckWhole(seen, text);
  std::string starts;
  for (int i = 0; i < 2'000; ++i) starts += "{\"id\":\"";
  CheckWhole(ReadText(starts), starts);
  std::string nested;
  for (int i = 0; i < 2'000; ++i) nested += "{\"actor\":";
  CheckWhole(ReadText(nested), nested);
}

TEST(JsonStream, PassesSourceErrorOn) {
  const std::string text = Event(1) + "\n" + Event(2) + "\n{\"a\":";
  for (const bool threaded : {false, true}) {
    FailingSource source(text, Status(Code::kCorrupt, "cut"));
    ReadAhead ahead(&source, {.buffer_bytes = 8, .threaded = threaded});
    JsonStream stream(&ahead);
    EXPECT_EQ(stream.Next()->text, Event(1));
    EXPECT_EQ(stream.Next()->text, Event(2));
    EXPECT_EQ(stream.Next().status().code(), Code::kCorrupt);
    EXPECT_EQ(stream.Next().status().message(), "cut");
  }
}

TEST(JsonStream, StopsWhenCancelled) {
  CancelFlag cancel;
  const std::string text = Event(1) + "\n" + Event(2) + "\n";
  MemorySource source(text);
  ReadAhead ahead(&source, {.buffer_bytes = 8, .threaded = false}, &cancel);
  JsonStream stream(&ahead);
  EXPECT_TRUE(stream.Next().ok());
  cancel.Cancel();
  EXPECT_EQ(stream.Next().status().code(), Code::kCancelled);
}

TEST(JsonStream, ReadsAGzipFileThroughTheThread) {
  std::string text;
  for (int i = 0; i < 20'000; ++i) text += Event(i) + "\n";
  const std::string gz = Gzip(text.substr(0, 500'001)) +
                         Gzip(text.substr(500'001)) + std::string(8, '\0');
  MemorySource file(gz);
  GzipReader gzip(&file, "x.json.gz");
  ReadAhead ahead(&gzip, {.buffer_bytes = 10'000});
  const Seen seen = ReadStream(&ahead, {});
  CheckWhole(seen, text);
  EXPECT_EQ(seen.whats(), Strings(20'000, "record"));
  EXPECT_EQ(gzip.counts().members, 2u);
}

}  // namespace
}  // namespace learnsql
