#include "engine/model/header.h"

#include <charconv>

#include "engine/base/suggest.h"

namespace learnsql {
namespace {

constexpr std::string_view kBlanks = " \t\r\n\f";

// The key of `known` that `text` begins with, ended by a blank or by its end.
std::string_view KnownKey(std::string_view text,
                          std::span<const std::string_view> known) {
  for (const std::string_view key : known) {
    if (!text.starts_with(key)) continue;
    if (text.size() == key.size() || text[key.size()] == ' ') return key;
  }
  return {};
}

// "owner: x" gives "owner"; a sentence with a colon gives nothing.
std::string_view KeyOf(std::string_view line) {
  const size_t colon = line.find(':');
  if (colon == std::string_view::npos) return {};
  const std::string_view key = line.substr(0, colon);
  if (key.empty() || key.front() < 'a' || key.front() > 'z') return {};
  return key;
}

bool ReadVersion(std::string_view text, int* version) {
  constexpr std::string_view kWord = "version ";
  if (!text.starts_with(kWord)) return false;
  text.remove_prefix(kWord.size());
  const auto [end, error] =
      std::from_chars(text.data(), text.data() + text.size(), *version);
  return error == std::errc() && end == text.data() + text.size() &&
         *version >= 1;
}

// Collects the lines of one header.
class HeaderReader {
 public:
  HeaderReader(const SqlText& script, std::string_view stem,
               std::span<const std::string_view> known,
               std::vector<Finding>* findings)
      : script_(script), stem_(stem), known_(known), findings_(findings) {}

  void Add(const Token& token) {
    const std::string line = CommentText(script_, token);
    if (line.empty()) return;
    const bool first = first_;
    first_ = false;
    if (first && AddName(line, token)) return;
    if (AddSetting(line, token)) return;
    if (!header_.document.empty()) header_.document += ' ';
    header_.document += line;
  }

  Header Take() { return std::move(header_); }

 private:
  // NAME or NAME, version N.
  bool AddName(std::string_view line, const Token& token) {
    if (stem_.empty()) return false;
    const size_t comma = line.find(',');
    const std::string_view name = line.substr(0, comma);
    if (comma == std::string_view::npos) {
      if (name == stem_) header_.name = name;
      return name == stem_;
    }
    const std::string rest = TrimBlanks(line.substr(comma + 1));
    int version = 0;
    if (!ReadVersion(rest, &version)) {
      if (name != stem_) return false;
      findings_->push_back(FindingAt(
          script_, token, "'" + rest + "' is no version of this model",
          "a script begins with its name and its version",
          "-- " + std::string(stem_) + ", version 1"));
      return true;
    }
    header_.name = name;
    header_.version = version;
    return true;
  }

  bool AddSetting(std::string_view line, const Token& token) {
    const std::string_view key = KeyOf(line);
    if (key.empty()) return false;
    if (KnownKey(key, known_).empty()) return ReportMisspelt(key, token);
    header_.settings.push_back(
        {std::string(key), TrimBlanks(line.substr(key.size() + 1)), token});
    return true;
  }

  // Whether the key is none, but nearly, which is then a finding.
  bool ReportMisspelt(std::string_view key, const Token& token) {
    const std::string word(key.substr(0, key.find(' ')));
    std::vector<std::string> names;
    for (const std::string_view known : known_) {
      names.emplace_back(known.substr(0, known.find(' ')));
    }
    const std::string nearest =
        key.size() > word.size() ? "" : Nearest(word, names);
    if (nearest.empty()) return false;
    findings_->push_back(
        FindingAt(script_, token,
                  "unknown setting '" + word + "'" + DidYouMean(word, names),
                  "a comment above a statement that begins with a word and a "
                  "colon is a setting"));
    return true;
  }

  const SqlText& script_;
  std::string_view stem_;
  std::span<const std::string_view> known_;
  std::vector<Finding>* findings_;
  Header header_;
  bool first_ = true;
};

}  // namespace

Header ReadHeader(const SqlText& script, std::span<const Token> comments,
                  std::string_view stem,
                  std::span<const std::string_view> known,
                  std::vector<Finding>* findings) {
  HeaderReader reader(script, stem, known, findings);
  for (const Token& comment : comments) reader.Add(comment);
  return reader.Take();
}

std::string CommentText(const SqlText& script, const Token& comment) {
  std::string_view text = script.Of(comment);
  if (text.starts_with("/*")) {
    return TrimBlanks(text.substr(2, text.size() - 4));
  }
  text.remove_prefix(2);
  return text.starts_with("--") ? "" : TrimBlanks(text);
}

std::string TrimBlanks(std::string_view text) {
  const size_t begin = text.find_first_not_of(kBlanks);
  if (begin == std::string_view::npos) return "";
  const size_t end = text.find_last_not_of(kBlanks);
  return std::string(text.substr(begin, end + 1 - begin));
}

std::vector<std::string> SplitList(std::string_view text) {
  std::vector<std::string> parts;
  if (TrimBlanks(text).empty()) return parts;
  while (true) {
    const size_t comma = text.find(',');
    parts.push_back(TrimBlanks(text.substr(0, comma)));
    if (comma == std::string_view::npos) return parts;
    text.remove_prefix(comma + 1);
  }
}

}  // namespace learnsql
