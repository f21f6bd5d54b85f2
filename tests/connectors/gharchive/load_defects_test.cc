#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <signal.h>
#include <sys/wait.h>
#include <unistd.h>

#include <random>

#include "connectors/gharchive/gharchive_source.h"
#include "engine/base/clock.h"
#include "engine/load/ledger.h"
#include "engine/load/sync.h"
#include "engine/store/warehouse.h"
#include "tests/connectors/gharchive/gharchive_testing.h"
#include "tests/engine/store/temp_folder.h"

namespace learnsql {
namespace {

using testing::HasSubstr;
using testing::StartsWith;

constexpr int64_t kFrom = 1420070400;  // 2015-01-01T00:00:00Z
constexpr std::string_view kName = "2015-01-01-0.json.gz";

// A record of 100 bytes or so.
std::string Event(int id, const std::string& type = "WatchEvent") {
  return R"({"id":")" + std::to_string(id) + R"(","type":")" + type +
         R"(","actor":{"id":1,"login":"one"},"repo":{"id":2,"name":"a/b"},)"
         R"("payload":{"action":"started"},"public":true,)"
         R"("created_at":"2015-01-01T00:00:00Z"})";
}

std::string Events(int first, int count) {
  std::string text;
  for (int id = first; id < first + count; ++id) text += Event(id) + "\n";
  return text;
}

// A folder of hours, and a warehouse they are synced into.
class Hours {
 public:
  explicit Hours(size_t at_once = 1)
      : clock_(kFrom + 365 * 24 * 3600),
        contract_(Must(ReadRawContract(std::string(LEARNSQL_ROOT) +
                                       "/sql/raw/gharchive.sql"))) {
    std::filesystem::create_directories(folder_.File("hours"));
    options_.clock = &clock_;
    options_.at_once = at_once;
  }

  void Put(std::string_view name, std::string_view bytes) const {
    folder_.Write("hours/" + std::string(name), bytes);
  }
  SyncOptions& options() { return options_; }
  std::string warehouse() const { return folder_.File("w.db"); }

  SyncReport Sync(int hours = 1) {
    GhArchiveOptions archive;
    archive.base_url = folder_.File("hours");
    archive.landing_dir = folder_.File("landing");
    archive.clock = &clock_;
    GhArchiveSource source(std::move(archive));
    Connection db = Must(OpenWarehouse(warehouse(), true, nullptr));
    return Must(learnsql::Sync(&db, &source, contract_,
                               {kFrom, kFrom + hours * 3600}, options_));
  }

  // All rows of a query, columns joined by '|', rows by blanks.
  std::string Rows(const std::string& sql) const {
    Connection db = Must(OpenReadOnly(warehouse(), nullptr));
    Statement select = Must(db.Prepare(sql));
    std::string all;
    while (Must(select.Step())) {
      if (!all.empty()) all += ' ';
      for (int i = 0; i < select.column_count(); ++i) {
        if (i > 0) all += '|';
        all += select.is_null(i) ? "null" : std::string(select.text(i));
      }
    }
    return all;
  }
  std::string State() const {
    return Rows(
        "select state, rows_read, rows_loaded, rows_duplicate, "
        "rows_rejected from ls_slice");
  }
  std::string Error() const { return Rows("select error from ls_slice"); }
  std::string Ids() const {
    return Rows("select event_id from raw_gharchive__events order by row_id");
  }
  std::string Rejects() const {
    return Rows("select reason, line, byte_offset, length from ls_reject");
  }
  // Bytes add up: the ledger has them all.
  std::string Decoded() const {
    return Rows("select bytes_decoded from ls_slice");
  }

 private:
  TempFolder folder_;
  FakeClock clock_;
  RawContract contract_;
  SyncOptions options_;
};

// One hour of `text`, compressed as one member, is synced.
std::unique_ptr<Hours> SyncedText(const std::string& text) {
  auto hours = std::make_unique<Hours>();
  hours->Put(kName, Gzip(text));
  hours->Sync();
  return hours;
}

