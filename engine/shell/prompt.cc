#include "engine/shell/prompt.h"

#include <unistd.h>

#include <memory>

#include "engine/shell/interrupt.h"
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

// What became of a transaction when a statement failed in it: SQLite keeps it
// through errors, but not when a statement that writes is stopped.
void TellTransaction(Session* session, bool was_open) {
  if (!was_open) return;
  session->Note(session->connection().in_transaction()
                    ? "the transaction is still open"
                    : "the transaction was rolled back");
}

void RunEntry(Session* session, const std::string& text) {
  session->cancel().Reset();
  const bool was_open = session->connection().in_transaction();
  const Status ran = RunScriptText(session, text, "line");
  session->cancel().Reset();
  if (ran.ok()) return;
  session->PrintError(ran);
  TellTransaction(session, was_open);
}

}  // namespace

Status RunPrompt(Session* session) {
  if (!session->IsSafe()) {
    session->history() = History::Open(History::DefaultPath());
  }
  Greet(session);
  LineEditor editor(session);
  while (!session->quit && !TerminationAsked()) {
    std::optional<std::string> text = editor.Read();
    if (!text) break;
    const Status kept = session->history().Add(*text);
    if (!kept.ok()) session->PrintError(kept);
    RunEntry(session, *text);
  }
  if (session->connection().in_transaction()) {
    session->Note("the open transaction is rolled back");
  }
  if (TerminationAsked()) return Status(Code::kCancelled, "terminated");
  return {};
}

}  // namespace learnsql
