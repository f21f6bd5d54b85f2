#include "connectors/fetch/http.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <zlib.h>

#include <algorithm>
#include <chrono>
#include <cstdlib>
#include <fstream>
#include <thread>

#include "engine/base/cancel.h"
#include "engine/base/clock.h"
#include "tests/server/fault_server.h"
#include "tests/server/scripted_server.h"

namespace learnsql {
namespace {

using testing::AllOf;
using testing::HasSubstr;
using testing::Not;

constexpr char kCanary[] = "canary-token-4711";
constexpr int64_t kServerNow = 1'445'412'480;  // Wed, 21 Oct 2015 07:28:00 GMT

// Remembers how long it was asked to sleep.
class SleepyClock final : public Clock {
 public:
  int64_t NowSeconds() const override { return fake_.NowSeconds(); }
  int64_t MonotonicMicros() const override { return fake_.MonotonicMicros(); }
  void SleepMillis(int64_t millis, const CancelFlag* cancel) override {
    sleeps.push_back(millis);
    fake_.SleepMillis(millis, cancel);
  }

  std::vector<int64_t> sleeps;

 private:
  FakeClock fake_{kServerNow};
};

class MostRandom final : public Random {
 public:
  uint64_t UpTo(uint64_t limit) override { return limit; }
};

class HttpClientTest : public testing::Test {
 protected:
  HttpClientTest() : server_(FaultServer::MustStart()) {
    server_.SetNow(kServerNow);
    server_.ServeText("/hello", "hello, world");
    options_.clock = &clock_;
    options_.random = &random_;
  }

  Result<HttpResponse> Get(const std::string& url) {
    HttpRequest request;
    request.url = url;
    return Send(request);
  }

  Result<HttpResponse> Send(const HttpRequest& request) {
    HttpClient client(options_);
    sink_ = StringBody();
    Result<HttpResponse> response = client.Send(request, &sink_);
    records_ = client.records();
    return response;
  }

  void Inject(const std::string& path, const std::string& fault) {
    const Result<Fault> parsed = ParseFault(fault);
    ASSERT_TRUE(parsed.ok()) << parsed.status().ToString();
    server_.Inject(path, *parsed);
  }

  static HttpCredential Bearer(const std::string& url) {
    return {.url = url,
            .header = "Authorization",
            .prefix = "Bearer ",
            .value = Secret(kCanary)};
  }