TEST(LoadDefects, ReadsAGoodHour) {
  const auto hours = SyncedText(Events(1, 3));
  EXPECT_EQ(hours->State(), "loaded|3|3|0|0");
  EXPECT_EQ(hours->Ids(), "1 2 3");
  EXPECT_EQ(hours->Decoded(), std::to_string(Events(1, 3).size()));
}

TEST(LoadDefects, FailsATruncatedFile) {
  Hours hours;
  const std::string whole = Gzip(Events(1, 100));
  hours.Put(kName, whole.substr(0, whole.size() * 2 / 3));
  EXPECT_EQ(hours.Sync().worst.code(), Code::kCorrupt);
  EXPECT_EQ(hours.State(), "failed|0|0|0|0");
  EXPECT_EQ(hours.Ids(), "");
  EXPECT_THAT(hours.Error(), HasSubstr("2015-01-01-0.json.gz"));
  hours.Put(kName, whole);
  EXPECT_EQ(hours.Sync().slices_loaded, 1u);
  EXPECT_EQ(hours.State(), "loaded|100|100|0|0");
}

TEST(LoadDefects, ReadsAllMembersCutAnywhere) {
  const std::string text = Events(1, 9);
  for (const size_t cut : {size_t{1}, size_t{50}, text.size() / 2}) {
    Hours hours;
    hours.Put(kName, Gzip(text.substr(0, cut)) + Gzip(text.substr(cut)) +
                         Gzip("") + Gzip(Event(10)));
    hours.Sync();
    EXPECT_EQ(hours.State(), "loaded|10|10|0|0");
  }
}

TEST(LoadDefects, ToleratesTrailingZeros) {
  Hours hours;
  hours.Put(kName, Gzip(Events(1, 3)) + std::string(4096, '\0'));
  hours.Sync();
  EXPECT_EQ(hours.State(), "loaded|3|3|0|0");
  EXPECT_EQ(hours.Rows("select warning from ls_slice"), "null");
}

TEST(LoadDefects, WarnsOfTrailingGarbage) {
  Hours hours;
  hours.Put(kName, Gzip(Events(1, 3)) + "<html>");
  hours.Sync();
  EXPECT_EQ(hours.State(), "loaded|3|3|0|0");
  EXPECT_EQ(hours.Rows("select warning from ls_slice"),
            "6 bytes behind the last gzip member were ignored");
}

TEST(LoadDefects, RefusesAnErrorPage) {
  Hours hours;
  hours.Put(kName,
            "<?xml version='1.0' encoding='UTF-8'?><Error><Code>"
            "NoSuchKey</Code></Error>");
  EXPECT_EQ(hours.Sync().worst.code(), Code::kCorrupt);
  EXPECT_EQ(hours.State(), "failed|0|0|0|0");
  EXPECT_THAT(hours.Error(), HasSubstr("expected gzip"));
}

TEST(LoadDefects, RefusesAnEmptyFile) {
  Hours hours;
  hours.Put(kName, "");
  EXPECT_EQ(hours.Sync().worst.code(), Code::kCorrupt);
  EXPECT_EQ(hours.State(), "failed|0|0|0|0");
}

TEST(LoadDefects, CallsAnHourWithoutEventsEmpty) {
  for (const char* text : {"", "\n\n", "  \r\n"}) {
    const auto hours = SyncedText(text);
    EXPECT_EQ(hours->State(), "empty|0|0|0|0");
  }
}

TEST(LoadDefects, LoadsAnHourOfOneEvent) {
  for (const char* end : {"", "\n", "\r\n"}) {
    EXPECT_EQ(SyncedText(Event(7) + end)->Ids(), "7");
  }
}

TEST(LoadDefects, CallsAMissingHourMissing) {
  Hours hours;
  hours.Put("2015-01-01-1.json.gz", Gzip(Event(1)));
  const SyncReport report = hours.Sync(3);
  EXPECT_TRUE(report.worst.ok());
  EXPECT_EQ(report.slices_absent, 2u);
  EXPECT_EQ(hours.Rows("select state from ls_slice order by slice_start"),
            "missing loaded missing");
}

