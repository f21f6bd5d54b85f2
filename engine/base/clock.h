#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

namespace learnsql {

class CancelFlag;

// Where time comes from, so that tests can say what time it is.
//
// Threads: any thread.
class Clock {
 public:
  virtual ~Clock() = default;

  // Wall time in seconds since 1970-01-01T00:00:00Z.
  virtual int64_t NowSeconds() const = 0;

  // Time for measuring, in microseconds since some fixed moment; never goes
  // back.
  virtual int64_t MonotonicMicros() const = 0;

  // Since MonotonicMicros said `micros`.
  double SecondsSince(int64_t micros) const;

  // Returns after `millis`, or soon after `cancel` is set (null: never).
  virtual void SleepMillis(int64_t millis, const CancelFlag* cancel) = 0;

  // The machine's clock. Lives for the whole process.
  static Clock* System();
};

// A clock that stands still until it is moved; sleeping moves it.
class FakeClock final : public Clock {
 public:
  explicit FakeClock(int64_t now_seconds) : micros_(now_seconds * 1'000'000) {}

  int64_t NowSeconds() const override { return micros_ / 1'000'000; }
  int64_t MonotonicMicros() const override { return micros_; }
  void SleepMillis(int64_t millis, const CancelFlag*) override {
    micros_ += millis * 1000;
  }

 private:
  int64_t micros_;
};

// A moment of the proleptic Gregorian calendar in UTC.
struct CivilTime {
  int64_t year = 1970;
  int month = 1;  // 1 to 12
  int day = 1;    // 1 to 31
  int hour = 0;
  int minute = 0;
  int second = 0;
};

// Days since 1970-01-01. REQUIRES: a month from 1 to 12.
int64_t DaysFromCivil(int64_t year, int month, int day);
bool IsRealDate(int64_t year, int month, int day);
CivilTime CivilFromSeconds(int64_t seconds);
int64_t SecondsFromCivil(const CivilTime& civil);

// "2015-01-01T00:00:00Z", the one form in which learnsql stores instants.
std::string FormatUtc(int64_t seconds);

// Seconds from "2015-01-01", "2015-01-01T05", "2015-01-01T05:30",
// "2015-01-01T05:30:00", each with or without a final Z. nullopt for anything
// else, and for days and times that do not exist.
std::optional<int64_t> ParseUtc(std::string_view text);

}  // namespace learnsql
