#include <locale.h>
#include <rapidjson/error/en.h>
#include <rapidjson/reader.h>
#include <stdlib.h>

#include <charconv>
#include <cmath>
#include <vector>

#include "connectors/decode/json_parsers.h"
#include "connectors/decode/json_stream.h"

namespace learnsql {
namespace {

constexpr uint64_t kPackBits = 28;

uint64_t Tagged(char tag, uint64_t payload = 0) {
  return uint64_t{static_cast<unsigned char>(tag)} << 56 | payload;
}

uint64_t Packed(char tag, size_t offset, size_t length) {
  return Tagged(tag, uint64_t{offset} << kPackBits | length);
}

bool IsNumberChar(char c) {
  return (c >= '0' && c <= '9') || c == '-' || c == '+' || c == '.' ||
         c == 'e' || c == 'E';
}

// RapidJSON's stream over text that it unescapes in place. Not one of its own,
// so that Tell() is true while the handler runs.
class InPlaceStream {
 public:
  using Ch = char;

  explicit InPlaceStream(char* begin)
      : from_(begin), to_(begin), head_(begin) {}

  Ch Peek() const { return *from_; }
  Ch Take() { return *from_++; }
  size_t Tell() const { return static_cast<size_t>(from_ - head_); }
  Ch* PutBegin() { return to_ = from_; }
  void Put(Ch c) { *to_++ = c; }
  size_t PutEnd(Ch* begin) { return static_cast<size_t>(to_ - begin); }
  void Flush() {}

 private:
  char* from_;
  char* to_;
  char* head_;
};

// An int64, a double, an integer beyond int64 ('z') or a real beyond double
// ('\0').
struct Number {
  char tag = '\0';
  uint64_t bits = 0;
};

// A number beyond what from_chars takes: towards zero that is a zero or a
// denormal; away from it there is no double.
Number OutOfRange(const std::string& text) {
  static const locale_t kPlain = newlocale(LC_ALL_MASK, "C", nullptr);
  const double value = strtod_l(text.c_str(), nullptr, kPlain);
  if (std::isinf(value)) return {};
  Number number{'d'};
  std::memcpy(&number.bits, &value, sizeof value);
  return number;
}

Number ReadNumber(std::string_view text) {
  const char* const end = text.data() + text.size();
  if (text.find_first_of(".eE") == text.npos) {
    int64_t value;
    const auto [last, error] = std::from_chars(text.data(), end, value);
    if (error != std::errc() || last != end) return {'z'};
    return {'l', static_cast<uint64_t>(value)};
  }
  double value;
  const auto [last, error] = std::from_chars(text.data(), end, value);
  if (error != std::errc() || last != end || std::isinf(value)) {
    return OutOfRange(std::string(text));
  }
  Number number{'d'};
  std::memcpy(&number.bits, &value, sizeof value);
  return number;
}

// Whether unescaped UTF-8 holds half of a surrogate pair. RapidJSON refuses a
// lone first half itself; a lone second half it encodes like any other.
bool HasLoneSurrogate(std::string_view text) {
  for (size_t at = text.find('\xed'); at != text.npos;
       at = text.find('\xed', at + 1)) {
    if (at + 1 < text.size() &&
        static_cast<unsigned char>(text[at + 1]) >= 0xa0) {
      return true;
    }
  }
  return false;
}

// Writes what RapidJSON reads as a tape.
class TapeWriter {
 public:
  TapeWriter(std::string_view source, const char* copy,
             const InPlaceStream* stream, size_t max_values,
             std::vector<uint64_t>* words)
      : source_(source),
        copy_(copy),
        stream_(stream),
        max_values_(max_values),
        words_(words) {}

  std::string_view refusal() const { return refusal_; }

  bool Null() { return Add(Tagged('n')); }
  bool Bool(bool value) { return Add(Tagged(value ? 't' : 'f')); }
  bool Key(const char* text, rapidjson::SizeType length, bool copy) {
    return String(text, length, copy);
  }

  bool String(const char* text, rapidjson::SizeType length, bool) {
    if (HasLoneSurrogate({text, length})) return Refuse(kLoneSurrogate);
    return Add(Packed('s', static_cast<size_t>(text - copy_), length));
  }

  // The stream is behind the number, or inside it where it was blanked out.
  bool RawNumber(const char*, rapidjson::SizeType, bool) {
    size_t end = stream_->Tell();
    size_t begin = end;
    while (begin > 0 && IsNumberChar(source_[begin - 1])) --begin;
    while (end < source_.size() && IsNumberChar(source_[end])) ++end;
    const Number number = ReadNumber(source_.substr(begin, end - begin));
    if (number.tag == '\0') return Refuse(kNumberTooBig);
    if (!Add(Packed(number.tag, begin, end - begin))) return false;
    if (number.tag != 'z') words_->push_back(number.bits);
    return true;
  }

  bool StartObject() { return Begin('{'); }
  bool StartArray() { return Begin('['); }
  bool EndObject(rapidjson::SizeType count) { return End('}', count); }
  bool EndArray(rapidjson::SizeType count) { return End(']', count); }

  // With kParseNumbersAsStringsFlag none of these comes.
  bool Int(int) { return false; }
  bool Uint(unsigned) { return false; }
  bool Int64(int64_t) { return false; }
  bool Uint64(uint64_t) { return false; }
  bool Double(double) { return false; }

 private:
  bool Refuse(std::string_view reason) {
    refusal_ = reason;
    return false;
  }

