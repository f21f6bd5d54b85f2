#include "engine/model/finding.h"

#include <algorithm>

namespace learnsql {
namespace {

// How many errors one message shows.
constexpr size_t kErrorsShown = 20;
// How much of a long line is shown, in bytes.
constexpr size_t kLineShown = 200;

// The text under the place, tabs kept so that the mark stands where it should.
std::string Indent(std::string_view line, uint32_t column) {
  std::string blanks;
  uint32_t passed = 1;
  for (const char c : line) {
    if (passed >= column) break;
    if ((static_cast<unsigned char>(c) & 0xC0) == 0x80) continue;
    blanks.push_back(c == '\t' ? '\t' : ' ');
    ++passed;
  }
  return blanks;
}

std::string Excerpt(const SqlText& script, const Token& token) {
  const std::string_view line = script.Line(token.line);
  if (line.empty() || line.size() > kLineShown) return "";
  const std::string number = std::to_string(token.line);
  const std::string_view written = script.Of(token);
  const size_t width =
      std::max<size_t>(1, std::min(written.find('\n'), written.size()));
  return "  " + number + " | " + std::string(line) + "\n  " +
         std::string(number.size(), ' ') + " | " + Indent(line, token.column) +
         std::string(width, '^');
}

std::string TextOf(const Finding& finding) {
  std::string text = finding.message;
  if (!finding.excerpt.empty()) text += "\n" + finding.excerpt;
  if (!finding.rule.empty()) text += "\n  rule: " + finding.rule;
  if (!finding.advice.empty()) text += "\n  try:  " + finding.advice;
  return text;
}

}  // namespace

std::string Finding::ToString() const {
  const std::string where = place.ToString();
  const std::string word = severity == Severity::kWarning ? "warning: " : "";
  return (where.empty() ? "" : where + ": ") + word + TextOf(*this);
}

Finding FindingAt(const SqlText& script, const Token& token,
                  std::string message, std::string rule, std::string advice) {
  return {.place = script.PlaceOf(token),
          .message = std::move(message),
          .excerpt = Excerpt(script, token),
          .rule = std::move(rule),
          .advice = std::move(advice)};
}

Finding FindingIn(const std::string& path, std::string message,
                  std::string rule, std::string advice) {
  return {.place = {path},
          .message = std::move(message),
          .rule = std::move(rule),
          .advice = std::move(advice)};
}

Status ErrorsOf(std::span<const Finding> findings) {
  const Finding* first = nullptr;
  size_t count = 0;
  std::string text;
  for (const Finding& finding : findings) {
    if (finding.severity != Finding::Severity::kError) continue;
    if (first == nullptr) {
      first = &finding;
      text = TextOf(finding);
    } else if (count < kErrorsShown) {
      text += "\n" + finding.ToString();
    }
    ++count;
  }
  if (first == nullptr) return {};
  if (count > kErrorsShown) {
    text += "\nand " + std::to_string(count - kErrorsShown) + " more errors";
  }
  return Status(Code::kInvalid, std::move(text), first->place);
}

}  // namespace learnsql
