#include "connectors/decode/json_stream.h"

#include <algorithm>
#include <cassert>
#include <cstring>

#include "connectors/decode/json_parsers.h"
#include "connectors/decode/json_recovery.h"
#include "connectors/decode/json_window.h"
#include "connectors/decode/read_ahead.h"
#include "connectors/decode/value_scanner.h"
#include "engine/base/sha256.h"

namespace learnsql {
namespace {

static_assert(ReadAhead::kPadding >= kJsonPadding);

constexpr std::string_view kNulRun("\0\0", 2);

// How often reading may go on inside one stretch of damaged text that ends in
// the same error, before it is given up as a whole.
constexpr int kMaxResumes = 16;

uint64_t CountLines(std::string_view text) {
  uint64_t lines = 0;
  for (size_t at = text.find('\n'); at != text.npos;
       at = text.find('\n', at + 1)) {
    ++lines;
  }
  return lines;
}

std::string Quoted(char c) {
  constexpr char kHex[] = "0123456789abcdef";
  const auto byte = static_cast<unsigned char>(c);
  if (byte > 0x20 && byte < 0x7f) return std::string("'") + c + "'";
  return std::string("0x") + kHex[byte >> 4] + kHex[byte & 15];
}

}  // namespace

class JsonStream::Impl {
 public:
  Impl(ReadAhead* source, JsonStreamOptions options)
      : options_(std::move(options)),
        window_(source),
        finder_(options_.record_starts),
        fast_(options_.force_slow
                  ? 0
                  : std::min(options_.max_line, options_.max_record)),
        slow_(options_.max_values) {
    assert(options_.max_record < (size_t{1} << 28));
    head_.reserve(kKeptOfReject);
  }

  Result<JsonItem> Next();
  const JsonTotals& totals() const { return totals_; }

 private:
  Result<JsonItem> Advance();
  Result<bool> SkipBetween();
  Status SkipNuls();
  void SkipBytes(size_t count);
  JsonItem RejectNul();
  Result<std::optional<JsonItem>> TryLine();
  Result<std::optional<size_t>> FindLineEnd();
  Result<JsonItem> ScanValue();
  Result<JsonItem> TakeFramed(size_t length);
  Result<JsonItem> RecoverInside(size_t error, bool at_end);
  Result<JsonItem> SkipLong();
  Result<JsonItem> Resume(size_t error, bool at_end);
  Result<JsonItem> SkipToNext(size_t from);
  JsonItem MakeRecord(size_t length, uint64_t lines);
  JsonItem MakeItem(JsonItem::Kind kind) const;

  void BeginReject(std::string_view reason, std::string detail);
  void DescribeDamage(size_t error, bool at_end);
  void MoveToReject(size_t count);
  JsonItem FinishReject();

  void Consume(size_t count, uint64_t lines);
  std::string_view view() const { return window_.view(); }

  JsonStreamOptions options_;
  JsonWindow window_;
  RecordFinder finder_;
  FastJsonParser fast_;
  SlowJsonParser slow_;
  ValueScanner scanner_;
  JsonTape tape_;
  JsonTotals totals_;
  Status failed_;

  uint64_t line_ = 1;
  size_t refused_length_ = 0;   // of the line that simdjson just refused
  bool in_mixed_line_ = false;  // a line that is not one record
  uint64_t item_offset_ = 0;
  uint64_t item_line_ = 1;

  uint64_t last_error_ = UINT64_MAX;  // offset in the stream
  int resumes_ = 0;                   // at that error

