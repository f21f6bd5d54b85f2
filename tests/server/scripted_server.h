#pragma once

#include <memory>
#include <string>
#include <vector>

#include "engine/base/status.h"

namespace learnsql {

// Answers each connection with given bytes, for what a web server's library
// would not let out: no reply, half a header, a reset.
//
// Threads: any thread.
class ScriptedServer {
 public:
  struct Step {
    std::string bytes;   // sent after the request's head has come
    bool reset = false;  // end with a TCP reset, not with the end of stream
    int hang_ms = 0;     // stay silent this long before the end
  };

  // The n-th connection gets the n-th step, later ones the last step.
  // Errors: kIo.
  static Result<ScriptedServer> Start(std::vector<Step> steps);
  // The same for tests: the process ends when it fails.
  static ScriptedServer MustStart(std::vector<Step> steps);
  ScriptedServer(ScriptedServer&&) noexcept;
  ~ScriptedServer();

  int port() const;
  std::string Url(const std::string& path = "") const;
  int connections() const;

 private:
  class Impl;
  explicit ScriptedServer(std::unique_ptr<Impl> impl);
  std::unique_ptr<Impl> impl_;
};

}  // namespace learnsql
