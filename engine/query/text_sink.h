#pragma once

#include <cstdio>
#include <string>
#include <string_view>

#include "engine/base/status.h"

namespace learnsql {

// Where results are written, piece by piece.
//
// Threads: one thread at a time.
class TextSink {
 public:
  virtual ~TextSink() = default;

  // Errors: kIo when the bytes cannot be taken.
  virtual Status Write(std::string_view bytes) = 0;

  // Everything written so far is seen by whoever reads the other end.
  virtual Status Flush() { return {}; }
};

// Writes to a stdio stream.
//
// Lifetime: borrows the stream and does not close it.
class FileSink final : public TextSink {
 public:
  explicit FileSink(std::FILE* file) : file_(file) {}

  // Errors: kUnread when the reader of a pipe went away (where SIGPIPE is
  // ignored): there is nobody to write for, and nothing to tell; kIo with the
  // system's reason.
  Status Write(std::string_view bytes) override;
  Status Flush() override;

 private:
  std::FILE* file_;
};

// Keeps what is written: for tests, and for results that are looked at again.
class StringSink final : public TextSink {
 public:
  Status Write(std::string_view bytes) override {
    text_.append(bytes);
    return {};
  }
  const std::string& text() const { return text_; }

 private:
  std::string text_;
};

}  // namespace learnsql
