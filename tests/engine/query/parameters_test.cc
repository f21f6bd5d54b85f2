#include "engine/query/parameters.h"

#include <gtest/gtest.h>

#include "engine/query/value_text.h"

namespace learnsql {
namespace {

std::string Read(const std::string& text) {
  const Result<Parameter> parameter = ParseParameter(text);
  if (!parameter.ok()) return "error: " + parameter.status().ToString();
  return SqlLiteral(parameter->ToValue());
}

TEST(Parameters, TakeTheTypeOfTheirSpelling) {
  const struct {
    const char* text;
    const char* literal;
  } kCases[] = {
      {"a=5", "5"},
      {"a=-5", "-5"},
      {"a=0", "0"},
      {"a='5'", "'5'"},
      {"a=007", "'007'"},
      {"a=+5", "'+5'"},
      {"a=1.50", "1.5"},
      {"a=1e3", "1000.0"},
      {"a=.5", "'.5'"},
      {"a=9223372036854775807", "9223372036854775807"},
      {"a=9223372036854775808", "'9223372036854775808'"},
      {"a=1e999", "'1e999'"},
      {"a=null", "NULL"},
      {"a=NULL", "NULL"},
      {"a='null'", "'null'"},
      {"a=", "''"},
      {"a=''", "''"},
      {"a='it''s'", "'it''s'"},
      {"a=it's", "'it''s'"},
      {"a=b=c", "'b=c'"},
      {"a= 5", "' 5'"},
      {"a=2015-01-01", "'2015-01-01'"},
      {"a=x'00ff'", "x'00ff'"},
      {"a=x", "'x'"},
      {":a=1", "1"},
      {"a='; drop table t; --'", "'; drop table t; --'"},
  };
  for (const auto& c : kCases) EXPECT_EQ(Read(c.text), c.literal) << c.text;
}

TEST(Parameters, RefuseWhatCannotBeMeant) {
  for (const char* text : {"", "a", "=5", "a b=5", "a='it's'", "a='", "a='x",
                           "a=x'0'", "a=x'zz'", "a=x'", ":=1", "a;=1"}) {
    EXPECT_TRUE(Read(text).starts_with("error: ")) << text << Read(text);
  }
}

TEST(Parameters, KnowTheirNamesInText) {
  const Result<std::vector<std::string>> names =
      ParameterNames("select :a, @b, $c, :a, ':no', \":no\" -- :no\n/* :no */");
  ASSERT_TRUE(names.ok());
  EXPECT_EQ(*names, (std::vector<std::string>{"a", "b", "c"}));
  EXPECT_FALSE(ParameterNames("select ?").ok());
  EXPECT_FALSE(ParameterNames("select ?1").ok());
}

Status Check(std::string_view sql, std::vector<std::string> texts) {
  const Result<std::vector<Parameter>> parameters = ParseParameters(texts);
  if (!parameters.ok()) return parameters.status();
  return CheckParameters(sql, *parameters);
}

TEST(Parameters, NameWhatIsMissingOrUnknown) {
  EXPECT_TRUE(Check("select :a", {"a=1"}).ok());
  EXPECT_TRUE(Check("select 1", {}).ok());
  EXPECT_EQ(Check("select :a", {}).message(),
            "no value for parameter :a; give --param a=VALUE");
  EXPECT_EQ(Check("select :a, :b", {}).message(),
            "no values for parameters :a, :b; give --param a=VALUE and so on");
  EXPECT_EQ(Check("select :day", {"day=1", "dya=1"}).message(),
            "the query has no parameter :dya (it has :day) (did you mean "
            "'day'?)");
  EXPECT_EQ(Check("select 1", {"a=1"}).message(),
            "the query has no parameter :a (it has none)");
  EXPECT_EQ(Check("select :a", {"a=1", "a=2"}).code(), Code::kUsage);
}

}  // namespace
}  // namespace learnsql
