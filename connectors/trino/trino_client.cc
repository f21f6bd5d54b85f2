#include "connectors/trino/trino_client.h"

#include <algorithm>
#include <cmath>
#include <map>

#include "connectors/decode/read_ahead.h"
#include "connectors/fetch/url.h"
#include "engine/base/cancel.h"
#include "engine/base/clock.h"

namespace learnsql {
namespace {

constexpr int64_t kRetryStepMs = 100;
constexpr int64_t kRetryForMs = 120'000;
constexpr int64_t kCancelMs = 5000;
constexpr int kEmptyAttempts = 5;
constexpr int kFirstAttempts = 5;  // of a server that may not be there at all
constexpr int kQueryAttempts = 3;
constexpr int64_t kQueryStepMs = 1000;
constexpr size_t kShownBytes = 1000;  // of what a server says
constexpr std::string_view kPrepared = "learnsql";

std::string Escaped(std::string_view text) {
  constexpr char kHex[] = "0123456789ABCDEF";
  std::string escaped;
  for (const char c : text) {
    const auto byte = static_cast<unsigned char>(c);
    const bool plain = (byte >= '0' && byte <= '9') ||
                       (byte >= 'A' && byte <= 'Z') ||
                       (byte >= 'a' && byte <= 'z') || byte == '-' ||
                       byte == '.' || byte == '_' || byte == '~';
    if (plain) {
      escaped += c;
    } else {
      escaped += {'%', kHex[byte >> 4], kHex[byte & 15]};
    }
  }
  return escaped;
}

// Form-encoded, as values in reply headers are.
std::string Unescaped(std::string_view text) {
  const auto digit = [](char c) {
    if (c >= '0' && c <= '9') return c - '0';
    c = static_cast<char>(c | 0x20);
    return c >= 'a' && c <= 'f' ? c - 'a' + 10 : -1;
  };
  std::string plain;
  for (size_t i = 0; i < text.size(); ++i) {
    const bool coded = text[i] == '%' && i + 2 < text.size() &&
                       digit(text[i + 1]) >= 0 && digit(text[i + 2]) >= 0;
    if (coded) {
      plain += static_cast<char>(digit(text[i + 1]) * 16 + digit(text[i + 2]));
      i += 2;
    } else {
      plain += text[i] == '+' ? ' ' : text[i];
    }
  }
  return plain;
}

std::string Base64(std::string_view bytes) {
  static constexpr std::string_view kAlphabet =
      "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";
  std::string text;
  for (size_t i = 0; i < bytes.size(); i += 3) {
    uint32_t bits = 0;
    for (size_t k = 0; k < 3; ++k) {
      const char c = i + k < bytes.size() ? bytes[i + k] : '\0';
      bits = bits << 8 | static_cast<unsigned char>(c);
    }
    for (size_t k = 0; k < 4; ++k) {
      text += i + k > bytes.size() ? '=' : kAlphabet[bits >> (18 - 6 * k) & 63];
    }
  }
  return text;
}

std::string_view TrimBlanks(std::string_view text) {
  while (text.starts_with(' ')) text.remove_prefix(1);
  while (text.ends_with(' ')) text.remove_suffix(1);
  return text;
}

// The parts of a header that may list several with commas.
std::vector<std::string> ListOf(std::string_view text) {
  std::vector<std::string> parts;
  while (!text.empty()) {
    const size_t end = std::min(text.find(','), text.size());
    const std::string_view part = TrimBlanks(text.substr(0, end));
    if (!part.empty()) parts.emplace_back(part);
    text.remove_prefix(std::min(end + 1, text.size()));
  }
  return parts;
}

bool SameName(std::string_view a, std::string_view b) {
  return std::equal(a.begin(), a.end(), b.begin(), b.end(),
                    [](char x, char y) { return (x | 0x20) == (y | 0x20); });
}

TrinoFault FaultOf(const JsonNode& error) {
  TrinoFault fault;
  fault.name = error.Find("errorName").text();
  fault.type = error.Find("errorType").text();
  fault.message = error.Find("message").text();
  const JsonNode cause = error.Find("failureInfo");
  if (fault.message.empty()) fault.message = cause.Find("message").text();
  JsonNode place = error.Find("errorLocation");
  if (!place.is_object()) place = cause.Find("errorLocation");
  fault.line = place.Find("lineNumber").int64();
  fault.column = place.Find("columnNumber").int64();
  return fault;
}

// What the server says is done, of 100.
std::optional<double> PercentOf(const JsonNode& stats) {
  if (const auto said = stats.Find("progressPercentage").real()) return said;
  const auto total = stats.Find("totalSplits").int64();
  const auto done = stats.Find("completedSplits").int64();
  if (!total || !done || *total <= 0) return std::nullopt;
  return 100.0 * static_cast<double>(*done) / static_cast<double>(*total);
}

Status CountRows(JsonCursor* cursor, TrinoPage* page) {
  LEARNSQL_TRY_SET(const char front, cursor->Front());
  if (front == 'n') return cursor->Skip();
  if (front == '{') {
    return Status(Code::kInvalid,
                  "the server sends its rows as spooled segments, which "
                  "are not read here; they come only to clients that ask, so "
                  "look for a proxy that adds X-Trino-Query-Data-Encoding");
  }
  LEARNSQL_TRY(cursor->EnterArray());
  while (true) {
    LEARNSQL_TRY_SET(const bool more, cursor->NextElement());
    if (!more) return {};
    LEARNSQL_TRY(cursor->Skip());
    ++page->rows;
  }
}

Status SetMember(const std::string& key, const JsonNode& value,
                 TrinoPage* page) {
  if (key == "id") page->query_id = value.text();
  if (key == "nextUri") page->next_uri = value.text();
  if (key == "updateType") page->update_type = value.text();
  if (key == "error" && !value.is_null()) page->fault = FaultOf(value);
  if (key == "columns" && !value.is_null()) {
    LEARNSQL_TRY_SET(page->columns, ReadTrinoColumns(value));
  }
  if (key == "stats") {
    page->state = value.Find("state").text();
    page->percent = PercentOf(value);
  }
  return {};
}

}  // namespace

// "explain" is not among them: with "analyze" behind it, it executes.
bool ReadsOnly(std::string_view sql) {
  constexpr std::string_view kWordCharacters =
      "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789_@$";
  const size_t begin = sql.find_first_not_of(" \t\r\n(");
  if (begin == sql.npos) return false;
  sql.remove_prefix(begin);
  const std::string_view first =
      sql.substr(0, sql.find_first_not_of(kWordCharacters));
  for (const std::string_view word :
       {"select", "with", "show", "describe", "values"}) {
    if (SameName(first, word)) return true;
  }
  return false;
}

bool TrinoFault::may_pass() const {
  static constexpr std::string_view kNames[] = {
      "SERVER_STARTING_UP", "NO_NODES_AVAILABLE", "CLUSTER_OUT_OF_MEMORY",
      "QUERY_QUEUE_FULL", "SERVER_SHUTTING_DOWN"};
  return type == "INSUFFICIENT_RESOURCES" || type == "EXTERNAL" ||
         std::count(std::begin(kNames), std::end(kNames), name) > 0;
}

Result<TrinoPage> ReadTrinoPage(JsonCursor* cursor) {
  TrinoPage page;
  LEARNSQL_TRY(cursor->EnterObject());
  std::string key;
  while (true) {
    LEARNSQL_TRY_SET(const bool more, cursor->NextMember(&key));
    if (!more) break;
    if (key == "data") {
      LEARNSQL_TRY(CountRows(cursor, &page));
      continue;
    }
    LEARNSQL_TRY_SET(const JsonTaken taken, cursor->TakeWhole());
    LEARNSQL_TRY(SetMember(key, taken.root, &page));
  }
  if (page.query_id.empty()) {
    return cursor->Wrong("the reply is no page of a query: it has no id");
  }
  return page;
}

Status ReadTrinoRows(JsonCursor* cursor,
                     const std::function<Status(const JsonTaken& row)>& take) {
  LEARNSQL_TRY(cursor->EnterObject());
  std::string key;
  while (true) {
    LEARNSQL_TRY_SET(const bool more, cursor->NextMember(&key));
    if (!more) return {};
    LEARNSQL_TRY_SET(const char front, cursor->Front());
    if (key != "data" || front != '[') {
      LEARNSQL_TRY(cursor->Skip());
      continue;
    }
    LEARNSQL_TRY(cursor->EnterArray());
    while (true) {
      LEARNSQL_TRY_SET(const bool another, cursor->NextElement());
      if (!another) break;
      LEARNSQL_TRY_SET(const JsonTaken row, cursor->Take());
      LEARNSQL_TRY(take(row));
    }
  }
}

class TrinoClient::Impl {
 public:
  explicit Impl(TrinoClientOptions options) : options_(std::move(options)) {
    if (options_.clock == nullptr) options_.clock = Clock::System();
    while (options_.url.ends_with('/')) options_.url.pop_back();
    options_.http.clock = options_.clock;
    options_.http.cancel = options_.cancel;
    options_.http.max_redirects = 0;
    options_.http.max_ratio = 500;
    options_.http.retry.attempts = 60;
    options_.http.retry.budget_ms = kRetryForMs;
    for (const auto& [name, value] : options_.session) session_[name] = value;
  }

