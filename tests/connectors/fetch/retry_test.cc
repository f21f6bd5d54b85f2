#include "connectors/fetch/retry.h"

#include <gtest/gtest.h>

#include <set>

namespace learnsql {
namespace {

// Always the same share of the limit.
class FixedRandom final : public Random {
 public:
  explicit FixedRandom(double share) : share_(share) {}
  uint64_t UpTo(uint64_t limit) override {
    return static_cast<uint64_t>(static_cast<double>(limit) * share_);
  }

 private:
  double share_;
};

TEST(WaitMillis, DoublesUpToTheCap) {
  FixedRandom most(1.0);
  const RetryPolicy policy;
  const int64_t kBounds[] = {500,    1000,   2000,   4000,  8000,
                             16'000, 32'000, 60'000, 60'000};
  for (int failed = 1; failed <= 9; ++failed) {
    EXPECT_EQ(WaitMillis(policy, failed, 0, &most), kBounds[failed - 1]);
  }
  EXPECT_EQ(WaitMillis(policy, 1'000'000, 0, &most), 60'000);
}

TEST(WaitMillis, IsFullJitterButAtLeastRetryAfter) {
  FixedRandom least(0.0);
  FixedRandom half(0.5);
  EXPECT_EQ(WaitMillis({}, 3, 0, &least), 0);
  EXPECT_EQ(WaitMillis({}, 3, 0, &half), 1000);
  EXPECT_EQ(WaitMillis({}, 3, 7000, &half), 7000);
  EXPECT_EQ(WaitMillis({}, 3, 300, &half), 1000);
}

TEST(Random, CoversItsRange) {
  std::set<uint64_t> seen;
  for (int i = 0; i < 1000; ++i) seen.insert(Random::System()->UpTo(3));
  EXPECT_EQ(seen, (std::set<uint64_t>{0, 1, 2, 3}));
  EXPECT_EQ(Random::System()->UpTo(0), 0u);
}

TEST(RetryAfterMillis, ReadsBothForms) {
  constexpr int64_t kNow = 1'445'412'480;  // Wed, 21 Oct 2015 07:28:00 GMT
  const struct {
    const char* name;
    const char* retry_after;
    const char* date;
    int64_t wait;  // -1: nothing
  } kCases[] = {
      {"seconds", "120", "", 120'000},
      {"zero", "0", "", 0},
      {"spaces", " 7 ", "", 7000},
      {"huge", "99999999999999999999", "", 1'000'000'000'000},
      {"date, server's clock", "Wed, 21 Oct 2015 08:00:30 GMT",
       "Wed, 21 Oct 2015 08:00:00 GMT", 30'000},
      {"date, our clock", "Wed, 21 Oct 2015 07:28:09 GMT", "", 9000},
      {"date, broken date", "Wed, 21 Oct 2015 07:28:09 GMT", "today", 9000},
      {"past", "Wed, 21 Oct 2015 07:00:00 GMT", "", 0},
      {"rfc 850", "Wednesday, 21-Oct-15 07:28:05 GMT", "", 5000},
      {"asctime", "Wed Oct 21 07:28:05 2015", "", 5000},
      {"empty", "", "", -1},
      {"words", "soon", "", -1},
      {"negative", "-5", "", -1},
      {"fraction", "1.5", "", -1},
  };
  for (const auto& c : kCases) {
    EXPECT_EQ(RetryAfterMillis(c.retry_after, c.date, kNow).value_or(-1),
              c.wait)
        << c.name;
  }
}

TEST(IsPassing, IsTheListOfTheProtocols) {
  for (const int status : {408, 425, 429, 500, 502, 503, 504}) {
    EXPECT_TRUE(IsPassingStatus(status)) << status;
  }
  for (const int status : {200, 301, 400, 401, 403, 404, 410, 413, 501, 505}) {
    EXPECT_FALSE(IsPassingStatus(status)) << status;
  }
  for (const int code : {5, 6, 7, 16, 18, 28, 35, 52, 55, 56, 92}) {
    EXPECT_TRUE(IsPassingCurlCode(code)) << code;
  }
  for (const int code : {0, 1, 3, 23, 60, 77, 83}) {
    EXPECT_FALSE(IsPassingCurlCode(code)) << code;
  }
  for (const int code : {5, 6, 7, 35}) {
    EXPECT_TRUE(IsNothingSentCurlCode(code)) << code;
  }
  for (const int code : {18, 28, 52, 55, 56}) {
    EXPECT_FALSE(IsNothingSentCurlCode(code)) << code;
  }
}

}  // namespace
}  // namespace learnsql
