#include "engine/base/clock.h"

#include <gtest/gtest.h>

namespace learnsql {
namespace {

TEST(Clock, ReadsEveryFormOfATime) {
  EXPECT_EQ(ParseUtc("1970-01-01"), 0);
  EXPECT_EQ(ParseUtc("2015-01-01T00"), 1420070400);
  EXPECT_EQ(ParseUtc("2015-01-01T02:30"), 1420070400 + 2 * 3600 + 1800);
  EXPECT_EQ(ParseUtc("2015-01-01T00:00:01Z"), 1420070401);
  EXPECT_EQ(ParseUtc("2016-02-29Z"), 1456704000);
}

TEST(Clock, RefusesWhatIsNoTime) {
  for (const char* text :
       {"", "2015", "2015-1-1", "2015-02-29", "2015-13-01", "2015-00-10",
        "2015-01-01T24", "2015-01-01T00:60", "2015-01-01 00:00:00",
        "2015-01-01T00:00:00+01:00", "2015-01-01T", "-015-01-01",
        "2015-01-01x"}) {
    EXPECT_EQ(ParseUtc(text), std::nullopt) << text;
  }
}

TEST(Clock, MeasuresInSeconds) {
  FakeClock clock(1420070400);
  const int64_t began = clock.MonotonicMicros();
  clock.SleepMillis(2500, nullptr);
  EXPECT_EQ(clock.SecondsSince(began), 2.5);
}

TEST(Clock, FormatsWhatItParsed) {
  for (int64_t day = -700000; day < 2900000; day += 371) {
    const int64_t seconds = day * 86400 + 86399 - (day * 7919) % 86399;
    const std::string text = FormatUtc(seconds);
    EXPECT_EQ(ParseUtc(text), seconds) << text;
  }
}

}  // namespace
}  // namespace learnsql
