#pragma once

#include "engine/base/status.h"
#include "engine/model/model.h"

namespace learnsql {

// Makes a check of a one-line expectation of `model`:
//
//   rows 80000..90000       rows >= 1       rows = 24
//   unique a, b
//   type in ('a', 'b')
//   actor_id in dim_actors.actor_id
//   share(score > 50) >= 0.60
//   fresh handed_in_at within 2 days
//   drop < 20%
//
// Rows, share, fresh and drop measure one value; the others return the rows
// that are wrong.
// Errors: kInvalid, without a place.
// kExpectationForms says what may be expected, for people.
extern const char* const kExpectationForms;
Result<Check> CheckOf(const Model& model, const Expectation& expectation);

}  // namespace learnsql
