#pragma once

#include <cstdint>
#include <optional>
#include <string>

#include "connectors/fetch/http.h"

namespace learnsql {

// What a response with status 403 or 429 means.
struct Refusal {
  bool is_limit = false;  // else the right is missing
  int64_t wait_seconds = 0;
  std::string why;  // "the hourly limit is used up"; for a denial its message
};

// Judges by the first that holds:
// 1. Retry-After, in seconds or as a date against the response's own Date
// 2. x-ratelimit-remaining: 0, until x-ratelimit-reset and a second, against
//    the response's own Date
// 3. the words of a secondary limit: a minute, doubled for each of `refused`
// 4. the words of the primary limit: as 2, or a minute
// 5. 429: a minute; 403: no limit, the right is missing
// `refused` counts the refusals of this request before this one; `now` is the
// local clock, for responses without a Date.
Refusal JudgeRefusal(const HttpResponse& response, int refused, int64_t now);

// What a response says of the limit it counts against.
struct RateState {
  int64_t remaining = 0;
  int64_t reset_in = 0;  // seconds, by the server's clock, and one more
};

// nullopt where the headers are missing or count another resource than `core`
// (search and the like have limits of their own).
std::optional<RateState> ReadRateState(const HttpResponse& response,
                                       int64_t now);

// The `message` of an error's JSON body; the body itself where it is no such
// JSON, cut to one line of 300 bytes.
std::string ErrorMessage(const HttpResponse& response);

}  // namespace learnsql
