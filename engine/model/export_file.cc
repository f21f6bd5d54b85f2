#include "engine/model/export_file.h"

#include <algorithm>

#include "engine/model/header.h"

namespace learnsql {
namespace {

bool BracesMatch(std::string_view name) {
  bool open = false;
  for (const char c : name) {
    if (c != '{' && c != '}') continue;
    if (open == (c == '{')) return false;
    open = !open;
  }
  return !open;
}

}  // namespace

std::string ExportFileOf(const SqlText& script) {
  constexpr std::string_view kKey = "file:";
  for (const Token& token : script.tokens()) {
    if (token.kind != TokenKind::kComment) break;
    const std::string line = CommentText(script, token);
    if (line.starts_with(kKey)) return TrimBlanks(line.substr(kKey.size()));
  }
  return {};
}

Status CheckExportFile(std::string_view name) {
  const bool has_control =
      std::any_of(name.begin(), name.end(),
                  [](unsigned char c) { return c < 0x20 || c == 0x7f; });
  if (name.empty() || name.front() == '.' || has_control ||
      name.find_first_of("/\\") != std::string_view::npos) {
    return Status(Code::kInvalid,
                  "'" + std::string(name) +
                      "' is no plain name of a file, such as totals.csv");
  }
  if (BracesMatch(name)) return {};
  return Status(Code::kInvalid,
                "'" + std::string(name) +
                    "' has a brace without its other one; {as_of} is the day");
}

}  // namespace learnsql
