#include "engine/model/finding.h"

#include <algorithm>

namespace learnsql {
namespace {

// How many errors one message shows.
constexpr size_t kErrorsShown = 20;
// How much of a long line is shown, in bytes.
constexpr size_t kLineShown = 200;

// The text under the place, tabs kept so that the mark stands where it should.
std::string Indent(std::string_view line, uint64_t column) {
  std::string blanks;
  uint64_t passed = 1;
  for (const char c : line) {
    if (passed >= column) break;
    if ((static_cast<unsigned char>(c) & 0xC0) == 0x80) continue;
    blanks.push_back(c == '\t' ? '\t' : ' ');
    ++passed;
  }
  return blanks;
}

std::string Marked(std::string_view line, uint64_t number, uint64_t column,
                   size_t width) {
  if (line.empty() || line.size() > kLineShown) return "";
  const std::string shown = std::to_string(number);
  return "  " + shown + " | " + std::string(line) + "\n  " +
         std::string(shown.size(), ' ') + " | " + Indent(line, column) +
         std::string(width, '^');
}

std::string Excerpt(const SqlText& script, const Token& token) {
  const std::string_view written = script.Of(token);
  const size_t width =
      std::max<size_t>(1, std::min(written.find('\n'), written.size()));
  return Marked(script.Line(token.line), token.line, token.column, width);
}

// The line with that number, from 1, without its end.
std::string_view LineOf(std::string_view text, uint64_t number) {
  for (; number > 1 && !text.empty(); --number) {
    text.remove_prefix(std::min(text.find('\n'), text.size() - 1) + 1);
  }
  text = text.substr(0, text.find('\n'));
  if (text.ends_with('\r')) text.remove_suffix(1);
  return text;
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

Finding FindingOf(const Status& error, std::string_view text) {
  Finding finding{.place = error.place(), .message = error.message()};
  const Place& at = finding.place;
  if (at.line && at.column) {
    finding.excerpt = Marked(LineOf(text, *at.line), *at.line, *at.column, 1);
  }
  return finding;
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
