#include "connectors/fetch/curl_session.h"

#include <curl/curl.h>
#include <strings.h>
#include <sys/socket.h>
#include <unistd.h>

#include <cstdlib>
#include <mutex>
#include <utility>

#include "connectors/fetch/url.h"
#include "engine/base/cancel.h"
#include "engine/base/clock.h"

namespace learnsql {
namespace {

// How long a cancel may go unseen. libcurl alone looks up once a second.
constexpr int kPollMillis = 50;
// Below libcurl's own limit, which it would call a failure to receive.
constexpr size_t kMostHeaderBytes = 256 << 10;

struct FreeEasy {
  void operator()(CURL* easy) const noexcept { curl_easy_cleanup(easy); }
};
struct FreeMulti {
  void operator()(CURLM* multi) const noexcept { curl_multi_cleanup(multi); }
};
struct FreeList {
  void operator()(curl_slist* list) const noexcept {
    curl_slist_free_all(list);
  }
};
using HeaderList = std::unique_ptr<curl_slist, FreeList>;

void Append(HeaderList* list, const std::string& line) {
  curl_slist* longer = curl_slist_append(list->get(), line.c_str());
  if (longer == nullptr) std::abort();  // memory is gone
  (void)list->release();
  list->reset(longer);
}

HeaderList MakeHeaderList(const std::vector<HttpHeader>& headers) {
  HeaderList list;
  // libcurl would wait a second for a server's "100 Continue", and would call
  // any body a form.
  Append(&list, "Expect:");
  bool has_type = false;
  for (const HttpHeader& header : headers) {
    has_type |= strcasecmp(header.name.c_str(), "content-type") == 0;
    Append(&list, header.value.empty() ? header.name + ";"
                                       : header.name + ": " + header.value);
  }
  if (!has_type) Append(&list, "Content-Type:");
  return list;
}

std::string_view TrimLine(std::string_view text) {
  constexpr std::string_view kSpace = " \t\r\n";
  const size_t begin = text.find_first_not_of(kSpace);
  if (begin == text.npos) return {};
  return text.substr(begin, text.find_last_not_of(kSpace) + 1 - begin);
}

// "HTTP/1.1 200 OK" -> 200; 0 for any other line.
int StatusOfLine(std::string_view line) {
  if (!line.starts_with("HTTP/")) return 0;
  const size_t space = line.find(' ');
  if (space == line.npos) return 0;
  return std::atoi(std::string(line.substr(space + 1, 3)).c_str());
}

void InitLibcurlOnce() {
  static std::once_flag once;
  std::call_once(once, [] { curl_global_init(CURL_GLOBAL_DEFAULT); });
}

}  // namespace

struct CurlSession::Handles {
  // The multi handle owns the connections, so it goes last.
  std::unique_ptr<CURLM, FreeMulti> multi;
  std::unique_ptr<CURL, FreeEasy> easy;
  HeaderList headers;
};

// What the callbacks of one transfer share.
struct CurlSession::Context {
  HopReceiver* receiver = nullptr;
  HopOutcome* outcome = nullptr;
  bool public_only = false;
  int status = 0;  // of the head being read; 0 outside of a head
  std::vector<HttpHeader> headers;
  size_t header_bytes = 0;
  char error[CURL_ERROR_SIZE] = {};

