#include "connectors/rest/link_header.h"

#include <gtest/gtest.h>

namespace learnsql {
namespace {

struct LinkCase {
  const char* name;
  const char* value;
  const char* next;
};

const LinkCase kCases[] = {
    {"Plain", R"(<https://a/x?page=2>; rel="next")", "https://a/x?page=2"},
    {"Second", R"(<https://a/1>; rel="last", <https://a/2>; rel="next")",
     "https://a/2"},
    {"CommaInside", R"(<https://a/x?l=a,b&page=2>; rel="next")",
     "https://a/x?l=a,b&page=2"},
    {"CommaInQuotes", R"(<https://a/1>; title="a, <b>"; rel="next")",
     "https://a/1"},
    {"ParametersInAnyOrder", R"(<https://a/1>; type="x"; rel="next")",
     "https://a/1"},
    {"SeveralRels", R"(<https://a/1>; rel="next last")", "https://a/1"},
    {"NoQuotes", "<https://a/1>;rel=next", "https://a/1"},
    {"UpperCase", R"(<https://a/1>; REL="NEXT")", "https://a/1"},
    {"NotTheSecondRel", R"(<https://a/1>; rel="last"; rel="next")", ""},
    {"Deprecation", R"(<https://help/x>; rel="deprecation"; type="text/html")",
     ""},
    {"Template", R"(<https://a/users{?since}>; rel="next")", ""},
    {"Empty", "", ""},
    {"NoBrackets", R"(https://a/1; rel="next")", ""},
    {"Unclosed", R"(<https://a/1; rel="next")", ""},
    {"NoRel", "<https://a/1>", ""},
    {"NextOnlyInTheName", R"(<https://a/1>; rel="nextish")", ""},
};

class NextLinkTest : public testing::TestWithParam<LinkCase> {};

TEST_P(NextLinkTest, FindsTheNextPage) {
  EXPECT_EQ(NextLink(GetParam().value), GetParam().next);
}

INSTANTIATE_TEST_SUITE_P(Cases, NextLinkTest, testing::ValuesIn(kCases),
                         [](const auto& a_case) { return a_case.param.name; });

}  // namespace
}  // namespace learnsql
