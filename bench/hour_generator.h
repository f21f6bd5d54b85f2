#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

namespace learnsql::bench {

// What GitHub sent at the time.
enum class HourShape {
  kModern,  // 2021 to October 2025: whole commits and pull requests
  kLean,    // since: five keys a push, pull requests cut to their ends
};

constexpr uint64_t kMaxEvents = 500'000;

struct HourOptions {
  HourShape shape = HourShape::kModern;
  uint64_t events = 220'000;  // up to kMaxEvents
  uint64_t seed = 1;
  // The first second of the hour, "2025-06-01T15"; minutes are appended.
  std::string hour;
  // Hours since 1970, from which event ids rise.
  uint64_t hour_number = 0;
};

// Numbers that are the same everywhere for the same seed (splitmix64): the
// standard library's distributions are not.
class Chance {
 public:
  explicit Chance(uint64_t seed) : state_(seed) {}

  uint64_t Next();
  // From 0 to `end` - 1. REQUIRES: end < 2^32.
  uint64_t Below(uint64_t end) { return ((Next() >> 32) * end) >> 32; }
  bool OneIn(uint64_t n) { return Below(n) == 0; }
  // The same, leaning to small numbers as popularity does.
  uint64_t Skewed(uint64_t end);

 private:
  uint64_t state_;
};

// A user, bot or organisation. Each number stands for one, in every hour.
struct Account {
  uint64_t number = 0;
  uint64_t id = 0;
  std::string login;
  bool bot = false;
  bool organisation = false;
};

struct Repository {
  uint64_t id = 0;
  Account owner;
  std::string name;
  std::string full_name;
};

// Makes the events of one hour of GH Archive: mix of types, sizes, skew of
// people and repositories as in 2023 to 2026, texts with escapes, four-byte
// UTF-8, and brackets and quotes inside strings.
//
// Threads: one thread at a time.
// Memory:  one event.
class HourGenerator {
 public:
  explicit HourGenerator(const HourOptions& options);

  // The next event as a line with its '\n', good until the next call; empty
  // after the last.
  std::string_view Next();

 private:
  struct Actors {
    Account actor;
    Repository repo;
  };
  Actors ChooseActors(std::string_view type);
  std::string CreatedAt() const;

  HourOptions options_;
  Chance chance_;
  std::vector<std::string> words_;
  uint64_t index_ = 0;
  uint64_t event_id_ = 0;
  std::string line_;
};

}  // namespace learnsql::bench
