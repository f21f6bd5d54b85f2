#pragma once

#include <algorithm>
#include <cstdint>
#include <functional>
#include <memory>
#include <span>
#include <string>

#include "connectors/fetch/http.h"
#include "connectors/fetch/private_file.h"
#include "engine/base/byte_source.h"
#include "engine/base/status.h"

namespace learnsql {

// Replies of a service on their way to PATH, one behind the other: they are
// written to PATH.part, looked at there, kept or dropped one by one, and get
// the name when all of them are good.
//
// Threads:  one thread at a time.
// Memory:   none that grows with the replies.
class ReplyFile {
 public:
  // Empties PATH.part, and makes the folders of `path`. Errors: kIo.
  static Result<ReplyFile> Create(const std::string& path);
  ReplyFile(ReplyFile&& other) noexcept = default;
  ReplyFile& operator=(ReplyFile&&) = delete;
  ~ReplyFile() = default;  // removes PATH.part

  // Takes the body of a response behind what is kept; each attempt begins
  // there anew. `progress` is told all bytes of the file so far; it may be
  // null. Errors: kIo, when the disk is full, for one.
  // Lifetime: must not outlive the file.
  std::unique_ptr<BodySink> Append(std::function<void(uint64_t)> progress);

  // What was appended since the last Keep, from its beginning.
  // Lifetime: must not outlive the file.
  std::unique_ptr<ByteSource> Fresh();

  // Ends the fresh part with a line end and keeps it.
  Status Keep();
  uint64_t kept_bytes() const { return kept_; }
  // Forgets what was kept behind the first `bytes`.
  void DropAfter(uint64_t bytes) { kept_ = std::min(kept_, bytes); }

  // Gives the file its name, with what is kept. Call last.
  Status Commit();

 private:
  class Sink;
  class Reader;

  explicit ReplyFile(PrivateFile file) : file_(std::move(file)) {}
  Status Restart();

  PrivateFile file_;
  uint64_t kept_ = 0;
};

}  // namespace learnsql
