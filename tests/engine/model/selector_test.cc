#include "engine/model/selector.h"

#include "tests/engine/model/test_project.h"

namespace learnsql {
namespace {

// raw_shop__orders -> stg_shop__orders -> fct_orders -> daily -> weekly
//                     stg_shop__users  -> dim_users  -^ (referenced)
class SelectorTest : public ::testing::Test {
 protected:
  SelectorTest() {
    project_.File("sql/raw/shop.sql",
                  "-- shop\n-- kind: events\n"
                  "create table raw_shop__orders (row_id integer primary key, "
                  "user_id integer) strict;\n"
                  "-- kind: events\n"
                  "create table raw_shop__users (row_id integer primary key, "
                  "user_id integer) strict;");
    project_.File("sql/staging/shop/stg_shop__orders.sql",
                  "-- stg_shop__orders\n-- Orders.\n"
                  "create view stg_shop__orders (row_id, user_id) as "
                  "select row_id, user_id from raw_shop__orders;");
    project_.File("sql/staging/shop/stg_shop__users.sql",
                  "-- stg_shop__users\n-- Users.\n"
                  "create view stg_shop__users (user_id) as "
                  "select user_id from raw_shop__users;");
    project_.File("sql/curated/dim_users.sql",
                  "-- dim_users\n-- Users.\n-- owner: people team\n"
                  "-- expect: rows >= 0\n"
                  "create table dim_users (user_id integer primary key) strict;"
                  "select user_id from stg_shop__users;");
    project_.File("sql/curated/fct_orders.sql",
                  "-- fct_orders\n-- Orders.\n-- owner: sales\n-- tags: money, "
                  "daily\n"
                  "create table fct_orders (order_id integer primary key, "
                  "user_id integer references dim_users (user_id)) strict;"
                  "select row_id as order_id, user_id from stg_shop__orders;");
    project_.File("sql/curated/fct_orders.check.sql",
                  "-- check: orders_have_users\n"
                  "select order_id from fct_orders where user_id is null;");
    project_.File("sql/checks/all.sql",
                  "-- check: users_order\n"
                  "select user_id from dim_users where user_id not in "
                  "(select user_id from fct_orders);");
    project_.File("views/sales/daily.sql",
                  "-- daily\n-- Orders.\n-- owner: sales\n-- tags: daily\n"
                  "create view daily (n) as select count(order_id) as n "
                  "from fct_orders;");
    project_.File("views/sales/weekly.sql",
                  "-- weekly\n-- Orders.\n-- owner: sales\n"
                  "create view weekly (n) as select n from daily;");
    set_ = project_.Load();
  }

  // The names selected, sorted: raw tables, models, then checks in brackets.
  std::string Selected(std::vector<std::string> select,
                       std::vector<std::string> exclude = {}) {
    const Result<Selection> selection = Select(
        set_, {.select = std::move(select), .exclude = std::move(exclude)},
        &state_);
    if (!selection.ok()) {
      EXPECT_EQ(selection.status().code(), Code::kUsage);
      return selection.status().message();
    }
    std::set<std::string> models;
    std::string text;
    for (const RawTable* raw : selection->raw_tables) text += raw->name + " ";
    for (const Model* model : selection->models) models.insert(model->name);
    for (const std::string& name : models) text += name + " ";
    for (const Check* check : selection->checks)
      text += "[" + check->name + "] ";
    for (const Question* question : selection->questions) {
      text += "?" + question->name + " ";
    }
    if (!text.empty()) text.pop_back();
    return text;
  }

