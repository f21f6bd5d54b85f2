#include "engine/shell/dot_commands.h"

#include <algorithm>

#include "engine/base/suggest.h"
#include "engine/query/text_width.h"
#include "engine/query/value_text.h"
#include "engine/shell/editor_command.h"
#include "engine/shell/session.h"
#include "engine/shell/shell_run.h"

namespace learnsql {
namespace {

Result<bool> ParseSwitch(const std::string& text) {
  if (text == "on" || text == "yes" || text == "1") return true;
  if (text == "off" || text == "no" || text == "0") return false;
  return Status(Code::kUsage, "'" + text + "' is neither on nor off");
}

Status SetSwitch(DotArguments arguments, bool* value) {
  LEARNSQL_TRY_SET(*value, ParseSwitch(arguments[0]));
  return {};
}

std::string Joined(DotArguments words) {
  std::string text;
  for (const std::string& word : words) {
    if (&word != &words.front()) text += " ";
    text += word;
  }
  return text;
}

Status DotHelp(Session* session, DotArguments arguments) {
  std::string text;
  for (const DotCommand& command : DotCommands()) {
    const std::string form =
        "." + std::string(command.name) + " " + command.arguments;
    if (!arguments.empty() && form.find(arguments[0]) == std::string::npos) {
      continue;
    }
    constexpr size_t kFormCells = 30;
    text += form;
    // A long form has its help on the next line.
    const bool fits = form.size() < kFormCells;
    if (!fits) text += '\n';
    text.append(fits ? kFormCells - form.size() : kFormCells, ' ');
    text += command.help;
    text += '\n';
  }
  if (text.empty()) {
    return Status(Code::kUsage, "no command has '" + arguments[0] + "' in it");
  }
  return session->Print(text);
}

Status DotQuit(Session* session, DotArguments) {
  session->quit = true;
  return {};
}

std::string FormatName(Session* session) {
  const std::optional<Format> format = session->settings().format;
  if (!format) return "auto";
  return std::string(NameOfFormat(*format));
}

Status DotMode(Session* session, DotArguments arguments) {
  ShellSettings& settings = session->settings();
  if (arguments.empty()) {
    return session->Print("mode: " + FormatName(session) + "\n");
  }
  if (arguments[0] == "auto") {
    settings.format.reset();
    return {};
  }
  LEARNSQL_TRY_SET(settings.format, ParseFormat(arguments[0]));
  if (arguments.size() > 1) settings.insert_table = arguments[1];
  return {};
}

Status DotHeaders(Session* session, DotArguments arguments) {
  return SetSwitch(arguments, &session->settings().header);
}

Status DotNullValue(Session* session, DotArguments arguments) {
  session->settings().null_text = arguments[0];
  return {};
}

Status DotSeparator(Session* session, DotArguments arguments) {
  session->settings().separator = arguments[0];
  return {};
}

Status DotTimer(Session* session, DotArguments arguments) {
  return SetSwitch(arguments, &session->settings().timer);
}

Status DotEcho(Session* session, DotArguments arguments) {
  return SetSwitch(arguments, &session->settings().echo);
}

Status DotBail(Session* session, DotArguments arguments) {
  return SetSwitch(arguments, &session->settings().bail);
}

Status DotMaxRows(Session* session, DotArguments arguments) {
  if (arguments[0] == "auto") {
    session->settings().max_rows.reset();
    return {};
  }
  LEARNSQL_TRY_SET(const Parameter number,
                   ParseParameter("rows", arguments[0]));
  if (number.kind != Value::Kind::kInteger || number.integer < 0) {
    return Status(Code::kUsage, ".maxrows needs a number, 0 for all, or auto");
  }
  session->settings().max_rows = static_cast<size_t>(number.integer);
  return {};
}

Status DotPager(Session* session, DotArguments arguments) {
  ShellSettings& settings = session->settings();
  const Result<bool> on = ParseSwitch(arguments[0]);
  settings.pager = !on.ok() || *on;
  if (!on.ok()) settings.pager_command = Joined(arguments);
  return {};
}

Status DotKeys(Session* session, DotArguments arguments) {
  if (arguments[0] != "vi" && arguments[0] != "emacs") {
    return Status(Code::kUsage, "the keys are vi or emacs");
  }
  session->settings().vi_keys = arguments[0] == "vi";
  return {};
}

Status DotOutput(Session* session, DotArguments arguments) {
  const std::string target =
      arguments.empty() || arguments[0] == "stdout" ? "" : arguments[0];
  return session->output().Redirect(target, false);
}

Status DotOnce(Session* session, DotArguments arguments) {
  return session->output().Redirect(arguments[0], true);
}

Status DotOpen(Session* session, DotArguments arguments) {
  return session->Reopen(arguments[0]);
}

Status DotRead(Session* session, DotArguments arguments) {
  return RunFile(session, arguments[0]);
}

Status DotPrint(Session* session, DotArguments arguments) {
  return session->Print(Joined(arguments) + "\n");
}

Status DotLast(Session* session, DotArguments) { return session->ShowLast(); }

Status DotShow(Session* session, DotArguments) {
  const auto on = [](bool value) { return value ? "on\n" : "off\n"; };
  ShellSettings& settings = session->settings();
  return session->Print(
      "bail: " + std::string(on(settings.bail)) + "echo: " + on(settings.echo) +
      "file: " + session->connection().path() +
      "\nheaders: " + on(settings.header) +
      "keys: " + (settings.vi_keys ? "vi" : "emacs") + "\nmaxrows: " +
      (settings.max_rows ? std::to_string(*settings.max_rows) : "auto") +
      "\nmode: " + FormatName(session) + "\nnullvalue: \"" +
      settings.null_text.value_or("NULL") + "\"\npager: " + on(settings.pager) +
      "timer: " + on(settings.timer) + "writes: " +
      (session->CanWrite() ? "yes\n"
       : session->IsSafe() ? "no (safe)\n"
                           : "no\n"));
}

Status ListParameters(Session* session) {
  std::string text;
  for (const auto& [name, parameter] : session->parameters()) {
    text += ":" + name + " " + SqlLiteral(parameter.ToValue()) + "\n";
  }
  return session->Print(text);
}

Status SetParameter(Session* session, DotArguments arguments) {
  if (arguments.size() != 3) {
    return Status(Code::kUsage, ".parameter set NAME VALUE");
  }
  LEARNSQL_TRY_SET(Parameter parameter,
                   ParseParameter(arguments[1], arguments[2]));
  const std::string name = parameter.name;
  session->parameters()[name] = std::move(parameter);
  return {};
}

Status UnsetParameter(Session* session, DotArguments arguments) {
  if (arguments.size() != 2) {
    return Status(Code::kUsage, ".parameter unset NAME");
  }
  const std::string& name = arguments[1];
  const size_t prefix = name.find_first_of(":@$") == 0 ? 1 : 0;
  if (session->parameters().erase(name.substr(prefix)) > 0) return {};
  return Status(Code::kInvalid, "there is no parameter " + name);
}

Status DotParameter(Session* session, DotArguments arguments) {
  const std::string& action = arguments[0];
  if (action == "list") return ListParameters(session);
  if (action == "set") return SetParameter(session, arguments);
  if (action == "unset") return UnsetParameter(session, arguments);
  if (action == "clear") {
    session->parameters().clear();
    return {};
  }
  if (action == "init") return {};  // sqlite3 makes its table; we need none
  return Status(Code::kUsage, ".parameter is set, unset, list or clear");
}

constexpr DotCommand kCommands[] = {
    {"bail", "on|off", "stop a script at its first error", 1, 1, false,
     DotBail},
    {"chart", "bar|line|hist|spark ?X? ?Y?", "draw the last result", 1, 3,
     false, DotChart},
    {"databases", "", "names and files of databases", 0, 0, false,
     DotDatabases},
    {"describe", "?NAME?", "meaning, columns, owner, freshness", 0, 1, false,
     DotDescribe},
    {"dump", "?TABLE?", "the file as SQL", 0, 1, false, DotDump},
    {"echo", "on|off", "show statements before they run", 1, 1, false, DotEcho},
    {"edit", "", "write the statement in $EDITOR", 0, 0, true, DotEdit},
    {"exit", "", "leave", 0, 1, false, DotQuit},
    {"failures", "?TABLE?", "rows that break a rule, and checks that fail", 0,
     1, false, DotFailures},
    {"headers", "on|off", "names above columns", 1, 1, false, DotHeaders},
    {"help", "?WORD?", "these commands", 0, 1, false, DotHelp},
    {"history", "?N?", "what was typed last", 0, 1, false, DotHistory},
    {"import", "?--csv|--tsv? ?--skip N? FILE TABLE",
     "rows of a file into a table (with --write)", 2, 6, true, DotImport},
    {"indexes", "?TABLE?", "names of indexes", 0, 1, false, DotIndexes},
    {"keys", "emacs|vi", "how the editor is used", 1, 1, false, DotKeys},
    {"last", "", "the last result whole", 0, 0, false, DotLast},
    {"maxrows", "N|auto", "rows shown on the screen, 0 for all", 1, 1, false,
     DotMaxRows},
    {"mode", "?FORMAT? ?TABLE?",
     "how results are written; auto is box or table", 0, 2, false, DotMode},
    {"models", "", "models as built", 0, 0, false, DotModels},
    {"nullvalue", "TEXT", "what stands for NULL", 1, 1, false, DotNullValue},
    {"once", "FILE or |PROGRAM", "where the next result goes", 1, 1, true,
     DotOnce},
    {"open", "FILE", "close this file, open that", 1, 1, true, DotOpen},
    {"output", "?FILE or |PROGRAM?", "where results go", 0, 1, true, DotOutput},
    {"pager", "on|off|COMMAND", "show long results in a pager", 1, 20, true,
     DotPager},
    {"parameter", "set NAME VALUE|unset NAME|list|clear",
     "values for :name in statements", 1, 3, false, DotParameter},
    {"print", "TEXT...", "write the words", 0, 100, false, DotPrint},
    {"profile", "TABLE|SELECT...",
     "values of a table's columns, or what a query costs", 0, 1, false,
     DotProfile, true},
    {"quit", "", "leave", 0, 0, false, DotQuit},
    {"read", "FILE", "run a file", 1, 1, true, DotRead},
    {"rejects", "?SOURCE?", "records that could not be read", 0, 1, false,
     DotRejects},
    {"sample", "TABLE ?N?", "some rows from all over a table", 1, 2, false,
     DotSample},
    {"schema", "?PATTERN?", "create statements", 0, 1, false, DotSchema},
    {"separator", "TEXT", "between values in list mode", 1, 1, false,
     DotSeparator},
    {"show", "", "the settings", 0, 0, false, DotShow},
    {"status", "?SOURCE?", "what is loaded, missing, rejected", 0, 1, false,
     DotStatus},
    {"tables", "?PATTERN?", "names of tables and views", 0, 1, false,
     DotTables},
    {"timer", "on|off", "seconds behind each result", 1, 1, false, DotTimer},
    {"view", "?NAME ?name=value?...?",
     "the views and questions, or what one answers", 0, 100, false, DotView},
};

Status UnknownCommand(const std::string& name) {
  std::vector<std::string> names;
  for (const DotCommand& command : kCommands) names.push_back(command.name);
  return Status(Code::kUsage, "unknown command ." + name +
                                  DidYouMean(name, names) +
                                  "; .help lists them");
}

// sqlite3's, besides shortened names.
constexpr std::pair<const char*, const char*> kOldSpellings[] = {
    {"indices", "indexes"}, {"q", "quit"}};

Result<const DotCommand*> FindCommand(const std::string& name) {
  std::vector<const DotCommand*> found;
  for (const DotCommand& command : kCommands) {
    if (name == command.name) return &command;
    if (!name.empty() && std::string_view(command.name).starts_with(name)) {
      found.push_back(&command);
    }
  }
  for (const auto& [old, command] : kOldSpellings) {
    if (name == old) return FindCommand(command);
  }
  if (found.size() == 1) return found[0];
  if (found.empty()) return UnknownCommand(name);
  std::string names;
  for (const DotCommand* command : found) {
    names += (names.empty() ? "." : ", .") + std::string(command->name);
  }
  return Status(Code::kUsage, "." + name + " could be " + names);
}

// The escapes of C that sqlite3's shell knows inside double quotes.
char Unescaped(char c) {
  switch (c) {
    case 'n':
      return '\n';
    case 't':
      return '\t';
    case 'r':
      return '\r';
    default:
      return c;
  }
}

// Takes the quoted word at the start of `*text`; nullopt when it does not end.
std::optional<std::string> TakeQuoted(std::string_view* text) {
  const char quote = text->front();
  std::string word;
  for (size_t i = 1; i < text->size(); ++i) {
    const char c = (*text)[i];
    if (c == quote) {
      text->remove_prefix(i + 1);
      return word;
    }
    if (c == '\\' && quote == '"' && i + 1 < text->size()) {
      word += Unescaped((*text)[++i]);
    } else {
      word += c;
    }
  }
  return std::nullopt;
}

}  // namespace

std::span<const DotCommand> DotCommands() { return kCommands; }

bool IsDotCommandStart(std::string_view name) {
  const auto begins = [&](std::string_view known) {
    return known.starts_with(name);
  };
  return std::any_of(std::begin(kCommands), std::end(kCommands),
                     [&](const DotCommand& c) { return begins(c.name); }) ||
         std::any_of(std::begin(kOldSpellings), std::end(kOldSpellings),
                     [&](const auto& old) { return begins(old.first); });
}

Result<std::vector<std::string>> SplitArguments(std::string_view text) {
  constexpr std::string_view kBlanks = " \t\r\n";
  std::vector<std::string> words;
  while (true) {
    const size_t begin = text.find_first_not_of(kBlanks);
    if (begin == std::string_view::npos) return words;
    text.remove_prefix(begin);
    if (text.front() == '\'' || text.front() == '"') {
      std::optional<std::string> word = TakeQuoted(&text);
      if (!word) {
        return Status(Code::kUsage,
                      "a quote does not end: " + std::string(text));
      }
      words.push_back(*std::move(word));
    } else {
      const size_t end = std::min(text.find_first_of(kBlanks), text.size());
      words.emplace_back(text.substr(0, end));
      text.remove_prefix(end);
    }
  }
}

Status RunDotCommand(Session* session, std::string_view line) {
  const size_t name_end = std::min(line.find_first_of(" \t\r\n"), line.size());
  LEARNSQL_TRY_SET(const DotCommand* command,
                   FindCommand(std::string(line.substr(1, name_end - 1))));
  std::string_view rest = line.substr(name_end);
  // A program's command line is one argument too, whatever is in it.
  const size_t begin = rest.find_first_not_of(" \t");
  std::vector<std::string> arguments;
  if (begin != std::string_view::npos &&
      (rest[begin] == '|' || command->whole_line)) {
    arguments.emplace_back(rest.substr(begin));
  } else {
    LEARNSQL_TRY_SET(arguments, SplitArguments(rest));
  }
  if (arguments.size() < command->least || arguments.size() > command->most) {
    return Status(Code::kUsage, std::string("the form is .") + command->name +
                                    " " + command->arguments);
  }
  if (session->IsSafe() && command->reaches_out) {
    return Status(Code::kInvalid, std::string(".") + command->name +
                                      " is refused in a safe session");
  }
  return command->run(session, arguments);
}

}  // namespace learnsql
