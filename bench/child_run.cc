#include "bench/child_run.h"

#include <fcntl.h>
#include <sys/resource.h>
#include <sys/wait.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <cstring>
#include <filesystem>
#include <fstream>
#include <sstream>

#include "engine/base/clock.h"

namespace learnsql::bench {
namespace {

// Often enough to see a log at its longest: it is truncated at the end.
constexpr int64_t kLookEveryMillis = 2;

// In the child: never comes back.
[[noreturn]] void Become(const std::vector<std::string>& command,
                         const ChildOptions& options, int errors) {
  const char* const input =
      options.input.empty() ? "/dev/null" : options.input.c_str();
  const int in = ::open(input, O_RDONLY);
  const int out = ::open("/dev/null", O_WRONLY);
  ::dup2(in, STDIN_FILENO);
  ::dup2(out, STDOUT_FILENO);
  ::dup2(errors, STDERR_FILENO);
  std::vector<char*> arguments;
  for (const std::string& word : command) {
    arguments.push_back(const_cast<char*>(word.c_str()));
  }
  arguments.push_back(nullptr);
  ::execvp(arguments[0], arguments.data());
  ::_exit(127);
}

double SecondsOf(const timeval& t) {
  return static_cast<double>(t.tv_sec) + static_cast<double>(t.tv_usec) / 1e6;
}

uint64_t SizeOf(const std::string& path) {
  std::error_code none;
  const uintmax_t size = std::filesystem::file_size(path, none);
  return none ? 0 : size;
}

std::string TextOf(const std::string& path) {
  std::ifstream file(path);
  std::ostringstream text;
  text << file.rdbuf();
  return text.str();
}

}  // namespace

Result<Cost> RunChild(const std::vector<std::string>& command,
                      const ChildOptions& options) {
  char errors_path[] = "/tmp/learnsql-bench-errors-XXXXXX";
  const int errors = ::mkstemp(errors_path);
  if (errors < 0) return Status(Code::kIo, std::strerror(errno));
  Clock* const clock = Clock::System();
  Cost cost;
  const int64_t began = clock->MonotonicMicros();
  const pid_t child = ::fork();
  if (child < 0) return Status(Code::kIo, std::strerror(errno));
  if (child == 0) Become(command, options, errors);
  ::close(errors);
  int state = 0;
  struct rusage usage;
  const bool watches = !options.watch_wal.empty();
  while (::wait4(child, &state, watches ? WNOHANG : 0, &usage) == 0) {
    cost.most_wal_bytes =
        std::max(cost.most_wal_bytes, SizeOf(options.watch_wal + "-wal"));
    clock->SleepMillis(kLookEveryMillis, nullptr);
  }
  cost.seconds = static_cast<double>(clock->MonotonicMicros() - began) / 1e6;
  cost.cpu_seconds = SecondsOf(usage.ru_utime) + SecondsOf(usage.ru_stime);
  cost.peak_megabytes = static_cast<double>(usage.ru_maxrss) * 1024 / 1e6;
  const std::string said = TextOf(errors_path);
  ::unlink(errors_path);
  if (WIFEXITED(state) && WEXITSTATUS(state) == 0) return cost;
  return Status(Code::kInvalid, command[0] + " failed: " + said);
}

}  // namespace learnsql::bench
