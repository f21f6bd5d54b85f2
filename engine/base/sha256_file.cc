#include "engine/base/sha256_file.h"

#include <span>
#include <vector>

#include "engine/base/byte_source.h"
#include "engine/base/cancel.h"
#include "engine/base/sha256.h"

namespace learnsql {
namespace {

constexpr size_t kBlockBytes = 256 << 10;

}  // namespace

Result<std::string> Sha256OfFile(const std::string& path,
                                 const CancelFlag* cancel) {
  LEARNSQL_TRY_SET(FileSource file, FileSource::Open(path));
  std::vector<std::byte> block(kBlockBytes);
  Sha256 hash;
  while (true) {
    if (cancel != nullptr) LEARNSQL_TRY(cancel->Check());
    LEARNSQL_TRY_SET(const size_t got, file.Read(block));
    if (got == 0) return hash.FinishHex();
    hash.Update(std::span(block).first(got));
  }
}

}  // namespace learnsql
