#include <fcntl.h>
#include <poll.h>
#include <signal.h>
#include <spawn.h>
#include <sys/wait.h>
#include <unistd.h>

#include <array>
#include <cerrno>
#include <chrono>
#include <cstring>

#include "connectors/kusto/entra_token.h"
#include "engine/base/cancel.h"

extern char** environ;

namespace learnsql {
namespace {

constexpr size_t kMostOut = 1 << 20;
constexpr size_t kMostErr = 4096;
constexpr int kPollMs = 50;

class Descriptor {
 public:
  Descriptor() = default;
  explicit Descriptor(int fd) : fd_(fd) {}
  Descriptor(Descriptor&& other) noexcept : fd_(other.Release()) {}
  Descriptor& operator=(Descriptor&& other) noexcept {
    Close();
    fd_ = other.Release();
    return *this;
  }
  ~Descriptor() { Close(); }
  int get() const { return fd_; }
  void Close() {
    if (fd_ >= 0) ::close(fd_);
    fd_ = -1;
  }

 private:
  int Release() {
    const int fd = fd_;
    fd_ = -1;
    return fd;
  }
  int fd_ = -1;
};

struct Pipe {
  Descriptor read;
  Descriptor write;
};

Result<Pipe> OpenPipe() {
  std::array<int, 2> ends;
  if (::pipe2(ends.data(), O_CLOEXEC) != 0) {
    return Status(Code::kIo, std::string("no pipe: ") + std::strerror(errno));
  }
  return Pipe{Descriptor(ends[0]), Descriptor(ends[1])};
}

// A program that was started, ended and waited for whatever happens.
class Child {
 public:
  explicit Child(pid_t pid) : pid_(pid) {}
  Child(const Child&) = delete;
  Child& operator=(const Child&) = delete;
  ~Child() {
    if (pid_ <= 0) return;
    ::kill(pid_, SIGKILL);
    Wait();
  }
  int Wait() {
    int status = 0;
    while (::waitpid(pid_, &status, 0) < 0 && errno == EINTR) {
    }
    pid_ = -1;
    return WIFEXITED(status) ? WEXITSTATUS(status) : 128 + WTERMSIG(status);
  }

 private:
  pid_t pid_;
};

Result<pid_t> Spawn(const std::vector<std::string>& arguments,
                    const Descriptor& out, const Descriptor& err) {
  std::vector<char*> argv;
  for (const std::string& argument : arguments) {
    argv.push_back(const_cast<char*>(argument.c_str()));
  }
  argv.push_back(nullptr);
  posix_spawn_file_actions_t actions;
  ::posix_spawn_file_actions_init(&actions);
  ::posix_spawn_file_actions_addopen(&actions, 0, "/dev/null", O_RDONLY, 0);
  ::posix_spawn_file_actions_adddup2(&actions, out.get(), 1);
  ::posix_spawn_file_actions_adddup2(&actions, err.get(), 2);
  pid_t pid = 0;
  const int failed =
      ::posix_spawnp(&pid, argv[0], &actions, nullptr, argv.data(), environ);
  ::posix_spawn_file_actions_destroy(&actions);
  if (failed == 0) return pid;
  return Status(
      failed == ENOENT ? Code::kNotFound : Code::kIo,
      "'" + arguments[0] + "' cannot be started: " + std::strerror(failed));
}

// Reads what is there; false at the end.
bool ReadSome(int fd, size_t most, std::string* text) {
  std::array<char, 4096> buffer;
  const ssize_t got = ::read(fd, buffer.data(), buffer.size());
  if (got <= 0) return got < 0 && errno == EINTR;
  const size_t room = most - std::min(most, text->size());
  text->append(buffer.data(), std::min(room, static_cast<size_t>(got)));
  return true;
}

}  // namespace

Result<CommandOutput> RunCommand(const std::vector<std::string>& arguments,
                                 int64_t timeout_ms, const CancelFlag* cancel) {
  LEARNSQL_TRY_SET(Pipe out, OpenPipe());
  LEARNSQL_TRY_SET(Pipe err, OpenPipe());
  LEARNSQL_TRY_SET(const pid_t pid, Spawn(arguments, out.write, err.write));
  Child child(pid);
  out.write.Close();
  err.write.Close();
  CommandOutput output;
  const auto end =
      std::chrono::steady_clock::now() + std::chrono::milliseconds(timeout_ms);
  while (out.read.get() >= 0 || err.read.get() >= 0) {
    std::array<pollfd, 2> waits = {pollfd{out.read.get(), POLLIN, 0},
                                   pollfd{err.read.get(), POLLIN, 0}};
    ::poll(waits.data(), waits.size(), kPollMs);
    if (cancel != nullptr) LEARNSQL_TRY(cancel->Check());
    if (std::chrono::steady_clock::now() > end) {
      return Status(Code::kNetwork, "'" + arguments[0] + "' did not end in " +
                                        std::to_string(timeout_ms / 1000) +
                                        " s");
    }
    if (waits[0].revents != 0 &&
        !ReadSome(out.read.get(), kMostOut, &output.out)) {
      out.read.Close();
    }
    if (waits[1].revents != 0 &&
        !ReadSome(err.read.get(), kMostErr, &output.err)) {
      err.read.Close();
    }
  }
  output.exit_code = child.Wait();
  return output;
}

}  // namespace learnsql
