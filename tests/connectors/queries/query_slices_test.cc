#include "connectors/queries/query_slices.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "engine/base/clock.h"
#include "tests/engine/store/must.h"

namespace learnsql {
namespace {

using testing::ElementsAre;
using testing::HasSubstr;
using testing::IsEmpty;
using testing::SizeIs;

constexpr int64_t kDay = 24 * 3600;
constexpr int64_t kNow = 1'790'000'000;  // 2026-09-21T14:13:20Z
constexpr int64_t kToday = kNow / kDay * kDay;

QueryFile File(const std::string& name, const std::string& keys) {
  return Must(ParseQueryFile(name + ".q", keys, "--", {}));
}

class QuerySlicesTest : public testing::Test {
 protected:
  QuerySlicesTest() : clock_(kNow) {}

  QuerySlices Of(std::vector<QueryFile> files,
                 std::optional<int64_t> start = {}) {
    return QuerySlices(std::move(files), {.start = start, .clock = &clock_});
  }
  static std::vector<std::string> Names(const std::vector<Slice>& slices) {
    std::vector<std::string> names;
    for (const Slice& slice : slices) names.push_back(slice.name);
    return names;
  }
  static SliceRecord Known(const std::string& object, int64_t start,
                           SliceState state, int64_t checked_at) {
    SliceRecord known;
    known.slice = {object, start, start + kDay, object};
    known.state = state;
    known.checked_at = checked_at;
    return known;
  }

