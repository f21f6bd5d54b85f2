#include <cstdlib>
#include <limits>
#include <string>
#include <string_view>

#include "engine/store/code_points.h"
#include "engine/store/function_call.h"

namespace learnsql {
namespace {

constexpr int64_t kMaxSize = std::numeric_limits<int32_t>::max();

Status Upper(const Call& call) {
  LEARNSQL_TRY_SET(const std::string_view text, call.Text(0));
  call.ReturnText(ToUpper(text));
  return {};
}

Status Lower(const Call& call) {
  LEARNSQL_TRY_SET(const std::string_view text, call.Text(0));
  call.ReturnText(ToLower(text));
  return {};
}

Status Reverse(const Call& call) {
  LEARNSQL_TRY_SET(const std::string_view text, call.Text(0));
  call.ReturnText(ReverseCodePoints(text));
  return {};
}

Status Concat(const Call& call) {
  std::string joined;
  for (int i = 0; i < call.count(); ++i) {
    LEARNSQL_TRY_SET(const std::string_view part, call.Text(i));
    joined += part;
  }
  call.ReturnText(joined);
  return {};
}

Status ConcatWs(const Call& call) {
  if (call.is_null(0)) return {};
  LEARNSQL_TRY_SET(const std::string_view separator, call.Text(0));
  std::string joined;
  bool first = true;
  for (int i = 1; i < call.count(); ++i) {
    if (call.is_null(i)) continue;
    LEARNSQL_TRY_SET(const std::string_view part, call.Text(i));
    if (!first) joined += separator;
    joined += part;
    first = false;
  }
  call.ReturnText(joined);
  return {};
}

// The byte where occurrence `instance` of `part` begins, counted from the end
// when it is negative.
size_t FindInstance(std::string_view text, std::string_view part,
                    int64_t instance) {
  size_t at = std::string_view::npos;
  if (instance > 0) {
    for (size_t from = 0; instance > 0; --instance, from = at + 1) {
      at = text.find(part, from);
      if (at == std::string_view::npos) break;
    }
    return at;
  }
  for (size_t from = text.size(); instance < 0; ++instance, from = at - 1) {
    at = from == std::string_view::npos ? from : text.rfind(part, from);
    if (at == std::string_view::npos) break;
  }
  return at;
}

Status Strpos(const Call& call) {
  LEARNSQL_TRY_SET(const std::string_view text, call.Text(0));
  LEARNSQL_TRY_SET(const std::string_view part, call.Text(1));
  int64_t instance = 1;
  if (call.count() == 3) {
    LEARNSQL_TRY_SET(instance, call.Integer(2));
  }
  if (instance == 0) return call.MustBe(2, "1 or more, or -1 or less");
  if (part.empty()) {
    call.ReturnInteger(1);
    return {};
  }
  const size_t at = FindInstance(text, part, instance);
  call.ReturnInteger(
      at == std::string_view::npos
          ? 0
          : static_cast<int64_t>(CountCodePoints(text.substr(0, at)) + 1));
  return {};
}

// Without a delimiter every character is a part.
void ReturnCharacter(const Call& call, std::string_view text, int64_t index) {
  const size_t at = OffsetOfCodePoint(text, static_cast<size_t>(index - 1));
  if (at == text.size()) return;
  call.ReturnText(text.substr(at, CodePointBytes(text, at)));
}

Status SplitPart(const Call& call) {
  LEARNSQL_TRY_SET(std::string_view text, call.Text(0));
  LEARNSQL_TRY_SET(const std::string_view delimiter, call.Text(1));
  LEARNSQL_TRY_SET(int64_t index, call.Integer(2));
  if (index < 1) return call.MustBe(2, "1 or more");
  if (delimiter.empty()) {
    ReturnCharacter(call, text, index);
    return {};
  }
  for (; index > 1; --index) {
    const size_t at = text.find(delimiter);
    if (at == std::string_view::npos) return {};
    text.remove_prefix(at + delimiter.size());
  }
  call.ReturnText(text.substr(0, text.find(delimiter)));
  return {};
}

// The first `size` characters of `padding`, again and again.
std::string Repeated(std::string_view padding, size_t size) {
  const size_t length = CountCodePoints(padding);
  std::string text;
  text.reserve(size / length * padding.size());
  for (; size >= length; size -= length) text += padding;
  text += padding.substr(0, OffsetOfCodePoint(padding, size));
  return text;
}

struct Padded {
  std::string_view text;  // cut to the size
  std::string padding;
};

Result<Padded> Pad(const Call& call) {
  LEARNSQL_TRY_SET(const std::string_view text, call.Text(0));
  LEARNSQL_TRY_SET(const int64_t size, call.Integer(1));
  LEARNSQL_TRY_SET(const std::string_view padding, call.Text(2));
  if (size < 0 || size > kMaxSize) {
    return call.MustBe(1, "from 0 to 2147483647");
  }
  if (padding.empty()) return call.Bad(2, "must not be empty");
  const auto wanted = static_cast<size_t>(size);
  const size_t length = CountCodePoints(text);
  if (length >= wanted) {
    return Padded{text.substr(0, OffsetOfCodePoint(text, wanted)), ""};
  }
  if (wanted > call.max_length()) return call.Bad(1, "makes too long a text");
  return Padded{text, Repeated(padding, wanted - length)};
}

Status Lpad(const Call& call) {
  LEARNSQL_TRY_SET(Padded padded, Pad(call));
  call.ReturnText(padded.padding.append(padded.text));
  return {};
}

Status Rpad(const Call& call) {
  LEARNSQL_TRY_SET(const Padded padded, Pad(call));
  call.ReturnText(std::string(padded.text) + padded.padding);
  return {};
}

Status StartsWith(const Call& call) {
  LEARNSQL_TRY_SET(const std::string_view text, call.Text(0));
  LEARNSQL_TRY_SET(const std::string_view prefix, call.Text(1));
  call.ReturnBoolean(text.starts_with(prefix));
  return {};
}

// Where the character `c` first stands in `text`, in characters; npos when it
// does not.
size_t IndexOf(std::string_view text, std::string_view c) {
  size_t index = 0;
  for (size_t at = 0; at < text.size(); ++index) {
    const size_t bytes = CodePointBytes(text, at);
    if (text.substr(at, bytes) == c) return index;
    at += bytes;
  }
  return std::string_view::npos;
}

Status Translate(const Call& call) {
  LEARNSQL_TRY_SET(const std::string_view text, call.Text(0));
  LEARNSQL_TRY_SET(const std::string_view from, call.Text(1));
  LEARNSQL_TRY_SET(const std::string_view to, call.Text(2));
  std::string translated;
  for (size_t at = 0; at < text.size();) {
    const std::string_view c = text.substr(at, CodePointBytes(text, at));
    at += c.size();
    const size_t index = IndexOf(from, c);
    if (index == std::string_view::npos) {
      translated += c;
      continue;
    }
    const size_t other = OffsetOfCodePoint(to, index);
    if (other < to.size()) {
      translated += to.substr(other, CodePointBytes(to, other));
    }
  }
  call.ReturnText(translated);
  return {};
}

constexpr Function kTextFunctions[] = {
    {.spec = {.name = "upper",
              .min_arguments = 1,
              .max_arguments = 1,
              .overrides = true,
              .signature = "upper(string) -> varchar",
              .document = "In capitals, letters of every language (ß stays)."},
     .scalar = Upper},
    {.spec = {.name = "lower",
              .min_arguments = 1,
              .max_arguments = 1,
              .overrides = true,
              .signature = "lower(string) -> varchar",
              .document = "In small letters, letters of every language."},
     .scalar = Lower},
    {.spec = {.name = "reverse",
              .min_arguments = 1,
              .max_arguments = 1,
              .signature = "reverse(string) -> varchar",
              .document = "The characters in the other order."},
     .scalar = Reverse},
    {.spec = {.name = "concat",
              .min_arguments = 2,
              .max_arguments = -1,
              .overrides = true,
              .signature = "concat(string, ...) -> varchar",
              .document = "The texts one after the other; NULL if any is."},
     .scalar = Concat},
    {.spec = {.name = "concat_ws",
              .min_arguments = 2,
              .max_arguments = -1,
              .signature = "concat_ws(separator, string, ...) -> varchar",
              .document = "The texts that are not NULL, the separator between "
                          "them; NULL only for a NULL separator."},
     .scalar = ConcatWs,
     .sees_null = true},
    {.spec = {.name = "strpos",
              .min_arguments = 2,
              .max_arguments = 3,
              .signature = "strpos(string, substring[, instance]) -> bigint",
              .document = "Where the substring first stands, from 1; 0 if "
                          "nowhere. A negative instance counts from the end."},
     .scalar = Strpos},
    {.spec = {.name = "split_part",
              .min_arguments = 3,
              .max_arguments = 3,
              .signature = "split_part(string, delimiter, index) -> varchar",
              .document = "The part with that number, from 1; NULL past the "
                          "last."},
     .scalar = SplitPart},
    {.spec = {.name = "lpad",
              .min_arguments = 3,
              .max_arguments = 3,
              .signature = "lpad(string, size, padstring) -> varchar",
              .document = "Padded on the left, or cut, to `size` characters."},
     .scalar = Lpad},
    {.spec = {.name = "rpad",
              .min_arguments = 3,
              .max_arguments = 3,
              .signature = "rpad(string, size, padstring) -> varchar",
              .document = "Padded on the right, or cut, to `size` characters."},
     .scalar = Rpad},
    {.spec = {.name = "starts_with",
              .min_arguments = 2,
              .max_arguments = 2,
              .signature = "starts_with(string, prefix) -> boolean",
              .document = "Whether the text begins so; case matters."},
     .scalar = StartsWith},
    {.spec = {.name = "translate",
              .min_arguments = 3,
              .max_arguments = 3,
              .signature = "translate(source, from, to) -> varchar",
              .document = "Each character of `from` replaced by the one at its "
                          "place in `to`, or dropped where there is none."},
     .scalar = Translate},
};

}  // namespace

std::span<const Function> TextFunctions() { return kTextFunctions; }

}  // namespace learnsql
