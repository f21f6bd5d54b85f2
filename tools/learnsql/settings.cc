#include "tools/learnsql/settings.h"

#include <boost/program_options.hpp>

#include <algorithm>
#include <array>
#include <cassert>
#include <charconv>
#include <cstdlib>
#include <fstream>
#include <set>
#include <sstream>

#include "engine/base/clock.h"
#include "engine/base/suggest.h"

namespace learnsql {
namespace {

namespace po = boost::program_options;

constexpr SettingSpec kSpecs[] = {
    {"learnsql", "warehouse", "warehouse.db",
     "the SQLite file; beside this file unless the path is absolute"},
    {"learnsql", "landing_dir", "landing",
     "the folder that fetched files go to"},
    {"gharchive", "base_url", "https://data.gharchive.org",
     "where the hours are: https, http://localhost, or a folder"},
    {"gharchive", "start", "",
     "where a sync without --from begins, such as 2015-01-01T00"},
    {"gharchive", "columns", "needed",
     "needed: ids, names, type and time; all: the archive's 19 columns"},
    {"gharchive", "payload", "fields",
     "fields: action, ref, number, size and the like; full: the whole JSON, "
     "too, "
     "compressed; none"},
    {"gharchive", "push_commits", "no",
     "yes: a row for each commit of a push, in raw_gharchive__push_commits"},
    {"gharchive", "overlap", "utc",
     "2015-01-01T00 to T08 has two sets of files with the same events: utc "
     "takes the newer names only, both counts twice"},
    {"gharchive", "landing", "keep",
     "what becomes of a fetched file once it is loaded: keep, days N, drop"},
    {"gharchive", "max_rejects", "0.1%",
     "the share of a file's records that may be rejected (at least 10 may)"},
};

using Lines = std::map<std::string, size_t>;  // "section.key" to its line

std::string Trim(std::string_view text) {
  const size_t begin = text.find_first_not_of(" \t\r");
  if (begin == std::string_view::npos) return {};
  return std::string(
      text.substr(begin, text.find_last_not_of(" \t\r") - begin + 1));
}

std::string FullName(std::string_view section, std::string_view key) {
  return std::string(section) + "." + std::string(key);
}

std::vector<std::string> KnownNames() {
  std::vector<std::string> names;
  for (const SettingSpec& spec : kSpecs) {
    names.push_back(FullName(spec.section, spec.key));
  }
  return names;
}

std::vector<std::string> KnownKeys(std::string_view section) {
  std::vector<std::string> keys;
  for (const SettingSpec& spec : kSpecs) {
    if (spec.section == section) keys.emplace_back(spec.key);
  }
  return keys;
}

Status UnknownKey(const std::string& name, const Place& place) {
  const size_t dot = name.rfind('.');
  const std::string section = name.substr(0, dot);
  const std::string key = name.substr(dot + 1);
  const std::vector<std::string> keys = KnownKeys(section);
  if (!keys.empty()) {
    return Status(Code::kInvalid,
                  "unknown key '" + key + "' in [" + section + "]" +
                      DidYouMean(key, keys),
                  place);
  }
  std::set<std::string> sections;
  for (const SettingSpec& spec : kSpecs) sections.emplace(spec.section);
  const std::vector<std::string> known(sections.begin(), sections.end());
  return Status(
      Code::kInvalid,
      "unknown section [" + section + "]" + DidYouMean(section, known), place);
}

// Finds the line of every key, for errors: Program_options does not tell it.
Result<Lines> ScanLines(const std::string& path, std::istream* file) {
  Lines lines;
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
  return lines;
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
// the others.
std::string VariableName(const SettingSpec& spec) {
  std::string name = "LEARNSQL_";
  if (spec.section != "learnsql") name += std::string(spec.section) + "_";
  name += spec.key;
  for (char& c : name) {
    c = c == '.' ? '_' : static_cast<char>(std::toupper(c));
  }
  return name;
}

Result<po::parsed_options> ParseIni(const std::string& path,
                                    std::istream* file) {
  po::options_description description;
  for (const std::string& name : KnownNames()) {
    description.add_options()(name.c_str(), po::value<std::string>());
  }
  // Program_options throws; here is where that ends.
  try {
    return po::parse_config_file(*file, description, true);
  } catch (const po::error& error) {
    return Status(Code::kInvalid, error.what(), {path});
  }
}

}  // namespace

std::span<const SettingSpec> SettingSpecs() { return kSpecs; }

Result<Settings> Settings::Load(const std::string& ini_path,
                                const std::string& dotenv_path,
                                const std::vector<std::string>& overrides) {
  Settings settings;
  LEARNSQL_TRY_SET(const auto dotenv, ReadDotenv(dotenv_path));
  for (const SettingSpec& spec : kSpecs) {
    settings.settings_[FullName(spec.section, spec.key)] = {
        std::string(spec.default_value), "default"};
  }
  if (!ini_path.empty()) {
    std::ifstream scan(ini_path);
    if (!scan) return Status(Code::kNotFound, "cannot be read", {ini_path});
    LEARNSQL_TRY_SET(const Lines lines, ScanLines(ini_path, &scan));
    std::ifstream file(ini_path);
    LEARNSQL_TRY_SET(const po::parsed_options parsed,
                     ParseIni(ini_path, &file));
    for (const po::option& option : parsed.options) {
      const auto line = lines.find(option.string_key);
      const Place place{ini_path, line == lines.end() ? 1 : line->second};
      if (option.unregistered) return UnknownKey(option.string_key, place);
      settings.settings_[option.string_key] = {option.value.front(),
                                               place.ToString()};
    }
  }
  for (const SettingSpec& spec : kSpecs) {
    const std::string variable = VariableName(spec);
    const char* value = std::getenv(variable.c_str());
    const auto from_file = dotenv.find(variable);
    Setting& setting = settings.settings_[FullName(spec.section, spec.key)];
    if (value != nullptr) {
      setting = {value, "environment " + variable};
    } else if (from_file != dotenv.end()) {
      setting = {from_file->second, dotenv_path};
    }
  }
  for (const std::string& override : overrides) {
    const size_t equals = override.find('=');
    const std::string name = Trim(override.substr(0, equals));
    if (equals == std::string::npos || name.find('.') == std::string::npos) {
      return Status(Code::kUsage,
                    "--set takes section.key=value, not '" + override + "'");
    }
    if (!settings.settings_.contains(name)) {
      return Status(Code::kUsage, UnknownKey(name, {}).message());
    }
    settings.settings_[name] = {Trim(override.substr(equals + 1)), "--set"};
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

}  // namespace learnsql
