#pragma once

#include <cstdint>
#include <memory>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "connectors/fetch/http.h"
#include "engine/base/status.h"

namespace learnsql {

// One request to one server, all headers final.
struct Hop {
  HttpMethod method = HttpMethod::kGet;
  std::string url;
  std::vector<HttpHeader> headers;
  std::string_view body;
  bool public_only = false;  // do not dial private addresses
  bool direct = false;       // past any proxy
};

// Receives a response. An error stops the transfer.
class HopReceiver {
 public:
  virtual ~HopReceiver() = default;
  virtual Status OnHead(int status, std::vector<HttpHeader> headers) = 0;
  virtual Status OnBody(std::span<const std::byte> bytes) = 0;
};

struct HopOutcome {
  int curl_code = 0;
  std::string detail;  // libcurl's words; may hold what must be redacted
  Status stopped;      // by the receiver, the cancel flag, the deadline
  uint64_t wire_bytes = 0;
  bool private_address = false;  // of the server, or of the proxy
};

// libcurl: one easy handle, and the connections that it keeps open.
//
// Threads:  one thread at a time.
// Lifetime: borrows `options` and what they point to.
class CurlSession {
 public:
  explicit CurlSession(const HttpOptions* options);
  ~CurlSession();

  // Runs until the response is whole, something fails, `cancel` is set or the
  // clock reaches `deadline_micros` (0: never).
  HopOutcome Run(const Hop& hop, int64_t deadline_micros,
                 HopReceiver* receiver);

 private:
  struct Handles;
  struct Context;

  void Prepare(const Hop& hop, Context* context);
  void SetTransport(const Hop& hop);
  void SetMessage(const Hop& hop);
  int Perform(int64_t deadline_micros, Status* stopped);

  const HttpOptions* options_;
  std::unique_ptr<Handles> handles_;
};

}  // namespace learnsql
