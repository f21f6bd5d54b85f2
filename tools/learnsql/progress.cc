#include "tools/learnsql/progress.h"

#include <unistd.h>

#include <array>
#include <cstdio>

#include "engine/base/clock.h"

namespace learnsql {
namespace {

constexpr int64_t kRedrawMicros = 100'000;

}  // namespace

ProgressLine::ProgressLine(Clock* clock, bool quiet)
    : clock_(clock), enabled_(!quiet && ::isatty(STDERR_FILENO) == 1) {}

ProgressLine::~ProgressLine() {
  if (drawn_) std::fputs("\r\x1b[K", stderr);
}

bool ProgressLine::wants_text() {
  return enabled_ &&
         (!drawn_ || clock_->MonotonicMicros() - last_micros_ >= kRedrawMicros);
}

void ProgressLine::Draw(std::string_view text) {
  if (!enabled_) return;
  std::fprintf(stderr, "\r\x1b[K%.*s", static_cast<int>(text.size()),
               text.data());
  std::fflush(stderr);
  drawn_ = true;
  last_micros_ = clock_->MonotonicMicros();
}

std::string ShowCount(uint64_t count) {
  const std::string digits = std::to_string(count);
  std::string shown;
  for (size_t i = 0; i < digits.size(); ++i) {
    if (i > 0 && (digits.size() - i) % 3 == 0) shown.push_back(' ');
    shown.push_back(digits[i]);
  }
  return shown;
}

std::string ShowBytes(uint64_t bytes) {
  constexpr std::array<const char*, 5> kUnits = {"B", "kB", "MB", "GB", "TB"};
  double value = static_cast<double>(bytes);
  size_t unit = 0;
  while (value >= 1000 && unit + 1 < kUnits.size()) {
    value /= 1000;
    ++unit;
  }
  std::array<char, 32> text;
  std::snprintf(text.data(), text.size(), unit == 0 ? "%.0f %s" : "%.1f %s",
                value, kUnits[unit]);
  return text.data();
}

std::string ShowSeconds(double seconds) {
  std::array<char, 32> text;
  if (seconds < 60) {
    std::snprintf(text.data(), text.size(), "%.1f s", seconds);
    return text.data();
  }
  const auto whole = static_cast<long long>(seconds);
  std::snprintf(text.data(), text.size(), "%lld min %02lld s", whole / 60,
                whole % 60);
  return text.data();
}

}  // namespace learnsql
