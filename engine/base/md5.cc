#include "engine/base/md5.h"

#include <openssl/evp.h>

#include <array>

#include "engine/base/hex.h"
#include "engine/base/openssl.h"

namespace learnsql {

void Md5::Free::operator()(evp_md_ctx_st* context) const noexcept {
  EVP_MD_CTX_free(context);
}

Md5::Md5() : context_(EVP_MD_CTX_new()) {
  MustSucceed(EVP_DigestInit_ex(context_.get(), EVP_md5(), nullptr));
}
Md5::~Md5() = default;
Md5::Md5(Md5&&) noexcept = default;
Md5& Md5::operator=(Md5&&) noexcept = default;

void Md5::Update(std::span<const std::byte> bytes) {
  MustSucceed(EVP_DigestUpdate(context_.get(), bytes.data(), bytes.size()));
}

std::string Md5::FinishHex() {
  std::array<unsigned char, 16> digest;
  MustSucceed(EVP_DigestFinal_ex(context_.get(), digest.data(), nullptr));
  MustSucceed(EVP_DigestInit_ex(context_.get(), EVP_md5(), nullptr));
  return HexDigits(digest);
}

}  // namespace learnsql
