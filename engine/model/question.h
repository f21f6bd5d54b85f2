#pragma once

#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "engine/base/status.h"
#include "engine/model/finding.h"
#include "engine/model/model.h"
#include "engine/store/connection.h"

namespace learnsql {

// Questions with parameters: a file in views/ that holds a query alone, its
// parameters and their defaults in the header. Nothing of it is stored.
//
//   -- events_between, version 1
//   -- How many events happened from one day to another.
//   -- owner: developer-relations
//   -- param from: date = 2015-01-01; the first UTC day
//   -- param to: date = 2015-01-31 >= from; the last one
//   -- param type: text = null; null: every type

// A value for a parameter, of its type.
struct QuestionValue {
  Value::Kind kind = Value::Kind::kNull;
  int64_t integer = 0;
  double real = 0;
  std::string text;

  // Lifetime: borrows the object.
  Value ToValue() const;
};

// "integer", "date": as a header says it.
const char* TypeName(ParameterType type);

// Reads a value. Dates must exist; a time may be given as ParseUtc takes it
// and becomes `YYYY-MM-DDTHH:MM:SSZ`; a boolean is `true` or `false` and
// becomes 1 or 0; text is taken as it stands, or between single quotes. `null`
// is NULL where the parameter's default is null.
// Errors: kUsage, with the form that is wanted, without a place.
Result<QuestionValue> ParseValue(const QuestionParameter& parameter,
                                 std::string_view text);

// A value "name=value" that somebody gave.
struct GivenValue {
  std::string name;
  std::string value;
};

// The values of all parameters, in the question's order: those given, else the
// defaults.
// Errors: kUsage for a name that the question does not have (with the nearest),
// one given twice, a value that is none of its type, and one that is less than
// the least that its parameter may be. NULL is never less.
Result<std::vector<QuestionValue>> ValuesOf(const Question& question,
                                            std::span<const GivenValue> given);

// Whether a script of views/ is a question: a query alone that has a parameter
// or declares one.
bool IsQuestion(const SqlText& script);

// Reads one. What is wrong is added to `findings`. REQUIRES: IsQuestion.
Question ReadQuestion(std::shared_ptr<const SqlText> script,
                      std::vector<Finding>* findings);

// "to: date = 2015-01-31 >= from", as lists show it.
std::string Declaration(const QuestionParameter& parameter);

}  // namespace learnsql
