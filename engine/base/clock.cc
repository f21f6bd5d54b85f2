#include "engine/base/clock.h"

#include <algorithm>
#include <charconv>
#include <chrono>
#include <cstdio>
#include <thread>

#include "engine/base/cancel.h"

namespace learnsql {
namespace {

class SystemClock final : public Clock {
 public:
  int64_t NowSeconds() const override {
    return std::chrono::duration_cast<std::chrono::seconds>(
               std::chrono::system_clock::now().time_since_epoch())
        .count();
  }

  int64_t MonotonicMicros() const override {
    return std::chrono::duration_cast<std::chrono::microseconds>(
               std::chrono::steady_clock::now().time_since_epoch())
        .count();
  }

  void SleepMillis(int64_t millis, const CancelFlag* cancel) override {
    constexpr int64_t kStepMillis = 20;  // how late a cancel may be noticed
    while (millis > 0 && !(cancel && cancel->cancelled())) {
      const int64_t step = std::min(millis, kStepMillis);
      std::this_thread::sleep_for(std::chrono::milliseconds(step));
      millis -= step;
    }
  }
};

// Takes `digits` digits off the front of `*text`.
bool TakeNumber(std::string_view* text, size_t digits, int* value) {
  if (text->size() < digits) return false;
  const char* end = text->data() + digits;
  const auto [stop, error] = std::from_chars(text->data(), end, *value);
  if (error != std::errc() || stop != end || (*text)[0] == '-') return false;
  text->remove_prefix(digits);
  return true;
}

bool TakeChar(std::string_view* text, char c) {
  if (text->empty() || text->front() != c) return false;
  text->remove_prefix(1);
  return true;
}

}  // namespace

Clock* Clock::System() {
  static SystemClock clock;
  return &clock;
}

double Clock::SecondsSince(int64_t micros) const {
  return static_cast<double>(MonotonicMicros() - micros) / 1e6;
}

// Days are counted in eras of 400 years that begin on 1 March, so that the leap
// day is the last of its year.
int64_t DaysFromCivil(int64_t year, int month, int day) {
  year -= month <= 2;
  const int64_t era = (year >= 0 ? year : year - 399) / 400;
  const int64_t year_of_era = year - era * 400;
  const int64_t day_of_year =
      (153 * (month + (month > 2 ? -3 : 9)) + 2) / 5 + day - 1;
  const int64_t day_of_era =
      year_of_era * 365 + year_of_era / 4 - year_of_era / 100 + day_of_year;
  return era * 146097 + day_of_era - 719468;
}

bool IsRealDate(int64_t year, int month, int day) {
  constexpr int kDays[] = {31, 28, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31};
  if (month < 1 || month > 12 || day < 1) return false;
  const bool leap = year % 4 == 0 && (year % 100 != 0 || year % 400 == 0);
  return day <= kDays[month - 1] + (month == 2 && leap ? 1 : 0);
}

CivilTime CivilFromSeconds(int64_t seconds) {
  int64_t days = seconds / 86400;
  int64_t rest = seconds % 86400;
  if (rest < 0) {
    rest += 86400;
    --days;
  }
  days += 719468;
  const int64_t era = (days >= 0 ? days : days - 146096) / 146097;
  const int64_t day_of_era = days - era * 146097;
  const int64_t year_of_era = (day_of_era - day_of_era / 1460 +
                               day_of_era / 36524 - day_of_era / 146096) /
                              365;
  const int64_t day_of_year =
      day_of_era - (365 * year_of_era + year_of_era / 4 - year_of_era / 100);
  const int64_t month_from_march = (5 * day_of_year + 2) / 153;
  CivilTime civil;
  civil.day =
      static_cast<int>(day_of_year - (153 * month_from_march + 2) / 5 + 1);
  civil.month = static_cast<int>(month_from_march < 10 ? month_from_march + 3
                                                       : month_from_march - 9);
  civil.year = year_of_era + era * 400 + (civil.month <= 2 ? 1 : 0);
  civil.hour = static_cast<int>(rest / 3600);
  civil.minute = static_cast<int>(rest / 60 % 60);
  civil.second = static_cast<int>(rest % 60);
  return civil;
}

int64_t SecondsFromCivil(const CivilTime& civil) {
  return DaysFromCivil(civil.year, civil.month, civil.day) * 86400 +
         civil.hour * 3600 + civil.minute * 60 + civil.second;
}

std::string FormatUtc(int64_t seconds) {
  const CivilTime t = CivilFromSeconds(seconds);
  char text[64];
  std::snprintf(text, sizeof(text), "%04lld-%02d-%02dT%02d:%02d:%02dZ",
                static_cast<long long>(t.year), t.month, t.day, t.hour,
                t.minute, t.second);
  return text;
}

std::optional<int64_t> ParseUtc(std::string_view text) {
  CivilTime t;
  int year = 0;
  if (!TakeNumber(&text, 4, &year) || !TakeChar(&text, '-') ||
      !TakeNumber(&text, 2, &t.month) || !TakeChar(&text, '-') ||
      !TakeNumber(&text, 2, &t.day)) {
    return std::nullopt;
  }
  t.year = year;
  if (TakeChar(&text, 'T')) {
    if (!TakeNumber(&text, 2, &t.hour)) return std::nullopt;
    if (TakeChar(&text, ':') && !TakeNumber(&text, 2, &t.minute)) {
      return std::nullopt;
    }
    if (TakeChar(&text, ':') && !TakeNumber(&text, 2, &t.second)) {
      return std::nullopt;
    }
  }
  TakeChar(&text, 'Z');
  if (!text.empty() || !IsRealDate(t.year, t.month, t.day) || t.hour > 23 ||
      t.minute > 59 || t.second > 59) {
    return std::nullopt;
  }
  return SecondsFromCivil(t);
}

}  // namespace learnsql
