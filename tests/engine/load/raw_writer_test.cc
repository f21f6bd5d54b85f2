#include "engine/load/raw_writer.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "engine/base/sha256.h"
#include "engine/load/slice_load.h"
#include "tests/engine/load/load_testing.h"

namespace learnsql {
namespace {

using testing::HasSubstr;

constexpr std::array<std::string_view, 3> kColumns = {"thing_id", "name",
                                                      "weight"};

// A warehouse with the raw table of the fake source, and a writer on it.
class RawWriterTest : public testing::Test {
 protected:
  RawWriterTest()
      : db_(Must(OpenWarehouse(folder_.File("w.db"), true, nullptr))),
        contract_(Contract()) {
    EXPECT_TRUE(EnsureRawTables(&db_, contract_).ok());
    EXPECT_TRUE(db_.Execute("begin").ok());
    Begin({});
  }

  void Begin(RawWriterOptions options) {
    writer_ = std::make_unique<RawWriter>(&db_, &contract_, 3, options);
    table_ = Must(writer_->Open("raw_fake__things", kColumns));
    records_ = 0;
  }

  // Adds a record of 10 bytes.
  Result<bool> Add(const Value& id, const Value& name,
                   const Value& weight = Value::Null(),
                   const std::string& record = "0123456789") {
    const uint64_t at = 10 * records_++;
    return writer_->Add(table_, {at, records_}, record,
                        std::array{id, name, weight});
  }
  Result<bool> Add(int64_t id, const std::string& name) {
    return Add(Value::Integer(id), Value::Text(name), Value::Null(), name);
  }

  Status Finish() {
    writer_->Account({.bytes_decoded = 10 * records_,
                      .bytes_in_records = 10 * records_,
                      .records = records_});
    return writer_->Finish();
  }

  std::string Things() {
    return Rows(&db_,
                "select row_id - (3 << 28), source_offset, name from "
                "raw_fake__things order by 1");
  }

