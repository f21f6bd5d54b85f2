#include "engine/query/value_text.h"

#include <gtest/gtest.h>

#include <cmath>
#include <cstring>
#include <limits>
#include <random>

namespace learnsql {
namespace {

TEST(ValueText, WritesRealsShortest) {
  const struct {
    double value;
    const char* text;
  } kCases[] = {
      {0.1, "0.1"},
      {3, "3.0"},
      {-0.0, "-0.0"},
      {0, "0.0"},
      {100000, "100000.0"},
      {1e15, "1000000000000000.0"},
      {1e16, "1.0e+16"},
      {1.5e300, "1.5e+300"},
      {0.00001, "0.00001"},
      {0.000001, "1.0e-06"},
      {0.30000000000000004, "0.30000000000000004"},
      {9007199254740993.0, "9007199254740992.0"},
      {5e-324, "5.0e-324"},
      {std::numeric_limits<double>::infinity(), "Inf"},
      {-std::numeric_limits<double>::infinity(), "-Inf"},
  };
  for (const auto& c : kCases) EXPECT_EQ(RealText(c.value), c.text);
}

TEST(ValueText, ReadsEveryRealBack) {
  std::mt19937_64 random(7);
  for (int i = 0; i < 20000; ++i) {
    const uint64_t bits = random();
    double value = 0;
    std::memcpy(&value, &bits, sizeof(value));
    if (!std::isfinite(value)) continue;
    EXPECT_EQ(std::strtod(RealText(value).c_str(), nullptr), value);
  }
}

TEST(ValueText, MakesLiteralsThatReadBack) {
  Result<Connection> db = Connection::OpenInMemory();
  ASSERT_TRUE(db.ok());
  const Value kValues[] = {
      Value::Null(),
      Value::Integer(INT64_MIN),
      Value::Integer(INT64_MAX),
      Value::Real(0.1),
      Value::Real(1e20),
      Value::Real(-std::numeric_limits<double>::infinity()),
      Value::Text(""),
      Value::Text("it's"),
      Value::Text("a\nb"),
      Value::Text(std::string_view("a\0b", 3)),
      Value::Text("\xff"),
      Value::Blob(""),
      Value::Blob(std::string_view("\0\xff'", 3)),
  };
  for (const Value& value : kValues) {
    Result<Statement> same =
        db->Prepare("select " + SqlLiteral(value) + " is ?1, typeof(" +
                    SqlLiteral(value) + ") = typeof(?1)");
    ASSERT_TRUE(same.ok()) << SqlLiteral(value);
    ASSERT_TRUE(same->Bind(1, value).ok());
    ASSERT_TRUE(same->Step().ok());
    EXPECT_EQ(same->integer(0), 1) << SqlLiteral(value);
    EXPECT_EQ(same->integer(1), 1) << SqlLiteral(value);
  }
}

}  // namespace
}  // namespace learnsql
