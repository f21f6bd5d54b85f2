#pragma once

#include <memory>
#include <string>
#include <vector>

#include "engine/base/status.h"
#include "engine/load/raw_contract.h"
#include "engine/load/source.h"
#include "tools/learnsql/command.h"

namespace learnsql {

// A source of the project with what a sync of it needs.
struct ConfiguredSource {
  std::unique_ptr<Source> source;
  RawContract contract;
  double max_reject_share = 0;
};

// The sources that the settings have a section for: what a sync without names
// loads.
std::vector<std::string> SourceNames(const Invocation& call);

// The sources that the arguments name, or all that are configured.
// Errors: kUsage when there is none.
Result<std::vector<std::string>> ChosenSources(const Invocation& call);

// Tells people what the slices of a window do not show.
void LogNotes(const std::vector<SliceNote>& notes);

// Makes the source `name` from the settings. Its raw contract is the project's
// sql/raw/CONTRACT.sql, or the one that comes with the program.
// Errors: kUsage for an unknown name, with the nearest; kInvalid for settings.
Result<ConfiguredSource> OpenSource(const Invocation& call,
                                    const std::string& name);

// The raw contracts in the project's sql/raw/, by file name.
Result<std::vector<RawContract>> ReadRawContracts(const Project& project);

}  // namespace learnsql
