#pragma once

#include <optional>
#include <string>

#include "connectors/fetch/landing.h"
#include "engine/base/status.h"

namespace learnsql {

// The directory that `base` names: a path or a file:// URL. nullopt when it is
// a URL of another kind.
// Errors: kInvalid for a file:// URL of another machine.
Result<std::optional<std::string>> LocalDirectoryOf(const std::string& base);

// Looks at a file where it is.
// Errors: as Fetcher::Fetch.
Result<Fetched> FetchLocal(const std::string& directory,
                           const FetchRequest& request);

// Errors: kInvalid for names that would leave the folder they are put into.
Status CheckFetchName(const std::string& name);

// `first` is what a file begins with. Errors: kCorrupt, showing it.
Status CheckExpected(FetchExpect expect, std::string_view first);

}  // namespace learnsql
