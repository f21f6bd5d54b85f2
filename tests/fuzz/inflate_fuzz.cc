// Any bytes as a gzip file: ISA-L and zlib must say the same of them.

#include <cstddef>
#include <cstdint>
#include <cstdlib>
#include <string>
#include <string_view>

#include "connectors/decode/inflate.h"
#include "tests/fuzz/fuzz.h"

namespace learnsql {
namespace {

struct Decoded {
  std::string bytes;
  Status status;
  InflateCounts counts;
};

Decoded Decode(std::string_view gz, InflateBackend backend, size_t step) {
  MemorySource source(gz, step);
  GzipReader reader(&source, "fuzz", backend);
  Decoded decoded;
  std::byte buffer[4096];
  // A bomb is no finding.
  while (decoded.bytes.size() < (1 << 20)) {
    const Result<size_t> got = reader.Read(buffer);
    if (!got.ok()) {
      decoded.status = got.status();
      break;
    }
    if (*got == 0) break;
    decoded.bytes.append(reinterpret_cast<const char*>(buffer), *got);
  }
  decoded.counts = reader.counts();
  return decoded;
}

void Compare(const Decoded& a, const Decoded& b) {
  Require(a.status.code() == b.status.code());
  if (!a.status.ok()) return;
  const size_t common = std::min(a.bytes.size(), b.bytes.size());
  Require(a.bytes.compare(0, common, b.bytes, 0, common) == 0);
  if (a.bytes.size() >= (1 << 20)) return;
  Require(a.bytes.size() == b.bytes.size());
  Require(a.counts.members == b.counts.members);
  Require(a.counts.garbage_bytes == b.counts.garbage_bytes);
  Require(a.counts.padding_bytes == b.counts.padding_bytes);
  Require(a.counts.compressed_bytes == b.counts.compressed_bytes);
}

}  // namespace
}  // namespace learnsql

// The first byte chooses the size of the pieces.
extern "C" int LLVMFuzzerTestOneInput(const uint8_t* data, size_t size) {
  using namespace learnsql;
  if (size == 0) return 0;
  const std::string_view gz(reinterpret_cast<const char*>(data) + 1, size - 1);
  const size_t step = data[0] == 0 ? SIZE_MAX : data[0];
  const Decoded zlib = Decode(gz, InflateBackend::kZlib, step);
  Compare(zlib, Decode(gz, InflateBackend::kZlib, 3));
  if (!HasInflateBackend(InflateBackend::kIsal)) return 0;
  Compare(zlib, Decode(gz, InflateBackend::kIsal, step));
  return 0;
}
