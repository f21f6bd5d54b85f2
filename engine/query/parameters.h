#pragma once

#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "engine/base/status.h"
#include "engine/store/connection.h"

namespace learnsql {

// A value for `:name` in a query. It is bound, never pasted into the text, so
// nothing in it can become SQL.
struct Parameter {
  std::string name;  // without ':'
  Value::Kind kind = Value::Kind::kNull;
  int64_t integer = 0;
  double real = 0;
  std::string bytes;  // of text and blobs

  // Lifetime: borrows the parameter.
  Value ToValue() const;
};

// Reads "name=value". The value's type is that of its spelling: what JSON calls
// a number is an integer where it fits 64 bits and a real where it has a point
// or an exponent; `null` is NULL; x'00ff' is a blob; '5' is the text 5 (a quote
// inside is doubled); everything else is text as it stands, so 007 and
// 2015-01-01 stay whole.
// Errors: kUsage without `=` or a name; kInvalid for a quote without its end.
Result<Parameter> ParseParameter(std::string_view text);
Result<Parameter> ParseParameter(std::string_view name, std::string_view value);

// Reads all of them. Errors: also kUsage for a name given twice.
Result<std::vector<Parameter>> ParseParameters(
    std::span<const std::string> texts);

// The names of the parameters in `sql`, each once, in order.
// Errors: kInvalid for `?`, which has no name.
Result<std::vector<std::string>> ParameterNames(std::string_view sql);

// kInvalid, with every name at fault and those that there are, unless the
// parameters of `sql` and those that are given are the same.
Status CheckParameters(std::string_view sql,
                       std::span<const Parameter> parameters);

// The same for parameters of which a text may leave some unused.
Status CheckNoneMissing(std::string_view sql,
                        std::span<const Parameter> parameters);

// Binds what the statement uses. REQUIRES: one of the checks on its text.
// Lifetime: the statement borrows the parameters until it is reset or gone.
Status BindParameters(std::span<const Parameter> parameters,
                      Statement* statement);

}  // namespace learnsql
