#include "tools/learnsql/whole_file.h"

#include <cerrno>
#include <cstdio>
#include <cstring>
#include <filesystem>
#include <fstream>

namespace learnsql {
namespace {

Status CannotBeWritten(const std::string& path) {
  return Status(Code::kIo,
                std::string("cannot be written: ") + std::strerror(errno),
                {path});
}

bool Write(const std::string& path, const std::string& text) {
  std::ofstream file(path, std::ios::binary | std::ios::trunc);
  file << text;
  file.close();
  return static_cast<bool>(file);
}

}  // namespace

Status WriteWholeFile(const std::string& path, const std::string& text) {
  namespace fs = std::filesystem;
  std::error_code ignored;  // writing says what is wrong
  const fs::file_status there = fs::status(path, ignored);
  if (fs::exists(there) && !fs::is_regular_file(there)) {
    return Write(path, text) ? Status() : CannotBeWritten(path);
  }
  const std::string part = path + ".part";
  if (Write(part, text) && std::rename(part.c_str(), path.c_str()) == 0) {
    return {};
  }
  const Status failed = CannotBeWritten(path);
  std::remove(part.c_str());
  return failed;
}

}  // namespace learnsql
