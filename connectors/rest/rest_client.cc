#include "connectors/rest/rest_client.h"

#include <algorithm>

#include "connectors/fetch/url.h"
#include "connectors/rest/link_header.h"
#include "connectors/rest/rate_limit.h"
#include "engine/base/cancel.h"
#include "engine/base/clock.h"
#include "engine/base/sha256.h"

namespace learnsql {
namespace {

constexpr size_t kIdentityDigits = 8;
constexpr int64_t kSecond = 1000;

// Keeps a page, and takes a 200 whose JSON is broken for a failed attempt.
class PageBody final : public BodySink {
 public:
  explicit PageBody(std::string items_key) : items_key_(std::move(items_key)) {}

  Status Begin(const HttpResponse& head) override {
    page_ = {};
    body_ = std::make_unique<std::string>();
    has_items_ = head.status == 200 || head.status == 201;
    return {};
  }

  Status Write(std::span<const std::byte> bytes) override {
    body_->append(reinterpret_cast<const char*>(bytes.data()), bytes.size());
    return {};
  }

  Status End() override {
    if (!has_items_) return {};
    Result<JsonPage> page = SplitJsonPage(*body_, items_key_);
    if (!page.ok()) return Status(Code::kNetwork, page.status().message());
    page_ = std::move(page).value();
    return Judge();
  }

  void MoveTo(RestPage* page) {
    page->text = std::move(body_);
    page->page = std::move(page_);
  }

 private:
  // An item whose end was found may still be damaged inside.
  Status Judge() {
    for (const std::string_view item : page_.items) {
      const Result<JsonNode> node = document_.Parse(item);
      if (node.ok()) continue;
      const auto byte = static_cast<size_t>(item.data() - body_->data());
      return Status(Code::kNetwork, "in the item at byte " +
                                        std::to_string(byte) + ": " +
                                        node.status().message());
    }
    return {};
  }

  std::string items_key_;
  std::unique_ptr<std::string> body_;
  JsonPage page_;
  JsonDocument document_;
  bool has_items_ = false;
};

std::string IdentityOf(const std::vector<HttpCredential>& credentials) {
  std::string all;
  for (const HttpCredential& credential : credentials) {
    all += credential.header + "\n" + credential.value.Reveal() + "\n";
  }
  if (all.empty()) return {};
  return Sha256::HexOf(all).substr(0, kIdentityDigits);
}

std::string Duration(int64_t seconds) {
  if (seconds < 120) return std::to_string(seconds) + " s";
  return std::to_string((seconds + 59) / 60) + " min";
}

}  // namespace

class RestClient::Impl {
 public:
  explicit Impl(RestOptions options) : options_(std::move(options)) {
    if (options_.http.clock == nullptr) options_.http.clock = Clock::System();
    options_.http.max_bytes = options_.max_page_bytes;
    http_ = std::make_unique<HttpClient>(options_.http);
    identity_ = IdentityOf(options_.credentials);
  }

  Result<RestPage> Get(const RestRequest& request);
  Result<std::string> Resolve(const std::string& url) const;
  uint64_t requests() const { return requests_; }
  int last_status() const { return last_status_; }
  const std::string& identity() const { return identity_; }
  const RestOptions& options() const { return options_; }

 private:
  Result<HttpResponse> Send(const RestRequest& request, const std::string& url,
                            PageBody* body);
  Result<RestPage> PageOf(const HttpResponse& response, const std::string& url,
                          PageBody* body) const;
  Status PauseForReserve();
  Status Refused(const HttpResponse& response, int refused);
  Status WaitForLimit(int64_t seconds, const std::string& why);
  Status Wait(int64_t seconds, const std::string& why);
  void NoteLimit(const HttpResponse& response);
  int64_t now() const { return options_.http.clock->NowSeconds(); }

