#include <re2/re2.h>

#include <limits>
#include <string>
#include <string_view>
#include <vector>

#include "engine/store/code_points.h"
#include "engine/store/function_call.h"

namespace learnsql {
namespace {

// What one compiled pattern may take, its cache of states included.
constexpr int64_t kPatternMemory = 8 << 20;

re2::StringPiece Piece(std::string_view text) {
  return {text.data(), text.size()};
}
std::string_view View(const re2::StringPiece& piece) {
  return {piece.data(), piece.size()};
}

// RE2's names of groups are (?P<name>, those of Java and Trino (?<name>.
// Errors: when the pattern has RE2's, which Trino would refuse.
Result<std::string> ToRe2Syntax(const Call& call, std::string_view pattern) {
  std::string translated;
  bool in_class = false;
  for (size_t i = 0; i < pattern.size(); ++i) {
    const std::string_view rest = pattern.substr(i);
    translated.push_back(pattern[i]);
    if (pattern[i] == '\\' && rest.size() > 1) {
      translated.push_back(pattern[++i]);
    } else if (in_class || pattern[i] == '[') {
      in_class = pattern[i] != ']';
    } else if (rest.starts_with("(?P")) {
      return call.Bad(1, "has (?P, which Trino does not take: write (?<name>");
    } else if (rest.starts_with("(?<") && !rest.starts_with("(?<=") &&
               !rest.starts_with("(?<!")) {
      translated += "?P<";
      i += 2;
    }
  }
  return translated;
}

Result<std::unique_ptr<RE2>> Compile(const Call& call,
                                     std::string_view pattern) {
  LEARNSQL_TRY_SET(const std::string translated, ToRe2Syntax(call, pattern));
  RE2::Options options;
  options.set_log_errors(false);
  options.set_max_mem(kPatternMemory);
  auto compiled = std::make_unique<RE2>(translated, options);
  if (compiled->ok()) return compiled;
  return call.Bad(1, "is no pattern: " + compiled->error());
}

// The compiled argument 1, kept while it is constant.
class Pattern {
 public:
  static Result<Pattern> Of(const Call& call) {
    LEARNSQL_TRY_SET(const std::string_view text, call.Text(1));
    if (void* const kept = call.kept(1)) {
      return Pattern(static_cast<const RE2*>(kept), nullptr);
    }
    LEARNSQL_TRY_SET(std::unique_ptr<RE2> compiled, Compile(call, text));
    const RE2* const pattern = compiled.get();
    return Pattern(pattern, std::move(compiled));
  }

  const RE2& operator*() const { return *pattern_; }
  const RE2* operator->() const { return pattern_; }

  // Leaves it with SQLite for the next row. Last use.
  void KeepFor(const Call& call) {
    if (owned_ == nullptr) return;
    call.Keep(1, owned_.release(),
              [](void* pattern) { delete static_cast<RE2*>(pattern); });
  }

 private:
  Pattern(const RE2* pattern, std::unique_ptr<RE2> owned)
      : pattern_(pattern), owned_(std::move(owned)) {}

  const RE2* pattern_;
  std::unique_ptr<RE2> owned_;
};

bool MatchFrom(const RE2& pattern, std::string_view text, size_t from,
               std::vector<re2::StringPiece>* groups) {
  return pattern.Match(Piece(text), from, text.size(), RE2::UNANCHORED,
                       groups->data(), static_cast<int>(groups->size()));
}

// Calls `each(start, groups)` for every match from left to right. After an
// empty match the search goes on behind the next character.
template <typename Each>
void ForEachMatch(const RE2& pattern, std::string_view text,
                  std::vector<re2::StringPiece>* groups, Each each) {
  size_t from = 0;
  while (from <= text.size() && MatchFrom(pattern, text, from, groups)) {
    const size_t start = static_cast<size_t>((*groups)[0].data() - text.data());
    const size_t end = start + (*groups)[0].size();
    each(start);
    from = end;
    if (end > start) continue;
    if (end == text.size()) break;
    from += CodePointBytes(text, end);
  }
}

Status RegexpLike(const Call& call) {
  LEARNSQL_TRY_SET(const std::string_view text, call.Text(0));
  LEARNSQL_TRY_SET(Pattern pattern, Pattern::Of(call));
  call.ReturnBoolean(RE2::PartialMatch(Piece(text), *pattern));
  pattern.KeepFor(call);
  return {};
}

Status RegexpExtract(const Call& call) {
  LEARNSQL_TRY_SET(const std::string_view text, call.Text(0));
  LEARNSQL_TRY_SET(Pattern pattern, Pattern::Of(call));
  int64_t group = 0;
  if (call.count() == 3) {
    LEARNSQL_TRY_SET(group, call.Integer(2));
  }
  const int64_t known = pattern->NumberOfCapturingGroups();
  if (group < 0 || group > known) {
    return call.MustBe(2, "a group from 0 to " + std::to_string(known));
  }
  std::vector<re2::StringPiece> groups(static_cast<size_t>(group) + 1);
  if (MatchFrom(*pattern, text, 0, &groups) &&
      groups.back().data() != nullptr) {
    call.ReturnText(View(groups.back()));
  }
  pattern.KeepFor(call);
  return {};
}

Status RegexpCount(const Call& call) {
  LEARNSQL_TRY_SET(const std::string_view text, call.Text(0));
  LEARNSQL_TRY_SET(Pattern pattern, Pattern::Of(call));
  std::vector<re2::StringPiece> groups(1);
  int64_t count = 0;
  ForEachMatch(*pattern, text, &groups, [&count](size_t) { ++count; });
  call.ReturnInteger(count);
  pattern.KeepFor(call);
  return {};
}

// A replacement: texts, each followed by a group (-1 after the last).
struct Replacement {
  struct Piece {
    std::string text;
    int group = -1;
  };
  std::vector<Piece> pieces = {{}};

