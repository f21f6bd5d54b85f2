#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

#include "engine/base/clock.h"

namespace learnsql {

inline constexpr int64_t kMicrosPerMilli = 1000;

// A date or an instant as learnsql stores them: `2015-01-31`, or
// `2015-01-31T05:00:00Z` with as many digits of a second as it came with.
struct Moment {
  bool is_date = false;
  int digits = 0;      // of the fraction of a second: 0 to 6
  int64_t micros = 0;  // since 1970-01-01T00:00:00Z

  int64_t days() const;
  int64_t seconds() const;
  int64_t millis() const;
};

enum class TimeUnit : uint8_t {
  kMillisecond,
  kSecond,
  kMinute,
  kHour,
  kDay,
  kWeek,
  kMonth,
  kQuarter,
  kYear,
};

// nullopt for anything but the two forms, and for days and times that do not
// exist.
std::optional<Moment> ParseMoment(std::string_view text);
// An instant with an offset such as +01:00 as well, in UTC.
std::optional<Moment> ParseIso8601(std::string_view text);

std::string FormatMoment(const Moment& moment);

// By name, in any case; nullopt for others.
std::optional<TimeUnit> ParseTimeUnit(std::string_view name);
// False for those that only an instant has.
bool IsDateUnit(TimeUnit unit);

// `count` units later. The day is cut to the length of the month it comes
// into. nullopt outside the years 0 to 9999.
std::optional<Moment> AddUnits(const Moment& moment, TimeUnit unit,
                               int64_t count);

// Complete units from `from` to `to`, as many as can be added to the earlier
// without passing the later; negative when `to` is the earlier.
int64_t UnitsBetween(const Moment& from, const Moment& to, TimeUnit unit);

// The begin of the unit that `moment` is in; weeks begin on Monday.
Moment TruncateTo(const Moment& moment, TimeUnit unit);

// In UTC.
CivilTime CivilOf(const Moment& moment);

// 1 for Monday to 7 for Sunday.
int DayOfWeek(const Moment& moment);
int DayOfYear(const Moment& moment);

// The week of ISO 8601: week 1 has the year's first Thursday.
struct IsoWeek {
  int64_t year;
  int week;
};
IsoWeek IsoWeekOf(const Moment& moment);

}  // namespace learnsql
