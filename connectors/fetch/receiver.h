#pragma once

#include <cstdint>
#include <optional>
#include <span>
#include <string_view>
#include <vector>

#include "connectors/fetch/curl_session.h"
#include "connectors/fetch/gunzip.h"
#include "connectors/fetch/http.h"

namespace learnsql {

// ASCII, in any case.
bool SameHeaderName(std::string_view a, std::string_view b);

inline bool IsSuccess(int status) { return status >= 200 && status < 300; }

// Takes a response apart: bodies of 2xx go to the sink, those of errors into
// the response, those of redirects nowhere.
//
// Threads:  one thread at a time.
// Lifetime: borrows everything it is given; `sink` may be null.
class Receiver final : public HopReceiver {
 public:
  Receiver(const HttpOptions& options, const HttpRequest& request,
           BodySink* sink)
      : options_(options), request_(request), sink_(sink) {}

  Status OnHead(int status, std::vector<HttpHeader> headers) override;
  Status OnBody(std::span<const std::byte> bytes) override;
  // After a transfer that ended well.
  Status End();

  HttpResponse response;
  uint64_t decoded_bytes = 0;
  bool enough = false;  // OnBody stopped an error body that went on

 private:
  Status KeepErrorBody(std::span<const std::byte> bytes);
  Status CheckLength() const;
  Status BeginDecoding();
  Status ToSink(std::span<const std::byte> bytes);

  const HttpOptions& options_;
  const HttpRequest& request_;
  BodySink* sink_;
  std::optional<GunzipStream> gunzip_;
};

}  // namespace learnsql
