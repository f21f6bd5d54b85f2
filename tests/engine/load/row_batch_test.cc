#include "engine/load/row_batch.h"

#include <gtest/gtest.h>

#include <array>
#include <string>

namespace learnsql {
namespace {

std::string Show(const Value& value) {
  switch (value.kind) {
    case Value::Kind::kNull:
      return "null";
    case Value::Kind::kInteger:
      return std::to_string(value.integer);
    case Value::Kind::kReal:
      return std::to_string(value.real);
    case Value::Kind::kText:
      return "'" + std::string(value.bytes) + "'";
    case Value::Kind::kBlob:
      return "x'" + std::string(value.bytes) + "'";
  }
  return "?";
}

std::string ShowAll(const RowBatch& batch, size_t at_once) {
  RowBatch::Reader reader(batch);
  std::vector<Value> values;
  std::string shown;
  while (true) {
    reader.Next(at_once, &values);
    if (values.empty()) return shown;
    for (const Value& value : values) shown += Show(value) + " ";
    shown += "| ";
  }
}

TEST(RowBatch, GivesBackEveryKindOfValueAsItWas) {
  RowBatch batch;
  {
    std::string text = "text";  // gone before the rows are read
    const std::array values = {Value::Null(), Value::Integer(INT64_MIN),
                               Value::Real(0.5), Value::Text(text),
                               Value::Blob(std::string_view("\0b", 2))};
    batch.Add(7, {.byte = 9, .line = 1}, values);
    text = "gone";
  }
  EXPECT_EQ(ShowAll(batch, 16),
            "7 9 null -9223372036854775808 0.500000 'text' " +
                std::string("x'\0b' | ", 8));
}

TEST(RowBatch, TellsEmptyFromNull) {
  RowBatch batch;
  batch.Add(1, {}, std::array{Value::Text({}), Value::Blob({}), Value::Null()});
  EXPECT_EQ(ShowAll(batch, 1), "1 0 '' x'' null | ");
}

TEST(RowBatch, HandsOutAsManyRowsAsAreAskedForAndThenTheRest) {
  RowBatch batch;
  for (int i = 0; i < 5; ++i) batch.Add(i, {}, std::array{Value::Null()});
  EXPECT_EQ(ShowAll(batch, 2),
            "0 0 null 1 0 null | 2 0 null 3 0 null | 4 0 null | ");
}

TEST(RowBatch, IsFullAtItsSizeAndTakesARowOfAnySizeWhenEmpty) {
  RowBatch batch;
  const std::string large(3 * RowBatch::kBytes, 'x');
  const std::array row = {Value::Text(large)};
  ASSERT_TRUE(batch.Fits(row));
  batch.Add(1, {}, row);
  EXPECT_FALSE(batch.Fits(row));
  EXPECT_FALSE(batch.Fits(std::array{Value::Text(large.substr(0, 100))}));
  EXPECT_EQ(ShowAll(batch, 1), "1 0 '" + large + "' | ");
  batch.Clear();
  EXPECT_TRUE(batch.empty());
  EXPECT_EQ(ShowAll(batch, 1), "");
  const std::array small = {Value::Text("0123456789")};
  int rows = 0;
  for (; batch.Fits(small); ++rows) batch.Add(rows, {}, small);
  EXPECT_GT(rows, 500);
  EXPECT_LT(rows, 1000);
}

}  // namespace
}  // namespace learnsql
