#include "engine/shell/shell_run.h"

#include <cerrno>
#include <cstring>
#include <functional>
#include <optional>

#include "engine/shell/dot_commands.h"
#include "engine/shell/session.h"

namespace learnsql {
namespace {

// A file that reads itself must come to an end.
constexpr int kDeepestRead = 20;
thread_local int g_read_depth = 0;

// Gives the pieces of a script to the session until one fails.
class ScriptRunner {
 public:
  ScriptRunner(Session* session, std::string name)
      : session_(session), name_(std::move(name)) {}

  // False when the script is over.
  bool AddLine(std::string_view line) {
    const std::optional<ScriptPiece> piece = cutter_.AddLine(line);
    return !piece || Run(*piece);
  }

  Status Finish() {
    if (!over_) {
      const std::optional<ScriptPiece> piece = cutter_.Finish();
      if (piece) Run(*piece);
    }
    if (printed_ == 0 || over_) return outcome_;
    return Status(outcome_.code(), std::to_string(printed_) +
                                       (printed_ == 1 ? " statement failed"
                                                      : " statements failed"));
  }

 private:
  // `.once |head`: the program took what it wanted, the script goes on.
  bool IsLeftProgram(const Status& ran) const {
    return ran.code() == Code::kUnread &&
           std::ferror(session_->options().out) == 0;
  }

  bool Run(const ScriptPiece& piece) {
    if (session_->settings().echo) session_->Note(piece.text);
    const Status ran = RunPiece(session_, piece, name_);
    if (!ran.ok() && !IsLeftProgram(ran)) {
      const bool ends = session_->settings().bail ||
                        ran.code() == Code::kCancelled ||
                        ran.code() == Code::kUnread;
      if (outcome_.ok()) outcome_ = ran;
      if (ends) outcome_ = ran;
      if (!ends) {
        session_->PrintError(ran);
        ++printed_;
      }
      over_ = ends;
    }
    if (session_->quit) over_ = true;
    return !over_;
  }

  Session* const session_;
  const std::string name_;
  ScriptCutter cutter_;
  Status outcome_;
  int printed_ = 0;  // errors that did not end it
  bool over_ = false;
};

}  // namespace

Status RunPiece(Session* session, const ScriptPiece& piece,
                const std::string& name) {
  if (!piece.is_dot_command) {
    return session->RunSql(piece.text, name, piece.first_line);
  }
  const Status ran = RunDotCommand(session, piece.text);
  if (ran.code() == Code::kCancelled) return ran;  // no place is to blame
  return ran.At({.name = name, .line = piece.first_line});
}

Status RunScriptText(Session* session, std::string_view text,
                     const std::string& name) {
  ScriptRunner runner(session, name);
  while (!text.empty()) {
    const size_t end = std::min(text.find('\n'), text.size());
    if (!runner.AddLine(text.substr(0, end))) break;
    text.remove_prefix(std::min(end + 1, text.size()));
  }
  return runner.Finish();
}

Status RunStream(Session* session, std::FILE* stream, const std::string& name) {
  ScriptRunner runner(session, name);
  char* line = nullptr;
  size_t capacity = 0;
  while (true) {
    const ssize_t size = getline(&line, &capacity, stream);
    if (size < 0) break;
    std::string_view text(line, static_cast<size_t>(size));
    if (text.ends_with('\n')) text.remove_suffix(1);
    if (!runner.AddLine(text)) break;
  }
  std::free(line);
  LEARNSQL_TRY(session->cancel().Check());
  return runner.Finish();
}

Status RunFile(Session* session, const std::string& path) {
  if (g_read_depth >= kDeepestRead) {
    return Status(Code::kInvalid, "files read each other without end", {path});
  }
  std::FILE* const file = std::fopen(path.c_str(), "r");
  if (file == nullptr) {
    return Status(errno == ENOENT ? Code::kNotFound : Code::kIo,
                  std::strerror(errno), {path});
  }
  ++g_read_depth;
  const Status ran = RunStream(session, file, path);
  --g_read_depth;
  std::fclose(file);
  return ran;
}

}  // namespace learnsql
