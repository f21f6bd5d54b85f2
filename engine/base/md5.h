#pragma once

#include <cstddef>
#include <memory>
#include <span>
#include <string>

struct evp_md_ctx_st;

namespace learnsql {

// MD5 of bytes as they pass by. Only for comparing with what servers say: it
// shows damage, not intent.
//
// Threads: one thread at a time.
class Md5 {
 public:
  Md5();
  ~Md5();
  Md5(Md5&&) noexcept;
  Md5& operator=(Md5&&) noexcept;

  void Update(std::span<const std::byte> bytes);

  // 32 lower-case hex digits; the object starts anew.
  std::string FinishHex();

 private:
  struct Free {
    void operator()(evp_md_ctx_st* context) const noexcept;
  };
  std::unique_ptr<evp_md_ctx_st, Free> context_;
};

}  // namespace learnsql
