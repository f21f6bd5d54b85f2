#include "engine/shell/highlight.h"

#include <algorithm>

#include "engine/query/loose_tokens.h"
#include "engine/shell/dot_commands.h"
#include "engine/shell/keywords.h"

namespace learnsql {
namespace {

Ink InkOf(std::string_view text, const LooseToken& token) {
  switch (token.kind) {
    case LooseKind::kWord:
      return IsSqlKeyword(LooseText(text, token)) ? Ink::kKeyword : Ink::kPlain;
    case LooseKind::kString:
      return Ink::kString;
    case LooseKind::kNumber:
      return Ink::kNumber;
    case LooseKind::kParameter:
      return Ink::kParameter;
    case LooseKind::kComment:
      return Ink::kComment;
    case LooseKind::kBlank:
    case LooseKind::kQuotedName:
    case LooseKind::kSign:
      break;
  }
  return Ink::kPlain;
}

// How many bytes open a quote or comment: ', x', ", /*.
size_t OpeningSize(std::string_view token) {
  const bool two = token.starts_with("/*") ||
                   (token.size() > 1 && token[1] == '\'' && token[0] != '\'');
  return two ? 2 : 1;
}

std::vector<Ink> HighlightSql(std::string_view text) {
  std::vector<Ink> inks(text.size(), Ink::kPlain);
  std::vector<size_t> open;  // round brackets
  const auto fill = [&](size_t begin, size_t size, Ink ink) {
    std::fill_n(inks.begin() + static_cast<std::ptrdiff_t>(begin), size, ink);
  };
  for (const LooseToken& token : CutLoosely(text)) {
    const std::string_view word = LooseText(text, token);
    fill(token.begin, word.size(), InkOf(text, token));
    // A comment of one line ends with the text as well.
    if (!token.closed && !word.starts_with("--")) {
      fill(token.begin, OpeningSize(word), Ink::kFault);
    }
    if (token.kind != LooseKind::kSign) continue;
    if (word == "(") open.push_back(token.begin);
    if (word != ")") continue;
    if (open.empty()) {
      inks[token.begin] = Ink::kFault;
    } else {
      open.pop_back();
    }
  }
  for (const size_t at : open) inks[at] = Ink::kFault;
  return inks;
}

std::vector<Ink> HighlightDot(std::string_view text) {
  std::vector<Ink> inks(text.size(), Ink::kPlain);
  const size_t end = std::min(text.find_first_of(" \t\n"), text.size());
  const Ink ink =
      IsDotCommandStart(text.substr(1, end - 1)) ? Ink::kKeyword : Ink::kFault;
  std::fill_n(inks.begin(), end, ink);
  return inks;
}

}  // namespace

std::vector<Ink> Highlight(std::string_view text) {
  return text.starts_with('.') ? HighlightDot(text) : HighlightSql(text);
}

std::string_view InkCode(Ink ink) {
  switch (ink) {
    case Ink::kKeyword:
      return "\x1b[0;1m";
    case Ink::kString:
      return "\x1b[0;32m";
    case Ink::kNumber:
      return "\x1b[0;36m";
    case Ink::kParameter:
      return "\x1b[0;35m";
    case Ink::kComment:
      return "\x1b[0;2m";
    case Ink::kFault:
      return "\x1b[0;1;31m";
    case Ink::kPlain:
      break;
  }
  return "\x1b[0m";
}

std::string Painted(std::string_view text) {
  const std::vector<Ink> inks = Highlight(text);
  std::string painted;
  Ink now = Ink::kPlain;
  for (size_t i = 0; i < text.size(); ++i) {
    if (inks[i] != now) painted += InkCode(now = inks[i]);
    painted += text[i];
  }
  if (now != Ink::kPlain) painted += InkCode(Ink::kPlain);
  return painted;
}

}  // namespace learnsql
