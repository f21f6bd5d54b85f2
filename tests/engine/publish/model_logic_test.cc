#include "engine/publish/model_logic.h"

#include <gtest/gtest.h>

#include "engine/store/connection.h"
#include "engine/store/ls_schema.h"

namespace learnsql {
namespace {

// A file with models a <- b <- c and d, and a raw table below a.
class ModelLogic : public testing::Test {
 protected:
  void SetUp() override {
    for (const LsTable& table : LsTables()) Sql(std::string(table.ddl));
    for (const std::string name : {"a", "b", "c", "d"}) {
      Sql("insert into ls_model values ('" + name +
          "', 'table', '', '', 1, '', 'hash of " + name +
          "', '{}', null, null, 0, 0, '', 1, '')");
    }
    Reads("a", "raw_x__y");
    Reads("b", "a");
    Reads("c", "b");
  }

  void Sql(const std::string& sql) {
    const Status done = file_.Execute(sql);
    ASSERT_TRUE(done.ok()) << done.ToString();
  }

  void Reads(const std::string& model, const std::string& source) {
    Sql("insert into ls_lineage values ('" + model + "', '', '" + source +
        "', '')");
  }

  std::map<std::string, std::string> Read() {
    const Result<std::map<std::string, std::string>> logic =
        ReadModelLogic(&file_, "main");
    EXPECT_TRUE(logic.ok()) << logic.status().ToString();
    return logic.ok() ? *logic : std::map<std::string, std::string>();
  }

  Connection file_ = std::move(Connection::OpenInMemory()).value();
};

TEST_F(ModelLogic, ChangesWithAllThatReadsAScript) {
  auto before = Read();
  Sql("update ls_model set script_hash = 'other' where model = 'b'");
  auto after = Read();
  EXPECT_EQ(before["a"], after["a"]);
  EXPECT_NE(before["b"], after["b"]);
  EXPECT_NE(before["c"], after["c"]);
  EXPECT_EQ(before["d"], after["d"]);
}

TEST_F(ModelLogic, DoesNotChangeWithDataOrRuns) {
  const auto before = Read();
  Sql("update ls_model set inputs = '{\"raw_x__y\":\"9:9:z\"}', fingerprint = "
      "'f', run_id = 7, row_count = 5");
  EXPECT_EQ(before, Read());
}

TEST_F(ModelLogic, EndsWhereAModelReadsItsOwnTable) {
  Reads("b", "b");
  Reads("a", "c");  // no project has this; a broken file may
  EXPECT_EQ(Read().size(), 4U);
}

TEST_F(ModelLogic, NeedsTheRecords) {
  Sql("drop table ls_lineage");
  EXPECT_FALSE(ReadModelLogic(&file_, "main").ok());
  EXPECT_FALSE(ReadModelLogic(&file_, "nowhere").ok());
}

}  // namespace
}  // namespace learnsql
