#include "connectors/fetch/retry.h"

#include <curl/curl.h>

#include <algorithm>
#include <cctype>
#include <random>
#include <string>

namespace learnsql {
namespace {

class SystemRandom final : public Random {
 public:
  uint64_t UpTo(uint64_t limit) override {
    thread_local std::mt19937_64 engine{std::random_device{}()};
    return std::uniform_int_distribution<uint64_t>(0, limit)(engine);
  }
};

// Longer than anybody waits, and far from overflow when added.
constexpr int64_t kLongestMillis = 1'000'000'000'000;

bool AllDigits(std::string_view text) {
  return !text.empty() && std::all_of(text.begin(), text.end(), [](char c) {
    return c >= '0' && c <= '9';
  });
}

std::string_view Trim(std::string_view text) {
  while (!text.empty() && (text.front() == ' ' || text.front() == '\t')) {
    text.remove_prefix(1);
  }
  while (!text.empty() && (text.back() == ' ' || text.back() == '\t')) {
    text.remove_suffix(1);
  }
  return text;
}

}  // namespace

Random* Random::System() {
  static SystemRandom random;
  return &random;
}

int64_t WaitMillis(const RetryPolicy& policy, int failed,
                   int64_t retry_after_ms, Random* random) {
  const int doublings = std::clamp(failed - 1, 0, 30);
  const int64_t bound =
      std::min(policy.cap_ms, policy.base_ms * (int64_t{1} << doublings));
  const auto jitter = static_cast<int64_t>(
      random->UpTo(static_cast<uint64_t>(std::max<int64_t>(bound, 0))));
  return std::max(jitter, retry_after_ms);
}

std::optional<int64_t> RetryAfterMillis(std::string_view retry_after,
                                        std::string_view date,
                                        int64_t now_seconds) {
  const std::string_view text = Trim(retry_after);
  if (AllDigits(text)) {
    if (text.size() > 9) return kLongestMillis;
    return std::stoll(std::string(text)) * 1000;
  }
  const std::optional<int64_t> until = ParseHttpDate(text);
  if (!until) return std::nullopt;
  const int64_t now = ParseHttpDate(date).value_or(now_seconds);
  return std::clamp<int64_t>((*until - now) * 1000, 0, kLongestMillis);
}

std::optional<int64_t> ParseHttpDate(std::string_view text) {
  const std::string trimmed(Trim(text));
  // curl_getdate would also take bare numbers for dates.
  if (trimmed.empty() ||
      !std::isalpha(static_cast<unsigned char>(trimmed.front()))) {
    return std::nullopt;
  }
  const time_t seconds = curl_getdate(trimmed.c_str(), nullptr);
  if (seconds == -1) return std::nullopt;
  return seconds;
}

bool IsPassingStatus(int status) {
  switch (status) {
    case 408:
    case 425:
    case 429:
    case 500:
    case 502:
    case 503:
    case 504:
      return true;
    default:
      return false;
  }
}

bool IsPassingCurlCode(int code) {
  switch (code) {
    case CURLE_COULDNT_RESOLVE_PROXY:
    case CURLE_COULDNT_RESOLVE_HOST:
    case CURLE_COULDNT_CONNECT:
    case CURLE_HTTP2:
    case CURLE_PARTIAL_FILE:
    case CURLE_OPERATION_TIMEDOUT:
    case CURLE_SSL_CONNECT_ERROR:
    case CURLE_GOT_NOTHING:
    case CURLE_SEND_ERROR:
    case CURLE_RECV_ERROR:
    case CURLE_HTTP2_STREAM:
      return true;
    default:
      return false;
  }
}

bool IsNothingSentCurlCode(int code) {
  return code == CURLE_COULDNT_RESOLVE_PROXY ||
         code == CURLE_COULDNT_RESOLVE_HOST || code == CURLE_COULDNT_CONNECT ||
         code == CURLE_SSL_CONNECT_ERROR;
}

}  // namespace learnsql
