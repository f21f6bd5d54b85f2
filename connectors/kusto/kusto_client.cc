#include "connectors/kusto/kusto_client.h"

#include <algorithm>
#include <numeric>

#include "connectors/decode/json_cursor.h"
#include "connectors/decode/json_parsers.h"
#include "connectors/decode/read_ahead.h"
#include "connectors/fetch/url.h"
#include "connectors/kusto/kusto_hosts.h"
#include "engine/base/cancel.h"
#include "engine/base/clock.h"

namespace learnsql {
namespace {

constexpr std::string_view kDefaultResource = "https://kusto.kusto.windows.net";
constexpr std::string_view kApiVersion = "2024-12-12";
constexpr int kFaultAttempts = 3;
constexpr int64_t kBeyondServer_s = 30;  // that a server may be late
constexpr int64_t kCancelMs = 5000;

constexpr std::string_view kEntitlement =
    "ask for the right to read it (for the analytics clusters the entitlement "
    "azure-datawarehouse-viewer)";

std::string Ascii(std::string_view text) {
  std::string ascii(text);
  for (char& c : ascii) {
    const auto byte = static_cast<unsigned char>(c);
    if (byte < 0x20 || byte > 0x7e) c = '?';
  }
  return ascii;
}

std::string MakeUuid(Random* random) {
  constexpr char kHex[] = "0123456789abcdef";
  std::string uuid = "xxxxxxxx-xxxx-4xxx-yxxx-xxxxxxxxxxxx";
  for (char& c : uuid) {
    if (c == 'x') c = kHex[random->UpTo(15)];
    if (c == 'y') c = kHex[8 + random->UpTo(3)];
  }
  return uuid;
}

std::string TimeoutText(int64_t seconds) {
  char text[32];
  std::snprintf(
      text, sizeof text, "%02d:%02d:%02d", static_cast<int>(seconds / 3600),
      static_cast<int>(seconds / 60 % 60), static_cast<int>(seconds % 60));
  return text;
}

// The one text value of a JSON path of objects.
std::string TextAt(std::string_view json,
                   std::initializer_list<std::string_view> path) {
  SlowJsonParser parser(4096);
  JsonTape tape;
  if (!parser.Parse(json, &tape).reason.empty()) return {};
  JsonNode node(&tape, 1);
  for (const std::string_view key : path) node = node.Find(key);
  return std::string(node.text());
}

std::vector<int> AllErrors() {
  std::vector<int> statuses(200);
  std::iota(statuses.begin(), statuses.end(), 400);
  return statuses;
}

bool IsQuota(const HttpResponse& response) {
  return response.error_body.find("QuotaExceededException") !=
         std::string::npos;
}

}  // namespace

class KustoClient::Impl {
 public:
  Impl(KustoClientOptions options, TokenSource* tokens)
      : options_(std::move(options)), tokens_(tokens) {
    if (options_.clock == nullptr) options_.clock = Clock::System();
    if (options_.http.random == nullptr) {
      options_.http.random = Random::System();
    }
    while (options_.cluster.ends_with('/')) options_.cluster.pop_back();
    options_.http.clock = options_.clock;
    options_.http.cancel = options_.cancel;
    options_.http.max_redirects = 0;  // nor do the service's own clients
    options_.http.low_speed_s = std::max(
        options_.http.low_speed_s, options_.server_timeout_s + kBeyondServer_s);
    // Rows that are alike compress better than the default ratio allows.
    options_.http.max_ratio = 500;
  }

  const KustoClientOptions& options() const { return options_; }
  const std::string& request_id() const { return request_id_; }
  const std::string& activity_id() const { return activity_id_; }
  const std::string& principal() const { return principal_; }

  Result<KustoSurvey> Run(const KustoQuery& query, ReplyFile* file,
                          const std::function<void(uint64_t)>& progress) {
    for (int attempt = 1;; ++attempt) {
      LEARNSQL_TRY_SET(KustoSurvey survey, RunOnce(query, file, progress));
      if (!survey.fault || survey.fault->too_large) return survey;
      if (!survey.fault->may_pass() || attempt >= kFaultAttempts) {
        return Status(
            survey.fault->may_pass() ? Code::kNetwork : Code::kInvalid,
            Clean("the query failed on " + options_.cluster + ": " +
                  Describe(*survey.fault)) +
                "; " + Ids());
      }
      options_.clock->SleepMillis(
          WaitMillis(options_.http.retry, attempt, 0, options_.http.random),
          options_.cancel);
      if (options_.cancel != nullptr) LEARNSQL_TRY(options_.cancel->Check());
    }
  }

 private:
  std::string Clean(const std::string& text) const {
    Scrubber scrubber;
    scrubber.Add(token_.Reveal());
    return scrubber.Clean(text);
  }
  std::string Ids() const {
    return "client request id " + request_id_ +
           (activity_id_.empty() ? "" : ", activity id " + activity_id_);
  }

