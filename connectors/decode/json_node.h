#pragma once

#include <cstddef>
#include <cstdint>
#include <cstring>
#include <optional>
#include <string>
#include <string_view>

#include "engine/base/short_bytes.h"

namespace learnsql {

// What a parser left of one JSON value: a row of 64-bit words, the tag in the
// top eight bits, in the order of the text (simdjson's tape, to which the slow
// parser writes too). Only json_node and the parsers look into it.
struct JsonTape {
  const uint64_t* words = nullptr;
  const char* strings = nullptr;          // what the string words point into
  std::string_view text;                  // the source of the value
  const uint32_t* structurals = nullptr;  // offsets of tokens, simdjson's
  size_t structural_count = 0;
};

enum class JsonKind : uint8_t {
  kMissing,  // what Find returns for a key that is not there
  kNull,
  kBool,
  kInteger,    // fits int64
  kBigNumber,  // an integer beyond int64: text() only
  kReal,
  kString,
  kArray,
  kObject,
};

struct JsonMember;

// A value inside a parsed record: a handle of two words, to be passed by value.
// Asking it for what it is not gives nothing (nullopt, an empty view, a missing
// node), so that paths can be followed without looking: root.Find("actor")
// .Find("id").int64().
//
// Threads:  one thread at a time.
// Lifetime: until the stream that made it moves on; views of text as well.
class JsonNode {
 public:
  class Members;
  class Elements;

  JsonNode() = default;
  JsonNode(const JsonTape* tape, size_t at) : tape_(tape), at_(at) {}

  JsonKind kind() const;
  bool exists() const { return tape_ != nullptr; }
  bool is_null() const { return tag() == 'n'; }
  bool is_string() const { return kind() == JsonKind::kString; }
  bool is_object() const { return tag() == '{'; }
  bool is_array() const { return tag() == '['; }

  std::optional<bool> boolean() const;
  std::optional<int64_t> int64() const;
  // Of a kInteger or a kReal, correctly rounded.
  std::optional<double> real() const;
  // The characters of a string, unescaped (they may hold U+0000), or the source
  // text of a kBigNumber; else empty.
  std::string_view text() const;

  // The value of the first member of that name.
  JsonNode Find(std::string_view key) const;

  // The number of members or elements; 0 for all else.
  size_t size() const;

  // For range loops, in the order of the source; empty for all else.
  Members members() const;
  Elements elements() const;

  // Appends the value as JSON without white space: members in the order of the
  // source and equal keys kept, numbers as they were written, strings with
  // nothing escaped but quotes, backslashes and what is below U+0020.
  void AppendMinified(std::string* out) const;

  // Appends `text` as a JSON string, quotes and all, by the same rule.
  static void AppendQuoted(std::string_view text, std::string* out);

 private:
  friend class JsonMemberIterator;
  friend class JsonElementIterator;
  friend class JsonMinifier;

  static constexpr uint64_t kPayload = (uint64_t{1} << 56) - 1;

  uint64_t word() const { return tape_->words[at_]; }
  char tag() const {
    return tape_ == nullptr ? '\0' : static_cast<char>(word() >> 56);
  }
  size_t next() const;
  std::string_view string_at(uint64_t word) const;
  std::string_view big_number() const;

  const JsonTape* tape_ = nullptr;
  size_t at_ = 0;
};

struct JsonMember {
  std::string_view key;
  JsonNode value;
};

class JsonMemberIterator {
 public:
  JsonMemberIterator(const JsonTape* tape, size_t at) : key_(tape, at) {}
  JsonMember operator*() const {
    return {key_.string_at(key_.word()), JsonNode(key_.tape_, key_.at_ + 1)};
  }
  JsonMemberIterator& operator++() {
    key_.at_ = JsonNode(key_.tape_, key_.at_ + 1).next();
    return *this;
  }
  bool operator!=(const JsonMemberIterator& other) const {
    return key_.at_ != other.key_.at_;
  }

