#include "tests/server/scripted_server.h"

#include <arpa/inet.h>
#include <netinet/in.h>
#include <poll.h>
#include <sys/socket.h>
#include <unistd.h>

#include <algorithm>
#include <atomic>
#include <cerrno>
#include <chrono>
#include <cstdlib>
#include <cstring>
#include <thread>

namespace learnsql {
namespace {

constexpr int kPollMillis = 20;

bool WaitReadable(int fd, const std::atomic<bool>& stopping) {
  while (!stopping) {
    pollfd watched{.fd = fd, .events = POLLIN, .revents = 0};
    if (poll(&watched, 1, kPollMillis) > 0) return true;
  }
  return false;
}

// Reads up to the end of the request's head.
void ReadHead(int fd, const std::atomic<bool>& stopping) {
  std::string head;
  char buffer[4096];
  while (head.find("\r\n\r\n") == head.npos && WaitReadable(fd, stopping)) {
    const ssize_t got = recv(fd, buffer, sizeof(buffer), 0);
    if (got <= 0) return;
    head.append(buffer, static_cast<size_t>(got));
  }
}

void SendAll(int fd, std::string_view bytes) {
  while (!bytes.empty()) {
    const ssize_t put = send(fd, bytes.data(), bytes.size(), MSG_NOSIGNAL);
    if (put <= 0) return;
    bytes.remove_prefix(static_cast<size_t>(put));
  }
}

}  // namespace

class ScriptedServer::Impl {
 public:
  explicit Impl(std::vector<Step> steps) : steps_(std::move(steps)) {}
  ~Impl();

  Status Listen();
  int port() const { return port_; }
  int connections() const { return connections_; }

 private:
  void Run();
  void Play(int fd, const Step& step);

  std::vector<Step> steps_;
  int fd_ = -1;
  int port_ = 0;
  std::atomic<int> connections_ = 0;
  std::atomic<bool> stopping_ = false;
  std::thread thread_;
};

ScriptedServer::Impl::~Impl() {
  stopping_ = true;
  if (thread_.joinable()) thread_.join();
  if (fd_ >= 0) close(fd_);
}

Status ScriptedServer::Impl::Listen() {
  fd_ = socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);
  sockaddr_in address{};
  address.sin_family = AF_INET;
  address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
  socklen_t size = sizeof(address);
  auto* raw = reinterpret_cast<sockaddr*>(&address);
  if (fd_ < 0 || bind(fd_, raw, size) != 0 || listen(fd_, 16) != 0 ||
      getsockname(fd_, raw, &size) != 0) {
    return Status(Code::kIo,
                  std::string("cannot listen: ") + std::strerror(errno));
  }
  port_ = ntohs(address.sin_port);
  thread_ = std::thread([this] { Run(); });
  return {};
}

void ScriptedServer::Impl::Run() {
  while (WaitReadable(fd_, stopping_)) {
    const int fd = accept(fd_, nullptr, nullptr);
    if (fd < 0) continue;
    const auto number = static_cast<size_t>(connections_++);
    Play(fd, steps_[std::min(number, steps_.size() - 1)]);
  }
}

void ScriptedServer::Impl::Play(int fd, const Step& step) {
  ReadHead(fd, stopping_);
  SendAll(fd, step.bytes);
  for (int waited = 0; waited < step.hang_ms && !stopping_;
       waited += kPollMillis) {
    std::this_thread::sleep_for(std::chrono::milliseconds(kPollMillis));
  }
  if (step.reset) {
    const linger at_once{.l_onoff = 1, .l_linger = 0};
    setsockopt(fd, SOL_SOCKET, SO_LINGER, &at_once, sizeof(at_once));
  }
  close(fd);
}

ScriptedServer::ScriptedServer(std::unique_ptr<Impl> impl)
    : impl_(std::move(impl)) {}
ScriptedServer::ScriptedServer(ScriptedServer&&) noexcept = default;
ScriptedServer::~ScriptedServer() = default;

Result<ScriptedServer> ScriptedServer::Start(std::vector<Step> steps) {
  auto impl = std::make_unique<Impl>(std::move(steps));
  LEARNSQL_TRY(impl->Listen());
  return ScriptedServer(std::move(impl));
}

ScriptedServer ScriptedServer::MustStart(std::vector<Step> steps) {
  Result<ScriptedServer> server = Start(std::move(steps));
  if (!server.ok()) std::abort();
  return std::move(server).value();
}

int ScriptedServer::port() const { return impl_->port(); }

std::string ScriptedServer::Url(const std::string& path) const {
  return "http://127.0.0.1:" + std::to_string(port()) + path;
}

int ScriptedServer::connections() const { return impl_->connections(); }

}  // namespace learnsql