  JsonReject reject_;
  std::string head_;
  uint64_t reject_length_ = 0;
  Sha256 hash_;
};

Result<JsonItem> JsonStream::Impl::Next() {
  if (!failed_.ok()) return failed_;
  Result<JsonItem> item = Advance();
  if (!item.ok()) failed_ = item.status();
  totals_.bytes_decoded = window_.received();
  return item;
}

Result<JsonItem> JsonStream::Impl::Advance() {
  LEARNSQL_TRY_SET(const bool more, SkipBetween());
  item_offset_ = window_.offset();
  item_line_ = line_;
  if (!more) return MakeItem(JsonItem::Kind::kEnd);
  refused_length_ = 0;
  if (view()[0] == '\0') return RejectNul();
  if (!in_mixed_line_ && !options_.force_slow && view()[0] == '{') {
    LEARNSQL_TRY_SET(const std::optional<JsonItem> record, TryLine());
    if (record.has_value()) return *record;
  }
  return ScanValue();
}

// To the first byte of the next record; false at the end of the stream.
Result<bool> JsonStream::Impl::SkipBetween() {
  while (true) {
    size_t count = 0;
    while (count < view().size() && IsBlank(view()[count])) ++count;
    SkipBytes(count);
    if (view().size() < kByteOrderMark.size()) {
      LEARNSQL_TRY_SET(const bool more, window_.Extend());
      if (more) continue;
    }
    if (view().starts_with(kByteOrderMark)) {
      SkipBytes(kByteOrderMark.size());
    } else if (view().starts_with(kNulRun)) {
      LEARNSQL_TRY(SkipNuls());
    } else {
      return !view().empty();
    }
  }
}

Status JsonStream::Impl::SkipNuls() {
  bool more = true;
  while (more) {
    SkipBytes(std::min(view().find_first_not_of('\0'), view().size()));
    if (!view().empty()) return {};
    LEARNSQL_TRY_SET(more, window_.Extend());
  }
  return {};
}

void JsonStream::Impl::SkipBytes(size_t count) {
  Consume(count, CountLines(view().substr(0, count)));
  totals_.bytes_between += count;
}

// A NUL by itself is no padding.
JsonItem JsonStream::Impl::RejectNul() {
  BeginReject(kNulInRecord, "a single NUL byte between records");
  MoveToReject(1);
  return FinishReject();
}

// The rest of the line as one record, if simdjson takes it.
Result<std::optional<JsonItem>> JsonStream::Impl::TryLine() {
  LEARNSQL_TRY_SET(const std::optional<size_t> line_end, FindLineEnd());
  if (line_end.has_value()) {
    size_t length = *line_end;
    while (IsBlank(view()[length - 1])) --length;
    if (fast_.Parse(view().substr(0, length), &tape_)) {
      return std::optional(MakeRecord(length, 0));
    }
    refused_length_ = length;
  }
  in_mixed_line_ = true;
  return std::optional<JsonItem>();
}

// Nothing when the line is too long for the fast path.
Result<std::optional<size_t>> JsonStream::Impl::FindLineEnd() {
  size_t searched = 0;
  while (true) {
    const std::string_view text = view();
    const void* const found =
        std::memchr(text.data() + searched, '\n', text.size() - searched);
    if (found != nullptr) {
      return std::optional<size_t>(static_cast<const char*>(found) -
                                   text.data());
    }
    searched = text.size();
    if (searched > options_.max_line) return std::optional<size_t>();
    LEARNSQL_TRY_SET(const bool more, window_.Extend());
    if (!more) return std::optional<size_t>(searched);
  }
}

// The slow path: where the value ends, then what it is.
Result<JsonItem> JsonStream::Impl::ScanValue() {
  scanner_.Reset();
  size_t scanned = 0;
  while (true) {
    const size_t limit = std::min(view().size(), options_.max_record);
    const auto outcome = scanner_.Scan(view().substr(scanned, limit - scanned));
    scanned += outcome.used;
    if (outcome.state == ValueScanner::State::kDone) return TakeFramed(scanned);
    if (outcome.state == ValueScanner::State::kDamaged) {
      return RecoverInside(scanned, false);
    }
    if (view().size() > options_.max_record) return SkipLong();
    LEARNSQL_TRY_SET(const bool more, window_.Extend());
    if (more) continue;
    if (scanner_.CompleteAtEnd()) return TakeFramed(scanned);
    return RecoverInside(scanned, true);
  }
}

Result<JsonItem> JsonStream::Impl::TakeFramed(size_t length) {
  const std::string_view text = view().substr(0, length);
  if (scanner_.too_deep()) {
    BeginReject(kTooDeep, "more than " +
                              std::to_string(ValueScanner::kMaxDepth) +
                              " levels of objects and arrays");
  } else {
    const bool is_object = text[0] == '{';
    const bool was_refused = options_.force_slow || length == refused_length_;
    if (is_object && !was_refused && fast_.Parse(text, &tape_)) {
      return MakeRecord(length, CountLines(text));
    }
    SlowJsonParser::Verdict verdict = slow_.Parse(text, &tape_);
    if (verdict.reason.empty() && is_object) {
      return MakeRecord(length, CountLines(text));
    }
    if (verdict.reason.empty()) {
      verdict = {kNotAnObject, "a value by itself, not an object"};
    }
    BeginReject(verdict.reason, std::move(verdict.detail));
  }
  MoveToReject(length);
  return FinishReject();
}

// The record at the front is damaged at `error`, or cut by the stream's end.
Result<JsonItem> JsonStream::Impl::RecoverInside(size_t error, bool at_end) {
  while (!at_end && view().size() < error + finder_.longest()) {
    LEARNSQL_TRY_SET(const bool more, window_.Extend());
    if (!more) break;
  }
  DescribeDamage(error, at_end);
  const uint64_t error_offset = window_.offset() + error;
  resumes_ = error_offset == last_error_ ? resumes_ + 1 : 0;
  last_error_ = error_offset;
  std::optional<size_t> next;
  if (resumes_ < kMaxResumes) next = finder_.FindInside(view(), error);
  if (!next.has_value() && !at_end) return Resume(error, at_end);
  size_t length = next.value_or(view().size());
  while (IsBlank(view()[length - 1])) --length;
  MoveToReject(length);
  return FinishReject();
}

// The record at the front is longer than max_record: passes over the rest of
// it with only its last bytes in hand.
Result<JsonItem> JsonStream::Impl::SkipLong() {
  BeginReject(kTooLong,
              "longer than " + std::to_string(options_.max_record) + " bytes");
  size_t scanned = options_.max_record;
  while (true) {
    const auto outcome = scanner_.Scan(view().substr(scanned));
    scanned += outcome.used;
    if (outcome.state == ValueScanner::State::kDone) {
      MoveToReject(scanned);
      return FinishReject();
    }
    if (outcome.state == ValueScanner::State::kDamaged) {
      return Resume(scanned, false);
    }
    const size_t passed = scanned - std::min(scanned, finder_.longest());
    MoveToReject(passed);
    scanned -= passed;
    LEARNSQL_TRY_SET(const bool more, window_.Extend());
    if (!more) return Resume(scanned, true);
  }
}

// Ends the reject where the next record can be found, knowing only what is
// around the error.
Result<JsonItem> JsonStream::Impl::Resume(size_t error, bool at_end) {
  while (!at_end && view().size() < error + finder_.longest()) {
    LEARNSQL_TRY_SET(const bool more, window_.Extend());
    if (!more) break;
  }
  if (at_end) {
    MoveToReject(view().size());
    return FinishReject();
  }
  const auto next = finder_.FindAtError(view(), error);
  if (!next.has_value()) return SkipToNext(std::max<size_t>(error, 1));
  MoveToReject(*next);
  return FinishReject();
}

Result<JsonItem> JsonStream::Impl::SkipToNext(size_t from) {
  bool at_end = false;
  while (true) {
    const auto [found, at] = finder_.FindAfter(view(), from, at_end);
    MoveToReject(std::min(at, view().size()));
    if (found || at_end) return FinishReject();
    from = 0;
    LEARNSQL_TRY_SET(const bool more, window_.Extend());
    at_end = !more;
  }
}

JsonItem JsonStream::Impl::MakeRecord(size_t length, uint64_t lines) {
  JsonItem item = MakeItem(JsonItem::Kind::kRecord);
  item.root = JsonNode(&tape_, 1);
  item.text = view().substr(0, length);
  item.length = length;
  Consume(length, lines);
  totals_.bytes_in_records += length;
  ++totals_.records;
  return item;
}

JsonItem JsonStream::Impl::MakeItem(JsonItem::Kind kind) const {
  JsonItem item;
  item.kind = kind;
  item.offset = item_offset_;
  item.line = item_line_;
  return item;
}

void JsonStream::Impl::BeginReject(std::string_view reason,
                                   std::string detail) {
  reject_.reason = reason;
  reject_.detail = std::move(detail);
  head_.clear();
  reject_length_ = 0;
}

void JsonStream::Impl::DescribeDamage(size_t error, bool at_end) {
  if (scanner_.too_deep()) {
    BeginReject(kTooDeep, AtByte(error, "too deep, and not closed again"));
  } else if (at_end) {
    BeginReject(kCut, AtByte(error, "the stream ends inside the record"));
  } else if (view()[error] == '\0') {
    BeginReject(kNulInRecord, AtByte(error, "a NUL byte inside the record"));
  } else if (view()[error] == '\n' && scanner_.in_string()) {
    BeginReject(kBadJson, AtByte(error, "the line ends inside a string"));
  } else {
    BeginReject(kBadJson,
                AtByte(error, "cannot go on with " + Quoted(view()[error])));
  }
}

void JsonStream::Impl::MoveToReject(size_t count) {
  const std::string_view bytes = view().substr(0, count);
  hash_.Update(std::as_bytes(std::span(bytes)));
  head_.append(bytes, 0, kKeptOfReject - head_.size());
  reject_length_ += count;
  Consume(count, CountLines(bytes));
}

JsonItem JsonStream::Impl::FinishReject() {
  reject_.sha256 = hash_.FinishHex();
  JsonItem item = MakeItem(JsonItem::Kind::kReject);
  item.text = head_;
  item.length = reject_length_;
  item.reject = &reject_;
  totals_.bytes_rejected += reject_length_;
  ++totals_.records;
  return item;
}

// `lines` is how many line ends there are in these bytes.
void JsonStream::Impl::Consume(size_t count, uint64_t lines) {
  if (lines > 0) in_mixed_line_ = false;
  line_ += lines;
  window_.Consume(count);
}

JsonStream::JsonStream(ReadAhead* source, JsonStreamOptions options)
    : impl_(std::make_unique<Impl>(source, std::move(options))) {}
JsonStream::~JsonStream() = default;
JsonStream::JsonStream(JsonStream&&) noexcept = default;
JsonStream& JsonStream::operator=(JsonStream&&) noexcept = default;

Result<JsonItem> JsonStream::Next() { return impl_->Next(); }

const JsonTotals& JsonStream::totals() const { return impl_->totals(); }

}  // namespace learnsql
