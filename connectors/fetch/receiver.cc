#include "connectors/fetch/receiver.h"

#include <strings.h>

#include <algorithm>
#include <string>
#include <utility>

namespace learnsql {
namespace {

constexpr size_t kMostErrorBytes = 64 << 10;

}  // namespace

bool SameHeaderName(std::string_view a, std::string_view b) {
  return a.size() == b.size() && strncasecmp(a.data(), b.data(), a.size()) == 0;
}

const std::string* HttpResponse::Find(std::string_view name) const {
  for (const HttpHeader& header : headers) {
    if (SameHeaderName(header.name, name)) return &header.value;
  }
  return nullptr;
}

std::string_view HttpResponse::Header(std::string_view name) const {
  const std::string* value = Find(name);
  return value == nullptr ? std::string_view() : *value;
}

std::optional<uint64_t> HttpResponse::ContentLength() const {
  const std::string_view text = Header("content-length");
  if (text.empty() || text.size() > 18) return std::nullopt;
  uint64_t length = 0;
  for (const char c : text) {
    if (c < '0' || c > '9') return std::nullopt;
    length = length * 10 + static_cast<uint64_t>(c - '0');
  }
  return length;
}

Status BodySink::Prepare(HttpRequest*) { return {}; }
Status BodySink::Begin(const HttpResponse&) { return {}; }
Status BodySink::End() { return {}; }

Status StringBody::Begin(const HttpResponse&) {
  body_.clear();
  return {};
}

Status StringBody::Write(std::span<const std::byte> bytes) {
  body_.append(reinterpret_cast<const char*>(bytes.data()), bytes.size());
  return {};
}

Status Receiver::OnHead(int status, std::vector<HttpHeader> headers) {
  response.status = status;
  response.headers = std::move(headers);
  if (!IsSuccess(status)) return {};
  if (request_.method != HttpMethod::kHead) LEARNSQL_TRY(CheckLength());
  LEARNSQL_TRY(BeginDecoding());
  return sink_ == nullptr ? Status() : sink_->Begin(response);
}

Status Receiver::CheckLength() const {
  const std::optional<uint64_t> length = response.ContentLength();
  if (!length || *length <= options_.max_bytes) return {};
  return Status(Code::kCorrupt, "the body has " + std::to_string(*length) +
                                    " bytes, more than the limit of " +
                                    std::to_string(options_.max_bytes));
}

Status Receiver::BeginDecoding() {
  gunzip_.reset();
  if (!request_.gzip) return {};
  const std::string_view encoding = response.Header("content-encoding");
  if (encoding.empty() || SameHeaderName(encoding, "identity")) return {};
  if (!SameHeaderName(encoding, "gzip") &&
      !SameHeaderName(encoding, "x-gzip")) {
    return Status(Code::kCorrupt, "the body comes in content encoding '" +
                                      std::string(encoding) +
                                      "', which was not asked for");
  }
  gunzip_.emplace(options_.max_bytes, options_.max_ratio);
  return {};
}

Status Receiver::OnBody(std::span<const std::byte> bytes) {
  response.body_bytes += bytes.size();
  if (!IsSuccess(response.status)) return KeepErrorBody(bytes);
  if (response.body_bytes > options_.max_bytes) {
    return Status(Code::kCorrupt, "the body is longer than the limit of " +
                                      std::to_string(options_.max_bytes) +
                                      " bytes");
  }
  if (!gunzip_) return ToSink(bytes);
  return gunzip_->Push(bytes, [this](std::span<const std::byte> plain) {
    return ToSink(plain);
  });
}

Status Receiver::KeepErrorBody(std::span<const std::byte> bytes) {
  const size_t room = kMostErrorBytes - response.error_body.size();
  response.error_body.append(reinterpret_cast<const char*>(bytes.data()),
                             std::min(room, bytes.size()));
  if (response.error_body.size() < kMostErrorBytes) return {};
  enough = true;
  return Status(Code::kCancelled, "the error is long enough");
}

Status Receiver::ToSink(std::span<const std::byte> bytes) {
  decoded_bytes += bytes.size();
  return sink_ == nullptr ? Status() : sink_->Write(bytes);
}

Status Receiver::End() {
  if (!IsSuccess(response.status)) return {};
  if (gunzip_) LEARNSQL_TRY(gunzip_->End());
  return sink_ == nullptr ? Status() : sink_->End();
}

}  // namespace learnsql
