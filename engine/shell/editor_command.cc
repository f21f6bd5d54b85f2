#include "engine/shell/editor_command.h"

#include <sys/stat.h>
#include <unistd.h>

#include <algorithm>
#include <cstdlib>
#include <fstream>
#include <sstream>

#include "engine/query/parameters.h"
#include "engine/shell/session.h"
#include "engine/shell/shell_run.h"

namespace learnsql {
namespace {

std::string EditorName() {
  for (const char* name : {"VISUAL", "EDITOR"}) {
    const char* const value = std::getenv(name);
    if (value != nullptr && *value != '\0') return value;
  }
  return "vi";
}

// A file of our own that goes when it is no longer needed.
class ScratchFile {
 public:
  ScratchFile() : path_("/tmp/learnsql-XXXXXX.sql") {
    fd_ = mkstemps(path_.data(), 4);
  }
  ScratchFile(const ScratchFile&) = delete;
  ScratchFile& operator=(const ScratchFile&) = delete;
  ~ScratchFile() {
    if (fd_ < 0) return;
    close(fd_);
    unlink(path_.c_str());
  }

  bool ok() const { return fd_ >= 0; }
  const std::string& path() const { return path_; }

  // Dates it back, so that whatever is saved later is newer.
  bool Write(const std::string& text) {
    const ssize_t wrote = write(fd_, text.data(), text.size());
    constexpr timespec kLongAgo[2] = {{1, 0}, {1, 0}};
    return wrote == static_cast<ssize_t>(text.size()) &&
           futimens(fd_, kLongAgo) == 0;
  }

  // Whether it was saved since, by the same name or as another file.
  bool WasSaved() const {
    struct stat now {};
    return stat(path_.c_str(), &now) == 0 && now.st_mtime != 1;
  }

  std::string Read() const {
    std::ifstream file(path_);
    std::ostringstream text;
    text << file.rdbuf();
    return text.str();
  }

 private:
  std::string path_;
  int fd_ = -1;
};

std::string LastStatement(Session* session) {
  const std::vector<std::string>& entries = session->history().entries();
  for (auto entry = entries.rbegin(); entry != entries.rend(); ++entry) {
    if (!entry->starts_with('.')) return *entry + "\n";
  }
  return "";
}

}  // namespace

Status DotEdit(Session* session, DotArguments) {
  ScratchFile file;
  if (!file.ok() || !file.Write(LastStatement(session))) {
    return Status(Code::kIo, "cannot make a file to edit in /tmp");
  }
  const std::string command = EditorName() + " " + file.path();
  if (std::system(command.c_str()) != 0) {
    return Status(Code::kInvalid, "the editor failed: " + command);
  }
  if (!file.WasSaved()) {
    session->Note("nothing was saved, so nothing runs");
    return {};
  }
  const std::string text = file.Read();
  LEARNSQL_TRY(session->PrintSql(text));
  LEARNSQL_TRY(session->history().Add(text));
  return RunScriptText(session, text, "edit");
}

Status DotHistory(Session* session, DotArguments arguments) {
  size_t count = 20;
  if (!arguments.empty()) {
    LEARNSQL_TRY_SET(const Parameter number, ParseParameter("n", arguments[0]));
    if (number.kind != Value::Kind::kInteger || number.integer < 1) {
      return Status(Code::kUsage, ".history needs a number");
    }
    count = static_cast<size_t>(number.integer);
  }
  const std::vector<std::string>& entries = session->history().entries();
  std::string text;
  for (size_t i = entries.size() - std::min(count, entries.size());
       i < entries.size(); ++i) {
    text += entries[i] + "\n";
  }
  return session->PrintSql(text);
}

}  // namespace learnsql
