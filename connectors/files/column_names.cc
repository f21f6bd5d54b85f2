#include "connectors/files/column_names.h"

#include <algorithm>

namespace learnsql {
namespace {

bool IsUpper(char c) { return c >= 'A' && c <= 'Z'; }
bool IsLower(char c) { return c >= 'a' && c <= 'z'; }
bool IsDigit(char c) { return c >= '0' && c <= '9'; }
bool IsWord(char c) {
  return IsUpper(c) || IsLower(c) || IsDigit(c) || (c & 0x80) != 0;
}
char Lower(char c) { return IsUpper(c) ? static_cast<char>(c + 32) : c; }

// Whether a word begins at `at` without anything between it and the one
// before: studentInfo, HTTPStatus.
bool BeginsWord(std::string_view name, size_t at) {
  if (at == 0 || !IsUpper(name[at])) return false;
  const char before = name[at - 1];
  if (IsLower(before) || IsDigit(before)) return true;
  return IsUpper(before) && at + 1 < name.size() && IsLower(name[at + 1]);
}

// The letters of the name and nothing else changed.
std::string PlainCase(std::string_view name) {
  std::string plain(name);
  for (char& c : plain) c = c == '.' ? '_' : Lower(c);
  return plain;
}

}  // namespace

std::string SnakeCase(std::string_view name) {
  std::string snake;
  bool gap = false;
  for (size_t i = 0; i < name.size(); ++i) {
    if (!IsWord(name[i])) {
      gap = true;
      continue;
    }
    if ((gap || BeginsWord(name, i)) && !snake.empty()) snake += '_';
    gap = false;
    snake += Lower(name[i]);
  }
  return snake;
}

int FindColumn(const RawTableContract& table, std::string_view name) {
  for (const std::string& tried : {PlainCase(name), SnakeCase(name)}) {
    if (tried == "row_id" || tried == "source_offset") continue;
    const int column = table.ColumnIndex(tried);
    if (column >= 0) return column;
  }
  return -1;
}

bool HasColumnInside(const RawTableContract& table, std::string_view name) {
  const std::string plain = PlainCase(name) + "_";
  const std::string snake = SnakeCase(name) + "_";
  return std::any_of(
      table.columns.begin(), table.columns.end(), [&](const RawColumn& column) {
        return column.name.starts_with(plain) || column.name.starts_with(snake);
      });
}

}  // namespace learnsql
