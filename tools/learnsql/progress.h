#pragma once

#include <cstdint>
#include <string>
#include <string_view>

namespace learnsql {

class Clock;

// One line on stderr that is drawn over and over, where stderr is a terminal
// and nobody asked for quiet; nothing otherwise. Gone when it is destroyed.
//
// Threads:  one thread at a time.
// Lifetime: borrows the clock.
class ProgressLine {
 public:
  ProgressLine(Clock* clock, bool quiet);
  ~ProgressLine();
  ProgressLine(const ProgressLine&) = delete;
  ProgressLine& operator=(const ProgressLine&) = delete;

  // Whether a new text would be drawn now: making it may cost something.
  bool wants_text();
  void Draw(std::string_view text);

 private:
  Clock* clock_;
  bool enabled_;
  bool drawn_ = false;
  int64_t last_micros_ = 0;
};

// "7 702", "18.4 MB", "2 min 05 s": numbers for people.
std::string ShowCount(uint64_t count);
std::string ShowBytes(uint64_t bytes);
std::string ShowSeconds(double seconds);

}  // namespace learnsql
