#include "engine/publish/compress.h"

#include <zlib.h>
#include <zstd.h>

#include <filesystem>
#include <fstream>
#include <functional>
#include <memory>
#include <vector>

#include "engine/base/sha256_file.h"
#include "engine/publish/file_swap.h"

namespace learnsql {
namespace {

constexpr size_t kBlockBytes = 1 << 18;
constexpr int kZstdLevel = 3;
constexpr int kGzipWindow = 15 + 16;  // zlib's way to say: gzip

// Compresses a block of input and writes what comes of it; `last` ends the
// stream.
using Compress =
    std::function<Status(std::string_view in, bool last, std::ostream* out)>;

struct EndZstd {
  void operator()(ZSTD_CCtx* context) const noexcept { ZSTD_freeCCtx(context); }
};

Compress ZstdCompress() {
  std::shared_ptr<ZSTD_CCtx> context(ZSTD_createCCtx(), EndZstd());
  ZSTD_CCtx_setParameter(context.get(), ZSTD_c_compressionLevel, kZstdLevel);
  ZSTD_CCtx_setParameter(context.get(), ZSTD_c_checksumFlag, 1);
  return
      [context, buffer = std::vector<char>(ZSTD_CStreamOutSize())](
          std::string_view in, bool last, std::ostream* out) mutable -> Status {
        ZSTD_inBuffer input{in.data(), in.size(), 0};
        const ZSTD_EndDirective mode = last ? ZSTD_e_end : ZSTD_e_continue;
        while (true) {
          ZSTD_outBuffer output{buffer.data(), buffer.size(), 0};
          const size_t left =
              ZSTD_compressStream2(context.get(), &output, &input, mode);
          if (ZSTD_isError(left))
            return Status(Code::kIo, ZSTD_getErrorName(left));
          out->write(buffer.data(), static_cast<std::streamsize>(output.pos));
          if (last ? left == 0 : input.pos == input.size) return {};
        }
      };
}

struct EndGzip {
  void operator()(z_stream* stream) const noexcept {
    deflateEnd(stream);
    delete stream;
  }
};

Compress GzipCompress() {
  std::shared_ptr<z_stream> stream(new z_stream{}, EndGzip());
  deflateInit2(stream.get(), Z_DEFAULT_COMPRESSION, Z_DEFLATED, kGzipWindow, 8,
               Z_DEFAULT_STRATEGY);
  return
      [stream, buffer = std::vector<unsigned char>(kBlockBytes)](
          std::string_view in, bool last, std::ostream* out) mutable -> Status {
        stream->next_in =
            reinterpret_cast<unsigned char*>(const_cast<char*>(in.data()));
        stream->avail_in = static_cast<unsigned>(in.size());
        do {
          stream->next_out = buffer.data();
          stream->avail_out = static_cast<unsigned>(buffer.size());
          if (deflate(stream.get(), last ? Z_FINISH : Z_NO_FLUSH) ==
              Z_STREAM_ERROR) {
            return Status(Code::kIo, "zlib cannot compress this");
          }
          out->write(
              reinterpret_cast<const char*>(buffer.data()),
              static_cast<std::streamsize>(buffer.size() - stream->avail_out));
        } while (stream->avail_out == 0);
        return {};
      };
}

Status CompressTo(const std::string& from, const std::string& to,
                  Compress compress) {
  std::ifstream in(from, std::ios::binary);
  std::ofstream out(to, std::ios::binary);
  if (!in) return Status(Code::kIo, "cannot be read", {from});
  std::string block(kBlockBytes, '\0');
  while (in) {
    in.read(block.data(), static_cast<std::streamsize>(block.size()));
    const std::string_view read(block.data(), static_cast<size_t>(in.gcount()));
    LEARNSQL_TRY(compress(read, !in, &out));
  }
  if (in.bad()) return Status(Code::kIo, "cannot be read", {from});
  out.close();
  if (!out) return Status(Code::kIo, "cannot be written", {to});
  return {};
}

// A copy without a .sha256 is somebody else's.
Status RemoveCopy(const std::string& copy) {
  std::error_code error;
  if (!std::filesystem::exists(copy + ".sha256", error)) return {};
  std::filesystem::remove(copy, error);
  if (!error) std::filesystem::remove(copy + ".sha256", error);
  return error ? Status(Code::kIo, error.message(), {copy}) : Status();
}

}  // namespace

const char* SuffixOf(Compression compression) {
  switch (compression) {
    case Compression::kGzip:
      return ".gz";
    case Compression::kZstd:
      return ".zst";
    case Compression::kNone:
      break;
  }
  return "";
}

Status CompressFile(const std::string& path, Compression compression) {
  for (const Compression other : {Compression::kGzip, Compression::kZstd}) {
    if (other != compression) LEARNSQL_TRY(RemoveCopy(path + SuffixOf(other)));
  }
  if (compression == Compression::kNone) return {};
  const std::string target = path + SuffixOf(compression);
  LEARNSQL_TRY_SET(SwapFile part, SwapFile::Make(target));
  LEARNSQL_TRY(CompressTo(
      path, part.path(),
      compression == Compression::kZstd ? ZstdCompress() : GzipCompress()));
  // Not to be stopped: what it is a copy of is in place already.
  LEARNSQL_TRY_SET(const std::string hex, Sha256OfFile(part.path(), nullptr));
  LEARNSQL_TRY(part.PutInPlace(0));
  return WriteSha256(target, hex);
}

}  // namespace learnsql
