#include "connectors/fetch/http.h"

#include <algorithm>
#include <array>
#include <cctype>
#include <cstdlib>
#include <map>

#include "connectors/fetch/curl_session.h"
#include "connectors/fetch/receiver.h"
#include "connectors/fetch/url.h"
#include "engine/base/cancel.h"
#include "engine/base/clock.h"

namespace learnsql {
namespace {

constexpr size_t kShownErrorBytes = 200;

bool IsRedirect(int status) {
  return status == 301 || status == 302 || status == 303 || status == 307 ||
         status == 308;
}

// RFC 9110 token, so that no name can end its line or its field.
bool IsHeaderName(std::string_view name) {
  constexpr std::string_view kMarks = "!#$%&'*+-.^_`|~";
  return !name.empty() && std::all_of(name.begin(), name.end(), [&](char c) {
    const auto byte = static_cast<unsigned char>(c);
    return byte < 0x80 && (std::isalnum(byte) || kMarks.find(c) != kMarks.npos);
  });
}

bool IsHeaderValue(std::string_view value) {
  return std::all_of(value.begin(), value.end(), [](char c) {
    const auto byte = static_cast<unsigned char>(c);
    return byte == '\t' || (byte >= 0x20 && byte < 0x7f);
  });
}

Status CheckHeader(const HttpHeader& header) {
  if (!IsHeaderName(header.name)) {
    return Status(Code::kInvalid, "refused a header whose name is not one");
  }
  if (!IsHeaderValue(header.value)) {
    return Status(Code::kInvalid, "refused header '" + header.name +
                                      "': its value is not plain ASCII on one "
                                      "line");
  }
  return {};
}

// Headers that may follow to another origin: they say what is wanted, not who
// wants it.
bool MayLeaveOrigin(std::string_view name) {
  static constexpr std::array<std::string_view, 10> kNames = {
      "accept",           "accept-encoding", "accept-language",
      "cache-control",    "content-type",    "range",
      "if-range",         "if-none-match",   "if-match",
      "if-modified-since"};
  return std::any_of(kNames.begin(), kNames.end(), [&](std::string_view known) {
    return SameHeaderName(known, name);
  });
}

std::vector<HttpHeader> RequestIds(const std::vector<HttpHeader>& headers) {
  static constexpr std::array<std::string_view, 8> kNames = {
      "x-ms-activity-id",     "x-ms-client-request-id",
      "x-ms-request-id",      "x-github-request-id",
      "x-amz-request-id",     "x-druid-sql-query-id",
      "x-guploader-uploadid", "cf-ray"};
  std::vector<HttpHeader> ids;
  for (const HttpHeader& header : headers) {
    for (const std::string_view name : kNames) {
      if (SameHeaderName(name, header.name)) ids.push_back(header);
    }
  }
  return ids;
}

// One line of printable text, cut to what fits a message.
std::string OneLine(std::string_view text, size_t most) {
  std::string line;
  for (const char c : text.substr(0, most)) {
    const auto byte = static_cast<unsigned char>(c);
    line.push_back(byte < 0x20 || byte == 0x7f ? ' ' : c);
  }
  if (text.size() > most) line += "...";
  return line;
}

std::string Seconds(int64_t millis) {
  if (millis < 1000) return std::to_string(millis) + " ms";
  return std::to_string((millis + 999) / 1000) + " s";
}

Code CodeOfStatus(int status) {
  if (status == 404 || status == 410) return Code::kNotFound;
  if (IsPassingStatus(status) || status >= 500) return Code::kNetwork;
  return Code::kInvalid;
}

std::string_view NextStepOfStatus(int status) {
  if (status == 401) return "; check the credential";
  if (status == 403) return "; the credential may lack the right";
  if (status == 407) return "; check the proxy's credential";
  if (status == 404 || status == 410) return "; check the address";
  if (status == 429) return "; ask for less, or again later";
  if (CodeOfStatus(status) == Code::kNetwork) return "; try again later";
  return "";
}

std::string_view NextStepOfCurlCode(int code) {
  switch (code) {
    case 5:
      return "; check the proxy setting";
    case 6:
      return "; check the host's name and the network";
    case 7:
      return "; check the address and the network";
    case 60:
    case 77:
    case 83:
      return "; check this machine's time and certificates (ca_file): "
             "verification is not turned off";
    default:
      return IsPassingCurlCode(code) ? "; try again later" : "";
  }
}

}  // namespace

std::string_view MethodName(HttpMethod method) {
  switch (method) {
    case HttpMethod::kGet:
      return "GET";
    case HttpMethod::kHead:
      return "HEAD";
    case HttpMethod::kPost:
      return "POST";
    case HttpMethod::kPut:
      return "PUT";
    case HttpMethod::kDelete:
      return "DELETE";
  }
  return "GET";
}

namespace {

// Services of this machine and of its cloud's host; no proxy knows them.
bool IsDirect(const Url& url) {
  return url.is_loopback() || url.is_link_local();
}

// A credential with its origin read.
struct BoundCredential {
  std::string origin;
  HttpHeader header;
};

// What one attempt came to.
struct Attempt {
  HttpResponse response;  // status 0: none, or none that is whole
  Status failed;          // set when there is no whole response
  int curl_code = 0;
  bool may_pass = false;  // trying again may help
};

}  // namespace

class HttpClient::Impl {
 public:
  explicit Impl(HttpOptions options);

