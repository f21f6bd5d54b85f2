#pragma once

#include <string>

#include "engine/base/status.h"

namespace learnsql {

// The file beside FILE that becomes FILE once it is whole: FILE.part, empty and
// held by this process until it goes. What was not put in place is removed.
//
// Threads: one thread at a time.
class SwapFile {
 public:
  // Errors: kBusy when another process writes the same; kIo.
  static Result<SwapFile> Make(const std::string& path);
  SwapFile(SwapFile&& other) noexcept;
  SwapFile& operator=(SwapFile&&) = delete;
  ~SwapFile();

  const std::string& path() const { return part_; }

  // Makes it durable, keeps the present file as FILE.1 (that as FILE.2, and so
  // on up to `keep`), and takes its place in one step: whoever has the present
  // file open goes on reading it.
  // Errors: kIo; the present file is then where it was.
  Status PutInPlace(size_t keep);

 private:
  SwapFile(std::string path, std::string part, int fd)
      : path_(std::move(path)), part_(std::move(part)), fd_(fd) {}

  std::string path_;
  std::string part_;
  int fd_;  // holds the lock; -1 when over
};

// Brings FILE.1 back as FILE and FILE.2 as FILE.1, with their .sha256; what
// FILE was is FILE.undone.
// Errors: kNotFound when there is no FILE.1; kIo.
Status UndoPublish(const std::string& path);

// "HASH  NAME", as sha256sum takes it, in FILE.sha256.
Status WriteSha256(const std::string& path, const std::string& hex);

}  // namespace learnsql
