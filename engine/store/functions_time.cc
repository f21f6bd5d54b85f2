#include <cstdint>
#include <cstdio>
#include <string>
#include <string_view>

#include "engine/base/clock.h"
#include "engine/store/function_call.h"
#include "engine/store/moment.h"

namespace learnsql {
namespace {

// Milliseconds of the years 0 to 9999.
constexpr int64_t kFirstMilli = -62'167'219'200'000;
constexpr int64_t kLastMilli = 253'402'300'799'999;

Result<Moment> MomentOf(const Call& call, int argument) {
  const Value value = call.value(argument);
  if (value.kind == Value::Kind::kText) {
    if (const std::optional<Moment> moment = ParseMoment(value.bytes)) {
      return *moment;
    }
  }
  return call.MustBe(argument,
                     "a date 'YYYY-MM-DD' or an instant "
                     "'YYYY-MM-DDTHH:MM:SSZ'");
}

Result<TimeUnit> UnitOf(const Call& call) {
  LEARNSQL_TRY_SET(const std::string_view name, call.Text(0));
  if (const std::optional<TimeUnit> unit = ParseTimeUnit(name)) return *unit;
  return call.MustBe(0,
                     "a unit (millisecond, second, minute, hour, day, week, "
                     "month, quarter, year)");
}

// A date has no time of day to count in.
Status CheckUnit(const Call& call, TimeUnit unit, bool is_date) {
  if (!is_date || IsDateUnit(unit)) return {};
  return call.MustBe(0, "day, week, month, quarter or year for a date");
}

Status DateAdd(const Call& call) {
  LEARNSQL_TRY_SET(const TimeUnit unit, UnitOf(call));
  LEARNSQL_TRY_SET(const int64_t count, call.Integer(1));
  LEARNSQL_TRY_SET(const Moment moment, MomentOf(call, 2));
  LEARNSQL_TRY(CheckUnit(call, unit, moment.is_date));
  const std::optional<Moment> later = AddUnits(moment, unit, count);
  if (!later) return call.Bad(1, "leaves the years 0000 to 9999");
  call.ReturnText(FormatMoment(*later));
  return {};
}

Status DateDiff(const Call& call) {
  LEARNSQL_TRY_SET(const TimeUnit unit, UnitOf(call));
  LEARNSQL_TRY_SET(const Moment from, MomentOf(call, 1));
  LEARNSQL_TRY_SET(const Moment to, MomentOf(call, 2));
  LEARNSQL_TRY(CheckUnit(call, unit, from.is_date && to.is_date));
  call.ReturnInteger(UnitsBetween(from, to, unit));
  return {};
}

Status DateTrunc(const Call& call) {
  LEARNSQL_TRY_SET(const TimeUnit unit, UnitOf(call));
  LEARNSQL_TRY_SET(const Moment moment, MomentOf(call, 1));
  LEARNSQL_TRY(CheckUnit(call, unit, moment.is_date));
  call.ReturnText(FormatMoment(TruncateTo(moment, unit)));
  return {};
}

// Reads a number off the moment that argument 0 is.
template <typename Part>
Status ReturnPart(const Call& call, Part part) {
  LEARNSQL_TRY_SET(const Moment moment, MomentOf(call, 0));
  call.ReturnInteger(part(moment));
  return {};
}

template <typename Part>
Status ReturnTimePart(const Call& call, Part part) {
  LEARNSQL_TRY_SET(const Moment moment, MomentOf(call, 0));
  if (moment.is_date) return call.MustBe(0, "an instant: a date has no time");
  call.ReturnInteger(part(CivilFromSeconds(moment.seconds())));
  return {};
}

Status Year(const Call& call) {
  return ReturnPart(call, [](const Moment& m) { return CivilOf(m).year; });
}
Status Quarter(const Call& call) {
  return ReturnPart(call,
                    [](const Moment& m) { return (CivilOf(m).month + 2) / 3; });
}
Status Month(const Call& call) {
  return ReturnPart(call, [](const Moment& m) { return CivilOf(m).month; });
}
Status Week(const Call& call) {
  return ReturnPart(call, [](const Moment& m) { return IsoWeekOf(m).week; });
}
Status YearOfWeek(const Call& call) {
  return ReturnPart(call, [](const Moment& m) { return IsoWeekOf(m).year; });
}
Status Day(const Call& call) {
  return ReturnPart(call, [](const Moment& m) { return CivilOf(m).day; });
}
Status DayOfWeekPart(const Call& call) { return ReturnPart(call, DayOfWeek); }
Status DayOfYearPart(const Call& call) { return ReturnPart(call, DayOfYear); }
Status Hour(const Call& call) {
  return ReturnTimePart(call, [](const CivilTime& t) { return t.hour; });
}
Status Minute(const Call& call) {
  return ReturnTimePart(call, [](const CivilTime& t) { return t.minute; });
}
Status Second(const Call& call) {
  return ReturnTimePart(call, [](const CivilTime& t) { return t.second; });
}

// NULL for all that is no date: for text that may be one.
Status Date(const Call& call) {
  const Value value = call.value(0);
  if (value.kind != Value::Kind::kText) return {};
  const std::optional<Moment> moment = ParseMoment(value.bytes);
  if (moment && moment->is_date) call.Return(value);
  return {};
}

Status TryDate(const Call& call) {
  LEARNSQL_TRY(call.Text(0));
  return Date(call);
}

Result<Moment> MomentOfMillis(const Call& call, int digits, bool is_date) {
  LEARNSQL_TRY_SET(const int64_t millis, call.Integer(0));
  if (millis < kFirstMilli || millis > kLastMilli) {
    return call.Bad(0, "leaves the years 0000 to 9999");
  }
  return Moment{is_date, digits, millis * kMicrosPerMilli};
}

Status EpochMs(const Call& call) {
  LEARNSQL_TRY_SET(const Moment moment, MomentOfMillis(call, 0, false));
  call.ReturnText(FormatMoment(moment));
  return {};
}

Status EpochMsDate(const Call& call) {
  LEARNSQL_TRY_SET(const Moment moment, MomentOfMillis(call, 0, true));
  call.ReturnText(FormatMoment(moment));
  return {};
}

Status IsoMs(const Call& call) {
  LEARNSQL_TRY_SET(const Moment moment, MomentOfMillis(call, 3, false));
  call.ReturnText(FormatMoment(moment));
  return {};
}

Status FromIso8601Timestamp(const Call& call) {
  LEARNSQL_TRY_SET(const std::string_view text, call.Text(0));
  const std::optional<Moment> moment = ParseIso8601(text);
  if (!moment) {
    return call.MustBe(0, "'YYYY-MM-DDTHH:MM:SS' with Z or an offset +HH:MM");
  }
  call.ReturnText(FormatMoment(*moment));
  return {};
}

std::string Digits(int64_t value, int width) {
  char text[24];
  std::snprintf(text, sizeof(text), "%0*lld", width,
                static_cast<long long>(value));
  return text;
}

// What `%specifier` stands for; nullopt for those not offered.
std::optional<std::string> Formatted(const Moment& moment, char specifier) {
  const CivilTime civil = CivilOf(moment);
  switch (specifier) {
    case 'Y':
      return Digits(civil.year, 4);
    case 'y':
      return Digits(civil.year % 100, 2);
    case 'm':
      return Digits(civil.month, 2);
    case 'c':
      return Digits(civil.month, 1);
    case 'd':
      return Digits(civil.day, 2);
    case 'e':
      return Digits(civil.day, 1);
    case 'j':
      return Digits(DayOfYear(moment), 3);
    case 'H':
      return Digits(civil.hour, 2);
    case 'k':
      return Digits(civil.hour, 1);
    case 'i':
      return Digits(civil.minute, 2);
    case 's':
    case 'S':
      return Digits(civil.second, 2);
    case 'T':
      return Digits(civil.hour, 2) + ":" + Digits(civil.minute, 2) + ":" +
             Digits(civil.second, 2);
    case 'f':  // Trino's timestamps are cut to milliseconds here
      return Digits(moment.millis() - moment.seconds() * 1000, 3) + "000";
    case '%':
      return "%";
    default:
      return std::nullopt;
  }
}

Status DateFormat(const Call& call) {
  LEARNSQL_TRY_SET(const Moment moment, MomentOf(call, 0));
  LEARNSQL_TRY_SET(const std::string_view format, call.Text(1));
  std::string text;
  for (size_t i = 0; i < format.size(); ++i) {
    if (format[i] != '%') {
      text.push_back(format[i]);
      continue;
    }
    const std::optional<std::string> part =
        ++i < format.size() ? Formatted(moment, format[i]) : std::nullopt;
    if (!part) {
      return call.MustBe(1,
                         "of %Y %y %m %c %d %e %j %H %k %i %s %S %T %f %% and "
                         "plain text");
    }
    text += *part;
  }
  call.ReturnText(text);
  return {};
}

// A function that reads a number off a date or an instant.
constexpr Function Part(std::string_view name, std::string_view signature,
                        std::string_view document,
                        Status (*scalar)(const Call&)) {
  return {.spec = {.name = name,
                   .min_arguments = 1,
                   .max_arguments = 1,
                   .signature = signature,
                   .document = document},
          .scalar = scalar};
}

constexpr Function kTimeFunctions[] = {
    {.spec = {.name = "date",
              .min_arguments = 1,
              .max_arguments = 1,
              .overrides = true,
              .signature = "date(string) -> date",
              .document = "The date that the text `YYYY-MM-DD` is; NULL for "
                          "days that do not exist and all other text."},
     .scalar = Date},
    {.spec = {.name = "try_date",
              .min_arguments = 1,
              .max_arguments = 1,
              .signature = "try_date(string) -> date",
              .document = "As `date`, on Trino too, which fails for a bad "
                          "`date`.",
              .trino_prelude =
                  "function try_date(x varchar) returns date return "
                  "case when regexp_like(x, "
                  "'^[0-9]{4}-[0-9]{2}-[0-9]{2}\\z') "
                  "then try_cast(x as date) end"},
     .scalar = TryDate},
    {.spec = {.name = "date_add",
              .min_arguments = 3,
              .max_arguments = 3,
              .signature = "date_add(unit, value, x) -> [same as x]",
              .document = "So many units later; 31 January and a month is the "
                          "last of February."},
     .scalar = DateAdd},
    {.spec = {.name = "date_diff",
              .min_arguments = 3,
              .max_arguments = 3,
              .signature = "date_diff(unit, from, to) -> bigint",
              .document = "How many complete units lie between the two."},
     .scalar = DateDiff},
    {.spec = {.name = "date_trunc",
              .min_arguments = 2,
              .max_arguments = 2,
              .signature = "date_trunc(unit, x) -> [same as x]",
              .document = "The begin of the unit; weeks begin on Monday."},
     .scalar = DateTrunc},
    {.spec = {.name = "date_format",
              .min_arguments = 2,
              .max_arguments = 2,
              .signature = "date_format(x, format) -> varchar",
              .document = "By `%Y %y %m %c %d %e %j %H %k %i %s %S %T %f %%`."},
     .scalar = DateFormat},
    {.spec = {.name = "from_iso8601_timestamp",
              .min_arguments = 1,
              .max_arguments = 1,
              .signature = "from_iso8601_timestamp(string) -> timestamp",
              .document = "The instant that the text is, in UTC; text that is "
                          "none is an error."},
     .scalar = FromIso8601Timestamp},
    {.spec = {.name = "epoch_ms",
              .min_arguments = 1,
              .max_arguments = 1,
              .signature = "epoch_ms(milliseconds) -> varchar",
              .document = "The instant so long after 1970-01-01T00:00:00Z, in "
                          "whole seconds.",
              .trino_prelude =
                  "function epoch_ms(ms bigint) returns varchar return "
                  "date_format(date_add('millisecond', ms, "
                  "timestamp '1970-01-01 00:00:00.000'), "
                  "'%Y-%m-%dT%H:%i:%sZ')"},
     .scalar = EpochMs},
    {.spec = {.name = "epoch_ms_date",
              .min_arguments = 1,
              .max_arguments = 1,
              .signature = "epoch_ms_date(milliseconds) -> date",
              .document = "The day of that instant in UTC.",
              .trino_prelude =
                  "function epoch_ms_date(ms bigint) returns date return "
                  "cast(date_add('millisecond', ms, "
                  "timestamp '1970-01-01 00:00:00.000') as date)"},
     .scalar = EpochMsDate},
    {.spec = {.name = "iso_ms",
              .min_arguments = 1,
              .max_arguments = 1,
              .signature = "iso_ms(milliseconds) -> varchar",
              .document = "As `epoch_ms`, with three digits of the second.",
              .trino_prelude =
                  "function iso_ms(ms bigint) returns varchar return "
                  "substr(date_format(date_add('millisecond', ms, "
                  "timestamp '1970-01-01 00:00:00.000'), "
                  "'%Y-%m-%dT%H:%i:%s.%f'), 1, 23) || 'Z'"},
     .scalar = IsoMs},
    Part("year", "year(x) -> bigint", "The year.", Year),
    Part("quarter", "quarter(x) -> bigint", "The quarter, 1 to 4.", Quarter),
    Part("month", "month(x) -> bigint", "The month, 1 to 12.", Month),
    Part("week", "week(x) -> bigint", "The ISO week of the year, 1 to 53.",
         Week),
    Part("year_of_week", "year_of_week(x) -> bigint",
         "The year that the ISO week belongs to.", YearOfWeek),
    Part("day", "day(x) -> bigint", "The day of the month, 1 to 31.", Day),
    Part("day_of_week", "day_of_week(x) -> bigint",
         "1 for Monday to 7 for Sunday.", DayOfWeekPart),
    Part("day_of_year", "day_of_year(x) -> bigint",
         "The day of the year, 1 to 366.", DayOfYearPart),
    Part("hour", "hour(x) -> bigint", "The hour of an instant, 0 to 23.", Hour),
    Part("minute", "minute(x) -> bigint", "The minute of an instant, 0 to 59.",
         Minute),
    Part("second", "second(x) -> bigint", "The second of an instant, 0 to 59.",
         Second),
};

}  // namespace

std::span<const Function> TimeFunctions() { return kTimeFunctions; }

}  // namespace learnsql
