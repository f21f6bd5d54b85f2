// fault_server --port N --dir DIR [--replay FILE]... [--fault PATH=KIND]...
//
// Serves until it is killed. Prints its port as the first line; with --log
// each request's head as further lines. For tests written in shell.

#include <signal.h>
#include <unistd.h>

#include <cstdio>
#include <cstdlib>
#include <cstring>
#include <string>
#include <utility>
#include <vector>

#include "tests/server/fault_server.h"

namespace learnsql {
namespace {

constexpr char kUsage[] =
    "usage: fault_server [--port N] [--dir DIR] [--replay FILE]...\n"
    "                    [--fault PATH=KIND[:ARGUMENT][*TIMES]]...\n"
    "                    [--log FILE]\n";

struct Arguments {
  FaultServer::Options server;
  std::vector<std::string> replays;
  std::vector<std::pair<std::string, Fault>> faults;
  std::string log;
};

Status AddFault(const std::string& value, Arguments* arguments) {
  const size_t equals = value.find('=');
  if (equals == value.npos || !value.starts_with('/')) {
    return Status(Code::kUsage, "--fault takes /PATH=KIND");
  }
  LEARNSQL_TRY_SET(Fault fault, ParseFault(value.substr(equals + 1)));
  arguments->faults.emplace_back(value.substr(0, equals), std::move(fault));
  return {};
}

Status TakeFlag(const std::string& flag, const std::string& value,
                Arguments* arguments) {
  if (flag == "--port") {
    arguments->server.port = std::atoi(value.c_str());
  } else if (flag == "--dir") {
    arguments->server.directory = value;
  } else if (flag == "--replay") {
    arguments->replays.push_back(value);
  } else if (flag == "--log") {
    arguments->log = value;
  } else if (flag == "--fault") {
    return AddFault(value, arguments);
  } else {
    return Status(Code::kUsage, "unknown flag " + flag);
  }
  return {};
}

Result<Arguments> ParseArguments(int count, char** values) {
  Arguments arguments;
  for (int i = 1; i < count; i += 2) {
    if (i + 1 == count) {
      return Status(Code::kUsage, std::string(values[i]) + " needs a value");
    }
    LEARNSQL_TRY(TakeFlag(values[i], values[i + 1], &arguments));
  }
  return arguments;
}

// Appends the requests that came in since the last call.
void WriteLog(const FaultServer& server, const std::string& path,
              size_t* written) {
  const std::vector<SeenRequest> requests = server.requests();
  std::FILE* file = std::fopen(path.c_str(), "a");
  if (file == nullptr) return;
  for (; *written < requests.size(); ++*written) {
    const std::string text = requests[*written].AllText();
    std::fprintf(file, "%s\n", text.c_str());
  }
  std::fclose(file);
}

Status Serve(const Arguments& arguments) {
  LEARNSQL_TRY_SET(FaultServer server, FaultServer::Start(arguments.server));
  for (const std::string& replay : arguments.replays) {
    LEARNSQL_TRY(server.Replay(replay));
  }
  for (const auto& [path, fault] : arguments.faults) {
    server.Inject(path, fault);
  }
  std::printf("%d\n", server.port());
  std::fflush(stdout);
  size_t written = 0;
  while (true) {
    usleep(50'000);
    if (!arguments.log.empty()) WriteLog(server, arguments.log, &written);
  }
}

int Main(int count, char** values) {
  Result<Arguments> arguments = ParseArguments(count, values);
  const Status status = arguments.ok() ? Serve(*arguments) : arguments.status();
  std::fprintf(stderr, "fault_server: %s\n%s", status.ToString().c_str(),
               status.code() == Code::kUsage ? kUsage : "");
  return status.code() == Code::kUsage ? 2 : 1;
}

}  // namespace
}  // namespace learnsql

int main(int count, char** values) { return learnsql::Main(count, values); }
