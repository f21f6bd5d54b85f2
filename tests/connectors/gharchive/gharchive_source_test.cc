#include "connectors/gharchive/gharchive_source.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "connectors/decode/zlib_block.h"
#include "engine/base/clock.h"
#include "engine/base/sha256.h"
#include "engine/load/sync.h"
#include "engine/store/warehouse.h"
#include "tests/connectors/gharchive/gharchive_testing.h"
#include "tests/engine/store/temp_folder.h"

namespace learnsql {
namespace {

using testing::ElementsAre;
using testing::HasSubstr;

constexpr int64_t kMinute = 60;
constexpr int64_t kHour = 60 * kMinute;
constexpr int64_t kDay = 24 * kHour;

int64_t UtcSeconds(const std::string& text) { return *ParseUtc(text); }

// A source whose clock can be set.
class GhArchiveSourceTest : public testing::Test {
 protected:
  GhArchiveSourceTest() : clock_(UtcSeconds("2026-03-01T00:00:00Z")) {
    options_.base_url = folder_.File("hours");
    options_.landing_dir = folder_.File("landing");
    options_.clock = &clock_;
    std::filesystem::create_directories(options_.base_url);
  }

  GhArchiveSource Source() { return GhArchiveSource(options_); }

  // Whether an hour is due so long after its end, asked before `ago`.
  bool IsDue(SliceState state, int64_t age, int64_t ago = -1) {
    const int64_t now = clock_.NowSeconds();
    SliceRecord known;
    known.slice.end = now - age;
    known.slice.start = known.slice.end - kHour;
    known.state = state;
    if (ago >= 0) known.checked_at = now - ago;
    return Source().IsDue(known);
  }

