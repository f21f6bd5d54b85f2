#include "connectors/fetch/url.h"

#include <arpa/inet.h>
#include <gtest/gtest.h>
#include <netinet/in.h>
#include <sys/un.h>

#include <cstring>

namespace learnsql {
namespace {

TEST(Url, ReadsOrigins) {
  const struct {
    const char* text;
    const char* origin;
  } kCases[] = {
      {"https://A.Example/x", "https://a.example:443"},
      {"https://a.example:443/x", "https://a.example:443"},
      {"http://a.example", "http://a.example:80"},
      {"http://127.0.0.1:8080/?q=1#f", "http://127.0.0.1:8080"},
      {"http://[::1]:81/", "http://[::1]:81"},
      {"HTTPS://a.example/", "https://a.example:443"},
  };
  for (const auto& c : kCases) {
    const Result<Url> url = Url::Parse(c.text);
    ASSERT_TRUE(url.ok()) << url.status().ToString();
    EXPECT_EQ(url->origin(), c.origin);
    EXPECT_EQ(url->text().find('#'), std::string::npos);
  }
}

TEST(Url, RefusesWhatIsNotSafe) {
  for (const char* text :
       {"", "a.example/x", "ftp://a.example/x", "file:///etc/passwd",
        "https://", "https://user@a.example/", "https://u:canary@a.example/",
        "https://a.example/a b", "https://a.example/\r\nX: y",
        "https://a.example/\t", "https://\xc3\xa4.example/", "gopher://a/",
        "https://a.example:99999/", "javascript:alert(1)"}) {
    const Result<Url> url = Url::Parse(text);
    ASSERT_FALSE(url.ok()) << text;
    EXPECT_EQ(url.status().code(), Code::kInvalid);
    EXPECT_EQ(url.status().message().find("canary"), std::string::npos);
  }
}

TEST(Url, ResolvesReferences) {
  const struct {
    const char* reference;
    const char* text;
  } kCases[] = {
      {"/z", "https://a.example/z"},
      {"z?q=1", "https://a.example/x/z?q=1"},
      {"../z", "https://a.example/z"},
      {"//b.example/z", "https://b.example/z"},
      {"http://b.example:81/z#f", "http://b.example:81/z"},
      {"?page=2", "https://a.example/x/y?page=2"},
      {"/a b\xc3\xa4", "https://a.example/a%20b%C3%A4"},
  };
  const Result<Url> base = Url::Parse("https://a.example/x/y?q=0");
  ASSERT_TRUE(base.ok());
  for (const auto& c : kCases) {
    const Result<Url> url = base->Resolve(c.reference);
    ASSERT_TRUE(url.ok()) << c.reference << url.status().ToString();
    EXPECT_EQ(url->text(), c.text);
  }
  for (const char* reference :
       {"file:///etc/passwd", "ftp://b.example/", "https://u:p@b.example/",
        "/x\r\nSet-Cookie: a=b", "//u@b.example/z"}) {
    EXPECT_FALSE(base->Resolve(reference).ok()) << reference;
  }
}

TEST(Url, AppendsNamesBeforeTheQuery) {
  const struct {
    const char* base;
    const char* name;
    const char* text;
  } kCases[] = {
      {"https://a.example", "2015-01-01-0.json.gz",
       "https://a.example/2015-01-01-0.json.gz"},
      {"https://a.example/x/", "y/z", "https://a.example/x/y/z"},
      {"https://a.example/x?sig=s", "y", "https://a.example/x/y?sig=s"},
      {"https://a.example", "a b?c#d%e", "https://a.example/a%20b%3Fc%23d%25e"},
  };
  for (const auto& c : kCases) {
    const Result<Url> base = Url::Parse(c.base);
    ASSERT_TRUE(base.ok());
    const Result<Url> url = base->Append(c.name);
    ASSERT_TRUE(url.ok());
    EXPECT_STRCASEEQ(url->text().c_str(), c.text);  // %3f or %3F
  }
}

TEST(Url, KnowsLoopbackBySpelling) {
  for (const char* text : {"http://localhost/", "http://127.0.0.1:8/",
                           "http://127.9.9.9/", "http://[::1]/"}) {
    EXPECT_TRUE(Url::Parse(text)->is_loopback()) << text;
  }
  for (const char* text : {"http://localhost.example/", "http://10.0.0.1/",
                           "http://127.0.0.1.example/"}) {
    EXPECT_FALSE(Url::Parse(text)->is_loopback()) << text;
  }
}

TEST(IsPrivateAddress, KnowsTheRanges) {
  for (const char* text : {"127.0.0.1",
                           "10.1.2.3",
                           "172.16.0.1",
                           "172.31.255.255",
                           "192.168.1.1",
                           "169.254.169.254",
                           "0.0.0.0",
                           "224.0.0.1",
                           "255.255.255.255",
                           "100.64.0.1",
                           "::1",
                           "[::1]",
                           "::",
                           "fe80::1",
                           "fc00::1",
                           "fd12::1",
                           "ff02::1",
                           "::ffff:10.0.0.1",
                           "::ffff:169.254.169.254",
                           "64:ff9b::10.0.0.1"}) {
    EXPECT_TRUE(IsPrivateAddress(std::string(text))) << text;
  }
  for (const char* text :
       {"8.8.8.8", "172.32.0.1", "192.169.0.1", "11.0.0.1", "100.128.0.1",
        "2606:4700::1", "::ffff:8.8.8.8", "a.example"}) {
    EXPECT_FALSE(IsPrivateAddress(std::string(text))) << text;
  }
}

TEST(IsPrivateAddress, ReadsSocketAddresses) {
  sockaddr_in v4{};
  v4.sin_family = AF_INET;
  inet_pton(AF_INET, "192.168.0.7", &v4.sin_addr);
  sockaddr generic;
  std::memcpy(&generic, &v4, sizeof(generic));
  EXPECT_TRUE(IsPrivateAddress(generic));
  inet_pton(AF_INET, "9.9.9.9", &v4.sin_addr);
  std::memcpy(&generic, &v4, sizeof(generic));
  EXPECT_FALSE(IsPrivateAddress(generic));
  generic.sa_family = AF_UNIX;
  EXPECT_TRUE(IsPrivateAddress(generic));
}

}  // namespace
}  // namespace learnsql
