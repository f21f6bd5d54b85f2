#pragma once

#include "tools/learnsql/command.h"

namespace learnsql {

// `learnsql [FILE]`: not in the list of commands, for it has no name.
extern const Command kShellCommand;

}  // namespace learnsql
