#pragma once

#include <memory>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "connectors/decode/json_node.h"
#include "engine/base/status.h"
#include "engine/load/row_sink.h"

namespace learnsql {

enum class TrinoType {
  kBoolean,
  kInteger,  // tinyint to bigint
  kReal,     // real and double
  kText,     // varchar, char (as padded as it came), decimal, uuid, date, time,
             // intervals, ...
  kBinary,   // varbinary and sketches: base64
  kTimestamp,
  kZonedTimestamp,
  kJson,  // array, map, row, and what is not known
};

struct TrinoColumn {
  std::string name;   // unique in its result: `x`, `x_2`
  std::string label;  // as it came
  std::string type;   // "decimal(38,0)"
  TrinoType kind = TrinoType::kJson;
};

// By the raw type ("timestamp with time zone"), in any case.
TrinoType TrinoTypeOf(std::string_view raw_type);

// The columns of a page. Errors: kCorrupt for what is no list of columns.
Result<std::vector<TrinoColumn>> ReadTrinoColumns(const JsonNode& list);

// "2001-08-22 03:04:05.321 -08:00" as "2001-08-22T11:04:05.321Z": the zone is
// UTC, Z or an offset. What has a named zone, or is no time, is unchanged.
std::string UtcTimestamp(std::string_view text);

// Makes values of rows. A cell that is not what its column's type says keeps
// the type it has, so that the raw contract can judge it.
//
// Threads:  one thread at a time.
// Lifetime: values point into the row and into this object, until the next row.
class TrinoRowDecoder {
 public:
  explicit TrinoRowDecoder(std::vector<TrinoColumn> columns);

  // One value a column. Errors: kInvalid when the row has more or fewer cells
  // than the result has columns, or is no array.
  Status Decode(const JsonNode& row);

  std::span<const Value> values() const { return values_; }
  uint64_t nans() const { return nans_; }  // stored as null

 private:
  Value DecodeCell(TrinoType kind, const JsonNode& cell, std::string* text);
  Value DecodeReal(const JsonNode& cell);
  Value DecodeText(TrinoType kind, std::string_view cell, std::string* text);

  std::vector<TrinoColumn> columns_;
  std::vector<std::string> texts_;  // what values point to, one a column
  std::vector<Value> values_;
  uint64_t nans_ = 0;
};

}  // namespace learnsql
