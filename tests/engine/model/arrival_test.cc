#include <gtest/gtest.h>

#include <random>
#include <utility>

#include "tests/engine/model/incremental_project.h"

namespace learnsql {
namespace {

struct Hour {
  std::vector<Event> events;
  int64_t load = 0;  // 0: not loaded
};

class ArrivalTest : public IncrementalTest,
                    public ::testing::WithParamInterface<int> {
 protected:
  int Pick(int n) {
    return static_cast<int>(random_() % static_cast<unsigned>(n));
  }

  std::vector<Event> MakeEvents() {
    std::vector<Event> events;
    for (int i = Pick(6); i >= 0; --i) {
      const int id = Pick(12);
      events.push_back(
          {id, id % 4, std::string(1, char('a' + Pick(3))), Pick(60)});
    }
    return events;
  }

  void Change() {
    Hour& hour = hours_[Pick(6)];
    switch (Pick(5)) {
      case 0:
        if (hour.load != 0) Remove(&project_, std::exchange(hour.load, 0));
        return;
      case 1:
        hour.events = MakeEvents();
        if (hour.load != 0) Remove(&project_, hour.load);
        break;
      case 2:
        return LoadMoreProfiles();
      default:
        if (hour.load != 0) return;
    }
    if (hour.events.empty()) hour.events = MakeEvents();
    hour.load = ++load_;
    LoadEvents(&project_, hour.load, HourOf(hour), hour.events);
  }

  int HourOf(const Hour& hour) const {
    return static_cast<int>(&hour - hours_);
  }

  void LoadMoreProfiles() {
    const std::string row = "(" + std::to_string(Pick(4)) + ", " +
                            std::to_string(Pick(100)) + ".25)";
    profiles_.push_back(row);
    LoadProfiles(&project_, ++load_, row);
  }

  // All that is loaded now, in the order of the hours, built once.
  std::string FullBuild() {
    TestProject full;
    AddFiles(&full);
    full.Built();
    int64_t load = 0;
    for (const Hour& hour : hours_) {
      if (hour.load != 0) {
        LoadEvents(&full, ++load, HourOf(hour), hour.events);
      }
    }
    for (const std::string& row : profiles_) LoadProfiles(&full, ++load, row);
    full.Built();
    return Content(&full);
  }

  std::mt19937 random_{static_cast<unsigned>(GetParam())};
  Hour hours_[6];
  std::vector<std::string> profiles_;
  int64_t load_ = 0;
};

TEST_P(ArrivalTest, GivesTheTablesOfOneFullBuild) {
  project_.Built();
  for (int round = 0; round < 6; ++round) {
    for (int i = Pick(3); i >= 0; --i) Change();
    BuildOptions options;
    options.prove = Pick(3) == 0;
    const Result<BuildReport> report = project_.Build(options);
    ASSERT_TRUE(report.ok()) << report.status().ToString();
    ASSERT_EQ(Content(&project_), FullBuild()) << "round " << round;
    for (const ModelOutcome& outcome : report->models) {
      if (!outcome.row_count) continue;
      EXPECT_EQ(project_.Rows("select count(*) from " + outcome.model),
                std::to_string(*outcome.row_count) + "\n")
          << outcome.model << " " << outcome.mode;
    }
  }
}

INSTANTIATE_TEST_SUITE_P(Seeds, ArrivalTest, ::testing::Range(1, 9));

}  // namespace
}  // namespace learnsql
