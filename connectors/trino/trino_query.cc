#include "connectors/trino/trino_query.h"

#include <algorithm>
#include <vector>

#include "engine/base/clock.h"

namespace learnsql {
namespace {

constexpr std::string_view kFrom = "from_time";
constexpr std::string_view kTo = "to_time";

bool IsNameChar(char c) {
  return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') ||
         (c >= '0' && c <= '9') || c == '_';
}

// The text of a query up to and from its markers.
struct Cut {
  std::string sql;                   // without comments, markers as `?`
  std::vector<std::string> markers;  // their names, in order
  std::vector<uint64_t> lines;       // where each stands
};

// Where what begins at `at` ends: a quoted text or name, or one character.
size_t EndOfToken(std::string_view text, size_t at) {
  const char quote = text[at];
  if (quote != '\'' && quote != '"') return at + 1;
  const size_t end = text.find(quote, at + 1);
  return end == text.npos ? text.size() : end + 1;
}

// The end of the comment at `at`, or `at` when there is none.
size_t EndOfComment(std::string_view text, size_t at) {
  const std::string_view rest = text.substr(at);
  if (rest.starts_with("--")) return std::min(text.find('\n', at), text.size());
  if (!rest.starts_with("/*")) return at;
  const size_t end = text.find("*/", at + 2);
  return end == text.npos ? text.size() : end + 2;
}

size_t EndOfName(std::string_view text, size_t at) {
  while (at < text.size() && IsNameChar(text[at])) ++at;
  return at;
}

Cut CutMarkers(std::string_view text) {
  Cut cut;
  for (size_t at = 0; at < text.size();) {
    const size_t after_comment = EndOfComment(text, at);
    const size_t after_name = EndOfName(text, at + 1);
    if (after_comment > at) {
      at = after_comment;
    } else if (text[at] == ':' && after_name > at + 1) {
      cut.markers.emplace_back(text.substr(at + 1, after_name - at - 1));
      cut.lines.push_back(1 + static_cast<uint64_t>(std::count(
                                  text.begin(), text.begin() + at, '\n')));
      cut.sql += '?';
      at = after_name;
    } else {
      const size_t end = EndOfToken(text, at);
      cut.sql += text.substr(at, end - at);
      at = end;
    }
  }
  const size_t begin = cut.sql.find_first_not_of(" \t\r\n");
  cut.sql.erase(0, std::min(begin, cut.sql.size()));
  cut.sql.erase(cut.sql.find_last_not_of(" \t\r\n") + 1);
  return cut;
}

std::string TimestampLiteral(int64_t seconds) {
  std::string text = FormatUtc(seconds);  // 2026-01-31T00:00:00Z
  text[10] = ' ';
  text.pop_back();
  return "timestamp '" + text + "'";
}

Status CheckMarkers(const QueryFile& file, const Cut& cut,
                    const std::string& path) {
  const bool by_time = file.slice != QuerySlice::kSnapshot;
  for (size_t i = 0; i < cut.markers.size(); ++i) {
    const std::string& marker = cut.markers[i];
    const bool known = marker == kFrom || marker == kTo;
    if (known && by_time) continue;
    return Status(Code::kInvalid,
                  known ? "a snapshot has no :" + marker
                        : "unknown marker ':" + marker +
                              "': there are :from_time and :to_time",
                  {path, cut.lines[i]});
  }
  for (const std::string_view marker : {kFrom, kTo}) {
    if (!by_time || std::count(cut.markers.begin(), cut.markers.end(), marker))
      continue;
    return Status(Code::kInvalid,
                  "a query by day or month must use :from_time and :to_time",
                  {path, 1});
  }
  return {};
}

}  // namespace

Result<QueryFile> ParseTrinoQuery(const std::string& path,
                                  std::string_view text) {
  LEARNSQL_TRY_SET(QueryFile file, ParseQueryFile(path, text, "--", {"table"}));
  const Cut cut = CutMarkers(text);
  if (cut.sql.ends_with(';')) {
    return Status(Code::kInvalid, "a statement ends without a semicolon",
                  {path});
  }
  if (!ReadsOnly(cut.sql)) {
    return Status(Code::kInvalid,
                  "a query begins with select or with: it only reads", {path});
  }
  LEARNSQL_TRY(CheckMarkers(file, cut, path));
  return file;
}

TrinoStatement BindTrinoQuery(std::string_view text, int64_t from, int64_t to) {
  Cut cut = CutMarkers(text);
  TrinoStatement statement{std::move(cut.sql), {}};
  for (const std::string& marker : cut.markers) {
    statement.arguments.push_back(
        TimestampLiteral(marker == kFrom ? from : to));
  }
  return statement;
}

}  // namespace learnsql
