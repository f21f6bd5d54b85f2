#include "connectors/decode/csv_stream.h"

#include <simdjson.h>

#include <algorithm>
#include <cassert>
#include <cstring>
#include <optional>

#include "connectors/decode/json_window.h"
#include "connectors/decode/read_ahead.h"
#include "engine/base/sha256.h"

namespace learnsql {
namespace {

constexpr size_t kNone = SIZE_MAX;

// How far behind a line is looked to tell whether reading can go on there.
constexpr size_t kLook = size_t{64} << 10;
// How many lines of one damaged stretch may be tried as records of several
// lines; so the work stays linear whatever stands there.
constexpr int kMaxLongLooks = 16;
// How many lines one reject takes for want of a better place to go on: a file
// that is damaged all over must not pass as one bad record.
constexpr int kMaxLines = 16;

std::string Fields(size_t count) {
  return std::to_string(count) + (count == 1 ? " field" : " fields");
}

uint64_t CountLineEnds(std::string_view text) {
  return static_cast<uint64_t>(std::count(text.begin(), text.end(), '\n'));
}

// Where UTF-8 breaks. REQUIRES: it does.
size_t FirstBadUtf8(std::string_view text) {
  size_t at = 0;
  while (true) {
    size_t length = 1;  // of the character
    while (!simdjson::validate_utf8(text.data() + at, length)) {
      if (++length > 4 || at + length > text.size()) return at;
    }
    at += length;
  }
}

}  // namespace

class CsvStream::Impl {
 public:
  Impl(ReadAhead* source, CsvOptions options)
      : options_(options),
        columns_(options.columns),
        window_(source),
        scanner_(options.dialect),
        looker_(options.dialect) {
    assert(options.max_record > 0 && options.max_record < (size_t{1} << 28));
    head_.reserve(kKeptOfReject);
  }

  Result<std::vector<std::string>> ReadHeader();
  Result<CsvItem> Next();
  const CsvTotals& totals() const { return totals_; }

 private:
  Result<CsvItem> Advance();
  Result<bool> SkipBetween();
  Status CheckMark();
  Result<CsvItem> GoOnInDamage();
  Result<CsvItem> ScanRecord();
  Result<CsvItem> TakeFramed();
  std::string_view Judge(std::string_view text, std::string* detail) const;
  Result<CsvItem> RefuseFramed(std::string_view reason, std::string detail);
  Result<CsvItem> RefuseBadQuote();
  Result<CsvItem> RefuseUnclosed(std::string_view until);
  Result<CsvItem> RefuseLong();

  // Finding the next record.
  Result<CsvItem> ResumeWithin(size_t stop);
  void BlameQuote();
  Result<std::optional<size_t>> PassLine(size_t at);
  Status LookAhead(size_t wanted);
  bool IsPlausible(std::string_view look, uint64_t offset);
  bool QuotesFit(std::string_view look, size_t from, uint64_t offset);

  CsvItem MakeRecord(size_t length, size_t next);
  void PlaceFields(std::string_view text);
  CsvItem MakeItem(CsvItem::Kind kind) const;
  void BeginReject(std::string_view reason, std::string detail);
  void MoveToReject(size_t count);
  CsvItem FinishReject();

  size_t LineEndAt(size_t at) const;
  void SkipBytes(size_t count);
  void Consume(size_t count);
  std::string_view view() const { return window_.view(); }

  CsvOptions options_;
  size_t columns_;
  JsonWindow window_;
  CsvScanner scanner_;
  CsvTotals totals_;
  Status failed_;
  bool ended_ = false;  // the view goes to the stream's end
  uint64_t line_ = 1;
  uint64_t item_offset_ = 0;
  uint64_t item_line_ = 1;

  std::vector<CsvField> fields_;
  std::string unescaped_;

  CsvScanner looker_;
  uint64_t damage_line_ = 0;  // where damage began that has not ended; or 0
  int long_looks_ = 0;
  uint64_t judged_quote_ = UINT64_MAX;  // offset of the last quote looked at
  bool judged_fits_ = false;