  Result<HttpResponse> Send(const HttpRequest& request, BodySink* sink);
  const std::vector<HttpRecord>& records() const { return records_; }

 private:
  Status Admit(const HttpRequest& request);
  Status AdmitCredential(const HttpCredential& credential);
  Attempt TryOnce(const HttpRequest& request, BodySink* sink);
  Attempt FollowHops(const HttpRequest& request, Url url, BodySink* sink);
  Attempt RunHop(const HttpRequest& request, const Url& url, HttpMethod method,
                 BodySink* sink);
  Attempt Explain(const HopOutcome& outcome) const;
  Result<Url> NextHop(const HttpRequest& request, const Attempt& attempt,
                      const Url& url, HttpMethod* method) const;
  std::vector<HttpHeader> HeadersFor(const HttpRequest& request, const Url& url,
                                     HttpMethod method) const;
  bool IsTrusted(const Url& url) const;
  bool GoesThroughProxy(const Url& url) const;

  std::optional<int64_t> WaitBeforeNext(const HttpRequest& request,
                                        const Attempt& attempt, int failed);
  Status FinalError(const HttpRequest& request, const Attempt& attempt,
                    std::string_view why) const;
  Status StatusError(const HttpRequest& request, const Attempt& attempt) const;
  void Record(const Attempt& attempt, int64_t begun_micros);
  int64_t ElapsedMillis() const;
  int64_t LimitMillis() const;     // after which no new attempt begins
  int64_t DeadlineMicros() const;  // 0: none

  HttpOptions options_;
  CurlSession session_;
  std::vector<HttpRecord> records_;

