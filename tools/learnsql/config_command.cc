#include <iostream>

#include "tools/learnsql/command.h"

namespace learnsql {
namespace {

void AddConfigFlags(boost::program_options::options_description* flags) {
  flags->add_options()("origin", "say where each value comes from");
}

// The sections of a kind: those without names always, the others where they
// are set.
std::vector<std::string> SectionsOf(const Settings& settings,
                                    const SectionSpec& spec) {
  if (!spec.named) return {std::string(spec.name)};
  std::vector<std::string> sections;
  for (const std::string& section : settings.sections()) {
    if (FindSection(section) == &spec) sections.push_back(section);
  }
  return sections;
}

void Print(const Settings& settings, const SectionSpec& spec,
           const std::string& section, bool with_origin) {
  std::cout << "[" << section << "]\n";
  for (const SettingSpec& key : spec.keys) {
    std::cout << key.key << " = " << settings.Get(section, key.key);
    if (with_origin) {
      std::cout << "  # " << settings.Origin(section, key.key);
    }
    std::cout << "\n";
  }
}

Status RunConfig(const Invocation& call) {
  if (call.arguments.size() != 1 || call.arguments.front() != "show") {
    return Status(Code::kUsage, "say 'learnsql config show'");
  }
  bool first = true;
  for (const SectionSpec& spec : SectionSpecs()) {
    for (const std::string& section : SectionsOf(call.settings, spec)) {
      if (!first) std::cout << "\n";
      first = false;
      Print(call.settings, spec, section, call.Has("origin"));
    }
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
    .add_flags = AddConfigFlags,
    .run = RunConfig,
};

}  // namespace learnsql