  static size_t OnHeader(char* data, size_t, size_t size, void* self) noexcept;
  static size_t OnBody(char* data, size_t, size_t size, void* self) noexcept;
  static curl_socket_t OnSocket(void* self, curlsocktype purpose,
                                curl_sockaddr* address) noexcept;
  Status TakeHeader(std::string_view line);
};

Status CurlSession::Context::TakeHeader(std::string_view line) {
  header_bytes += line.size();
  if (header_bytes > kMostHeaderBytes) {
    return Status(Code::kCorrupt, "the response has over 256 KiB of headers");
  }
  if (const int begun = StatusOfLine(line); begun != 0) {
    status = begun;
    headers.clear();
    return {};
  }
  if (status == 0) return {};  // a trailer, after the body
  const std::string_view text = TrimLine(line);
  if (!text.empty()) {
    const size_t colon = text.find(':');
    if (colon == text.npos) return {};
    headers.push_back({std::string(text.substr(0, colon)),
                       std::string(TrimLine(text.substr(colon + 1)))});
    return {};
  }
  const int complete = std::exchange(status, 0);
  if (complete < 200) return {};  // 100 Continue and its like
  return receiver->OnHead(complete, std::move(headers));
}

size_t CurlSession::Context::OnHeader(char* data, size_t, size_t size,
                                      void* self) noexcept {
  auto* context = static_cast<Context*>(self);
  context->outcome->stopped = context->TakeHeader({data, size});
  return context->outcome->stopped.ok() ? size : 0;
}

size_t CurlSession::Context::OnBody(char* data, size_t, size_t size,
                                    void* self) noexcept {
  auto* context = static_cast<Context*>(self);
  context->outcome->wire_bytes += size;
  context->outcome->stopped =
      context->receiver->OnBody(std::as_bytes(std::span(data, size)));
  return context->outcome->stopped.ok() ? size : 0;
}

curl_socket_t CurlSession::Context::OnSocket(void* self, curlsocktype,
                                             curl_sockaddr* address) noexcept {
  auto* context = static_cast<Context*>(self);
  if (context->public_only && IsPrivateAddress(address->addr)) {
    context->outcome->stopped = Status(Code::kInvalid,
                                       "an address out of a reply leads into a "
                                       "private network, and is not followed");
    return CURL_SOCKET_BAD;
  }
  return socket(address->family, address->socktype | SOCK_CLOEXEC,
                address->protocol);
}

CurlSession::CurlSession(const HttpOptions* options)
    : options_(options), handles_(new Handles) {
  InitLibcurlOnce();
  handles_->multi.reset(curl_multi_init());
  handles_->easy.reset(curl_easy_init());
  if (!handles_->multi || !handles_->easy) std::abort();  // memory is gone
}

CurlSession::~CurlSession() = default;

HopOutcome CurlSession::Run(const Hop& hop, int64_t deadline_micros,
                            HopReceiver* receiver) {
  HopOutcome outcome;
  Context context;
  context.receiver = receiver;
  context.outcome = &outcome;
  context.public_only = hop.public_only;
  Prepare(hop, &context);
  Status stopped;
  outcome.curl_code = Perform(deadline_micros, &stopped);
  if (outcome.stopped.ok()) outcome.stopped = std::move(stopped);
  char* address = nullptr;
  CURL* easy = handles_->easy.get();
  curl_easy_getinfo(easy, CURLINFO_PRIMARY_IP, &address);
  outcome.private_address = address != nullptr && IsPrivateAddress(address);
  outcome.detail =
      context.error[0] != '\0'
          ? context.error
          : curl_easy_strerror(static_cast<CURLcode>(outcome.curl_code));
  curl_easy_reset(easy);  // no pointer to the context outlives it
  return outcome;
}

void CurlSession::Prepare(const Hop& hop, Context* context) {
  CURL* easy = handles_->easy.get();
  curl_easy_reset(easy);
  SetTransport(hop);
  SetMessage(hop);
  curl_easy_setopt(easy, CURLOPT_ERRORBUFFER, context->error);
  curl_easy_setopt(easy, CURLOPT_HEADERFUNCTION, &Context::OnHeader);
  curl_easy_setopt(easy, CURLOPT_HEADERDATA, context);
  curl_easy_setopt(easy, CURLOPT_WRITEFUNCTION, &Context::OnBody);
  curl_easy_setopt(easy, CURLOPT_WRITEDATA, context);
  curl_easy_setopt(easy, CURLOPT_OPENSOCKETFUNCTION, &Context::OnSocket);
  curl_easy_setopt(easy, CURLOPT_OPENSOCKETDATA, context);
  // A kept connection has passed no check of its address.
  curl_easy_setopt(easy, CURLOPT_FRESH_CONNECT, hop.public_only ? 1L : 0L);
}

// How bytes travel: protocols, TLS, timeouts.
void CurlSession::SetTransport(const Hop& hop) {
  CURL* easy = handles_->easy.get();
  curl_easy_setopt(easy, CURLOPT_NOSIGNAL, 1L);
  curl_easy_setopt(easy, CURLOPT_PROTOCOLS_STR, "http,https");
  curl_easy_setopt(easy, CURLOPT_REDIR_PROTOCOLS_STR, "https");
  curl_easy_setopt(easy, CURLOPT_FOLLOWLOCATION, 0L);
  curl_easy_setopt(easy, CURLOPT_HTTP_VERSION,
                   static_cast<long>(CURL_HTTP_VERSION_2TLS));
  curl_easy_setopt(easy, CURLOPT_SSLVERSION,
                   static_cast<long>(CURL_SSLVERSION_TLSv1_2));
  curl_easy_setopt(easy, CURLOPT_SSL_VERIFYPEER, 1L);
  curl_easy_setopt(easy, CURLOPT_SSL_VERIFYHOST, 2L);
  if (!options_->ca_file.empty()) {
    curl_easy_setopt(easy, CURLOPT_CAINFO, options_->ca_file.c_str());
  }
  if (options_->proxy) {
    curl_easy_setopt(easy, CURLOPT_PROXY, options_->proxy->Reveal().c_str());
  }
  if (hop.direct) curl_easy_setopt(easy, CURLOPT_PROXY, "");
  curl_easy_setopt(easy, CURLOPT_SUPPRESS_CONNECT_HEADERS, 1L);
  curl_easy_setopt(easy, CURLOPT_TCP_KEEPALIVE, 1L);
  curl_easy_setopt(easy, CURLOPT_CONNECTTIMEOUT_MS,
                   static_cast<long>(options_->connect_timeout_ms));
  curl_easy_setopt(easy, CURLOPT_LOW_SPEED_LIMIT,
                   static_cast<long>(options_->low_speed_bytes_per_s));
  curl_easy_setopt(easy, CURLOPT_LOW_SPEED_TIME,
                   static_cast<long>(options_->low_speed_s));
  // Without it a cancelled request waits for the resolver's thread.
  curl_easy_setopt(easy, CURLOPT_QUICK_EXIT, 1L);
}

// What is said: method, URL, headers, body.
void CurlSession::SetMessage(const Hop& hop) {
  CURL* easy = handles_->easy.get();
  curl_easy_setopt(easy, CURLOPT_URL, hop.url.c_str());
  curl_easy_setopt(easy, CURLOPT_USERAGENT, options_->user_agent.c_str());
  handles_->headers = MakeHeaderList(hop.headers);
  curl_easy_setopt(easy, CURLOPT_HTTPHEADER, handles_->headers.get());
  const bool has_body =
      hop.method == HttpMethod::kPost || hop.method == HttpMethod::kPut;
  if (has_body) {
    curl_easy_setopt(easy, CURLOPT_POSTFIELDSIZE_LARGE,
                     static_cast<curl_off_t>(hop.body.size()));
    // A null pointer would mean that a callback hands the body out.
    curl_easy_setopt(easy, CURLOPT_POSTFIELDS,
                     hop.body.empty() ? "" : hop.body.data());
  }
  if (hop.method == HttpMethod::kHead) {
    curl_easy_setopt(easy, CURLOPT_NOBODY, 1L);
  } else if (hop.method == HttpMethod::kPut ||
             hop.method == HttpMethod::kDelete) {
    curl_easy_setopt(easy, CURLOPT_CUSTOMREQUEST,
                     std::string(MethodName(hop.method)).c_str());
  }
}

// curl_easy_perform with an ear for the cancel flag and the clock.
int CurlSession::Perform(int64_t deadline_micros, Status* stopped) {
  CURLM* multi = handles_->multi.get();
  CURL* easy = handles_->easy.get();
  if (curl_multi_add_handle(multi, easy) != CURLM_OK) std::abort();
  int running = 1;
  while (stopped->ok()) {
    if (curl_multi_perform(multi, &running) != CURLM_OK) std::abort();
    if (running == 0) break;
    if (options_->cancel != nullptr) *stopped = options_->cancel->Check();
    if (deadline_micros != 0 && stopped->ok() &&
        options_->clock->MonotonicMicros() >= deadline_micros) {
      *stopped = Status(Code::kNetwork, "the request's time is over");
    }
    if (stopped->ok()) curl_multi_poll(multi, nullptr, 0, kPollMillis, nullptr);
  }
  int code = CURLE_ABORTED_BY_CALLBACK;
  int left = 0;
  if (const CURLMsg* message = curl_multi_info_read(multi, &left);
      message != nullptr && message->msg == CURLMSG_DONE) {
    code = message->data.result;
  }
  curl_multi_remove_handle(multi, easy);
  return code;
}

}  // namespace learnsql
