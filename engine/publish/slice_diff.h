#pragma once

#include <set>
#include <string>
#include <vector>

#include "engine/base/status.h"
#include "engine/publish/diff_causes.h"

namespace learnsql {

// Changed slices of one source and object, of one kind.
struct SliceChange {
  DiffCause cause;  // without detail
  // The raw tables that hold their rows; empty: the file does not say.
  std::set<std::string> raw_tables;
};

struct SliceDiff {
  std::vector<SliceChange> changes;  // by kind, source and object
  std::set<std::string> sources;     // of both ledgers
  std::vector<std::string> notes;    // for people
};

// Compares the ledgers of two files, slice by slice. Slices that no build has
// read are in no table: they are no change, and a note counts them.
// Memory: by the number of sources, objects and kinds of changes.
// Errors: kCorrupt, kIo, kCancelled.
Result<SliceDiff> DiffSlices(const CauseSide& a, const CauseSide& b);

}  // namespace learnsql
