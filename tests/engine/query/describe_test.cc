#include "engine/query/describe.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "engine/store/ls_schema.h"

namespace learnsql {
namespace {

using testing::HasSubstr;

std::string DescribeNamed(const std::string& name, DescribeForm form) {
  Result<Connection> db = Connection::OpenInMemory();
  EXPECT_TRUE(db.ok());
  for (const LsTable& table : LsTables()) {
    EXPECT_TRUE(db->Execute(table.ddl).ok());
  }
  EXPECT_TRUE(db->Execute("insert into ls_table values (?, 'view', '', '', '', "
                          "1, 'views/x.sql')",
                          std::array{Value::Text(name)})
                  .ok());
  const Result<std::string> text = Describe(&*db, name, form);
  EXPECT_TRUE(text.ok()) << text.status().ToString();
  return text.value();
}

TEST(Describe, WritesNamesAsJson) {
  const std::string name = "a\"b\\c\nd\te\x01";
  EXPECT_THAT(DescribeNamed(name, DescribeForm::kJson),
              HasSubstr(R"("name":"a\"b\\c\nd\te\u0001")"));
}

TEST(Describe, WritesNamesAsMermaid) {
  EXPECT_EQ(DescribeNamed("a\"b#c", DescribeForm::kMermaid),
            "flowchart LR\n    n0[\"a#quot;b#35;c\"]\n"
            "    style n0 stroke-width:3px\n");
}

}  // namespace
}  // namespace learnsql
