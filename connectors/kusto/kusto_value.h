#pragma once

#include <cstdint>
#include <memory>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "connectors/decode/json_node.h"
#include "engine/base/status.h"
#include "engine/load/row_sink.h"

namespace learnsql {

class SlowJsonParser;

enum class KustoType {
  kBool,
  kInteger,  // int and long
  kReal,
  kDecimal,
  kDatetime,
  kTimespan,
  kGuid,
  kString,
  kDynamic,
  kUnknown,
};

// By ColumnType, or where that is empty by the .NET name in DataType.
KustoType KustoTypeOf(std::string_view column_type, std::string_view data_type);

struct KustoColumn {
  std::string name;   // unique in its table: `x`, `x_2`
  std::string label;  // as it came
  KustoType type = KustoType::kUnknown;
};

// Gives every column a name of its own.
void MakeNamesUnique(std::vector<KustoColumn>* columns);

// Ticks of 100 ns in `[-][d.]hh:mm:ss[.f{1,7}]`; nullopt for anything else and
// for what does not fit.
std::optional<int64_t> ParseTimespan(std::string_view text);

// A datetime with exactly seven digits of fraction, so that it sorts as text;
// what is no UTC time of that form, or no real date (year 0000), unchanged.
std::string NormalDatetime(std::string_view text);

// What could not be kept as it is, counted over rows.
struct KustoOddities {
  uint64_t nans = 0;          // stored as null
  uint64_t big_integers = 0;  // beyond int64, given as text
};

// Makes values of rows. A cell that is not what its column's type says keeps
// the type it has, so that the raw contract can judge it:
//   bool      1, 0 (from true, false, 1, 0)   int, long  integer; text beyond
//   real      real; NaN null; infinities      decimal    text, as written
//   datetime  text, seven digits              timespan   integer, 100 ns ticks
//   guid      text, lower case                string     text
//   dynamic   minified JSON; "" and null are null
//
// Threads:  one thread at a time.
// Lifetime: values point into the row and into this object, until the next row.
class KustoRowDecoder {
 public:
  explicit KustoRowDecoder(std::vector<KustoColumn> columns);
  ~KustoRowDecoder();
  KustoRowDecoder(KustoRowDecoder&&) noexcept;

  // One value a column. Errors: kInvalid when the row has more or fewer cells
  // than the table has columns, or is no array.
  Status Decode(const JsonNode& row);

  std::span<const Value> values() const { return values_; }
  const KustoOddities& oddities() const { return oddities_; }

 private:
  Value Decode(KustoType type, const JsonNode& cell, std::string* text);
  Value DecodeReal(const JsonNode& cell, std::string* text);
  Value DecodeDynamic(const JsonNode& cell, std::string* text);
  Value AsItIs(const JsonNode& cell, std::string* text);

  std::vector<KustoColumn> columns_;
  std::vector<std::string> texts_;  // what values point to, one a column
  std::vector<Value> values_;
  KustoOddities oddities_;
  std::unique_ptr<SlowJsonParser> parser_;
};

}  // namespace learnsql
