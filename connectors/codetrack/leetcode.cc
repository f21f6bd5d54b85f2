#include "connectors/codetrack/leetcode.h"

#include <algorithm>

namespace learnsql {
namespace {

constexpr uint64_t kMaxReplyBytes = 4ULL << 20;

std::string QueryFor(const std::string& user) {
  std::string body =
      R"({"operationName":"recentAcSubmissions","variables":{"username":)";
  JsonNode::AppendQuoted(user, &body);
  return body +
         R"(,"limit":20},"query":"query recentAcSubmissions($username: )"
         R"(String!, $limit: Int!) { recentAcSubmissionList(username: )"
         R"($username, limit: $limit) { id title titleSlug timestamp } }"})";
}

HttpOptions Bounded(HttpOptions options) {
  options.max_bytes = kMaxReplyBytes;
  return options;
}

bool SaysUnknown(JsonNode errors) {
  for (const JsonNode error : errors.elements()) {
    const std::string_view message = error.Find("message").text();
    if (message.find("not exist") != std::string_view::npos) return true;
  }
  return false;
}

}  // namespace

LeetcodeClient::LeetcodeClient(std::string url, HttpOptions options)
    : url_(std::move(url)), http_(Bounded(std::move(options))) {}

Result<LeetcodeClient::Answer> LeetcodeClient::Recent(const std::string& user) {
  HttpRequest request;
  request.method = HttpMethod::kPost;
  request.url = url_;
  request.headers = {{"Content-Type", "application/json"}};
  request.body = QueryFor(user);
  request.repeatable = true;
  request.gzip = true;
  StringBody body;
  LEARNSQL_TRY_SET(const HttpResponse response, http_.Send(request, &body));
  const std::string asked = "POST " + response.url + " for " + user + ": ";
  const Result<JsonNode> root = document_.Parse(body.body());
  if (!root.ok()) {
    return Status(Code::kNetwork, asked + root.status().message());
  }
  Answer answer;
  const JsonNode list = root->Find("data").Find("recentAcSubmissionList");
  if (list.is_array()) {
    for (const JsonNode item : list.elements()) {
      answer.submissions.push_back(item);
    }
    return answer;
  }
  const JsonNode errors = root->Find("errors");
  if (SaysUnknown(errors) || (list.is_null() && errors.size() == 0)) {
    answer.known = false;
    return answer;
  }
  std::string shown;
  errors.AppendMinified(&shown);
  return Status(Code::kNetwork,
                asked + "no list of submissions came" +
                    (shown.empty() ? "" : ": " + shown.substr(0, 200)));
}

}  // namespace learnsql
