#include "engine/store/moment.h"

#include <algorithm>
#include <cstdlib>

#include "engine/base/ascii.h"
#include "engine/base/clock.h"

namespace learnsql {
namespace {

constexpr int64_t kMicrosPerSecond = 1'000'000;
constexpr int64_t kSecondsPerDay = 86400;
constexpr int64_t kMicrosPerDay = kSecondsPerDay * kMicrosPerSecond;
constexpr int kMaxDigits = 6;
constexpr size_t kDateBytes = 10;    // 2015-01-31
constexpr size_t kSecondBytes = 19;  // 2015-01-31T05:00:00

constexpr struct {
  std::string_view name;
  TimeUnit unit;
} kUnits[] = {{"millisecond", TimeUnit::kMillisecond},
              {"second", TimeUnit::kSecond},
              {"minute", TimeUnit::kMinute},
              {"hour", TimeUnit::kHour},
              {"day", TimeUnit::kDay},
              {"week", TimeUnit::kWeek},
              {"month", TimeUnit::kMonth},
              {"quarter", TimeUnit::kQuarter},
              {"year", TimeUnit::kYear}};

int64_t FloorDiv(int64_t a, int64_t b) {
  return a / b - (a % b != 0 && (a < 0) != (b < 0) ? 1 : 0);
}

// Micros of a unit of fixed length; 0 for months and longer.
int64_t MicrosOf(TimeUnit unit) {
  switch (unit) {
    case TimeUnit::kMillisecond:
      return kMicrosPerMilli;
    case TimeUnit::kSecond:
      return kMicrosPerSecond;
    case TimeUnit::kMinute:
      return 60 * kMicrosPerSecond;
    case TimeUnit::kHour:
      return 3600 * kMicrosPerSecond;
    case TimeUnit::kDay:
      return kMicrosPerDay;
    case TimeUnit::kWeek:
      return 7 * kMicrosPerDay;
    default:
      return 0;
  }
}

int64_t MonthsOf(TimeUnit unit) {
  if (unit == TimeUnit::kYear) return 12;
  return unit == TimeUnit::kQuarter ? 3 : 1;
}

int64_t DayMicros(int64_t year, int month, int day) {
  return DaysFromCivil(year, month, day) * kMicrosPerDay;
}

// The range whose years have four digits.
bool IsInRange(int64_t micros) {
  return micros >= DayMicros(0, 1, 1) && micros < DayMicros(10000, 1, 1);
}

// Takes `.` and 1 to 6 digits, if there are any, off the front.
bool TakeFraction(std::string_view* text, Moment* moment) {
  if (text->empty() || text->front() != '.') return true;
  text->remove_prefix(1);
  int64_t micros = 0;
  while (!text->empty() && IsDigit(text->front())) {
    if (++moment->digits > kMaxDigits) return false;
    micros = micros * 10 + (text->front() - '0');
    text->remove_prefix(1);
  }
  for (int i = moment->digits; i < kMaxDigits; ++i) micros *= 10;
  moment->micros += micros;
  return moment->digits > 0;
}

// What comes before the zone: `2015-01-31T05:00:00.123`.
std::optional<Moment> TakeLocalTime(std::string_view* text) {
  if (text->size() < kSecondBytes) return std::nullopt;
  const std::optional<int64_t> seconds =
      ParseUtc(text->substr(0, kSecondBytes));
  text->remove_prefix(kSecondBytes);
  if (!seconds) return std::nullopt;
  Moment moment{.micros = *seconds * kMicrosPerSecond};
  if (!TakeFraction(text, &moment)) return std::nullopt;
  return moment;
}

// Minutes east of UTC, from `+01:00`.
std::optional<int64_t> ParseOffset(std::string_view text) {
  if (text.size() != 6 || text[3] != ':') return std::nullopt;
  if (text[0] != '+' && text[0] != '-') return std::nullopt;
  for (const size_t i : {1, 2, 4, 5}) {
    if (!IsDigit(text[i])) return std::nullopt;
  }
  const int hours = (text[1] - '0') * 10 + (text[2] - '0');
  const int minutes = (text[4] - '0') * 10 + (text[5] - '0');
  if (hours > 14 || minutes > 59) return std::nullopt;
  const int offset = hours * 60 + minutes;
  return text[0] == '-' ? -offset : offset;
}

std::optional<Moment> AddMonths(const Moment& moment, int64_t months) {
  if (months > 120'000 || months < -120'000) return std::nullopt;
  const CivilTime civil = CivilOf(moment);
  const int64_t month = civil.year * 12 + civil.month - 1 + months;
  const int64_t year = FloorDiv(month, 12);
  const int month_of_year = static_cast<int>(month - year * 12) + 1;
  int day = civil.day;
  while (!IsRealDate(year, month_of_year, day)) --day;
  Moment later = moment;
  later.micros = DayMicros(year, month_of_year, day) +
                 (moment.micros - moment.days() * kMicrosPerDay);
  if (!IsInRange(later.micros)) return std::nullopt;
  return later;
}

// REQUIRES: from <= to.
int64_t MonthsBetween(const Moment& from, const Moment& to) {
  const CivilTime a = CivilOf(from);
  const CivilTime b = CivilOf(to);
  const int64_t months = (b.year - a.year) * 12 + (b.month - a.month);
  const std::optional<Moment> reached = AddMonths(from, months);
  return reached && reached->millis() <= to.millis() ? months : months - 1;
}

}  // namespace

CivilTime CivilOf(const Moment& moment) {
  return CivilFromSeconds(moment.seconds());
}

int64_t Moment::days() const { return FloorDiv(micros, kMicrosPerDay); }
int64_t Moment::seconds() const { return FloorDiv(micros, kMicrosPerSecond); }
int64_t Moment::millis() const { return FloorDiv(micros, kMicrosPerMilli); }

std::optional<Moment> ParseMoment(std::string_view text) {
  if (text.size() == kDateBytes) {
    const std::optional<int64_t> seconds = ParseUtc(text);
    if (!seconds) return std::nullopt;
    return Moment{.is_date = true, .micros = *seconds * kMicrosPerSecond};
  }
  std::optional<Moment> moment = TakeLocalTime(&text);
  if (text != "Z") return std::nullopt;
  return moment;
}

std::optional<Moment> ParseIso8601(std::string_view text) {
  std::optional<Moment> moment = TakeLocalTime(&text);
  if (!moment || text == "Z") return moment;
  const std::optional<int64_t> offset = ParseOffset(text);
  if (!offset) return std::nullopt;
  moment->micros -= *offset * 60 * kMicrosPerSecond;
  if (!IsInRange(moment->micros)) return std::nullopt;
  return moment;
}

std::string FormatMoment(const Moment& moment) {
  std::string text = FormatUtc(moment.seconds());
  if (moment.is_date) return text.substr(0, kDateBytes);
  if (moment.digits == 0) return text;
  std::string fraction =
      std::to_string(moment.micros - moment.seconds() * kMicrosPerSecond);
  fraction.insert(0, kMaxDigits - fraction.size(), '0');
  fraction.resize(static_cast<size_t>(moment.digits));
  text.insert(text.size() - 1, "." + fraction);
  return text;
}

std::optional<TimeUnit> ParseTimeUnit(std::string_view name) {
  for (const auto& known : kUnits) {
    const bool same =
        std::equal(name.begin(), name.end(), known.name.begin(),
                   known.name.end(), [](char a, char b) {
                     return (a >= 'A' && a <= 'Z' ? a + 32 : a) == b;
                   });
    if (same) return known.unit;
  }
  return std::nullopt;
}

bool IsDateUnit(TimeUnit unit) { return unit >= TimeUnit::kDay; }

std::optional<Moment> AddUnits(const Moment& moment, TimeUnit unit,
                               int64_t count) {
  const int64_t micros = MicrosOf(unit);
  if (micros == 0) {
    int64_t months = 0;
    if (__builtin_mul_overflow(count, MonthsOf(unit), &months)) {
      return std::nullopt;
    }
    return AddMonths(moment, months);
  }
  Moment later = moment;
  if (unit == TimeUnit::kMillisecond) later.digits = std::max(3, later.digits);
  int64_t change = 0;
  if (__builtin_mul_overflow(count, micros, &change) ||
      __builtin_add_overflow(later.micros, change, &later.micros) ||
      !IsInRange(later.micros)) {
    return std::nullopt;
  }
  return later;
}

int64_t UnitsBetween(const Moment& from, const Moment& to, TimeUnit unit) {
  const int64_t micros = MicrosOf(unit);
  if (micros != 0) {
    return (to.millis() - from.millis()) / (micros / kMicrosPerMilli);
  }
  const bool forward = from.millis() <= to.millis();
  const int64_t months =
      forward ? MonthsBetween(from, to) : -MonthsBetween(to, from);
  return months / MonthsOf(unit);
}

Moment TruncateTo(const Moment& moment, TimeUnit unit) {
  Moment begin = moment;
  const CivilTime civil = CivilOf(moment);
  if (unit == TimeUnit::kYear) {
    begin.micros = DayMicros(civil.year, 1, 1);
  } else if (unit == TimeUnit::kQuarter) {
    begin.micros = DayMicros(civil.year, (civil.month - 1) / 3 * 3 + 1, 1);
  } else if (unit == TimeUnit::kMonth) {
    begin.micros = DayMicros(civil.year, civil.month, 1);
  } else if (unit == TimeUnit::kWeek) {
    begin.micros = (moment.days() - (DayOfWeek(moment) - 1)) * kMicrosPerDay;
  } else {
    const int64_t micros = MicrosOf(unit);
    begin.micros = FloorDiv(moment.micros, micros) * micros;
  }
  return begin;
}

int DayOfWeek(const Moment& moment) {
  // 1970-01-01 was a Thursday.
  const int64_t days = moment.days() + 3;
  return static_cast<int>(days - FloorDiv(days, 7) * 7) + 1;
}

int DayOfYear(const Moment& moment) {
  return static_cast<int>(moment.days() -
                          DaysFromCivil(CivilOf(moment).year, 1, 1)) +
         1;
}

IsoWeek IsoWeekOf(const Moment& moment) {
  Moment thursday = moment;
  thursday.micros += (4 - DayOfWeek(moment)) * kMicrosPerDay;
  return {CivilOf(thursday).year, (DayOfYear(thursday) - 1) / 7 + 1};
}

}  // namespace learnsql
