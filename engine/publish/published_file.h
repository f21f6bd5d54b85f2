#pragma once

#include <cstdint>
#include <functional>
#include <string>
#include <vector>

#include "engine/base/status.h"
#include "engine/publish/publish_plan.h"
#include "engine/store/connection.h"

namespace learnsql {

class CancelFlag;

// What was done to one column on its way.
struct ColumnReport {
  std::string table;
  std::string column;
  std::string pii;  // its class; empty for a blanked one
  std::string way;  // kept, dropped, hashed, blanked
};

struct PublishedFileReport {
  int64_t rows = 0;
  std::vector<ColumnReport> columns;  // those with a class, and blanked ones
  std::vector<std::string> notes;     // for people
  std::string content_hash;           // of all tables
};

// Said before each table: its name and its place among all of them.
using PublishProgress =
    std::function<void(const std::string& table, size_t done, size_t total)>;

// Writes the tables and views of the plan into a new file at `path`, as the
// warehouse has them at one moment, with the file's own records about them.
// Equal contents and models give equal bytes, whenever and wherever they were
// loaded and built. Nobody has it open afterwards, and nothing has checked it.
// After an error what stands at `path` is worth nothing.
// Errors: kInvalid when a table of the file is not as its model says (build
// first), or a view cannot do without a dropped column; kConstraint when a
// hashed value breaks a rule of the table; kIo, kCancelled.
Result<PublishedFileReport> WritePublishedFile(
    const std::string& warehouse, const ModelSet& set, const PublishPlan& plan,
    const Edition& edition, const std::string& path,
    const PublishProgress& progress, const CancelFlag* cancel);

}  // namespace learnsql
