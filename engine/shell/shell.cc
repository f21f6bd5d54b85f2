#include "engine/shell/shell.h"

#include <unistd.h>

#include <cstdlib>
#include <filesystem>

#include "engine/shell/interrupt.h"
#include "engine/shell/prompt.h"
#include "engine/shell/session.h"
#include "engine/shell/shell_run.h"
#include "engine/shell/terminal.h"

namespace learnsql {
namespace {

bool IsInteractive(const ShellOptions& options) {
  return options.inputs.empty() && isatty(fileno(options.in)) != 0 &&
         isatty(fileno(options.out)) != 0;
}

std::string InitFilePath() {
  const char* const config = std::getenv("XDG_CONFIG_HOME");
  if (config != nullptr && *config == '/') {
    return std::string(config) + "/learnsql/rc";
  }
  const char* const home = std::getenv("HOME");
  if (home == nullptr || *home != '/') return "";
  return std::string(home) + "/.config/learnsql/rc";
}

// The person's own settings, for what they type; scripts are the same
// everywhere.
void RunInitFile(Session* session) {
  const std::string path = InitFilePath();
  if (!session->options().use_init || session->IsSafe() ||
      !std::filesystem::exists(path)) {
    return;
  }
  const Status ran = RunFile(session, path);
  if (!ran.ok()) session->PrintError(ran);
}

Status RunInput(Session* session, const ShellInput& input) {
  if (input.kind == ShellInput::Kind::kCommand) {
    return RunScriptText(session, input.text, "command");
  }
  if (input.text == "-") {
    return RunStream(session, session->options().in, "stdin");
  }
  return RunFile(session, input.text);
}

Status RunInputs(Session* session) {
  Status first;
  for (const ShellInput& input : session->options().inputs) {
    const Status ran = RunInput(session, input);
    if (first.ok()) first = ran;
    const bool stopped =
        ran.code() == Code::kCancelled || ran.code() == Code::kUnread;
    const bool ends = stopped || (!ran.ok() && session->settings().bail);
    if (stopped) first = ran;
    if (ends || session->quit) break;
  }
  return first;
}

Status RunScript(Session* session) {
  if (!session->options().inputs.empty()) return RunInputs(session);
  return RunStream(session, session->options().in, "stdin");
}

}  // namespace

Status RunShell(const ShellOptions& options) {
  UseUtf8();
  LEARNSQL_TRY_SET(const std::unique_ptr<Session> session,
                   Session::Open(options));
  const InterruptScope interrupts(&session->cancel());
  Status ended;
  if (IsInteractive(options)) {
    const IgnoreBrokenPipe pipes;
    session->interactive = true;
    RunInitFile(session.get());
    ended = RunPrompt(session.get());
  } else {
    ended = RunScript(session.get());
  }
  LEARNSQL_TRY(session->output().Redirect("", false));
  LEARNSQL_TRY(ended);
  if (!options.strict || !session->warned()) return {};
  return Status(Code::kGate, "there were warnings about the data (--strict)");
}

}  // namespace learnsql
