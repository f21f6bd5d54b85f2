#include "tools/learnsql/shell_command.h"

namespace learnsql {
namespace {
void AddFlags(boost::program_options::options_description*) {}
Status Run(const Invocation&) { return Status(Code::kUsage, "no shell yet"); }
}  // namespace
const Command kShellCommand = {"shell", "", "", "", 1, AddFlags, Run};
}  // namespace learnsql
