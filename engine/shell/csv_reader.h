#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "engine/base/byte_source.h"

namespace learnsql {

// Reads rows of CSV (RFC 4180) or of values between another separator, for
// .import. A field in quotes may hold separators, line breaks and doubled
// quotes; lines end in LF or CRLF; a first U+FEFF is skipped.
//
// Threads:  one thread at a time.
// Lifetime: borrows the source.
// Memory:   one row of at most 16 MiB, and 64 KiB.
class CsvReader {
 public:
  struct Field {
    std::string text;
    bool quoted = false;
  };

  CsvReader(ByteSource* source, std::string name, char separator);

  // The next row, false at the end.
  // Errors: kCorrupt with the line where a quote does not end or is followed by
  // text, or a row is too long; the source's own.
  Result<bool> Next(std::vector<Field>* row);

  // Where the row last given began, from 1.
  uint64_t line() const { return row_line_; }

 private:
  int Peek();  // -1 at the end and after an error, which failed_ keeps
  int Fill();
  void TakeField(Field* field, bool* row_ends);
  void TakeQuoted(Field* field);
  void Bad(const char* what);
  void SkipMark();

  ByteSource* const source_;
  const std::string name_;
  const char separator_;
  std::string buffer_;
  size_t at_ = 0;
  uint64_t line_ = 1;
  uint64_t row_line_ = 1;
  size_t row_bytes_ = 0;
  bool at_start_ = true;
  Status failed_;
};

}  // namespace learnsql
