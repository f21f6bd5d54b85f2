#include <iostream>

#include "tools/learnsql/command.h"

namespace learnsql {
namespace {

void AddFlags(boost::program_options::options_description* flags) {
  flags->add_options()("origin", "say where each value comes from");
}

Status Run(const Invocation& call) {
  if (call.arguments.size() != 1 || call.arguments.front() != "show") {
    return Status(Code::kUsage, "say 'learnsql config show'");
  }
  std::string_view section;
  for (const SettingSpec& spec : SettingSpecs()) {
    if (spec.section != section) {
      std::cout << (section.empty() ? "" : "\n") << "[" << spec.section
                << "]\n";
      section = spec.section;
    }
    std::cout << spec.key << " = " << call.settings.Get(spec.section, spec.key);
    if (call.Has("origin")) {
      std::cout << "  # " << call.settings.Origin(spec.section, spec.key);
    }
    std::cout << "\n";
  }
  return {};
}

}  // namespace

const Command kConfigCommand = {
    .name = "config",
    .arguments = "show",
    .summary = "show the settings in force",
    .help =
        "A value comes from the first that has it: the flags, the "
        "environment, .env,\nlearnsql.ini, the default.",
    .max_arguments = 1,
    .add_flags = AddFlags,
    .run = Run,
};

}  // namespace learnsql
