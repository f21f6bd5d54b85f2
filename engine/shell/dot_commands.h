#pragma once

#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "engine/base/status.h"

namespace learnsql {

class Session;

// A command of the shell itself, ".name arguments".
struct DotCommand {
  const char* name;       // without the dot
  const char* arguments;  // for help: "?FORMAT?"
  const char* help;       // one line
  size_t least;           // number of arguments
  size_t most;
  bool reaches_out;  // files or processes: refused in a safe session
  Status (*run)(Session* session, std::span<const std::string> arguments);
  // What follows the name is one argument, quotes and blanks as they are.
  bool whole_line = false;
};

// All of them, by name.
std::span<const DotCommand> DotCommands();

// Runs a line that begins with a dot. A name may be shortened while only one
// command begins with it.
// Errors: kUsage for a wrong name or number of arguments, with the right form;
// else the command's own.
Status RunDotCommand(Session* session, std::string_view line);

// Whether a command's name, or one of sqlite3's older spellings, begins with
// `name`.
bool IsDotCommandStart(std::string_view name);

// Words as sqlite3's shell splits them: by blanks; '...' as it is; "..." with
// the escapes of C.
// Errors: kUsage for a quote that does not end.
Result<std::vector<std::string>> SplitArguments(std::string_view text);

// The commands, one file a group.
using DotArguments = std::span<const std::string>;
Status DotTables(Session* session, DotArguments arguments);
Status DotSchema(Session* session, DotArguments arguments);
Status DotIndexes(Session* session, DotArguments arguments);
Status DotDatabases(Session* session, DotArguments arguments);
Status DotDump(Session* session, DotArguments arguments);
Status DotImport(Session* session, DotArguments arguments);
Status DotDescribe(Session* session, DotArguments arguments);
Status DotSample(Session* session, DotArguments arguments);
Status DotModels(Session* session, DotArguments arguments);
Status DotStatus(Session* session, DotArguments arguments);
Status DotFailures(Session* session, DotArguments arguments);
Status DotRejects(Session* session, DotArguments arguments);
Status DotView(Session* session, DotArguments arguments);
Status DotProfile(Session* session, DotArguments arguments);
Status DotChart(Session* session, DotArguments arguments);

}  // namespace learnsql
