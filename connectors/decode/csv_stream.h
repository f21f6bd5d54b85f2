#pragma once

#include <cstddef>
#include <cstdint>
#include <memory>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "connectors/decode/csv_scanner.h"
#include "connectors/decode/reject_reasons.h"
#include "engine/base/status.h"

namespace learnsql {

class ReadAhead;

// Why a record was refused, besides reject_reasons.h.
inline constexpr std::string_view kUnclosedQuote = "unclosed_quote";
inline constexpr std::string_view kBadQuote = "bad_quote";
inline constexpr std::string_view kRaggedRow = "ragged_row";
inline constexpr std::string_view kBareCr = "bare_cr";
inline constexpr std::string_view kStrayBom = "stray_bom";

struct CsvOptions {
  CsvDialect dialect = {};
  // How many fields a record has; 0: as many as the header, or else as the
  // first record.
  size_t columns = 0;
  // A record that is longer, its line end included, is passed over and
  // rejected. At most 255 MiB.
  size_t max_record = 16 << 20;
};

// One field of a record.
struct CsvField {
  std::string_view text;  // without its quotes, doubled ones single
  bool quoted = false;    // tells "" from nothing at all
};

struct CsvReject {
  std::string_view reason;  // one of the constants above
  std::string detail;       // for people; names the byte within the record
  std::string sha256;       // of the whole, hex
};

// A record, a reject or the end.
//
// Lifetime: until the next call of Next.
struct CsvItem {
  enum class Kind { kRecord, kReject, kEnd };

  Kind kind = Kind::kEnd;
  std::span<const CsvField> fields;  // of a record
  std::string_view text;  // the record, or the first 4 KiB of the reject
  uint64_t length = 0;    // of the whole without its line end, in bytes
  uint64_t offset = 0;    // of its first byte in the decoded stream, from 0
  uint64_t line = 1;      // of its first byte, from 1
  const CsvReject* reject = nullptr;
};

// Every byte belongs to a kept record, a reject or what lies between: at the
// end of the stream bytes_decoded is the sum of the three.
struct CsvTotals {
  uint64_t bytes_decoded = 0;
  uint64_t bytes_in_records = 0;
  uint64_t bytes_rejected = 0;
  // Line ends, empty lines, the byte order mark and the header.
  uint64_t bytes_between = 0;
  uint64_t records = 0;  // read, kept and rejected together, not the header
  // The last record stood at the end of the stream without a line end behind
  // it: a plain file that was cut looks the same.
  bool ended_in_line = false;
};

// Reads CSV (RFC 4180) as it comes: UTF-8, lines that end in LF or CR LF, line
// ends and delimiters inside quotes, a byte order mark in front. What cannot be
// read becomes a reject, and reading goes on at the next line that can be a
// record: README.md says which that is.
//
// Threads:  one thread at a time.
// Lifetime: borrows `source`, which must outlive it and is its alone.
// Memory:   none that grows with the stream; a record is held once as it
//           stands, up to max_record, and once without doubled quotes.
class CsvStream {
 public:
  explicit CsvStream(ReadAhead* source, CsvOptions options = {});
  ~CsvStream();
  CsvStream(CsvStream&&) noexcept;
  CsvStream& operator=(CsvStream&&) noexcept;

  // Takes the first record as the names of the columns, and their number as
  // what every record must have. REQUIRES: Next was not called.
  // Errors: kCorrupt at its line and byte when there is none or it cannot be
  // read; as Next.
  Result<std::vector<std::string>> ReadHeader();

  // The next record or reject; after the end, the end again.
  // Errors: the source's; kInvalid for UTF-16. The record it cut is neither
  // kept nor rejected, and every later call returns that same error.
  Result<CsvItem> Next();

  const CsvTotals& totals() const;

 private:
  class Impl;
  std::unique_ptr<Impl> impl_;
};

}  // namespace learnsql