  Status Check() const {
    LEARNSQL_TRY(Url::Parse(options_.url));
    if (options_.user.empty()) {
      return Status(Code::kInvalid, "a Trino server needs a user");
    }
    return {};
  }

  Result<TrinoResult> Run(const TrinoStatement& statement, ReplyFile* file,
                          const TrinoProgress& progress) {
    const uint64_t kept = file->kept_bytes();
    const bool reads = ReadsOnly(statement.sql);
    for (int attempt = 1;; ++attempt) {
      std::string next;
      file->DropAfter(kept);
      fault_passes_ = false;
      Result<TrinoResult> result = RunPages(statement, file, progress, &next);
      if (!result.ok() && !next.empty()) Cancel(next);
      if (!fault_passes_ || !reads || attempt >= kQueryAttempts) return result;
      options_.clock->SleepMillis(attempt * kQueryStepMs, options_.cancel);
      if (options_.cancel != nullptr) LEARNSQL_TRY(options_.cancel->Check());
    }
  }

 private:
  // `next` is the page that is still to be asked for, or empty.
  Result<TrinoResult> RunPages(const TrinoStatement& statement, ReplyFile* file,
                               const TrinoProgress& progress,
                               std::string* next) {
    TrinoResult result;
    double percent = 0;
    LEARNSQL_TRY_SET(TrinoPage page, Ask(First(statement), file));
    while (true) {
      next->clear();
      if (!page.next_uri.empty()) {
        LEARNSQL_TRY_SET(*next, NextUrl(page.next_uri));
      }
      result.query_id = page.query_id;
      if (page.fault) {
        fault_passes_ = page.fault->may_pass();
        return Failed(*page.fault, page.query_id);
      }
      LEARNSQL_TRY(Take(page, &result));
      LEARNSQL_TRY(file->Keep());
      // Splits are added while it runs: what is shown never goes back.
      percent = std::max(percent, page.percent.value_or(0));
      if (progress) progress(percent, file->kept_bytes());
      if (next->empty()) return result;
      LEARNSQL_TRY_SET(page, Ask(Following(*next), file));
    }
  }

