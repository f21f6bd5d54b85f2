#pragma once

#include <cstddef>
#include <memory>
#include <span>
#include <string>
#include <string_view>

struct evp_md_ctx_st;

namespace learnsql {

// SHA-256 of bytes as they pass by.
//
// Threads: one thread at a time.
class Sha256 {
 public:
  Sha256();
  ~Sha256();
  Sha256(Sha256&&) noexcept;
  Sha256& operator=(Sha256&&) noexcept;

  void Update(std::span<const std::byte> bytes);

  // 64 lower-case hex digits; the object starts anew.
  std::string FinishHex();

  static std::string HexOf(std::string_view bytes);

 private:
  struct Free {
    void operator()(evp_md_ctx_st* context) const noexcept;
  };
  std::unique_ptr<evp_md_ctx_st, Free> context_;
};

// SHA-1 of a text, 40 lower-case hex digits: for formats that are defined by
// it, never to protect anything.
std::string Sha1HexOf(std::string_view bytes);

}  // namespace learnsql
