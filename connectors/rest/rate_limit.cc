#include "connectors/rest/rate_limit.h"

#include <algorithm>
#include <cctype>
#include <charconv>

#include "connectors/decode/json_document.h"
#include "connectors/fetch/retry.h"

namespace learnsql {
namespace {

constexpr int64_t kMinute = 60;
constexpr size_t kShownBytes = 300;

std::optional<int64_t> Number(std::string_view text) {
  int64_t number = 0;
  const char* const end = text.data() + text.size();
  const auto [stop, error] = std::from_chars(text.data(), end, number);
  if (text.empty() || error != std::errc() || stop != end) return std::nullopt;
  return number;
}

// Seconds until x-ratelimit-reset and one more, by the server's clock.
std::optional<int64_t> ResetIn(const HttpResponse& response, int64_t now) {
  std::optional<int64_t> reset = Number(response.Header("x-ratelimit-reset"));
  if (!reset) return std::nullopt;
  constexpr int64_t kMillis = 100'000'000'000;  // some send milliseconds
  if (*reset > kMillis) *reset /= 1000;
  const int64_t server_now =
      ParseHttpDate(response.Header("date")).value_or(now);
  return std::max<int64_t>(*reset - server_now, 0) + 1;
}

std::string Lower(std::string text) {
  for (char& c : text) {
    c = static_cast<char>(std::tolower(static_cast<unsigned char>(c)));
  }
  return text;
}

bool EndsWithSentence(std::string_view text, std::string_view sentence) {
  return text.ends_with(sentence) ||
         (text.ends_with('.') &&
          text.substr(0, text.size() - 1).ends_with(sentence));
}

bool SaysSecondary(std::string_view message) {
  return message.starts_with("you have exceeded a secondary rate limit") ||
         EndsWithSentence(message, "please retry your request again later") ||
         EndsWithSentence(message,
                          "please wait a few minutes before you try again") ||
         message.find("abuse detection") != std::string_view::npos;
}

int64_t Doubled(int64_t seconds, int times) {
  return seconds << std::clamp(times, 0, 10);
}

std::string Denial(const HttpResponse& response, const std::string& message) {
  std::string why = message;
  const std::string_view sso = response.Header("x-github-sso");
  if (!sso.empty()) {
    why += "; the organisation wants single sign-on: " + std::string(sso);
  }
  return why;
}

}  // namespace

std::string ErrorMessage(const HttpResponse& response) {
  JsonDocument document;
  const Result<JsonNode> root = document.Parse(response.error_body);
  const JsonNode message = root.ok() ? root->Find("message") : JsonNode();
  std::string text(message.is_string() ? message.text()
                                       : std::string_view(response.error_body));
  if (text.size() > kShownBytes) text = text.substr(0, kShownBytes) + "...";
  std::replace_if(
      text.begin(), text.end(),
      [](char c) { return static_cast<unsigned char>(c) < 0x20; }, ' ');
  return text;
}

Refusal JudgeRefusal(const HttpResponse& response, int refused, int64_t now) {
  const std::optional<int64_t> retry_after = RetryAfterMillis(
      response.Header("retry-after"), response.Header("date"), now);
  const std::string message = ErrorMessage(response);
  const std::string lower = Lower(message);
  const bool secondary = SaysSecondary(lower);
  if (retry_after) {
    return {true, (*retry_after + 999) / 1000,
            secondary ? "the server asks for a pause (secondary limit)"
                      : "the server asks for a pause"};
  }
  constexpr char kUsedUp[] = "the limit of requests is used up";
  if (response.Header("x-ratelimit-remaining") == "0") {
    return {true, ResetIn(response, now).value_or(kMinute), kUsedUp};
  }
  if (secondary) {
    return {true, Doubled(kMinute, refused),
            "the server asks for a pause (secondary limit)"};
  }
  if (lower.starts_with("api rate limit exceeded")) {
    return {true, ResetIn(response, now).value_or(kMinute), kUsedUp};
  }
  if (response.status == 429) {
    return {true, kMinute, "the server asks for less"};
  }
  return {false, 0, Denial(response, message)};
}

std::optional<RateState> ReadRateState(const HttpResponse& response,
                                       int64_t now) {
  const std::string_view resource = response.Header("x-ratelimit-resource");
  if (!resource.empty() && resource != "core") return std::nullopt;
  const std::optional<int64_t> remaining =
      Number(response.Header("x-ratelimit-remaining"));
  const std::optional<int64_t> reset = ResetIn(response, now);
  if (!remaining || !reset) return std::nullopt;
  return RateState{*remaining, *reset};
}

}  // namespace learnsql