  FakeClock clock_;
};

TEST_F(QuerySlicesTest, CutsDaysMonthsAndSnapshots) {
  const QuerySlices slices =
      Of({File("d", "-- slice: day"), File("m", "-- slice: month"),
          File("s", "-- slice: snapshot")});
  const std::vector<Slice> all =
      Must(slices.Slices("q", {.from = kToday - kDay - 1, .to = {}}));
  EXPECT_THAT(Names(all),
              ElementsAre("m/2026-09", "d/2026-09-19", "d/2026-09-20",
                          "d/2026-09-21", "s/2026-09-21"));
  for (const Slice& slice : all) {
    EXPECT_EQ(slice.end - slice.start, slice.object == "m" ? 30 * kDay : kDay);
  }
}

TEST_F(QuerySlicesTest, EndsWhereTheWindowEnds) {
  const QuerySlices slices =
      Of({File("d", "-- slice: day"), File("s", "-- slice: snapshot")});
  EXPECT_THAT(Names(Must(slices.Slices(
                  "q", {.from = kToday - 2 * kDay, .to = kToday}))),
              ElementsAre("d/2026-09-19", "d/2026-09-20"));
  // Of the future there is nothing.
  EXPECT_THAT(Names(Must(slices.Slices(
                  "q", {.from = kToday, .to = kToday + 9 * kDay}))),
              ElementsAre("d/2026-09-21", "s/2026-09-21"));
  EXPECT_THAT(Must(slices.Slices(
                  "q", {.from = kToday + kDay, .to = kToday + 2 * kDay})),
              IsEmpty());
}

TEST_F(QuerySlicesTest, CrossesYearsAndLeapDays) {
  const QuerySlices months = Of({File("m", "-- slice: month")});
  const int64_t december = DaysFromCivil(2023, 12, 31) * kDay;
  const std::vector<Slice> all = Must(months.Slices(
      "q", {.from = december, .to = DaysFromCivil(2024, 3, 1) * kDay}));
  EXPECT_THAT(Names(all), ElementsAre("m/2023-12", "m/2024-01", "m/2024-02"));
  EXPECT_EQ(all[2].end - all[2].start, 29 * kDay);
}

TEST_F(QuerySlicesTest, BeginsWhereItIsTold) {
  const auto count = [&](const std::string& keys, std::optional<int64_t> start,
                         const Window& window) {
    return Must(Of({File("d", keys)}, start).Slices("q", window)).size();
  };
  const int64_t week = kToday - 6 * kDay;
  EXPECT_EQ(count("-- slice: day", week, {}), 7u);
  EXPECT_EQ(count("-- slice: day", week, {.from = kToday, .to = {}}), 1u);
  EXPECT_EQ(count("-- slice: day", {}, {.from = {}, .to = {}, .resume = week}),
            7u);
  // What the system keeps for some days only begins with these.
  EXPECT_EQ(count("-- slice: day\n-- hot: 5 days", {}, {}), 6u);
}

TEST_F(QuerySlicesTest, AsksWhereToBegin) {
  const Status status =
      Of({File("d", "-- slice: day")}).Slices("trino.h", {}).status();
  EXPECT_EQ(status.code(), Code::kUsage);
  EXPECT_THAT(status.message(), HasSubstr("learnsql sync trino.h --from"));
  EXPECT_THAT(Must(Of({File("s", "-- slice: snapshot")}).Slices("q", {})),
              SizeIs(1));
}

TEST_F(QuerySlicesTest, KnowsWhatIsGone) {
  const QuerySlices slices = Of({File("hot", "-- slice: day\n-- hot: 5 days"),
                                 File("d", "-- slice: day")});
  const auto gone = [&](const std::string& object, int64_t days) {
    return slices.IsGone({object, kToday - days * kDay, 0, ""});
  };
  EXPECT_FALSE(gone("hot", 3));
  EXPECT_TRUE(gone("hot", 4));  // rows go while we ask
  EXPECT_FALSE(gone("d", 4000));
  EXPECT_FALSE(gone("other", 4000));
}

TEST_F(QuerySlicesTest, AsksAgainForWhatMayChange) {
  const QuerySlices slices = Of({File("hot", "-- slice: day\n-- hot: 5 days"),
                                 File("d", "-- slice: day")});
  const int64_t hour = 3600;
  const struct {
    const char* object;
    int64_t days;  // before today
    SliceState state;
    int64_t hours;  // since it was asked for
    bool due;
  } cases[] = {
      {"d", 0, SliceState::kLoaded, 5, false},
      {"d", 0, SliceState::kLoaded, 7, true},
      {"d", 0, SliceState::kEmpty, 7, true},
      {"d", 9, SliceState::kFailed, 0, true},
      {"d", 9, SliceState::kExpected, 0, true},
      {"d", 9, SliceState::kLoaded, 24, false},     // asked for when settled
      {"d", 9, SliceState::kLoaded, 24 * 7, true},  // and not yet settled then
      {"hot", 9, SliceState::kLoaded, 0, true},     // to be marked as gone
      {"hot", 9, SliceState::kFailed, 0, true},
      {"hot", 9, SliceState::kSourceGone, 99, false},
      {"hot", 9, SliceState::kMissing, 99, false},
  };
  for (const auto& a : cases) {
    EXPECT_EQ(slices.IsDue(Known(a.object, kToday - a.days * kDay, a.state,
                                 kNow - a.hours * hour)),
              a.due)
        << a.object << a.days << " " << a.hours;
  }
  EXPECT_GE(slices.recheck_seconds(), 34 * kDay);
}

TEST(RowsHash, IsOfRowsInAnyOrder) {
  const auto hash = [](const std::vector<std::string>& rows,
                       const std::string& columns) {
    RowsHash made;
    for (const std::string& row : rows) made.Add(row);
    return made.Hex(columns);
  };
  const std::string base = hash({"[1]", "[2]", "[3]"}, "x");
  EXPECT_THAT(base, SizeIs(64));
  EXPECT_EQ(base, hash({"[3]", "[1]", "[2]"}, "x"));
  EXPECT_NE(base, hash({"[3]", "[1]", "[2]"}, "y"));
  EXPECT_NE(base, hash({"[3]", "[1]"}, "x"));
  EXPECT_NE(base, hash({"[1]", "[2]", "[3]", "[3]"}, "x"));
  EXPECT_NE(hash({}, "x"), hash({}, ""));
  EXPECT_NE(hash({"[1]", "[1]"}, "x"), hash({"[2]", "[2]"}, "x"));
}

}  // namespace
}  // namespace learnsql