TEST(LoadDefects, SkipsRunsOfNul) {
  const std::string nul(100000, '\0');
  const auto hours = SyncedText(Events(1, 2) + nul + Events(3, 2));
  EXPECT_EQ(hours->State(), "loaded|4|4|0|0");
  EXPECT_EQ(hours->Decoded(), std::to_string(Events(1, 4).size() + nul.size()));
}

TEST(LoadDefects, LosesOnlyTheRecordAroundNul) {
  std::string text = Event(2);
  text.insert(30, std::string(500, '\0'));
  const auto hours = SyncedText(Events(1, 1) + text + "\n" + Events(3, 2));
  EXPECT_EQ(hours->Ids(), "1 3 4");
  EXPECT_THAT(hours->Rejects(), StartsWith("nul_in_record|2|"));
}

TEST(LoadDefects, FindsTheRecordWrittenOverAnother) {
  const std::string cut = Event(2).substr(0, 60);
  const auto hours =
      SyncedText(Events(1, 1) + cut + Event(3) + "\n" + Events(4, 1));
  EXPECT_EQ(hours->Ids(), "1 3 4");
  EXPECT_EQ(hours->State(), "loaded|4|3|0|1");
  EXPECT_THAT(hours->Rows("select byte_offset, length from ls_reject"),
              std::to_string(Events(1, 1).size()) + "|60");
}

TEST(LoadDefects, SplitsRecordsWithoutNewline) {
  std::string text;
  for (int id = 1; id <= 50; ++id) text += Event(id);
  EXPECT_EQ(SyncedText(text)->State(), "loaded|50|50|0|0");
  EXPECT_EQ(SyncedText(Event(1) + Event(2) + "\n" + Event(3) + "  " + Event(4))
                ->Ids(),
            "1 2 3 4");
}

TEST(LoadDefects, CountsCopiesAndKeepsConflicts) {
  const auto hours = SyncedText(Events(1, 3) + Events(2, 1) + Event(1) + "\n" +
                                Event(3, "ForkEvent"));
  EXPECT_EQ(hours->State(), "loaded|6|4|2|0");
  EXPECT_EQ(hours->Ids(), "1 2 3 3");
  EXPECT_EQ(hours->Rows("select rows_conflict from ls_slice"), "1");
}

TEST(LoadDefects, RejectsTheLastRecordWhenItIsCut) {
  const auto hours = SyncedText(Events(1, 3) + Event(4).substr(0, 70));
  EXPECT_EQ(hours->State(), "loaded|4|3|0|1");
  EXPECT_EQ(hours->Rejects(),
            "cut|4|" + std::to_string(Events(1, 3).size()) + "|70");
}

TEST(LoadDefects, RejectsRecordsThatAreNoEvents) {
  const auto hours =
      SyncedText(Events(1, 1) + "[1]\n{}\n{\"id\":\"5\"}\n" +
                 R"({"id":"6","created_at":"2015-01-01T00:00:00Z"})" + "\n" +
                 R"({"id":"7","type":"A","actor":{"id":"x"},)"
                 R"("created_at":"2015-01-01T00:00:00Z"})");
  EXPECT_EQ(hours->State(), "loaded|6|1|0|5");
  EXPECT_EQ(hours->Rows("select reason, coalesce(column_name, '') from "
                        "ls_reject"),
            "not_an_object| bad_time|created_at bad_time|created_at "
            "null_value|type bad_type|actor_id");
}

TEST(LoadDefects, LoadsFutureShapesAndCountsThem) {
  const auto hours = SyncedText(
      R"({"id":"1","type":"NewEvent","actor":{"id":1,"login":"a","x":1},)"
      R"("payload":{"new":1},"created_at":"2015-01-01T00:00:00Z","y":2})");
  EXPECT_EQ(hours->State(), "loaded|1|1|0|0");
  EXPECT_EQ(hours->Rows("select unknown_fields from ls_slice"),
            R"({"actor.x":1,"payload.new":1,"type = NewEvent":1,"y":1})");
}

