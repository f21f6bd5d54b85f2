#include "engine/query/text_sink.h"

#include <cerrno>
#include <cstring>

namespace learnsql {
namespace {

Status OutputError() {
  const int reason = errno;
  if (reason == EPIPE) {
    return Status(Code::kUnread, "nobody reads the output any more");
  }
  return Status(Code::kIo,
                std::string("cannot write the result: ") +
                    (reason ? std::strerror(reason) : "the output is closed"));
}

}  // namespace

Status FileSink::Write(std::string_view bytes) {
  errno = 0;
  if (std::fwrite(bytes.data(), 1, bytes.size(), file_) == bytes.size()) {
    return {};
  }
  return OutputError();
}

Status FileSink::Flush() {
  errno = 0;
  return std::fflush(file_) == 0 ? Status() : OutputError();
}

}  // namespace learnsql
