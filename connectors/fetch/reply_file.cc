#include "connectors/fetch/reply_file.h"

#include <fcntl.h>
#include <unistd.h>

#include <cerrno>
#include <cstring>
#include <filesystem>

namespace learnsql {

class ReplyFile::Sink final : public BodySink {
 public:
  Sink(ReplyFile* file, std::function<void(uint64_t)> progress)
      : file_(file), progress_(std::move(progress)) {}

  Status Prepare(HttpRequest*) override { return file_->Restart(); }
  Status Begin(const HttpResponse&) override { return file_->Restart(); }
  Status Write(std::span<const std::byte> bytes) override {
    LEARNSQL_TRY(file_->Write(bytes));
    if (progress_) progress_(file_->size_);
    return {};
  }

 private:
  ReplyFile* file_;
  std::function<void(uint64_t)> progress_;
};

class ReplyFile::Reader final : public ByteSource {
 public:
  explicit Reader(const ReplyFile* file) : file_(file), at_(file->kept_) {}

  Result<size_t> Read(std::span<std::byte> out) override {
    const ssize_t got =
        ::pread(file_->fd_, out.data(), out.size(), static_cast<off_t>(at_));
    if (got < 0) return file_->IoError("cannot be read");
    at_ += static_cast<uint64_t>(got);
    return static_cast<size_t>(got);
  }

 private:
  const ReplyFile* file_;
  uint64_t at_;
};

Result<ReplyFile> ReplyFile::Create(const std::string& path) {
  std::error_code made;
  std::filesystem::create_directories(std::filesystem::path(path).parent_path(),
                                      made);
  const std::string part = path + ".part";
  // What people's data there may be is nobody else's business.
  const int fd =
      ::open(part.c_str(), O_RDWR | O_CREAT | O_TRUNC | O_CLOEXEC, 0600);
  if (fd < 0) {
    return Status(Code::kIo,
                  std::string("cannot be written: ") + std::strerror(errno),
                  {part});
  }
  return ReplyFile(fd, path);
}

ReplyFile::ReplyFile(ReplyFile&& other) noexcept
    : fd_(std::exchange(other.fd_, -1)),
      path_(std::move(other.path_)),
      kept_(other.kept_),
      size_(other.size_) {}

ReplyFile::~ReplyFile() {
  if (fd_ < 0) return;
  ::close(fd_);
  ::unlink((path_ + ".part").c_str());
}

std::unique_ptr<BodySink> ReplyFile::Append(
    std::function<void(uint64_t)> progress) {
  return std::make_unique<Sink>(this, std::move(progress));
}

std::unique_ptr<ByteSource> ReplyFile::Fresh() {
  return std::make_unique<Reader>(this);
}

Status ReplyFile::IoError(const std::string& what) const {
  return Status(Code::kIo, what + ": " + std::strerror(errno),
                {path_ + ".part"});
}

Status ReplyFile::Restart() {
  if (::ftruncate(fd_, static_cast<off_t>(kept_)) != 0) {
    return IoError("cannot be cut");
  }
  size_ = kept_;
  return {};
}

Status ReplyFile::Write(std::span<const std::byte> bytes) {
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

Status ReplyFile::Keep() {
  constexpr char kEnd[] = {'\n'};
  LEARNSQL_TRY(Write(std::as_bytes(std::span(kEnd))));
  kept_ = size_;
  return {};
}

Status ReplyFile::Commit() {
  LEARNSQL_TRY(Restart());
  if (::fsync(fd_) != 0) return IoError("cannot be made durable");
  if (::rename((path_ + ".part").c_str(), path_.c_str()) != 0) {
    return IoError("cannot be renamed");
  }
  ::close(std::exchange(fd_, -1));
  return {};
}

}  // namespace learnsql
