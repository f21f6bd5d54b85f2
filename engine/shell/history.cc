#include "engine/shell/history.h"

#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cerrno>
#include <cstdlib>
#include <cstring>
#include <filesystem>
#include <fstream>

namespace learnsql {
namespace {

std::string Escaped(std::string_view entry) {
  std::string line;
  for (const char c : entry) {
    if (c == '\\') {
      line += "\\\\";
    } else if (c == '\n') {
      line += "\\n";
    } else {
      line += c;
    }
  }
  return line + "\n";
}

std::string Unescaped(std::string_view line) {
  std::string entry;
  for (size_t i = 0; i < line.size(); ++i) {
    if (line[i] != '\\' || i + 1 == line.size()) {
      entry += line[i];
    } else {
      entry += line[++i] == 'n' ? '\n' : line[i];
    }
  }
  return entry;
}

Status WriteAll(int fd, std::string_view bytes, const std::string& path) {
  while (!bytes.empty()) {
    const ssize_t wrote = write(fd, bytes.data(), bytes.size());
    if (wrote < 0) return Status(Code::kIo, std::strerror(errno), {path});
    bytes.remove_prefix(static_cast<size_t>(wrote));
  }
  return {};
}

Status Append(const std::string& path, std::string_view bytes, int flags) {
  const int fd =
      open(path.c_str(), O_WRONLY | O_CREAT | O_CLOEXEC | O_NOFOLLOW | flags,
           S_IRUSR | S_IWUSR);
  if (fd < 0) return Status(Code::kIo, std::strerror(errno), {path});
  fchmod(fd, S_IRUSR | S_IWUSR);
  const Status written = WriteAll(fd, bytes, path);
  close(fd);
  return written;
}

// A file that has grown long is written anew with its last entries.
void Shorten(const std::string& path, const std::vector<std::string>& entries) {
  std::string text;
  for (const std::string& entry : entries) text += Escaped(entry);
  const std::string fresh = path + "." + std::to_string(getpid());
  if (Append(fresh, text, O_TRUNC).ok()) {
    std::rename(fresh.c_str(), path.c_str());
  }
}

}  // namespace

std::string History::DefaultPath() {
  const char* const state = std::getenv("XDG_STATE_HOME");
  if (state != nullptr && *state == '/') {
    return std::string(state) + "/learnsql/history";
  }
  const char* const home = std::getenv("HOME");
  if (home == nullptr || *home != '/') return "";
  return std::string(home) + "/.local/state/learnsql/history";
}

History History::Open(std::string path) {
  History history;
  history.path_ = std::move(path);
  if (history.path_.empty()) return history;
  std::error_code ignored;
  const std::filesystem::path folder =
      std::filesystem::path(history.path_).parent_path();
  if (std::filesystem::create_directories(folder, ignored)) {
    std::filesystem::permissions(folder, std::filesystem::perms::owner_all,
                                 ignored);
  }
  std::ifstream file(history.path_);
  for (std::string line; std::getline(file, line);) {
    history.entries_.push_back(Unescaped(line));
  }
  if (history.entries_.size() > 2 * kMostEntries) {
    history.entries_.erase(
        history.entries_.begin(),
        history.entries_.end() - static_cast<std::ptrdiff_t>(kMostEntries));
    Shorten(history.path_, history.entries_);
  }
  return history;
}

Status History::Add(std::string_view entry) {
  while (entry.ends_with('\n')) entry.remove_suffix(1);
  if (entry.empty() || entry.front() == ' ' || entry.front() == '\t') return {};
  if (!entries_.empty() && entries_.back() == entry) return {};
  entries_.emplace_back(entry);
  return path_.empty() ? Status() : Append(path_, Escaped(entry), O_APPEND);
}

}  // namespace learnsql
