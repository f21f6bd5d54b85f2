#pragma once

#include <cstddef>
#include <cstdint>
#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include "connectors/decode/json_node.h"
#include "connectors/decode/reject_reasons.h"
#include "engine/base/status.h"

namespace learnsql {

class ReadAhead;

// Why a record was refused, besides reject_reasons.h.
inline constexpr std::string_view kBadJson = "bad_json";
inline constexpr std::string_view kLoneSurrogate = "lone_surrogate";
inline constexpr std::string_view kTooDeep = "too_deep";
inline constexpr std::string_view kTooManyValues = "too_many_values";
inline constexpr std::string_view kNumberTooBig = "number_too_big";
inline constexpr std::string_view kCut = "cut";
inline constexpr std::string_view kNotAnObject = "not_an_object";

struct JsonStreamOptions {
  // A longer record is skipped and rejected. At most 255 MiB.
  size_t max_record = 16 << 20;
  // A longer line takes the slow path; what it holds is judged the same.
  size_t max_line = 1 << 20;
  // Values of one record that the slow path keeps, keys included: at most 16
  // MiB of memory.
  size_t max_values = 1 << 20;
  // How a record begins, for finding the next one inside damaged text: where
  // one record was written over another there is no line end between them.
  std::vector<std::string> record_starts = {R"({"id":")", R"({"repository":)",
                                            R"({"created_at":)", R"({"actor)"};
  // Everything through the scanner and RapidJSON: the oracle of the tests.
  bool force_slow = false;
};

struct JsonReject {
  std::string_view reason;  // one of the constants above
  std::string detail;       // for people; names the byte within the record
  std::string sha256;       // of the whole, hex
};

// A record, a reject or the end.
//
// Lifetime: until the next call of Next.
struct JsonItem {
  enum class Kind { kRecord, kReject, kEnd };

  Kind kind = Kind::kEnd;
  JsonNode root;          // of a record: an object
  std::string_view text;  // the record, or the first 4 KiB of the reject
  uint64_t length = 0;    // of the whole, in bytes
  uint64_t offset = 0;    // of its first byte in the decoded stream, from 0
  uint64_t line = 1;      // of its first byte, from 1
  const JsonReject* reject = nullptr;
};

// Every byte belongs to a kept record, a reject or what lies between: at the
// end of the stream bytes_decoded is the sum of the three.
struct JsonTotals {
  uint64_t bytes_decoded = 0;
  uint64_t bytes_in_records = 0;
  uint64_t bytes_rejected = 0;
  // White space, byte order marks, runs of two and more NULs.
  uint64_t bytes_between = 0;
  uint64_t records = 0;  // read, kept and rejected together
};

// Reads JSON objects out of a stream of bytes: one a line, several in a line
// without anything between them, or one over several lines. What cannot be
// read becomes a reject, and reading goes on at the next record that can be
// found.
//
// A line that simdjson takes whole is a record. All else goes through a scanner
// that finds where the value ends and RapidJSON, whose verdict holds; the two
// ways give the same items for the same bytes (tests say so).
//
// Threads:  one thread at a time.
// Lifetime: borrows `source`, which must outlive it and is its alone.
// Memory:   none that grows with the stream; a record above max_line is held
//           once as text and once as values, up to max_record.
class JsonStream {
 public:
  explicit JsonStream(ReadAhead* source, JsonStreamOptions options = {});
  ~JsonStream();
  JsonStream(JsonStream&&) noexcept;
  JsonStream& operator=(JsonStream&&) noexcept;

  // The next record or reject; after the end, the end again.
  // Errors: the source's only. The record it cut is neither kept nor rejected,
  // and every later call returns that same error.
  Result<JsonItem> Next();

  const JsonTotals& totals() const;

 private:
  class Impl;
  std::unique_ptr<Impl> impl_;
};

}  // namespace learnsql
