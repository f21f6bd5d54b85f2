#include "engine/base/byte_source.h"

#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <cstring>

namespace learnsql {
namespace {

Status FileError(const std::string& path, int error) {
  return Status(error == ENOENT ? Code::kNotFound : Code::kIo,
                std::strerror(error), {path});
}

}  // namespace

Result<FileSource> FileSource::Open(const std::string& path) {
  const int fd = ::open(path.c_str(), O_RDONLY | O_CLOEXEC);
  if (fd < 0) return FileError(path, errno);
  struct stat info;
  const int error = ::fstat(fd, &info) == 0 ? 0 : errno;
  FileSource source(fd, path,
                    error == 0 ? static_cast<uint64_t>(info.st_size)
                               : 0);  // owns fd from here on
  if (error != 0) return FileError(path, error);
  if (S_ISDIR(info.st_mode)) return FileError(path, EISDIR);
  return source;
}

FileSource::FileSource(int fd, std::string path, uint64_t size)
    : fd_(fd), path_(std::move(path)), size_(size) {}

FileSource::FileSource(FileSource&& other) noexcept
    : fd_(std::exchange(other.fd_, -1)),
      path_(std::move(other.path_)),
      size_(other.size_),
      failed_(std::move(other.failed_)) {}

FileSource& FileSource::operator=(FileSource&& other) noexcept {
  std::swap(fd_, other.fd_);
  std::swap(path_, other.path_);
  std::swap(size_, other.size_);
  std::swap(failed_, other.failed_);
  return *this;
}

FileSource::~FileSource() {
  if (fd_ >= 0) ::close(fd_);
}

Result<size_t> FileSource::Read(std::span<std::byte> out) {
  assert(!out.empty());
  if (!failed_.ok()) return failed_;
  while (true) {
    const ssize_t n = ::read(fd_, out.data(), out.size());
    if (n >= 0) return static_cast<size_t>(n);
    if (errno == EINTR) continue;
    failed_ = FileError(path_, errno);
    return failed_;
  }
}

Result<size_t> MemorySource::Read(std::span<std::byte> out) {
  assert(!out.empty());
  const size_t n = std::min({rest_.size(), out.size(), step_});
  std::memcpy(out.data(), rest_.data(), n);
  rest_.remove_prefix(n);
  return n;
}

}  // namespace learnsql
