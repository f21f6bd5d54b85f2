// Runs a shell as the program does, for the tests that drive it from outside:
//   shell_driver FILE [--write|--safe] [--strict] [--keep-going] [--no-init]
//       [--format F] [--param N=V] [--model NAME] [--safe-seconds N]
//       [--safe-rows N] [-c TEXT | -f FILE]...

#include <cstdio>
#include <cstdlib>
#include <string>
#include <vector>

#include "engine/shell/shell.h"

namespace {

using learnsql::ShellInput;
using learnsql::ShellMode;
using learnsql::ShellOptions;

struct Driver {
  ShellOptions options;
  std::vector<std::string> models;
};

// Takes one flag and the value behind it; how many words that were.
int TakeFlag(const std::string& flag, const char* value, Driver* driver) {
  ShellOptions& options = driver->options;
  if (flag == "--write") options.mode = ShellMode::kWrite;
  if (flag == "--safe") options.mode = ShellMode::kSafe;
  if (flag == "--strict") options.strict = true;
  if (flag == "--keep-going") options.keep_going = true;
  if (flag == "--no-init") options.use_init = false;
  if (value == nullptr) return 1;
  if (flag == "--param") options.parameters.push_back(value);
  if (flag == "--model") driver->models.push_back(value);
  if (flag == "--safe-seconds") options.safe_seconds = std::atoi(value);
  if (flag == "--safe-rows") {
    options.safe_rows = static_cast<uint64_t>(std::atoi(value));
  }
  if (flag == "--format") {
    const auto format = learnsql::ParseFormat(value);
    if (format.ok()) options.format = *format;
  }
  if (flag == "-c") {
    options.inputs.push_back({ShellInput::Kind::kCommand, value});
  }
  if (flag == "-f") options.inputs.push_back({ShellInput::Kind::kFile, value});
  const bool takes_value = flag == "--param" || flag == "--model" ||
                           flag.starts_with("--safe-") || flag == "--format" ||
                           flag == "-c" || flag == "-f";
  return takes_value ? 2 : 1;
}

// The codes of the architecture.
int ExitCode(learnsql::Code code) {
  switch (code) {
    case learnsql::Code::kOk:
      return 0;
    case learnsql::Code::kUsage:
      return 2;
    case learnsql::Code::kGate:
      return 3;
    case learnsql::Code::kBusy:
      return 4;
    case learnsql::Code::kNetwork:
      return 5;
    case learnsql::Code::kCancelled:
      return 130;
    default:
      return 1;
  }
}

}  // namespace

int main(int argc, char** argv) {
  if (argc < 2) return 2;
  Driver driver;
  driver.options.path = argv[1];
  for (int i = 2; i < argc;) {
    i += TakeFlag(argv[i], i + 1 < argc ? argv[i + 1] : nullptr, &driver);
  }
  driver.options.model_names = [&driver] { return driver.models; };
  const learnsql::Status ran = learnsql::RunShell(driver.options);
  if (!ran.ok()) std::fprintf(stderr, "learnsql: %s\n", ran.ToString().c_str());
  return ExitCode(ran.code());
}
