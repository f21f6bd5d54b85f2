#include "connectors/gharchive/hour_files.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <array>
#include <map>
#include <random>
#include <set>
#include <string>
#include <vector>

#include "engine/base/clock.h"

namespace learnsql {
namespace {

using testing::ElementsAre;
using testing::IsEmpty;

constexpr int64_t kHourSeconds = 3600;

int64_t Utc(const std::string& text) { return *ParseUtc(text); }

std::vector<std::string> Names(const std::vector<HourFile>& files) {
  std::vector<std::string> names;
  for (const HourFile& file : files) {
    names.push_back(file.name.substr(0, file.name.find('.')));
  }
  return names;
}

std::vector<std::string> NamesBetween(const std::string& from,
                                      const std::string& to,
                                      Overlap overlap = Overlap::kUtcOnly) {
  return Names(HourFilesMeeting(Utc(from), Utc(to), overlap));
}

TEST(HourFiles, NameHoursWithoutZero) {
  EXPECT_THAT(NamesBetween("2015-01-01T09", "2015-01-01T11"),
              ElementsAre("2015-01-01-9", "2015-01-01-10"));
}

TEST(HourFiles, TakeEveryFileThatMeetsTheRange) {
  EXPECT_THAT(NamesBetween("2016-02-29T23:30", "2016-03-01T00:00:01"),
              ElementsAre("2016-02-29-23", "2016-03-01-0"));
  EXPECT_THAT(NamesBetween("2016-03-01T00", "2016-03-01T00"), IsEmpty());
  EXPECT_THAT(NamesBetween("2016-03-01T01", "2016-03-01T00"), IsEmpty());
}

TEST(HourFiles, BeginWithTheArchive) {
  EXPECT_THAT(NamesBetween("2000-01-01", "2011-02-12T02"),
              ElementsAre("2011-02-12-0", "2011-02-12-1"));
  EXPECT_EQ(FirstArchiveHour(), Utc("2011-02-12"));
}

TEST(HourFiles, GoByPacificTimeFrom2012To2014) {
  const std::vector<HourFile> files =
      HourFilesMeeting(Utc("2013-02-15T08"), Utc("2013-02-15T09"));
  ASSERT_EQ(files.size(), 1u);
  EXPECT_EQ(files[0].name, "2013-02-15-0.json.gz");
  EXPECT_EQ(files[0].naming, HourNaming::kPacific);
  EXPECT_EQ(files[0].start, Utc("2013-02-15T08"));
  EXPECT_EQ(files[0].end, Utc("2013-02-15T09"));
  EXPECT_THAT(NamesBetween("2012-04-11T22", "2012-04-11T23"),
              ElementsAre("2012-04-11-15"));
}

TEST(HourFiles, SwitchToPacificTimeIn2012) {
  // 2012-03-11 is a summer time switch, too: no file is named for 2h.
  EXPECT_THAT(NamesBetween("2012-03-10T22", "2012-03-11T11"),
              ElementsAre("2012-03-10-22", "2012-03-10-23", "2012-03-11-0",
                          "2012-03-11-1", "2012-03-11-3"));
  EXPECT_EQ(HoursWithoutFile().start, Utc("2012-03-11T00"));
  EXPECT_EQ(HoursWithoutFile().end, Utc("2012-03-11T08"));
  EXPECT_THAT(NamesBetween("2012-03-11T00", "2012-03-11T08"), IsEmpty());
}

TEST(HourFiles, SwitchBackToUtcIn2015) {
  EXPECT_THAT(NamesBetween("2014-12-31T22", "2015-01-01T02"),
              ElementsAre("2014-12-31-14", "2014-12-31-15", "2015-01-01-0",
                          "2015-01-01-1"));
  EXPECT_THAT(NamesBetween("2014-12-31T23", "2015-01-01T02", Overlap::kBoth),
              ElementsAre("2014-12-31-15", "2015-01-01-0", "2014-12-31-16",
                          "2015-01-01-1", "2014-12-31-17"));
  EXPECT_THAT(NamesBetween("2015-01-01T07", "2015-01-01T09", Overlap::kBoth),
              ElementsAre("2015-01-01-7", "2014-12-31-23", "2015-01-01-8"));
  EXPECT_EQ(HoursWithTwoFiles().start, Utc("2015-01-01T00"));
  EXPECT_EQ(HoursWithTwoFiles().end, Utc("2015-01-01T08"));
}

TEST(HourFiles, SkipTheNameThatSummerTimeSkips) {
  EXPECT_THAT(NamesBetween("2013-03-10T09", "2013-03-10T11"),
              ElementsAre("2013-03-10-1", "2013-03-10-3"));
  EXPECT_THAT(NamesBetween("2014-03-09T09", "2014-03-09T11"),
              ElementsAre("2014-03-09-1", "2014-03-09-3"));
}

TEST(HourFiles, GiveTheDoubledNameTwoHours) {
  for (const auto& [day, next] : {std::pair{"2012-11-04", "2012-11-04-2"},
                                  {"2013-11-03", "2013-11-03-2"},
                                  {"2014-11-02", "2014-11-02-2"}}) {
    const int64_t eight = Utc(std::string(day) + "T08");
    const std::vector<HourFile> files =
        HourFilesMeeting(eight, eight + 3 * kHourSeconds);
    ASSERT_EQ(files.size(), 2u) << day;
    EXPECT_EQ(files[0].name, std::string(day) + "-1.json.gz");
    EXPECT_EQ(files[0].start, eight);
    EXPECT_EQ(files[0].end, eight + 2 * kHourSeconds);
    EXPECT_EQ(files[1].name, std::string(next) + ".json.gz");
    // Whichever of its two hours is asked for, the window is the same.
    for (const int64_t from : {eight, eight + kHourSeconds}) {
      const std::vector<HourFile> one =
          HourFilesMeeting(from, from + kHourSeconds);
      ASSERT_EQ(one.size(), 1u);
      EXPECT_EQ(one[0].name, files[0].name);
      EXPECT_EQ(one[0].start, files[0].start);
      EXPECT_EQ(one[0].end, files[0].end);
    }
  }
}

// The calendar by brute force: for every name the hours it stands for, found by
// walking through time hour by hour with the known switches of the US clock.
class Calendar {
 public:
  Calendar() {
    const int64_t end = Utc("2027-01-01");
    for (int64_t at = Utc("2011-02-12"); at < end; at += kHourSeconds) {
      const bool utc = at < Utc("2012-03-11") || at >= Utc("2015-01-01");
      if (utc) Add(at, at, HourNaming::kUtc);
      const int64_t local = at - Behind(at);
      const bool pacific =
          local >= Utc("2012-03-11") && local < Utc("2015-01-01");
      if (pacific) Add(at, local, HourNaming::kPacific);
    }
  }

