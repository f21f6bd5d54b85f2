#pragma once

#include <functional>
#include <string>
#include <vector>

#include "connectors/decode/csv_stream.h"
#include "engine/base/status.h"
#include "engine/load/raw_contract.h"
#include "engine/load/row_sink.h"

namespace learnsql {

// What is odd about a file, asked when it was read to its end; empty: nothing.
using FileWarning = std::function<std::string()>;

// Passes the records of a CSV stream to the sink as rows of `table`, columns by
// the names of the header; without `header`, in the order of the contract.
// Cells that are not what their column says make a reject of their record.
// `path` is for errors, `warning` for the ledger.
// Errors: kInvalid when the header lacks a column that must be there, has none
// that the table has, or one twice; those of the stream and the sink.
Status ReadCsvTable(CsvStream* stream, const RawTableContract& table,
                    bool header, const std::string& path, RowSink* sink,
                    const FileWarning& warning);

// The columns that a file fills: all but row_id and source_offset.
std::vector<int> FilledColumns(const RawTableContract& table);

}  // namespace learnsql
