#include "engine/base/sha3.h"

#include <openssl/evp.h>

#include <array>

#include "engine/base/hex.h"
#include "engine/base/openssl.h"

namespace learnsql {

void Sha3::Free::operator()(evp_md_ctx_st* context) const noexcept {
  EVP_MD_CTX_free(context);
}

Sha3::Sha3() : context_(EVP_MD_CTX_new()) {
  MustSucceed(EVP_DigestInit_ex(context_.get(), EVP_sha3_224(), nullptr));
}
Sha3::~Sha3() = default;
Sha3::Sha3(Sha3&&) noexcept = default;
Sha3& Sha3::operator=(Sha3&&) noexcept = default;

void Sha3::Update(std::string_view bytes) {
  MustSucceed(EVP_DigestUpdate(context_.get(), bytes.data(), bytes.size()));
}

std::string Sha3::FinishHex() {
  std::array<unsigned char, 28> digest;
  MustSucceed(EVP_DigestFinal_ex(context_.get(), digest.data(), nullptr));
  MustSucceed(EVP_DigestInit_ex(context_.get(), EVP_sha3_224(), nullptr));
  return HexDigits(digest);
}

}  // namespace learnsql