  RestOptions options_;
  std::unique_ptr<HttpClient> http_;
  std::string identity_;
  int last_status_ = 0;
  uint64_t requests_ = 0;
  int64_t paused_until_ = 0;  // local clock; requests before it wait
  Status locked_out_;         // after a 401
};

Result<std::string> RestClient::Impl::Resolve(const std::string& url) const {
  LEARNSQL_TRY_SET(const Url base, Url::Parse(options_.base_url));
  std::string whole = url;
  if (url.starts_with("/") && !url.starts_with("//")) {
    whole = base.text();
    while (whole.ends_with('/')) whole.pop_back();
    whole += url;
  }
  LEARNSQL_TRY_SET(const Url target, Url::Parse(whole));
  if (target.origin() == base.origin()) return target.text();
  return Status(Code::kInvalid, "refused to follow a link to " +
                                    target.ToString() + ": the API is " +
                                    base.ToString());
}

Result<RestPage> RestClient::Impl::Get(const RestRequest& request) {
  LEARNSQL_TRY_SET(const std::string url, Resolve(request.url));
  int computing = 0;
  for (int refused = 0;;) {
    LEARNSQL_TRY(locked_out_);
    LEARNSQL_TRY(PauseForReserve());
    PageBody body(request.items_key);
    LEARNSQL_TRY_SET(const HttpResponse response, Send(request, url, &body));
    NoteLimit(response);
    if (response.status == 403 || response.status == 429) {
      LEARNSQL_TRY(Refused(response, refused++));
    } else if (response.status == 202) {
      if (++computing >= options_.computing) {
        return Status(Code::kNetwork,
                      "GET " + response.url +
                          ": the server is still computing this after " +
                          std::to_string(computing) +
                          " requests; try again later");
      }
      LEARNSQL_TRY(Wait(1 << std::min(computing - 1, 5),
                        "the server is computing the answer"));
    } else {
      return PageOf(response, url, &body);
    }
  }
}

Result<HttpResponse> RestClient::Impl::Send(const RestRequest& request,
                                            const std::string& url,
                                            PageBody* body) {
  HttpRequest http;
  http.url = url;
  http.headers = options_.headers;
  http.credentials = options_.credentials;
  http.etag = request.known.etag;
  http.last_modified = request.known.last_modified;
  http.answers = {403, 404, 409, 410, 422, 429, 451};
  http.gzip = true;
  http.configured_url = options_.base_url;
  Result<HttpResponse> response = http_->Send(http, body);
  const std::vector<HttpRecord>& records = http_->records();
  requests_ += records.size();
  last_status_ = records.empty() ? 0 : records.back().status;
  if (!response.ok() && last_status_ == 401) locked_out_ = response.status();
  return response;
}

Result<RestPage> RestClient::Impl::PageOf(const HttpResponse& response,
                                          const std::string& url,
                                          PageBody* body) const {
  using Kind = RestPage::Kind;
  RestPage page;
  page.url = url;
  body->MoveTo(&page);
  page.moved_to = response.moved_to;
  page.validator = {std::string(response.Header("etag")),
                    std::string(response.Header("last-modified"))};
  switch (response.status) {
    case 304:
      page.kind = Kind::kUnchanged;
      return page;
    case 204:
    case 409:
    case 410:
      page.kind = Kind::kEmpty;
      break;
    case 404:
      page.kind = Kind::kAbsent;
      break;
    case 451:
      page.kind = Kind::kBlocked;
      break;
    case 422:
      page.kind = Kind::kNoFurther;
      page.note = ErrorMessage(response);
      if (page.note.find("pagination is limited") != std::string::npos) {
        return page;
      }
      return Status(Code::kInvalid,
                    "GET " + response.url + ": HTTP 422: " + page.note);
    default: {
      const std::string next = NextLink(response.Header("link"));
      if (next.empty()) return page;
      LEARNSQL_TRY_SET(const Url here, Url::Parse(url));
      LEARNSQL_TRY_SET(const Url target, here.Resolve(next));
      LEARNSQL_TRY_SET(page.next, Resolve(target.text()));
      return page;
    }
  }
  page.note = "HTTP " + std::to_string(response.status);
  const std::string message = ErrorMessage(response);
  if (!message.empty()) page.note += ": " + message;
  return page;
}

void RestClient::Impl::NoteLimit(const HttpResponse& response) {
  if (response.status == 403 || response.status == 429) return;
  const std::optional<RateState> state = ReadRateState(response, now());
  if (!state) return;
  paused_until_ =
      state->remaining <= options_.reserve ? now() + state->reset_in : 0;
}

Status RestClient::Impl::PauseForReserve() {
  const int64_t left = paused_until_ - now();
  paused_until_ = 0;
  if (left <= 0) return {};
  return WaitForLimit(left, "the limit of requests is used up");
}

Status RestClient::Impl::Refused(const HttpResponse& response, int refused) {
  const Refusal refusal = JudgeRefusal(response, refused, now());
  const std::string asked =
      "GET " + response.url + ": HTTP " + std::to_string(response.status);
  if (!refusal.is_limit) {
    return Status(Code::kInvalid,
                  asked + ": " + refusal.why +
                      (options_.credentials.empty()
                           ? "; there is no credential: a token may help"
                           : "; the credential lacks the right"));
  }
  if (refused + 1 >= options_.refusals) {
    return Status(Code::kNetwork, asked + ": " + refusal.why +
                                      ", still after " +
                                      std::to_string(refused + 1) +
                                      " requests; try again later");
  }
  const Status waited = WaitForLimit(refusal.wait_seconds, refusal.why);
  return waited.code() == Code::kNetwork ? waited.Annotate(asked) : waited;
}

Status RestClient::Impl::WaitForLimit(int64_t seconds, const std::string& why) {
  if (options_.wait && seconds <= options_.max_wait_s) {
    return Wait(seconds, why);
  }
  return Status(Code::kNetwork,
                why + " until " + FormatUtc(now() + seconds) + ", in " +
                    Duration(seconds) + "; run again then" +
                    (options_.wait ? ": that is longer than is waited for"
                                   : ", or without --no-wait"));
}

// Second by second, so that people see it pass and may stop it.
Status RestClient::Impl::Wait(int64_t seconds, const std::string& why) {
  Clock* const clock = options_.http.clock;
  const CancelFlag* const cancel = options_.http.cancel;
  const int64_t until = now() + seconds;
  for (int64_t left = seconds; left > 0; left = until - now()) {
    if (options_.on_wait) options_.on_wait({left, until, why});
    clock->SleepMillis(kSecond, cancel);
    if (cancel != nullptr) LEARNSQL_TRY(cancel->Check());
  }
  if (options_.on_wait) options_.on_wait({0, until, why});
  return {};
}

RestClient::RestClient(RestOptions options)
    : impl_(std::make_unique<Impl>(std::move(options))) {}
RestClient::~RestClient() = default;
RestClient::RestClient(RestClient&&) noexcept = default;
RestClient& RestClient::operator=(RestClient&&) noexcept = default;

Result<RestPage> RestClient::Get(const RestRequest& request) {
  return impl_->Get(request);
}
uint64_t RestClient::requests() const { return impl_->requests(); }
int RestClient::last_status() const { return impl_->last_status(); }
const std::string& RestClient::identity() const { return impl_->identity(); }
const RestOptions& RestClient::options() const { return impl_->options(); }
Result<std::string> RestClient::Resolve(const std::string& url) const {
  return impl_->Resolve(url);
}

namespace {

// Where the value of a query parameter stands in `url`; npos, 0: nowhere.
struct Span {
  size_t begin = std::string_view::npos;
  size_t length = 0;
};

Span FindParameter(std::string_view url, std::string_view name) {
  size_t at = url.find('?');
  while (at != std::string_view::npos) {
    const size_t begin = at + 1;
    const size_t end = std::min(url.find_first_of("&#", begin), url.size());
    const std::string_view part = url.substr(begin, end - begin);
    if (part.starts_with(name) && part.substr(name.size()).starts_with('=')) {
      return {begin + name.size() + 1, part.size() - name.size() - 1};
    }
    at = end < url.size() && url[end] == '&' ? end : std::string_view::npos;
  }
  return {};
}

std::string PercentEncode(std::string_view text) {
  constexpr char kHex[] = "0123456789ABCDEF";
  std::string encoded;
  for (const char c : text) {
    const auto byte = static_cast<unsigned char>(c);
    const bool plain = (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') ||
                       (c >= '0' && c <= '9') ||
                       std::string_view("-._~:").find(c) != std::string::npos;
    if (plain) {
      encoded.push_back(c);
    } else {
      encoded += {'%', kHex[byte >> 4], kHex[byte & 15]};
    }
  }
  return encoded;
}

}  // namespace

std::string WithParameter(std::string_view url, std::string_view name,
                          std::string_view value) {
  std::string changed(url.substr(0, url.find('#')));
  const Span span = FindParameter(changed, name);
  const std::string encoded = PercentEncode(value);
  if (span.begin != std::string_view::npos) {
    return changed.replace(span.begin, span.length, encoded);
  }
  changed += changed.find('?') == std::string::npos ? '?' : '&';
  return changed + std::string(name) + "=" + encoded;
}

std::string_view UrlParameter(std::string_view url, std::string_view name) {
  const Span span = FindParameter(url, name);
  if (span.begin == std::string_view::npos) return {};
  return url.substr(span.begin, span.length);
}

}  // namespace learnsql
