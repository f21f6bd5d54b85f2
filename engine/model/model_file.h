#pragma once

#include <string>
#include <vector>

#include "engine/model/finding.h"
#include "engine/model/model.h"

namespace learnsql {

// What a file of a project's SQL is, which its path alone decides.
enum class FileRole {
  kRaw,      // sql/raw/*.sql: contracts of raw tables
  kStaging,  // sql/staging/<source>/*.sql: one view
  kCurated,  // any other sql/**/*.sql: one model
  kView,     // views/**/*.sql: one model or view
  kChecks,   // *.check.sql, and everything in sql/checks/
  kOther,    // not for this engine: *.trino.sql and what is no .sql file
};

// `path` is relative to the project, with '/' between its parts.
FileRole RoleOf(const std::string& path);

// The file's name without folder and ".sql" or ".check.sql".
std::string StemOf(const std::string& path);

// Reads one model or view. What is wrong is added to `findings`, with as much
// of the model as could be read returned all the same, so that one run shows
// every error. REQUIRES: the role is kStaging, kCurated or kView.
Model ReadModel(std::shared_ptr<const SqlText> script, FileRole role,
                std::vector<Finding>* findings);

// Reads the `create table raw_...` statements of a file in sql/raw/.
std::vector<RawTable> ReadRawTables(std::shared_ptr<const SqlText> script,
                                    std::vector<Finding>* findings);

// Reads the checks of a file: each is `-- check: NAME`, its settings and
// document as comments, then one query.
std::vector<Check> ReadChecks(std::shared_ptr<const SqlText> script,
                              std::vector<Finding>* findings);

}  // namespace learnsql
