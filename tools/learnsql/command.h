#pragma once

#include <boost/program_options.hpp>

#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "engine/base/cancel.h"
#include "engine/base/clock.h"
#include "engine/base/status.h"
#include "engine/load/source.h"
#include "tools/learnsql/project.h"
#include "tools/learnsql/settings.h"

namespace learnsql {

// The flags that every command takes, before or after its name.
struct GlobalFlags {
  std::string project;
  std::string warehouse;
  std::vector<std::string> overrides;  // --set section.key=value
  std::string log_format = "text";
  bool quiet = false;
};

// One call of a command: what was typed, and what it works with.
struct Invocation {
  std::string command_line;  // as typed, for ls_run; flags hold no secrets
  GlobalFlags global;
  boost::program_options::variables_map flags;
  std::vector<std::string> arguments;
  std::optional<Project> project;  // none outside of a project
  Settings settings;
  std::string warehouse;  // its path
  Clock* clock = nullptr;
  const CancelFlag* cancel = nullptr;

  bool Has(const std::string& flag) const { return flags.count(flag) > 0; }
  std::string Text(const std::string& flag) const {
    return Has(flag) ? flags[flag].as<std::string>() : std::string();
  }
  // The project, or an error that says how to get one.
  Result<const Project*> NeedProject() const;
  // --from and --to.
  // Errors: kUsage when one is no time, or the range is empty.
  Result<Window> GetWindow() const;
};

// What main.cc knows of a command.
struct Command {
  std::string_view name;
  std::string_view arguments;  // "[SOURCE...]"
  std::string_view summary;    // one line
  std::string_view help;       // what it does, beyond the flags
  size_t max_arguments;
  // Null: no flags of its own.
  void (*add_flags)(boost::program_options::options_description*) = nullptr;
  Status (*run)(const Invocation& call);
};

// The commands, in the order of the help.
std::span<const Command> Commands();

// Each in its own file.
extern const Command kForgetCommand;
extern const Command kInitCommand;
extern const Command kSyncCommand;
extern const Command kBuildCommand;
extern const Command kStatusCommand;
extern const Command kQueryCommand;
extern const Command kPlanCommand;
extern const Command kLintCommand;
extern const Command kListCommand;
extern const Command kDescribeCommand;
extern const Command kTestCommand;
extern const Command kCheckCommand;
extern const Command kConfigCommand;
extern const Command kWhereFromCommand;
extern const Command kPublishCommand;
extern const Command kVerifyCommand;
extern const Command kDiffCommand;
extern const Command kExportCommand;
extern const Command kRefreshCommand;

// 0 ok; 1 error in SQL or data; 2 wrong usage; 3 a gate said no; 4 busy;
// 5 source or network, try again; 130 interrupted.
int ExitCode(Code code);

}  // namespace learnsql