  // The resource that a token for this cluster is for. One without metadata
  // goes by the public cloud's; any other failure says nothing.
  Result<std::string> Resource() {
    if (!options_.resource.empty()) return options_.resource;
    HttpRequest request;
    request.url = options_.cluster + "/v1/rest/auth/metadata";
    request.headers = {{"Accept", "application/json"}};
    request.answers = {404};
    HttpOptions http = options_.http;
    http.max_bytes = 1 << 20;
    http.low_speed_s = 30;
    HttpClient client(http);
    StringBody body;
    LEARNSQL_TRY_SET(const HttpResponse response, client.Send(request, &body));
    if (response.status == 404) {
      options_.resource = kDefaultResource;
      return options_.resource;
    }
    std::string resource =
        TextAt(body.body(), {"AzureAD", "KustoServiceResourceId"});
    if (resource.empty()) {
      return Status(Code::kCorrupt,
                    response.url +
                        ": the answer names no resource for tokens "
                        "(AzureAD.KustoServiceResourceId)");
    }
    const bool mfa =
        body.body().find("\"LoginMfaRequired\":true") != std::string::npos;
    const size_t at = resource.find(".kusto.");
    if (mfa && at != std::string::npos) resource.replace(at, 7, ".kustomfa.");
    options_.resource = std::move(resource);
    return options_.resource;
  }

  Status TakeToken(bool fresh) {
    LEARNSQL_TRY_SET(const std::string resource, Resource());
    LEARNSQL_TRY_SET(token_, tokens_->Get(resource, fresh));
    principal_ = NameInToken(token_);
    return {};
  }

  HttpRequest Post(const std::string& path, const std::string& body) const {
    HttpRequest request;
    request.method = HttpMethod::kPost;
    request.url = options_.cluster + path;
    request.headers = {{"Accept", "application/json"},
                       {"Content-Type", "application/json; charset=utf-8"},
                       {"x-ms-client-request-id", request_id_},
                       {"x-ms-app", "learnsql"},
                       {"x-ms-client-version", "Kusto.LearnSql.Client:{1}"},
                       {"x-ms-version", std::string(kApiVersion)}};
    request.credentials = {{.url = options_.cluster,
                            .header = "Authorization",
                            .prefix = "Bearer ",
                            .value = token_}};
    request.body = body;
    request.answers = AllErrors();
    request.gzip = true;
    return request;
  }

  std::string QueryBody(const KustoQuery& query) const {
    std::string body = "{\"db\":";
    JsonNode::AppendQuoted(query.database, &body);
    body += ",\"csl\":";
    JsonNode::AppendQuoted(query.text, &body);
    body += ",\"properties\":{\"Options\":{\"servertimeout\":\"" +
            TimeoutText(options_.server_timeout_s) +
            "\",\"results_progressive_enabled\":false,"
            "\"results_v2_newlines_between_frames\":true,"
            "\"results_v2_fragment_primary_tables\":true,"
            "\"results_error_reporting_placement\":\"end_of_table\","
            "\"request_readonly\":true},\"Parameters\":{";
    bool first = true;
    for (const KustoParameter& parameter : query.parameters) {
      if (!first) body += ',';
      first = false;
      JsonNode::AppendQuoted(parameter.name, &body);
      body += ':';
      if (parameter.is_long) {
        body += parameter.literal;
      } else {
        JsonNode::AppendQuoted(parameter.literal, &body);
      }
    }
    return body + "}}}";
  }

  Result<KustoSurvey> RunOnce(const KustoQuery& query, ReplyFile* file,
                              const std::function<void(uint64_t)>& progress) {
    LEARNSQL_TRY(TakeToken(false));
    Result<HttpResponse> response = Send(query, file, progress);
    if (response.ok() && response->status == 401) {
      LEARNSQL_TRY(TakeToken(true));
      response = Send(query, file, progress);
    }
    if (!response.ok()) {
      if (response.status().code() == Code::kCancelled) CancelQuery(query);
      return response.status();
    }
    activity_id_ = Ascii(response->Header("x-ms-activity-id"));
    if (response->status >= 400) return Refused(query, *response);
    return Survey(file);
  }

  Result<HttpResponse> Send(const KustoQuery& query, ReplyFile* file,
                            const std::function<void(uint64_t)>& progress) {
    request_id_ = "learnsql.query;" + MakeUuid(options_.http.random);
    activity_id_.clear();
    HttpRequest request = Post("/v2/rest/query", QueryBody(query));
    request.repeatable = true;
    int failed = 0;
    request.advise = [&](const HttpResponse& response) {
      return Advise(response, ++failed);
    };
    HttpClient client(options_.http);
    const std::unique_ptr<BodySink> sink = file->Append(progress);
    return client.Send(request, sink.get());
  }

