#include "connectors/rest/cursor_slices.h"

#include <gtest/gtest.h>

#include "engine/base/clock.h"

namespace learnsql {
namespace {

constexpr int64_t kNoon = 1'767'268'800;  // 2026-01-01T12:00:00Z

TEST(NextSlice, BeginsAtTheBeginning) {
  const Slice slice = NextSlice("commits:o/r", {}, kNoon);
  EXPECT_EQ(slice.start, 0);
  EXPECT_EQ(slice.end, kNoon);
  EXPECT_EQ(slice.name, "commits/o/r/19700101T000000Z.jsonl");
}

TEST(NextSlice, GoesOnWhereTheNewestEnded) {
  Window window;
  window.newest = {{.slice = {"pulls:o/r", 5, kNoon}, .load_id = 3},
                   {.slice = {"commits:o/r", 7, kNoon - 60}, .load_id = 2}};
  const Slice slice = NextSlice("commits:o/r", window, kNoon);
  EXPECT_EQ(slice.start, kNoon - 60);
  EXPECT_EQ(slice.end, kNoon);
  EXPECT_EQ(SliceBehind(slice, kNoon).start, kNoon);
  EXPECT_EQ(SliceBehind(slice, kNoon).end, kNoon + 1);
}

TEST(NextSlice, AsksAgainForOneWithoutRows) {
  Window window;
  window.newest = {{.slice = {"commits:o/r", 7, kNoon - 60}}};
  EXPECT_EQ(NextSlice("commits:o/r", window, kNoon).start, 7);
}

TEST(IsCursorSliceDue, AsksForWhatIsAbsentOnceADay) {
  SliceRecord known;
  EXPECT_TRUE(IsCursorSliceDue(known, kNoon));
  known.state = SliceState::kEmpty;
  EXPECT_TRUE(IsCursorSliceDue(known, kNoon));
  known.load_id = 1;
  EXPECT_FALSE(IsCursorSliceDue(known, kNoon));
  known.state = SliceState::kLoaded;
  EXPECT_FALSE(IsCursorSliceDue(known, kNoon));
  known.state = SliceState::kSourceGone;
  known.checked_at = kNoon - 3600;
  EXPECT_FALSE(IsCursorSliceDue(known, kNoon));
  known.checked_at = kNoon - 24 * 3600;
  EXPECT_TRUE(IsCursorSliceDue(known, kNoon));
  known.state = SliceState::kFailed;
  EXPECT_TRUE(IsCursorSliceDue(known, kNoon));
}

}  // namespace
}  // namespace learnsql