TEST(LoadDefects, KeepsWhatIsLeftOfDamagedText) {
  std::string text;
  for (int id = 1; id <= 40; ++id) {
    std::string line = Event(id);
    if (id % 10 == 5) line[40] = '}';
    if (id % 10 == 7) line[20] = '"';
    text += line + "\n";
  }
  const auto hours = SyncedText(text);
  EXPECT_EQ(hours->Rows("select count(*) from raw_gharchive__events where "
                        "event_id % 10 not in (5, 7)"),
            "32");
  EXPECT_THAT(hours->State(), StartsWith("loaded|"));
}

class LoadCut : public testing::TestWithParam<size_t> {};

INSTANTIATE_TEST_SUITE_P(AtOnce, LoadCut, testing::Values(1, 2),
                         testing::PrintToStringParamName());

// Two hours, so that shards are used when told; one of them is cut.
TEST_P(LoadCut, FailsAtEveryByte) {
  const std::string whole = Gzip(Events(1, 3));
  const std::string other = Gzip(Events(4, 2));
  Hours hours(GetParam());
  hours.Put("2015-01-01-1.json.gz", other);
  for (size_t cut = 0; cut < whole.size(); ++cut) {
    hours.options().force = true;
    hours.Put(kName, whole.substr(0, cut));
    EXPECT_EQ(hours.Sync(2).slices_failed, 1u) << cut;
    ASSERT_EQ(hours.Rows("select state from ls_slice order by slice_start"),
              "failed loaded")
        << cut;
    ASSERT_EQ(hours.Ids(), "4 5") << cut;
  }
  hours.Put(kName, whole);
  EXPECT_EQ(hours.Sync(2).slices_failed, 0u);
  EXPECT_EQ(hours.Rows("select event_id from raw_gharchive__events order by 1"),
            "1 2 3 4 5");
}

// Runs a sync in a child, kills it after `micros`. Returns whether it ended by
// itself before.
bool SyncAndKill(Hours* hours, int count, unsigned micros) {
  const pid_t child = ::fork();
  if (child == 0) {
    hours->Sync(count);
    ::_exit(0);
  }
  ::usleep(micros);
  ::kill(child, SIGKILL);
  int status = 0;
  ::waitpid(child, &status, 0);
  return WIFEXITED(status);
}

TEST_P(LoadCut, LosesNothingWhenKilled) {
  constexpr int kHours = 4;
  const auto put = [](const Hours& hours) {
    for (int hour = 0; hour < kHours; ++hour) {
      hours.Put("2015-01-01-" + std::to_string(hour) + ".json.gz",
                Gzip(Events(hour * 1000, 1000)));
    }
  };
  const std::string rows =
      "select event_id, source_offset from raw_gharchive__events order by 1";
  Hours calm(GetParam());
  put(calm);
  calm.Sync(kHours);
  const std::string expected = calm.Rows(rows);
  std::mt19937 random(20150101);
  for (int round = 0; round < 4; ++round) {
    Hours hours(GetParam());
    put(hours);
    for (int kill = 0; kill < 12; ++kill) {
      const unsigned micros = random() % 300000 + 1000 * kill;
      if (SyncAndKill(&hours, kHours, micros)) break;
      if (!std::filesystem::exists(hours.warehouse())) continue;
      // Nothing of the file's own tables, or all of them.
      const std::string tables =
          hours.Rows("select count(*) from sqlite_schema where name in "
                     "('ls_meta', 'ls_slice', 'ls_removed_load')");
      EXPECT_TRUE(tables == "0" || tables == "3") << tables;
    }
    hours.Sync(kHours);
    EXPECT_EQ(hours.Rows(rows), expected);
    EXPECT_EQ(hours.Rows("select distinct state from ls_slice"), "loaded");
    EXPECT_EQ(hours.Rows("select count(*) from ls_slice s where rows_loaded <> "
                         "(select count(*) from raw_gharchive__events e where "
                         "e.row_id >> 28 = s.load_id)"),
              "0");
    EXPECT_EQ(hours.Rows("pragma integrity_check"), "ok");
  }
}

}  // namespace
}  // namespace learnsql
