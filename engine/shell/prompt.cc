#include "engine/shell/prompt.h"

#include <unistd.h>

#include <memory>

#include "engine/shell/line_editor.h"
#include "engine/shell/screen.h"
#include "engine/shell/session.h"
#include "engine/shell/shell_run.h"

namespace learnsql {
namespace {

void Greet(Session* session) {
  const char* const mode = session->CanWrite() ? "changes are written"
                           : session->IsSafe() ? "safe, read-only"
                                               : "read-only";
  session->Note(session->connection().path() + " (" + mode +
                ") · .help for help, .quit to leave");
}

void RunEntry(Session* session, const std::string& text) {
  session->cancel().Reset();
  const Status ran = RunScriptText(session, text, "line");
  const bool stopped = session->cancel().cancelled();
  session->cancel().Reset();
  if (!ran.ok()) session->PrintError(ran);
  if (stopped && session->connection().in_transaction()) {
    session->Note("the transaction is still open");
  }
}

}  // namespace

Status RunPrompt(Session* session) {
  if (!session->IsSafe()) {
    session->history() = History::Open(History::DefaultPath());
  }
  Greet(session);
  LineEditor editor(session);
  while (!session->quit) {
    std::optional<std::string> text = editor.Read();
    if (!text) break;
    const Status kept = session->history().Add(*text);
    if (!kept.ok()) session->PrintError(kept);
    RunEntry(session, *text);
  }
  return {};
}

}  // namespace learnsql
