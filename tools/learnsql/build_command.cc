#include "tools/learnsql/command.h"

namespace learnsql {
namespace {
void AddFlags(boost::program_options::options_description*) {}
Status Run(const Invocation&) { return Status(Code::kUsage, "no build yet"); }
}  // namespace
const Command kBuildCommand = {"build", "", "", "", 1, AddFlags, Run};
}  // namespace learnsql