  SleepyClock clock_;
  MostRandom random_;
  FaultServer server_;
  HttpOptions options_;
  StringBody sink_;
  std::vector<HttpRecord> records_;
};

TEST_F(HttpClientTest, GetsABody) {
  const Result<HttpResponse> response = Get(server_.Url("/hello"));
  ASSERT_TRUE(response.ok()) << response.status().ToString();
  EXPECT_EQ(response->status, 200);
  EXPECT_EQ(response->attempts, 1);
  EXPECT_EQ(response->body_bytes, 12u);
  EXPECT_EQ(response->ContentLength(), 12u);
  EXPECT_NE(response->Find("etag"), nullptr);
  EXPECT_EQ(response->Find("x-none"), nullptr);
  EXPECT_EQ(sink_.body(), "hello, world");
  const SeenRequest seen = server_.requests().at(0);
  EXPECT_THAT(seen.Header("User-Agent"), testing::StartsWith("learnsql/"));
  EXPECT_EQ(seen.Header("Accept-Encoding"), "");
  EXPECT_EQ(seen.Header("Cookie"), "");
  ASSERT_EQ(records_.size(), 1u);
  EXPECT_EQ(records_[0].status, 200);
  EXPECT_EQ(records_[0].wire_bytes, 12u);
}

TEST_F(HttpClientTest, SendsEachMethodWithItsBody) {
  server_.Inject("/x", {.kind = Fault::kStatus, .number = 200});
  for (const HttpMethod method : {HttpMethod::kPost, HttpMethod::kPut,
                                  HttpMethod::kDelete, HttpMethod::kHead}) {
    HttpRequest request;
    request.method = method;
    request.url = server_.Url("/x?q=1");
    request.headers = {{"Content-Type", "application/json"}, {"X-Empty", ""}};
    request.body = "{}";
    ASSERT_TRUE(Send(request).ok());
    const SeenRequest seen = server_.requests().back();
    const bool has_body =
        method == HttpMethod::kPost || method == HttpMethod::kPut;
    EXPECT_EQ(seen.method, MethodName(method));
    EXPECT_EQ(seen.target, "/x?q=1");
    EXPECT_EQ(seen.body, has_body ? "{}" : "");
    EXPECT_EQ(seen.Header("Content-Type"), "application/json");
  }
  HttpRequest empty;
  empty.method = HttpMethod::kPost;
  empty.url = server_.Url("/x");
  ASSERT_TRUE(Send(empty).ok());
  EXPECT_EQ(server_.requests().back().Header("Content-Length"), "0");
}

TEST_F(HttpClientTest, AsksOnlyForWhatChanged) {
  const Result<HttpResponse> first = Get(server_.Url("/hello"));
  ASSERT_TRUE(first.ok());
  HttpRequest request;
  request.url = server_.Url("/hello");
  request.etag = first->Header("ETag");
  request.last_modified = first->Header("Last-Modified");
  const Result<HttpResponse> second = Send(request);
  ASSERT_TRUE(second.ok());
  EXPECT_EQ(second->status, 304);
  EXPECT_EQ(sink_.body(), "");
}

TEST_F(HttpClientTest, TriesPassingStatusesAgain) {
  for (const char* status : {"408", "425", "429", "500", "502", "503", "504"}) {
    Inject("/hello", std::string(status) + "*2");
    clock_.sleeps.clear();
    const Result<HttpResponse> response = Get(server_.Url("/hello"));
    ASSERT_TRUE(response.ok()) << status << response.status().ToString();
    EXPECT_EQ(response->attempts, 3);
    EXPECT_EQ(clock_.sleeps, (std::vector<int64_t>{500, 1000}));
    EXPECT_EQ(sink_.body(), "hello, world");
    EXPECT_EQ(records_.size(), 3u);
  }
}

TEST_F(HttpClientTest, GivesUpAfterFiveAttempts) {
  Inject("/hello", "503");
  const Result<HttpResponse> response = Get(server_.Url("/hello?sig=canary"));
  ASSERT_FALSE(response.ok());
  EXPECT_EQ(response.status().code(), Code::kNetwork);
  EXPECT_THAT(response.status().message(),
              AllOf(HasSubstr("GET http://127.0.0.1:"), HasSubstr("sig=***"),
                    HasSubstr("HTTP 503"), HasSubstr("5 attempts"),
                    HasSubstr("try again later"), Not(HasSubstr("canary"))));
  EXPECT_EQ(server_.requests().size(), 5u);
  EXPECT_EQ(clock_.sleeps, (std::vector<int64_t>{500, 1000, 2000, 4000}));
}

TEST_F(HttpClientTest, HidesWhatTheBodyHolds) {
  Inject("/hello", "echo");
  HttpRequest request;
  request.method = HttpMethod::kPost;
  request.repeatable = true;
  request.url = server_.Url("/hello");
  request.body = "name=ana&key=canary%2F1&again=canary/1";
  request.body_secrets = {Secret("canary/1")};
  const Status failed = Send(request).status();
  EXPECT_THAT(failed.message(), HasSubstr("name=ana&key=***&again=***"));
  EXPECT_THAT(server_.requests().at(0).body, HasSubstr("canary/1"));
}

TEST_F(HttpClientTest, DoesNotRetryWhatStays) {
  const struct {
    const char* fault;
    Code code;
  } kCases[] = {{"400", Code::kInvalid},  {"401", Code::kInvalid},
                {"403", Code::kInvalid},  {"404", Code::kNotFound},
                {"410", Code::kNotFound}, {"413", Code::kInvalid},
                {"501", Code::kNetwork},  {"300", Code::kInvalid}};
  for (const auto& c : kCases) {
    server_.ForgetRequests();
    const std::string path = std::string("/") + c.fault;
    Inject(path, c.fault);
    const Result<HttpResponse> response = Get(server_.Url(path));
    ASSERT_FALSE(response.ok()) << c.fault;
    EXPECT_EQ(response.status().code(), c.code) << c.fault;
    EXPECT_THAT(response.status().message(),
                HasSubstr(std::string("HTTP ") + c.fault));
    EXPECT_EQ(server_.requests().size(), 1u) << c.fault;
    EXPECT_TRUE(clock_.sleeps.empty());
  }
}

TEST_F(HttpClientTest, WaitsAsLongAsRetryAfterSays) {
  for (const char* fault : {"429:7*1", "429:+7*1", "503:7*1", "503:+7*1"}) {
    clock_.sleeps.clear();
    Inject("/hello", fault);
    ASSERT_TRUE(Get(server_.Url("/hello")).ok());
    EXPECT_EQ(clock_.sleeps, (std::vector<int64_t>{7000})) << fault;
  }
}

TEST_F(HttpClientTest, TakesTheServersClockForRetryAfterDates) {
  server_.SetNow(kServerNow + 3600);
  Inject("/hello", "429:+30*1");
  ASSERT_TRUE(Get(server_.Url("/hello")).ok());
  EXPECT_EQ(clock_.sleeps, (std::vector<int64_t>{30'000}));
}

TEST_F(HttpClientTest, GivesUpRatherThanWaitPastTheBudget) {
  options_.retry.budget_ms = 60'000;
  Inject("/hello", "429:3600");
  const Result<HttpResponse> response = Get(server_.Url("/hello"));
  ASSERT_FALSE(response.ok());
  EXPECT_EQ(response.status().code(), Code::kNetwork);
  EXPECT_THAT(response.status().message(),
              AllOf(HasSubstr("3600 s"), HasSubstr("limit of 60 s")));
  EXPECT_TRUE(clock_.sleeps.empty());
}

TEST_F(HttpClientTest, RepeatsAPostOnlyIfItMay) {
  Inject("/query", "503*1");
  Inject("/query", "200");
  HttpRequest request;
  request.method = HttpMethod::kPost;
  request.url = server_.Url("/query");
  request.body = "select 1";
  const Result<HttpResponse> once = Send(request);
  ASSERT_FALSE(once.ok());
  EXPECT_EQ(once.status().code(), Code::kNetwork);
  EXPECT_EQ(server_.requests().size(), 1u);

  server_.ForgetRequests();
  Inject("/query", "200");
  FaultServer second = FaultServer::MustStart();
  second.Inject("/query", {.kind = Fault::kStatus, .number = 503, .times = 1});
  second.Inject("/query", {.kind = Fault::kStatus, .number = 200});
  request.url = second.Url("/query");
  request.repeatable = true;
  ASSERT_TRUE(Send(request).ok());
  ASSERT_EQ(second.requests().size(), 2u);
  EXPECT_EQ(second.requests()[1].body, "select 1");
}

TEST_F(HttpClientTest, RepeatsAPostThatWasNeverSent) {
  HttpRequest request;
  request.method = HttpMethod::kPost;
  request.url = "http://127.0.0.1:1/";
  const Result<HttpResponse> response = Send(request);
  ASSERT_FALSE(response.ok());
  EXPECT_EQ(response.status().code(), Code::kNetwork);
  EXPECT_EQ(records_.size(), 5u);
}

TEST_F(HttpClientTest, TriesBrokenConnectionsAgain) {
  const std::string good =
      "HTTP/1.1 200 OK\r\nContent-Length: 2\r\nConnection: close\r\n\r\nok";
  const struct {
    const char* name;
    ScriptedServer::Step step;
  } kCases[] = {
      {"no reply", {.bytes = ""}},
      {"reset", {.bytes = "", .reset = true}},
      {"reset in the body",
       {.bytes = "HTTP/1.1 200 OK\r\nContent-Length: 9\r\n\r\nab",
        .reset = true}},
      {"cut in the head", {.bytes = "HTTP/1.1 200 OK\r\nContent-"}},
      {"cut in the body",
       {.bytes = "HTTP/1.1 200 OK\r\nContent-Length: 9\r\n\r\nab"}},
      {"cut in a chunk",
       {.bytes =
            "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n5\r\nab"}},
      {"no last chunk",
       {.bytes = "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n2\r\n"
                 "ab\r\n"}},
  };
  for (const auto& c : kCases) {
    const ScriptedServer server =
        ScriptedServer::MustStart({c.step, c.step, {.bytes = good}});
    const Result<HttpResponse> response = Get(server.Url("/"));
    ASSERT_TRUE(response.ok()) << c.name << response.status().ToString();
    EXPECT_EQ(response->attempts, 3) << c.name;
    EXPECT_EQ(sink_.body(), "ok") << c.name;
  }
}

TEST_F(HttpClientTest, RefusesWhatIsNoHttp) {
  for (const char* bytes : {"SSH-2.0-OpenSSH\r\n\r\n", "<html>\r\n\r\n"}) {
    const ScriptedServer server = ScriptedServer::MustStart({{.bytes = bytes}});
    const Result<HttpResponse> response = Get(server.Url("/"));
    ASSERT_FALSE(response.ok());
    EXPECT_EQ(server.connections(), 1);
  }
}

TEST_F(HttpClientTest, StopsHeadersWithoutEnd) {
  std::string head = "HTTP/1.1 200 OK\r\n";
  for (int i = 0; i < 40'000; ++i) {
    head += "X-Filler-" + std::to_string(i) + ": 0123456789012345678901234\r\n";
  }
  const ScriptedServer server = ScriptedServer::MustStart({{.bytes = head}});
  const Result<HttpResponse> response = Get(server.Url("/"));
  ASSERT_FALSE(response.ok());
  EXPECT_EQ(response.status().code(), Code::kCorrupt);
}

TEST_F(HttpClientTest, ReachesTheConnectTimeout) {
  options_.low_speed_s = 1;
  options_.retry.attempts = 2;
  const ScriptedServer server =
      ScriptedServer::MustStart({{.bytes = "", .hang_ms = 10'000}});
  const auto begun = std::chrono::steady_clock::now();
  const Result<HttpResponse> response = Get(server.Url("/"));
  ASSERT_FALSE(response.ok());
  EXPECT_EQ(response.status().code(), Code::kNetwork);
  EXPECT_THAT(response.status().message(), HasSubstr("2 attempts"));
  EXPECT_LT(std::chrono::steady_clock::now() - begun, std::chrono::seconds(9));
}

TEST_F(HttpClientTest, BreaksOffWhatIsTooSlow) {
  options_.low_speed_s = 1;
  options_.low_speed_bytes_per_s = 1000;
  options_.retry.attempts = 1;
  server_.ServeText("/slow", std::string(2000, 'x'));
  Inject("/slow", "slow:100");
  const Result<HttpResponse> response = Get(server_.Url("/slow"));
  ASSERT_FALSE(response.ok());
  EXPECT_EQ(response.status().code(), Code::kNetwork);
  EXPECT_THAT(response.status().message(), HasSubstr("libcurl code 28"));
}

TEST_F(HttpClientTest, KeepsItsDeadline) {
  HttpOptions options;
  options.deadline_ms = 300;
  HttpClient client(options);
  server_.ServeText("/slow", std::string(2000, 'x'));
  Inject("/slow", "slow:50");
  HttpRequest request;
  request.url = server_.Url("/slow");
  const auto begun = std::chrono::steady_clock::now();
  const Result<HttpResponse> response = client.Send(request, nullptr);
  ASSERT_FALSE(response.ok());
  EXPECT_EQ(response.status().code(), Code::kNetwork);
  EXPECT_LT(std::chrono::steady_clock::now() - begun, std::chrono::seconds(3));
}

TEST_F(HttpClientTest, StopsSoonWhenCancelled) {
  server_.ServeText("/slow", std::string(2000, 'x'));
  Inject("/slow", "slow:50");
  const ScriptedServer silent =
      ScriptedServer::MustStart({{.bytes = "", .hang_ms = 10'000}});
  const auto cancel_latency = [&](const std::string& url) {
    CancelFlag cancel;
    options_.cancel = &cancel;
    std::chrono::steady_clock::time_point cancelled;
    std::thread canceller([&] {
      std::this_thread::sleep_for(std::chrono::milliseconds(200));
      cancelled = std::chrono::steady_clock::now();
      cancel.Cancel();
    });
    const Result<HttpResponse> response = Get(url);
    canceller.join();
    EXPECT_EQ(response.status().code(), Code::kCancelled);
    EXPECT_EQ(records_.size(), 1u);
    options_.cancel = nullptr;
    return std::chrono::steady_clock::now() - cancelled;
  };
  for (const std::string& url : {server_.Url("/slow"), silent.Url("/")}) {
    // The best of three: the machine may be busy with other tests.
    auto best = cancel_latency(url);
    best = std::min(best, cancel_latency(url));
    best = std::min(best, cancel_latency(url));
    EXPECT_LT(best, std::chrono::milliseconds(100)) << url;
  }
}

TEST_F(HttpClientTest, StopsBeforeASecondAttemptWhenCancelled) {
  CancelFlag cancel;
  cancel.Cancel();
  options_.cancel = &cancel;
  Inject("/hello", "503");
  const Result<HttpResponse> response = Get(server_.Url("/hello"));
  ASSERT_FALSE(response.ok());
  EXPECT_EQ(response.status().code(), Code::kCancelled);
  EXPECT_LE(records_.size(), 1u);
}

TEST_F(HttpClientTest, StopsBodiesBeyondTheLimit) {
  options_.max_bytes = 1'000'000;
  Inject("/endless", "endless");
  server_.ServeText("/long", std::string(1'000'001, 'x'));
  for (const char* path : {"/endless", "/long"}) {
    const Result<HttpResponse> response = Get(server_.Url(path));
    ASSERT_FALSE(response.ok());
    EXPECT_EQ(response.status().code(), Code::kCorrupt) << path;
    EXPECT_THAT(response.status().message(), HasSubstr("1000000"));
    EXPECT_LE(sink_.body().size(), 1'000'000u);
  }
  EXPECT_EQ(sink_.body(), "");  // the length alone was enough
}

TEST_F(HttpClientTest, KeepsLittleOfALongError) {
  std::string body = "HTTP/1.1 400 Bad\r\nConnection: close\r\n\r\n";
  body += std::string(10 << 20, 'e');
  const ScriptedServer server = ScriptedServer::MustStart({{.bytes = body}});
  HttpRequest request;
  request.url = server.Url("/");
  request.answers = {400};
  const Result<HttpResponse> response = Send(request);
  ASSERT_TRUE(response.ok()) << response.status().ToString();
  EXPECT_EQ(response->status, 400);
  EXPECT_EQ(response->error_body.size(), 64u << 10);
  EXPECT_EQ(sink_.body(), "");
}

std::string Gzip(const std::string& text) {
  z_stream stream{};
  deflateInit2(&stream, 6, Z_DEFLATED, 15 + 16, 8, Z_DEFAULT_STRATEGY);
  std::string packed(deflateBound(&stream, text.size()), '\0');
  std::string input = text;
  stream.next_in = reinterpret_cast<Bytef*>(input.data());
  stream.avail_in = static_cast<uInt>(input.size());
  stream.next_out = reinterpret_cast<Bytef*>(packed.data());
  stream.avail_out = static_cast<uInt>(packed.size());
  deflate(&stream, Z_FINISH);
  packed.resize(stream.total_out);
  deflateEnd(&stream);
  return packed;
}

TEST_F(HttpClientTest, UndoesGzipOfSeveralMembers) {
  server_.ServeText(
      "/gz", Gzip("hello, ") + Gzip("") + Gzip("world") + std::string(7, '\0'));
  Inject("/gz", "encoded");
  HttpRequest request;
  request.url = server_.Url("/gz");
  request.gzip = true;
  const Result<HttpResponse> response = Send(request);
  ASSERT_TRUE(response.ok()) << response.status().ToString();
  EXPECT_EQ(sink_.body(), "hello, world");
  EXPECT_EQ(server_.requests()[0].Header("Accept-Encoding"), "gzip");
  EXPECT_EQ(records_[0].decoded_bytes, 12u);
}

TEST_F(HttpClientTest, LeavesGzipAloneUnlessAsked) {
  const std::string packed = Gzip("hello, world");
  server_.ServeText("/gz", packed);
  Inject("/gz", "encoded");
  ASSERT_TRUE(Get(server_.Url("/gz")).ok());
  EXPECT_EQ(sink_.body(), packed);
}

TEST_F(HttpClientTest, RetriesACutGzipBodyAtEveryByte) {
  const std::string packed = Gzip("hello, world");
  server_.ServeText("/gz", packed);
  HttpRequest request;
  request.url = server_.Url("/gz");
  request.gzip = true;
  for (size_t cut = 1; cut < packed.size(); ++cut) {
    Inject("/gz", "encoded-cut:" + std::to_string(cut) + "*1");
    Inject("/gz", "encoded*1");
    const Result<HttpResponse> response = Send(request);
    ASSERT_TRUE(response.ok()) << cut << response.status().ToString();
    EXPECT_EQ(response->attempts, 2) << cut;
    EXPECT_EQ(sink_.body(), "hello, world");
  }
}

TEST_F(HttpClientTest, RefusesBadContentEncodings) {
  server_.ServeText("/trailing", Gzip("hello") + "garbage");
  server_.ServeText("/plain", "this is no gzip at all");
  for (const char* path : {"/trailing", "/plain"}) {
    Inject(path, "encoded");
    HttpRequest request;
    request.url = server_.Url(path);
    request.gzip = true;
    const Result<HttpResponse> response = Send(request);
    ASSERT_FALSE(response.ok()) << path;
    EXPECT_EQ(response.status().code(), Code::kCorrupt) << path;
  }
  const ScriptedServer brotli = ScriptedServer::MustStart(
      {{.bytes = "HTTP/1.1 200 OK\r\nContent-Encoding: br\r\n"
                 "Content-Length: 1\r\n\r\nx"}});
  HttpRequest request;
  request.url = brotli.Url("/");
  request.gzip = true;
  const Result<HttpResponse> response = Send(request);
  ASSERT_FALSE(response.ok());
  EXPECT_THAT(response.status().message(), HasSubstr("'br'"));
}

TEST_F(HttpClientTest, StopsABombByItsRatio) {
  Inject("/bomb", "encoded-bomb:64");
  HttpRequest request;
  request.url = server_.Url("/bomb");
  request.gzip = true;
  const Result<HttpResponse> response = Send(request);
  ASSERT_FALSE(response.ok());
  EXPECT_EQ(response.status().code(), Code::kCorrupt);
  EXPECT_THAT(response.status().message(), HasSubstr("200 times"));
  EXPECT_LT(sink_.body().size(), 32u << 20);

  options_.max_ratio = 5000;
  options_.max_bytes = 10 << 20;
  const Result<HttpResponse> long_one = Send(request);
  ASSERT_FALSE(long_one.ok());
  EXPECT_THAT(long_one.status().message(), HasSubstr("10485760"));
}

TEST_F(HttpClientTest, FollowsRedirects) {
  for (const char* status : {"301", "302", "303", "307", "308"}) {
    Inject(std::string("/from") + status,
           std::string("redirect") + status + ":/hello");
    const Result<HttpResponse> response =
        Get(server_.Url(std::string("/from") + status));
    ASSERT_TRUE(response.ok()) << response.status().ToString();
    EXPECT_EQ(sink_.body(), "hello, world");
    EXPECT_EQ(response->url, server_.Url("/hello"));
    EXPECT_EQ(response->attempts, 1);
  }
}

TEST_F(HttpClientTest, KeepsOrDropsTheMethod) {
  const struct {
    const char* status;
    const char* method;
    const char* body;
  } kCases[] = {{"301", "GET", ""},
                {"302", "GET", ""},
                {"303", "GET", ""},
                {"307", "POST", "data"},
                {"308", "POST", "data"}};
  server_.Inject("/to", {.kind = Fault::kStatus, .number = 200});
  for (const auto& c : kCases) {
    Inject(std::string("/p") + c.status,
           std::string("redirect") + c.status + ":/to");
    HttpRequest request;
    request.method = HttpMethod::kPost;
    request.url = server_.Url(std::string("/p") + c.status);
    request.body = "data";
    request.headers = {{"Content-Type", "text/plain"}};
    ASSERT_TRUE(Send(request).ok()) << c.status;
    const SeenRequest seen = server_.requests().back();
    EXPECT_EQ(seen.target, "/to");
    EXPECT_EQ(seen.method, c.method) << c.status;
    EXPECT_EQ(seen.body, c.body) << c.status;
  }
}

TEST_F(HttpClientTest, StopsRedirectLoops) {
  Inject("/loop", "redirect:/loop");
  const Result<HttpResponse> response = Get(server_.Url("/loop"));
  ASSERT_FALSE(response.ok());
  EXPECT_EQ(response.status().code(), Code::kInvalid);
  EXPECT_THAT(response.status().message(), HasSubstr("5 redirects"));
  EXPECT_EQ(server_.requests().size(), 6u);
}

TEST_F(HttpClientTest, RefusesRedirectsOutOfTheWeb) {
  for (const char* target :
       {"file:///etc/passwd", "ftp://127.0.0.1/x", "gopher://127.0.0.1/",
        "http://user:pass@127.0.0.1/", "http://"}) {
    const std::string path = "/" + std::to_string(server_.requests().size());
    Inject(path, std::string("redirect:") + target);
    const Result<HttpResponse> response = Get(server_.Url(path));
    ASSERT_FALSE(response.ok()) << target;
    EXPECT_EQ(response.status().code(), Code::kInvalid);
    EXPECT_THAT(response.status().message(), Not(HasSubstr("pass@")));
  }
}

TEST_F(HttpClientTest, KeepsSecretsFromOtherOrigins) {
  FaultServer other = FaultServer::MustStart();
  other.ServeText("/there", "there");
  Inject("/away", "redirect307:" + other.Url("/there"));
  HttpRequest request;
  request.url = server_.Url("/away");
  request.credentials = {
      Bearer(server_.Url()),
      {server_.Url(), "X-Api-Key", "", Secret("canary-key-0815")}};
  request.headers = {{"Accept", "text/plain"}, {"X-Tenant", "canary-tenant"}};
  const Result<HttpResponse> response = Send(request);
  ASSERT_TRUE(response.ok()) << response.status().ToString();
  EXPECT_EQ(sink_.body(), "there");
  const SeenRequest home = server_.requests().at(0);
  EXPECT_EQ(home.Header("Authorization"), std::string("Bearer ") + kCanary);
  EXPECT_EQ(home.Header("X-Api-Key"), "canary-key-0815");
  const SeenRequest away = other.requests().at(0);
  EXPECT_THAT(away.AllText(), Not(HasSubstr("canary")));
  EXPECT_EQ(away.Header("Accept"), "text/plain");
}

TEST_F(HttpClientTest, GivesEachOriginItsOwnSecret) {
  FaultServer other = FaultServer::MustStart();
  other.ServeText("/there", "there");
  Inject("/away", "redirect:" + other.Url("/there"));
  HttpRequest request;
  request.url = server_.Url("/away");
  request.credentials = {
      Bearer(server_.Url()),
      {other.Url(), "Authorization", "Bearer ", Secret("other-token")}};
  ASSERT_TRUE(Send(request).ok());
  EXPECT_EQ(other.requests()[0].Header("Authorization"), "Bearer other-token");
}

TEST_F(HttpClientTest, SendsNoBodyToOtherOrigins) {
  FaultServer other = FaultServer::MustStart();
  Inject("/away", "redirect307:" + other.Url("/there"));
  HttpRequest request;
  request.method = HttpMethod::kPost;
  request.url = server_.Url("/away");
  request.body = "client_secret=canary";
  const Result<HttpResponse> response = Send(request);
  ASSERT_FALSE(response.ok());
  EXPECT_EQ(response.status().code(), Code::kInvalid);
  EXPECT_TRUE(other.requests().empty());
}

TEST_F(HttpClientTest, ShowsNoSecretInErrors) {
  Inject("/echo", "echo");
  HttpRequest request;
  request.url = server_.Url("/echo?sig=canary-sig&a=b");
  request.credentials = {Bearer(server_.Url())};
  const Result<HttpResponse> response = Send(request);
  ASSERT_FALSE(response.ok());
  EXPECT_THAT(response.status().ToString(), Not(HasSubstr("canary")));
  EXPECT_THAT(response.status().ToString(), HasSubstr("a=b"));
  for (const HttpRecord& record : records_) {
    EXPECT_THAT(record.url + record.error, Not(HasSubstr("canary")));
  }
  request.answers = {500};
  const Result<HttpResponse> answer = Send(request);
  ASSERT_TRUE(answer.ok());
  EXPECT_THAT(answer->error_body + answer->url, Not(HasSubstr("canary")));
}

TEST_F(HttpClientTest, RefusesHeadersThatInject) {
  const HttpHeader kBad[] = {
      {"X-A", "b\r\nX-C: d"}, {"X-A", "b\nc"},     {"X-A\r\nX-C", "d"},
      {"X A", "b"},           {"", "b"},           {"X-A:", "b"},
      {"X-A", "caf\xc3\xa9"}, {"X-A", {"a\0b", 3}}};
  for (const HttpHeader& header : kBad) {
    HttpRequest request;
    request.url = server_.Url("/hello");
    request.headers = {header};
    EXPECT_EQ(Send(request).status().code(), Code::kInvalid);
    request.headers = {};
    request.credentials = {
        {server_.Url(), header.name, "", Secret(header.value)}};
    const Status status = Send(request).status();
    EXPECT_EQ(status.code(), Code::kInvalid);
  }
  EXPECT_TRUE(server_.requests().empty());
}

TEST_F(HttpClientTest, RefusesSecretsAmongPlainHeaders) {
  for (const char* name : {"Authorization", "cookie", "X-Auth-Token"}) {
    HttpRequest request;
    request.url = server_.Url("/hello");
    request.headers = {{name, kCanary}};
    const Status status = Send(request).status();
    EXPECT_EQ(status.code(), Code::kInvalid);
    EXPECT_THAT(status.message(), Not(HasSubstr(kCanary)));
  }
}

TEST_F(HttpClientTest, RefusesSecretsInPlainHttp) {
  HttpRequest request;
  request.url = "http://a.example/";
  request.credentials = {Bearer("http://a.example/")};
  const Status status = Send(request).status();
  EXPECT_EQ(status.code(), Code::kInvalid);
  EXPECT_THAT(status.message(),
              AllOf(HasSubstr("https"), Not(HasSubstr(kCanary))));
}

TEST_F(HttpClientTest, RefusesBadUrlsBeforeSending) {
  for (const char* url : {"ftp://127.0.0.1/", "http://u:canary@127.0.0.1/",
                          "nothing", "http://127.0.0.1/a\r\nb"}) {
    const Status status = Get(url).status();
    EXPECT_EQ(status.code(), Code::kInvalid) << url;
    EXPECT_THAT(status.message(), Not(HasSubstr("canary")));
  }
}

TEST_F(HttpClientTest, HandsBackTheAnswersAskedFor) {
  Inject("/gone", "409");
  HttpRequest request;
  request.url = server_.Url("/gone");
  request.answers = {404, 409};
  const Result<HttpResponse> response = Send(request);
  ASSERT_TRUE(response.ok());
  EXPECT_EQ(response->status, 409);
  EXPECT_THAT(response->error_body, HasSubstr("Status409"));
}

TEST_F(HttpClientTest, FollowsTheAdviceOfItsCaller) {
  Inject("/limited", "403*1");
  server_.ServeText("/limited", "fine");
  HttpRequest request;
  request.url = server_.Url("/limited");
  request.advise = [](const HttpResponse& response) {
    if (response.status != 403) return RetryAdvice{};
    return RetryAdvice{RetryAdvice::kWait, 61'000};
  };
  const Result<HttpResponse> response = Send(request);
  ASSERT_TRUE(response.ok()) << response.status().ToString();
  EXPECT_EQ(sink_.body(), "fine");
  EXPECT_EQ(clock_.sleeps, (std::vector<int64_t>{61'000}));

  Inject("/broken", "503");
  request.url = server_.Url("/broken");
  request.advise = [](const HttpResponse&) {
    return RetryAdvice{RetryAdvice::kGiveUp};
  };
  EXPECT_EQ(Send(request).status().code(), Code::kNetwork);
  EXPECT_EQ(server_.RequestsFor("/broken").size(), 1u);
}

// Fails at a given call.
class FailingSink final : public BodySink {
 public:
  explicit FailingSink(int at) : at_(at) {}
  Status Prepare(HttpRequest*) override { return Step(0); }
  Status Begin(const HttpResponse&) override { return Step(1); }
  Status Write(std::span<const std::byte>) override { return Step(2); }
  Status End() override { return Step(3); }

 private:
  Status Step(int step) const {
    if (step != at_) return {};
    return Status(Code::kIo, "the disk is full");
  }
  int at_;
};

TEST_F(HttpClientTest, ReturnsTheErrorOfTheSink) {
  for (const int at : {0, 1, 2, 3}) {
    HttpClient client(options_);
    HttpRequest request;
    request.url = server_.Url("/hello");
    FailingSink sink(at);
    const Result<HttpResponse> response = client.Send(request, &sink);
    ASSERT_FALSE(response.ok());
    EXPECT_EQ(response.status().code(), Code::kIo) << at;
    EXPECT_THAT(response.status().message(), HasSubstr("the disk is full"));
    EXPECT_EQ(client.records().size(), 1u);
  }
}

TEST_F(HttpClientTest, VerifiesTheCertificate) {
  FaultServer tls = FaultServer::MustStart({.tls = true});
  tls.ServeText("/hello", "hello over tls");
  const Result<HttpResponse> refused = Get(tls.Url("/hello"));
  ASSERT_FALSE(refused.ok());
  EXPECT_EQ(refused.status().code(), Code::kInvalid);
  EXPECT_THAT(refused.status().message(), HasSubstr("certificate"));
  EXPECT_EQ(records_.size(), 1u);  // not tried again
  EXPECT_TRUE(tls.requests().empty());

  options_.ca_file = testing::TempDir() + "/http_test_ca.pem";
  std::ofstream(options_.ca_file) << tls.CertificatePem();
  HttpRequest request;
  request.url = tls.Url("/hello");
  request.credentials = {Bearer(tls.Url())};
  ASSERT_TRUE(Send(request).ok());
  EXPECT_EQ(sink_.body(), "hello over tls");
  EXPECT_THAT(tls.requests()[0].Header("Authorization"), HasSubstr(kCanary));
}

TEST_F(HttpClientTest, StaysWithHttps) {
  FaultServer tls = FaultServer::MustStart({.tls = true});
  options_.ca_file = testing::TempDir() + "/http_test_ca2.pem";
  std::ofstream(options_.ca_file) << tls.CertificatePem();
  tls.Inject(
      "/down",
      {.kind = Fault::kRedirect, .number = 302, .text = server_.Url("/hello")});
  const Result<HttpResponse> response = Get(tls.Url("/down"));
  ASSERT_FALSE(response.ok());
  EXPECT_EQ(response.status().code(), Code::kInvalid);
  EXPECT_THAT(response.status().message(), HasSubstr("https"));
  EXPECT_TRUE(server_.requests().empty());
  // The other direction is fine.
  tls.ServeText("/hello", "hello over tls");
  Inject("/up", "redirect:" + tls.Url("/hello"));
  ASSERT_TRUE(Get(server_.Url("/up")).ok());
  EXPECT_EQ(sink_.body(), "hello over tls");
}

TEST_F(HttpClientTest, KeepsDataDrivenUrlsOutOfPrivateNetworks) {
  HttpRequest request;
  request.url = server_.Url("/hello");
  request.configured_url = "https://api.example.com/";
  const Result<HttpResponse> response = Send(request);
  ASSERT_FALSE(response.ok());
  EXPECT_EQ(response.status().code(), Code::kInvalid);
  EXPECT_THAT(response.status().message(), HasSubstr("private network"));
  EXPECT_TRUE(server_.requests().empty());
  EXPECT_EQ(records_.size(), 1u);
  request.configured_url = "http://localhost:1/";
  EXPECT_TRUE(Send(request).ok());
}

TEST_F(HttpClientTest, SendsNothingForeignThroughAProxy) {
  FaultServer proxy = FaultServer::MustStart();
  // A proxy is asked for whole URLs.
  proxy.Inject("http://b.example/x", {.kind = Fault::kStatus, .number = 200});
  options_.proxy =
      Secret("http://user:canary-pw@127.0.0.1:" + std::to_string(proxy.port()));
  HttpRequest request;
  request.url = "http://b.example/x";
  request.configured_url = "http://a.example/";
  const Result<HttpResponse> refused = Send(request);
  ASSERT_FALSE(refused.ok());
  EXPECT_EQ(refused.status().code(), Code::kInvalid);
  EXPECT_THAT(refused.status().message(), HasSubstr("trusted hosts"));
  EXPECT_TRUE(proxy.requests().empty());
  // The configured one itself goes through, and so does a trusted one.
  request.configured_url = "http://b.example/";
  ASSERT_TRUE(Send(request).ok());
  request.configured_url = "http://a.example/";
  options_.trusted_hosts = {".example"};
  ASSERT_TRUE(Send(request).ok());
  EXPECT_EQ(proxy.requests().size(), 2u);
  // Loopback is dialled directly.
  ASSERT_TRUE(Get(server_.Url("/hello")).ok());
  EXPECT_EQ(server_.requests().size(), 1u);
}

TEST_F(HttpClientTest, ShowsNoPasswordOfAProxy) {
  options_.proxy = Secret("http://user:canary-pw@127.0.0.1:1");
  options_.retry.attempts = 1;
  const Status status = Get("http://a.example/").status();
  EXPECT_EQ(status.code(), Code::kNetwork);
  EXPECT_THAT(status.message(), Not(HasSubstr("canary")));
}

// A recorded limit whose times are templates, and a link that must lead back
// to the test's server.
TEST_F(HttpClientTest, PlaysRecordedExchanges) {
  const std::string path = testing::TempDir() + "/http_test.exchanges.json";
  std::ofstream(path) << R"([
    {"method":"GET","url":"https://api.github.com/a?page=1","status":429,
     "response_headers":{
       "Date":"{{now offset='5 minutes' format='EEE, dd MMM yyyy HH:mm:ss z'}}",
       "Retry-After":
         "{{now offset='305 seconds' format='EEE, dd MMM yyyy HH:mm:ss z'}}"},
     "response_body":{"message":"slow down"}},
    {"method":"GET","url":"https://api.github.com/a?page=1","status":200,
     "response_headers":{"Link":
       "<https://api.github.com/a?page=2>; rel=\"next\""},
     "response_body":[1]}])";
  ASSERT_TRUE(server_.Replay(path).ok());
  const Result<HttpResponse> response = Get(server_.Url("/a?page=1"));
  ASSERT_TRUE(response.ok()) << response.status().ToString();
  EXPECT_EQ(sink_.body(), "[1]");
  EXPECT_EQ(clock_.sleeps, (std::vector<int64_t>{5000}));
  EXPECT_EQ(response->Header("Link"),
            "<" + server_.Url("/a?page=2") + ">; rel=\"next\"");
}

TEST_F(HttpClientTest, RecordsRequestIds) {
  const ScriptedServer server = ScriptedServer::MustStart(
      {{.bytes = "HTTP/1.1 200 OK\r\nContent-Length: 0\r\n"
                 "X-GitHub-Request-Id: AB:12\r\n\r\n"}});
  ASSERT_TRUE(Get(server.Url("/")).ok());
  ASSERT_EQ(records_.size(), 1u);
  ASSERT_EQ(records_[0].request_ids.size(), 1u);
  EXPECT_EQ(records_[0].request_ids[0].value, "AB:12");
}

TEST_F(HttpClientTest, ReusesItsConnection) {
  HttpClient client(options_);
  HttpRequest request;
  request.url = server_.Url("/hello");
  for (int i = 0; i < 20; ++i) {
    ASSERT_TRUE(client.Send(request, nullptr).ok());
  }
  EXPECT_EQ(server_.requests().size(), 20u);
}

}  // namespace
}  // namespace learnsql