  bool Add(uint64_t word) {
    if (++values_ > max_values_) return Refuse(kTooManyValues);
    words_->push_back(word);
    return true;
  }

  bool Begin(char tag) {
    open_.push_back(words_->size());
    return Add(Tagged(tag));
  }

  // As simdjson does: the opening word holds the count of what is inside, up
  // to 24 bits of it, and where the value ends.
  bool End(char tag, uint64_t count) {
    constexpr uint64_t kMaxCount = 0xFFFFFF;
    const size_t begin = open_.back();
    open_.pop_back();
    words_->push_back(Tagged(tag, begin));
    (*words_)[begin] |= std::min(count, kMaxCount) << 32 | words_->size();
    return true;
  }

  std::string_view source_;
  const char* copy_;
  const InPlaceStream* stream_;
  size_t max_values_;
  std::vector<uint64_t>* words_;
  std::vector<size_t> open_;
  size_t values_ = 0;
  std::string_view refusal_;
};

// Leaves a 0 of every number that RapidJSON may find too big (it cannot be
// told to pass them), and blanks; the writer takes numbers from the source.
void BlankOutNumbers(std::string* copy) {
  bool in_string = false;
  for (size_t i = 0; i < copy->size(); ++i) {
    char& c = (*copy)[i];
    if (in_string) {
      if (c == '\\') ++i;
      if (c == '"') in_string = false;
    } else if (c == '"') {
      in_string = true;
    } else if (c == '-' || (c >= '0' && c <= '9')) {
      c = '0';
      while (IsNumberChar((*copy)[i + 1])) (*copy)[++i] = ' ';
    }
  }
}

std::string_view ReasonOf(rapidjson::ParseErrorCode code, unsigned char at) {
  switch (code) {
    case rapidjson::kParseErrorStringUnicodeSurrogateInvalid:
      return kLoneSurrogate;
    case rapidjson::kParseErrorStringInvalidEncoding:
      return at < 0x20 ? kBadJson : kBadUtf8;
    default:
      return kBadJson;
  }
}

std::string_view WhatIsWrong(std::string_view reason,
                             rapidjson::ParseErrorCode code, unsigned char at) {
  if (reason == kBadUtf8) return "not UTF-8";
  if (reason == kNumberTooBig) return "a number beyond double";
  if (reason == kLoneSurrogate) return "half of a surrogate pair, alone";
  const bool in_string = code == rapidjson::kParseErrorStringInvalidEncoding ||
                         code == rapidjson::kParseErrorStringEscapeInvalid;
  if (in_string && at < 0x20) return "a control character inside a string";
  return rapidjson::GetParseError_En(code);
}

}  // namespace

struct SlowJsonParser::State {
  using Reader = rapidjson::GenericReader<rapidjson::UTF8<>, rapidjson::UTF8<>>;
  static constexpr unsigned kFlags =
      rapidjson::kParseInsituFlag | rapidjson::kParseIterativeFlag |
      rapidjson::kParseValidateEncodingFlag |
      rapidjson::kParseNumbersAsStringsFlag | rapidjson::kParseStopWhenDoneFlag;
  static constexpr size_t kKeptBytes = 1 << 20;

  size_t max_values;
  std::string copy;
  std::vector<uint64_t> words;

  void Begin(std::string_view text) {
    if (copy.capacity() > kKeptBytes) copy = std::string();
    if (words.capacity() > kKeptBytes / 8) words = std::vector<uint64_t>();
    copy.assign(text);
  }

  Verdict Run(std::string_view text, bool* too_big);
};

SlowJsonParser::Verdict SlowJsonParser::State::Run(std::string_view text,
                                                   bool* too_big) {
  words.assign(1, Tagged('r'));
  InPlaceStream stream(copy.data());
  TapeWriter writer(text, copy.data(), &stream, max_values, &words);
  Reader reader;
  const rapidjson::ParseResult result = reader.Parse<kFlags>(stream, writer);
  *too_big = result.Code() == rapidjson::kParseErrorNumberTooBig;
  size_t byte = stream.Tell();
  if (!result.IsError()) {
    byte = copy.find_first_not_of(" \t\r\n", byte);
    if (byte == copy.npos) return {};
    return {kBadJson, AtByte(byte, "more than one value")};
  }
  if (writer.refusal() == kTooManyValues) {
    return {kTooManyValues, "more than " + std::to_string(max_values) +
                                " values in one record"};
  }
  if (writer.refusal().empty()) byte = result.Offset();
  const auto at =
      static_cast<unsigned char>(byte < text.size() ? text[byte] : 0);
  const std::string_view reason =
      writer.refusal().empty() ? ReasonOf(result.Code(), at) : writer.refusal();
  return {reason, AtByte(byte, WhatIsWrong(reason, result.Code(), at))};
}

SlowJsonParser::SlowJsonParser(size_t max_values)
    : state_(std::make_unique<State>(State{max_values, {}, {}})) {}

SlowJsonParser::~SlowJsonParser() = default;

SlowJsonParser::Verdict SlowJsonParser::Parse(std::string_view text,
                                              JsonTape* tape) {
  bool too_big = false;
  state_->Begin(text);
  Verdict verdict = state_->Run(text, &too_big);
  if (too_big) {
    state_->Begin(text);
    BlankOutNumbers(&state_->copy);
    verdict = state_->Run(text, &too_big);
  }
  *tape = {.words = state_->words.data(),
           .strings = state_->copy.data(),
           .text = text};
  return verdict;
}

}  // namespace learnsql
