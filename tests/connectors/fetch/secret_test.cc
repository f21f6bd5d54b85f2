#include "connectors/fetch/secret.h"

#include <gtest/gtest.h>

#include <cstdlib>
#include <fstream>
#include <sstream>

namespace learnsql {
namespace {

TEST(Secret, PrintsAsStars) {
  const Secret secret("canary-4711");
  std::ostringstream out;
  out << secret;
  EXPECT_EQ(out.str(), "***");
  EXPECT_EQ(secret.ToString(), "***");
  EXPECT_EQ(secret.Reveal(), "canary-4711");
  EXPECT_EQ(Secret().ToString(), "");
}

TEST(Secret, ComesFromTheEnvironment) {
  setenv("LEARNSQL_TEST_SECRET", "canary-4711", 1);
  const Result<Secret> secret = Secret::FromEnvironment("LEARNSQL_TEST_SECRET");
  ASSERT_TRUE(secret.ok());
  EXPECT_EQ(secret->Reveal(), "canary-4711");
  setenv("LEARNSQL_TEST_SECRET", "", 1);
  EXPECT_EQ(Secret::FromEnvironment("LEARNSQL_TEST_SECRET").status().code(),
            Code::kInvalid);
  unsetenv("LEARNSQL_TEST_SECRET");
  EXPECT_EQ(Secret::FromEnvironment("LEARNSQL_TEST_SECRET").status().code(),
            Code::kNotFound);
}

TEST(Secret, ComesFromTheFirstLineOfAFile) {
  const std::string path = testing::TempDir() + "/secret_test_token";
  std::ofstream(path) << "canary-4711\r\nsecond line\n";
  const Result<Secret> secret = Secret::FromFile(path);
  ASSERT_TRUE(secret.ok());
  EXPECT_EQ(secret->Reveal(), "canary-4711");
  std::ofstream(path) << "can\tary\n";
  const Status bad = Secret::FromFile(path).status();
  EXPECT_EQ(bad.code(), Code::kInvalid);
  EXPECT_EQ(bad.message().find("ary"), std::string::npos);
  EXPECT_EQ(Secret::FromFile(path + "/none").status().code(), Code::kNotFound);
}

TEST(RedactUrl, HidesWhatIsSecret) {
  const struct {
    const char* name;
    const char* url;
    const char* redacted;
  } kCases[] = {
      {"plain", "https://a.example/x?y=1", "https://a.example/x?y=1"},
      {"sas", "https://a.example/x?sv=2&sig=abc%3D&se=9&sp=r",
       "https://a.example/x?sv=2&sig=***&se=***&sp=***"},
      {"userinfo", "https://me:pw@a.example/x", "https://***@a.example/x"},
      {"at in password", "https://me:p@w@a.example/x",
       "https://***@a.example/x"},
      {"at in path", "https://a.example/x@y", "https://a.example/x@y"},
      {"any case", "https://a.example/?Access_Token=abc&x=1",
       "https://a.example/?Access_Token=***&x=1"},
      {"encoded key", "https://a.example/?%73ig=abc",
       "https://a.example/?%73ig=***"},
      {"amazon", "https://a.example/?X-Amz-Signature=a&X-Amz-Credential=b&X=c",
       "https://a.example/?X-Amz-Signature=***&X-Amz-Credential=***&X=c"},
      {"fragment", "https://a.example/#access_token=abc",
       "https://a.example/#access_token=***"},
      {"relative", "/x?token=abc", "/x?token=***"},
      {"all of section 7",
       "/?token=1&access_token=2&key=3&code=4&client_secret=5",
       "/?token=***&access_token=***&key=***&code=***&client_secret=***"},
      {"empty value", "/?sig=&x=1", "/?sig=***&x=1"},
      {"no url", "nothing here", "nothing here"},
      {"empty", "", ""},
  };
  for (const auto& c : kCases) {
    EXPECT_EQ(RedactUrl(c.url), c.redacted) << c.name;
  }
}

TEST(IsSecretHeader, KnowsTheNames) {
  for (const char* name :
       {"Authorization", "proxy-authorization", "Cookie", "Set-Cookie",
        "X-GitHub-Token", "X-Trino-Extra-Credential", "x-amz-security-token",
        "X-IDENTITY-HEADER", "X-Api-Key", "PRIVATE-TOKEN"}) {
    EXPECT_TRUE(IsSecretHeader(name)) << name;
  }
  for (const char* name : {"Accept", "ETag", "X-Request-Id", "Range", ""}) {
    EXPECT_FALSE(IsSecretHeader(name)) << name;
  }
}

TEST(Scrubber, CleansForeignText) {
  Scrubber scrubber;
  scrubber.Add("s3cr+t/value");
  scrubber.AddUrl("https://a.example/x?sig=QUJD%3D&v=1");
  const struct {
    const char* name;
    const char* text;
    const char* clean;
  } kCases[] = {
      {"as it is", "got s3cr+t/value!", "got ***!"},
      {"encoded", "got s3cr%2Bt%2Fvalue!", "got ***!"},
      {"from the url", "QUJD= and QUJD%3D", "*** and ***"},
      {"foreign url", "see <https://b.example/?token=xyz>.",
       "see <https://b.example/?token=***>."},
      {"userinfo", "via http://u:p@proxy.example:81",
       "via http://***@proxy.example:81"},
      {"foreign bearer", "Authorization: Bearer abcdefgh.ijkl",
       "Authorization: Bearer ***"},
      {"plain words", "a bearer token is missing", "a bearer token is missing"},
      {"nothing", "", ""},
  };
  for (const auto& c : kCases) {
    EXPECT_EQ(scrubber.Clean(c.text), c.clean) << c.name;
  }
}

}  // namespace
}  // namespace learnsql
