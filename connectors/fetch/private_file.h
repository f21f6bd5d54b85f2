#pragma once

#include <cstddef>
#include <cstdint>
#include <span>
#include <string>
#include <string_view>
#include <utility>

#include "engine/base/status.h"

namespace learnsql {

// A new file on its way to PATH: it is written as PATH.part, which nobody but
// its owner may read, since what lands may tell of people, and gets its name
// when it is whole and on the disk.
//
// Threads: one thread at a time.
class PrivateFile {
 public:
  // Empties PATH.part, and makes the folders of `path`. Errors: kIo.
  static Result<PrivateFile> Create(const std::string& path);
  PrivateFile(PrivateFile&& other) noexcept;
  PrivateFile& operator=(PrivateFile&&) = delete;
  ~PrivateFile();  // removes PATH.part

  // Errors of all: kIo, when the disk is full, for one.
  Status Write(std::span<const std::byte> bytes);
  Status Write(std::string_view text);
  // Cuts off what lies behind the first `bytes`. REQUIRES: there are as many.
  Status Truncate(uint64_t bytes);
  // What was written at `at`, as far as it reaches; 0 at the end.
  Result<size_t> Read(uint64_t at, std::span<std::byte> out) const;
  uint64_t size() const { return size_; }

  // Gives the file its name. Call last.
  Status Commit();

 private:
  PrivateFile(int fd, std::string path) : fd_(fd), path_(std::move(path)) {}
  Status IoError(const std::string& what) const;

  int fd_;
  std::string path_;
  uint64_t size_ = 0;
};

}  // namespace learnsql
