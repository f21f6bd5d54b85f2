#include "connectors/codetrack/codetrack_source.h"

#include <gtest/gtest.h>
#include <sys/stat.h>

#include "engine/base/clock.h"
#include "tests/engine/store/temp_folder.h"

namespace learnsql {
namespace {

// Names and addresses of people are in it.
TEST(CodetrackSource, LandsTheRosterForItsOwnerAlone) {
  constexpr char kRoster[] =
      R"([{"id": 1, "email": "a@example.org", "name": "A", "cohort": "1"}])";
  TempFolder folder;
  folder.Write("roster.json", kRoster);
  FakeClock clock(1'790'000'000);
  CodetrackOptions options;
  options.rest.base_url = "http://127.0.0.1:1";
  options.rest.http.clock = &clock;
  options.leetcode_url = "http://127.0.0.1:1/graphql";
  options.roster = folder.File("roster.json");
  options.landing_dir = folder.File("landing");
  CodetrackSource source(std::move(options));
  SliceRecord known;
  known.slice = {"roster", 0, 1'790'000'000, "roster/1.json"};
  const mode_t before = ::umask(0);
  const Result<Landed> landed = source.Fetch(known, nullptr);
  ::umask(before);
  ASSERT_TRUE(landed.ok()) << landed.status().ToString();
  struct stat found = {};
  ASSERT_EQ(::stat(landed->path.c_str(), &found), 0);
  EXPECT_EQ(found.st_mode & 0777, 0600u);
  EXPECT_EQ(folder.Read("landing/roster/1.json"), kRoster);
  EXPECT_FALSE(
      std::filesystem::exists(folder.File("landing/roster/1.json.part")));
}

}  // namespace
}  // namespace learnsql
