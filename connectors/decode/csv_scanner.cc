#include "connectors/decode/csv_scanner.h"

#include <cassert>
#include <cstring>

namespace learnsql {
namespace {

size_t IndexOf(char c) { return static_cast<unsigned char>(c); }

}  // namespace

CsvScanner::CsvScanner(CsvDialect dialect) : dialect_(dialect) {
  assert(dialect.delimiter != dialect.quote);
  special_[IndexOf(dialect.delimiter)] = true;
  special_[IndexOf('\n')] = true;
  special_[IndexOf('\r')] = true;
  if (dialect.quote != '\0') special_[IndexOf(dialect.quote)] = true;
}

void CsvScanner::Reset() {
  mode_ = Mode::kFieldStart;
  at_ = 0;
  fields_.clear();
  field_count_ = 0;
  stray_quote_ = false;
  bare_cr_ = false;
}

CsvScanner::State CsvScanner::Scan(std::string_view text, bool at_end) {
  while (at_ < text.size()) {
    const State state = Step(text);
    if (state != State::kMore) return state;
  }
  return at_end ? EndStream() : State::kMore;
}

CsvScanner::State CsvScanner::Step(std::string_view text) {
  const char c = text[at_];
  switch (mode_) {
    case Mode::kFieldStart:
      BeginField(c);
      return State::kMore;
    case Mode::kPlain:
      return StepPlain(text);
    case Mode::kPlainCr:
      return StepPlainCr(c);
    case Mode::kQuoted: {
      const void* const found =
          std::memchr(text.data() + at_, dialect_.quote, text.size() - at_);
      at_ = text.size();
      if (found == nullptr) return State::kMore;
      close_quote_ = static_cast<const char*>(found) - text.data();
      at_ = close_quote_ + 1;
      mode_ = Mode::kQuoteInQuoted;
      return State::kMore;
    }
    case Mode::kQuoteInQuoted:
      return StepQuoteInQuoted(c);
    case Mode::kClosedCr:
      return StepClosedCr(c);
  }
  return State::kMore;
}

void CsvScanner::BeginField(char c) {
  const bool quoted = dialect_.quote != '\0' && c == dialect_.quote;
  if (quoted) open_quote_ = at_++;
  field_ = {.begin = at_, .quoted = quoted};
  mode_ = quoted ? Mode::kQuoted : Mode::kPlain;
}

CsvScanner::State CsvScanner::StepPlain(std::string_view text) {
  while (at_ < text.size() && !special_[IndexOf(text[at_])]) ++at_;
  if (at_ == text.size()) return State::kMore;
  const char c = text[at_++];
  if (c == dialect_.delimiter) {
    EndField(at_ - 1);
    mode_ = Mode::kFieldStart;
  } else if (c == '\n') {
    EndField(at_ - 1);
    return EndRecord(at_ - 1, at_);
  } else if (c == '\r') {
    mode_ = Mode::kPlainCr;
  } else {
    stray_quote_ = true;
  }
  return State::kMore;
}

CsvScanner::State CsvScanner::StepPlainCr(char c) {
  if (c != '\n') {
    bare_cr_ = true;
    mode_ = Mode::kPlain;
    return State::kMore;
  }
  EndField(at_ - 1);
  return EndRecord(at_ - 1, at_ + 1);
}

CsvScanner::State CsvScanner::StepQuoteInQuoted(char c) {
  if (c == dialect_.quote) {
    field_.escaped = true;
    mode_ = Mode::kQuoted;
    ++at_;
  } else if (c == dialect_.delimiter) {
    EndField(close_quote_);
    mode_ = Mode::kFieldStart;
    ++at_;
  } else if (c == '\n') {
    EndField(close_quote_);
    return EndRecord(at_, at_ + 1);
  } else if (c == '\r') {
    mode_ = Mode::kClosedCr;
    ++at_;
  } else {
    return BadQuote(close_quote_);
  }
  return State::kMore;
}

CsvScanner::State CsvScanner::StepClosedCr(char c) {
  if (c != '\n') return BadQuote(close_quote_);
  EndField(close_quote_);
  return EndRecord(at_ - 1, at_ + 1);
}

CsvScanner::State CsvScanner::BadQuote(size_t quote) {
  bad_quote_ = quote;
  return State::kBadQuote;
}

CsvScanner::State CsvScanner::EndStream() {
  switch (mode_) {
    case Mode::kFieldStart:
      field_ = {.begin = at_};
      EndField(at_);
      return EndRecord(at_, at_);
    case Mode::kPlain:
      EndField(at_);
      return EndRecord(at_, at_);
    case Mode::kPlainCr:
      EndField(at_ - 1);
      return EndRecord(at_ - 1, at_);
    case Mode::kQuoteInQuoted:
      EndField(close_quote_);
      return EndRecord(at_, at_);
    case Mode::kClosedCr:
      EndField(close_quote_);
      return EndRecord(at_ - 1, at_);
    case Mode::kQuoted:
      break;
  }
  return State::kUnclosed;
}

void CsvScanner::EndField(size_t end) {
  field_.end = end;
  if (field_count_++ < kMaxFields) fields_.push_back(field_);
}

CsvScanner::State CsvScanner::EndRecord(size_t length, size_t next) {
  length_ = length;
  next_ = next;
  return State::kRecord;
}

}  // namespace learnsql
