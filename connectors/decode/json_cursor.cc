#include "connectors/decode/json_cursor.h"

#include <algorithm>
#include <vector>

#include "connectors/decode/json_parsers.h"
#include "connectors/decode/json_stream.h"
#include "connectors/decode/json_window.h"
#include "connectors/decode/read_ahead.h"
#include "connectors/decode/value_scanner.h"

namespace learnsql {
namespace {

constexpr size_t kMaxKey = 64 << 10;
constexpr size_t kKeptOfLong = 4096;
constexpr size_t kMaxLevels = 64;  // that a caller may go down
constexpr size_t kFastLength = 1 << 20;
constexpr size_t kMaxValues = 4 << 20;

}  // namespace

class JsonCursor::Impl {
 public:
  Impl(ReadAhead* source, JsonCursorOptions options)
      : options_(std::move(options)),
        window_(source),
        fast_(std::min(kFastLength, options_.max_value)),
        slow_(kMaxValues) {}

  Result<char> Front();
  Status Enter(char bracket);
  Result<bool> Next(char closing);
  Result<std::string> Key();
  Result<JsonTaken> Take();
  Status Skip() { return ScanOver(nullptr); }

  uint64_t offset() const { return window_.offset(); }
  Status Wrong(Code code, std::string_view what) const {
    return Status(code, std::string(what),
                  {.name = options_.name, .line = line_, .byte = offset()});
  }
  bool inside() const { return !levels_.empty(); }

 private:
  struct Level {
    char bracket;
    bool fresh;  // nothing of it was read yet
  };

  std::string_view view() const { return window_.view(); }
  void Consume(size_t count);
  Status Cut() const {
    return Wrong(Code::kNetwork,
                 "the reply is cut: it ends inside a JSON document");
  }
  Status Expect(char c);
  // Finds the end of the value ahead. Up to max_value it stays in view and
  // `whole` is its length; a longer one is passed over, its first bytes in
  // head_ and `whole` 0. With null it is never kept.
  Status ScanOver(size_t* whole);
  Status Scanned(const ValueScanner::Outcome& outcome, size_t at) const;
  void Judge(std::string_view text, JsonTaken* taken);