  // What each status means here. The last failure is given up, so that its
  // body is read and explained.
  RetryAdvice Advise(const HttpResponse& response, int failed) const {
    constexpr RetryAdvice kFinal{.kind = RetryAdvice::kGiveUp};
    if (response.status < 400) return {};
    const bool passes =
        response.status == 429 || response.status == 502 ||
        response.status == 503 || response.status == 504 ||
        (response.status >= 500 &&
         ReadKustoError(response.error_body).permanent == false);
    const int most = response.status == 504 ? 2 : options_.http.retry.attempts;
    if (!passes || IsQuota(response) || failed >= most) return kFinal;
    const auto asked =
        RetryAfterMillis(response.Header("retry-after"),
                         response.Header("date"), options_.clock->NowSeconds());
    const int64_t wait = WaitMillis(options_.http.retry, failed,
                                    asked.value_or(0), options_.http.random);
    if (wait > options_.http.retry.budget_ms) return kFinal;
    return {.kind = RetryAdvice::kWait, .wait_ms = wait};
  }

  Result<KustoSurvey> Survey(ReplyFile* file) const {
    const std::unique_ptr<ByteSource> bytes = file->Fresh();
    ReadAhead ahead(bytes.get(), {.threaded = false}, options_.cancel);
    JsonCursor cursor(&ahead, {.name = "the reply of " + options_.cluster});
    Result<KustoSurvey> survey = SurveyKustoReply(&cursor);
    if (survey.ok() && !survey->fault) {
      LEARNSQL_TRY_SET(const char rest, cursor.Front());
      if (rest != '\0')
        return cursor.Wrong("something stands behind the reply");
    }
    if (!survey.ok() && survey.status().code() != Code::kCancelled) {
      return survey.status().Annotate(Ids());
    }
    return survey;
  }

  // An answer of HTTP that is no reply.
  Result<KustoSurvey> Refused(const KustoQuery& query,
                              const HttpResponse& response) const {
    KustoSurvey survey;
    survey.fault = ReadKustoError(response.error_body);
    if (survey.fault->too_large && response.status < 500) return survey;
    const int status = response.status;
    std::string text = options_.cluster + ": HTTP " + std::to_string(status);
    Code code = Code::kInvalid;
    std::string next;
    if (status == 401) {
      text += ": the token from " + tokens_->Describe() + " is not accepted";
      next = "; get a new one ('az login')";
    } else if (status == 403) {
      text += ": " + principal_ + " may not read the database '" +
              query.database + "'";
      next = "; " + std::string(kEntitlement);
    } else if (status == 404) {
      code = Code::kNotFound;
      next = "; check the cluster and the database '" + query.database + "'";
    } else if (status == 429 || status >= 500) {
      code = Code::kNetwork;
      next = IsQuota(response)
                 ? "; the quota is used up: try again when its window is over"
                 : "; try again later";
    }
    const std::string words = Describe(*survey.fault);
    if (!words.empty()) text += ": " + words;
    if (response.attempts > 1) {
      text +=
          "; gave up after " + std::to_string(response.attempts) + " attempts";
    }
    return Status(code, Clean(text) + next + "; " + Ids());
  }

  // Best effort: the user waits for it.
  void CancelQuery(const KustoQuery& query) const {
    std::string body = "{\"db\":";
    JsonNode::AppendQuoted(query.database, &body);
    body += ",\"csl\":";
    JsonNode::AppendQuoted(".cancel query \"" + request_id_ + "\"", &body);
    HttpRequest request = Post("/v1/rest/mgmt", body + "}");
    request.headers[2].value =
        "learnsql.cancel;" + MakeUuid(options_.http.random);
    HttpOptions http = options_.http;
    http.cancel = nullptr;
    http.deadline_ms = kCancelMs;
    http.retry.attempts = 1;
    HttpClient client(http);
    StringBody ignored;
    (void)client.Send(request, &ignored);
  }

  KustoClientOptions options_;
  TokenSource* tokens_;
  Secret token_;
  std::string request_id_;
  std::string activity_id_;
  std::string principal_ = "somebody";
};

Result<KustoClient> KustoClient::Open(KustoClientOptions options,
                                      TokenSource* tokens) {
  LEARNSQL_TRY_SET(const Url cluster, Url::Parse(options.cluster));
  LEARNSQL_TRY(CheckTrusted(cluster, options.login, options.trusted_hosts));
  return KustoClient(std::make_unique<Impl>(std::move(options), tokens));
}

KustoClient::KustoClient(std::unique_ptr<Impl> impl) : impl_(std::move(impl)) {}
KustoClient::KustoClient(KustoClient&&) noexcept = default;
KustoClient::~KustoClient() = default;

Result<KustoSurvey> KustoClient::Run(
    const KustoQuery& query, ReplyFile* file,
    const std::function<void(uint64_t)>& progress) {
  return impl_->Run(query, file, progress);
}

const std::string& KustoClient::request_id() const {
  return impl_->request_id();
}
const std::string& KustoClient::activity_id() const {
  return impl_->activity_id();
}
const std::string& KustoClient::principal() const { return impl_->principal(); }

}  // namespace learnsql
