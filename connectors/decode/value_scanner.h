#pragma once

#include <array>
#include <cstddef>
#include <cstdint>
#include <string_view>

namespace learnsql {

// White space between JSON values (RFC 8259).
inline bool IsBlank(char c) {
  return c == ' ' || c == '\t' || c == '\n' || c == '\r';
}

// Finds where one JSON value ends, fed piece by piece, and notices at once when
// the text cannot go on as JSON: damage is found where it is, not where the
// file ends. It is not the judge of what is inside strings (escapes, UTF-8,
// control characters), since none of that moves the end of the value; but a
// line end or a NUL inside a string is damage, because that is how cut and
// zeroed records look.
//
// Threads: one thread at a time.
// Memory:  one byte for each level of depth, up to kMaxDepth.
class ValueScanner {
 public:
  static constexpr size_t kMaxDepth = 256;

  enum class State { kMore, kDone, kDamaged };

  struct Outcome {
    State state;
    size_t used;  // up to behind the value, or up to the byte that damages it
  };

  // Begins a new value, which must not begin with white space.
  void Reset();

  Outcome Scan(std::string_view piece);

  // Whether the value is whole if nothing follows: a number is.
  bool CompleteAtEnd() const;

  // The value has gone deeper than kMaxDepth. Its end is still found.
  bool too_deep() const { return too_deep_; }

  // The last byte was taken as part of a string.
  bool in_string() const {
    return want_ == Want::kString || want_ == Want::kEscape;
  }

 private:
  enum class Want : uint8_t {
    kValue,
    kValueOrEnd,
    kKey,
    kKeyOrEnd,
    kColon,
    kCommaOrEnd,
    kString,
    kEscape,
    kLiteral,
    kMinus,
    kZero,
    kDigits,
    kPoint,
    kFraction,
    kExponent,
    kExponentSign,
    kExponentDigits,
    kDone,
  };

  bool Step(char c);
  bool BeginValue(char c);
  bool BeginNumber(char c);
  bool StepStructure(char c);
  bool StepNumber(char c);
  bool EndNumber(char c);
  bool EndString();
  bool Open(char c);
  bool Close(char c);
  void EndValue();
  bool StepDeep(char c);
  const char* SkipString(const char* at, const char* end) const;

  Want want_ = Want::kValue;
  bool in_key_ = false;
  bool too_deep_ = false;
  bool unused_ = false;         // the last byte is not part of the value
  const char* rest_ = nullptr;  // of the literal that is being read
  size_t depth_ = 0;
  size_t extra_depth_ = 0;  // below kMaxDepth: brackets are counted only
  std::array<char, kMaxDepth> open_;
};

}  // namespace learnsql
