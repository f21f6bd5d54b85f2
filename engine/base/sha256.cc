#include "engine/base/sha256.h"

#include <openssl/evp.h>

#include <array>

#include "engine/base/hex.h"
#include "engine/base/openssl.h"

namespace learnsql {

void Sha256::Free::operator()(evp_md_ctx_st* context) const noexcept {
  EVP_MD_CTX_free(context);
}

Sha256::Sha256() : context_(EVP_MD_CTX_new()) {
  MustSucceed(EVP_DigestInit_ex(context_.get(), EVP_sha256(), nullptr));
}
Sha256::~Sha256() = default;
Sha256::Sha256(Sha256&&) noexcept = default;
Sha256& Sha256::operator=(Sha256&&) noexcept = default;

void Sha256::Update(std::span<const std::byte> bytes) {
  MustSucceed(EVP_DigestUpdate(context_.get(), bytes.data(), bytes.size()));
}

std::string Sha256::FinishHex() {
  std::array<unsigned char, 32> digest;
  MustSucceed(EVP_DigestFinal_ex(context_.get(), digest.data(), nullptr));
  MustSucceed(EVP_DigestInit_ex(context_.get(), EVP_sha256(), nullptr));
  return HexDigits(digest);
}

std::string Sha256::HexOf(std::string_view bytes) {
  Sha256 hash;
  hash.Update(std::as_bytes(std::span(bytes)));
  return hash.FinishHex();
}

std::string Sha1HexOf(std::string_view bytes) {
  std::array<unsigned char, 20> digest;
  MustSucceed(EVP_Digest(bytes.data(), bytes.size(), digest.data(), nullptr,
                         EVP_sha1(), nullptr));
  return HexDigits(digest);
}

}  // namespace learnsql
