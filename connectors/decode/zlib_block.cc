#include "connectors/decode/zlib_block.h"

#include <zlib.h>

namespace learnsql {

Result<std::string> ZlibCompress(std::string_view text) {
  uLongf size = compressBound(text.size());
  std::string block(size, '\0');
  const int rc = compress2(reinterpret_cast<Bytef*>(block.data()), &size,
                           reinterpret_cast<const Bytef*>(text.data()),
                           text.size(), Z_BEST_SPEED);
  if (rc != Z_OK) return Status(Code::kIo, "no memory to compress a block");
  block.resize(size);
  return block;
}

Result<std::string> ZlibUncompress(std::string_view block, size_t size) {
  std::string text(size, '\0');
  uLongf got = size;
  const int rc =
      uncompress(reinterpret_cast<Bytef*>(text.data()), &got,
                 reinterpret_cast<const Bytef*>(block.data()), block.size());
  if (rc == Z_OK && got == size) return text;
  return Status(Code::kCorrupt, "a compressed block is damaged");
}

}  // namespace learnsql
