#include "engine/shell/chart.h"

#include <gtest/gtest.h>

#include "engine/query/text_width.h"

namespace learnsql {
namespace {

KeptResult Shares() {
  KeptResult result;
  result.Begin({"type", "n", "share"}, "");
  const struct {
    const char* type;
    int64_t n;
  } kRows[] = {{"Push", 40}, {"Create", 20}, {"日本", 5}, {"none", 0}};
  for (const auto& row : kRows) {
    const Value values[] = {Value::Text(row.type), Value::Integer(row.n),
                            Value::Real(static_cast<double>(row.n) / 65)};
    result.Add(values);
  }
  return result;
}

std::string Draw(const KeptResult& result, const ChartOptions& options) {
  const Result<std::string> chart = DrawChart(result, options);
  return chart.ok() ? *chart : "error: " + chart.status().ToString();
}

TEST(Chart, DrawsBars) {
  EXPECT_EQ(Draw(Shares(), {.kind = "bar", .x = "type", .y = "n", .width = 32}),
            "n\n"
            "Push    40  ████████████████████\n"
            "Create  20  ██████████\n"
            "日本     5  ██▌\n"
            "none     0  \n");
}

TEST(Chart, DrawsSparks) {
  EXPECT_EQ(Draw(Shares(), {.kind = "spark", .width = 40}),
            "n      █▅▂▁\nshare  █▅▂▁\n");
}

TEST(Chart, DrawsHistogramsAndLines) {
  KeptResult result;
  result.Begin({"x"}, "");
  for (int i = 0; i < 1000; ++i) {
    const Value values[] = {Value::Integer(i)};
    result.Add(values);
  }
  const std::string hist = Draw(result, {.kind = "hist", .width = 60});
  EXPECT_EQ(std::count(hist.begin(), hist.end(), '\n'), 21) << hist;
  EXPECT_NE(hist.find("  50  "), std::string::npos) << hist;
  const std::string line = Draw(result, {.kind = "line", .width = 60});
  EXPECT_NE(line.find("999 ┤"), std::string::npos) << line;
  EXPECT_NE(line.find("  0 ┤"), std::string::npos) << line;
}

TEST(Chart, SaysWhatItDoesNotDraw) {
  KeptResult result;
  result.Begin({"x", "y"}, "");
  for (int i = 0; i < 100; ++i) {
    const Value values[] = {Value::Integer(i),
                            i % 2 ? Value::Null() : Value::Integer(i)};
    result.Add(values);
  }
  EXPECT_NE(Draw(result, {.kind = "bar", .x = "x", .y = "y"})
                .find("100 rows (50 drawn)"),
            std::string::npos);
}

TEST(Chart, RefusesWhatCannotBeDrawn) {
  EXPECT_NE(Draw(Shares(), {.kind = "pie"}).find("bar, line, hist or spark"),
            std::string::npos);
  EXPECT_NE(Draw(Shares(), {.kind = "bar", .x = "nope"}).find("no column nope"),
            std::string::npos);
  EXPECT_NE(
      Draw(Shares(), {.kind = "bar", .x = "n", .y = "type"}).find("no numbers"),
      std::string::npos);
  EXPECT_NE(Draw(KeptResult(), {.kind = "bar"}).find("run a query first"),
            std::string::npos);
}

TEST(Chart, TakesASingleValue) {
  KeptResult result;
  result.Begin({"x"}, "");
  const Value values[] = {Value::Integer(-5)};
  result.Add(values);
  for (const char* kind : {"bar", "line", "hist", "spark"}) {
    EXPECT_FALSE(Draw(result, {.kind = kind}).starts_with("error")) << kind;
  }
}

}  // namespace
}  // namespace learnsql
