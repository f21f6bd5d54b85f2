#pragma once

#include <map>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "engine/base/status.h"

namespace learnsql {

// One key that learnsql.ini may hold.
struct SettingSpec {
  std::string_view section;  // "learnsql", "gharchive"
  std::string_view key;
  std::string_view default_value;  // empty: none
  std::string_view document;
};

// Every key there is, by section.
std::span<const SettingSpec> SettingSpecs();

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

  // REQUIRES: a key of SettingSpecs.
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

  // An error about the value of a key, with its origin as the place.
  Status Wrong(std::string_view section, std::string_view key,
               const std::string& what) const;

 private:
  struct Setting {
    std::string value;
    std::string origin;
  };
  std::map<std::string, Setting, std::less<>> settings_;  // by "section.key"
};

}  // namespace learnsql
