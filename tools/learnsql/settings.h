#pragma once

#include <map>
#include <optional>
#include <set>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "connectors/fetch/secret.h"
#include "engine/base/status.h"

namespace learnsql {

// One key of a section of learnsql.ini.
struct SettingSpec {
  std::string_view key;
  std::string_view default_value;  // empty: none
  std::string_view document;
};

// A kind of section that learnsql.ini may hold.
struct SectionSpec {
  std::string_view name;  // "learnsql", "gharchive", "files"
  // Whether there may be several, each with a name of its own: [files.exams].
  bool named = false;
  std::vector<SettingSpec> keys;
};

// Every kind of section there is; see connectors.cc.
const std::vector<SectionSpec>& SectionSpecs();

// The kind of the section `name`: of "files.exams" it is "files". Null when
// there is none such.
const SectionSpec* FindSection(std::string_view name);

// The parts of a value that is a list, cut at any of `separators`, blanks
// around them taken off and empty ones left out.
std::vector<std::string> SplitList(std::string_view text,
                                   std::string_view separators);

// What a run goes by. A value comes from the first that has it: --set and the
// flags, the environment (LEARNSQL_WAREHOUSE, LEARNSQL_GHARCHIVE_BASE_URL), the
// .env file, learnsql.ini, the default.
//
// Threads: any thread, once loaded.
class Settings {
 public:
  // `ini_path` may be empty (no project) and `dotenv_path` need not exist.
  // `overrides` are "section.key=value".
  // Errors: kInvalid with file and line for what the ini or .env has wrong, an
  // unknown key with the nearest known one; kUsage for a bad override.
  static Result<Settings> Load(const std::string& ini_path,
                               const std::string& dotenv_path,
                               const std::vector<std::string>& overrides);

  // The sections that this run sets something of, or that learnsql.ini has:
  // "gharchive", "files.exams"; by name.
  const std::set<std::string, std::less<>>& sections() const {
    return sections_;
  }

  // REQUIRES: a key of the section's kind; a named section is in sections().
  const std::string& Get(std::string_view section, std::string_view key) const;
  // Where its value comes from: "learnsql.ini:3", "environment", "default".
  const std::string& Origin(std::string_view section,
                            std::string_view key) const;

  // The value as what it must be.
  // Errors: kInvalid naming the key, where it was set and what it may be.
  Result<double> GetShare(std::string_view section, std::string_view key) const;
  Result<std::optional<int64_t>> GetTime(std::string_view section,
                                         std::string_view key) const;
  // The index of the value in `choices`.
  Result<size_t> GetChoice(std::string_view section, std::string_view key,
                           std::span<const std::string_view> choices) const;
  // Of "no" or "yes".
  Result<bool> GetYesNo(std::string_view section, std::string_view key) const;

  // A secret by its variable's name (GITHUB_TOKEN): of the environment, else of
  // the .env file.
  // Errors: kNotFound when neither has it; kInvalid when it is empty or holds
  // control characters. Neither shows it.
  Result<Secret> GetSecret(const std::string& variable) const;

  // An error about the value of a key, with its origin as the place.
  Status Wrong(std::string_view section, std::string_view key,
               const std::string& what) const;

 private:
  struct Setting {
    std::string value;
    std::string origin;
  };
  void AddSection(std::string_view section);
  Status ReadIni(const std::string& path);
  void ReadEnvironment(const std::string& dotenv_path);
  Status Override(const std::string& text);

  std::map<std::string, Setting, std::less<>> settings_;  // by "section.key"
  std::set<std::string, std::less<>> sections_;
  std::map<std::string, Secret> dotenv_;
};

}  // namespace learnsql
