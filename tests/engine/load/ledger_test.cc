#include "engine/load/ledger.h"

#include <gtest/gtest.h>

#include "tests/engine/load/load_testing.h"

namespace learnsql {
namespace {

class LedgerTest : public testing::Test {
 protected:
  LedgerTest()
      : db_(Must(OpenWarehouse(folder_.File("w.db"), true, nullptr))),
        ledger_(&db_, "fake") {
    EXPECT_TRUE(ledger_.Expect({first_, second_}).ok());
  }

  static Slice Hour(int hour) {
    return {"hours", kStart + hour * kHourSeconds,
            kStart + (hour + 1) * kHourSeconds, "hour-" + std::to_string(hour)};
  }
  SliceRecord Find(const Slice& slice) { return Must(ledger_.Find(slice)); }
  LedgerRow Row(const Slice& slice) {
    return Must(ledger_.List({slice.start, slice.end})).at(0);
  }
  Status Load(const Slice& slice, int64_t load_id, LoadCounts counts = {}) {
    if (counts.rows_loaded == 0) counts.rows_loaded = counts.rows_read;
    return ledger_.MarkLoaded(slice, load_id,
                              {.path = "x",
                               .bytes = 7,
                               .sha256 = "abc",
                               .etag = "\"e\"",
                               .source_at = kStart + 10},
                              counts, kStart + 100);
  }

