#pragma once

#include <cstddef>
#include <cstdint>
#include <span>
#include <string>

#include "engine/base/status.h"

namespace learnsql {

// A stream of bytes, pulled. Everything between a file or a socket and a parser
// is one of these, so that memory stays bounded by the buffers of the chain.
//
// Threads: one thread at a time.
class ByteSource {
 public:
  virtual ~ByteSource() = default;

  // Reads at least one byte and at most `out.size()`; 0 is the end of the
  // stream. REQUIRES: out is not empty.
  // Errors: after an error every later call returns that same error.
  virtual Result<size_t> Read(std::span<std::byte> out) = 0;
};

// Reads a file from its beginning.
//
// Threads: one thread at a time.
class FileSource final : public ByteSource {
 public:
  // Errors: kNotFound when there is no such file, kIo otherwise.
  static Result<FileSource> Open(const std::string& path);
  FileSource(FileSource&& other) noexcept;
  FileSource& operator=(FileSource&& other) noexcept;
  ~FileSource() override;

  Result<size_t> Read(std::span<std::byte> out) override;

  // The size in bytes when it was opened.
  uint64_t size() const { return size_; }

 private:
  FileSource(int fd, std::string path, uint64_t size);

  int fd_;
  std::string path_;
  uint64_t size_;
  Status failed_;
};

// Reads bytes that somebody else holds. Tests set `step` to hand them out in
// pieces of that size.
//
// Lifetime: borrows the bytes.
class MemorySource final : public ByteSource {
 public:
  explicit MemorySource(std::string_view bytes, size_t step = SIZE_MAX)
      : rest_(bytes), step_(step) {}

  Result<size_t> Read(std::span<std::byte> out) override;

 private:
  std::string_view rest_;
  size_t step_;
};

}  // namespace learnsql
