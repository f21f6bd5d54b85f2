#pragma once

#include <string>
#include <string_view>

#include "engine/store/connection.h"

namespace learnsql {

// How values are written in every format, so that all of them agree.

// The shortest decimal text that reads back as the same number, always with a
// point or an exponent ("0.1", "3.0", "1.0e+20"); "Inf" and "-Inf".
std::string RealText(double value);

// x'00ff': a blob is written as its SQL literal wherever text is expected.
std::string BlobText(std::string_view bytes);

// Text of a value that is not NULL: integers exact, text as it is.
std::string PlainText(const Value& value);

// `value` as an SQL literal that reads back as the same value. Text with a NUL
// or a byte that is no UTF-8 becomes cast(x'...' as text).
std::string SqlLiteral(const Value& value);

}  // namespace learnsql