  void Put(char c) { pieces.back().text.push_back(c); }
  void PutGroup(int group) {
    pieces.back().group = group;
    pieces.emplace_back();
  }
};

// Reads what follows a `$` at `*at`: the number of a group, as many digits as
// there are groups for, or {name}.
Result<int> ReadGroup(const Call& call, const RE2& pattern,
                      std::string_view text, size_t* at) {
  const auto digit = [&](size_t i) {
    return i < text.size() && text[i] >= '0' && text[i] <= '9';
  };
  if (*at < text.size() && text[*at] == '{') {
    const size_t end = text.find('}', *at);
    const std::string name(
        text.substr(*at + 1, end == text.npos ? text.npos : end - *at - 1));
    const auto& names = pattern.NamedCapturingGroups();
    const auto found = names.find(name);
    if (end == text.npos || found == names.end()) {
      return call.Bad(2, "names a group {" + name + "} that is not there");
    }
    *at = end + 1;
    return found->second;
  }
  if (!digit(*at)) return call.Bad(2, "has a $ without a group (write \\$)");
  const int known = pattern.NumberOfCapturingGroups();
  int group = text[(*at)++] - '0';
  if (group > known) {
    return call.Bad(2, "has $" + std::to_string(group) + ", of " +
                           std::to_string(known) + " groups");
  }
  while (digit(*at) && group * 10 + (text[*at] - '0') <= known) {
    group = group * 10 + (text[(*at)++] - '0');
  }
  return group;
}

Result<Replacement> ReadReplacement(const Call& call, const RE2& pattern) {
  Replacement replacement;
  if (call.count() < 3) return replacement;
  LEARNSQL_TRY_SET(const std::string_view text, call.Text(2));
  for (size_t at = 0; at < text.size();) {
    const char c = text[at++];
    if (c == '$') {
      LEARNSQL_TRY_SET(const int group, ReadGroup(call, pattern, text, &at));
      replacement.PutGroup(group);
    } else if (c != '\\') {
      replacement.Put(c);
    } else if (at == text.size()) {
      return call.Bad(2, "ends in a single backslash");
    } else {
      replacement.Put(text[at++]);
    }
  }
  return replacement;
}

Status RegexpReplace(const Call& call) {
  LEARNSQL_TRY_SET(const std::string_view text, call.Text(0));
  LEARNSQL_TRY_SET(Pattern pattern, Pattern::Of(call));
  LEARNSQL_TRY_SET(const Replacement replacement,
                   ReadReplacement(call, *pattern));
  std::vector<re2::StringPiece> groups(
      static_cast<size_t>(pattern->NumberOfCapturingGroups()) + 1);
  std::string replaced;
  size_t copied = 0;
  const size_t limit = call.max_length();
  ForEachMatch(*pattern, text, &groups, [&](size_t start) {
    if (replaced.size() > limit) return;  // SQLite refuses it below
    replaced += text.substr(copied, start - copied);
    copied = start + groups[0].size();
    for (const Replacement::Piece& piece : replacement.pieces) {
      replaced += piece.text;
      if (piece.group >= 0) replaced += View(groups[piece.group]);
    }
  });
  replaced += text.substr(copied);
  call.ReturnText(replaced);
  pattern.KeepFor(call);
  return {};
}

constexpr Function kRegexpFunctions[] = {
    {.spec = {.name = "regexp_like",
              .min_arguments = 2,
              .max_arguments = 2,
              .signature = "regexp_like(string, pattern) -> boolean",
              .document = "Whether the pattern is found in the text."},
     .scalar = RegexpLike},
    {.spec = {.name = "regexp_extract",
              .min_arguments = 2,
              .max_arguments = 3,
              .signature =
                  "regexp_extract(string, pattern[, group]) -> varchar",
              .document = "The first match, or a group of it; NULL when there "
                          "is none."},
     .scalar = RegexpExtract},
    {.spec = {.name = "regexp_replace",
              .min_arguments = 2,
              .max_arguments = 3,
              .signature =
                  "regexp_replace(string, pattern[, replacement]) -> varchar",
              .document =
                  "Every match replaced, or removed; `$1` and `${name}` "
                  "are groups, `\\$` a dollar sign."},
     .scalar = RegexpReplace},
    {.spec = {.name = "regexp_count",
              .min_arguments = 2,
              .max_arguments = 2,
              .signature = "regexp_count(string, pattern) -> bigint",
              .document = "How many matches there are, none within another."},
     .scalar = RegexpCount},
};

}  // namespace

std::span<const Function> RegexpFunctions() { return kRegexpFunctions; }

}  // namespace learnsql
