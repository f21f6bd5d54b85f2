#pragma once

#include <cstdint>
#include <span>
#include <string>

#include "engine/base/md5.h"
#include "engine/base/sha256.h"
#include "engine/base/status.h"

namespace learnsql {

class CancelFlag;

// A download on its way to PATH: the bytes so far in PATH.part, and beside it,
// in PATH.part.etag, which version of the file they are a beginning of and how
// many of them are safely on the disk. README.md has the format.
//
// Threads: one thread at a time; of several processes one gets the part.
class PartFile {
 public:
  // Takes up the part that is there, if it can be gone on with, else begins an
  // empty one. Makes the folders of `path`.
  // Errors: kBusy while another process has it, kIo, kCancelled.
  static Result<PartFile> Open(const std::string& path,
                               const CancelFlag* cancel);
  PartFile(PartFile&& other) noexcept;
  PartFile& operator=(PartFile&&) = delete;
  ~PartFile();  // leaves the files as they are

  uint64_t bytes() const { return bytes_; }
  // Strong, as the server sent it; empty when the part cannot be resumed.
  const std::string& etag() const { return etag_; }

  // Empties the part; what comes now belongs to `etag` (empty: no resuming).
  Status Restart(const std::string& etag);
  Status Write(std::span<const std::byte> bytes);

  // At most `most` bytes from the beginning.
  Result<std::string> First(size_t most) const;

  // Makes what is there durable, so that a later process goes on from it; an
  // empty part, or one that cannot be resumed, is removed instead.
  Status Keep();

  // Gives the part its name. After this, as after Discard, the object is done.
  Status Commit();
  void Discard();

  // Of all bytes; the hash starts anew. Call once, before Commit.
  std::string Sha256Hex() { return sha256_.FinishHex(); }
  std::string Md5Hex() { return md5_.FinishHex(); }

 private:
  explicit PartFile(std::string path);

  Status Lock();
  Result<bool> LockOnce();
  void LoadState();
  Status Rehash(const CancelFlag* cancel);
  Status SaveState(uint64_t durable_bytes);
  Status Sync();
  Status IoError(const std::string& what) const;

  std::string path_;
  std::string part_path_;
  std::string etag_path_;
  int fd_ = -1;
  uint64_t bytes_ = 0;
  uint64_t durable_bytes_ = 0;
  std::string etag_;
  Sha256 sha256_;
  Md5 md5_;
};

}  // namespace learnsql