  CsvReject reject_;
  std::string head_;
  uint64_t reject_length_ = 0;
  Sha256 hash_;
};

Result<std::vector<std::string>> CsvStream::Impl::ReadHeader() {
  LEARNSQL_TRY_SET(const CsvItem item, Next());
  const Place place{.name = {}, .line = item.line, .byte = item.offset};
  if (item.kind == CsvItem::Kind::kEnd) {
    return Status(Code::kCorrupt, "no header: there is not a single record",
                  place);
  }
  if (item.kind == CsvItem::Kind::kReject) {
    return Status(Code::kCorrupt,
                  "the header cannot be read (" +
                      std::string(item.reject->reason) +
                      "): " + item.reject->detail,
                  place);
  }
  totals_.bytes_in_records -= item.length;
  totals_.bytes_between += item.length;
  --totals_.records;
  std::vector<std::string> names;
  for (const CsvField& field : item.fields) names.emplace_back(field.text);
  return names;
}

Result<CsvItem> CsvStream::Impl::Next() {
  if (!failed_.ok()) return failed_;
  Result<CsvItem> item = Advance();
  if (!item.ok()) failed_ = item.status();
  totals_.bytes_decoded = window_.received();
  return item;
}

Result<CsvItem> CsvStream::Impl::Advance() {
  LEARNSQL_TRY(CheckMark());
  LEARNSQL_TRY_SET(const bool more, SkipBetween());
  item_offset_ = window_.offset();
  item_line_ = line_;
  if (!more) return MakeItem(CsvItem::Kind::kEnd);
  if (damage_line_ == 0) return ScanRecord();
  return GoOnInDamage();
}

// The last reject ended without a place where reading can go on.
Result<CsvItem> CsvStream::Impl::GoOnInDamage() {
  LEARNSQL_TRY(LookAhead(kLook));
  if (IsPlausible(view().substr(0, kLook), window_.offset())) {
    damage_line_ = 0;
    return ScanRecord();
  }
  BeginReject(reject_.reason,
              "no record can be told since the damage in line " +
                  std::to_string(damage_line_));
  return ResumeWithin(kNone);
}

// The mark in front of the stream is no part of the first name.
Status CsvStream::Impl::CheckMark() {
  if (window_.offset() > 0) return {};
  LEARNSQL_TRY(LookAhead(kByteOrderMark.size()));
  if (view().starts_with("\xff\xfe") || view().starts_with("\xfe\xff")) {
    return Status(Code::kInvalid,
                  "this is UTF-16; make it UTF-8: iconv -f UTF-16 -t UTF-8",
                  {.name = {}, .byte = 0});
  }
  if (view().starts_with(kByteOrderMark)) SkipBytes(kByteOrderMark.size());
  return {};
}

// To the first byte of the next record; false at the end of the stream. A
// table of one column says null by an empty line.
Result<bool> CsvStream::Impl::SkipBetween() {
  while (true) {
    LEARNSQL_TRY(LookAhead(2));
    if (view().empty()) return false;
    const size_t line_end = LineEndAt(0);
    if (line_end == 0 || columns_ == 1) return true;
    SkipBytes(line_end);
  }
}

Result<CsvItem> CsvStream::Impl::ScanRecord() {
  scanner_.Reset();
  while (true) {
    const bool whole = view().size() <= options_.max_record;
    const CsvScanner::State state = scanner_.Scan(
        view().substr(0, std::min(view().size(), options_.max_record)),
        ended_ && whole);
    switch (state) {
      case CsvScanner::State::kRecord:
        return TakeFramed();
      case CsvScanner::State::kBadQuote:
        return RefuseBadQuote();
      case CsvScanner::State::kUnclosed:
        return RefuseUnclosed("up to the end of the file");
      case CsvScanner::State::kMore:
        break;
    }
    if (!whole) return RefuseLong();
    LEARNSQL_TRY(LookAhead(view().size() + 1));
  }
}

Result<CsvItem> CsvStream::Impl::TakeFramed() {
  const std::string_view text = view().substr(0, scanner_.length());
  if (columns_ == 0) columns_ = scanner_.field_count();
  std::string detail;
  const std::string_view reason = Judge(text, &detail);
  if (reason.empty()) return MakeRecord(text.size(), scanner_.next());
  return RefuseFramed(reason, std::move(detail));
}

// Why a record whose quotes are right is refused; empty: it is not.
std::string_view CsvStream::Impl::Judge(std::string_view text,
                                        std::string* detail) const {
  if (item_offset_ > 0 && text.starts_with(kByteOrderMark)) {
    *detail = "a byte order mark inside the file: two files were joined here";
    return kStrayBom;
  }
  if (const size_t nul = text.find('\0'); nul != text.npos) {
    *detail = AtByte(nul, "a NUL byte inside the record");
    return kNulInRecord;
  }
  if (scanner_.bare_cr()) {
    *detail = "a CR without LF outside quotes";
    return kBareCr;
  }
  if (!simdjson::validate_utf8(text.data(), text.size())) {
    *detail = AtByte(FirstBadUtf8(text),
                     "not UTF-8; if the file is Latin-1, make it UTF-8: iconv "
                     "-f LATIN1 -t UTF-8");
    return kBadUtf8;
  }
  if (scanner_.field_count() == columns_ &&
      columns_ <= CsvScanner::kMaxFields) {
    return {};
  }
  *detail = Fields(scanner_.field_count()) + ", not " +
            std::to_string(std::min(columns_, CsvScanner::kMaxFields));
  return kRaggedRow;
}

// Where the fields do not come out, and lines were taken together by quotes,
// one of the quotes may be to blame: then the lines behind it are records.
Result<CsvItem> CsvStream::Impl::RefuseFramed(std::string_view reason,
                                              std::string detail) {
  const size_t length = scanner_.length();
  BeginReject(reason, std::move(detail));
  if ((reason == kRaggedRow || reason == kNulInRecord) &&
      view().find('\n') < length) {
    return ResumeWithin(length);
  }
  const size_t line_end = scanner_.next() - length;
  MoveToReject(length);
  CsvItem item = FinishReject();
  SkipBytes(line_end);
  return item;
}

Result<CsvItem> CsvStream::Impl::RefuseBadQuote() {
  const size_t bad = scanner_.bad_quote();
  const char before = bad > scanner_.open_quote() + 1 ? view()[bad - 1] : '\0';
  if (before == options_.dialect.delimiter || before == '\n') {
    return RefuseUnclosed("before the next field that is quoted");
  }
  BeginReject(kBadQuote, AtByte(bad,
                                "the field goes on behind its closing quote; a "
                                "quote inside a field is written twice"));
  return ResumeWithin(kNone);
}

Result<CsvItem> CsvStream::Impl::RefuseUnclosed(std::string_view until) {
  const size_t open = scanner_.open_quote();
  BeginReject(kUnclosedQuote,
              AtByte(open, "this quote is not closed " + std::string(until)));
  return ResumeWithin(kNone);
}

Result<CsvItem> CsvStream::Impl::RefuseLong() {
  const std::string limit = std::to_string(options_.max_record) + " bytes";
  if (scanner_.in_quotes()) return RefuseUnclosed("within " + limit);
  BeginReject(kTooLong, "longer than " + limit);
  LEARNSQL_TRY_SET(const std::optional<size_t> line_end,
                   PassLine(options_.max_record));
  CsvItem item = FinishReject();
  if (line_end) SkipBytes(*line_end);
  return item;
}

// Ends the reject at the first line after its own that can be a record, or at
// `stop`, where the damaged record ends by its own quotes.
Result<CsvItem> CsvStream::Impl::ResumeWithin(size_t stop) {
  const uint64_t stop_offset =
      stop == kNone ? UINT64_MAX : window_.offset() + stop;
  long_looks_ = 0;
  size_t at = 0;
  for (int lines = 1;; ++lines) {
    LEARNSQL_TRY_SET(const std::optional<size_t> line_end, PassLine(at));
    if (!line_end) return FinishReject();
    LEARNSQL_TRY(LookAhead(*line_end + kLook));
    const bool at_stop = window_.offset() >= stop_offset;
    const bool at_end = view().size() == *line_end;
    const uint64_t offset = window_.offset() + *line_end;
    const bool found = !at_stop && !at_end &&
                       IsPlausible(view().substr(*line_end, kLook), offset);
    const bool resumed = found || at_stop || at_end;
    if (resumed || (stop == kNone && lines == kMaxLines)) {
      if (found && reject_.reason == kRaggedRow) BlameQuote();
      if (damage_line_ == 0) damage_line_ = item_line_;
      if (resumed) damage_line_ = 0;
      CsvItem item = FinishReject();
      SkipBytes(*line_end);
      return item;
    }
    at = *line_end;
  }
}

// A record was found inside the lines that quotes took together.
void CsvStream::Impl::BlameQuote() {
  reject_.reason = kUnclosedQuote;
  reject_.detail = "a quote is not closed in its line (" + reject_.detail +
                   " with the lines behind it)";
}

// Moves the bytes up to the next line end at or behind `at` into the reject.
// Returns the length of that line end, at which the view then begins; nullopt
// when the stream ends first, with all of it in the reject.
Result<std::optional<size_t>> CsvStream::Impl::PassLine(size_t at) {
  while (true) {
    const size_t found = view().find('\n', at);
    if (found != std::string_view::npos) {
      const bool crlf = found > 0 && view()[found - 1] == '\r';
      MoveToReject(found - (crlf ? 1 : 0));
      return std::optional<size_t>(crlf ? 2 : 1);
    }
    // The last byte may be the CR of a line end.
    const size_t passed = std::max(view().size(), at + 1) - 1;
    MoveToReject(std::min(passed, view().size()));
    at = at > passed ? at - passed : 0;
    const size_t held = view().size();
    LEARNSQL_TRY(LookAhead(held + 1));
    if (view().size() > held) continue;
    MoveToReject(held);
    return std::optional<size_t>();
  }
}

// Brings so many bytes into the view, or all that there are.
Status CsvStream::Impl::LookAhead(size_t wanted) {
  while (view().size() < wanted && !ended_) {
    LEARNSQL_TRY_SET(const bool more, window_.Extend());
    ended_ = !more;
  }
  return {};
}

// Whether a record can begin at the front of `look`, which stands at `offset`
// and is all that may be looked at.
bool CsvStream::Impl::IsPlausible(std::string_view look, uint64_t offset) {
  const bool at_end = ended_ && look.size() < kLook;
  looker_.Reset();
  if (looker_.Scan(look, at_end) != CsvScanner::State::kRecord) return false;
  if (looker_.length() == 0 || looker_.stray_quote()) return false;
  if (columns_ != 0 && looker_.field_count() != columns_) return false;
  const std::string_view text = look.substr(0, looker_.length());
  if (text.find('\n') != text.npos && ++long_looks_ > kMaxLongLooks) {
    return false;
  }
  const char quote = options_.dialect.quote;
  if (quote == '\0' || text.find(quote) != text.npos) return true;
  return QuotesFit(look, looker_.next(), offset);
}

// Whether the next quote behind `from` opens a field in its line. Where it
// stands inside one, the lines up to it are the inside of a quoted field.
bool CsvStream::Impl::QuotesFit(std::string_view look, size_t from,
                                uint64_t offset) {
  const size_t quote = look.find(options_.dialect.quote, from);
  if (quote == look.npos) return true;
  if (offset + quote == judged_quote_) return judged_fits_;
  const size_t begin = look.rfind('\n', quote) + 1;  // npos + 1 is 0
  const size_t end = std::min(look.find('\n', quote), look.size());
  looker_.Reset();
  const CsvScanner::State state =
      looker_.Scan(look.substr(begin, end - begin), true);
  judged_quote_ = offset + quote;
  judged_fits_ =
      state != CsvScanner::State::kBadQuote && !looker_.stray_quote();
  return judged_fits_;
}

CsvItem CsvStream::Impl::MakeRecord(size_t length, size_t next) {
  CsvItem item = MakeItem(CsvItem::Kind::kRecord);
  item.text = view().substr(0, length);
  item.length = length;
  PlaceFields(item.text);
  item.fields = fields_;
  totals_.ended_in_line = next == length;
  Consume(next);
  totals_.bytes_in_records += length;
  totals_.bytes_between += next - length;
  ++totals_.records;
  return item;
}

// Fields point into the record, or, where quotes were doubled, to a copy.
void CsvStream::Impl::PlaceFields(std::string_view text) {
  fields_.clear();
  unescaped_.clear();
  unescaped_.reserve(text.size());  // what points into it must hold
  const char quote = options_.dialect.quote;
  for (const CsvScanner::Span& span : scanner_.fields()) {
    std::string_view value = text.substr(span.begin, span.end - span.begin);
    if (span.escaped) {
      const size_t begin = unescaped_.size();
      for (size_t i = 0; i < value.size(); ++i) {
        unescaped_ += value[i];
        if (value[i] == quote) ++i;
      }
      value = std::string_view(unescaped_).substr(begin);
    }
    fields_.push_back({value, span.quoted});
  }
}

CsvItem CsvStream::Impl::MakeItem(CsvItem::Kind kind) const {
  CsvItem item;
  item.kind = kind;
  item.offset = item_offset_;
  item.line = item_line_;
  return item;
}

void CsvStream::Impl::BeginReject(std::string_view reason, std::string detail) {
  reject_.reason = reason;
  reject_.detail = std::move(detail);
  head_.clear();
  reject_length_ = 0;
}

void CsvStream::Impl::MoveToReject(size_t count) {
  const std::string_view bytes = view().substr(0, count);
  hash_.Update(std::as_bytes(std::span(bytes)));
  head_.append(bytes, 0, kKeptOfReject - head_.size());
  reject_length_ += bytes.size();
  Consume(bytes.size());
}

CsvItem CsvStream::Impl::FinishReject() {
  reject_.sha256 = hash_.FinishHex();
  CsvItem item = MakeItem(CsvItem::Kind::kReject);
  item.text = head_;
  item.length = reject_length_;
  item.reject = &reject_;
  totals_.bytes_rejected += reject_length_;
  ++totals_.records;
  totals_.ended_in_line = false;
  return item;
}

// The length of the line end at `at`; 0 when none is there.
size_t CsvStream::Impl::LineEndAt(size_t at) const {
  const std::string_view rest = view().substr(at);
  if (rest.starts_with('\n')) return 1;
  if (rest.starts_with("\r\n")) return 2;
  return rest == "\r" && ended_ ? 1 : 0;
}

void CsvStream::Impl::SkipBytes(size_t count) {
  Consume(count);
  totals_.bytes_between += count;
}

void CsvStream::Impl::Consume(size_t count) {
  line_ += CountLineEnds(view().substr(0, count));
  window_.Consume(count);
}

CsvStream::CsvStream(ReadAhead* source, CsvOptions options)
    : impl_(std::make_unique<Impl>(source, options)) {}
CsvStream::~CsvStream() = default;
CsvStream::CsvStream(CsvStream&&) noexcept = default;
CsvStream& CsvStream::operator=(CsvStream&&) noexcept = default;

Result<std::vector<std::string>> CsvStream::ReadHeader() {
  return impl_->ReadHeader();
}

Result<CsvItem> CsvStream::Next() { return impl_->Next(); }

const CsvTotals& CsvStream::totals() const { return impl_->totals(); }

}  // namespace learnsql
