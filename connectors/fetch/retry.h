#pragma once

#include <cstdint>
#include <optional>
#include <string_view>

namespace learnsql {

// Where chance comes from, so that tests can say what it is.
class Random {
 public:
  virtual ~Random() = default;

  // A number from 0 to `limit`, both included, each as likely as the other.
  virtual uint64_t UpTo(uint64_t limit) = 0;

  // The machine's. Lives for the whole process. Threads: any thread.
  static Random* System();
};

// How often and how long to try. The defaults are those of every connector.
struct RetryPolicy {
  int attempts = 5;         // in all, the first one counted
  int64_t base_ms = 500;    // the bound of the first wait; doubles each time
  int64_t cap_ms = 60'000;  // the bound of the bound
  int64_t budget_ms = 1'800'000;  // no attempt begins after it
};

// The wait after `failed` attempts have failed (1 or more): a random time from
// 0 to min(cap, base * 2^(failed - 1)) ("full jitter"), and at least
// `retry_after_ms`.
int64_t WaitMillis(const RetryPolicy& policy, int failed,
                   int64_t retry_after_ms, Random* random);

// Milliseconds that a Retry-After header asks for: seconds, or an HTTP date
// less the response's own `date` header (`now_seconds` where that is missing
// or unreadable). A moment that has passed is 0; nullopt for anything else.
std::optional<int64_t> RetryAfterMillis(std::string_view retry_after,
                                        std::string_view date,
                                        int64_t now_seconds);

// Seconds since 1970 of an HTTP date in any of its three forms.
std::optional<int64_t> ParseHttpDate(std::string_view text);

// HTTP statuses and libcurl codes for which the same request may succeed later.
bool IsPassingStatus(int status);
bool IsPassingCurlCode(int code);

// libcurl codes after which the server cannot have acted on the request.
bool IsNothingSentCurlCode(int code);

}  // namespace learnsql
