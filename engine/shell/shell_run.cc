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

// Gives the statements and commands of a script to the session until one fails.
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
    if (piece.is_dot_command) {
      Settle(RunDot(piece));
      over_ |= session_->quit;
      return !over_;
    }
    for (size_t at = 0; at < piece.text.size() && !over_;) {
      Settle(session_->RunNext(piece.text, name_, piece.first_line, &at));
    }
    return !over_;
  }

  Status RunDot(const ScriptPiece& piece) const {
    const Status ran = RunDotCommand(session_, piece.text);
    if (ran.code() == Code::kCancelled) return ran;  // no place is to blame
    return ran.At({.name = name_, .line = piece.first_line});
  }

  // Ends the script after an error, or tells the error.
  void Settle(const Status& ran) {
    if (ran.ok() || IsLeftProgram(ran)) return;
    over_ = session_->settings().bail || ran.code() == Code::kCancelled ||
            ran.code() == Code::kUnread;
    if (over_ || outcome_.ok()) outcome_ = ran;
    if (over_) return;
    session_->PrintError(ran);
    ++printed_;
  }

  Session* const session_;
  const std::string name_;
  ScriptCutter cutter_;
  Status outcome_;
  int printed_ = 0;  // errors that did not end it
  bool over_ = false;
};

}  // namespace

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
