#pragma once

#include <cstddef>
#include <memory>
#include <string>
#include <string_view>

#include "connectors/decode/json_node.h"

namespace learnsql {

// Bytes behind the text of a record that must be readable.
inline constexpr size_t kJsonPadding = 64;

// simdjson's DOM, its memory kept from record to record.
//
// Threads:  one thread at a time.
// Lifetime: a tape holds until the next Parse, and points into the text.
// Memory:   15 bytes for each byte of the longest record so far, doubled.
class FastJsonParser {
 public:
  explicit FastJsonParser(size_t max_length);
  ~FastJsonParser();

  // Whether `text` is one valid value. False also for what it merely does not
  // take: integers beyond 64 bits, more than max_length bytes.
  // REQUIRES: kJsonPadding readable bytes behind the text.
  bool Parse(std::string_view text, JsonTape* tape);

 private:
  struct Parser;

  bool Grow(size_t needed);

  size_t max_length_;
  size_t capacity_ = 0;
  std::unique_ptr<Parser> parser_;
};

// RapidJSON, whose verdict is the verdict.
//
// Threads:  one thread at a time.
// Lifetime: a tape holds until the next Parse, and points into the text.
// Memory:   a copy of the text and 8 to 16 bytes a value, given back after a
//           large one.
class SlowJsonParser {
 public:
  struct Verdict {
    std::string_view reason;  // empty when the text is one valid value
    std::string detail;
  };

  explicit SlowJsonParser(size_t max_values);
  ~SlowJsonParser();

  Verdict Parse(std::string_view text, JsonTape* tape);

 private:
  struct State;
  std::unique_ptr<State> state_;
};

}  // namespace learnsql
