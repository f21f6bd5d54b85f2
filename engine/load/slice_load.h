#pragma once

#include <atomic>
#include <cstdint>
#include <functional>
#include <string>
#include <vector>

#include "engine/base/status.h"
#include "engine/load/raw_writer.h"
#include "engine/load/source.h"

namespace learnsql {

class CancelFlag;

// How far a load is, for whoever looks from another thread.
struct LoadMeter {
  std::atomic<uint64_t> rows = 0;
  std::atomic<uint64_t> bytes_decoded = 0;
};

// A slice to be read, and where to.
struct SliceLoad {
  Source* source = nullptr;
  const RawContract* contract = nullptr;
  Slice slice;
  std::string path;
  int64_t load_id = 0;
  RawWriterOptions writer;
  const CancelFlag* cancel = nullptr;  // may be null
  LoadMeter* meter = nullptr;
  std::function<void()> tick;  // called now and then, if set
};

// What came of it.
struct LoadedRows {
  LoadCounts counts;
  std::vector<const RawTableContract*> tables;
  std::vector<LateRow> late;  // to be taken out where the rows are copied to
};

// Reads one slice into the raw tables and ls_reject of `connection`.
//
// REQUIRES: a transaction is open, or the file is thrown away on an error.
// Errors: of the source and the store; kConstraint when a row breaks a check
// and SliceLoad::writer does not go row by row.
Result<LoadedRows> LoadSlice(const SliceLoad& load, Connection* connection);

// The row ids of one load, both ends included.
struct RowRange {
  int64_t first = 0;
  int64_t last = 0;
};
RowRange RowsOf(int64_t load_id);

}  // namespace learnsql
