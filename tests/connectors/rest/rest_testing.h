#pragma once

#include <gtest/gtest.h>

#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <string>
#include <vector>

#include "connectors/rest/rest_client.h"
#include "engine/base/cancel.h"
#include "engine/base/clock.h"
#include "tests/server/fault_server.h"

namespace learnsql {

inline constexpr int64_t kNow = 1'750'000'000;  // 2025-06-15T15:06:40Z
inline constexpr char kCanary[] = "canary-token-4711";

// Remembers the whole time it was asked to sleep.
class NappingClock final : public Clock {
 public:
  int64_t NowSeconds() const override { return fake_.NowSeconds(); }
  int64_t MonotonicMicros() const override { return fake_.MonotonicMicros(); }
  void SleepMillis(int64_t millis, const CancelFlag* cancel) override {
    slept_ms += millis;
    fake_.SleepMillis(millis, cancel);
  }

  int64_t slept_ms = 0;

 private:
  FakeClock fake_{kNow};
};

class NoRandom final : public Random {
 public:
  uint64_t UpTo(uint64_t) override { return 0; }
};

// A folder that goes with the test.
class RestFolder {
 public:
  RestFolder() {
    std::string name =
        (std::filesystem::temp_directory_path() / "rest-XXXXXX").string();
    path_ = mkdtemp(name.data());
  }
  ~RestFolder() {
    std::error_code ignored;
    std::filesystem::remove_all(path_, ignored);
  }
  std::string File(const std::string& name) const { return path_ + "/" + name; }

 private:
  std::string path_;
};

// One recorded answer, written by a test. `headers` is the inside of an object.
struct Answer {
  std::string target;
  std::string body = "[]";
  int status = 200;
  std::string headers = "";
};

// A server, a client of it, and a clock that both go by.
class RestTest : public testing::Test {
 protected:
  RestTest() : server_(FaultServer::MustStart()) {
    server_.SetNow(kNow);
    options_.base_url = server_.Url();
    options_.headers = {{"Accept", "application/vnd.github+json"}};
    options_.credentials = {{.url = server_.Url(),
                             .header = "Authorization",
                             .prefix = "Bearer ",
                             .value = Secret(kCanary)}};
    options_.on_wait = [this](const RestWait& wait) { waits_.push_back(wait); };
    options_.http.clock = &clock_;
    options_.http.random = &random_;
    options_.http.cancel = &cancel_;
  }

  void Replay(const std::string& name) {
    const Status loaded = server_.Replay(std::string(LEARNSQL_FIXTURES) +
                                         "/rest/" + name + ".exchanges.json");
    ASSERT_TRUE(loaded.ok()) << loaded.ToString();
  }

  // Adds answers behind those that are there; of one target each comes once,
  // the last for ever.
  void Serve(const std::vector<Answer>& answers) {
    std::string text;
    for (const Answer& answer : answers) {
      text += text.empty() ? "[" : ",";
      std::string headers = answer.headers;
      text += R"({"method":"GET","url":"https://api.github.com)" +
              answer.target + R"(","status":)" + std::to_string(answer.status) +
              R"(,"response_headers":{)" + headers + "},\"response_body\":";
      JsonNode::AppendQuoted(answer.body, &text);
      text += "}";
    }
    const std::string path = folder_.File("answers.json");
    std::ofstream(path) << text << "]";
    const Status loaded = server_.Replay(path);
    ASSERT_TRUE(loaded.ok()) << loaded.ToString();
  }

  void Inject(const std::string& path, const std::string& fault) {
    const Result<Fault> parsed = ParseFault(fault);
    ASSERT_TRUE(parsed.ok()) << parsed.status().ToString();
    server_.Inject(path, *parsed);
  }

  Result<RestPage> Get(const std::string& url, const std::string& key = "") {
    if (!client_) client_ = std::make_unique<RestClient>(options_);
    return client_->Get({.url = url, .items_key = key});
  }

  RestFolder folder_;
  NappingClock clock_;
  NoRandom random_;
  CancelFlag cancel_;
  FaultServer server_;
  RestOptions options_;
  std::vector<RestWait> waits_;
  std::unique_ptr<RestClient> client_;
};

}  // namespace learnsql
