#include "tests/server/certificate.h"

#include <openssl/bio.h>
#include <openssl/ec.h>
#include <openssl/evp.h>
#include <openssl/pem.h>
#include <openssl/x509.h>
#include <openssl/x509v3.h>

#include <cstdlib>

namespace learnsql {
namespace {

constexpr long kValidSeconds = 86400;

void MustSucceed(bool ok) {
  if (!ok) std::abort();
}

void AddExtension(X509* certificate, int nid, const char* value) {
  X509_EXTENSION* extension = X509V3_EXT_conf_nid(nullptr, nullptr, nid, value);
  MustSucceed(extension != nullptr);
  MustSucceed(X509_add_ext(certificate, extension, -1) == 1);
  X509_EXTENSION_free(extension);
}

}  // namespace

void TestCertificate::FreeKey::operator()(evp_pkey_st* key) const noexcept {
  EVP_PKEY_free(key);
}

void TestCertificate::FreeCertificate::operator()(
    x509_st* certificate) const noexcept {
  X509_free(certificate);
}

TestCertificate::TestCertificate()
    : key_(EVP_EC_gen("P-256")), certificate_(X509_new()) {
  MustSucceed(key_ != nullptr && certificate_ != nullptr);
  X509* certificate = certificate_.get();
  X509_set_version(certificate, X509_VERSION_3);
  ASN1_INTEGER_set(X509_get_serialNumber(certificate), 1);
  X509_gmtime_adj(X509_getm_notBefore(certificate), -kValidSeconds);
  X509_gmtime_adj(X509_getm_notAfter(certificate), kValidSeconds);
  X509_set_pubkey(certificate, key_.get());
  X509_NAME* name = X509_get_subject_name(certificate);
  const auto* common = reinterpret_cast<const unsigned char*>("localhost");
  X509_NAME_add_entry_by_txt(name, "CN", MBSTRING_ASC, common, -1, -1, 0);
  X509_set_issuer_name(certificate, name);
  AddExtension(certificate, NID_basic_constraints, "critical,CA:TRUE");
  AddExtension(certificate, NID_subject_alt_name, "DNS:localhost,IP:127.0.0.1");
  MustSucceed(X509_sign(certificate, key_.get(), EVP_sha256()) > 0);
}

std::string TestCertificate::Pem() const {
  BIO* memory = BIO_new(BIO_s_mem());
  MustSucceed(PEM_write_bio_X509(memory, certificate_.get()) == 1);
  char* data = nullptr;
  const long size = BIO_get_mem_data(memory, &data);
  std::string pem(data, static_cast<size_t>(size));
  BIO_free(memory);
  return pem;
}

}  // namespace learnsql
