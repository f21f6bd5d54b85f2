#pragma once

#include <memory>
#include <string>
#include <string_view>

struct evp_md_ctx_st;

namespace learnsql {

// SHA3-224 of bytes as they pass by: what the sqlite3 shell's sha3_query takes
// by default in its self-tests.
//
// Threads: one thread at a time.
class Sha3 {
 public:
  Sha3();
  ~Sha3();
  Sha3(Sha3&&) noexcept;
  Sha3& operator=(Sha3&&) noexcept;

  void Update(std::string_view bytes);

  // 56 lower-case hex digits; the object starts anew.
  std::string FinishHex();

 private:
  struct Free {
    void operator()(evp_md_ctx_st* context) const noexcept;
  };
  std::unique_ptr<evp_md_ctx_st, Free> context_;
};

}  // namespace learnsql