  TempFolder folder_;
  Connection db_;
  Ledger ledger_;
  const Slice first_ = Hour(0);
  const Slice second_ = Hour(1);
};

TEST_F(LedgerTest, ExpectsEachSliceOnce) {
  ASSERT_TRUE(Load(first_, 1, {.rows_read = 5}).ok());
  ASSERT_TRUE(ledger_.Expect({first_, second_, Hour(2)}).ok());
  EXPECT_EQ(Find(first_).state, SliceState::kLoaded);
  EXPECT_EQ(Must(ledger_.List({})).size(), 3u);
  EXPECT_EQ(Find(second_).slice.name, "hour-1");
  EXPECT_EQ(Find(Hour(9)).state, SliceState::kExpected);
}

TEST_F(LedgerTest, ListsWhatMeetsTheWindow) {
  const int64_t middle = kStart + kHourSeconds;
  EXPECT_EQ(Must(ledger_.List({middle, {}})).size(), 1u);
  EXPECT_EQ(Must(ledger_.List({{}, middle})).size(), 1u);
  EXPECT_EQ(Must(ledger_.List({middle - 1, middle + 1})).size(), 2u);
  EXPECT_TRUE(Must(Ledger(&db_, "other").List({})).empty());
}

TEST_F(LedgerTest, KeepsAllThatALoadCounted) {
  LoadCounts counts;
  counts.rows_read = 10;
  counts.rows_loaded = 6;
  counts.rows_duplicate = 3;
  counts.rows_conflict = 2;
  counts.rows_rejected = 1;
  counts.stream.bytes_decoded = 99;
  counts.stream.warning = "odd";
  counts.unknown_fields = {{"a.\"b\\\n", 2}, {"c", 1}};
  ASSERT_TRUE(Load(first_, 4, counts).ok());
  const LedgerRow row = Row(first_);
  EXPECT_EQ(row.known.load_id, 4);
  EXPECT_EQ(row.known.sha256, "abc");
  EXPECT_EQ(row.known.etag, "\"e\"");
  EXPECT_EQ(row.known.loaded_at, kStart + 100);
  EXPECT_EQ(row.known.checked_at, kStart + 100);
  EXPECT_EQ(row.source_at, kStart + 10);
  EXPECT_EQ(row.counts.rows_read, 10u);
  EXPECT_EQ(row.counts.rows_duplicate, 3u);
  EXPECT_EQ(row.counts.rows_conflict, 2u);
  EXPECT_EQ(row.counts.rows_rejected, 1u);
  EXPECT_EQ(row.counts.stream.bytes_decoded, 99u);
  EXPECT_EQ(row.bytes_fetched, 7u);
  EXPECT_EQ(row.warning, "odd");
  EXPECT_EQ(row.unknown_fields, R"({"a.\"b\\\u000a":2,"c":1})");
  EXPECT_EQ(**db_.QueryText("select json_valid(unknown_fields) from ls_slice "
                            "where load_id = 4"),
            "1");
}

TEST_F(LedgerTest, CallsALoadWithoutRowsEmpty) {
  ASSERT_TRUE(Load(first_, 1).ok());
  EXPECT_EQ(Find(first_).state, SliceState::kEmpty);
  EXPECT_EQ(Find(first_).load_id, 1);
}

TEST_F(LedgerTest, FailsWhatHasNoRows) {
  ASSERT_TRUE(ledger_.MarkRunning(first_, kStart).ok());
  EXPECT_EQ(Find(first_).state, SliceState::kRunning);
  EXPECT_EQ(Find(first_).attempts, 1);
  ASSERT_TRUE(ledger_.MarkFailed(first_, "why", kStart + 5).ok());
  EXPECT_EQ(Find(first_).state, SliceState::kFailed);
  EXPECT_EQ(Find(first_).checked_at, kStart + 5);
  EXPECT_EQ(Row(first_).error, "why");
}

TEST_F(LedgerTest, KeepsLoadedWhatFailsAgain) {
  ASSERT_TRUE(Load(first_, 1, {.rows_read = 5}).ok());
  ASSERT_TRUE(ledger_.MarkRunning(first_, kStart).ok());
  ASSERT_TRUE(ledger_.MarkFailed(first_, "why", kStart + 500).ok());
  EXPECT_EQ(Find(first_).state, SliceState::kLoaded);
  EXPECT_EQ(Find(first_).checked_at, kStart + 100);
  EXPECT_EQ(Row(first_).error, "why");
  ASSERT_TRUE(Load(first_, 2, {.rows_read = 5}).ok());
  EXPECT_EQ(Row(first_).error, "");
}

// Of a source that goes by cursor: the last slice, which never got rows.
TEST_F(LedgerTest, KeepsGoneWhatFailsAgain) {
  ASSERT_TRUE(
      ledger_.MarkAbsent(first_, SliceState::kSourceGone, kStart + 5).ok());
  ASSERT_TRUE(ledger_.MarkFailed(first_, "why", kStart + 500).ok());
  EXPECT_EQ(Find(first_).state, SliceState::kSourceGone);
  EXPECT_EQ(Find(first_).checked_at, kStart + 5);  // as due as it was
  EXPECT_EQ(Row(first_).error, "why");
  ASSERT_TRUE(Load(first_, 1, {.rows_read = 5}).ok());
  EXPECT_EQ(Find(first_).state, SliceState::kLoaded);
}

TEST_F(LedgerTest, RecoversWhatADeadProcessLeft) {
  ASSERT_TRUE(Load(first_, 1, {.rows_read = 5}).ok());
  ASSERT_TRUE(ledger_.MarkRunning(first_, kStart).ok());
  ASSERT_TRUE(ledger_.MarkRunning(second_, kStart).ok());
  ASSERT_TRUE(ledger_.RecoverInterrupted().ok());
  EXPECT_EQ(Find(first_).state, SliceState::kLoaded);
  EXPECT_EQ(Find(second_).state, SliceState::kFailed);
  EXPECT_EQ(Row(second_).error, "interrupted");
}

TEST_F(LedgerTest, RemembersWhatTheSourceSaid) {
  LoadCounts counts{.rows_read = 5};
  counts.stream.warning = "an odd end";
  ASSERT_TRUE(Load(first_, 1, counts).ok());
  ASSERT_TRUE(
      ledger_.MarkAbsent(first_, SliceState::kSourceGone, kStart + 200).ok());
  EXPECT_EQ(Find(first_).state, SliceState::kSourceGone);
  // The rows are still those of that file.
  EXPECT_EQ(Row(first_).warning, "an odd end");
  ASSERT_TRUE(
      ledger_.MarkUnchanged(first_, {.etag = "\"f\""}, kStart + 300).ok());
  EXPECT_EQ(Find(first_).state, SliceState::kLoaded);
  EXPECT_EQ(Find(first_).etag, "\"f\"");
  EXPECT_EQ(Find(first_).checked_at, kStart + 300);
  ASSERT_TRUE(ledger_.MarkUnchanged(first_, {}, kStart + 400).ok());
  EXPECT_EQ(Find(first_).etag, "\"f\"");
}

TEST_F(LedgerTest, TellsWhereToGoOn) {
  constexpr int64_t kOverlap = 48 * kHourSeconds;
  EXPECT_FALSE(Must(Ledger(&db_, "other").ResumeFrom(kOverlap)).has_value());
  EXPECT_EQ(Must(ledger_.ResumeFrom(0)), kStart);
  ASSERT_TRUE(Load(first_, 1, {.rows_read = 5}).ok());
  EXPECT_EQ(Must(ledger_.ResumeFrom(0)), kStart + kHourSeconds);
  ASSERT_TRUE(ledger_.MarkAbsent(second_, SliceState::kMissing, kStart).ok());
  EXPECT_EQ(Must(ledger_.ResumeFrom(0)), kStart + 2 * kHourSeconds);
  EXPECT_EQ(Must(ledger_.ResumeFrom(kOverlap)),
            kStart + 2 * kHourSeconds - kOverlap);
}

}  // namespace
}  // namespace learnsql