  TempFolder folder_;
  Connection db_;
  RawContract contract_;
  std::unique_ptr<RawWriter> writer_;
  int table_ = 0;
  uint64_t records_ = 0;
};

TEST_F(RawWriterTest, NumbersRowsWithinTheLoad) {
  EXPECT_TRUE(Must(Add(1, "a")));
  EXPECT_TRUE(Must(Add(2, "b")));
  ASSERT_TRUE(Finish().ok());
  EXPECT_EQ(Things(), "0|0|a 1|10|b");
  EXPECT_EQ(writer_->counts().rows_loaded, 2u);
  EXPECT_EQ(RowsOf(3).first, 3 << 28);
}

TEST_F(RawWriterTest, InsertsBatchesOfEverySize) {
  for (size_t rows = 0; rows < 40; ++rows) {
    ASSERT_TRUE(db_.Execute("delete from raw_fake__things").ok());
    Begin({});
    for (size_t i = 0; i < rows; ++i) {
      ASSERT_TRUE(Must(Add(static_cast<int64_t>(i), "n" + std::to_string(i))));
    }
    ASSERT_TRUE(Finish().ok());
    EXPECT_EQ(Rows(&db_,
                   "select count(*) from raw_fake__things where name = "
                   "'n' || thing_id and weight is null"),
              std::to_string(rows));
  }
}

TEST_F(RawWriterTest, KeepsLongAndEmptyTexts) {
  const std::string text(3 << 20, 'x');
  EXPECT_TRUE(Must(Add(1, "")));
  EXPECT_TRUE(Must(Add(2, text)));
  EXPECT_TRUE(Must(Add(3, text)));
  EXPECT_TRUE(Must(Add(Value::Integer(4), Value::Text({}))));
  ASSERT_TRUE(Finish().ok());
  EXPECT_EQ(Rows(&db_,
                 "select length(name), typeof(name) from "
                 "raw_fake__things"),
            "0|text 3145728|text 3145728|text 0|text");
}

TEST_F(RawWriterTest, DropsCopiesAndKeepsConflicts) {
  EXPECT_TRUE(Must(Add(1, "a")));
  EXPECT_FALSE(Must(Add(1, "a")));
  EXPECT_TRUE(Must(Add(1, "b")));
  ASSERT_TRUE(Finish().ok());
  EXPECT_EQ(Things(), "0|0|a 1|20|b");
  EXPECT_EQ(writer_->counts().rows_duplicate, 1u);
  EXPECT_EQ(writer_->counts().rows_conflict, 1u);
  EXPECT_EQ(writer_->counts().rows_read, 3u);
}

TEST_F(RawWriterTest, TakesLateCopiesOutAgain) {
  Begin({.seen_capacity = 2});
  for (const int64_t id : {1, 2, 3, 1, 2, 4, 1}) {
    ASSERT_TRUE(Add(id, "n" + std::to_string(id)).ok());
  }
  ASSERT_TRUE(Finish().ok());
  EXPECT_EQ(Rows(&db_, "select name from raw_fake__things order by row_id"),
            "n1 n2 n3 n4");
  EXPECT_EQ(writer_->counts().rows_duplicate, 3u);
  EXPECT_EQ(writer_->counts().rows_loaded, 4u);
}

struct BadRow {
  const char* name;
  Value id;
  Value text;
  Value weight;
  const char* reason;
  const char* column;
};

class RawWriterRejects : public RawWriterTest,
                         public testing::WithParamInterface<BadRow> {};

TEST_P(RawWriterRejects, KeepsReasonColumnAndBytes) {
  const std::string record(5000, 'r');
  EXPECT_TRUE(Must(Add(7, "good")));
  EXPECT_FALSE(
      Must(Add(GetParam().id, GetParam().text, GetParam().weight, record)));
  ASSERT_TRUE(Finish().ok());
  EXPECT_EQ(Things(), "0|0|good");
  EXPECT_EQ(Rows(&db_,
                 "select load_id, sequence, line, byte_offset, reason, "
                 "column_name, length(raw), length, sha256 from "
                 "ls_reject"),
            std::string("3|1|2|10|") + GetParam().reason + "|" +
                GetParam().column + "|4096|5000|" + Sha256::HexOf(record));
  EXPECT_EQ(writer_->counts().rows_rejected, 1u);
}

INSTANTIATE_TEST_SUITE_P(
    Values, RawWriterRejects,
    testing::Values(BadRow{"null_id", Value::Null(), Value::Text("a"),
                           Value::Null(), "null_value", "thing_id"},
                    BadRow{"null_text", Value::Integer(1), Value::Null(),
                           Value::Null(), "null_value", "name"},
                    BadRow{"text_id", Value::Text("1"), Value::Text("a"),
                           Value::Null(), "bad_type", "thing_id"},
                    BadRow{"real_id", Value::Real(1), Value::Text("a"),
                           Value::Null(), "bad_type", "thing_id"},
                    BadRow{"number_text", Value::Integer(1), Value::Integer(1),
                           Value::Null(), "bad_type", "name"},
                    BadRow{"blob_text", Value::Integer(1), Value::Blob("x"),
                           Value::Null(), "bad_type", "name"},
                    BadRow{"text_weight", Value::Integer(1), Value::Text("a"),
                           Value::Text("1"), "bad_type", "weight"}),
    [](const auto& test) { return std::string(test.param.name); });

TEST_F(RawWriterTest, TakesIntegersForReals) {
  EXPECT_TRUE(
      Must(Add(Value::Integer(1), Value::Text("a"), Value::Integer(2))));
  ASSERT_TRUE(Finish().ok());
  EXPECT_EQ(Rows(&db_, "select weight, typeof(weight) from raw_fake__things"),
            "2.0|real");
}

TEST_F(RawWriterTest, GivesUpOnABrokenCheckInBatches) {
  EXPECT_TRUE(Must(Add(1, "a")));
  EXPECT_TRUE(Must(Add(2, "checked")));  // it waits for its batch
  EXPECT_EQ(Finish().code(), Code::kConstraint);
}

TEST_F(RawWriterTest, RejectsABrokenCheckRowByRow) {
  Begin({.row_by_row = true});
  EXPECT_TRUE(Must(Add(1, "a")));
  EXPECT_FALSE(Must(Add(2, "checked")));
  EXPECT_TRUE(Must(Add(3, "b")));
  ASSERT_TRUE(Finish().ok());
  EXPECT_EQ(Rows(&db_, "select name from raw_fake__things order by row_id"),
            "a b");
  EXPECT_EQ(Rows(&db_, "select reason, byte_offset from ls_reject"),
            "broken_rule|10");
  EXPECT_EQ(writer_->counts().rows_loaded, 2u);
}

TEST_F(RawWriterTest, RefusesSumsThatDoNotAddUp) {
  EXPECT_TRUE(Must(Add(1, "a")));
  EXPECT_EQ(writer_->Finish().code(), Code::kCorrupt);  // nothing accounted
  writer_->Account({.records = 2});
  EXPECT_THAT(writer_->Finish().message(), HasSubstr("rows do not add up"));
  writer_->Account({.bytes_decoded = 10,
                    .bytes_in_records = 5,
                    .bytes_rejected = 3,
                    .bytes_between = 1,
                    .records = 1});
  EXPECT_THAT(writer_->Finish().message(), HasSubstr("bytes do not add up"));
  writer_->Account({.bytes_decoded = 10,
                    .bytes_in_records = 5,
                    .bytes_rejected = 3,
                    .bytes_between = 2,
                    .records = 1});
  EXPECT_TRUE(writer_->Finish().ok());
}

TEST_F(RawWriterTest, PutsRowsBesideWithoutCountingThem) {
  EXPECT_TRUE(Must(Add(1, "a")));
  ASSERT_TRUE(writer_
                  ->AddBeside(table_, {5, 1},
                              std::array{Value::Integer(1), Value::Text("side"),
                                         Value::Null()})
                  .ok());
  EXPECT_EQ(writer_
                ->AddBeside(table_, {5, 1},
                            std::array{Value::Null(), Value::Text("side"),
                                       Value::Null()})
                .code(),
            Code::kInvalid);
  ASSERT_TRUE(Finish().ok());
  EXPECT_EQ(Things(), "0|0|a 1|5|side");
  EXPECT_EQ(writer_->counts().rows_loaded, 1u);
}

TEST_F(RawWriterTest, RefusesTablesAndColumnsItDoesNotKnow) {
  EXPECT_THAT(writer_->Open("raw_fake__thing", kColumns).status().message(),
              HasSubstr("raw_fake__things"));
  constexpr std::array<std::string_view, 2> kUnknown = {"thing_id", "nam"};
  EXPECT_THAT(writer_->Open("raw_fake__things", kUnknown).status().message(),
              HasSubstr("no column 'nam'"));
  constexpr std::array<std::string_view, 1> kTooFew = {"thing_id"};
  const Status few = writer_->Open("raw_fake__things", kTooFew).status();
  EXPECT_EQ(few.code(), Code::kInvalid);
  EXPECT_THAT(few.message(), HasSubstr("'name' of raw_fake__things is not "
                                       "null"));
}

TEST_F(RawWriterTest, CountsUnknownFieldsWithinBounds) {
  for (int i = 0; i < 1200; ++i) {
    writer_->CountUnknown("field" + std::to_string(i));
    writer_->CountUnknown("often");
  }
  const auto& unknown = writer_->counts().unknown_fields;
  EXPECT_LE(unknown.size(), 1001u);
  EXPECT_EQ(unknown.at("often"), 1200u);
  EXPECT_EQ(unknown.at("(further fields)"), 201u);
}

}  // namespace
}  // namespace learnsql
