#include "engine/store/code_points.h"

#include <utf8proc.h>

#include <algorithm>

namespace learnsql {
namespace {

constexpr utf8proc_int32_t kSharpS = 0xdf;
constexpr uint32_t kReplacement = 0xfffd;

// The code point at `at` and its bytes; nothing when the byte begins none.
utf8proc_int32_t Decode(std::string_view text, size_t at, size_t* bytes) {
  utf8proc_int32_t code_point = -1;
  const utf8proc_ssize_t read = utf8proc_iterate(
      reinterpret_cast<const utf8proc_uint8_t*>(text.data()) + at,
      static_cast<utf8proc_ssize_t>(text.size() - at), &code_point);
  *bytes = read > 0 ? static_cast<size_t>(read) : 1;
  return read > 0 ? code_point : -1;
}

bool IsAscii(char c) { return static_cast<unsigned char>(c) < 0x80; }

template <typename MapAscii, typename MapAny>
std::string MapLetters(std::string_view text, MapAscii map_ascii,
                       MapAny map_any) {
  std::string mapped;
  mapped.reserve(text.size());
  for (size_t at = 0; at < text.size();) {
    if (IsAscii(text[at])) {
      mapped.push_back(map_ascii(text[at++]));
      continue;
    }
    size_t bytes = 0;
    const utf8proc_int32_t code_point = Decode(text, at, &bytes);
    if (code_point < 0) {
      mapped.append(text, at, bytes);
    } else {
      AppendCodePoint(static_cast<uint32_t>(map_any(code_point)), &mapped);
    }
    at += bytes;
  }
  return mapped;
}

}  // namespace

size_t CodePointBytes(std::string_view text, size_t at) {
  if (IsAscii(text[at])) return 1;
  size_t bytes = 0;
  Decode(text, at, &bytes);
  return bytes;
}

size_t CountCodePoints(std::string_view text) {
  size_t count = 0;
  for (size_t at = 0; at < text.size(); at += CodePointBytes(text, at)) ++count;
  return count;
}

size_t OffsetOfCodePoint(std::string_view text, size_t index) {
  size_t at = 0;
  while (index > 0 && at < text.size()) {
    at += CodePointBytes(text, at);
    --index;
  }
  return at;
}

std::string ToUpper(std::string_view text) {
  const auto ascii = [](char c) {
    return c >= 'a' && c <= 'z' ? static_cast<char>(c - 'a' + 'A') : c;
  };
  // utf8proc gives the capital sharp s, which no one-to-one table has.
  const auto any = [](utf8proc_int32_t c) {
    return c == kSharpS ? c : utf8proc_toupper(c);
  };
  return MapLetters(text, ascii, any);
}

std::string ToLower(std::string_view text) {
  const auto ascii = [](char c) {
    return c >= 'A' && c <= 'Z' ? static_cast<char>(c - 'A' + 'a') : c;
  };
  return MapLetters(text, ascii, utf8proc_tolower);
}

std::string ReverseCodePoints(std::string_view text) {
  std::string reversed(text.size(), '\0');
  size_t end = text.size();
  for (size_t at = 0; at < text.size();) {
    const size_t bytes = CodePointBytes(text, at);
    end -= bytes;
    std::copy_n(text.data() + at, bytes, reversed.data() + end);
    at += bytes;
  }
  return reversed;
}

void AppendCodePoint(uint32_t code_point, std::string* text) {
  utf8proc_uint8_t bytes[4];
  const bool surrogate = code_point >= 0xd800 && code_point <= 0xdfff;
  const utf8proc_ssize_t count = utf8proc_encode_char(
      static_cast<utf8proc_int32_t>(surrogate ? kReplacement : code_point),
      bytes);
  text->append(reinterpret_cast<const char*>(bytes),
               static_cast<size_t>(count));
}

}  // namespace learnsql
