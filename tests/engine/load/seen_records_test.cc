#include "engine/load/seen_records.h"

#include <gtest/gtest.h>

#include <map>
#include <random>
#include <set>
#include <vector>

#include "tests/engine/store/must.h"

namespace learnsql {
namespace {

using Verdict = SeenRecords::Verdict;

TEST(SeenRecords, TellsCopiesFromConflicts) {
  SeenRecords seen;
  EXPECT_EQ(Must(seen.Add(5, 10, 0)), Verdict::kNew);
  EXPECT_EQ(Must(seen.Add(5, 10, 1)), Verdict::kDuplicate);
  EXPECT_EQ(Must(seen.Add(5, 11, 1)), Verdict::kConflict);
  EXPECT_EQ(Must(seen.Add(5, 11, 2)), Verdict::kDuplicate);
  EXPECT_EQ(Must(seen.Add(0, 10, 2)), Verdict::kNew);  // 0 is a key, too
  EXPECT_EQ(Must(seen.Add(0, 10, 3)), Verdict::kDuplicate);
  EXPECT_TRUE(Must(seen.Finish()).duplicates.empty());
}

// A record of the stream: what it is, and the sequence it got when it was
// kept.
struct Kept {
  uint64_t key = 0;
  uint64_t content = 0;
};

// Adds random records, and expects what a set of all of them says.
void ExpectLikeASet(size_t capacity, size_t records, uint64_t keys,
                    uint64_t contents, unsigned seed) {
  std::mt19937_64 random(seed);
  SeenRecords seen(capacity);
  std::vector<Kept> kept;
  for (size_t i = 0; i < records; ++i) {
    const uint64_t key = random() % keys * 0x9E3779B97F4A7C15;
    const uint64_t content = random() % contents;
    const Verdict verdict =
        Must(seen.Add(key, content, static_cast<uint32_t>(kept.size())));
    if (verdict != Verdict::kDuplicate) kept.push_back({key, content});
  }
  const SeenRecords::Late late = Must(seen.Finish());
  const std::set<uint32_t> out(late.duplicates.begin(), late.duplicates.end());
  EXPECT_EQ(out.size(), late.duplicates.size());
  // What stays is the first of each (key, content), and all of them.
  std::set<std::pair<uint64_t, uint64_t>> all;
  for (uint32_t i = 0; i < kept.size(); ++i) {
    const bool first = all.emplace(kept[i].key, kept[i].content).second;
    EXPECT_EQ(first, out.count(i) == 0) << "sequence " << i;
  }
  std::mt19937_64 again(seed);
  std::set<std::pair<uint64_t, uint64_t>> expected;
  for (size_t i = 0; i < records; ++i) {
    const uint64_t key = again() % keys * 0x9E3779B97F4A7C15;
    expected.emplace(key, again() % contents);
  }
  EXPECT_EQ(all, expected);
}

TEST(SeenRecords, EqualsASetInMemory) {
  ExpectLikeASet(1 << 20, 20000, 8000, 2, 1);
}

TEST(SeenRecords, EqualsASetWhenItSpills) {
  for (unsigned seed = 0; seed < 20; ++seed) {
    ExpectLikeASet(1, 200, 20, 3, seed);
    ExpectLikeASet(7, 1000, 100, 2, seed);
    ExpectLikeASet(64, 5000, 2000, 1, seed);
  }
}

TEST(SeenRecords, CountsConflictsOverRuns) {
  SeenRecords seen(2);
  EXPECT_EQ(Must(seen.Add(1, 10, 0)), Verdict::kNew);
  EXPECT_EQ(Must(seen.Add(2, 10, 1)), Verdict::kNew);
  EXPECT_EQ(Must(seen.Add(1, 11, 2)), Verdict::kNew);  // key 1 is in a run
  EXPECT_EQ(Must(seen.Add(2, 10, 3)), Verdict::kNew);
  const SeenRecords::Late late = Must(seen.Finish());
  EXPECT_EQ(late.conflicts, 1u);
  EXPECT_EQ(late.duplicates, std::vector<uint32_t>{3});
}

}  // namespace
}  // namespace learnsql
