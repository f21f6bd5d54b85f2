#include "engine/publish/row_diff.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "engine/base/cancel.h"
#include "tests/engine/store/temp_folder.h"

namespace learnsql {
namespace {

using testing::HasSubstr;

std::string Plain(const SampleValue& value) {
  if (!value.hidden.empty()) return "<" + value.hidden + ">";
  switch (value.kind) {
    case Value::Kind::kNull:
      return "null";
    case Value::Kind::kInteger:
      return std::to_string(value.integer);
    case Value::Kind::kReal:
      return "real";
    default:
      return value.bytes;
  }
}

std::string Plain(const std::vector<SampleValue>& row) {
  std::string text;
  for (const SampleValue& value : row) {
    text += (text.empty() ? "" : ",") + Plain(value);
  }
  return text;
}

std::vector<ComparedColumn> Columns(size_t count) {
  std::vector<ComparedColumn> columns;
  for (size_t i = 0; i < count; ++i) {
    columns.push_back({"c" + std::to_string(i + 1), ""});
  }
  return columns;
}

// Two databases in memory with a query each.
class Queries {
 public:
  Queries() : a_(Open()), b_(Open()) {}

  // `a` and `b` are lists of rows: "(1, 'x'), (2, 'y')".
  Result<RowDiff> Diff(const std::string& a, const std::string& b,
                       size_t key_count,
                       const std::vector<ComparedColumn>& columns,
                       size_t samples = 3) {
    return DiffText(Select(a, columns.size(), key_count),
                    Select(b, columns.size(), key_count), key_count, columns,
                    samples);
  }

  Result<RowDiff> DiffText(const std::string& a, const std::string& b,
                           size_t key_count,
                           const std::vector<ComparedColumn>& columns,
                           size_t samples = 3) {
    Result<Statement> rows_a = a_.Prepare(a);
    Result<Statement> rows_b = b_.Prepare(b);
    EXPECT_TRUE(rows_a.ok()) << rows_a.status().ToString() << a;
    EXPECT_TRUE(rows_b.ok()) << rows_b.status().ToString() << b;
    return DiffRows(&*rows_a, &*rows_b, key_count, columns, samples);
  }

 private:
  static Connection Open() {
    Result<Connection> opened = Connection::OpenInMemory();
    EXPECT_TRUE(opened.ok());
    return std::move(opened).value();
  }

  static std::string Select(const std::string& rows, size_t columns,
                            size_t key_count) {
    std::string order;
    for (size_t i = 1; i <= key_count; ++i) {
      order += (i == 1 ? "" : ", ") + ("column" + std::to_string(i)) +
               " collate binary";
    }
    for (size_t i = 1; key_count == columns && i <= columns; ++i) {
      order += ", typeof(column" + std::to_string(i) + ")";
    }
    std::string nothing = "select null as column1";
    for (size_t i = 2; i <= columns; ++i) {
      nothing += ", null as column" + std::to_string(i);
    }
    return "select * from (" +
           (rows.empty() ? nothing + " where false" : "values " + rows) +
           ") order by " + order;
  }

