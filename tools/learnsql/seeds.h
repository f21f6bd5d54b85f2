#pragma once

#include "engine/base/status.h"
#include "engine/store/connection.h"
#include "tools/learnsql/sources.h"

namespace learnsql {

// Seeds are the small tables that belong to a project: data/seeds/NAME.csv is
// raw_seeds__NAME of sql/raw/seeds.sql. To the ledger they are a source of this
// name.
inline constexpr std::string_view kSeedsSource = "seeds";

// The seeds as a source, of which not a single record may be rejected.
// Errors: kInvalid when a file has no table, a table no file, or there is no
// contract; kNotFound when the project has no seeds.
Result<ConfiguredSource> OpenSeeds(const Invocation& call);

// Whether a build would load seeds. Reads the files and the ledger only.
// Errors: those of OpenSeeds but kNotFound.
Result<bool> SeedsChanged(const Invocation& call, Connection* connection);

// Brings the seeds that changed into the warehouse, before a build. Those that
// did not are only read to compare them. A changed contract makes the tables
// anew: all that was in them is in the project.
// REQUIRES: the writer's lock is held; `connection` is from OpenWarehouse.
// Errors: kGate when records are wrong, a line each with the file's line; those
// of OpenSeeds but kNotFound, and of Sync.
Status LandSeeds(const Invocation& call, Connection* connection);

}  // namespace learnsql
