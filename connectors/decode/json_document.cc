#include "connectors/decode/json_document.h"

#include "connectors/decode/json_parsers.h"
#include "connectors/decode/value_scanner.h"

namespace learnsql {

class JsonDocument::Impl {
 public:
  Result<JsonNode> Parse(std::string_view text) {
    text_.assign(text);
    text_.append(kJsonPadding, '\0');
    const std::string_view whole(text_.data(), text.size());
    if (fast_.Parse(whole, &tape_)) return JsonNode(&tape_, 1);
    const SlowJsonParser::Verdict verdict = slow_.Parse(whole, &tape_);
    if (verdict.reason.empty()) return JsonNode(&tape_, 1);
    return Status(Code::kCorrupt, "no JSON: " + verdict.detail);
  }

 private:
  static constexpr size_t kMaxFast = 16 << 20;
  static constexpr size_t kMaxValues = 16 << 20;

  std::string text_;
  JsonTape tape_;
  FastJsonParser fast_{kMaxFast};
  SlowJsonParser slow_{kMaxValues};
};

JsonDocument::JsonDocument() : impl_(std::make_unique<Impl>()) {}
JsonDocument::~JsonDocument() = default;
JsonDocument::JsonDocument(JsonDocument&&) noexcept = default;
JsonDocument& JsonDocument::operator=(JsonDocument&&) noexcept = default;

Result<JsonNode> JsonDocument::Parse(std::string_view text) {
  return impl_->Parse(text);
}

namespace {

// Walks over a text, value by value.
class Walker {
 public:
  explicit Walker(std::string_view text) : text_(text) {
    if (text_.starts_with("\xEF\xBB\xBF")) at_ = 3;
  }

  char Peek() {
    while (at_ < text_.size() && IsBlank(text_[at_])) ++at_;
    return at_ < text_.size() ? text_[at_] : '\0';
  }

  bool Take(char c) {
    if (Peek() != c || at_ >= text_.size()) return false;
    ++at_;
    return true;
  }

  Result<std::string_view> Value() {
    if (Peek() == '\0') return Error("the text ends here");
    scanner_.Reset();
    const size_t begin = at_;
    const ValueScanner::Outcome outcome = scanner_.Scan(text_.substr(at_));
    at_ += outcome.used;
    if (outcome.state == ValueScanner::State::kDamaged) {
      return Error("it cannot go on like this");
    }
    if (outcome.state == ValueScanner::State::kMore &&
        !scanner_.CompleteAtEnd()) {
      return Error("the text ends inside a value");
    }
    return text_.substr(begin, at_ - begin);
  }

  Status Error(const std::string& what) const {
    return Status(Code::kCorrupt,
                  "no JSON: byte " + std::to_string(at_) + ": " + what);
  }

  Status End() {
    return Peek() == '\0' && at_ >= text_.size() ? Status()
                                                 : Error("more than one value");
  }

 private:
  std::string_view text_;
  size_t at_ = 0;
  ValueScanner scanner_;
};

Status SplitArray(Walker* walker, JsonPage* page) {
  walker->Take('[');
  if (walker->Take(']')) return {};
  do {
    LEARNSQL_TRY_SET(const std::string_view item, walker->Value());
    page->items.push_back(item);
  } while (walker->Take(','));
  if (!walker->Take(']')) return walker->Error("a list goes on with , or ]");
  return {};
}

// The members of an object; those of `items_key` become the items.
Status SplitObject(Walker* walker, std::string_view items_key, JsonPage* page) {
  const std::string wanted = "\"" + std::string(items_key) + "\"";
  bool found = false;
  walker->Take('{');
  bool more = !walker->Take('}');
  while (more) {
    if (walker->Peek() != '"') return walker->Error("a member has a name");
    LEARNSQL_TRY_SET(const std::string_view key, walker->Value());
    if (!walker->Take(':')) return walker->Error("a name is followed by :");
    if (key == wanted && !found && walker->Peek() == '[') {
      LEARNSQL_TRY(SplitArray(walker, page));
      found = true;
    } else {
      LEARNSQL_TRY_SET(const std::string_view value, walker->Value());
      page->members.emplace_back(key.substr(1, key.size() - 2), value);
    }
    more = walker->Take(',');
    if (!more && !walker->Take('}')) {
      return walker->Error("an object goes on with , or }");
    }
  }
  if (found) return {};
  return Status(Code::kCorrupt,
                "the reply has no list '" + std::string(items_key) + "'");
}

}  // namespace

std::string_view JsonPage::Member(std::string_view key) const {
  for (const auto& [name, value] : members) {
    if (name == key) return value;
  }
  return {};
}

Result<JsonPage> SplitJsonPage(std::string_view text,
                               std::string_view items_key) {
  JsonPage page;
  Walker walker(text);
  if (walker.Peek() == '[') {
    LEARNSQL_TRY(SplitArray(&walker, &page));
  } else if (walker.Peek() != '{') {
    return walker.Error("a reply is a list or an object");
  } else if (items_key.empty()) {
    LEARNSQL_TRY_SET(const std::string_view item, walker.Value());
    page.items.push_back(item);
  } else {
    LEARNSQL_TRY(SplitObject(&walker, items_key, &page));
  }
  LEARNSQL_TRY(walker.End());
  return page;
}

}  // namespace learnsql