  static Status Take(const TrinoPage& page, TrinoResult* result) {
    if (!page.update_type.empty()) result->update_type = page.update_type;
    if (page.columns && result->columns.empty()) {
      result->columns = *page.columns;
    }
    if (page.rows > 0 && result->columns.empty()) {
      return Status(Code::kCorrupt, "query " + page.query_id +
                                        " sends rows before their columns");
    }
    result->rows += page.rows;
    return {};
  }

  // Servers may say our own secrets back to us.
  std::string Clean(std::string_view text) const {
    Scrubber scrubber;
    scrubber.Add(options_.password.Reveal());
    scrubber.Add(options_.bearer.Reveal());
    return scrubber.Clean(text.substr(0, kShownBytes));
  }

  Status Failed(const TrinoFault& fault, const std::string& query_id) const {
    Place place{.name = "statement"};
    if (fault.line) place.line = static_cast<uint64_t>(*fault.line);
    if (fault.column) place.column = static_cast<uint64_t>(*fault.column);
    std::string text = Clean(fault.message);
    if (!fault.name.empty()) text = fault.name + ": " + text;
    text += "; Trino query " + query_id;
    if (fault.may_pass()) text += "; try again later";
    return Status(fault.may_pass() ? Code::kNetwork : Code::kInvalid,
                  std::move(text), fault.line ? place : Place{});
  }

  HttpRequest Base() const {
    HttpRequest request;
    request.headers = {{"X-Trino-User", options_.user},
                       {"Accept", "application/json"}};
    if (!options_.bearer.empty()) {
      request.credentials = {
          {options_.url, "Authorization", "Bearer ", options_.bearer}};
    } else if (!options_.password.empty()) {
      request.credentials = {
          {options_.url, "Authorization", "Basic ",
           Secret(Base64(options_.user + ":" + options_.password.Reveal()))}};
    }
    request.configured_url = options_.url;
    request.gzip = true;
    return request;
  }

