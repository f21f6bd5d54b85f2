#include "connectors/decode/inflate.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <random>
#include <string>
#include <vector>

#include "tests/connectors/decode/decode_testing.h"

namespace learnsql {
namespace {

using testing::HasSubstr;

struct Decoded {
  std::string bytes;
  Status status;
  InflateCounts counts;
};

// Letters with repetitions, so that there is something to compress.
std::string SomeText(size_t size, uint32_t seed = 1) {
  std::mt19937 random(seed);
  std::string text;
  while (text.size() < size) {
    if (text.size() > 100 && random() % 3 == 0) {
      text += text.substr(text.size() - 90, random() % 80);
    } else {
      text += static_cast<char>('a' + random() % 26);
    }
  }
  text.resize(size);
  return text;
}

std::string RandomBytes(size_t size) {
  std::mt19937 random(7);
  std::string bytes(size, '\0');
  for (char& c : bytes) c = static_cast<char>(random());
  return bytes;
}

class GzipReaderTest : public testing::TestWithParam<InflateBackend> {
 protected:
  void SetUp() override {
    if (!HasInflateBackend(GetParam())) GTEST_SKIP() << "not built in";
  }

  Decoded Decode(std::string_view gz, size_t in_step = SIZE_MAX,
                 size_t out_step = 4096) {
    MemorySource source(gz, in_step);
    GzipReader reader(&source, "x.gz", GetParam());
    Drained drained = Drain(&reader, out_step);
    return {std::move(drained.bytes), drained.status, reader.counts()};
  }
};

INSTANTIATE_TEST_SUITE_P(Backends, GzipReaderTest,
                         testing::Values(InflateBackend::kIsal,
                                         InflateBackend::kZlib),
                         [](const auto& backend) {
                           return backend.param == InflateBackend::kIsal
                                      ? "Isal"
                                      : "Zlib";
                         });

TEST_P(GzipReaderTest, DecodesAtEveryStep) {
  const std::string text = SomeText(20'000);
  const std::string gz = Gzip(text);
  for (const size_t in : {size_t{1}, size_t{2}, size_t{7}, size_t{4096}}) {
    for (const size_t out : {1, 3, 64, 100'000}) {
      const Decoded decoded = Decode(gz, in, out);
      ASSERT_TRUE(decoded.status.ok()) << decoded.status.ToString();
      EXPECT_EQ(decoded.bytes, text) << in << " in, " << out << " out";
      EXPECT_EQ(decoded.counts.compressed_bytes, gz.size());
      EXPECT_EQ(decoded.counts.decoded_bytes, text.size());
      EXPECT_EQ(decoded.counts.members, 1u);
    }
  }
}

TEST_P(GzipReaderTest, DecodesEveryKindOfBlock) {
  const std::string text = SomeText(300'000);
  const std::string noise = RandomBytes(300'000);
  const std::vector<std::string> members = {Gzip(text, 0),
                                            Gzip(text, 1),
                                            Gzip(text, 9),
                                            Gzip(text, 6, Z_FIXED),
                                            Gzip(text, 6, Z_HUFFMAN_ONLY),
                                            Gzip(noise, 6)};
  for (size_t i = 0; i < members.size(); ++i) {
    const Decoded decoded = Decode(members[i], 1000, 777);
    EXPECT_TRUE(decoded.status.ok()) << decoded.status.ToString();
    EXPECT_EQ(decoded.bytes, i == 5 ? noise : text) << i;
  }
}

TEST_P(GzipReaderTest, ReadsAllMembers) {
  std::string gz;
  std::string text;
  for (int i = 0; i < 40; ++i) {
    const std::string part = SomeText(static_cast<size_t>(i * i), i);
    gz += Gzip(part, i % 10);
    text += part;
  }
  for (const size_t step : {size_t{1}, size_t{13}, SIZE_MAX}) {
    const Decoded decoded = Decode(gz, step);
    ASSERT_TRUE(decoded.status.ok()) << decoded.status.ToString();
    EXPECT_EQ(decoded.bytes, text);
    EXPECT_EQ(decoded.counts.members, 40u);
    EXPECT_EQ(decoded.counts.compressed_bytes, gz.size());
  }
}

TEST_P(GzipReaderTest, ReadsEmptyMember) {
  const Decoded decoded = Decode(Gzip(""));
  EXPECT_TRUE(decoded.status.ok());
  EXPECT_EQ(decoded.bytes, "");
  EXPECT_EQ(decoded.counts.members, 1u);
}

// A member with every optional header field.
std::string FullHeader(bool good_crc) {
  using namespace std::string_literals;
  std::string header =
      "\x1f\x8b\x08\x1e\0\0\0\0\0\xff"
      "\x05\0extra"
      "name.json\0a comment\0"s;
  const auto crc = static_cast<uint16_t>(
      crc32(0, reinterpret_cast<const Bytef*>(header.data()), header.size()));
  header += static_cast<char>(crc & 0xff);
  header += static_cast<char>((crc >> 8) ^ (good_crc ? 0 : 1));
  return header + Gzip("hello").substr(10);
}

TEST_P(GzipReaderTest, SkipsHeaderFields) {
  for (const size_t step : {size_t{1}, SIZE_MAX}) {
    const Decoded decoded = Decode(FullHeader(true), step);
    EXPECT_TRUE(decoded.status.ok()) << decoded.status.ToString();
    EXPECT_EQ(decoded.bytes, "hello");
  }
}

TEST_P(GzipReaderTest, FailsAtEveryCut) {
  const std::string a = Gzip(SomeText(300));
  const std::string b = FullHeader(true);
  const std::string gz = a + b + Gzip("the last one");
  const std::string text = SomeText(300) + "hello" + "the last one";
  for (size_t cut = 1; cut < gz.size(); ++cut) {
    const bool at_boundary = cut == a.size() || cut == a.size() + b.size();
    for (const size_t step : {size_t{1}, SIZE_MAX}) {
      const Decoded decoded = Decode(gz.substr(0, cut), step);
      EXPECT_EQ(decoded.status.ok(), at_boundary) << cut;
      EXPECT_TRUE(text.starts_with(decoded.bytes)) << cut;
      if (at_boundary) continue;
      EXPECT_EQ(decoded.status.code(), Code::kCorrupt) << cut;
      EXPECT_EQ(decoded.status.place().byte, cut);
      EXPECT_EQ(decoded.status.place().name, "x.gz");
      EXPECT_THAT(decoded.status.message(), HasSubstr("was cut"));
    }
  }
}

TEST_P(GzipReaderTest, CountsWhatFollowsTheLastMember) {
  const std::string gz = Gzip("hello");
  struct Case {
    const char* name;
    std::string tail;
    uint64_t padding;
    uint64_t garbage;
  };
  const std::vector<Case> cases = {
      {"nothing", "", 0, 0},
      {"zeros", std::string(16, '\0'), 16, 0},
      {"many zeros", std::string(300'000, '\0'), 300'000, 0},
      {"garbage", "garbage", 0, 7},
      {"zeros and garbage", std::string(3, '\0') + "xy", 3, 2},
      {"garbage and zeros", "xy" + std::string(3, '\0'), 0, 5},
      {"much garbage", std::string(500'000, 'x'), 0, 500'000},
      {"half a magic number", "\x1f\x8c", 0, 2},
  };
  for (const Case& c : cases) {
    for (const size_t step : {size_t{1}, size_t{5}, SIZE_MAX}) {
      const Decoded decoded = Decode(gz + c.tail, step);
      EXPECT_TRUE(decoded.status.ok()) << c.name;
      EXPECT_EQ(decoded.bytes, "hello") << c.name;
      EXPECT_EQ(decoded.counts.padding_bytes, c.padding) << c.name;
      EXPECT_EQ(decoded.counts.garbage_bytes, c.garbage) << c.name;
      EXPECT_EQ(decoded.counts.compressed_bytes, gz.size() + c.tail.size());
    }
  }
}

TEST_P(GzipReaderTest, ReadsMemberBehindPadding) {
  const Decoded decoded =
      Decode(Gzip("one") + std::string(512, '\0') + Gzip("two"));
  EXPECT_TRUE(decoded.status.ok()) << decoded.status.ToString();
  EXPECT_EQ(decoded.bytes, "onetwo");
  EXPECT_EQ(decoded.counts.members, 2u);
  EXPECT_EQ(decoded.counts.padding_bytes, 512u);
}

TEST_P(GzipReaderTest, SaysWhatABodyIsInstead) {
  using namespace std::string_literals;
  const std::vector<std::pair<std::string, std::string>> cases = {
      {"", "empty"},
      {"<?xml version='1.0'?><Error><Code>NoSuchKey",
       "this is an XML page, not gzip: it begins with \"<?xml version="},
      {"\xef\xbb\xbf<Error>", "an XML page"},
      {"<!DOCTYPE html><html>", "an HTML page"},
      {"\n <HTML>", "an HTML page"},
      {"{\"id\":1}", "plain JSON"},
      {"PK\x03\x04 zip", "a zip file"},
      {"BZh91AY", "a bzip2 file"},
      {"\x28\xb5\x2f\xfd", "a zstd file"},
      {"\xfd"
       "7zXZ\0"s,
       "an xz file"},
      {"\0\0\0\0"s, "the bytes 00 00 00 00"},
      {"\x1fzip", "something else, not gzip"},
      {"hello", "it begins with \"hello\""},
  };
  for (const auto& [body, says] : cases) {
    for (const size_t step : {size_t{1}, SIZE_MAX}) {
      const Decoded decoded = Decode(body, step);
      EXPECT_EQ(decoded.status.code(), Code::kCorrupt) << body;
      EXPECT_THAT(decoded.status.message(), HasSubstr(says)) << body;
      EXPECT_EQ(decoded.status.place().byte, 0u);
    }
  }
}

TEST_P(GzipReaderTest, RefusesDamagedWrapper) {
  const std::string good = Gzip("hello hello hello");
  const size_t size = good.size();
  struct Case {
    const char* name;
    std::string gz;
    const char* says;
    uint64_t byte;
  };
  const auto with = [&](size_t at, char c) {
    std::string gz = good;
    gz[at] = static_cast<char>(gz[at] ^ c);
    return gz;
  };
  const std::vector<Case> cases = {
      {"method", with(2, 1), "not deflate", 2},
      {"reserved flags", with(3, '\x80'), "reserved flags", 3},
      {"crc", with(size - 8, 1), "checksum", size - 8},
      {"length", with(size - 4, 1), "length", size - 4},
      {"header crc", FullHeader(false), "checksum of a gzip header", 37},
      {"second member", good + with(size - 1, 64), "length", 2 * size - 4},
  };
  for (const Case& c : cases) {
    const Decoded decoded = Decode(c.gz);
    EXPECT_EQ(decoded.status.code(), Code::kCorrupt) << c.name;
    EXPECT_THAT(decoded.status.message(), HasSubstr(c.says)) << c.name;
    EXPECT_EQ(decoded.status.place().byte, c.byte) << c.name;
  }
}

TEST_P(GzipReaderTest, KeepsReturningItsError) {
  MemorySource source("no gzip");
  GzipReader reader(&source, "x.gz", GetParam());
  std::byte out[8];
  const Result<size_t> first = reader.Read(out);
  const Result<size_t> second = reader.Read(out);
  ASSERT_FALSE(first.ok());
  EXPECT_EQ(first.status().ToString(), second.status().ToString());
}

TEST_P(GzipReaderTest, PassesSourceErrorOn) {
  const std::string text = SomeText(5000);
  const std::string gz = Gzip(text) + Gzip(text);
  for (size_t cut = 0; cut < gz.size(); ++cut) {
    FailingSource source(std::string_view(gz).substr(0, cut),
                         Status(Code::kNetwork, "gone"));
    GzipReader reader(&source, "x.gz", GetParam());
    const Drained drained = Drain(&reader);
    ASSERT_EQ(drained.status.code(), Code::kNetwork) << cut;
    EXPECT_EQ(drained.status.message(), "gone");
  }
}

TEST_P(GzipReaderTest, HandsOutWhatCameBeforeTheDamage) {
  const std::string text = SomeText(200'000);
  std::string gz = Gzip(text) + Gzip(text);
  gz[gz.size() - 6] ^= 1;
  const Decoded decoded = Decode(gz);
  EXPECT_EQ(decoded.status.code(), Code::kCorrupt);
  EXPECT_EQ(decoded.bytes, text + text);
  EXPECT_EQ(decoded.counts.members, 1u);
}

// Both backends must refuse and accept the same files, with the same bytes.
TEST(GzipReader, BackendsAgreeOnDamage) {
  if (!HasInflateBackend(InflateBackend::kIsal)) GTEST_SKIP();
  const std::string good = Gzip(SomeText(700)) + Gzip(SomeText(50), 0) +
                           Gzip(SomeText(300), 6, Z_FIXED);
  std::mt19937 random(3);
  for (size_t at = 0; at < good.size() * 4; ++at) {
    std::string gz = good;
    gz[at % good.size()] ^= static_cast<char>(1 + random() % 255);
    if (random() % 4 == 0) gz.erase(random() % gz.size(), 1 + random() % 3);
    Drained ends[2];
    InflateCounts counts[2];
    for (int i = 0; i < 2; ++i) {
      MemorySource source(gz, 1 + random() % 64);
      GzipReader reader(&source, "x",
                        i == 0 ? InflateBackend::kIsal : InflateBackend::kZlib);
      ends[i] = Drain(&reader, 100);
      counts[i] = reader.counts();
    }
    ASSERT_EQ(ends[0].status.ok(), ends[1].status.ok())
        << at << ": " << ends[0].status.ToString() << " / "
        << ends[1].status.ToString();
    EXPECT_EQ(ends[0].status.code(), ends[1].status.code());
    EXPECT_EQ(counts[0].members, counts[1].members);
    if (!ends[0].status.ok()) continue;
    EXPECT_EQ(ends[0].bytes, ends[1].bytes);
    EXPECT_EQ(counts[0].garbage_bytes, counts[1].garbage_bytes);
  }
}

TEST(MaybeGzipReader, ReadsGzipAndPlainText) {
  struct Case {
    std::string body;
    std::string decoded;
    bool is_gzip;
  };
  const std::vector<Case> cases = {{Gzip("{\"a\":1}"), "{\"a\":1}", true},
                                   {"{\"a\":1}", "{\"a\":1}", false},
                                   {"{", "{", false},
                                   {"\x1f", "\x1f", false},
                                   {"", "", false}};
  for (const Case& c : cases) {
    for (const size_t step : {size_t{1}, SIZE_MAX}) {
      MemorySource source(c.body, step);
      auto reader = OpenMaybeGzip(&source, "x.json");
      ASSERT_TRUE(reader.ok());
      const Drained drained = Drain(reader->get(), 3);
      EXPECT_TRUE(drained.status.ok());
      EXPECT_EQ(drained.bytes, c.decoded);
      EXPECT_EQ((*reader)->is_gzip(), c.is_gzip);
      EXPECT_EQ((*reader)->counts().compressed_bytes, c.body.size());
      EXPECT_EQ((*reader)->counts().decoded_bytes, c.decoded.size());
    }
  }
}

TEST(MaybeGzipReader, FailsAsGzipReaderDoes) {
  const std::string gz = Gzip("hello");
  MemorySource source(std::string_view(gz).substr(0, 2));
  auto reader = OpenMaybeGzip(&source, "x.json");
  ASSERT_TRUE(reader.ok());
  EXPECT_EQ(Drain(reader->get()).status.code(), Code::kCorrupt);
}

TEST(MaybeGzipReader, PassesSourceErrorOn) {
  FailingSource source("{", Status(Code::kIo, "disk"));
  auto reader = OpenMaybeGzip(&source, "x.json");
  EXPECT_EQ(reader.status().code(), Code::kIo);
}

}  // namespace
}  // namespace learnsql
