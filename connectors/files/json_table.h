#pragma once

#include <string>

#include "connectors/decode/json_stream.h"
#include "connectors/files/csv_table.h"
#include "engine/base/status.h"
#include "engine/load/raw_contract.h"
#include "engine/load/row_sink.h"

namespace learnsql {

// Passes the objects of a JSON stream to the sink as rows of `table`: a field
// goes to the column of its name, a field inside an object to that of its path
// (user.handle to user_handle). Values that are not what their column says make
// a reject of their record. `warning` is for the ledger.
// Errors: those of the stream and the sink.
Status ReadJsonTable(JsonStream* stream, const RawTableContract& table,
                     RowSink* sink, const FileWarning& warning);

}  // namespace learnsql