  HttpRequest First(const TrinoStatement& statement) const {
    HttpRequest request = Base();
    request.method = HttpMethod::kPost;
    request.url = options_.url + "/v1/statement";
    request.body = statement.sql;
    request.repeatable = ReadsOnly(statement.sql);
    auto& headers = request.headers;
    headers.push_back({"Content-Type", "text/plain; charset=utf-8"});
    headers.push_back({"X-Trino-Source", "learnsql"});
    headers.push_back({"X-Trino-Time-Zone", "UTC"});
    headers.push_back({"X-Trino-Transaction-Id", transaction_});
    headers.push_back({"X-Trino-Client-Capabilities", "PARAMETRIC_DATETIME"});
    const auto add = [&](const char* name, const std::string& value) {
      if (!value.empty()) headers.push_back({name, value});
    };
    add("X-Trino-Catalog", options_.catalog);
    add("X-Trino-Schema", options_.schema);
    add("X-Trino-Path", path_);
    add("X-Trino-Session", Join(session_));
    add("X-Trino-Role", Join(roles_));
    std::map<std::string, std::string> prepared = prepared_;
    if (!statement.arguments.empty()) {
      prepared[std::string(kPrepared)] = statement.sql;
      request.body = "execute " + std::string(kPrepared) + " using ";
      for (size_t i = 0; i < statement.arguments.size(); ++i) {
        request.body += (i > 0 ? ", " : "") + statement.arguments[i];
      }
    }
    add("X-Trino-Prepared-Statement", Join(prepared));
    return request;
  }

  HttpRequest Following(const std::string& url) const {
    HttpRequest request = Base();
    request.url = url;
    return request;
  }

  static std::string Join(const std::map<std::string, std::string>& values) {
    std::string text;
    for (const auto& [name, value] : values) {
      text += (text.empty() ? "" : ",") + name + "=" + Escaped(value);
    }
    return text;
  }

  // A page, in the file and whole. An empty body is a passing fault.
  Result<TrinoPage> Ask(const HttpRequest& request, ReplyFile* file) {
    for (int attempt = 1;; ++attempt) {
      LEARNSQL_TRY(Send(request, file));
      const std::unique_ptr<ByteSource> bytes = file->Fresh();
      ReadAhead ahead(bytes.get(), {.threaded = false}, options_.cancel);
      JsonCursor cursor(&ahead, {.name = "the reply of " + options_.url});
      LEARNSQL_TRY_SET(const char front, cursor.Front());
      if (front != '\0') {
        LEARNSQL_TRY_SET(TrinoPage page, ReadTrinoPage(&cursor));
        LEARNSQL_TRY_SET(const char rest, cursor.Front());
        if (rest != '\0') return cursor.Wrong("something behind the page");
        return page;
      }
      if (attempt >= kEmptyAttempts || request.method == HttpMethod::kPost) {
        return Status(Code::kNetwork, options_.url +
                                          " sends empty replies; try again "
                                          "later");
      }
      options_.clock->SleepMillis(attempt * kRetryStepMs, options_.cancel);
      if (options_.cancel != nullptr) LEARNSQL_TRY(options_.cancel->Check());
    }
  }

  Status Send(HttpRequest request, ReplyFile* file) {
    int failed = 0;
    const bool may = request.method != HttpMethod::kPost || request.repeatable;
    request.advise = [&](const HttpResponse& response) -> RetryAdvice {
      const int status = response.status;
      if (status < 400) return {};
      const bool passes = status == 429 || (status >= 502 && status <= 504);
      if (!passes || !may) return {.kind = RetryAdvice::kGiveUp};
      const auto asked = RetryAfterMillis(response.Header("retry-after"),
                                          response.Header("date"),
                                          options_.clock->NowSeconds());
      const int64_t wait = std::max(++failed * kRetryStepMs, asked.value_or(0));
      return {.kind = RetryAdvice::kWait, .wait_ms = wait};
    };
    request.answers = {401, 403};
    HttpOptions http = options_.http;
    if (request.method == HttpMethod::kPost) {
      http.retry.attempts = kFirstAttempts;
    }
    HttpClient client(http);
    const std::unique_ptr<BodySink> sink = file->Append(nullptr);
    Result<HttpResponse> response = client.Send(request, sink.get());
    if (!response.ok()) return response.status();
    if (response->status >= 400) return Refused(*response);
    for (const HttpHeader& header : response->headers) Follow(header);
    return {};
  }

