#pragma once

#include <cstdint>
#include <string>
#include <string_view>

#include "engine/base/status.h"

struct Curl_URL;
struct sockaddr;

namespace learnsql {

// An absolute http or https URL that is safe to dial: no userinfo, no control
// characters, an ASCII host.
class Url {
 public:
  // Errors: kInvalid, naming the redacted URL and what is wrong with it.
  static Result<Url> Parse(const std::string& text);

  // What `reference` (a Location or Link header: absolute or relative) means
  // when it was found at this URL.
  // Errors: as Parse.
  Result<Url> Resolve(const std::string& reference) const;

  // This URL with `name` appended to its path, percent-encoded where needed;
  // a query stays behind it. Slashes in `name` stay slashes.
  Result<Url> Append(std::string_view name) const;

  // Without the fragment.
  const std::string& text() const { return text_; }
  // Redacted, for messages.
  std::string ToString() const;

  // "https://host:port", in lower case, the port always there.
  const std::string& origin() const { return origin_; }
  const std::string& host() const { return host_; }
  bool is_https() const { return is_https_; }
  // localhost, 127.0.0.0/8 or [::1], by its spelling.
  bool is_loopback() const;
  // 169.254.0.0/16, where clouds keep their metadata, by its spelling.
  bool is_link_local() const;

 private:
  Url() = default;
  // `shown` is named in errors. Takes the fragment away from `handle`.
  static Result<Url> FromHandle(Curl_URL* handle, const std::string& shown);

  std::string text_;
  std::string origin_;
  std::string host_;
  bool is_https_ = false;
};

// True for addresses that are not out in the internet: loopback, link-local,
// private, unique local, multicast, unspecified, and IPv4 of these kinds
// mapped into IPv6. Unknown families count as private.
bool IsPrivateAddress(const sockaddr& address);

// The same for "127.0.0.1" and "[::1]"; false for what is no address.
bool IsPrivateAddress(const std::string& text);

// "%41%zz" is "A%zz": what is no escape stays as it is.
std::string PercentDecode(std::string_view text);

}  // namespace learnsql