  // Of the request being sent.
  Scrubber scrubber_;
  std::vector<BoundCredential> credentials_;
  std::string first_origin_;
  std::string configured_origin_;
  bool configured_is_private_ = false;
  std::map<std::string, bool> dialled_private_;  // by origin
  uint64_t wire_bytes_ = 0;
  uint64_t decoded_bytes_ = 0;
  int64_t begun_micros_ = 0;
};

HttpClient::Impl::Impl(HttpOptions options)
    : options_(std::move(options)), session_(&options_) {
  if (options_.user_agent.empty()) {
    options_.user_agent = "learnsql/" LEARNSQL_VERSION;
  }
  if (options_.clock == nullptr) options_.clock = Clock::System();
  if (options_.random == nullptr) options_.random = Random::System();
}

Result<HttpResponse> HttpClient::Impl::Send(const HttpRequest& request,
                                            BodySink* sink) {
  records_.clear();
  begun_micros_ = options_.clock->MonotonicMicros();
  LEARNSQL_TRY(Admit(request));
  for (int failed = 1;; ++failed) {
    const int64_t begun = options_.clock->MonotonicMicros();
    Attempt attempt = TryOnce(request, sink);
    Record(attempt, begun);
    const std::optional<int64_t> wait =
        WaitBeforeNext(request, attempt, failed);
    if (!wait) {
      if (!attempt.failed.ok()) return FinalError(request, attempt, "");
      LEARNSQL_TRY(StatusError(request, attempt));
      attempt.response.attempts = failed;
      return std::move(attempt.response);
    }
    if (failed >= options_.retry.attempts) {
      return FinalError(request, attempt, "");
    }
    if (ElapsedMillis() + *wait > LimitMillis()) {
      return FinalError(request, attempt,
                        "; the next try, in " + Seconds(*wait) +
                            ", would pass the limit of " +
                            Seconds(LimitMillis()));
    }
    options_.clock->SleepMillis(*wait, options_.cancel);
    if (options_.cancel != nullptr) LEARNSQL_TRY(options_.cancel->Check());
  }
}

// Refuses what may not be sent, before anything is; learns the secrets.
Status HttpClient::Impl::Admit(const HttpRequest& request) {
  scrubber_ = Scrubber();
  credentials_.clear();
  scrubber_.AddUrl(request.url);
  if (options_.proxy) scrubber_.AddUrl(options_.proxy->Reveal());
  for (const Secret& secret : request.body_secrets) {
    scrubber_.Add(secret.Reveal());
  }
  LEARNSQL_TRY_SET(const Url url, Url::Parse(request.url));
  first_origin_ = url.origin();
  const std::string& configured =
      request.configured_url.empty() ? request.url : request.configured_url;
  LEARNSQL_TRY_SET(const Url home, Url::Parse(configured));
  configured_origin_ = home.origin();
  configured_is_private_ = home.is_loopback() || IsPrivateAddress(home.host());
  for (const HttpCredential& credential : request.credentials) {
    LEARNSQL_TRY(AdmitCredential(credential));
  }
  LEARNSQL_TRY(CheckHeader({"If-None-Match", request.etag}));
  LEARNSQL_TRY(CheckHeader({"If-Modified-Since", request.last_modified}));
  for (const HttpHeader& header : request.headers) {
    LEARNSQL_TRY(CheckHeader(header));
    if (IsSecretHeader(header.name)) {
      return Status(Code::kInvalid, "header '" + header.name +
                                        "' is a secret: give it as a "
                                        "credential, bound to its origin");
    }
  }
  return {};
}

Status HttpClient::Impl::AdmitCredential(const HttpCredential& credential) {
  scrubber_.Add(credential.value.Reveal());
  LEARNSQL_TRY_SET(const Url home, Url::Parse(credential.url));
  HttpHeader header{credential.header,
                    credential.prefix + credential.value.Reveal()};
  LEARNSQL_TRY(CheckHeader(header));
  if (!home.is_https() && !home.is_loopback()) {
    return Status(Code::kInvalid, "refused to send the secret '" +
                                      credential.header + "' to " +
                                      home.origin() + ": use https");
  }
  credentials_.push_back({home.origin(), std::move(header)});
  return {};
}

Attempt HttpClient::Impl::TryOnce(const HttpRequest& request, BodySink* sink) {
  Attempt attempt;
  wire_bytes_ = 0;
  decoded_bytes_ = 0;
  HttpRequest live = request;
  if (sink != nullptr) attempt.failed = sink->Prepare(&live);
  for (const HttpHeader& header : live.headers) {
    if (attempt.failed.ok()) attempt.failed = CheckHeader(header);
  }
  if (!attempt.failed.ok()) return attempt;
  Result<Url> url = Url::Parse(live.url);
  if (!url.ok()) {
    attempt.failed = url.status();
    return attempt;
  }
  return FollowHops(live, std::move(url).value(), sink);
}

Attempt HttpClient::Impl::FollowHops(const HttpRequest& request, Url url,
                                     BodySink* sink) {
  HttpMethod method = request.method;
  bool for_good = true;  // every redirect was
  for (int redirects = 0;; ++redirects) {
    Attempt attempt = RunHop(request, url, method, sink);
    attempt.response.url = url.ToString();
    if (redirects > 0 && for_good) attempt.response.moved_to = url.text();
    if (!attempt.failed.ok() || !IsRedirect(attempt.response.status) ||
        attempt.response.Find("location") == nullptr) {
      return attempt;
    }
    Result<Url> next = NextHop(request, attempt, url, &method);
    if (next.ok() && redirects >= options_.max_redirects) {
      next = Status(Code::kInvalid, "over " + std::to_string(redirects) +
                                        " redirects, the last one to " +
                                        next->ToString());
    }
    if (!next.ok()) {
      attempt.failed = next.status();
      return attempt;
    }
    for_good &=
        attempt.response.status == 301 || attempt.response.status == 308;
    url = std::move(next).value();
  }
}

Attempt HttpClient::Impl::RunHop(const HttpRequest& request, const Url& url,
                                 HttpMethod method, BodySink* sink) {
  Attempt attempt;
  const bool trusted = IsTrusted(url);
  const bool proxied = GoesThroughProxy(url);
  if (!trusted && proxied) {
    attempt.failed = Status(Code::kInvalid,
                            "an address out of a reply leads to another host, "
                            "and through a proxy it cannot be checked: add " +
                                url.host() + " to the trusted hosts");
    return attempt;
  }
  const Hop hop{
      .method = method,
      .url = url.text(),
      .headers = HeadersFor(request, url, method),
      .body = method == request.method ? request.body : std::string_view(),
      .public_only = !trusted,
      .direct = IsDirect(url)};
  Receiver receiver(options_, request, sink);
  const HopOutcome outcome = session_.Run(hop, DeadlineMicros(), &receiver);
  if (!proxied) dialled_private_[url.origin()] = outcome.private_address;
  wire_bytes_ += outcome.wire_bytes;
  decoded_bytes_ += receiver.decoded_bytes;
  if (!receiver.enough) attempt = Explain(outcome);
  // libcurl takes an end inside the head for a good one.
  if (attempt.failed.ok() && receiver.response.status == 0) {
    attempt.failed = Status(Code::kNetwork, "the response ends in its head");
  }
  if (attempt.failed.ok()) attempt.failed = receiver.End();
  attempt.may_pass |= attempt.failed.code() == Code::kNetwork;
  attempt.response = std::move(receiver.response);
  attempt.response.error_body = scrubber_.Clean(attempt.response.error_body);
  return attempt;
}

// What a transfer that broke off means.
Attempt HttpClient::Impl::Explain(const HopOutcome& outcome) const {
  Attempt attempt;
  attempt.curl_code = outcome.curl_code;
  if (!outcome.stopped.ok()) {
    attempt.failed = outcome.stopped;
    attempt.may_pass = outcome.stopped.code() == Code::kNetwork;
  } else if (outcome.curl_code != 0) {
    attempt.may_pass = IsPassingCurlCode(outcome.curl_code);
    attempt.failed = Status(attempt.may_pass ? Code::kNetwork : Code::kInvalid,
                            scrubber_.Clean(outcome.detail) + " (" +
                                std::to_string(outcome.wire_bytes) +
                                " bytes had come, libcurl code " +
                                std::to_string(outcome.curl_code) + ")");
  }
  return attempt;
}

Result<Url> HttpClient::Impl::NextHop(const HttpRequest& request,
                                      const Attempt& attempt, const Url& url,
                                      HttpMethod* method) const {
  const int status = attempt.response.status;
  LEARNSQL_TRY_SET(const Url next,
                   url.Resolve(*attempt.response.Find("location")));
  if (url.is_https() && !next.is_https()) {
    return Status(Code::kInvalid, "redirected from https to " +
                                      next.ToString() +
                                      ", which is not followed");
  }
  const bool has_body =
      *method != HttpMethod::kGet && *method != HttpMethod::kHead;
  if (status == 303 || (*method == HttpMethod::kPost && status < 303)) {
    if (*method != HttpMethod::kHead) *method = HttpMethod::kGet;
  } else if (has_body && next.origin() != url.origin()) {
    return Status(Code::kInvalid, "redirected to " + next.ToString() + ": a " +
                                      std::string(MethodName(request.method)) +
                                      " is not sent to another origin");
  }
  return next;
}

std::vector<HttpHeader> HttpClient::Impl::HeadersFor(const HttpRequest& request,
                                                     const Url& url,
                                                     HttpMethod method) const {
  const bool at_home = url.origin() == first_origin_;
  std::vector<HttpHeader> headers;
  for (const HttpHeader& header : request.headers) {
    if (at_home || MayLeaveOrigin(header.name)) headers.push_back(header);
  }
  if (request.gzip) headers.push_back({"Accept-Encoding", "gzip"});
  if (!request.etag.empty()) {
    headers.push_back({"If-None-Match", request.etag});
  }
  if (!request.last_modified.empty()) {
    headers.push_back({"If-Modified-Since", request.last_modified});
  }
  if (method != request.method) {  // the body is gone, and so is its type
    std::erase_if(headers, [](const HttpHeader& header) {
      return SameHeaderName(header.name, "content-type");
    });
  }
  for (const BoundCredential& credential : credentials_) {
    if (credential.origin == url.origin()) headers.push_back(credential.header);
  }
  return headers;
}

// A redirect or a link out of a reply must not reach into the network that
// this machine stands in, unless the source itself is in it.
bool HttpClient::Impl::IsTrusted(const Url& url) const {
  if (url.origin() == configured_origin_ || configured_is_private_) return true;
  const auto dialled = dialled_private_.find(configured_origin_);
  if (dialled != dialled_private_.end() && dialled->second) return true;
  return std::any_of(
      options_.trusted_hosts.begin(), options_.trusted_hosts.end(),
      [&](const std::string& host) {
        return host == url.host() ||
               (host.starts_with('.') && url.host().ends_with(host));
      });
}

bool HttpClient::Impl::GoesThroughProxy(const Url& url) const {
  if (IsDirect(url)) return false;
  if (options_.proxy) return !options_.proxy->empty();
  static constexpr std::array kForHttp = {"http_proxy", "all_proxy",
                                          "ALL_PROXY"};
  static constexpr std::array kForHttps = {"https_proxy", "HTTPS_PROXY",
                                           "all_proxy", "ALL_PROXY"};
  const auto is_set = [](const char* name) {
    const char* value = std::getenv(name);
    return value != nullptr && *value != '\0';
  };
  return url.is_https()
             ? std::any_of(kForHttps.begin(), kForHttps.end(), is_set)
             : std::any_of(kForHttp.begin(), kForHttp.end(), is_set);
}

// nullopt: the attempt's outcome is final.
std::optional<int64_t> HttpClient::Impl::WaitBeforeNext(
    const HttpRequest& request, const Attempt& attempt, int failed) {
  const bool repeatable =
      request.method != HttpMethod::kPost || request.repeatable;
  if (!attempt.failed.ok()) {
    const bool unsent = IsNothingSentCurlCode(attempt.curl_code);
    if (!attempt.may_pass || !(repeatable || unsent)) return std::nullopt;
    return WaitMillis(options_.retry, failed, 0, options_.random);
  }
  const HttpResponse& response = attempt.response;
  if (request.advise) {
    const RetryAdvice advice = request.advise(response);
    if (advice.kind == RetryAdvice::kGiveUp) return std::nullopt;
    if (advice.kind == RetryAdvice::kWait) return advice.wait_ms;
  }
  const bool wanted = std::find(request.answers.begin(), request.answers.end(),
                                response.status) != request.answers.end();
  if (wanted || !repeatable || !IsPassingStatus(response.status)) {
    return std::nullopt;
  }
  const std::optional<int64_t> asked =
      RetryAfterMillis(response.Header("retry-after"), response.Header("date"),
                       options_.clock->NowSeconds());
  return WaitMillis(options_.retry, failed, asked.value_or(0), options_.random);
}

// OK for a status that the caller wants to see.
Status HttpClient::Impl::StatusError(const HttpRequest& request,
                                     const Attempt& attempt) const {
  const int status = attempt.response.status;
  if (IsSuccess(status) || status == 304) return {};
  if (std::find(request.answers.begin(), request.answers.end(), status) !=
      request.answers.end()) {
    return {};
  }
  return FinalError(request, attempt, "");
}

Status HttpClient::Impl::FinalError(const HttpRequest& request,
                                    const Attempt& attempt,
                                    std::string_view why) const {
  if (attempt.failed.code() == Code::kCancelled) return attempt.failed;
  const HttpResponse& response = attempt.response;
  std::string text(MethodName(request.method));
  text += " " + (response.url.empty() ? RedactUrl(request.url) : response.url);
  Code code = attempt.failed.code();
  std::string_view next = NextStepOfCurlCode(attempt.curl_code);
  if (response.status != 0) {
    text += ": HTTP " + std::to_string(response.status);
  }
  if (!attempt.failed.ok()) {
    text += ": " + scrubber_.Clean(attempt.failed.message());
  } else {
    code = CodeOfStatus(response.status);
    next = NextStepOfStatus(response.status);
    if (!response.error_body.empty()) {
      text += ": " + OneLine(response.error_body, kShownErrorBytes);
    }
  }
  if (records_.size() > 1) {
    text += "; gave up after " + std::to_string(records_.size()) + " attempts";
  }
  text += why;
  text += next;
  return Status(code, std::move(text));
}

void HttpClient::Impl::Record(const Attempt& attempt, int64_t begun_micros) {
  HttpRecord record;
  record.url = attempt.response.url;
  record.status = attempt.response.status;
  record.wire_bytes = wire_bytes_;
  record.decoded_bytes = decoded_bytes_;
  record.duration_ms =
      (options_.clock->MonotonicMicros() - begun_micros) / 1000;
  record.attempt = static_cast<int>(records_.size()) + 1;
  record.request_ids = RequestIds(attempt.response.headers);
  record.error = scrubber_.Clean(attempt.failed.message());
  records_.push_back(std::move(record));
}

int64_t HttpClient::Impl::ElapsedMillis() const {
  return (options_.clock->MonotonicMicros() - begun_micros_) / 1000;
}

int64_t HttpClient::Impl::LimitMillis() const {
  if (options_.deadline_ms == 0) return options_.retry.budget_ms;
  return std::min(options_.retry.budget_ms, options_.deadline_ms);
}

int64_t HttpClient::Impl::DeadlineMicros() const {
  if (options_.deadline_ms == 0) return 0;
  return begun_micros_ + options_.deadline_ms * 1000;
}

HttpClient::HttpClient(HttpOptions options)
    : impl_(std::make_unique<Impl>(std::move(options))) {}
HttpClient::~HttpClient() = default;
HttpClient::HttpClient(HttpClient&&) noexcept = default;
HttpClient& HttpClient::operator=(HttpClient&&) noexcept = default;

Result<HttpResponse> HttpClient::Send(const HttpRequest& request,
                                      BodySink* sink) {
  return impl_->Send(request, sink);
}

const std::vector<HttpRecord>& HttpClient::records() const {
  return impl_->records();
}

}  // namespace learnsql
