#pragma once

#include <stdlib.h>
#include <sys/wait.h>
#include <unistd.h>

#include <array>
#include <functional>
#include <string>

namespace learnsql {

// A copy of this process that runs `work` and ends with its result as the exit
// code, without destructors and without the test's own checks.
//
// REQUIRES: this process has one thread, and no SQLite connection is open.
class Child {
 public:
  explicit Child(const std::function<int()>& work) : pid_(::fork()) {
    if (pid_ == 0) ::_exit(work());
  }
  Child(const Child&) = delete;
  Child& operator=(const Child&) = delete;
  ~Child() {
    if (pid_ > 0) Wait();
  }

  pid_t pid() const { return pid_; }

  // Its exit code; -1 when it crashed.
  int Wait() {
    int status = 0;
    ::waitpid(pid_, &status, 0);
    pid_ = 0;
    return WIFEXITED(status) ? WEXITSTATUS(status) : -1;
  }

 private:
  pid_t pid_;
};

// The text that `work` returns in such a copy; "crashed" when it did not.
inline std::string ToldByChild(const std::function<std::string()>& work) {
  std::array<int, 2> pipe;
  if (::pipe(pipe.data()) != 0) ::abort();
  Child child([&] {
    const std::string text = work();
    const ssize_t written = ::write(pipe[1], text.data(), text.size());
    return written == static_cast<ssize_t>(text.size()) ? 0 : 1;
  });
  ::close(pipe[1]);
  std::string told;
  char piece[4096];
  ssize_t n = 0;
  while ((n = ::read(pipe[0], piece, sizeof(piece))) > 0) {
    told.append(piece, static_cast<size_t>(n));
  }
  ::close(pipe[0]);
  return child.Wait() == 0 ? told : "crashed";
}

// The same as somebody without any rights, as far as this process may.
inline std::string ToldByNobody(const std::function<std::string()>& work) {
  return ToldByChild([&] {
    constexpr uid_t kNobody = 65534;
    if (::geteuid() == 0 && ::setuid(kNobody) != 0) return std::string("root");
    return work();
  });
}

}  // namespace learnsql