  TempFolder folder_;
  FakeClock clock_;
  GhArchiveOptions options_;
};

TEST_F(GhArchiveSourceTest, AsksForANewHourByThePollRule) {
  EXPECT_FALSE(IsDue(SliceState::kExpected, -30 * kMinute));
  EXPECT_FALSE(IsDue(SliceState::kExpected, 5 * kMinute));
  EXPECT_TRUE(IsDue(SliceState::kExpected, 6 * kMinute));
  EXPECT_FALSE(IsDue(SliceState::kExpected, 10 * kMinute, kMinute));
  EXPECT_TRUE(IsDue(SliceState::kExpected, 10 * kMinute, 2 * kMinute));
  EXPECT_FALSE(IsDue(SliceState::kExpected, 40 * kMinute, 20 * kMinute));
  EXPECT_TRUE(IsDue(SliceState::kExpected, 40 * kMinute, 30 * kMinute));
  EXPECT_TRUE(IsDue(SliceState::kExpected, 20 * kHour, 30 * kMinute));
}

TEST_F(GhArchiveSourceTest, ChecksTwoDaysAgainOnceADay) {
  EXPECT_FALSE(IsDue(SliceState::kLoaded, 10 * kHour, 5 * kHour));
  EXPECT_TRUE(IsDue(SliceState::kLoaded, 30 * kHour, 24 * kHour));
  EXPECT_TRUE(IsDue(SliceState::kEmpty, 47 * kHour, 24 * kHour));
  EXPECT_FALSE(IsDue(SliceState::kLoaded, 48 * kHour, 24 * kHour));
  EXPECT_FALSE(IsDue(SliceState::kLoaded, 10 * 365 * kDay, 365 * kDay));
}

TEST_F(GhArchiveSourceTest, SeldomAsksForWhatIsGone) {
  EXPECT_FALSE(IsDue(SliceState::kMissing, 30 * kDay, 6 * kDay));
  EXPECT_TRUE(IsDue(SliceState::kMissing, 30 * kDay, 7 * kDay));
  EXPECT_TRUE(IsDue(SliceState::kSourceGone, 30 * kHour, 24 * kHour));
  EXPECT_TRUE(IsDue(SliceState::kFailed, 30 * kDay, 0));
  EXPECT_TRUE(IsDue(SliceState::kRunning, 30 * kDay, 0));
}

TEST_F(GhArchiveSourceTest, CallsAnHourMissingAfterADay) {
  const auto kind = [&](int64_t begun) {
    SliceRecord known;
    known.slice = {"hours", clock_.NowSeconds() - begun,
                   clock_.NowSeconds() - begun + kHour, "2026-02-28-0.json.gz"};
    GhArchiveSource source = Source();
    return Must(source.Fetch(known, nullptr)).kind;
  };
  EXPECT_EQ(kind(24 * kHour - 1), Landed::Kind::kNotYet);
  EXPECT_EQ(kind(24 * kHour), Landed::Kind::kMissing);
}

TEST_F(GhArchiveSourceTest, BeginsWhereItIsTold) {
  GhArchiveSource source = Source();
  const Status open = source.Slices({}).status();
  EXPECT_EQ(open.code(), Code::kUsage);
  EXPECT_THAT(open.message(), HasSubstr("--from"));
  EXPECT_THAT(open.message(), HasSubstr("start ="));
  const int64_t from = clock_.NowSeconds() - 2 * kHour;
  EXPECT_EQ(Must(source.Slices({.from = from})).size(), 2u);
  EXPECT_EQ(Must(source.Slices({.resume = from - kHour})).size(), 3u);
  options_.start = from - 2 * kHour;
  EXPECT_EQ(Must(Source().Slices({.resume = from})).size(), 4u);
  EXPECT_EQ(source.recheck_seconds(), 48 * kHour);
}

TEST_F(GhArchiveSourceTest, TellsOfNamesThatAreSpecial) {
  GhArchiveSource source = Source();
  const auto slices = Must(source.Slices(
      {UtcSeconds("2013-11-03T08"), UtcSeconds("2013-11-03T11")}));
  ASSERT_EQ(slices.size(), 2u);
  EXPECT_THAT(slices[0].note, HasSubstr("two hours"));
  EXPECT_EQ(slices[1].note, "");
  const auto notes = [&](const char* from, const char* to) {
    std::vector<std::string> texts;
    for (const SliceNote& note :
         source.Notes({UtcSeconds(from), UtcSeconds(to)})) {
      texts.push_back(note.text);
    }
    return texts;
  };
  EXPECT_THAT(notes("2013-03-10T10", "2013-03-10T11"),
              ElementsAre(HasSubstr("2013-03-10-2.json.gz does not exist")));
  EXPECT_THAT(notes("2013-03-10T11", "2013-04-01"), ElementsAre());
  EXPECT_THAT(notes("2012-03-11T07", "2012-03-11T11"),
              ElementsAre(HasSubstr("no file has these hours"),
                          HasSubstr("2012-03-11-2.json.gz")));
  EXPECT_THAT(notes("2015-01-01T07", "2015-01-02"),
              ElementsAre(HasSubstr("only the former are loaded")));
  EXPECT_THAT(notes("2015-01-01T08", "2016-01-01"), ElementsAre());
}

constexpr std::string_view kPush =
    R"({"id":"11","type":"PushEvent","created_at":"2015-01-01T00:00:00Z",)"
    R"("payload":{"size":2,"commits":[)"
    R"({"sha":"s1","author":{"name":"n","email":"me@x.org"},"message":"m","distinct":true},)"
    R"({"sha":"s2","author":{"name":"n"},"distinct":false}]}})";
constexpr std::string_view kTimelinePush =
    R"({"type":"PushEvent","created_at":"2013-01-01T00:00:00-08:00",)"
    R"("payload":{"shas":[["s3","me@x.org","m","n",true],["s4"]]}})";

// Loads one hour of `text` and answers questions about it.
class LoadedHour : public GhArchiveSourceTest {
 protected:
  void Load(const std::string& text) {
    folder_.Write("hours/2015-01-01-0.json.gz", Gzip(text));
    const RawContract contract = Must(
        ReadRawContract(std::string(LEARNSQL_ROOT) + "/sql/raw/gharchive.sql"));
    Connection db = Must(OpenWarehouse(folder_.File("w.db"), true, nullptr));
    GhArchiveSource source = Source();
    SyncOptions sync;
    sync.clock = &clock_;
    const int64_t from = UtcSeconds("2015-01-01");
    const SyncReport report =
        Must(Sync(&db, &source, contract, {from, from + kHour}, sync));
    ASSERT_TRUE(report.worst.ok()) << report.worst.ToString();
  }
  Connection Open() {
    return Must(OpenReadOnly(folder_.File("w.db"), nullptr));
  }
  std::string Text(const std::string& sql) {
    Connection db = Open();
    return Must(db.QueryText(sql)).value_or("null");
  }
  SliceRecord Known() {
    Connection db = Open();
    return *Must(Ledger(&db, "gharchive").FindLoad(1));
  }
};

TEST_F(LoadedHour, FindsTheVeryRecord) {
  const std::string second = R"({ "id": "12", "type": "A",)"
                             R"( "created_at":"2015-01-01T00:00:00Z" })";
  Load(std::string(kPush) + "\n\n" + second + "\n" +
       std::string(kTimelinePush));
  GhArchiveSource source = Source();
  const auto find = [&](const std::string& id) {
    const std::string offset = Text(
        "select source_offset from raw_gharchive__events where event_id " + id);
    return source.FindRecord(Known(), std::stoull(offset));
  };
  EXPECT_EQ(Must(find("= 11")), kPush);
  EXPECT_EQ(Must(find("= 12")), second);
  EXPECT_EQ(Must(find("< 0")), kTimelinePush);
  EXPECT_EQ(source.FindRecord(Known(), 1 << 20).status().code(),
            Code::kNotFound);
}

TEST_F(LoadedHour, SaysWhyARecordCannotBeShown) {
  Load(std::string(kPush));
  const SliceRecord known = Known();
  folder_.Write("hours/2015-01-01-0.json.gz", Gzip(std::string(kTimelinePush)));
  const Status other = Source().FindRecord(known, 0).status();
  EXPECT_EQ(other.code(), Code::kCorrupt);
  EXPECT_THAT(other.message(), HasSubstr("not the one that was loaded"));
  std::filesystem::remove(folder_.File("hours/2015-01-01-0.json.gz"));
  EXPECT_EQ(Source().FindRecord(known, 0).status().code(), Code::kNotFound);
}

TEST_F(LoadedHour, StoresNothingBesideUnlessTold) {
  Load(std::string(kPush));
  EXPECT_EQ(Text("select (select count(*) from raw_gharchive__payload_blocks) "
                 "+ (select count(*) from raw_gharchive__push_commits)"),
            "0");
}

TEST_F(LoadedHour, StoresPayloadsInBlocks) {
  options_.events.payload = PayloadMode::kFull;
  std::string text;
  std::vector<std::string> payloads;
  for (int id = 0; id < 3000; ++id) {
    payloads.push_back("{\"text\":\"" + std::string(id % 400, 'x') +
                       std::to_string(id) + "\"}");
    text += "{\"id\":\"" + std::to_string(id) + R"(","type":"A","payload":)" +
            payloads.back() +
            R"(,"created_at":"2015-01-01T00:00:00Z"})"
            "\n";
  }
  Load(text + text);  // the copies have no payload of their own
  Connection db = Open();
  EXPECT_GT(Must(db.QueryInteger("select count(*) from "
                                 "raw_gharchive__payload_blocks")),
            1);
  Statement find = Must(db.Prepare(
      "select data, length, event.source_offset, event.event_id "
      "from raw_gharchive__events as event "
      "inner join raw_gharchive__payload_blocks as block on "
      "event.source_offset between block.source_offset and block.last_offset "
      "where event.event_id % 97 = 5"));
  int found = 0;
  while (Must(find.Step())) {
    const std::string lines = Must(ZlibUncompress(
        find.column(0).bytes, static_cast<size_t>(find.integer(1))));
    const std::string line = "\n" + std::to_string(find.integer(2)) + "\t" +
                             payloads[find.integer(3)] + "\n";
    EXPECT_THAT("\n" + lines, HasSubstr(line));
    ++found;
  }
  EXPECT_EQ(found, 31);
}

TEST_F(LoadedHour, StoresCommitsOfEveryEra) {
  options_.events.push_commits = true;
  Load(std::string(kPush) + "\n" + std::string(kTimelinePush) + "\n");
  const std::string me = Sha1HexOf("me") + "@x.org";
  EXPECT_EQ(
      Text("select group_concat((event_id > 0) || position || sha || "
           "coalesce(author_name, '-') || coalesce(author_email, '-') || "
           "coalesce(message, '-') || coalesce(is_distinct, '-'), ' ') from "
           "raw_gharchive__push_commits"),
      "10s1n" + me + "m1 11s2n--0 00s3n" + me + "m1 01s4----");
}

TEST(ZlibBlock, ComesBackOrIsRefused) {
  for (const size_t size : {size_t{0}, size_t{1}, size_t{1 << 20}}) {
    const std::string text(size, 'x');
    const std::string block = Must(ZlibCompress(text));
    EXPECT_EQ(Must(ZlibUncompress(block, size)), text);
    EXPECT_EQ(ZlibUncompress(block, size + 1).status().code(), Code::kCorrupt);
    EXPECT_EQ(
        ZlibUncompress(block.substr(0, block.size() - 1), size).status().code(),
        Code::kCorrupt);
  }
  EXPECT_EQ(ZlibUncompress("no block", 3).status().code(), Code::kCorrupt);
}

}  // namespace
}  // namespace learnsql