  // Every file that meets the range, by start and naming.
  std::vector<HourFile> Meeting(int64_t from, int64_t to,
                                Overlap overlap) const {
    std::vector<HourFile> files;
    const auto begin = files_.lower_bound({from - 2 * kHourSeconds, 0});
    for (auto at = begin; at != files_.end() && at->first.first < to; ++at) {
      const HourFile& file = at->second;
      if (file.end <= from) continue;
      const bool twice = file.naming == HourNaming::kPacific &&
                         file.start >= Utc("2015-01-01");
      if (twice && overlap == Overlap::kUtcOnly) continue;
      files.push_back(file);
    }
    return files;
  }

 private:
  static int64_t Behind(int64_t at) {
    // The switches as tables of the time have them, in UTC.
    static const std::array<std::pair<int64_t, int64_t>, 3> kSummers = {
        std::pair{Utc("2012-03-11T10"), Utc("2012-11-04T09")},
        std::pair{Utc("2013-03-10T10"), Utc("2013-11-03T09")},
        std::pair{Utc("2014-03-09T10"), Utc("2014-11-02T09")}};
    for (const auto& [begin, end] : kSummers) {
      if (at >= begin && at < end) return 7 * kHourSeconds;
    }
    return 8 * kHourSeconds;
  }

  void Add(int64_t at, int64_t named, HourNaming naming) {
    const CivilTime t = CivilFromSeconds(named);
    char name[40];
    std::snprintf(name, sizeof name, "%04d-%02d-%02d-%d.json.gz",
                  static_cast<int>(t.year), t.month, t.day, t.hour);
    const auto [known, fresh] =
        by_name_.try_emplace({name, naming}, std::pair{at, int(naming)});
    if (fresh) {
      files_[known->second] = {name, naming, at, at + kHourSeconds};
    } else {
      files_[known->second].end = at + kHourSeconds;
    }
  }

