#pragma once

#include <cstdint>
#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "connectors/decode/json_document.h"
#include "connectors/fetch/http.h"
#include "engine/base/status.h"

namespace learnsql {

// A pause that the server demands, told every second of it.
struct RestWait {
  int64_t seconds_left = 0;  // 0: it is over
  int64_t until = 0;         // local clock, seconds UTC
  std::string why;
};

struct RestOptions {
  // Where paths begin: "https://api.github.com", "https://ghe.example/api/v3".
  std::string base_url;
  std::vector<HttpHeader> headers;  // Accept and the like
  // Bound to base_url's origin by whoever makes them.
  std::vector<HttpCredential> credentials;
  // Wait for limits, or fail at once and say when to come again.
  bool wait = true;
  int64_t max_wait_s = 3900;  // a longer pause fails: limits count by the hour
  int64_t reserve = 0;        // requests left to others of the same token
  int refusals = 5;           // of one request, before giving up
  int computing = 10;         // answers 202 of one request
  uint64_t max_page_bytes = 32ULL << 20;
  std::function<void(const RestWait&)> on_wait = nullptr;
  HttpOptions http = {};
};

// What the server gave with a page, to be sent back byte for byte.
struct Validator {
  std::string etag;
  std::string last_modified;

  bool empty() const { return etag.empty() && last_modified.empty(); }
};

struct RestRequest {
  // A path below base_url ("/orgs/o/members?per_page=100"), or a whole URL of
  // base_url's origin, as a `next` link is.
  std::string url;
  // Of an envelope: the member that holds the list; see SplitJsonPage.
  std::string items_key = {};
  Validator known = {};
};

// What came back. The views in `page` hold as long as it does.
struct RestPage {
  enum class Kind {
    kItems,
    kUnchanged,  // 304
    kEmpty,      // 204; 409 (an empty repository), 410 (switched off)
    kAbsent,     // 404: not there, or not visible to this credential
    kBlocked,    // 451: for legal reasons
    kNoFurther,  // 422: the server lists no further pages
  };
  Kind kind = Kind::kItems;
  std::unique_ptr<const std::string> text;
  JsonPage page;
  std::string url;       // what was asked for
  std::string next;      // of the Link header, absolute; empty: the last page
  std::string moved_to;  // where 301 or 308 led to; empty: nowhere
  Validator validator;
  std::string note;  // what the server said, for kinds without items
};

// Gets JSON pages from one API, one at a time: waits for limits, comes again
// after passing failures and broken JSON, and follows no link to elsewhere.
//
// Threads:  one thread at a time.
// Lifetime: borrows what options.http points to.
// Memory:   one page, up to max_page_bytes.
class RestClient {
 public:
  explicit RestClient(RestOptions options);
  ~RestClient();
  RestClient(RestClient&&) noexcept;
  RestClient& operator=(RestClient&&) noexcept;

  // Errors, besides those of HttpClient::Send:
  //   kNetwork    a limit that may not or cannot be waited for: the message
  //               says when it ends; broken JSON in every attempt; 202 for ever
  //   kInvalid    a URL or a next link of another origin; 401 (and then every
  //               later Get, unsent, since repeated ones lock the address out);
  //               403 that is no limit
  Result<RestPage> Get(const RestRequest& request);

  // Requests that were sent, tries counted.
  uint64_t requests() const;
  // The HTTP status of the last one; 0: there was no response.
  int last_status() const;
  // Tells one credential from another, and nothing of it: eight hex digits of
  // its hash; empty without any. What a server says depends on who asks.
  const std::string& identity() const;
  const RestOptions& options() const;

  // What `url` (a path or a whole URL) means; its text has no secrets.
  // Errors: kInvalid for another origin than base_url's.
  Result<std::string> Resolve(const std::string& url) const;

 private:
  class Impl;
  std::unique_ptr<Impl> impl_;
};

// `url` with the query parameter `name` set to `value`, percent-encoded; the
// others stay as they are.
std::string WithParameter(std::string_view url, std::string_view name,
                          std::string_view value);
// The raw value of a query parameter; empty when it is not there.
std::string_view UrlParameter(std::string_view url, std::string_view name);

}  // namespace learnsql
