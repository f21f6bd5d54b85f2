#pragma once

#include <functional>
#include <string>
#include <string_view>

#include "engine/base/status.h"
#include "engine/store/connection.h"

namespace learnsql {

// Says whether a project has a model of this name, built or not. May be empty.
using KnowsModel = std::function<bool(std::string_view name)>;

// The 1-based line and column (in characters) of a byte of `text`.
Place PlaceInText(std::string name, std::string_view text, size_t byte);

// The line of `text` around `byte` and below it a caret, each with two blanks
// before; of a long line what stands near. No line end behind.
std::string ShowLine(std::string_view text, size_t byte);

// What to do about the text of an SQL statement that failed.
//
// Turns the error that SQLite gave when it prepared the statement of `text`
// that begins at `statement_begin` into one that points: line and column, the
// line with a caret, and for a name that does not exist the nearest one, or
// "run learnsql build" when a model makes it.
// REQUIRES: `error` is from Connection::PrepareFirst on the rest of `text` from
// `statement_begin`.
Status ExplainSqlError(const Status& error, Connection* connection,
                       const std::string& name, std::string_view text,
                       size_t statement_begin, const KnowsModel& knows_model);

}  // namespace learnsql
