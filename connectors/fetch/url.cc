#include "connectors/fetch/url.h"

#include <arpa/inet.h>
#include <curl/curl.h>
#include <netinet/in.h>
#include <sys/socket.h>

#include <algorithm>
#include <cctype>
#include <cstring>
#include <memory>

#include "connectors/fetch/secret.h"

namespace learnsql {
namespace {

struct FreeUrl {
  void operator()(CURLU* url) const noexcept { curl_url_cleanup(url); }
};
using UrlHandle = std::unique_ptr<CURLU, FreeUrl>;

Status Refuse(std::string_view url, const std::string& why) {
  return Status(Code::kInvalid, "refused URL " + RedactUrl(url) + ": " + why);
}

// A part of the URL as text; empty when it has none.
std::string Part(CURLU* url, CURLUPart part, unsigned flags = 0) {
  char* text = nullptr;
  if (curl_url_get(url, part, &text, flags) != CURLUE_OK) return {};
  std::string copy(text);
  curl_free(text);
  return copy;
}

bool IsControl(char c) {
  return static_cast<unsigned char>(c) < 0x20 || c == 0x7f;
}

bool IsAscii(std::string_view text) {
  return std::all_of(text.begin(), text.end(), [](char c) {
    return static_cast<unsigned char>(c) < 0x80;
  });
}

// `url` with each byte that may not stand in a URL as it is percent-encoded:
// servers do send spaces and UTF-8 in Location headers.
std::string EncodeOddBytes(std::string_view url) {
  constexpr char kHex[] = "0123456789ABCDEF";
  std::string encoded;
  for (const char c : url) {
    const auto byte = static_cast<unsigned char>(c);
    if (byte == ' ' || byte >= 0x80) {
      encoded += {'%', kHex[byte >> 4], kHex[byte & 15]};
    } else {
      encoded.push_back(c);
    }
  }
  return encoded;
}

std::string EncodeSegments(std::string_view name) {
  constexpr char kHex[] = "0123456789ABCDEF";
  constexpr std::string_view kPlain = "-._~/!$'()*,=:@";
  std::string encoded;
  for (const char c : name) {
    const auto byte = static_cast<unsigned char>(c);
    if ((byte < 0x80 && std::isalnum(byte)) || kPlain.find(c) != kPlain.npos) {
      encoded.push_back(c);
    } else {
      encoded += {'%', kHex[byte >> 4], kHex[byte & 15]};
    }
  }
  return encoded;
}

bool IsPrivateV4(uint32_t address) {
  const auto in = [&](uint32_t net, int bits) {
    return (address >> (32 - bits)) == (net >> (32 - bits));
  };
  return in(0x00000000, 8) || in(0x0a000000, 8) ||    // this net, 10/8
         in(0x64400000, 10) || in(0x7f000000, 8) ||   // carrier NAT, loopback
         in(0xa9fe0000, 16) || in(0xac100000, 12) ||  // link-local, 172.16/12
         in(0xc0a80000, 16) || in(0xe0000000, 3);     // 192.168/16, multicast
}

bool IsPrivateV6(const in6_addr& address) {
  const uint8_t* b = address.s6_addr;
  // ::, ::1, and IPv4 inside ::/96, ::ffff:0:0/96 and 64:ff9b::/96.
  static constexpr uint8_t kNat64[12] = {0, 0x64, 0xff, 0x9b};
  static constexpr uint8_t kMapped[12] = {0, 0, 0, 0, 0,    0,
                                          0, 0, 0, 0, 0xff, 0xff};
  static constexpr uint8_t kZero[12] = {};
  for (const uint8_t* prefix : {kNat64, kMapped, kZero}) {
    if (std::memcmp(b, prefix, 12) != 0) continue;
    return IsPrivateV4(uint32_t{b[12]} << 24 | uint32_t{b[13]} << 16 |
                       uint32_t{b[14]} << 8 | uint32_t{b[15]});
  }
  return b[0] == 0xff || (b[0] & 0xfe) == 0xfc ||  // multicast, ULA
         (b[0] == 0xfe && (b[1] & 0xc0) >= 0x80);  // link- and site-local
}

int HexDigit(char c) {
  if (c >= '0' && c <= '9') return c - '0';
  if (c >= 'a' && c <= 'f') return c - 'a' + 10;
  if (c >= 'A' && c <= 'F') return c - 'A' + 10;
  return -1;
}

}  // namespace

bool IsPrivateAddress(const sockaddr& address) {
  if (address.sa_family == AF_INET) {
    sockaddr_in v4;
    std::memcpy(&v4, &address, sizeof(v4));
    return IsPrivateV4(ntohl(v4.sin_addr.s_addr));
  }
  if (address.sa_family == AF_INET6) {
    sockaddr_in6 v6;
    std::memcpy(&v6, &address, sizeof(v6));
    return IsPrivateV6(v6.sin6_addr);
  }
  return true;
}

bool IsPrivateAddress(const std::string& text) {
  in_addr v4;
  if (inet_pton(AF_INET, text.c_str(), &v4) == 1) {
    return IsPrivateV4(ntohl(v4.s_addr));
  }
  in6_addr v6;
  std::string bare = text;
  std::erase_if(bare, [](char c) { return c == '[' || c == ']'; });
  return inet_pton(AF_INET6, bare.c_str(), &v6) == 1 && IsPrivateV6(v6);
}

Result<Url> Url::FromHandle(CURLU* handle, const std::string& shown) {
  const std::string scheme = Part(handle, CURLUPART_SCHEME);
  if (scheme != "http" && scheme != "https") {
    return Refuse(shown, "only http and https are spoken");
  }
  if (!Part(handle, CURLUPART_USER).empty() ||
      !Part(handle, CURLUPART_PASSWORD).empty()) {
    return Refuse(shown,
                  "it holds a user name or password: give credentials "
                  "in the settings");
  }
  Url url;
  url.host_ = Part(handle, CURLUPART_HOST);
  std::transform(url.host_.begin(), url.host_.end(), url.host_.begin(),
                 [](unsigned char c) { return std::tolower(c); });
  if (url.host_.empty()) return Refuse(shown, "it names no host");
  if (!IsAscii(url.host_)) return Refuse(shown, "its host is not ASCII");
  url.is_https_ = scheme == "https";
  url.origin_ = scheme + "://" + url.host_ + ":" +
                Part(handle, CURLUPART_PORT, CURLU_DEFAULT_PORT);
  curl_url_set(handle, CURLUPART_FRAGMENT, nullptr, 0);
  url.text_ = Part(handle, CURLUPART_URL);
  return url;
}

Result<Url> Url::Parse(const std::string& text) {
  if (std::any_of(text.begin(), text.end(), IsControl)) {
    return Refuse("(with control characters)", "it holds control characters");
  }
  if (!IsAscii(text) || text.find(' ') != text.npos) {
    return Refuse(text, "percent-encode what is not plain ASCII");
  }
  const UrlHandle handle(curl_url());
  const CURLUcode rc = curl_url_set(handle.get(), CURLUPART_URL, text.c_str(),
                                    CURLU_DISALLOW_USER);
  if (rc == CURLUE_USER_NOT_ALLOWED) {
    return Refuse(text,
                  "it holds a user name or password: give credentials "
                  "in the settings");
  }
  if (rc == CURLUE_UNSUPPORTED_SCHEME) {
    return Refuse(text, "only http and https are spoken");
  }
  if (rc != CURLUE_OK) return Refuse(text, curl_url_strerror(rc));
  return FromHandle(handle.get(), text);
}

Result<Url> Url::Resolve(const std::string& reference) const {
  if (std::any_of(reference.begin(), reference.end(), IsControl)) {
    return Refuse(text_, "it leads to one that holds control characters");
  }
  const UrlHandle handle(curl_url());
  const std::string encoded = EncodeOddBytes(reference);
  CURLUcode rc = curl_url_set(handle.get(), CURLUPART_URL, text_.c_str(), 0);
  if (rc == CURLUE_OK) {
    rc = curl_url_set(handle.get(), CURLUPART_URL, encoded.c_str(), 0);
  }
  if (rc == CURLUE_UNSUPPORTED_SCHEME) {
    return Refuse(encoded, "only http and https are spoken");
  }
  if (rc != CURLUE_OK) return Refuse(encoded, curl_url_strerror(rc));
  return FromHandle(handle.get(), encoded);
}

Result<Url> Url::Append(std::string_view name) const {
  const UrlHandle handle(curl_url());
  curl_url_set(handle.get(), CURLUPART_URL, text_.c_str(), 0);
  std::string path = Part(handle.get(), CURLUPART_PATH);
  while (path.ends_with('/')) path.pop_back();
  path += "/" + EncodeSegments(name);
  if (curl_url_set(handle.get(), CURLUPART_PATH, path.c_str(), 0) !=
      CURLUE_OK) {
    return Refuse(text_, "a name cannot be appended");
  }
  return FromHandle(handle.get(), text_);
}

std::string Url::ToString() const { return RedactUrl(text_); }

bool Url::is_loopback() const {
  return host_ == "localhost" || host_ == "[::1]" ||
         (host_.starts_with("127.") && IsPrivateAddress(host_));
}

bool Url::is_link_local() const {
  return host_.starts_with("169.254.") && IsPrivateAddress(host_);
}

std::string PercentDecode(std::string_view text) {
  std::string plain;
  for (size_t i = 0; i < text.size(); ++i) {
    if (text[i] == '%' && i + 2 < text.size() && HexDigit(text[i + 1]) >= 0 &&
        HexDigit(text[i + 2]) >= 0) {
      plain.push_back(static_cast<char>(HexDigit(text[i + 1]) * 16 +
                                        HexDigit(text[i + 2])));
      i += 2;
    } else {
      plain.push_back(text[i]);
    }
  }
  return plain;
}

}  // namespace learnsql
