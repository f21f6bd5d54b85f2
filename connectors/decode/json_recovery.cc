#include "connectors/decode/json_recovery.h"

#include <algorithm>

#include "connectors/decode/value_scanner.h"

namespace learnsql {
namespace {

// Of the values looked at whole in one damaged record; bounds the work on text
// made to annoy.
constexpr int kMaxTries = 16;

// A record written over the inside of a string shows two bytes later: its own
// first quote closes the string, and what follows that cannot be.
constexpr size_t kStraddle = 2;

// Whether a whole value begins at `at`, ends before `error`, and is followed
// as a record is: by the end of the line or by another record. What was nested
// in the damaged record is followed by a comma or a bracket.
bool IsWholeRecord(std::string_view text, size_t at, size_t error) {
  ValueScanner scanner;
  const auto outcome = scanner.Scan(text.substr(at, error - at));
  if (outcome.state != ValueScanner::State::kDone) return false;
  const size_t behind = text.find_first_not_of(" \t\r", at + outcome.used);
  return behind != text.npos && behind <= error &&
         (text[behind] == '\n' || text[behind] == '{');
}

}  // namespace

RecordFinder::RecordFinder(std::vector<std::string> starts)
    : starts_(std::move(starts)) {
  std::erase_if(starts_, [](const std::string& start) {
    return start.empty() || start[0] != '{';
  });
  for (const std::string& start : starts_) {
    longest_ = std::max(longest_, start.size());
  }
}

bool RecordFinder::StartsAt(std::string_view text, size_t at) const {
  const std::string_view rest = text.substr(at);
  return std::any_of(
      starts_.begin(), starts_.end(),
      [&](const std::string& start) { return rest.starts_with(start); });
}

std::optional<size_t> RecordFinder::FindInside(std::string_view text,
                                               size_t error) const {
  int tries = 0;
  const std::string_view searched = text.substr(0, error + 1);
  for (size_t at = searched.find('{', 1); at != searched.npos;
       at = searched.find('{', at + 1)) {
    if (IsNext(text, at, error, &tries)) return at;
  }
  return std::nullopt;
}

bool RecordFinder::IsNext(std::string_view text, size_t at, size_t error,
                          int* tries) const {
  const bool begins_line = text[at - 1] == '\n';
  const bool is_start = StartsAt(text, at);
  if (!begins_line && !is_start) return false;
  if (begins_line && (is_start || at == error)) return true;
  if (is_start && at + kStraddle >= error) return true;
  return ++*tries <= kMaxTries && IsWholeRecord(text, at, error);
}

std::optional<size_t> RecordFinder::FindAtError(std::string_view text,
                                                size_t error) const {
  const size_t from = error > kStraddle ? error - kStraddle : 0;
  for (size_t at = std::max<size_t>(from, 1); at <= error; ++at) {
    if (at >= text.size() || text[at] != '{') continue;
    if (StartsAt(text, at) || (at == error && text[at - 1] == '\n')) return at;
  }
  return std::nullopt;
}

RecordFinder::Found RecordFinder::FindAfter(std::string_view text, size_t from,
                                            bool at_end) const {
  const size_t held = at_end ? 0 : longest_ - 1;
  const size_t limit = text.size() > held ? text.size() - held : 0;
  for (size_t at = from; at < limit; ++at) {
    at = text.find_first_of("{\n", at);
    if (at >= limit) break;
    if (text[at] == '\n' || StartsAt(text, at)) return {true, at};
  }
  return {false, std::max(from, limit)};
}

}  // namespace learnsql