  std::map<std::pair<int64_t, int>, HourFile> files_;
  std::map<std::pair<std::string, HourNaming>, std::pair<int64_t, int>>
      by_name_;
};

std::vector<std::string> Describe(const std::vector<HourFile>& files) {
  std::vector<std::string> texts;
  for (const HourFile& file : files) {
    texts.push_back(file.name + " " + FormatUtc(file.start) + " " +
                    FormatUtc(file.end) +
                    (file.naming == HourNaming::kUtc ? " utc" : " pacific"));
  }
  return texts;
}

TEST(HourFiles, EqualACalendarByBruteForce) {
  const Calendar calendar;
  const int64_t end = Utc("2015-02-01");
  for (const Overlap overlap : {Overlap::kUtcOnly, Overlap::kBoth}) {
    EXPECT_EQ(Describe(HourFilesMeeting(0, end, overlap)),
              Describe(calendar.Meeting(0, end, overlap)));
  }
  const int64_t now = Utc("2026-12-01");
  EXPECT_EQ(HourFilesMeeting(end, now).size(),
            static_cast<size_t>((now - end) / kHourSeconds));
}

TEST(HourFiles, EqualTheCalendarInAnyRange) {
  const Calendar calendar;
  std::mt19937_64 random(20150101);
  std::vector<int64_t> near;
  for (const char* text :
       {"2011-02-12", "2012-03-11T00", "2012-03-11T08", "2012-03-11T10",
        "2012-11-04T09", "2013-03-10T10", "2013-11-03T09", "2014-03-09T10",
        "2014-11-02T09", "2015-01-01T00", "2015-01-01T08"}) {
    near.push_back(Utc(text));
  }
  const int64_t first = Utc("2011-01-01");
  const int64_t span = Utc("2026-12-01") - first;
  for (int i = 0; i < 1500; ++i) {
    const auto any = static_cast<int64_t>(random());
    int64_t from = first + (any & INT64_MAX) % span;
    if (i % 2 == 0) {
      from = near[random() % near.size()] +
             static_cast<int64_t>(random() % (8 * kHourSeconds)) -
             4 * kHourSeconds;
    }
    const auto length = static_cast<int64_t>(random() % (30 * kHourSeconds));
    const Overlap overlap = i % 3 ? Overlap::kUtcOnly : Overlap::kBoth;
    EXPECT_EQ(Describe(HourFilesMeeting(from, from + length, overlap)),
              Describe(calendar.Meeting(from, from + length, overlap)))
        << FormatUtc(from) << " to " << FormatUtc(from + length);
  }
}

TEST(HourFiles, KnowThePacificOffset) {
  EXPECT_EQ(PacificOffsetSeconds(Utc("2013-02-15T08:30")), 8 * kHourSeconds);
  EXPECT_EQ(PacificOffsetSeconds(Utc("2012-04-11T22")), 7 * kHourSeconds);
  EXPECT_EQ(PacificOffsetSeconds(Utc("2013-03-10T09:59:59")), 8 * kHourSeconds);
  EXPECT_EQ(PacificOffsetSeconds(Utc("2013-03-10T10:00:00")), 7 * kHourSeconds);
  EXPECT_EQ(PacificOffsetSeconds(Utc("2013-11-03T08:59:59")), 7 * kHourSeconds);
  EXPECT_EQ(PacificOffsetSeconds(Utc("2013-11-03T09:00:00")), 8 * kHourSeconds);
}

}  // namespace
}  // namespace learnsql
