#pragma once

#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include "engine/base/status.h"
#include "engine/load/raw_contract.h"
#include "engine/load/source.h"
#include "tools/learnsql/command.h"
#include "tools/learnsql/settings.h"

namespace learnsql {

// What the program knows of a connector: the sections of learnsql.ini that
// configure its sources, and how to make one of those.
struct Connector {
  std::string_view name;  // of the section: [gharchive], [files.NAME]
  bool named = false;     // whether there may be several, by name
  std::vector<SettingSpec> keys;
  // The setting `contract` where nobody sets it: sql/raw/CONTRACT.sql. Empty:
  // it must be set.
  std::string_view contract;
  // Makes the source of `section`. It must not keep `contract` by reference.
  // Errors: kInvalid, by Settings::Wrong, for what the settings have wrong;
  // never of the network: that is not touched here.
  Result<std::unique_ptr<Source>> (*open)(const Invocation& call,
                                          const std::string& section,
                                          const RawContract& contract);
};

// In the order of the help and of a sync; see connectors.cc.
const std::vector<Connector>& Connectors();

// Each in its own file, open_NAME.cc.
extern const Connector kCodetrackConnector;
extern const Connector kFilesConnector;
extern const Connector kGhArchiveConnector;
extern const Connector kGithubConnector;
extern const Connector kKustoConnector;
extern const Connector kTrinoConnector;

// The folder for what `section` fetches.
std::string LandingFolder(const Invocation& call, const std::string& section);

// The setting `landing` of a source whose replies are kept or dropped.
Result<bool> KeepsLanding(const Settings& settings, std::string_view section);

}  // namespace learnsql