 private:
  JsonNode key_;
};

class JsonElementIterator {
 public:
  JsonElementIterator(const JsonTape* tape, size_t at) : node_(tape, at) {}
  JsonNode operator*() const { return node_; }
  JsonElementIterator& operator++() {
    node_.at_ = node_.next();
    return *this;
  }
  bool operator!=(const JsonElementIterator& other) const {
    return node_.at_ != other.node_.at_;
  }

 private:
  JsonNode node_;
};

class JsonNode::Members {
 public:
  Members(JsonMemberIterator begin, JsonMemberIterator end)
      : begin_(begin), end_(end) {}
  JsonMemberIterator begin() const { return begin_; }
  JsonMemberIterator end() const { return end_; }

 private:
  JsonMemberIterator begin_;
  JsonMemberIterator end_;
};

class JsonNode::Elements {
 public:
  Elements(JsonElementIterator begin, JsonElementIterator end)
      : begin_(begin), end_(end) {}
  JsonElementIterator begin() const { return begin_; }
  JsonElementIterator end() const { return end_; }

 private:
  JsonElementIterator begin_;
  JsonElementIterator end_;
};

// The index behind this value.
inline size_t JsonNode::next() const {
  switch (tag()) {
    case '{':
    case '[':
      return static_cast<uint32_t>(word());
    case 'l':
    case 'u':
    case 'd':
      return at_ + 2;
    default:
      return at_ + 1;
  }
}

// A string word is simdjson's ('"': the offset of a length and the bytes) or
// the slow parser's ('s': 28 bits of offset, 28 bits of length).
inline std::string_view JsonNode::string_at(uint64_t word) const {
  const uint64_t payload = word & kPayload;
  if ((word >> 56) == 's') {
    return {tape_->strings + (payload >> 28), payload & 0xFFFFFFF};
  }
  const char* stored = tape_->strings + payload;
  uint32_t length;
  std::memcpy(&length, stored, sizeof length);
  return {stored + sizeof length, length};
}

inline JsonKind JsonNode::kind() const {
  switch (tag()) {
    case '\0':
      return JsonKind::kMissing;
    case 't':
    case 'f':
      return JsonKind::kBool;
    case 'l':
      return JsonKind::kInteger;
    case 'u':
    case 'z':
      return JsonKind::kBigNumber;
    case 'd':
      return JsonKind::kReal;
    case '"':
    case 's':
      return JsonKind::kString;
    case '[':
      return JsonKind::kArray;
    case '{':
      return JsonKind::kObject;
    default:
      return JsonKind::kNull;
  }
}

inline std::optional<bool> JsonNode::boolean() const {
  if (tag() == 't') return true;
  if (tag() == 'f') return false;
  return std::nullopt;
}

inline std::optional<int64_t> JsonNode::int64() const {
  if (tag() != 'l') return std::nullopt;
  return static_cast<int64_t>(tape_->words[at_ + 1]);
}

inline std::string_view JsonNode::text() const {
  if (tag() == '"' || tag() == 's') return string_at(word());
  return tag() == 'u' || tag() == 'z' ? big_number() : std::string_view();
}

inline JsonNode JsonNode::Find(std::string_view key) const {
  for (const JsonMember& member : members()) {
    if (member.key.size() == key.size() &&
        SameBytes(member.key.data(), key.data(), key.size())) {
      return member.value;
    }
  }
  return {};
}

inline JsonNode::Members JsonNode::members() const {
  if (tag() != '{') return {{tape_, at_}, {tape_, at_}};
  return {{tape_, at_ + 1}, {tape_, next() - 1}};
}

inline JsonNode::Elements JsonNode::elements() const {
  if (tag() != '[') return {{tape_, at_}, {tape_, at_}};
  return {{tape_, at_ + 1}, {tape_, next() - 1}};
}

}  // namespace learnsql
