#include "engine/shell/explain_tree.h"

#include <map>
#include <vector>

namespace learnsql {
namespace {

struct Step {
  int64_t id = 0;
  std::string detail;
};

using Children = std::map<int64_t, std::vector<Step>>;

// Every row of a table or index is read. Scans of what the query itself made
// (a subquery, constant rows) are as large as they have to be.
bool IsScan(std::string_view detail) {
  return detail.starts_with("SCAN ") && !detail.starts_with("SCAN CONSTANT") &&
         !detail.starts_with("SCAN (") &&
         detail.find("VIRTUAL TABLE") == std::string_view::npos;
}

std::string_view MarkOf(std::string_view detail) {
  if (IsScan(detail)) {
    return detail.find("INDEX") == std::string_view::npos
               ? "  ◀ reads the whole table"
               : "  ◀ reads the whole index";
  }
  if (detail.starts_with("USE TEMP B-TREE")) return "  ◀ sorts";
  if (detail.find("AUTOMATIC") != std::string_view::npos) {
    return "  ◀ builds an index first";
  }
  return "";
}

void AppendSteps(const Children& children, int64_t parent,
                 const std::string& indent, bool color, std::string* text) {
  const auto found = children.find(parent);
  if (found == children.end()) return;
  for (const Step& step : found->second) {
    const bool last = &step == &found->second.back();
    *text += indent + (last ? "└─ " : "├─ ");
    const std::string_view mark = MarkOf(step.detail);
    if (color && !mark.empty()) *text += "\x1b[33m";
    *text += step.detail;
    *text += mark;
    if (color && !mark.empty()) *text += "\x1b[0m";
    *text += '\n';
    AppendSteps(children, step.id, indent + (last ? "   " : "│  "), color,
                text);
  }
}

}  // namespace

std::string ExplainTree(const KeptResult& plan, bool color) {
  Children children;
  for (size_t r = 0; r < plan.kept_rows(); ++r) {
    const std::span<const Value> row = plan.Row(r);
    children[row[1].integer].push_back(
        {row[0].integer, std::string(row[3].bytes)});
  }
  std::string text = "query plan\n";
  AppendSteps(children, 0, "", color, &text);
  return text;
}

}  // namespace learnsql
