#include "engine/base/hmac.h"

#include <openssl/evp.h>
#include <openssl/hmac.h>

#include <array>
#include <cstdlib>

#include "engine/base/hex.h"

namespace learnsql {

std::string HmacSha256Hex(std::string_view key, std::string_view message) {
  std::array<unsigned char, 32> digest;
  // OpenSSL fails here only when memory is gone, and then so is the process.
  if (HMAC(EVP_sha256(), key.data(), static_cast<int>(key.size()),
           reinterpret_cast<const unsigned char*>(message.data()),
           message.size(), digest.data(), nullptr) == nullptr) {
    std::abort();
  }
  return HexDigits(digest);
}

}  // namespace learnsql
