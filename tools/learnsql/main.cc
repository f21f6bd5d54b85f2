// The learnsql program: finds the command, its flags and its project, runs it,
// and turns how it ended into an exit code.

#include <csignal>
#include <cstdio>
#include <filesystem>
#include <iostream>
#include <set>

#include "engine/base/log.h"
#include "engine/base/suggest.h"
#include "engine/store/hooks.h"
#include "tools/learnsql/command.h"
#include "tools/learnsql/shell_command.h"

namespace learnsql {
namespace {

namespace po = boost::program_options;

CancelFlag g_interrupted;  // set by Ctrl-C

void OnInterrupt(int) { g_interrupted.Cancel(); }

void HandleSignals() {
  struct sigaction action = {};
  action.sa_handler = OnInterrupt;
  action.sa_flags = SA_RESETHAND;  // a second Ctrl-C ends the process at once
  ::sigaction(SIGINT, &action, nullptr);
  ::sigaction(SIGTERM, &action, nullptr);
  ::signal(SIGPIPE, SIG_IGN);  // a closed pipe is an error of the write
  ::signal(SIGXFSZ, SIG_IGN);  // and so is a limit on the size of files
}

po::options_description GlobalDescription(GlobalFlags* global) {
  po::options_description description("Flags of every command");
  description.add_options()  //
      ("project", po::value(&global->project)->value_name("DIR"),
       "the folder with learnsql.ini; found upward from here otherwise")  //
      ("warehouse", po::value(&global->warehouse)->value_name("FILE"),
       "the SQLite file to work on")  //
      ("set", po::value(&global->overrides)->value_name("section.key=value"),
       "a setting, over learnsql.ini")  //
      ("log-format", po::value(&global->log_format)->value_name("text|json"),
       "the form of messages on stderr")  //
      ("quiet,q", po::bool_switch(&global->quiet), "only warnings and errors")(
          "help,h", "this help");
  return description;
}

void PrintHelp(std::ostream& out) {
  out << "learnsql: the records of a learning programme in one SQLite file\n\n"
         "usage: learnsql [FILE]              ask the warehouse, or FILE\n"
         "       learnsql COMMAND [ARGUMENTS] [FLAGS]\n\n"
         "commands:\n";
  for (const Command& command : Commands()) {
    std::string name(command.name);
    name.resize(10, ' ');
    out << "  " << name << " " << command.summary << "\n";
  }
  out << "\n'learnsql COMMAND --help' says more.\n\n";
  GlobalFlags unused;
  out << GlobalDescription(&unused);
}

constexpr std::string_view kSelectorHelp =
    "SELECT is a name (globs too), tag:, path:, source:, owner: or "
    "state:stale|modified|new|failed;\n'+m' adds what m needs, 'm+' what needs "
    "m, 'm+2' two steps of that, '@m' all around it; a comma\nmeans both, a "
    "blank either.\n";

void PrintCommandHelp(const Command& command) {
  std::cout << "usage: learnsql " << command.name;
  if (!command.arguments.empty()) std::cout << " " << command.arguments;
  std::cout << " [FLAGS]\n\n" << command.summary << ".\n";
  if (!command.help.empty()) std::cout << command.help << "\n";
  if (command.arguments == "[SELECT...]") std::cout << kSelectorHelp;
  po::options_description flags("Flags");
  if (command.add_flags != nullptr) command.add_flags(&flags);
  GlobalFlags unused;
  std::cout << "\n" << flags << "\n" << GlobalDescription(&unused);
}

// Where the command's name stands: the first word that is neither a flag nor
// the value of one that may come before it. words.size() when there is none.
size_t FindCommandWord(const std::vector<std::string>& words) {
  static const std::set<std::string_view> kWithValue = {
      "--project", "--warehouse", "--set",  "--log-format", "-c",
      "--command", "-f",          "--file", "--format",     "--param"};
  for (size_t i = 0; i < words.size(); ++i) {
    if (!words[i].starts_with('-') || words[i] == "-") return i;
    if (kWithValue.contains(words[i])) ++i;
  }
  return words.size();
}

const Command* FindCommand(std::string_view name) {
  for (const Command& command : Commands()) {
    if (command.name == name) return &command;
  }
  return nullptr;
}

Status UnknownCommand(const std::string& word) {
  std::vector<std::string> names;
  for (const Command& command : Commands()) names.emplace_back(command.name);
  return Status(Code::kUsage, "unknown command '" + word + "'" +
                                  DidYouMean(word, names) +
                                  "; 'learnsql --help' lists them");
}

// Reads the flags of `command` from `words`, the command's own name left out.
Status ParseFlags(const Command& command, const std::vector<std::string>& words,
                  Invocation* call) {
  po::options_description all = GlobalDescription(&call->global);
  po::options_description own;
  if (command.add_flags != nullptr) command.add_flags(&own);
  all.add(own);
  po::options_description hidden;
  hidden.add_options()("argument", po::value<std::vector<std::string>>());
  all.add(hidden);
  po::positional_options_description positional;
  positional.add("argument", -1);
  // Program_options throws; here is where that ends.
  try {
    // No guessing: a flag that is cut short would change its meaning when
    // another one comes to begin like it.
    constexpr int kStyle = po::command_line_style::default_style &
                           ~po::command_line_style::allow_guessing;
    po::store(po::command_line_parser(words)
                  .options(all)
                  .positional(positional)
                  .style(kStyle)
                  .run(),
              call->flags);
    po::notify(call->flags);
  } catch (const po::error& error) {
    return Status(Code::kUsage, std::string(error.what()) + "; 'learnsql " +
                                    std::string(command.name) +
                                    " --help' lists the flags");
  }
  if (call->Has("argument")) {
    call->arguments = call->flags["argument"].as<std::vector<std::string>>();
  }
  if (call->arguments.size() > command.max_arguments) {
    return Status(Code::kUsage, "'" + call->arguments[command.max_arguments] +
                                    "' is one argument too many for 'learnsql" +
                                    (command.name.empty() ? "" : " ") +
                                    std::string(command.name) + "'");
  }
  if (call->global.log_format != "text" && call->global.log_format != "json") {
    return Status(
        Code::kUsage,
        "unknown log format '" + call->global.log_format + "' (text or json)");
  }
  return {};
}

// Finds the project and its settings.
Status Prepare(Invocation* call) {
  const GlobalFlags& global = call->global;
  if (!global.project.empty()) {
    LEARNSQL_TRY_SET(call->project, OpenProject(global.project));
  } else {
    call->project = FindProject(std::filesystem::current_path());
  }
  const std::optional<Project>& project = call->project;
  LEARNSQL_TRY_SET(
      call->settings,
      Settings::Load(project ? project->ini() : "",
                     project ? project->dotenv() : ".env", global.overrides));
  const std::string& warehouse = call->settings.Get("learnsql", "warehouse");
  // A flag is meant from here, a setting from beside learnsql.ini.
  call->warehouse = !global.warehouse.empty() ? global.warehouse
                    : project                 ? project->Beside(warehouse)
                                              : warehouse;
  return {};
}

std::string Join(const std::vector<std::string>& words) {
  std::string line = "learnsql";
  for (const std::string& word : words) line += " " + word;
  return line;
}

Status RunCommand(const Command& command, const std::vector<std::string>& words,
                  Invocation* call) {
  LEARNSQL_TRY(ParseFlags(command, words, call));
  if (call->Has("help")) {
    PrintCommandHelp(command);
    return {};
  }
  ConfigureLog(
      call->global.log_format == "json" ? LogFormat::kJson : LogFormat::kText,
      call->global.quiet);
  // Only the shell has a mode for strangers.
  if (command.name != kShellCommand.name) LeaveMemoryUncounted();
  LEARNSQL_TRY(Prepare(call));
  return command.run(*call);
}

Status RunWords(std::vector<std::string> words) {
  Invocation call;
  call.command_line = Join(words);
  call.clock = Clock::System();
  call.cancel = &g_interrupted;
  const size_t at = FindCommandWord(words);
  const std::string word = at < words.size() ? words[at] : "";
  if (word.empty() && !words.empty()) {
    if (words[0] == "--version") {
      std::cout << "learnsql " << LEARNSQL_VERSION << "\n";
      return {};
    }
    if (words[0] == "--help" || words[0] == "-h") {
      PrintHelp(std::cout);
      return {};
    }
  }
  if (word == "help") {
    PrintHelp(std::cout);
    return {};
  }
  const Command* command = FindCommand(word);
  if (command != nullptr) {
    words.erase(words.begin() + static_cast<std::ptrdiff_t>(at));
    return RunCommand(*command, words, &call);
  }
  const bool file = word.empty() || word == ":memory:" ||
                    std::filesystem::exists(word) ||
                    word.find_first_of("./") != std::string::npos;
  if (!file) return UnknownCommand(word);
  return RunCommand(kShellCommand, words, &call);
}

}  // namespace

Result<const Project*> Invocation::NeedProject() const {
  if (project) return &*project;
  return Status(Code::kUsage,
                "no learnsql.ini here or in a folder above; 'learnsql init "
                "DIR' makes a project, --project DIR names one");
}

Result<Window> Invocation::GetWindow() const {
  Window window;
  for (const auto& [flag, bound] :
       {std::pair{"from", &window.from}, std::pair{"to", &window.to}}) {
    if (!Has(flag)) continue;
    *bound = ParseUtc(Text(flag));
    if (*bound) continue;
    return Status(Code::kUsage, std::string("--") + flag + " '" + Text(flag) +
                                    "' is no UTC time; write 2015-01-01 or "
                                    "2015-01-01T00");
  }
  if (window.from && window.to && *window.from >= *window.to) {
    return Status(Code::kUsage,
                  "the range is empty: --to must be later than --from");
  }
  return window;
}

std::span<const Command> Commands() {
  static const Command kCommands[] = {
      kInitCommand,   kSyncCommand,   kBuildCommand,    kRefreshCommand,
      kStatusCommand, kPlanCommand,   kLintCommand,     kCheckCommand,
      kTestCommand,   kListCommand,   kDescribeCommand, kWhereFromCommand,
      kQueryCommand,  kExportCommand, kPublishCommand,  kVerifyCommand,
      kDiffCommand,   kForgetCommand, kConfigCommand,
  };
  return kCommands;
}

int ExitCode(Code code) {
  switch (code) {
    case Code::kOk:
    case Code::kUnread:  // `learnsql query ... | head` did what was wanted
      return 0;
    case Code::kUsage:
      return 2;
    case Code::kGate:
      return 3;
    case Code::kBusy:
      return 4;
    case Code::kNetwork:
      return 5;
    case Code::kCancelled:
      return 130;
    default:
      return 1;
  }
}

}  // namespace learnsql

int main(int argc, char** argv) {
  using namespace learnsql;  // NOLINT: main stands outside of it
  HandleSignals();
  try {
    const Status status =
        RunWords(std::vector<std::string>(argv + 1, argv + argc));
    const bool quiet = status.ok() || status.code() == Code::kUnread ||
                       status.message().empty();
    if (!quiet) {
      Log(LogLevel::kError, "learnsql: " + status.ToString());
    }
    return ExitCode(status.code());
  } catch (const std::exception& error) {
    Log(LogLevel::kError, std::string("learnsql: ") + error.what());
    return 1;
  }
}
