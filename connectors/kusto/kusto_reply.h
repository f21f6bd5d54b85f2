#pragma once

#include <cstdint>
#include <functional>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "connectors/decode/json_cursor.h"
#include "connectors/kusto/kusto_value.h"
#include "engine/base/status.h"

namespace learnsql {

// What the service says went wrong with a query.
struct KustoFault {
  std::string code;                    // "LimitsExceeded"; may be empty
  std::string message;                 // its own, the most telling one
  std::optional<bool> permanent = {};  // @permanent, where it was said
  bool too_large = false;              // a truncation limit was reached
  // Trying the same query again may help.
  bool may_pass() const { return permanent == false && !too_large; }
};

// A table of results.
struct KustoTable {
  std::string name;  // of several with one name: `name`, `name_2`
  std::vector<KustoColumn> columns;
  uint64_t rows = 0;
};

// What a reply of any form (v2, v2 fragmented or progressive, v1) turns out to
// be when it is read to its end marker.
struct KustoSurvey {
  std::vector<KustoTable> tables;  // the primary results, in their order
  // Set when the reply is whole and says that the query failed, be it by an
  // error among the rows, a status row or the last frame: the rows are void.
  std::optional<KustoFault> fault;
  std::string cursor;  // of the database, if the reply has one
  // By frame: the table whose rows it holds; -1 when they are none or void.
  std::vector<int32_t> table_of_frame;
};

// Reads one reply to its end, without keeping rows.
// Errors: those of the cursor: kNetwork when the reply is cut or its end marker
// is missing, kCorrupt with the byte when it is not a reply.
// Memory: a bounded piece of each table that says how the query went.
Result<KustoSurvey> SurveyKustoReply(JsonCursor* cursor);

// Reads the same reply once more and hands out the rows of its tables, of
// which the survey knows by now which count. A row that could not be read has a
// reason in its JsonTaken.
// Errors: those of the cursor and of `take`.
using TakeKustoRow = std::function<Status(size_t table, const JsonTaken& row)>;
Status ReadKustoRows(const KustoSurvey& survey, JsonCursor* cursor,
                     const TakeKustoRow& take);

// The fault that an error body of HTTP tells: JSON of the service, plain text,
// anything. Never empty-handed: the message is at most 4 KiB of the body.
KustoFault ReadKustoError(std::string_view body);

// A line for people: "LimitsExceeded: Query result ...".
std::string Describe(const KustoFault& fault);

}  // namespace learnsql
