#include "connectors/decode/json_node.h"

#include <array>

namespace learnsql {
namespace {

std::string_view PackedView(std::string_view text, uint64_t payload) {
  return text.substr(payload >> 28, payload & 0xFFFFFFF);
}

// The characters of the number that begins at `at`.
std::string_view NumberAt(std::string_view text, size_t at) {
  const size_t end = text.find_first_not_of("+-.0123456789eE", at);
  return text.substr(at, end == text.npos ? end : end - at);
}

// Goes through simdjson's list of tokens beside its tape: the tape has numbers
// as values only, and their text is wanted as it was written.
class TokenCursor {
 public:
  explicit TokenCursor(const JsonTape* tape) : tape_(tape) {}

  // REQUIRES: `at` is a number, and not before that of the last call.
  std::string_view NumberOf(size_t at) {
    while (token_ < tape_->structural_count) {
      const size_t begin = tape_->structurals[token_];
      if (word_ == at && !IsSeparator(tape_->text[begin])) {
        return NumberAt(tape_->text, begin);
      }
      word_ += WordsOf(tape_->text[begin]);
      ++token_;
    }
    return {};
  }

 private:
  static bool IsSeparator(char c) { return c == ':' || c == ','; }

  static size_t WordsOf(char c) {
    if (IsSeparator(c)) return 0;
    return c == '-' || (c >= '0' && c <= '9') ? 2 : 1;
  }

  const JsonTape* tape_;
  size_t token_ = 0;
  size_t word_ = 1;  // the word at 0 is the root's
};

bool NeedsEscape(char c) {
  return c == '"' || c == '\\' || static_cast<unsigned char>(c) < 0x20;
}

// Whether one of eight bytes needs an escape, all looked at together.
bool AnyNeedsEscape(uint64_t bytes) {
  constexpr uint64_t kOnes = 0x0101010101010101;
  constexpr uint64_t kHigh = 0x8080808080808080;
  const uint64_t quote = bytes ^ (kOnes * '"');
  const uint64_t backslash = bytes ^ (kOnes * '\\');
  const uint64_t below = (bytes - kOnes * 0x20) & ~bytes;
  return ((below | ((quote - kOnes) & ~quote) |
           ((backslash - kOnes) & ~backslash)) &
          kHigh) != 0;
}

// The first byte from `at` on that needs an escape, or the size.
size_t FindEscape(std::string_view text, size_t at) {
  for (uint64_t bytes; at + sizeof bytes <= text.size(); at += sizeof bytes) {
    std::memcpy(&bytes, text.data() + at, sizeof bytes);
    if (AnyNeedsEscape(bytes)) break;
  }
  while (at < text.size() && !NeedsEscape(text[at])) ++at;
  return at;
}

void AppendEscape(char c, std::string* out) {
  constexpr std::string_view kShort = "b\bf\fn\nr\rt\t\"\"\\\\";
  for (size_t i = 0; i < kShort.size(); i += 2) {
    if (kShort[i + 1] == c) {
      *out += {'\\', kShort[i]};
      return;
    }
  }
  constexpr char kHex[] = "0123456789abcdef";
  *out += "\\u00";
  *out += {kHex[c >> 4], kHex[c & 15]};
}

}  // namespace

std::optional<double> JsonNode::real() const {
  if (tag() == 'l') return static_cast<double>(*int64());
  if (tag() != 'd') return std::nullopt;
  double value;
  std::memcpy(&value, &tape_->words[at_ + 1], sizeof value);
  return value;
}

std::string_view JsonNode::big_number() const {
  return tag() == 'z' ? PackedView(tape_->text, word() & kPayload)
                      : TokenCursor(tape_).NumberOf(at_);
}

size_t JsonNode::size() const {
  if (!is_object() && !is_array()) return 0;
  constexpr size_t kSaturated = 0xFFFFFF;
  const size_t counted = (word() >> 32) & kSaturated;
  if (counted != kSaturated) return counted;
  size_t count = 0;
  if (is_array()) {
    for ([[maybe_unused]] JsonNode element : elements()) ++count;
  } else {
    for ([[maybe_unused]] const JsonMember& member : members()) ++count;
  }
  return count;
}

// Writes a value and what is in it, word by word.
class JsonMinifier {
 public:
  JsonMinifier(const JsonTape* tape, std::string* out)
      : tape_(tape), tokens_(tape), out_(out) {}

  // At most 256 deep, as parsed.
  void Append(JsonNode node) {
    switch (node.kind()) {
      case JsonKind::kObject:
        return AppendObject(node);
      case JsonKind::kArray:
        return AppendArray(node);
      case JsonKind::kString:
        return JsonNode::AppendQuoted(node.text(), out_);
      case JsonKind::kBool:
        out_->append(*node.boolean() ? "true" : "false");
        return;
      case JsonKind::kNull:
      case JsonKind::kMissing:
        out_->append("null");
        return;
      default:
        AppendNumber(node);
    }
  }

 private:
  void AppendObject(JsonNode node) {
    char before = '{';
    for (const JsonMember& member : node.members()) {
      *out_ += before;
      JsonNode::AppendQuoted(member.key, out_);
      *out_ += ':';
      Append(member.value);
      before = ',';
    }
    out_->append(before == '{' ? "{}" : "}");
  }

  void AppendArray(JsonNode node) {
    char before = '[';
    for (JsonNode element : node.elements()) {
      *out_ += before;
      Append(element);
      before = ',';
    }
    out_->append(before == '[' ? "[]" : "]");
  }

  void AppendNumber(JsonNode node) {
    const uint64_t packed = node.word() & JsonNode::kPayload;
    out_->append(packed != 0 ? PackedView(tape_->text, packed)
                             : tokens_.NumberOf(node.at_));
  }

  const JsonTape* tape_;
  TokenCursor tokens_;
  std::string* out_;
};

void JsonNode::AppendMinified(std::string* out) const {
  JsonMinifier(tape_, out).Append(*this);
}

void JsonNode::AppendQuoted(std::string_view text, std::string* out) {
  *out += '"';
  size_t plain = 0;  // where the bytes begin that go as they are
  while (plain < text.size()) {
    const size_t at = FindEscape(text, plain);
    out->append(text, plain, at - plain);
    if (at < text.size()) AppendEscape(text[at], out);
    plain = at + 1;
  }
  *out += '"';
}

}  // namespace learnsql
