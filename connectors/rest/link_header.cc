#include "connectors/rest/link_header.h"

#include <algorithm>
#include <cctype>

namespace learnsql {
namespace {

std::string_view Trim(std::string_view text) {
  const size_t begin = text.find_first_not_of(" \t");
  if (begin == std::string_view::npos) return {};
  return text.substr(begin, text.find_last_not_of(" \t") - begin + 1);
}

// Cuts `text` at `separator` outside <> and quotes.
std::vector<std::string_view> Split(std::string_view text, char separator) {
  std::vector<std::string_view> parts;
  bool in_target = false;
  bool in_quotes = false;
  size_t begin = 0;
  for (size_t i = 0; i < text.size(); ++i) {
    const char c = text[i];
    if (in_quotes) {
      if (c == '\\') ++i;
      in_quotes = c != '"';
    } else if (in_target) {
      in_target = c != '>';
    } else if (c == '"') {
      in_quotes = true;
    } else if (c == '<') {
      in_target = true;
    } else if (c == separator) {
      parts.push_back(Trim(text.substr(begin, i - begin)));
      begin = i + 1;
    }
  }
  if (begin <= text.size()) parts.push_back(Trim(text.substr(begin)));
  return parts;
}

std::string Lower(std::string_view text) {
  std::string lower(text);
  for (char& c : lower) {
    c = static_cast<char>(std::tolower(static_cast<unsigned char>(c)));
  }
  return lower;
}

// The words of a rel value, quoted or not.
std::vector<std::string> Rels(std::string_view value) {
  if (value.size() >= 2 && value.front() == '"' && value.back() == '"') {
    value = value.substr(1, value.size() - 2);
  }
  std::vector<std::string> rels;
  for (const std::string_view word : Split(value, ' ')) {
    if (!word.empty()) rels.push_back(Lower(word));
  }
  return rels;
}

}  // namespace

std::vector<Link> ParseLinks(std::string_view value) {
  std::vector<Link> links;
  for (const std::string_view part : Split(value, ',')) {
    const std::vector<std::string_view> pieces = Split(part, ';');
    const std::string_view target = pieces.front();
    if (target.size() < 2 || target.front() != '<' || target.back() != '>') {
      continue;
    }
    Link link{std::string(target.substr(1, target.size() - 2)), {}};
    for (size_t i = 1; i < pieces.size() && link.rels.empty(); ++i) {
      const size_t equals = pieces[i].find('=');
      if (equals == std::string_view::npos) continue;
      if (Lower(Trim(pieces[i].substr(0, equals))) != "rel") continue;
      link.rels = Rels(Trim(pieces[i].substr(equals + 1)));
    }
    links.push_back(std::move(link));
  }
  return links;
}

std::string NextLink(std::string_view value) {
  for (const Link& link : ParseLinks(value)) {
    const bool next = std::find(link.rels.begin(), link.rels.end(), "next") !=
                      link.rels.end();
    if (next && link.target.find('{') == std::string::npos) return link.target;
  }
  return {};
}

}  // namespace learnsql
