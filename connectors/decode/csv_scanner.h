#pragma once

#include <cstddef>
#include <cstdint>
#include <string_view>
#include <vector>

namespace learnsql {

// How the fields of a record are told apart (RFC 4180). A quote inside a quoted
// field is written twice; there is no other escape.
struct CsvDialect {
  char delimiter = ',';
  char quote = '"';  // '\0': nothing is ever quoted
};

// Finds the fields of one CSV record and where it ends, fed a text that grows
// at its end: what was seen is not looked at again.
//
// Threads: one thread at a time.
// Memory:  24 bytes for each field, up to kMaxFields.
class CsvScanner {
 public:
  static constexpr size_t kMaxFields = 4096;

  enum class State {
    kMore,      // the text ends inside the record
    kRecord,    // length(), next() and fields() say what it is
    kBadQuote,  // a quoted field goes on behind its closing quote
    kUnclosed,  // the stream ends inside a quoted field
  };

  // Where a field's characters stand in the text, without its quotes.
  struct Span {
    size_t begin = 0;
    size_t end = 0;
    bool quoted = false;
    bool escaped = false;  // holds quotes that are written twice
  };

  explicit CsvScanner(CsvDialect dialect);

  // Begins a new record.
  void Reset();

  // Goes on in `text`, which begins with the record and starts with all that
  // was given before. `at_end`: nothing follows the text.
  State Scan(std::string_view text, bool at_end);

  // Of a record, without its line end, and where the next one begins.
  size_t length() const { return length_; }
  size_t next() const { return next_; }

  // The first kMaxFields of them.
  const std::vector<Span>& fields() const { return fields_; }
  size_t field_count() const { return field_count_; }

  bool in_quotes() const { return mode_ == Mode::kQuoted; }
  // Where the quote stands that opened the last quoted field.
  size_t open_quote() const { return open_quote_; }
  // The quote behind which a field goes on that it should have closed.
  size_t bad_quote() const { return bad_quote_; }
  // A quote stands inside a field that is not quoted: a character like others.
  bool stray_quote() const { return stray_quote_; }
  // A CR stands outside quotes without the LF behind it.
  bool bare_cr() const { return bare_cr_; }

 private:
  enum class Mode : uint8_t {
    kFieldStart,
    kPlain,
    kPlainCr,  // behind a CR
    kQuoted,
    kQuoteInQuoted,  // behind a quote, which closes or is the first of two
    kClosedCr,       // behind a CR behind a closing quote
  };

  State Step(std::string_view text);
  void BeginField(char c);
  State StepPlain(std::string_view text);
  State StepPlainCr(char c);
  State StepQuoteInQuoted(char c);
  State StepClosedCr(char c);
  State BadQuote(size_t quote);
  State EndStream();
  void EndField(size_t end);
  State EndRecord(size_t length, size_t next);

  CsvDialect dialect_;
  bool special_[256] = {};  // what ends a run of plain characters
  Mode mode_ = Mode::kFieldStart;
  size_t at_ = 0;
  Span field_;
  std::vector<Span> fields_;
  size_t field_count_ = 0;
  size_t length_ = 0;
  size_t next_ = 0;
  size_t open_quote_ = 0;
  size_t close_quote_ = 0;
  size_t bad_quote_ = 0;
  bool stray_quote_ = false;
  bool bare_cr_ = false;
};

}  // namespace learnsql
