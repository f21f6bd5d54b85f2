#include "connectors/fetch/landing.h"

#include <fcntl.h>
#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <signal.h>
#include <sys/file.h>
#include <sys/wait.h>
#include <unistd.h>

#include <filesystem>
#include <fstream>
#include <sstream>
#include <thread>

#include "engine/base/cancel.h"
#include "engine/base/clock.h"
#include "engine/base/md5.h"
#include "engine/base/sha256.h"
#include "engine/base/sha256_file.h"
#include "tests/server/fault_server.h"
#include "tests/server/scripted_server.h"

namespace learnsql {
namespace {

namespace fs = std::filesystem;
using testing::AllOf;
using testing::HasSubstr;
using testing::Not;

constexpr int64_t kLandingNow = 1'445'412'480;

std::string ReadAll(const fs::path& path) {
  std::ifstream file(path, std::ios::binary);
  std::ostringstream bytes;
  bytes << file.rdbuf();
  return bytes.str();
}

// Bytes that begin like gzip and repeat nowhere.
std::string SomeBytes(size_t size) {
  std::vector<uint32_t> words(size / 4 + 1);
  uint32_t state = 1;
  for (uint32_t& word : words) word = state = state * 1664525 + 1013904223;
  std::string bytes(reinterpret_cast<const char*>(words.data()), size);
  return bytes.replace(0, 2, "\x1f\x8b");
}

class FetcherTest : public testing::Test {
 protected:
  FetcherTest()
      : server_(FaultServer::MustStart()), bytes_(SomeBytes(200'000)) {
    landing_ = fs::path(testing::TempDir()) /
               (std::string("landing_") + std::to_string(getpid()) + "_" +
                testing::UnitTest::GetInstance()->current_test_info()->name());
    fs::remove_all(landing_);
    server_.SetNow(kLandingNow);
    server_.ServeText("/a.gz", bytes_);
    options_.base = server_.Url();
    options_.landing_dir = landing_;
    options_.http.clock = &clock_;
  }
  ~FetcherTest() override { fs::remove_all(landing_); }

  Result<Fetched> Fetch(const std::string& name = "a.gz",
                        const std::string& etag = "") {
    Fetcher fetcher(options_);
    Result<Fetched> fetched = fetcher.Fetch(
        {.name = name, .previous_etag = etag, .expect = FetchExpect::kGzip});
    records_ = fetcher.records();
    return fetched;
  }

  void Inject(const std::string& fault, const std::string& path = "/a.gz") {
    const Result<Fault> parsed = ParseFault(fault);
    ASSERT_TRUE(parsed.ok()) << parsed.status().ToString();
    server_.Inject(path, *parsed);
  }

  // The file is there, whole, and nothing else is.
  void ExpectLanded(const Result<Fetched>& fetched) {
    ASSERT_TRUE(fetched.ok()) << fetched.status().ToString();
    EXPECT_EQ(fetched->kind, FetchKind::kFetched);
    EXPECT_EQ(fetched->path, (landing_ / "a.gz").string());
    EXPECT_EQ(fetched->bytes, bytes_.size());
    EXPECT_EQ(fetched->sha256, Sha256::HexOf(bytes_));
    EXPECT_TRUE(ReadAll(landing_ / "a.gz") == bytes_);
    EXPECT_EQ(Files(), std::vector<std::string>{"a.gz"});
  }

  std::vector<std::string> Files() const {
    std::vector<std::string> names;
    if (!fs::exists(landing_)) return names;
    for (const auto& entry : fs::recursive_directory_iterator(landing_)) {
      if (entry.is_regular_file()) names.push_back(entry.path().filename());
    }
    std::sort(names.begin(), names.end());
    return names;
  }

  FakeClock clock_{kLandingNow};
  FaultServer server_;
  std::string bytes_;
  fs::path landing_;
  FetcherOptions options_;
  std::vector<HttpRecord> records_;
};

TEST_F(FetcherTest, LandsAFile) {
  const Result<Fetched> fetched = Fetch();
  ExpectLanded(fetched);
  EXPECT_EQ(fetched->attempts, 1);
  EXPECT_EQ(fetched->http_status, 200);
  EXPECT_EQ(fetched->wire_bytes, bytes_.size());
  EXPECT_EQ(fetched->etag.size(), 34u);
  EXPECT_THAT(fetched->last_modified, HasSubstr("GMT"));
}

TEST_F(FetcherTest, TellsItsProgress) {
  Fetcher fetcher(options_);
  uint64_t last = 0;
  ASSERT_TRUE(
      fetcher
          .Fetch({.name = "a.gz",
                  .progress =
                      [&](uint64_t bytes, std::optional<uint64_t> total) {
                        EXPECT_GT(bytes, last);
                        EXPECT_EQ(total, bytes_.size());
                        last = bytes;
                      }})
          .ok());
  EXPECT_EQ(last, bytes_.size());
}

TEST_F(FetcherTest, FetchesOnlyWhatChanged) {
  const Result<Fetched> first = Fetch();
  ASSERT_TRUE(first.ok());
  const Result<Fetched> second = Fetch("a.gz", first->etag);
  ASSERT_TRUE(second.ok());
  EXPECT_EQ(second->kind, FetchKind::kNotModified);
  EXPECT_EQ(second->http_status, 304);
  EXPECT_EQ(second->etag, first->etag);
  EXPECT_EQ(second->path, first->path);
  EXPECT_EQ(second->bytes, bytes_.size());

  bytes_ = SomeBytes(150'000);
  bytes_[1000] ^= 1;
  server_.ServeText("/a.gz", bytes_);
  ExpectLanded(Fetch("a.gz", first->etag));

  fs::remove(landing_ / "a.gz");
  const Result<Fetched> dropped = Fetch(
      "a.gz", "\"" + [&] {
        Md5 md5;
        md5.Update(std::as_bytes(std::span(bytes_)));
        return md5.FinishHex();
      }() + "\"");
  ASSERT_TRUE(dropped.ok());
  EXPECT_EQ(dropped->kind, FetchKind::kNotModified);
  EXPECT_EQ(dropped->path, "");
  EXPECT_TRUE(Files().empty());
}

TEST_F(FetcherTest, SaysNotFoundAndFindsLater) {
  Inject("404*1");
  const Result<Fetched> missing = Fetch();
  ASSERT_TRUE(missing.ok());
  EXPECT_EQ(missing->kind, FetchKind::kNotFound);
  EXPECT_EQ(missing->http_status, 404);
  EXPECT_EQ(missing->path, "");
  EXPECT_TRUE(Files().empty());
  EXPECT_EQ(server_.requests().size(), 1u);
  ExpectLanded(Fetch());
}

// Every fault that passes: the same call lands the file all the same.
TEST_F(FetcherTest, OutlivesPassingFaults) {
  const struct {
    const char* fault;
    bool resumes;  // the second request asks for the rest only
  } kCases[] = {
      {"cut:0*1", false},      {"cut:1*1", true},
      {"cut:100000*1", true},  {"cut:199999*1", true},
      {"long:10*1", true},     {"chunked-cut:70000*1", true},
      {"short:1*1", false},    {"short:150000*1", false},
      {"wrong-etag*1", false}, {"change:100000*1", true},
      {"503*1", false},        {"429:3*1", false},
      {"429:+3*1", false},     {"500*1", false},
  };
  for (const auto& c : kCases) {
    SCOPED_TRACE(c.fault);
    server_.ForgetRequests();
    fs::remove_all(landing_);
    Inject(c.fault);
    const Result<Fetched> fetched = Fetch();
    ExpectLanded(fetched);
    if (!fetched.ok()) continue;
    const std::vector<SeenRequest> seen = server_.requests();
    EXPECT_GE(seen.size(), 2u);
    EXPECT_EQ(!seen[1].Header("Range").empty(), c.resumes);
    EXPECT_EQ(seen[1].Header("If-Range").empty(), !c.resumes);
    EXPECT_EQ(fetched->attempts, static_cast<int>(seen.size()));
    EXPECT_EQ(records_.size(), seen.size());
  }
}

TEST_F(FetcherTest, ResumesAtEachByteOfASmallFile) {
  bytes_ = SomeBytes(300);
  server_.ServeText("/a.gz", bytes_);
  for (size_t cut = 0; cut < bytes_.size(); cut += 7) {
    SCOPED_TRACE(cut);
    fs::remove_all(landing_);
    Inject("cut:" + std::to_string(cut) + "*1");
    const Result<Fetched> fetched = Fetch();
    ExpectLanded(fetched);
    ASSERT_TRUE(fetched.ok());
    EXPECT_EQ(fetched->wire_bytes, bytes_.size());
  }
}

TEST_F(FetcherTest, GoesOnInALaterCall) {
  options_.http.retry.attempts = 1;
  Inject("cut:100000*1");
  const Result<Fetched> failed = Fetch();
  ASSERT_FALSE(failed.ok());
  EXPECT_EQ(failed.status().code(), Code::kNetwork);
  EXPECT_EQ(Files(), (std::vector<std::string>{"a.gz.part", "a.gz.part.etag"}));
  const Result<Fetched> fetched = Fetch();
  ExpectLanded(fetched);
  EXPECT_EQ(fetched->http_status, 206);
  EXPECT_EQ(fetched->wire_bytes, bytes_.size() - 100'000);
  EXPECT_EQ(server_.requests().back().Header("Range"), "bytes=100000-");
}

TEST_F(FetcherTest, GoesOnSeveralTimes) {
  options_.http.retry.attempts = 1;
  for (int i = 0; i < 3; ++i) {
    Inject("cut:60000*1");
    ASSERT_FALSE(Fetch().ok());
  }
  const Result<Fetched> fetched = Fetch();
  ExpectLanded(fetched);
  EXPECT_EQ(server_.requests().back().Header("Range"), "bytes=180000-");
}

TEST_F(FetcherTest, StartsOverWhenTheFileChanged) {
  for (const char* fault : {"", "ignore-range*1", "ignore-if-range*1"}) {
    SCOPED_TRACE(fault);
    fs::remove_all(landing_);
    options_.http.retry.attempts = 1;
    Inject("change:100000*1");
    ASSERT_FALSE(Fetch().ok());
    options_.http.retry.attempts = 5;
    if (*fault != '\0') Inject(fault);
    ExpectLanded(Fetch());
  }
}

TEST_F(FetcherTest, StartsOverWhenTheRangeIsIgnored) {
  Inject("cut:100000*1");
  Inject("ignore-range*1");
  const Result<Fetched> fetched = Fetch();
  ExpectLanded(fetched);
  EXPECT_EQ(fetched->attempts, 2);
  EXPECT_EQ(fetched->wire_bytes, bytes_.size() + 100'000);
}

TEST_F(FetcherTest, StartsOverWhenTheRangeIsAnother) {
  Inject("cut:100000*1");
  Inject("wrong-range*1");
  const Result<Fetched> fetched = Fetch();
  ExpectLanded(fetched);
  EXPECT_EQ(fetched->attempts, 3);
}

TEST_F(FetcherTest, StartsOverWithoutAStrongEtag) {
  options_.http.retry.attempts = 1;
  Inject("weak-etag*1");
  ExpectLanded(Fetch());
  // A weak ETag allows no resuming: nothing is kept.
  fs::remove_all(landing_);
  const std::string head =
      "HTTP/1.1 200 OK\r\nETag: W/\"x\"\r\nContent-Length: 100\r\n\r\n";
  const ScriptedServer server = ScriptedServer::MustStart(
      {{.bytes = head + SomeBytes(50)}, {.bytes = head + SomeBytes(100)}});
  options_.base = server.Url();
  ASSERT_FALSE(Fetch().ok());
  EXPECT_TRUE(Files().empty());
  bytes_ = SomeBytes(100);
  ExpectLanded(Fetch());
}

TEST_F(FetcherTest, StartsOverWhenTheRangeCannotBe) {
  // The part is longer than the file has become.
  options_.http.retry.attempts = 1;
  Inject("cut:100000*1");
  ASSERT_FALSE(Fetch().ok());
  const std::string etag_file = ReadAll(landing_ / "a.gz.part.etag");
  const std::string etag = etag_file.substr(0, etag_file.find('\n'));
  const std::string body = SomeBytes(90);
  const ScriptedServer server = ScriptedServer::MustStart(
      {{.bytes = "HTTP/1.1 416 Range Not Satisfiable\r\nContent-Length: 0\r\n"
                 "Content-Range: bytes */90\r\nConnection: close\r\n\r\n"},
       {.bytes = "HTTP/1.1 200 OK\r\nContent-Length: 90\r\n\r\n" + body}});
  options_.base = server.Url();
  bytes_ = body;
  const Result<Fetched> fetched = Fetch();
  ExpectLanded(fetched);
  EXPECT_EQ(fetched->attempts, 2);
}

TEST_F(FetcherTest, StartsOverFromADamagedPart) {
  const struct {
    const char* name;
    const char* state;
  } kCases[] = {
      {"empty state", ""},
      {"no count", "\"abc\"\n"},
      {"no end", "\"abc\"\n100\n"},
      {"count of words", "\"abc\"\nmany\nend\n"},
      {"count beyond the part", "\"abc\"\n100000000\nend\n"},
      {"no etag", "\n100\nend\n"},
      {"other etag", "\"0123\"\n100\nend\n"},
  };
  for (const auto& c : kCases) {
    SCOPED_TRACE(c.name);
    fs::remove_all(landing_);
    fs::create_directories(landing_);
    std::ofstream(landing_ / "a.gz.part") << std::string(1000, 'x');
    std::ofstream(landing_ / "a.gz.part.etag") << c.state;
    ExpectLanded(Fetch());
  }
}

TEST_F(FetcherTest, NoticesAPartThatRotted) {
  options_.http.retry.attempts = 1;
  Inject("cut:100000*1");
  ASSERT_FALSE(Fetch().ok());
  {
    std::fstream part(landing_ / "a.gz.part",
                      std::ios::in | std::ios::out | std::ios::binary);
    part.seekp(5000);
    part << "rot";
  }
  options_.http.retry.attempts = 5;
  const Result<Fetched> fetched = Fetch();
  ExpectLanded(fetched);
  EXPECT_EQ(fetched->attempts, 2);
}

// Every fault that stays: the right error, and no half file.
TEST_F(FetcherTest, FailsCleanlyWhenFaultsStay) {
  const struct {
    const char* fault;
    Code code;
    int attempts;
    bool keeps_part;
  } kCases[] = {
      {"cut:0", Code::kNetwork, 5, false},
      {"long:10", Code::kNetwork, 4, true},
      {"short:5", Code::kNetwork, 5, false},
      {"wrong-etag", Code::kNetwork, 5, false},
      {"503", Code::kNetwork, 5, false},
      {"429:1", Code::kNetwork, 5, false},
      {"page", Code::kCorrupt, 1, false},
      {"endless", Code::kCorrupt, 1, false},
      {"401", Code::kInvalid, 1, false},
      {"403", Code::kInvalid, 1, false},
      {"204", Code::kInvalid, 1, false},
      {"redirect:loop", Code::kInvalid, 1, false},
      {"redirect:file:///etc/passwd", Code::kInvalid, 1, false},
  };
  for (const auto& c : kCases) {
    SCOPED_TRACE(c.fault);
    const std::string name = c.fault == std::string("redirect:loop")
                                 ? "loop"
                                 : "f" + std::to_string(&c - kCases);
    server_.ServeText("/" + name, bytes_);
    Inject(c.fault, "/" + name);
    const Result<Fetched> fetched = Fetch(name);
    ASSERT_FALSE(fetched.ok());
    EXPECT_EQ(fetched.status().code(), c.code) << fetched.status().ToString();
    EXPECT_THAT(fetched.status().message(), HasSubstr("/" + name));
    EXPECT_EQ(records_.size(), static_cast<size_t>(c.attempts));
    EXPECT_FALSE(fs::exists(landing_ / name));
    EXPECT_EQ(fs::exists(landing_ / (name + ".part")), c.keeps_part);
    EXPECT_EQ(fs::exists(landing_ / (name + ".part.etag")), c.keeps_part);
  }
}

TEST_F(FetcherTest, LeavesTheLandedFileWhenANewOneFails) {
  ExpectLanded(Fetch());
  for (const char* fault : {"503*5", "page*1", "cut:7*5", "404*1"}) {
    Inject(fault);
    (void)Fetch().ok();
    EXPECT_TRUE(ReadAll(landing_ / "a.gz") == bytes_) << fault;
  }
}

TEST_F(FetcherTest, ShowsThePageThatCameInstead) {
  Inject("page");
  const Result<Fetched> fetched = Fetch();
  ASSERT_FALSE(fetched.ok());
  EXPECT_THAT(fetched.status().message(),
              AllOf(HasSubstr("expected gzip"), HasSubstr("<?xml version"),
                    HasSubstr("HTTP 200")));
}

TEST_F(FetcherTest, RefusesAnEmptyFileForGzip) {
  server_.ServeText("/a.gz", "");
  const Result<Fetched> fetched = Fetch();
  ASSERT_FALSE(fetched.ok());
  EXPECT_EQ(fetched.status().code(), Code::kCorrupt);
  Fetcher fetcher(options_);
  const Result<Fetched> anything = fetcher.Fetch({.name = "a.gz"});
  ASSERT_TRUE(anything.ok()) << anything.status().ToString();
  EXPECT_EQ(anything->bytes, 0u);
}

TEST_F(FetcherTest, LandsBombsAndCutGzipAsTheyAre) {
  // To the landing they are bytes; whoever inflates them finds out.
  Inject("bomb:8*1");
  EXPECT_TRUE(Fetch().ok());
  Inject("gzip-cut:1000*1");
  const Result<Fetched> cut = Fetch();
  ASSERT_TRUE(cut.ok());
  EXPECT_EQ(cut->bytes, 1000u);
  Inject("encoded*1");
  ExpectLanded(Fetch());
}

TEST_F(FetcherTest, TakesABodyWithoutLength) {
  Inject("no-length*1");
  ExpectLanded(Fetch());
  Inject("chunked-cut:1000000*1");
  ExpectLanded(Fetch());
}

TEST_F(FetcherTest, FollowsARedirectWithoutItsSecret) {
  FaultServer other = FaultServer::MustStart();
  other.ServeText("/a.gz", bytes_);
  Inject("redirect307:" + other.Url("/a.gz"));
  options_.credentials = {{.url = server_.Url(),
                           .header = "Authorization",
                           .prefix = "Bearer ",
                           .value = Secret("canary-token")}};
  ExpectLanded(Fetch());
  EXPECT_THAT(server_.requests()[0].AllText(), HasSubstr("canary"));
  EXPECT_THAT(other.requests()[0].AllText(), Not(HasSubstr("canary")));
  for (const HttpRecord& record : records_) {
    EXPECT_THAT(record.url + record.error, Not(HasSubstr("canary")));
  }
}

TEST_F(FetcherTest, KeepsSecretsOutOfErrorsAndFiles) {
  options_.base = server_.Url() + "/x?sig=canary-sig";
  options_.credentials = {{.url = server_.Url(),
                           .header = "Authorization",
                           .prefix = "Bearer ",
                           .value = Secret("canary-token")}};
  Inject("echo", "/x/a.gz");
  const Result<Fetched> fetched = Fetch();
  ASSERT_FALSE(fetched.ok());
  EXPECT_THAT(server_.requests()[0].AllText(), HasSubstr("canary-sig"));
  EXPECT_THAT(fetched.status().ToString(), Not(HasSubstr("canary")));
  server_.ServeText("/x/b.gz", bytes_);
  Inject("cut:1000", "/x/b.gz");
  const Result<Fetched> cut = Fetch("b.gz");
  ASSERT_FALSE(cut.ok());
  EXPECT_THAT(cut.status().ToString(), Not(HasSubstr("canary")));
  EXPECT_THAT(ReadAll(landing_ / "b.gz.part.etag"), Not(HasSubstr("canary")));
}

TEST_F(FetcherTest, ResumesAfterSlowness) {
  bytes_ = SomeBytes(300);
  server_.ServeText("/a.gz", bytes_);
  options_.http.low_speed_bytes_per_s = 1000;
  options_.http.low_speed_s = 1;
  Inject("slow:100*1");
  const Result<Fetched> fetched = Fetch();
  ExpectLanded(fetched);
  EXPECT_EQ(fetched->attempts, 2);
  EXPECT_EQ(fetched->http_status, 206);
}

TEST_F(FetcherTest, KeepsThePartWhenCancelled) {
  CancelFlag cancel;
  options_.http.cancel = &cancel;
  Inject("slow:20*1");
  Fetcher fetcher(options_);
  const Result<Fetched> fetched =
      fetcher.Fetch({.name = "a.gz",
                     .progress = [&](uint64_t bytes, std::optional<uint64_t>) {
                       if (bytes >= 5) cancel.Cancel();
                     }});
  ASSERT_FALSE(fetched.ok());
  EXPECT_EQ(fetched.status().code(), Code::kCancelled);
  EXPECT_EQ(Files(), (std::vector<std::string>{"a.gz.part", "a.gz.part.etag"}));
  options_.http.cancel = nullptr;
  const Result<Fetched> later = Fetch();
  ExpectLanded(later);
  EXPECT_EQ(later->http_status, 206);
}

TEST_F(FetcherTest, LooksForDiskSpaceFirst) {
  options_.spare_bytes = uint64_t{1} << 62;
  const Result<Fetched> fetched = Fetch();
  ASSERT_FALSE(fetched.ok());
  EXPECT_EQ(fetched.status().code(), Code::kIo);
  EXPECT_THAT(fetched.status().message(), HasSubstr("make room"));
  EXPECT_TRUE(Files().empty());
}

TEST_F(FetcherTest, RefusesNamesThatLeaveTheFolder) {
  for (const char* name : {"", "/etc/passwd", "../a", "a/../../b", ".", "a//b",
                           "a/", "./a", "a.part", "a.part.etag", "a\nb"}) {
    const Result<Fetched> fetched = Fetch(name);
    ASSERT_FALSE(fetched.ok()) << name;
    EXPECT_EQ(fetched.status().code(), Code::kInvalid) << name;
  }
  EXPECT_TRUE(server_.requests().empty());
  EXPECT_FALSE(fs::exists(landing_));
}

TEST_F(FetcherTest, MakesTheFoldersOfANestedName) {
  server_.ServeText("/2015/01/x y.gz", bytes_);
  const Result<Fetched> fetched = Fetch("2015/01/x y.gz");
  ASSERT_TRUE(fetched.ok()) << fetched.status().ToString();
  EXPECT_TRUE(ReadAll(landing_ / "2015/01/x y.gz") == bytes_);
  EXPECT_EQ(server_.requests()[0].target, "/2015/01/x%20y.gz");
}

TEST_F(FetcherTest, FailsWhereItMayNotWrite) {
  fs::create_directories(landing_);
  std::ofstream(landing_ / "file") << "x";
  options_.landing_dir = landing_ / "file";
  const Result<Fetched> fetched = Fetch();
  ASSERT_FALSE(fetched.ok());
  EXPECT_EQ(fetched.status().code(), Code::kIo);
  EXPECT_THAT(fetched.status().message(), HasSubstr("file"));
}

TEST_F(FetcherTest, LeavesAPartToTheProcessThatHasIt) {
  fs::create_directories(landing_);
  const int fd = open((landing_ / "a.gz.part").c_str(), O_RDWR | O_CREAT, 0644);
  ASSERT_EQ(flock(fd, LOCK_EX), 0);
  const Result<Fetched> fetched = Fetch();
  ASSERT_FALSE(fetched.ok());
  EXPECT_EQ(fetched.status().code(), Code::kBusy);
  close(fd);
  ExpectLanded(Fetch());
}

TEST_F(FetcherTest, RefusesBasesOfOtherKinds) {
  for (const char* base : {"ftp://a.example", "s3://bucket/x", "file://host/x",
                           "https://u:canary@a.example/"}) {
    options_.base = base;
    const Result<Fetched> fetched = Fetch();
    ASSERT_FALSE(fetched.ok()) << base;
    EXPECT_EQ(fetched.status().code(), Code::kInvalid) << base;
    EXPECT_THAT(fetched.status().message(), Not(HasSubstr("canary")));
  }
}

TEST_F(FetcherTest, ReadsALocalFolderInPlace) {
  const fs::path folder = landing_ / "hours of 2015";
  fs::create_directories(folder);
  std::ofstream(folder / "a.gz") << bytes_;
  for (const std::string& base :
       {folder.string(), "file://" + (landing_ / "hours%20of%202015").string(),
        "file://localhost" + (landing_ / "hours%20of%202015").string()}) {
    SCOPED_TRACE(base);
    options_.base = base;
    EXPECT_TRUE(Fetcher(options_).is_local());
    const Result<Fetched> fetched = Fetch();
    ASSERT_TRUE(fetched.ok()) << fetched.status().ToString();
    EXPECT_EQ(fetched->kind, FetchKind::kFetched);
    EXPECT_EQ(fetched->path, (folder / "a.gz").string());
    EXPECT_EQ(fetched->bytes, bytes_.size());
    EXPECT_EQ(fetched->sha256, "");
    EXPECT_EQ(fetched->attempts, 0);
    EXPECT_EQ(fetched->last_modified.size(), 20u);
    const Result<Fetched> again = Fetch("a.gz", fetched->etag);
    ASSERT_TRUE(again.ok());
    EXPECT_EQ(again->kind, FetchKind::kNotModified);
    const Result<std::string> hash = Sha256OfFile(fetched->path, nullptr);
    ASSERT_TRUE(hash.ok());
    EXPECT_EQ(*hash, Sha256::HexOf(bytes_));
  }
  EXPECT_EQ(Files(), std::vector<std::string>{"a.gz"});
}

TEST_F(FetcherTest, TellsALocalGapFromAWrongFolder) {
  fs::create_directories(landing_);
  options_.base = landing_;
  const Result<Fetched> gap = Fetch("none.gz");
  ASSERT_TRUE(gap.ok());
  EXPECT_EQ(gap->kind, FetchKind::kNotFound);
  std::ofstream(landing_ / "page.gz") << "<html>no</html>";
  EXPECT_EQ(Fetch("page.gz").status().code(), Code::kCorrupt);
  fs::create_directories(landing_ / "folder.gz");
  EXPECT_EQ(Fetch("folder.gz").status().code(), Code::kInvalid);
  options_.base = landing_ / "nowhere";
  const Result<Fetched> wrong = Fetch();
  ASSERT_FALSE(wrong.ok());
  EXPECT_EQ(wrong.status().code(), Code::kNotFound);
  EXPECT_THAT(wrong.status().message(), HasSubstr("base_url"));
}

TEST_F(FetcherTest, TrustsNoEtagOfForeignKeys) {
  const ScriptedServer server = ScriptedServer::MustStart(
      {{.bytes = "HTTP/1.1 200 OK\r\nContent-Length: 100\r\n"
                 "x-amz-server-side-encryption: aws:kms\r\n"
                 "ETag: \"0123456789abcdef0123456789abcdef\"\r\n\r\n" +
                 SomeBytes(100)}});
  options_.base = server.Url();
  bytes_ = SomeBytes(100);
  ExpectLanded(Fetch());
}

TEST_F(FetcherTest, SendsNoLocalEtagToAServer) {
  ExpectLanded(Fetch("a.gz", "200000-1445412480.0"));
  EXPECT_EQ(server_.requests()[0].Header("If-None-Match"), "");
}

TEST_F(FetcherTest, SharesAFolderAmongThreads) {
  constexpr int kThreads = 4;
  constexpr int kFiles = 8;
  for (int i = 0; i < kThreads * kFiles; ++i) {
    server_.ServeText("/f" + std::to_string(i), SomeBytes(1000 + i));
  }
  options_.http.clock = nullptr;
  std::vector<std::thread> threads;
  for (int t = 0; t < kThreads; ++t) {
    threads.emplace_back([&, t] {
      Fetcher fetcher(options_);
      for (int i = t; i < kThreads * kFiles; i += kThreads) {
        const Result<Fetched> fetched =
            fetcher.Fetch({.name = "f" + std::to_string(i)});
        ASSERT_TRUE(fetched.ok()) << fetched.status().ToString();
        EXPECT_EQ(fetched->bytes, 1000u + i);
      }
    });
  }
  for (std::thread& thread : threads) thread.join();
  EXPECT_EQ(Files().size(), size_t{kThreads * kFiles});
}

// Killed without warning, at several moments: what lies there is never taken
// for the file, and the next call lands it.
TEST_F(FetcherTest, OutlivesAKill) {
  for (const int after_ms : {5, 40, 120, 300}) {
    SCOPED_TRACE(after_ms);
    fs::remove_all(landing_);
    Inject("slow:1*1");
    const pid_t child = fork();
    ASSERT_GE(child, 0);
    if (child == 0) {
      options_.http.clock = nullptr;
      (void)Fetch().ok();
      _exit(0);
    }
    std::this_thread::sleep_for(std::chrono::milliseconds(after_ms));
    kill(child, SIGKILL);
    waitpid(child, nullptr, 0);
    EXPECT_FALSE(fs::exists(landing_ / "a.gz"));
    // A child killed before it asked left its fault behind, and one byte a
    // second takes minutes.
    server_.ForgetFaults();
    ExpectLanded(Fetch());
  }
}

TEST_F(FetcherTest, LandsAFileLargerThanItsSyncStep) {
  bytes_ = SomeBytes(20 << 20);
  server_.ServeText("/a.gz", bytes_);
  Inject("cut:18000000*1");
  const Result<Fetched> fetched = Fetch();
  ExpectLanded(fetched);
  EXPECT_EQ(fetched->attempts, 2);
}

TEST(Sha256OfFile, FailsWithoutTheFile) {
  EXPECT_EQ(Sha256OfFile("/nowhere/at/all", nullptr).status().code(),
            Code::kNotFound);
}

}  // namespace
}  // namespace learnsql
