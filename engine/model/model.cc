#include "engine/model/model.h"

#include <algorithm>

namespace learnsql {
namespace {

constexpr std::string_view kChangesSuffix = "__changes";

bool IsHistoryColumn(const std::string& name) {
  return std::any_of(
      std::begin(kHistoryColumns), std::end(kHistoryColumns),
      [&name](const char* own) { return EqualNames(own, name); });
}

}  // namespace

std::string JoinNames(const std::vector<std::string>& names) {
  std::string text;
  for (const std::string& name : names) {
    text += (text.empty() ? "" : ", ") + name;
  }
  return text;
}

std::string ForeignKey::Rule() const {
  return "foreign key (" + JoinNames(columns) + ") references " + parent +
         " (" + JoinNames(parent_columns) + ")";
}

const Column* Model::FindColumn(std::string_view wanted) const {
  const auto found = std::find_if(
      columns.begin(), columns.end(),
      [wanted](const Column& c) { return EqualNames(c.name, wanted); });
  return found == columns.end() ? nullptr : &*found;
}

std::vector<std::string> Model::PrimaryKey() const {
  std::vector<std::pair<int, std::string>> parts;
  for (const Column& column : columns) {
    if (column.key_position > 0) {
      parts.emplace_back(column.key_position, column.name);
    }
  }
  std::sort(parts.begin(), parts.end());
  std::vector<std::string> names;
  for (auto& part : parts) names.push_back(std::move(part.second));
  return names;
}

bool Model::IsIndexed(const std::vector<std::string>& names) const {
  for (const std::vector<std::string>& index : indexed) {
    if (index.size() < names.size()) continue;
    const auto end = index.begin() + static_cast<ptrdiff_t>(names.size());
    const bool begins =
        std::all_of(names.begin(), names.end(), [&](const std::string& n) {
          return std::any_of(index.begin(), end, [&n](const std::string& c) {
            return EqualNames(c, n);
          });
        });
    if (begins) return true;
  }
  return false;
}

std::vector<std::string> Model::StoredColumns() const {
  std::vector<std::string> names;
  for (const Column& column : columns) {
    if (!column.generated) names.push_back(column.name);
  }
  return names;
}

std::vector<std::string> Model::QueryColumns() const {
  std::vector<std::string> names;
  for (const std::string& stored : StoredColumns()) {
    if (!history || !IsHistoryColumn(stored)) names.push_back(stored);
  }
  if (history) names.push_back(history->time);
  return names;
}

std::string ChangesOf(const std::string& model) {
  return model + std::string(kChangesSuffix);
}

std::string ModelOfChanges(const std::string& table) {
  const std::string lower = LowerCase(table);
  if (!lower.ends_with(kChangesSuffix)) return "";
  return table.substr(0, table.size() - kChangesSuffix.size());
}

const char* KindName(ModelKind kind) {
  switch (kind) {
    case ModelKind::kTable:
      return "table";
    case ModelKind::kIncremental:
      return "incremental";
    case ModelKind::kHistory:
      return "history";
    case ModelKind::kStaging:
      return "staging";
    case ModelKind::kView:
      return "view";
  }
  return "table";
}

}  // namespace learnsql
