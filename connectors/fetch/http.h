#pragma once

#include <cstddef>
#include <cstdint>
#include <functional>
#include <memory>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "connectors/fetch/retry.h"
#include "connectors/fetch/secret.h"
#include "engine/base/status.h"

namespace learnsql {

class CancelFlag;
class Clock;

enum class HttpMethod { kGet, kHead, kPost, kPut, kDelete };

struct HttpHeader {
  std::string name;
  std::string value;
};

// A secret header and the one origin it may be sent to. To any other scheme,
// host or port, as after a redirect, it is not sent.
struct HttpCredential {
  std::string url;     // any URL of the origin
  std::string header;  // "Authorization"
  std::string prefix;  // "Bearer "
  Secret value;
};

// What came back, without the body.
struct HttpResponse {
  int status = 0;
  std::string url;  // where the redirects led to, redacted
  // Where 301 and 308 led to, as it is, when there was nothing but these: the
  // address to ask from now on. Empty: none.
  std::string moved_to;
  std::vector<HttpHeader> headers;  // of the last hop, in order
  std::string error_body;           // of a status not 2xx: at most 64 KiB
  uint64_t body_bytes = 0;          // as sent, of the last attempt
  int attempts = 0;

  // The value of the first header of that name in any case, else nullptr.
  const std::string* Find(std::string_view name) const;
  // Same, with an empty text for a header that is not there.
  std::string_view Header(std::string_view name) const;
  std::optional<uint64_t> ContentLength() const;
};

// What a connector that knows its server better wants done about a response.
struct RetryAdvice {
  enum Kind { kDefault, kGiveUp, kWait } kind = kDefault;
  int64_t wait_ms = 0;  // with kWait: exactly this long, without jitter
};

struct HttpRequest {
  HttpMethod method = HttpMethod::kGet;
  std::string url;
  // Only what may go to any origin's log: a secret is given as a credential.
  // To another origin only Accept*, Content-Type, Range and conditional headers
  // follow.
  std::vector<HttpHeader> headers;
  std::vector<HttpCredential> credentials;
  std::string body;  // Put and Post
  // What of the body nobody may see: a server that repeats it is scrubbed.
  std::vector<Secret> body_secrets;

  // For a conditional request: byte for byte as a response had them, or empty.
  std::string etag;
  std::string last_modified;

  // True for a Post that only reads, so that it may be sent twice. The other
  // methods always may.
  bool repeatable = false;

  // Statuses to hand back as a response, not as an error, besides 2xx and 304.
  std::vector<int> answers;

  // Asked about every complete response; null for the default rules.
  std::function<RetryAdvice(const HttpResponse&)> advise;

  // True to ask for gzip as content encoding and undo it, member by member.
  bool gzip = false;

  // The configured URL when `url` came out of a reply. An origin other than
  // its own may then not be a private address, unless the configured one is.
  std::string configured_url;
};

// Receives the body of a 2xx response. An attempt may fail half way; the next
// one begins again with Prepare.
class BodySink {
 public:
  virtual ~BodySink() = default;

  // Before each attempt; may add headers, such as Range.
  virtual Status Prepare(HttpRequest* request);
  // The response's head is there.
  virtual Status Begin(const HttpResponse& head);
  virtual Status Write(std::span<const std::byte> bytes) = 0;
  // The transfer ended well. An error of Code::kNetwork from here or from
  // Begin counts as a failed attempt; any other error is final.
  virtual Status End();
};

// Keeps the body in memory. REQUIRES: HttpOptions::max_bytes is one that fits.
class StringBody final : public BodySink {
 public:
  Status Begin(const HttpResponse& head) override;
  Status Write(std::span<const std::byte> bytes) override;
  const std::string& body() const { return body_; }

 private:
  std::string body_;
};

// One line of a response log: what one attempt did.
struct HttpRecord {
  std::string url;  // redacted
  int status = 0;   // 0: no response
  uint64_t wire_bytes = 0;
  uint64_t decoded_bytes = 0;
  int64_t duration_ms = 0;
  int attempt = 0;                      // from 1
  std::vector<HttpHeader> request_ids;  // x-github-request-id and the like
  std::string error;                    // redacted; empty when it went well
};

struct HttpOptions {
  std::string user_agent;  // default: learnsql/VERSION
  int64_t connect_timeout_ms = 10'000;
  int64_t low_speed_bytes_per_s = 1;  // slower than this for
  int64_t low_speed_s = 60;           // this long is a failed attempt
  uint64_t max_bytes = 4ULL << 30;    // of one body, as sent and as decoded
  uint64_t max_ratio = 200;           // decoded to sent, after the first MiB
  int max_redirects = 5;
  std::string ca_file;  // default: the system's
  // nullopt: from the environment (https_proxy, no_proxy); "": none. Loopback
  // and link-local addresses are always dialled directly.
  std::optional<Secret> proxy;
  // Foreign hosts that redirects and URLs out of replies may lead to even
  // through a proxy, where their address cannot be checked: "a.example" or
  // ".example" for all below it.
  std::vector<std::string> trusted_hosts;
  RetryPolicy retry;
  // For everything that one Send does, the transfer that runs included; 0: no
  // such limit. retry.budget_ms never breaks a transfer off.
  int64_t deadline_ms = 0;
  Clock* clock = nullptr;              // default: the machine's
  Random* random = nullptr;            // default: the machine's
  const CancelFlag* cancel = nullptr;  // looked at every 50 ms
};

// Sends requests and follows redirects and failures the way that
// README.md ("Rules") has it: TLS verified, secrets bound to their origin,
// passing failures tried again, everything counted and bounded.
//
// Threads:  one thread at a time; one client per thread.
// Lifetime: borrows what the options point to.
// Memory:   some 100 KiB, whatever the size of the body.
class HttpClient {
 public:
  explicit HttpClient(HttpOptions options);
  ~HttpClient();
  HttpClient(HttpClient&&) noexcept;
  HttpClient& operator=(HttpClient&&) noexcept;

  // Sends until there is an answer: 2xx, 304 or one of request.answers.
  // `sink` may be null when the body does not matter.
  // Errors, each naming the redacted URL, the status, the number of attempts:
  //   kInvalid    a URL, header or redirect that is refused; 4xx
  //   kNotFound   404 and 410
  //   kNetwork    what trying again later may help: 5xx, 429, no connection
  //   kCorrupt    a body that is longer, or inflates to more, than the limits,
  //               or is no gzip where it says so
  //   kCancelled  by the flag, within 100 ms
  //   the sink's own error, with its code.
  Result<HttpResponse> Send(const HttpRequest& request, BodySink* sink);

  // What each attempt of the last Send did, whether it went well or not.
  const std::vector<HttpRecord>& records() const;

 private:
  class Impl;
  std::unique_ptr<Impl> impl_;
};

// "GET", "POST", ...
std::string_view MethodName(HttpMethod method);

}  // namespace learnsql