  Connection a_;
  Connection b_;
};

struct Counts {
  const char* name;
  const char* before;
  const char* after;
  size_t key_count;
  int64_t added;
  int64_t removed;
  int64_t changed;
};

class RowDiffCounts : public testing::TestWithParam<Counts> {};

TEST_P(RowDiffCounts, AreThoseOfTheRows) {
  const Counts& expected = GetParam();
  Queries queries;
  const Result<RowDiff> diff = queries.Diff(expected.before, expected.after,
                                            expected.key_count, Columns(2));
  ASSERT_TRUE(diff.ok()) << diff.status().ToString();
  EXPECT_EQ(diff->added, expected.added);
  EXPECT_EQ(diff->removed, expected.removed);
  EXPECT_EQ(diff->changed, expected.changed);
  EXPECT_EQ(diff->rows_after - diff->rows_before,
            expected.added - expected.removed);
}

INSTANTIATE_TEST_SUITE_P(
    RowDiff, RowDiffCounts,
    testing::Values(
        Counts{"nothing on both sides", "", "", 1, 0, 0, 0},
        Counts{"all new", "", "(1, 1), (2, 2)", 1, 2, 0, 0},
        Counts{"all gone", "(1, 1), (2, 2)", "", 1, 0, 2, 0},
        Counts{"the same", "(1, 1), (2, null)", "(2, null), (1, 1)", 1, 0, 0,
               0},
        Counts{"one each", "(1, 1), (2, 2), (3, 3)", "(2, 2), (3, 4), (5, 5)",
               1, 1, 1, 1},
        Counts{"null became a value", "(1, null)", "(1, 0)", 1, 0, 0, 1},
        Counts{"a text became a number", "(1, '1')", "(1, 1)", 1, 0, 0, 1},
        Counts{"an integer became a real", "(1, 1)", "(1, 1.0)", 1, 0, 0, 1},
        Counts{"a text became a blob", "(1, 'a')", "(1, x'61')", 1, 0, 0, 1},
        Counts{"case matters in keys", "('a', 1)", "('A', 1)", 1, 1, 1, 0},
        Counts{"keys of all types in order",
               "(null, 1), (-1, 1), (2.5, 1), (3, 1), ('', 1), ('é', 1), "
               "(x'', 1)",
               "(null, 1), (2.5, 1), ('', 1), ('é', 1), (x'', 1)", 1, 0, 2, 0},
        Counts{"large integers are told from near reals",
               "(9007199254740993, 1)", "(9007199254740992.0, 1)", 1, 1, 1, 0},
        Counts{"the ends of the integers",
               "(-9223372036854775807 - 1, 1), (9223372036854775807, 1)",
               "(-9223372036854775808.0, 1), (9223372036854775808.0, 1)", 1, 1,
               1, 0},
        Counts{"two columns as key", "(1, 1), (1, 2)", "(1, 2), (1, 3)", 2, 1,
               1, 0},
        Counts{"a bag counts copies", "(1, 1), (1, 1), (1, 1)",
               "(1, 1), (2, 2)", 2, 1, 2, 0},
        Counts{"an integer of a bag became a real", "(1, 1), (2, 3)",
               "(1, 1.0), (2, 3)", 2, 1, 1, 0},
        Counts{"integers and reals of a bag in any order", "(1, 1), (1, 1.0)",
               "(1, 1.0), (1, 1)", 2, 0, 0, 0}),
    [](const auto& tested) {
      std::string name = tested.param.name;
      for (char& c : name) c = c == ' ' ? '_' : c;
      return name;
    });

TEST(RowDiff, NamesColumnsWithMostRowsFirst) {
  Queries queries;
  const Result<RowDiff> diff =
      queries.Diff("(1, 1, 'a', 0), (2, 1, 'a', 0)",
                   "(1, 1, 'b', 0), (2, 2, 'b', 0)", 1, Columns(4));
  ASSERT_TRUE(diff.ok());
  ASSERT_EQ(diff->columns.size(), 2U);
  EXPECT_EQ(diff->columns[0].column, "c3");
  EXPECT_EQ(diff->columns[0].rows, 2);
  EXPECT_EQ(diff->columns[1].column, "c2");
  EXPECT_EQ(diff->columns[1].rows, 1);
  EXPECT_EQ(Plain(diff->columns[1].samples[0].key), "2");
  EXPECT_EQ(Plain(diff->columns[1].samples[0].before), "1");
  EXPECT_EQ(Plain(diff->columns[1].samples[0].after), "2");
}

TEST(RowDiff, KeepsTheFirstSamplesOnly) {
  Queries queries;
  const Result<RowDiff> diff = queries.Diff(
      "(1, 1), (2, 2), (3, 3)", "(4, 4), (5, 5), (6, 6)", 1, Columns(2), 2);
  ASSERT_TRUE(diff.ok());
  EXPECT_EQ(diff->added, 3);
  ASSERT_EQ(diff->added_samples.size(), 2U);
  EXPECT_EQ(Plain(diff->added_samples[1]), "5");
  EXPECT_EQ(Plain(diff->removed_samples[0]), "1");
  const Result<RowDiff> none =
      queries.Diff("(1, 1)", "(1, 2)", 1, Columns(2), 0);
  ASSERT_TRUE(none.ok());
  EXPECT_EQ(none->columns[0].rows, 1);
  EXPECT_TRUE(none->columns[0].samples.empty());
}

TEST(RowDiff, HidesPersonalValues) {
  Queries queries;
  const std::vector<ComparedColumn> columns = {{"id", "id"}, {"mail", "email"}};
  const Result<RowDiff> diff = queries.Diff(
      "(1, 'ann@x'), (2, 'bob@x')", "(1, 'eve@x'), (3, 'cy@x')", 1, columns);
  ASSERT_TRUE(diff.ok());
  const ColumnChanges::Sample& sample = diff->columns[0].samples[0];
  EXPECT_EQ(Plain(sample.key), "<id>");
  EXPECT_EQ(Plain(sample.before), "<email>");
  EXPECT_EQ(Plain(sample.after), "<email>");
  EXPECT_EQ(sample.after.bytes, "");
  EXPECT_EQ(Plain(diff->added_samples[0]), "<id>");
}

TEST(RowDiff, CutsLongSamplesBetweenCharacters) {
  const std::string text = std::string(199, 'a') + "é" + "b";
  const SampleValue cut = SampleValue::Of(Value::Text(text), "");
  EXPECT_EQ(cut.bytes, std::string(199, 'a'));
  EXPECT_TRUE(cut.is_cut);
  const std::string fits = std::string(198, 'a') + "é";
  EXPECT_FALSE(SampleValue::Of(Value::Text(fits), "").is_cut);
  EXPECT_EQ(
      SampleValue::Of(Value::Blob(std::string(300, '\x80')), "").bytes.size(),
      SampleValue::kMaxBytes);
}

TEST(RowDiff, PassesOnTheErrorOfEitherSide) {
  Queries queries;
  const std::string good = "values (1, 1), (2, 2), (3, 3)";
  const std::string bad =
      "select column1, abs(column1) from (values (1), (-9223372036854775807 - "
      "1))";
  for (const bool first : {true, false}) {
    const Result<RowDiff> diff =
        queries.DiffText(first ? bad : good, first ? good : bad, 1, Columns(2));
    ASSERT_FALSE(diff.ok());
    EXPECT_THAT(diff.status().ToString(), HasSubstr("overflow"));
  }
}

TEST(RowDiff, EndsWhenCancelled) {
  const TempFolder folder;
  CancelFlag cancel;
  const std::string path = folder.File("x.db");
  Result<Connection> db = Connection::Open(
      path, {.mode = Connection::Mode::kCreate, .cancel = &cancel});
  ASSERT_TRUE(db.ok());
  const std::string many =
      "with recursive n (i) as (select 1 union all select i + 1 from n) select "
      "i, i from n";
  Result<Statement> a = db->Prepare(many);
  Result<Statement> b = db->Prepare(many);
  ASSERT_TRUE(a.ok() && b.ok());
  cancel.Cancel();
  const Result<RowDiff> diff = DiffRows(&*a, &*b, 1, Columns(2), 3);
  ASSERT_FALSE(diff.ok());
  EXPECT_EQ(diff.status().code(), Code::kCancelled);
}

}  // namespace
}  // namespace learnsql
