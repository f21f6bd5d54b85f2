#include "engine/publish/file_swap.h"

#include <fcntl.h>
#include <sys/file.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cerrno>
#include <cstring>
#include <filesystem>
#include <fstream>

namespace learnsql {
namespace {

namespace fs = std::filesystem;

Status IoError(const std::string& path) {
  return Status(Code::kIo, std::strerror(errno), {path});
}

std::string Kept(const std::string& path, size_t number) {
  return path + "." + std::to_string(number);
}

std::string HashPath(const std::string& path) { return path + ".sha256"; }

// Moves a file and its .sha256; a file that is not there is nothing to do.
Status Move(const std::string& from, const std::string& to) {
  if (::access(from.c_str(), F_OK) != 0) return {};
  if (::rename(from.c_str(), to.c_str()) != 0) return IoError(from);
  std::error_code none;  // it may have no hash
  fs::remove(HashPath(to), none);
  fs::rename(HashPath(from), HashPath(to), none);
  return {};
}

// A second name for what is there; a copy where the disk knows no such thing.
Status LinkOrCopy(const std::string& from, const std::string& to) {
  std::error_code error;
  fs::remove(to, error);
  fs::create_hard_link(from, to, error);
  if (error) {
    fs::copy_file(from, to, fs::copy_options::overwrite_existing, error);
  }
  if (error) return Status(Code::kIo, error.message(), {to});
  return {};
}

// As LinkOrCopy, with the .sha256 where there is one.
Status Keep(const std::string& from, const std::string& to) {
  if (::access(from.c_str(), F_OK) != 0) return {};
  LEARNSQL_TRY(LinkOrCopy(from, to));
  if (::access(HashPath(from).c_str(), F_OK) != 0) return {};
  return LinkOrCopy(HashPath(from), HashPath(to));
}

Status KeepOld(const std::string& path, size_t keep) {
  if (keep == 0) return {};
  for (size_t number = keep - 1; number >= 1; --number) {
    LEARNSQL_TRY(Move(Kept(path, number), Kept(path, number + 1)));
  }
  return Keep(path, Kept(path, 1));
}

// A rename lasts only once its folder is on the disk.
Status SyncFolder(const std::string& path) {
  const std::string folder = fs::absolute(path).parent_path().string();
  const int fd = ::open(folder.c_str(), O_RDONLY | O_DIRECTORY | O_CLOEXEC);
  if (fd < 0) return IoError(folder);
  const int outcome = ::fsync(fd);
  ::close(fd);
  return outcome == 0 ? Status() : IoError(folder);
}

// Whether `fd` is still what `path` names: another process may have put the
// file that it was in place.
bool IsNamed(int fd, const std::string& path) {
  struct stat held = {};
  struct stat named = {};
  return ::fstat(fd, &held) == 0 && ::stat(path.c_str(), &named) == 0 &&
         held.st_ino == named.st_ino && held.st_dev == named.st_dev;
}

}  // namespace

Result<SwapFile> SwapFile::Make(const std::string& path) {
  std::error_code ignored;  // then it is no directory, as far as we can see
  if (fs::is_directory(path, ignored)) {
    return Status(Code::kIo, "is a folder; name a file", {path});
  }
  const std::string part = path + ".part";
  while (true) {
    const int fd = ::open(part.c_str(), O_RDWR | O_CREAT | O_CLOEXEC, 0666);
    if (fd < 0 && errno == ENOENT) {
      return Status(Code::kIo, "its folder is not there; make it first",
                    {path});
    }
    if (fd < 0) return IoError(part);
    if (::flock(fd, LOCK_EX | LOCK_NB) != 0) {
      ::close(fd);
      return Status(Code::kBusy, "another process writes this file", {part});
    }
    if (!IsNamed(fd, part)) {
      ::close(fd);
      continue;
    }
    SwapFile file(path, part, fd);
    if (::ftruncate(fd, 0) != 0) return IoError(part);
    return file;
  }
}

SwapFile::SwapFile(SwapFile&& other) noexcept
    : path_(std::move(other.path_)),
      part_(std::move(other.part_)),
      fd_(std::exchange(other.fd_, -1)) {}

SwapFile::~SwapFile() {
  if (fd_ < 0) return;
  ::unlink(part_.c_str());
  ::close(fd_);
}

Status SwapFile::PutInPlace(size_t keep) {
  if (::fsync(fd_) != 0) return IoError(part_);
  LEARNSQL_TRY(KeepOld(path_, keep));
  if (::rename(part_.c_str(), path_.c_str()) != 0) return IoError(path_);
  ::close(fd_);
  fd_ = -1;
  // The hash of what was here before is wrong from now on.
  ::unlink(HashPath(path_).c_str());
  return SyncFolder(path_);
}

Status UndoPublish(const std::string& path) {
  if (::access(Kept(path, 1).c_str(), F_OK) != 0) {
    return Status(Code::kNotFound,
                  "there is no " + Kept(path, 1) + " to bring back", {path});
  }
  LEARNSQL_TRY(Keep(path, path + ".undone"));
  LEARNSQL_TRY(Move(Kept(path, 1), path));
  for (size_t number = 2; ::access(Kept(path, number).c_str(), F_OK) == 0;
       ++number) {
    LEARNSQL_TRY(Move(Kept(path, number), Kept(path, number - 1)));
  }
  return SyncFolder(path);
}

Status WriteSha256(const std::string& path, const std::string& hex) {
  const std::string target = HashPath(path);
  const std::string part = target + ".part";
  std::ofstream file(part, std::ios::binary);
  file << hex << "  " << fs::path(path).filename().string() << "\n";
  file.close();
  if (!file) return Status(Code::kIo, "cannot be written", {part});
  if (::rename(part.c_str(), target.c_str()) != 0) return IoError(target);
  return {};
}

}  // namespace learnsql
