#pragma once

#include <string>
#include <vector>

#include "connectors/decode/json_document.h"
#include "connectors/fetch/http.h"
#include "engine/base/status.h"

namespace learnsql {

// Asks LeetCode which problems a learner solved last. It shows 20 at most.
//
// Threads:  one thread at a time.
// Lifetime: borrows what the options point to.
class LeetcodeClient {
 public:
  // `url` of the GraphQL service: "https://leetcode.com/graphql".
  LeetcodeClient(std::string url, HttpOptions options);

  // What came: solved problems, or why there are none for this learner.
  struct Answer {
    std::vector<JsonNode> submissions;  // until the next call
    bool known = true;                  // LeetCode knows the user
  };
  // Errors: of HttpClient::Send; kNetwork for an answer that is none.
  Result<Answer> Recent(const std::string& user);

 private:
  std::string url_;
  HttpClient http_;
  JsonDocument document_;
};

}  // namespace learnsql
