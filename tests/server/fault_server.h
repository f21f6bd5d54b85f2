#pragma once

#include <cstdint>
#include <memory>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "engine/base/status.h"
#include "tests/server/fault.h"

namespace learnsql {

// A request as it came in.
struct SeenRequest {
  std::string method;
  std::string target;  // "/path?query"
  std::vector<std::pair<std::string, std::string>> headers;
  std::string body;

  // The first value of that header in any case; empty when it is not there.
  std::string Header(std::string_view name) const;
  // Everything, for looking for what should not be in it.
  std::string AllText() const;
};

// A web server on 127.0.0.1 for tests: files with ETag (their MD5),
// Last-Modified, Range, If-Range and HEAD; recorded exchanges; and faults by
// path. It runs in threads of its own until it is destroyed.
//
// Threads: any thread.
class FaultServer {
 public:
  struct Options {
    std::string directory = {};  // served at "/"; empty: none
    int port = 0;                // 0: any free one
    bool tls = false;            // with a certificate made for the occasion
  };

  // Errors: kIo when the port cannot be had.
  static Result<FaultServer> Start(Options options);
  // The same for tests: the process ends when it fails.
  static FaultServer MustStart();
  static FaultServer MustStart(Options options);
  FaultServer(FaultServer&&) noexcept;
  ~FaultServer();

  int port() const;
  // "http://127.0.0.1:PORT" + path; with TLS https://localhost:PORT.
  std::string Url(std::string_view path = "") const;
  // The certificate, for the client's ca_file. REQUIRES: Options::tls.
  std::string CertificatePem() const;

  void ServeText(const std::string& path, std::string body);
  // Answers requests with the exchanges of the file, where one fits.
  Status Replay(const std::string& path);
  // Faults of one path befall it in the order in which they were injected.
  void Inject(const std::string& path, Fault fault);
  void ForgetFaults();

  // The time that Date headers and templates tell; the machine's by default.
  // The first time that is set is also when the test began.
  void SetNow(int64_t seconds);

  std::vector<SeenRequest> requests() const;
  std::vector<SeenRequest> RequestsFor(std::string_view path) const;
  void ForgetRequests();

 private:
  class Impl;
  explicit FaultServer(std::unique_ptr<Impl> impl);
  std::unique_ptr<Impl> impl_;
};

}  // namespace learnsql
