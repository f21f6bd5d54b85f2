#pragma once

#include <memory>
#include <string>

struct evp_pkey_st;
struct x509_st;

namespace learnsql {

// A key and a certificate for localhost and 127.0.0.1, signed by itself, made
// anew for each test so that no key lies in the repository.
class TestCertificate {
 public:
  TestCertificate();

  x509_st* certificate() const { return certificate_.get(); }
  evp_pkey_st* key() const { return key_.get(); }
  std::string Pem() const;

 private:
  struct FreeKey {
    void operator()(evp_pkey_st* key) const noexcept;
  };
  struct FreeCertificate {
    void operator()(x509_st* certificate) const noexcept;
  };
  std::unique_ptr<evp_pkey_st, FreeKey> key_;
  std::unique_ptr<x509_st, FreeCertificate> certificate_;
};

}  // namespace learnsql
