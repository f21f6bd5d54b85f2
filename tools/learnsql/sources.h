#pragma once

#include <memory>
#include <string>
#include <vector>

#include "engine/base/status.h"
#include "engine/load/raw_contract.h"
#include "engine/load/source.h"
#include "engine/load/sync.h"
#include "tools/learnsql/command.h"

namespace learnsql {

// A source of the project with what a sync of it needs.
struct ConfiguredSource {
  std::unique_ptr<Source> source;
  RawContract contract;
  // As SyncOptions has them.
  double max_reject_share = 0;
  uint64_t max_reject_rows = SyncOptions().max_reject_rows;
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
// sql/raw/CONTRACT.sql, or the one that comes with the program. "seeds" is a
// source without a section.
// Errors: kUsage for an unknown name, with the nearest; kInvalid for settings.
Result<ConfiguredSource> OpenSource(const Invocation& call,
                                    const std::string& name);

}  // namespace learnsql