  // What the server says to who we are.
  Status Refused(const HttpResponse& response) const {
    const bool unknown = response.status == 401;
    const bool has_secret =
        !options_.bearer.empty() || !options_.password.empty();
    std::string text = options_.url + ": HTTP " +
                       std::to_string(response.status) + ": " + options_.user;
    if (!unknown) {
      text += " may not use this server";
    } else {
      text += has_secret ? " is not let in with this password or token"
                         : " is not let in without a password or token";
    }
    const std::string words = Clean(response.error_body);
    if (!words.empty()) text += ": " + words;
    text += unknown ? "; set a new one" : "; ask its owners for the right to";
    return Status(Code::kInvalid, std::move(text));
  }

  // Replies change the session as cookies do.
  void Follow(const HttpHeader& header) {
    constexpr std::string_view kPrefix = "x-trino-";
    if (!SameName(std::string_view(header.name).substr(0, kPrefix.size()),
                  kPrefix)) {
      return;
    }
    const std::string_view name =
        std::string_view(header.name).substr(kPrefix.size());
    if (SameName(name, "set-catalog")) options_.catalog = header.value;
    if (SameName(name, "set-schema")) options_.schema = header.value;
    if (SameName(name, "set-path")) path_ = header.value;
    if (SameName(name, "started-transaction-id")) transaction_ = header.value;
    if (SameName(name, "clear-transaction-id")) transaction_ = "NONE";
    if (SameName(name, "set-session")) Put(header.value, &session_);
    if (SameName(name, "set-role")) Put(header.value, &roles_);
    if (SameName(name, "added-prepare")) Put(header.value, &prepared_);
    if (SameName(name, "clear-session")) Drop(header.value, &session_);
    if (SameName(name, "deallocated-prepare")) Drop(header.value, &prepared_);
  }

  static void Put(std::string_view list,
                  std::map<std::string, std::string>* values) {
    for (const std::string& pair : ListOf(list)) {
      const size_t equals = pair.find('=');
      if (equals == std::string::npos) continue;
      (*values)[Unescaped(TrimBlanks(pair.substr(0, equals)))] =
          Unescaped(TrimBlanks(pair.substr(equals + 1)));
    }
  }
  static void Drop(std::string_view list,
                   std::map<std::string, std::string>* values) {
    for (const std::string& name : ListOf(list)) values->erase(Unescaped(name));
  }

  // The address of the next page decides where credentials go: it must be the
  // server's own.
  Result<std::string> NextUrl(const std::string& uri) const {
    LEARNSQL_TRY_SET(const Url base, Url::Parse(options_.url));
    const bool bare = uri.find("://") == std::string::npos && uri[0] != '/';
    const std::string text =
        bare ? (base.is_https() ? "https://" : "http://") + uri : uri;
    LEARNSQL_TRY_SET(const Url next, base.Resolve(text));
    if (next.origin() == base.origin()) return next.text();
    return Status(Code::kInvalid,
                  "the next page of " + base.ToString() + " is said to be at " +
                      next.ToString() +
                      ", which is not that server: name the server as it "
                      "calls itself");
  }

  // Best effort: the user waits for it.
  void Cancel(const std::string& url) const {
    HttpRequest request = Following(url);
    request.method = HttpMethod::kDelete;
    HttpOptions http = options_.http;
    http.cancel = nullptr;
    http.deadline_ms = kCancelMs;
    http.retry.attempts = 1;
    HttpClient client(http);
    StringBody ignored;
    (void)client.Send(request, &ignored);
  }

  TrinoClientOptions options_;
  bool fault_passes_ = false;  // of the last query
  std::string path_;
  std::string transaction_ = "NONE";
  std::map<std::string, std::string> session_;
  std::map<std::string, std::string> roles_;
  std::map<std::string, std::string> prepared_;
};

Result<TrinoClient> TrinoClient::Open(TrinoClientOptions options) {
  auto impl = std::make_unique<Impl>(std::move(options));
  LEARNSQL_TRY(impl->Check());
  return TrinoClient(std::move(impl));
}

TrinoClient::TrinoClient(std::unique_ptr<Impl> impl) : impl_(std::move(impl)) {}
TrinoClient::TrinoClient(TrinoClient&&) noexcept = default;
TrinoClient::~TrinoClient() = default;

Result<TrinoResult> TrinoClient::Run(const TrinoStatement& statement,
                                     ReplyFile* file,
                                     const TrinoProgress& progress) {
  return impl_->Run(statement, file, progress);
}

}  // namespace learnsql
