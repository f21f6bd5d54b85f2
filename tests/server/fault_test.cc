#include "tests/server/fault.h"

#include <gtest/gtest.h>

namespace learnsql {
namespace {

TEST(ParseFault, ReadsKinds) {
  const struct {
    const char* text;
    Fault::Kind kind;
    uint64_t number;
    const char* argument;
    int times;
  } kCases[] = {
      {"cut:100*1", Fault::kCut, 100, "100", 1},
      {"503*3", Fault::kStatus, 503, "", 3},
      {"429:7", Fault::kStatus, 429, "7", -1},
      {"429:+7*2", Fault::kStatus, 429, "+7", 2},
      {"redirect:/x", Fault::kRedirect, 302, "/x", -1},
      {"redirect307:http://127.0.0.1:81/x", Fault::kRedirect, 307,
       "http://127.0.0.1:81/x", -1},
      {"page", Fault::kPage, 0, "", -1},
      {"bomb:64", Fault::kBomb, 64, "64", -1},
  };
  for (const auto& c : kCases) {
    const Result<Fault> fault = ParseFault(c.text);
    ASSERT_TRUE(fault.ok()) << c.text;
    EXPECT_EQ(fault->kind, c.kind) << c.text;
    EXPECT_EQ(fault->number, c.number) << c.text;
    EXPECT_EQ(fault->text, c.argument) << c.text;
    EXPECT_EQ(fault->times, c.times) << c.text;
  }
}

TEST(ParseFault, RefusesTheRestWithTheChoices) {
  for (const char* text : {"", "cuts", "99", "600", "cut*", "cut*x",
                           "redirect99:/x", "redirect3077:/x"}) {
    const Result<Fault> fault = ParseFault(text);
    ASSERT_FALSE(fault.ok()) << text;
    EXPECT_EQ(fault.status().code(), Code::kUsage);
  }
  EXPECT_NE(ParseFault("x").status().message().find("chunked-cut"),
            std::string::npos);
}

}  // namespace
}  // namespace learnsql
