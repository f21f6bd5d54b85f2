#include "connectors/fetch/private_file.h"

#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cerrno>
#include <cstring>
#include <filesystem>

namespace learnsql {

Result<PrivateFile> PrivateFile::Create(const std::string& path) {
  std::error_code made;
  std::filesystem::create_directories(std::filesystem::path(path).parent_path(),
                                      made);
  const std::string part = path + ".part";
  const int fd =
      ::open(part.c_str(), O_RDWR | O_CREAT | O_TRUNC | O_CLOEXEC, 0600);
  PrivateFile file(fd, path);
  // One that a killed process left may have other rights.
  if (fd < 0 || ::fchmod(fd, 0600) != 0) {
    return file.IoError("cannot be written");
  }
  return file;
}

PrivateFile::PrivateFile(PrivateFile&& other) noexcept
    : fd_(std::exchange(other.fd_, -1)),
      path_(std::move(other.path_)),
      size_(other.size_) {}

PrivateFile::~PrivateFile() {
  if (fd_ < 0) return;
  ::close(fd_);
  ::unlink((path_ + ".part").c_str());
}

Status PrivateFile::IoError(const std::string& what) const {
  return Status(Code::kIo, what + ": " + std::strerror(errno),
                {path_ + ".part"});
}

Status PrivateFile::Write(std::span<const std::byte> bytes) {
  while (!bytes.empty()) {
    const ssize_t written =
        ::pwrite(fd_, bytes.data(), bytes.size(), static_cast<off_t>(size_));
    if (written < 0 && errno == EINTR) continue;
    if (written <= 0) return IoError("cannot be written");
    size_ += static_cast<uint64_t>(written);
    bytes = bytes.subspan(static_cast<size_t>(written));
  }
  return {};
}

Status PrivateFile::Write(std::string_view text) {
  return Write(std::as_bytes(std::span(text.data(), text.size())));
}

Status PrivateFile::Truncate(uint64_t bytes) {
  if (::ftruncate(fd_, static_cast<off_t>(bytes)) != 0) {
    return IoError("cannot be cut");
  }
  size_ = bytes;
  return {};
}

Result<size_t> PrivateFile::Read(uint64_t at, std::span<std::byte> out) const {
  const ssize_t got =
      ::pread(fd_, out.data(), out.size(), static_cast<off_t>(at));
  if (got < 0) return IoError("cannot be read");
  return static_cast<size_t>(got);
}

Status PrivateFile::Commit() {
  if (::fsync(fd_) != 0) return IoError("cannot be made durable");
  if (::rename((path_ + ".part").c_str(), path_.c_str()) != 0) {
    return IoError("cannot be renamed");
  }
  ::close(std::exchange(fd_, -1));
  return {};
}

}  // namespace learnsql
