#include "connectors/fetch/local_base.h"

#include <sys/stat.h>

#include <algorithm>
#include <array>
#include <cctype>
#include <charconv>
#include <cstring>

#include "connectors/fetch/url.h"
#include "engine/base/byte_source.h"
#include "engine/base/clock.h"

namespace learnsql {
namespace {

constexpr size_t kShownBytes = 80;

// The scheme of "scheme://...", in lower case; empty for a path.
std::string SchemeOf(const std::string& base) {
  const size_t mark = base.find("://");
  if (mark == base.npos || mark == 0) return {};
  std::string scheme = base.substr(0, mark);
  for (char& c : scheme) {
    if (std::isalnum(static_cast<unsigned char>(c)) == 0 && c != '+') return {};
    c = static_cast<char>(std::tolower(static_cast<unsigned char>(c)));
  }
  return scheme;
}

std::string EtagOf(const struct stat& file) {
  return std::to_string(file.st_size) + "-" +
         std::to_string(file.st_mtim.tv_sec) + "." +
         std::to_string(file.st_mtim.tv_nsec);
}

Status CheckFirstBytes(const std::string& path, FetchExpect expect) {
  if (expect == FetchExpect::kAnything) return {};
  LEARNSQL_TRY_SET(FileSource file, FileSource::Open(path));
  std::array<char, kShownBytes> first;
  LEARNSQL_TRY_SET(const size_t got,
                   file.Read(std::as_writable_bytes(std::span(first))));
  const Status status = CheckExpected(expect, {first.data(), got});
  return status.ok() ? status : status.At({.name = path});
}

Status StatError(const std::string& path) {
  return Status(Code::kIo,
                "cannot look at " + path + ": " + std::strerror(errno));
}

}  // namespace

Result<std::optional<std::string>> LocalDirectoryOf(const std::string& base) {
  const std::string scheme = SchemeOf(base);
  if (scheme.empty()) return std::optional<std::string>(base);
  if (scheme != "file") return std::optional<std::string>();
  const std::string rest = base.substr(std::strlen("file://"));
  const size_t slash = rest.find('/');
  const std::string host = rest.substr(0, slash);
  if (slash == rest.npos || !(host.empty() || host == "localhost")) {
    return Status(Code::kInvalid, "'" + base +
                                      "' is no folder of this machine: write "
                                      "file:///absolute/path");
  }
  return std::optional<std::string>(PercentDecode(rest.substr(slash)));
}

Result<Fetched> FetchLocal(const std::string& directory,
                           const FetchRequest& request) {
  LEARNSQL_TRY(CheckFetchName(request.name));
  struct stat folder;
  if (stat(directory.c_str(), &folder) != 0 || !S_ISDIR(folder.st_mode)) {
    return Status(Code::kNotFound,
                  "there is no folder '" + directory + "': check the base_url");
  }
  const std::string path = directory + "/" + request.name;
  struct stat file;
  if (stat(path.c_str(), &file) != 0) {
    if (errno != ENOENT && errno != ENOTDIR) return StatError(path);
    return Fetched{.kind = FetchKind::kNotFound};
  }
  if (!S_ISREG(file.st_mode)) {
    return Status(Code::kInvalid, path + " is not a file");
  }
  Fetched fetched;
  fetched.path = path;
  fetched.bytes = static_cast<uint64_t>(file.st_size);
  fetched.etag = EtagOf(file);
  fetched.last_modified = FormatUtc(file.st_mtim.tv_sec);
  if (request.previous_etag == fetched.etag) {
    fetched.kind = FetchKind::kNotModified;
    return fetched;
  }
  LEARNSQL_TRY(CheckFirstBytes(path, request.expect));
  if (request.progress) request.progress(fetched.bytes, fetched.bytes);
  return fetched;
}

Status CheckFetchName(const std::string& name) {
  const auto refuse = [&](const std::string& why) {
    return Status(Code::kInvalid, "refused file name '" + name + "': " + why);
  };
  const bool clean = std::all_of(name.begin(), name.end(), [](char c) {
    return static_cast<unsigned char>(c) >= 0x20 && c != 0x7f;
  });
  if (!clean)
    return Status(Code::kInvalid,
                  "refused a file name with control "
                  "characters");
  if (name.ends_with(".part") || name.ends_with(".part.etag")) {
    return refuse("this ending is for files on their way");
  }
  size_t begin = 0;
  while (begin <= name.size()) {
    const size_t end = std::min(name.find('/', begin), name.size());
    const std::string segment = name.substr(begin, end - begin);
    if (segment.empty() || segment == "." || segment == "..") {
      return refuse("it leaves its folder");
    }
    begin = end + 1;
  }
  return {};
}

Status CheckExpected(FetchExpect expect, std::string_view first) {
  if (expect == FetchExpect::kAnything || first.starts_with("\x1f\x8b")) {
    return {};
  }
  if (first.empty()) {
    return Status(Code::kCorrupt, "expected gzip, and the file is empty");
  }
  std::string shown;
  for (const char c : first.substr(0, kShownBytes)) {
    const auto byte = static_cast<unsigned char>(c);
    shown.push_back(byte >= 0x20 && byte < 0x7f ? c : ' ');
  }
  return Status(Code::kCorrupt,
                "expected gzip, and what came begins with '" + shown + "'");
}

}  // namespace learnsql
