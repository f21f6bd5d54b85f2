#define XXH_INLINE_ALL
#include <xxhash.h>

#include <cstddef>
#include <string>
#include <string_view>

#include "engine/base/md5.h"
#include "engine/base/sha256.h"
#include "engine/store/code_points.h"
#include "engine/store/function_call.h"

namespace learnsql {
namespace {

// How much of the hash a surrogate key holds, in hex digits: 128 bits.
constexpr size_t kKeyDigits = 32;

int FromHex(char c) { return c <= '9' ? c - '0' : c - 'a' + 10; }

// The bytes that lower-case `hex` stands for.
std::string BytesOf(std::string_view hex) {
  std::string bytes;
  for (size_t i = 0; i + 1 < hex.size(); i += 2) {
    bytes.push_back(
        static_cast<char>(FromHex(hex[i]) << 4 | FromHex(hex[i + 1])));
  }
  return bytes;
}

void ReturnBytes(const Call& call, std::string_view hex) {
  call.Return(Value::Blob(BytesOf(hex)));
}

Status HashMd5(const Call& call) {
  LEARNSQL_TRY_SET(const std::string_view bytes, call.Bytes(0));
  Md5 md5;
  md5.Update(std::as_bytes(std::span(bytes)));
  ReturnBytes(call, md5.FinishHex());
  return {};
}

Status HashSha1(const Call& call) {
  LEARNSQL_TRY_SET(const std::string_view bytes, call.Bytes(0));
  ReturnBytes(call, Sha1HexOf(bytes));
  return {};
}

Status HashSha256(const Call& call) {
  LEARNSQL_TRY_SET(const std::string_view bytes, call.Bytes(0));
  ReturnBytes(call, Sha256::HexOf(bytes));
  return {};
}

Status HashXxhash64(const Call& call) {
  LEARNSQL_TRY_SET(const std::string_view bytes, call.Bytes(0));
  XXH64_canonical_t big_endian;
  XXH64_canonicalFromHash(&big_endian, XXH64(bytes.data(), bytes.size(), 0));
  call.Return(Value::Blob({reinterpret_cast<const char*>(big_endian.digest),
                           sizeof(big_endian.digest)}));
  return {};
}

Status ToUtf8(const Call& call) {
  LEARNSQL_TRY_SET(const std::string_view text, call.Text(0));
  call.Return(Value::Blob(text));
  return {};
}

Status ToHex(const Call& call) {
  constexpr char kDigits[] = "0123456789ABCDEF";
  LEARNSQL_TRY_SET(const std::string_view bytes, call.Bytes(0));
  std::string hex;
  hex.reserve(bytes.size() * 2);
  for (const char c : bytes) {
    hex.push_back(kDigits[static_cast<unsigned char>(c) >> 4]);
    hex.push_back(kDigits[c & 0xf]);
  }
  call.ReturnText(hex);
  return {};
}

// Lengths stand before the parts, so that no two lists of parts give one text.
Status SurrogateKey(const Call& call) {
  std::string parts;
  for (int i = 0; i < call.count(); ++i) {
    if (call.is_null(i)) {
      parts += 'n';
      continue;
    }
    LEARNSQL_TRY_SET(const std::string_view part, call.Text(i));
    parts += 't' + std::to_string(CountCodePoints(part)) + ':';
    parts += part;
  }
  call.ReturnText(Sha256::HexOf(parts).substr(0, kKeyDigits));
  return {};
}

constexpr Function kHashFunctions[] = {
    {.spec = {.name = "md5",
              .min_arguments = 1,
              .max_arguments = 1,
              .signature = "md5(binary) -> varbinary",
              .document = "The MD5 hash of bytes: `to_hex(md5(to_utf8(x)))`."},
     .scalar = HashMd5},
    {.spec = {.name = "sha1",
              .min_arguments = 1,
              .max_arguments = 1,
              .signature = "sha1(binary) -> varbinary",
              .document = "The SHA-1 hash of bytes."},
     .scalar = HashSha1},
    {.spec = {.name = "sha256",
              .min_arguments = 1,
              .max_arguments = 1,
              .signature = "sha256(binary) -> varbinary",
              .document = "The SHA-256 hash of bytes."},
     .scalar = HashSha256},
    {.spec = {.name = "xxhash64",
              .min_arguments = 1,
              .max_arguments = 1,
              .signature = "xxhash64(binary) -> varbinary",
              .document = "The xxHash64 of bytes, seed 0, highest byte first."},
     .scalar = HashXxhash64},
    {.spec = {.name = "to_utf8",
              .min_arguments = 1,
              .max_arguments = 1,
              .signature = "to_utf8(string) -> varbinary",
              .document = "The bytes of the text."},
     .scalar = ToUtf8},
    {.spec = {.name = "to_hex",
              .min_arguments = 1,
              .max_arguments = 1,
              .signature = "to_hex(binary) -> varchar",
              .document = "The bytes as capital hex digits."},
     .scalar = ToHex},
    {.spec = {.name = "sk",
              .min_arguments = 1,
              .max_arguments = -1,
              .signature = "sk(string, ...) -> varchar",
              .document = "A key of 32 hex digits for the texts together; "
                          "NULLs count, and no answer is NULL.",
              .trino_prelude =
                  "function sk({parameters}) returns varchar return "
                  "lower(substr(to_hex(sha256(to_utf8({parts}))), 1, 32))"},
     .scalar = SurrogateKey,
     .sees_null = true},
};

}  // namespace

std::span<const Function> HashFunctions() { return kHashFunctions; }

}  // namespace learnsql