  TestProject project_;
  ModelSet set_;
  ProjectState state_;
};

TEST_F(SelectorTest, FindsWhatItsTermsSay) {
  const struct {
    std::vector<std::string> select;
    std::string expected;
  } kCases[] = {
      {{"weekly"}, "weekly"},
      {{"WEEKLY"}, "weekly"},
      {{"daily", "weekly"}, "daily weekly"},
      {{"daily weekly"}, "daily weekly"},
      {{"daily+"}, "daily weekly"},
      {{"+daily"},
       "raw_shop__orders raw_shop__users daily dim_users fct_orders "
       "stg_shop__orders stg_shop__users [dim_users: rows >= 0] "
       "[fct_orders.orders_have_users] [users_order]"},
      {{"1+daily"},
       "daily fct_orders [fct_orders.orders_have_users] [users_order]"},
      {{"raw_shop__orders+2"},
       "raw_shop__orders fct_orders stg_shop__orders "
       "[fct_orders.orders_have_users] [users_order]"},
      {{"1+daily+1"},
       "daily fct_orders weekly [fct_orders.orders_have_users] [users_order]"},
      {{"raw_shop__users+0"}, "raw_shop__users"},
      {{"@daily,views/"}, "daily weekly"},
      {{"tag:money"},
       "fct_orders [fct_orders.orders_have_users] [users_order]"},
      {{"tag:daily,path:views"}, "daily"},
      {{"path:views/sales"}, "daily weekly"},
      {{"./views/sales/daily.sql"}, "daily"},
      {{"views/*/w*.sql"}, "weekly"},
      {{"path:sql/checks"}, "[users_order]"},
      {{"source:shop"},
       "raw_shop__orders raw_shop__users stg_shop__orders stg_shop__users"},
      {{"source:shop.users"}, "raw_shop__users stg_shop__users"},
      {{"source:raw_shop__users+1"}, "raw_shop__users stg_shop__users"},
      {{"owner:\"people team\""},
       "dim_users [dim_users: rows >= 0] [users_order]"},
      {{"owner:people*"}, "dim_users [dim_users: rows >= 0] [users_order]"},
      {{"d*ly"}, "daily"},
      {{"users_order"}, "[users_order]"},
      {{"\"dim_users: rows >= 0\""}, "[dim_users: rows >= 0]"},
      {{"1+users_order,fct_*"},
       "fct_orders [fct_orders.orders_have_users] [users_order]"},
  };
  for (const auto& test : kCases) {
    EXPECT_EQ(Selected(test.select), test.expected) << test.select[0];
  }
}

TEST_F(SelectorTest, AroundIsWhatNeedsItAndAllThatTheseNeed) {
  EXPECT_EQ(Selected({"@stg_shop__users"}), Selected({"+weekly"}));
  EXPECT_EQ(Selected({"@weekly"}), Selected({"+weekly"}));
}

TEST_F(SelectorTest, KnowsQuestions) {
  project_.File("views/sales/orders_over.sql",
                "-- orders_over\n-- Orders.\n-- owner: board\n-- tags: rare\n"
                "-- param least: integer = 1\n"
                "select order_id from fct_orders where order_id > :least;");
  set_ = project_.Load();
  for (const char* text : {"orders_over", "tag:rare", "owner:board",
                           "views/sales/orders_over.sql"}) {
    EXPECT_EQ(Selected({text}), "?orders_over") << text;
  }
  EXPECT_EQ(Selected({"fct_orders+,views/"}), "daily weekly ?orders_over");
}

TEST_F(SelectorTest, ExcludesWithChecks) {
  EXPECT_EQ(Selected({"path:views"}, {"weekly"}), "daily");
  EXPECT_EQ(Selected({"fct_orders"}, {"users_order"}),
            "fct_orders [fct_orders.orders_have_users]");
  EXPECT_EQ(Selected({}, {"+weekly"}),
            "nothing is selected by '--exclude +weekly'; 'learnsql list' shows "
            "what there is");
}

TEST_F(SelectorTest, RefusesWhatNothingHas) {
  const std::pair<std::string, std::string> kCases[] = {
      {"dayly",
       "no model, view, raw table, check or question is 'dayly' (did you mean "
       "'daily'?); 'learnsql list' shows what there is"},
      {"tag:mony", "no model has the tag 'mony' (did you mean 'money'?)"},
      {"owner:sale", "(did you mean 'sales'?)"},
      {"source:shap", "(did you mean 'shop'?)"},
      {"path:sql/curatd", "no model is in 'sql/curatd'"},
      {"x*", "no model, view, raw table, check or question is 'x*'"},
      {"tga:money", "unknown method 'tga' (did you mean 'tag'?)"},
      {"state:stal", "unknown state 'stal' (did you mean 'stale'?)"},
      {"daily,tag:money", "nothing is selected by 'daily,tag:money'"},
      {"state:new", "nothing is selected by 'state:new'"},
      {"daily,", "'' is no selector"},
      {"+", "'+' is no selector"},
      {"tag:", "'tag:' is no selector"},
      {"@daily+", "'@' takes no '+' beside it"},
      {"daily+99999", "at most 4 digits"},
  };
  for (const auto& [text, expected] : kCases) {
    EXPECT_NE(Selected({text}).find(expected), std::string::npos)
        << text << ": " << Selected({text});
  }
}

TEST_F(SelectorTest, KnowsStates) {
  const auto read = [&] {
    set_ = project_.Load();
    Result<ProjectState> state = ReadProjectState(
        project_.db(), set_,
        {.as_of = "2015-01-01T00:00:00Z", .functions_version = "1"});
    EXPECT_TRUE(state.ok()) << state.status().ToString();
    state_ = *std::move(state);
  };
  read();
  EXPECT_EQ(Selected({"state:new,views/"}), "daily weekly");
  ASSERT_TRUE(project_.Build().ok());
  read();
  EXPECT_TRUE(state_.added.empty() && state_.modified.empty() &&
              state_.stale.empty() && state_.failed.empty());
  project_.File("views/sales/daily.sql",
                "-- daily\n-- Orders.\n-- owner: sales\n"
                "create view daily (n) as select 1 + count(order_id) as n "
                "from fct_orders;");
  read();
  EXPECT_EQ(Selected({"state:modified"}), "daily");
  EXPECT_EQ(Selected({"state:stale"}), "daily weekly");
  project_.File("sql/curated/fct_orders.check.sql",
                "-- check: orders_have_users\nselect 1 as one;");
  EXPECT_FALSE(project_.Build().ok());
  read();
  EXPECT_EQ(Selected({"state:failed"}),
            "fct_orders [fct_orders.orders_have_users] [users_order]");
}

TEST_F(SelectorTest, TargetsAreReadersOfRawTables) {
  const Result<Selection> raw =
      Select(set_, {.select = {"raw_shop__orders"}}, nullptr);
  ASSERT_TRUE(raw.ok());
  const auto targets = BuildTargets(set_, *raw);
  ASSERT_TRUE(targets.ok());
  EXPECT_EQ(*targets, std::vector<std::string>{"stg_shop__orders"});
  const Result<Selection> check =
      Select(set_, {.select = {"users_order"}}, nullptr);
  ASSERT_TRUE(check.ok());
  EXPECT_EQ(BuildTargets(set_, *check).status().code(), Code::kUsage);
}

TEST_F(SelectorTest, BuildLeavesOutWhatIsExcluded) {
  EXPECT_EQ(project_.Built({.select = {"daily"}, .exclude = {"weekly"}}),
            "stg_shop__orders view, stg_shop__users view, dim_users full, "
            "fct_orders full, daily view");
  EXPECT_EQ(project_.Built(), "weekly view");
  project_.File("views/sales/monthly.sql",
                "-- monthly\n-- Orders.\n"
                "create view monthly (n) as select n from weekly;");
  project_.Sql("drop view weekly");
  const Result<BuildReport> report =
      project_.Build({.select = {"monthly"}, .exclude = {"weekly"}});
  EXPECT_EQ(report.status().code(), Code::kUsage);
  EXPECT_NE(report.status().message().find("'monthly' needs 'weekly'"),
            std::string::npos);
}

TEST_F(SelectorTest, BuildAsksOnlyChecksOfWhatItBuilds) {
  project_.File("sql/checks/kept.sql",
                "-- check: every_order_is_kept\n"
                "select row_id from stg_shop__orders where row_id not in "
                "(select order_id from fct_orders);");
  ASSERT_TRUE(project_.Build().ok());
  project_.Sql(
      "insert into raw_shop__orders values (268435456, null);"
      "insert into ls_slice (source, object, slice_start, slice_end, "
      "name, state, load_id) values ('shop', 'orders', 'a', 'b', 'x', "
      "'loaded', 1)");
  const Result<BuildReport> report =
      project_.Build({.exclude = {"fct_orders"}});
  ASSERT_TRUE(report.ok()) << report.status().ToString();
  EXPECT_TRUE(report->checks.empty());
}

}  // namespace
}  // namespace learnsql
