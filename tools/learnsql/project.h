#pragma once

#include <filesystem>
#include <optional>
#include <string>

#include "engine/base/status.h"

namespace learnsql {

// A folder with learnsql.ini, sql/ and views/.
struct Project {
  std::filesystem::path root;

  std::string ini() const { return (root / "learnsql.ini").string(); }
  std::string dotenv() const { return (root / ".env").string(); }
  // `path`, made absolute beside learnsql.ini unless it is already.
  std::string Beside(const std::string& path) const {
    return (root / path).string();
  }
};

// The project of `folder`: the folder itself or the nearest one above it that
// has a learnsql.ini. nullopt when there is none.
std::optional<Project> FindProject(const std::filesystem::path& folder);

// Errors: kUsage when `folder` has no learnsql.ini.
Result<Project> OpenProject(const std::filesystem::path& folder);

// Writes a new project into `folder`: an ini with every key commented, one
// model with its check, one view, one case.
// Errors: kUsage when the folder has a learnsql.ini already; kIo.
Status WriteNewProject(const std::filesystem::path& folder);

}  // namespace learnsql