  JsonCursorOptions options_;
  JsonWindow window_;
  FastJsonParser fast_;
  SlowJsonParser slow_;
  ValueScanner scanner_;
  JsonTape tape_;
  std::vector<Level> levels_;
  std::string head_;  // of a value that was not kept
  uint64_t line_ = 1;
  uint64_t passed_ = 0;  // bytes of the value that ScanOver passed over
};

void JsonCursor::Impl::Consume(size_t count) {
  const std::string_view gone = view().substr(0, count);
  line_ += static_cast<uint64_t>(std::count(gone.begin(), gone.end(), '\n'));
  window_.Consume(count);
}

Result<char> JsonCursor::Impl::Front() {
  while (true) {
    const std::string_view text = view();
    size_t blanks = 0;
    while (blanks < text.size() && IsBlank(text[blanks])) ++blanks;
    Consume(blanks);
    if (offset() == 0 && !view().empty() && view()[0] == kByteOrderMark[0] &&
        view().size() >= kByteOrderMark.size() &&
        view().starts_with(kByteOrderMark)) {
      Consume(kByteOrderMark.size());
      continue;
    }
    const bool mark_is_cut = offset() == 0 && !view().empty() &&
                             view().size() < kByteOrderMark.size() &&
                             kByteOrderMark.starts_with(view());
    if (!view().empty() && !mark_is_cut) return view()[0];
    LEARNSQL_TRY_SET(const bool more, window_.Extend());
    if (more) continue;
    if (inside() || !view().empty()) return Cut();
    return '\0';
  }
}

Status JsonCursor::Impl::Expect(char c) {
  LEARNSQL_TRY_SET(const char front, Front());
  if (front == c) {
    Consume(1);
    return {};
  }
  if (front == '\0' && view().empty()) return Cut();
  return Wrong(Code::kCorrupt, std::string("expected '") + c +
                                   "' in the JSON, and there is '" + front +
                                   "'");
}

Status JsonCursor::Impl::Enter(char bracket) {
  if (levels_.size() >= kMaxLevels) {
    return Wrong(Code::kCorrupt, "the JSON is nested too deeply");
  }
  LEARNSQL_TRY(Expect(bracket));
  levels_.push_back({bracket, true});
  return {};
}

Result<bool> JsonCursor::Impl::Next(char closing) {
  const char bracket = closing == ']' ? '[' : '{';
  if (levels_.empty() || levels_.back().bracket != bracket) {
    return Wrong(Code::kCorrupt, "the JSON is not inside what was entered");
  }
  LEARNSQL_TRY_SET(const char front, Front());
  if (front == closing) {
    Consume(1);
    levels_.pop_back();
    return false;
  }
  if (!levels_.back().fresh) LEARNSQL_TRY(Expect(','));
  levels_.back().fresh = false;
  LEARNSQL_TRY(Front());
  return true;
}

Result<std::string> JsonCursor::Impl::Key() {
  LEARNSQL_TRY_SET(const char front, Front());
  if (front != '"') return Wrong(Code::kCorrupt, "expected a member's name");
  LEARNSQL_TRY_SET(const JsonTaken taken, Take());
  if (!taken.reason.empty() || taken.length > kMaxKey) {
    return Wrong(Code::kCorrupt, "a member's name cannot be read");
  }
  std::string key(taken.root.text());
  LEARNSQL_TRY(Expect(':'));
  LEARNSQL_TRY(Front());
  return key;
}

Status JsonCursor::Impl::Scanned(const ValueScanner::Outcome& outcome,
                                 size_t at) const {
  if (outcome.state != ValueScanner::State::kDamaged) return {};
  const std::string_view text = view();
  std::string what = "the JSON cannot go on ";
  what += at < text.size() ? std::string("with '") + text[at] + "'" : "here";
  return Status(Code::kCorrupt, std::move(what),
                {.name = options_.name, .line = line_, .byte = offset() + at});
}

Status JsonCursor::Impl::ScanOver(size_t* whole) {
  scanner_.Reset();
  head_.clear();
  passed_ = 0;
  LEARNSQL_TRY_SET(const char front, Front());
  if (front == '\0' && view().empty()) return Cut();
  bool keep = whole != nullptr;
  for (size_t scanned = 0;;) {
    const auto outcome = scanner_.Scan(view().substr(scanned));
    scanned += outcome.used;
    LEARNSQL_TRY(Scanned(outcome, scanned));
    const bool done = outcome.state == ValueScanner::State::kDone;
    if (keep && passed_ + scanned > options_.max_value) {
      head_.assign(view().substr(0, kKeptOfLong));
      keep = false;
    }
    if (done && keep) {
      *whole = scanned;
      return {};
    }
    if (!keep) {
      passed_ += scanned;
      Consume(scanned);
      scanned = 0;
    }
    if (done) return {};
    LEARNSQL_TRY_SET(const bool more, window_.Extend());
    if (!more) return Cut();
  }
}

void JsonCursor::Impl::Judge(std::string_view text, JsonTaken* taken) {
  if (scanner_.too_deep()) {
    taken->reason = kTooDeep;
    taken->detail = "more than " + std::to_string(ValueScanner::kMaxDepth) +
                    " levels of objects and arrays";
  } else if (!fast_.Parse(text, &tape_)) {
    SlowJsonParser::Verdict verdict = slow_.Parse(text, &tape_);
    taken->reason = verdict.reason;
    taken->detail = std::move(verdict.detail);
  }
  if (taken->reason.empty()) taken->root = JsonNode(&tape_, 1);
}

Result<JsonTaken> JsonCursor::Impl::Take() {
  LEARNSQL_TRY(Front());
  JsonTaken taken;
  taken.offset = offset();
  taken.line = line_;
  size_t whole = 0;
  LEARNSQL_TRY(ScanOver(&whole));
  if (whole == 0) {
    taken.length = passed_;
    taken.text = head_;
    taken.reason = kTooLong;
    taken.detail =
        "longer than " + std::to_string(options_.max_value) + " bytes";
    return taken;
  }
  taken.length = whole;
  taken.text = view().substr(0, whole);
  Judge(taken.text, &taken);
  Consume(whole);
  return taken;
}

JsonCursor::JsonCursor(ReadAhead* source, JsonCursorOptions options)
    : impl_(std::make_unique<Impl>(source, std::move(options))) {}
JsonCursor::~JsonCursor() = default;
JsonCursor::JsonCursor(JsonCursor&&) noexcept = default;
JsonCursor& JsonCursor::operator=(JsonCursor&&) noexcept = default;

Result<char> JsonCursor::Front() { return impl_->Front(); }
Status JsonCursor::EnterArray() { return impl_->Enter('['); }
Status JsonCursor::EnterObject() { return impl_->Enter('{'); }
Result<bool> JsonCursor::NextElement() { return impl_->Next(']'); }

Result<bool> JsonCursor::NextMember(std::string* key) {
  LEARNSQL_TRY_SET(const bool more, impl_->Next('}'));
  if (!more) return false;
  LEARNSQL_TRY_SET(*key, impl_->Key());
  return true;
}

Result<JsonTaken> JsonCursor::Take() { return impl_->Take(); }

Result<JsonTaken> JsonCursor::TakeWhole() {
  LEARNSQL_TRY_SET(JsonTaken taken, impl_->Take());
  if (taken.reason.empty()) return taken;
  return impl_->Wrong(Code::kCorrupt,
                      "a value that is needed cannot be read: " + taken.detail);
}

Status JsonCursor::Skip() { return impl_->Skip(); }
uint64_t JsonCursor::offset() const { return impl_->offset(); }

Status JsonCursor::Wrong(std::string_view what) const {
  return impl_->Wrong(Code::kCorrupt, what);
}

}  // namespace learnsql
