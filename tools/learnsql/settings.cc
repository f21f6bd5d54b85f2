#include "tools/learnsql/settings.h"

#include <boost/program_options.hpp>

#include <algorithm>
#include <array>
#include <cassert>
#include <charconv>
#include <cstdlib>
#include <fstream>
#include <sstream>

#include "engine/base/clock.h"
#include "engine/base/suggest.h"

namespace learnsql {
namespace {

namespace po = boost::program_options;

using Lines = std::map<std::string, size_t>;  // "section.key" to its line

struct Scanned {
  Lines lines;
  std::vector<std::string> sections;
};

std::string Trim(std::string_view text) {
  const size_t begin = text.find_first_not_of(" \t\r");
  if (begin == std::string_view::npos) return {};
  return std::string(
      text.substr(begin, text.find_last_not_of(" \t\r") - begin + 1));
}

std::string FullName(std::string_view section, std::string_view key) {
  return std::string(section) + "." + std::string(key);
}

// What a named section may be called: it names the rows of the ledger too.
bool IsInstanceName(std::string_view name) {
  return !name.empty() && name.size() <= 64 &&
         std::all_of(name.begin(), name.end(), [](unsigned char c) {
           return std::islower(c) || std::isdigit(c) || c == '_' || c == '-';
         });
}

std::vector<std::string> KeysOf(const SectionSpec& section) {
  std::vector<std::string> keys;
  for (const SettingSpec& spec : section.keys) keys.emplace_back(spec.key);
  return keys;
}

std::string ShownName(const SectionSpec& section) {
  return std::string(section.name) + (section.named ? ".NAME" : "");
}

Status UnknownSection(const std::string& section, const Place& place) {
  std::vector<std::string> known;
  for (const SectionSpec& spec : SectionSpecs()) {
    known.push_back(ShownName(spec));
    if (spec.named && section.substr(0, section.find('.')) == spec.name) {
      return Status(Code::kInvalid,
                    "[" + section + "] is written [" + ShownName(spec) +
                        "], NAME in small letters, digits, _ and -",
                    place);
    }
  }
  return Status(
      Code::kInvalid,
      "unknown section [" + section + "]" + DidYouMean(section, known), place);
}

// Whether `name` ("section.key") is a key that there is.
Status CheckKey(const std::string& name, const Place& place) {
  const size_t dot = name.rfind('.');
  const std::string section = name.substr(0, dot);
  const std::string key = name.substr(dot + 1);
  const SectionSpec* const spec = FindSection(section);
  if (spec == nullptr) return UnknownSection(section, place);
  const std::vector<std::string> keys = KeysOf(*spec);
  if (std::find(keys.begin(), keys.end(), key) != keys.end()) return {};
  return Status(
      Code::kInvalid,
      "unknown key '" + key + "' in [" + section + "]" + DidYouMean(key, keys),
      place);
}

// Finds the line of every key, for errors: Program_options does not tell it.
Result<Scanned> ScanLines(const std::string& path, std::istream* file) {
  Scanned scanned;
  Lines& lines = scanned.lines;
  std::string line;
  std::string section;
  for (size_t number = 1; std::getline(*file, line); ++number) {
    const Place place{path, number};
    const std::string text = Trim(line.substr(0, line.find('#')));
    if (text.empty()) continue;
    if (text.front() == '[') {
      if (text.back() != ']' || text.size() < 3) {
        return Status(Code::kInvalid, "a section is written [name]", place);
      }
      section = text.substr(1, text.size() - 2);
      if (FindSection(section) == nullptr) {
        return UnknownSection(section, place);
      }
      scanned.sections.push_back(section);
      continue;
    }
    const size_t equals = text.find('=');
    if (equals == std::string::npos || equals == 0) {
      return Status(Code::kInvalid,
                    "expected 'key = value', not '" + text + "'", place);
    }
    const std::string key = Trim(text.substr(0, equals));
    if (section.empty()) {
      return Status(Code::kInvalid,
                    "'" + key + "' stands before the first [section]", place);
    }
    const auto [at, fresh] = lines.emplace(FullName(section, key), number);
    if (!fresh) {
      return Status(Code::kInvalid,
                    "'" + key + "' was set in line " +
                        std::to_string(at->second) + " already",
                    place);
    }
  }
  return scanned;
}

// KEY=VALUE lines: blanks, `export`, quotes around the value and comments on
// lines of their own.
Result<std::map<std::string, std::string>> ReadDotenv(const std::string& path) {
  std::map<std::string, std::string> values;
  std::ifstream file(path);
  std::string line;
  for (size_t number = 1; file && std::getline(file, line); ++number) {
    std::string text = Trim(line);
    if (text.empty() || text.front() == '#') continue;
    if (text.starts_with("export ")) text = Trim(text.substr(7));
    const size_t equals = text.find('=');
    if (equals == std::string::npos || equals == 0) {
      // What stands there may be a secret: it is not shown.
      return Status(Code::kInvalid, "expected NAME=VALUE", {path, number});
    }
    std::string value = Trim(text.substr(equals + 1));
    if (value.size() >= 2 && (value.front() == '"' || value.front() == '\'') &&
        value.back() == value.front()) {
      value = value.substr(1, value.size() - 2);
    }
    values[Trim(text.substr(0, equals))] = value;
  }
  return values;
}

// LEARNSQL_WAREHOUSE for [learnsql] warehouse, LEARNSQL_GHARCHIVE_BASE_URL for
// the others; LEARNSQL_FILES_EXAMS_PATH for those with a name.
std::string VariableName(std::string_view section, std::string_view key) {
  std::string name = "LEARNSQL_";
  if (section != "learnsql") name += std::string(section) + "_";
  name += key;
  for (char& c : name) {
    c = c == '.' || c == '-' ? '_' : static_cast<char>(std::toupper(c));
  }
  return name;
}

Result<po::parsed_options> ParseIni(const std::string& path,
                                    std::istream* file) {
  // Program_options throws; here is where that ends.
  try {
    return po::parse_config_file(*file, po::options_description(), true);
  } catch (const po::error& error) {
    return Status(Code::kInvalid, error.what(), {path});
  }
}

}  // namespace

const SectionSpec* FindSection(std::string_view name) {
  const size_t dot = name.find('.');
  for (const SectionSpec& spec : SectionSpecs()) {
    if (spec.name != name.substr(0, dot)) continue;
    if (spec.named != (dot != std::string_view::npos)) return nullptr;
    if (spec.named && !IsInstanceName(name.substr(dot + 1))) return nullptr;
    return &spec;
  }
  return nullptr;
}

void Settings::AddSection(std::string_view section) {
  for (const SettingSpec& spec : FindSection(section)->keys) {
    settings_.try_emplace(FullName(section, spec.key),
                          Setting{std::string(spec.default_value), "default"});
  }
}

Status Settings::ReadIni(const std::string& path) {
  std::ifstream scan(path);
  if (!scan) return Status(Code::kNotFound, "cannot be read", {path});
  LEARNSQL_TRY_SET(const Scanned scanned, ScanLines(path, &scan));
  for (const std::string& section : scanned.sections) {
    AddSection(section);
    sections_.insert(section);
  }
  std::ifstream file(path);
  LEARNSQL_TRY_SET(const po::parsed_options parsed, ParseIni(path, &file));
  for (const po::option& option : parsed.options) {
    const auto line = scanned.lines.find(option.string_key);
    const Place place{path, line == scanned.lines.end() ? 1 : line->second};
    LEARNSQL_TRY(CheckKey(option.string_key, place));
    settings_[option.string_key] = {option.value.front(), place.ToString()};
  }
  return {};
}

void Settings::ReadEnvironment(const std::string& dotenv_path) {
  for (auto& [name, setting] : settings_) {
    const size_t dot = name.rfind('.');
    const std::string section = name.substr(0, dot);
    const std::string variable = VariableName(section, name.substr(dot + 1));
    const char* const value = std::getenv(variable.c_str());
    const auto from_file = dotenv_.find(variable);
    if (value == nullptr && from_file == dotenv_.end()) continue;
    setting = value != nullptr
                  ? Setting{value, "environment " + variable}
                  : Setting{from_file->second.Reveal(), dotenv_path};
    sections_.insert(section);
  }
}

Status Settings::Override(const std::string& text) {
  const size_t equals = text.find('=');
  const std::string name = Trim(text.substr(0, equals));
  if (equals == std::string::npos || name.find('.') == std::string::npos) {
    return Status(Code::kUsage,
                  "--set takes section.key=value, not '" + text + "'");
  }
  const Status known = CheckKey(name, {});
  if (!known.ok()) return Status(Code::kUsage, known.message());
  const std::string section = name.substr(0, name.rfind('.'));
  AddSection(section);
  sections_.insert(section);
  settings_[name] = {Trim(text.substr(equals + 1)), "--set"};
  return {};
}

Result<Settings> Settings::Load(const std::string& ini_path,
                                const std::string& dotenv_path,
                                const std::vector<std::string>& overrides) {
  Settings settings;
  LEARNSQL_TRY_SET(const auto dotenv, ReadDotenv(dotenv_path));
  for (const SectionSpec& spec : SectionSpecs()) {
    if (!spec.named) settings.AddSection(spec.name);
  }
  if (!ini_path.empty()) LEARNSQL_TRY(settings.ReadIni(ini_path));
  for (const auto& [variable, value] : dotenv) {
    settings.dotenv_.emplace(variable, Secret(value));
  }
  settings.ReadEnvironment(dotenv_path);
  for (const std::string& override : overrides) {
    LEARNSQL_TRY(settings.Override(override));
  }
  return settings;
}

const std::string& Settings::Get(std::string_view section,
                                 std::string_view key) const {
  const auto at = settings_.find(FullName(section, key));
  assert(at != settings_.end());
  return at->second.value;
}

const std::string& Settings::Origin(std::string_view section,
                                    std::string_view key) const {
  const auto at = settings_.find(FullName(section, key));
  assert(at != settings_.end());
  return at->second.origin;
}

Result<Secret> Settings::GetSecret(const std::string& variable) const {
  Result<Secret> secret = Secret::FromEnvironment(variable);
  if (secret.status().code() != Code::kNotFound) return secret;
  const auto at = dotenv_.find(variable);
  if (at == dotenv_.end()) return secret;
  const std::string& value = at->second.Reveal();
  const bool is_plain =
      !value.empty() && std::none_of(value.begin(), value.end(), [](char c) {
        return static_cast<unsigned char>(c) < 0x20 || c == 0x7f;
      });
  if (is_plain) return at->second;
  return Status(Code::kInvalid,
                variable + " in .env is empty or holds control characters");
}

Status Settings::Wrong(std::string_view section, std::string_view key,
                       const std::string& what) const {
  return Status(
      Code::kInvalid,
      FullName(section, key) + " = '" + Get(section, key) + "': " + what,
      {Origin(section, key)});
}

Result<double> Settings::GetShare(std::string_view section,
                                  std::string_view key) const {
  std::string_view text = Get(section, key);
  const bool percent = text.ends_with('%');
  if (percent) text.remove_suffix(1);
  double value = 0;
  const char* const end = text.data() + text.size();
  const auto [stop, error] = std::from_chars(text.data(), end, value);
  if (percent) value /= 100;
  if (error != std::errc() || stop != end || value < 0 || value > 1) {
    return Wrong(section, key, "write a share such as 0.1% or 0.001");
  }
  return value;
}

Result<std::optional<int64_t>> Settings::GetTime(std::string_view section,
                                                 std::string_view key) const {
  const std::string& text = Get(section, key);
  if (text.empty()) return std::optional<int64_t>();
  const std::optional<int64_t> time = ParseUtc(text);
  if (!time) return Wrong(section, key, "write a UTC time: 2015-01-01T00");
  return time;
}

Result<size_t> Settings::GetChoice(
    std::string_view section, std::string_view key,
    std::span<const std::string_view> choices) const {
  const auto at = std::find(choices.begin(), choices.end(), Get(section, key));
  if (at != choices.end()) return static_cast<size_t>(at - choices.begin());
  std::string names;
  for (const std::string_view choice : choices) {
    names += (names.empty() ? "" : ", ") + std::string(choice);
  }
  return Wrong(section, key, "it may be " + names);
}

Result<bool> Settings::GetYesNo(std::string_view section,
                                std::string_view key) const {
  constexpr std::array<std::string_view, 2> kChoices = {"no", "yes"};
  LEARNSQL_TRY_SET(const size_t choice, GetChoice(section, key, kChoices));
  return choice == 1;
}

std::vector<std::string> SplitList(std::string_view text,
                                   std::string_view separators) {
  std::vector<std::string> parts;
  while (!text.empty()) {
    const size_t end = std::min(text.find_first_of(separators), text.size());
    const std::string_view part = text.substr(0, end);
    text.remove_prefix(std::min(end + 1, text.size()));
    const size_t begin = part.find_first_not_of(" \t");
    if (begin == part.npos) continue;
    const size_t last = part.find_last_not_of(" \t");
    parts.emplace_back(part.substr(begin, last - begin + 1));
  }
  return parts;
}

}  // namespace learnsql
