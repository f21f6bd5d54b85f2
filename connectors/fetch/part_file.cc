#include "connectors/fetch/part_file.h"

#include <fcntl.h>
#include <sys/file.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cerrno>
#include <charconv>
#include <cstdio>
#include <cstring>
#include <filesystem>
#include <fstream>
#include <utility>
#include <vector>

#include "engine/base/cancel.h"

namespace learnsql {
namespace {

// How much a killed process may have to fetch again.
constexpr uint64_t kSyncEveryBytes = 16 << 20;
constexpr size_t kReadBytes = 256 << 10;

std::string FolderOf(const std::string& path) {
  const std::string folder = std::filesystem::path(path).parent_path();
  return folder.empty() ? "." : folder;
}

// Makes a rename in the folder of `path` durable.
bool SyncFolderOf(const std::string& path) {
  const int fd =
      open(FolderOf(path).c_str(), O_RDONLY | O_DIRECTORY | O_CLOEXEC);
  if (fd < 0) return false;
  const bool ok = fsync(fd) == 0;
  close(fd);
  return ok;
}

Status MakeFolders(const std::string& folder) {
  std::error_code error;
  std::filesystem::create_directories(folder, error);
  if (!error) return {};
  return Status(Code::kIo,
                "cannot make folder " + folder + ": " + error.message());
}

}  // namespace

PartFile::PartFile(std::string path)
    : path_(std::move(path)),
      part_path_(path_ + ".part"),
      etag_path_(path_ + ".part.etag") {}

PartFile::PartFile(PartFile&& other) noexcept
    : path_(std::move(other.path_)),
      part_path_(std::move(other.part_path_)),
      etag_path_(std::move(other.etag_path_)),
      fd_(std::exchange(other.fd_, -1)),
      bytes_(other.bytes_),
      durable_bytes_(other.durable_bytes_),
      etag_(std::move(other.etag_)),
      sha256_(std::move(other.sha256_)),
      md5_(std::move(other.md5_)) {}

PartFile::~PartFile() {
  if (fd_ >= 0) close(fd_);
}

Status PartFile::IoError(const std::string& what) const {
  return Status(Code::kIo,
                what + " " + part_path_ + ": " + std::strerror(errno));
}

Result<PartFile> PartFile::Open(const std::string& path,
                                const CancelFlag* cancel) {
  LEARNSQL_TRY(MakeFolders(FolderOf(path)));
  PartFile part(path);
  LEARNSQL_TRY(part.Lock());
  part.LoadState();
  if (part.etag_.empty() || part.durable_bytes_ == 0) {
    LEARNSQL_TRY(part.Restart(""));
    return part;
  }
  // What lies behind the durable bytes may be holes after a power cut.
  if (ftruncate(part.fd_, static_cast<off_t>(part.durable_bytes_)) != 0) {
    return part.IoError("cannot shorten");
  }
  LEARNSQL_TRY(part.Rehash(cancel));
  return part;
}

Status PartFile::Lock() {
  while (true) {
    LEARNSQL_TRY_SET(const bool ours, LockOnce());
    if (ours) return {};
  }
}

// False when the file lost its name to a process that finished in between.
Result<bool> PartFile::LockOnce() {
  if (fd_ >= 0) close(fd_);
  fd_ = open(part_path_.c_str(), O_RDWR | O_CREAT | O_CLOEXEC, 0644);
  if (fd_ < 0) return IoError("cannot write");
  if (flock(fd_, LOCK_EX | LOCK_NB) != 0) {
    if (errno != EWOULDBLOCK) return IoError("cannot lock");
    return Status(Code::kBusy, "another process is fetching " + path_ +
                                   ": wait until it is done");
  }
  struct stat ours;
  struct stat named;
  if (fstat(fd_, &ours) != 0) return IoError("cannot look at");
  if (stat(part_path_.c_str(), &named) != 0) return false;
  return ours.st_ino == named.st_ino && ours.st_dev == named.st_dev;
}

// Leaves etag_ empty when there is nothing to go on from.
void PartFile::LoadState() {
  std::ifstream file(etag_path_);
  std::string etag;
  std::string count;
  std::string end;
  if (!std::getline(file, etag) || !std::getline(file, count) ||
      !std::getline(file, end) || end != "end" || etag.empty()) {
    return;
  }
  uint64_t durable = 0;
  const auto [stop, error] =
      std::from_chars(count.data(), count.data() + count.size(), durable);
  struct stat now;
  if (error != std::errc() || stop != count.data() + count.size() ||
      fstat(fd_, &now) != 0 || static_cast<uint64_t>(now.st_size) < durable) {
    return;
  }
  etag_ = etag;
  durable_bytes_ = durable;
}

Status PartFile::Rehash(const CancelFlag* cancel) {
  std::vector<std::byte> buffer(kReadBytes);
  if (lseek(fd_, 0, SEEK_SET) < 0) return IoError("cannot read");
  while (bytes_ < durable_bytes_) {
    if (cancel != nullptr) LEARNSQL_TRY(cancel->Check());
    const ssize_t got = read(fd_, buffer.data(), buffer.size());
    if (got < 0 && errno == EINTR) continue;
    if (got <= 0) return IoError("cannot read");
    const std::span piece(buffer.data(), static_cast<size_t>(got));
    sha256_.Update(piece);
    md5_.Update(piece);
    bytes_ += piece.size();
  }
  return {};
}

Status PartFile::Restart(const std::string& etag) {
  if (ftruncate(fd_, 0) != 0) return IoError("cannot empty");
  if (lseek(fd_, 0, SEEK_SET) < 0) return IoError("cannot write");
  bytes_ = 0;
  durable_bytes_ = 0;
  etag_ = etag;
  sha256_ = Sha256();
  md5_ = Md5();
  if (!etag_.empty()) return SaveState(0);
  unlink(etag_path_.c_str());
  return {};
}

Status PartFile::Write(std::span<const std::byte> bytes) {
  std::span<const std::byte> rest = bytes;
  while (!rest.empty()) {
    const ssize_t put = write(fd_, rest.data(), rest.size());
    if (put < 0 && errno == EINTR) continue;
    if (put < 0) return IoError("cannot write");
    rest = rest.subspan(static_cast<size_t>(put));
  }
  sha256_.Update(bytes);
  md5_.Update(bytes);
  bytes_ += bytes.size();
  if (etag_.empty() || bytes_ - durable_bytes_ < kSyncEveryBytes) return {};
  return Sync();
}

Result<std::string> PartFile::First(size_t most) const {
  std::string first(most, '\0');
  const ssize_t got = pread(fd_, first.data(), most, 0);
  if (got < 0) return IoError("cannot read");
  first.resize(static_cast<size_t>(got));
  return first;
}

Status PartFile::Sync() {
  if (fdatasync(fd_) != 0) return IoError("cannot sync");
  return SaveState(bytes_);
}

Status PartFile::SaveState(uint64_t durable_bytes) {
  const std::string scratch = etag_path_ + ".new";
  std::ofstream file(scratch, std::ios::trunc);
  file << etag_ << '\n' << durable_bytes << "\nend\n";
  file.close();
  if (!file || std::rename(scratch.c_str(), etag_path_.c_str()) != 0) {
    return IoError("cannot keep the ETag of");
  }
  durable_bytes_ = durable_bytes;
  return {};
}

Status PartFile::Keep() {
  if (!etag_.empty() && bytes_ > 0) return Sync();
  Discard();
  return {};
}

Status PartFile::Commit() {
  if (fsync(fd_) != 0) return IoError("cannot sync");
  if (std::rename(part_path_.c_str(), path_.c_str()) != 0) {
    return IoError("cannot rename");
  }
  unlink(etag_path_.c_str());
  if (!SyncFolderOf(path_)) return IoError("cannot sync the folder of");
  close(std::exchange(fd_, -1));
  return {};
}

void PartFile::Discard() {
  unlink(etag_path_.c_str());
  unlink(part_path_.c_str());
  if (fd_ >= 0) close(std::exchange(fd_, -1));
}

}  // namespace learnsql
