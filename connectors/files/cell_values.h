#pragma once

#include <string_view>

#include "connectors/decode/csv_scanner.h"
#include "connectors/decode/csv_stream.h"
#include "connectors/decode/json_node.h"
#include "engine/load/row_sink.h"

namespace learnsql {

// What a cell is as a value of its column's type.
struct CellVerdict {
  Value value;             // text borrows from the cell
  std::string_view wrong;  // why it is none, for people; empty: it is one
  bool was_nan = false;    // "NaN", which became null
};

// Nothing is cast that could mean something else: README.md has the rule for
// each type. A cell without quotes that is empty is null; an empty one in
// quotes is empty text, and null where the type is another.
CellVerdict ReadCell(const CsvField& cell, Value::Kind type);

// `minified` holds the text of what has none of its own: objects, arrays, and
// numbers and booleans in a column of text.
CellVerdict ReadJsonValue(JsonNode node, Value::Kind type,
                          std::string* minified);

}  // namespace learnsql
