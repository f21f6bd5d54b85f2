#pragma once

#include <cassert>
#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <utility>

namespace learnsql {

// What a caller may branch on. Everything else about an error is its message
// and its Place.
enum class Code {
  kOk,
  kInvalid,     // input, SQL or settings that are wrong as they stand
  kNotFound,    // the named thing does not exist
  kBusy,        // somebody else holds the lock; try again or wait
  kCorrupt,     // bytes that cannot be what they claim to be
  kConstraint,  // data breaks a rule that somebody wrote down
  kGate,        // the work was done, and a gate said no
  kCancelled,   // Ctrl-C or a deadline of the caller
  kNetwork,     // the source did not answer well; trying again may help
  kUsage,       // the command line is wrong
  kIo,          // the file system or the disk said no
  kUnread,      // who read the output has what it wanted and went away
};

// Where an error is: `name` (a file, a URL, a model), then the 1-based line and
// column and the 0-based byte offset, each only where it is known.
struct Place {
  std::string name;
  std::optional<uint64_t> line = std::nullopt;
  std::optional<uint64_t> column = std::nullopt;
  std::optional<uint64_t> byte = std::nullopt;

  // "e.json.gz:7 (byte 1204)"; empty for a place without a name.
  std::string ToString() const;
};

// The outcome of an operation: OK, or a code, a message and a place. A message
// is a sentence without capital and full stop that says what to do next where
// that is not plain.
//
// Threads: any thread, for reading.
class [[nodiscard]] Status {
 public:
  Status() = default;
  Status(Code code, std::string message, Place place = {});
  Status(const Status& other);
  Status& operator=(const Status& other);
  Status(Status&&) = default;
  Status& operator=(Status&&) = default;

  bool ok() const { return rep_ == nullptr; }
  Code code() const { return ok() ? Code::kOk : rep_->code; }
  const std::string& message() const;
  const Place& place() const;

  // "place: message", the form that people read.
  std::string ToString() const;

  // The same error with `what: ` before its message, its place kept.
  Status Annotate(std::string_view what) const;

  // The same error at `place`, unless it has a place already.
  Status At(Place place) const;

 private:
  struct Rep {
    Code code;
    std::string message;
    Place place;
  };
  std::unique_ptr<Rep> rep_;  // null when OK, so that success costs nothing
};

// A value, or the Status that says why there is none.
template <typename T>
class [[nodiscard]] Result {
 public:
  Result(T value) : value_(std::move(value)) {}  // NOLINT: implicit by design
  Result(Status status) : status_(std::move(status)) {  // NOLINT
    assert(!status_.ok());
  }

  bool ok() const { return value_.has_value(); }
  const Status& status() const { return status_; }

  // REQUIRES: ok().
  T& value() & { return *value_; }
  const T& value() const& { return *value_; }
  T&& value() && { return *std::move(value_); }
  T* operator->() { return &*value_; }
  const T* operator->() const { return &*value_; }
  T& operator*() & { return *value_; }
  const T& operator*() const& { return *value_; }

 private:
  Status status_;
  std::optional<T> value_;
};

inline const Status& StatusOf(const Status& status) { return status; }
template <typename T>
const Status& StatusOf(const Result<T>& result) {
  return result.status();
}

}  // namespace learnsql

#define LEARNSQL_CONCAT_2(a, b) a##b
#define LEARNSQL_CONCAT(a, b) LEARNSQL_CONCAT_2(a, b)

// Returns from the calling function if `expression`, a Status or a Result, is
// an error.
#define LEARNSQL_TRY(expression)                                      \
  do {                                                                \
    if (auto learnsql_outcome = (expression); !learnsql_outcome.ok()) \
      return ::learnsql::StatusOf(learnsql_outcome);                  \
  } while (false)

// LEARNSQL_TRY_SET(int rows, Count()): declares or assigns the value of a
// Result, or returns its error.
#define LEARNSQL_TRY_SET(target, expression)                              \
  LEARNSQL_TRY_SET_2(LEARNSQL_CONCAT(learnsql_result_, __LINE__), target, \
                     expression)
#define LEARNSQL_TRY_SET_2(result, target, expression) \
  auto result = (expression);                          \
  if (!result.ok()) return result.status();            \
  target = std::move(result).value()
