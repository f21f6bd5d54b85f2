#pragma once

#include <cstdint>
#include <map>
#include <memory>
#include <mutex>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "engine/base/status.h"

namespace learnsql {

// "Wed, 21 Oct 2015 07:28:00 GMT"
std::string FormatHttpDate(int64_t seconds);

// `text` with its WireMock templates filled in: {{now ...}},
// {{testStartDate ...}} with offset, timezone='GMT' and format, {{baseUrl}}.
// Templates it does not know stay as they are.
struct TemplateTimes {
  int64_t now = 0;
  int64_t test_start = 0;
};
std::string ExpandTemplates(std::string_view text, const TemplateTimes& times,
                            std::string_view base_url);

// One recorded request and its response.
struct Exchange {
  std::string method;  // upper case
  std::string target;  // "/path?query", percent-encoding as recorded
  std::string origin;  // "https://api.github.com", or empty
  std::string request_body;
  int status = 200;
  std::vector<std::pair<std::string, std::string>> headers;
  std::string body;
  std::string scenario;
  std::string required_state;
  std::string new_state;
};

// Recorded exchanges (*.exchanges.json), answered by method, path and query.
// Of several that fit, those not given yet come first, in their order, and one
// with the same body before others; the last one is repeated.
//
// Threads: any thread.
class Replay {
 public:
  // Errors: kNotFound, kIo, kInvalid for what is not such a file.
  Status Load(const std::string& path);

  // Copies the answer; false when nothing recorded fits. What the recording
  // calls its origin is `base_url` in the answer, and templates are filled in.
  bool Answer(std::string_view method, std::string_view target,
              std::string_view body, const TemplateTimes& times,
              std::string_view base_url, Exchange* answer);

 private:
  struct Entry {
    Exchange exchange;
    bool given = false;
  };

  bool Fits(const Exchange& exchange, std::string_view method,
            std::string_view target) const;
  Entry* Choose(std::string_view method, std::string_view target,
                std::string_view body);

  std::mutex mutex_;
  std::vector<Entry> entries_;
  std::map<std::string, std::string> states_;  // by scenario
};

}  // namespace learnsql
