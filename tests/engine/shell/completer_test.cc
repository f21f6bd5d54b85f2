#include "engine/shell/completer.h"

#include <gtest/gtest.h>

#include <ctime>
#include <filesystem>
#include <fstream>

namespace learnsql {
namespace {

class Completer : public testing::Test {
 protected:
  void SetUp() override {
    Result<Connection> db = Connection::OpenInMemory();
    ASSERT_TRUE(db.ok());
    db_.emplace(std::move(db).value());
    ASSERT_TRUE(
        db_->Execute(
               "create table dim_actors (actor_id integer primary key, login"
               " text);"
               "create table dim_repos (repo_id integer primary key, name "
               "text);"
               "create table fct_events (event_id integer primary key,"
               " actor_id integer references dim_actors, repo_id integer"
               " references dim_repos (repo_id), type text, \"group by\" text);"
               "create table results (learner_id, exam_id, score, primary key"
               " (learner_id, exam_id));"
               "create table answers (learner_id, exam_id, text, foreign key"
               " (learner_id, exam_id) references results);"
               "create view top_actors (login, events) as select 1, 2;"
               "create table ls_slice (source text)")
            .ok());
    guard_.emplace(&*db_, Access::kReadTemp);
    catalog_.emplace(&*db_, &*guard_);
  }

  CompletionAccess Access() {
    return {.values = [this](const std::string& table,
                             const std::string& column,
                             std::string_view prefix) {
      return ReadColumnValues(&*db_, &*guard_, table, column, prefix);
    }};
  }

  // The candidates at `|`, and what they would replace.
  std::vector<std::string> At(std::string text) {
    const size_t cursor = text.find('|');
    text.erase(cursor, 1);
    const Completion completion =
        Complete(catalog_->Read(), text, cursor, Access());
    word_ = text.substr(completion.begin, cursor - completion.begin);
    std::vector<std::string> texts;
    for (const Candidate& candidate : completion.candidates) {
      texts.push_back(candidate.text);
    }
    return texts;
  }

  bool Has(const std::string& text, const std::string& candidate) {
    const std::vector<std::string> texts = At(text);
    return std::find(texts.begin(), texts.end(), candidate) != texts.end();
  }

  // Of the processor, because the machine that tests may be busy.
  int64_t MicrosOf(const std::string& text) {
    const std::clock_t start = std::clock();
    At(text);
    return (std::clock() - start) * 1'000'000 / CLOCKS_PER_SEC;
  }

  std::string First(const std::string& text) {
    const std::vector<std::string> texts = At(text);
    return texts.empty() ? "" : texts[0];
  }

  std::optional<Connection> db_;
  std::optional<Guard> guard_;
  std::optional<CatalogReader> catalog_;
  std::string word_;
};

using Texts = std::vector<std::string>;

TEST_F(Completer, OffersTablesWhereTablesStand) {
  EXPECT_EQ(At("select * from dim|"), (Texts{"dim_actors", "dim_repos"}));
  EXPECT_EQ(word_, "dim");
  EXPECT_EQ(First("select * from |"), "answers");
  EXPECT_EQ(At("select * from FCT|"), (Texts{"fct_events"}));
  EXPECT_EQ(At("select * from fct_events, dim_r|"), (Texts{"dim_repos"}));
  EXPECT_EQ(At("select 1 from a join to|"), (Texts{"top_actors"}));
  EXPECT_EQ(At("with mine as (select 1) select * from mi|"), (Texts{"mine"}));
  EXPECT_EQ(At("select * from |").back(), "ls_slice");
}

TEST_F(Completer, OffersColumnsOfTheStatementsTables) {
  EXPECT_EQ(First("select lo| from dim_actors"), "login");
  EXPECT_TRUE(Has("select | from dim_actors", "login"));
  EXPECT_FALSE(Has("select | from dim_actors", "score"));
  EXPECT_TRUE(Has("select * from fct_events where ty|", "type"));
  EXPECT_TRUE(Has("select * from dim_actors order by |", "actor_id"));
  EXPECT_TRUE(Has("select * from fct_events where g|", "\"group by\""));
}

TEST_F(Completer, RanksColumnsBeforeFrom) {
  // In two tables, so more likely than those of one.
  const Texts texts = At("select |");
  ASSERT_GT(texts.size(), 3u);
  for (const char* common :
       {"actor_id", "exam_id", "learner_id", "login", "repo_id"}) {
    EXPECT_NE(std::find(texts.begin(), texts.begin() + 5, common),
              texts.begin() + 5)
        << common;
  }
}

TEST_F(Completer, FollowsAliases) {
  EXPECT_EQ(At("select e.| from fct_events as e"),
            (Texts{"event_id", "actor_id", "repo_id", "type", "\"group by\""}));
  EXPECT_EQ(At("select e.ty| from fct_events e"), (Texts{"type"}));
  EXPECT_EQ(At("select dim_actors.l|"), (Texts{"login"}));
  EXPECT_EQ(At("select * from main.dim_a|"), (Texts{"dim_actors"}));
  EXPECT_EQ(At("select nope.| from fct_events"), Texts{});
}

TEST_F(Completer, OffersJoinsAlongForeignKeys) {
  EXPECT_EQ(First("select * from fct_events inner join dim_actors on |"),
            "dim_actors.actor_id = fct_events.actor_id");
  EXPECT_EQ(First("select * from dim_repos r join fct_events e on |"),
            "r.repo_id = e.repo_id");
  EXPECT_EQ(First("select * from results join answers on |"),
            "results.learner_id = answers.learner_id and results.exam_id = "
            "answers.exam_id");
  EXPECT_TRUE(Has("select * from fct_events join dim_actors on dim_|",
                  "dim_actors.actor_id = fct_events.actor_id"));
}

TEST_F(Completer, OffersFunctionsWithTheirArguments) {
  const Completion completion =
      Complete(catalog_->Read(), "select subs", 11, {});
  ASSERT_FALSE(completion.candidates.empty());
  EXPECT_EQ(completion.candidates[0].text, "substr(");
  EXPECT_EQ(completion.candidates[0].note, "(text, start, ?length?)");
}

TEST_F(Completer, KeepsTheCaseOfKeywords) {
  EXPECT_TRUE(Has("sel|", "select"));
  EXPECT_TRUE(Has("SEL|", "SELECT"));
  EXPECT_TRUE(Has("select 1 gro|", "group"));
}

TEST_F(Completer, IsSilentInStringsAndComments) {
  for (const char* text :
       {"select 'di|", "select 'di|m'", "select 1 -- di|", "select /* di|",
        "select /* di| */ 1", "select \"di|"}) {
    EXPECT_EQ(At(text), Texts{}) << text;
  }
  EXPECT_NE(At("select 'x' fr|"), Texts{});
  EXPECT_NE(At("-- done\nsel|"), Texts{});
}

constexpr const char* kEvents =
    "insert into fct_events (type, \"group by\") values ('Push', 'a'),"
    " ('Push', 'b'), ('Fork', 'c'), ('It''s', 'd'), (null, x'00'),"
    " (x'01', 'line' || char(10) || 'break')";

TEST_F(Completer, OffersValuesOfTheComparedColumn) {
  guard_.reset();
  ASSERT_TRUE(db_->Execute(kEvents).ok());
  guard_.emplace(&*db_, Access::kReadTemp);
  const Texts all = {"'Push'", "'Fork'", "'It''s'"};  // the commonest first
  EXPECT_EQ(At("select * from fct_events where type = '|"), all);
  EXPECT_EQ(word_, "'");
  EXPECT_EQ(At("select * from fct_events where type = 'pu|"), Texts{"'Push'"});
  EXPECT_EQ(word_, "'pu");
  EXPECT_EQ(At("select 1 from fct_events where type='it''|"), Texts{"'It''s'"});
  EXPECT_EQ(At("select 1 from fct_events where type <> '|"), all);
  EXPECT_EQ(At("select 1 from fct_events where type in ('Fork', '|"), all);
  EXPECT_EQ(At("select 1 from fct_events where type not in ('|"), all);
  EXPECT_EQ(At("select 1 from fct_events e where e.type like '|"), all);
  EXPECT_EQ(First("select * from fct_events where type = |"), "'Push'");
  EXPECT_EQ(At("select 1 from fct_events where \"group by\" = '|"),
            (Texts{"'a'", "'b'", "'c'", "'d'"}));
}

TEST_F(Completer, OffersNoValuesElsewhere) {
  guard_.reset();
  ASSERT_TRUE(db_->Execute(kEvents).ok());
  guard_.emplace(&*db_, Access::kReadTemp);
  for (const char* text :
       {"select '|", "select type = '|", "select * from fct_events where '|",
        "select * from fct_events where nope = '|",
        "select * from fct_events where d.type = '|",
        "select * from fct_events where type = 'zz|",
        "select * from fct_events where substr(type, '|",
        "select * from fct_events where type = \"|",
        "select * from fct_events where type = 'a' + '|",
        "select * from dim_actors where type = '|"}) {
    EXPECT_EQ(At(text), Texts{}) << text;
  }
}

TEST_F(Completer, NeverOffersPersonalValues) {
  guard_.reset();
  ASSERT_TRUE(db_->Execute(kEvents).ok());
  ASSERT_TRUE(
      db_->Execute(
             "create table ls_column (table_name, column_name, pii,"
             " distinct_estimate);"
             "insert into dim_actors values (1, 'ada');"
             "create table copied as select login from dim_actors;"
             "insert into ls_column values ('dim_actors', 'login', 'login', 1),"
             " ('fct_events', 'type', null, 3),"
             " ('fct_events', 'group by', null, 100000)")
          .ok());
  guard_.emplace(&*db_, Access::kReadTemp);
  EXPECT_EQ(At("select * from dim_actors where login = '|"), Texts{});
  EXPECT_EQ(At("select * from dim_actors where LOGIN = '|"), Texts{});
  EXPECT_EQ(At("select * from copied where login = '|"), Texts{})
      << "not in the dictionary";
  EXPECT_EQ(At("select * from fct_events where \"group by\" = '|"), Texts{})
      << "too many to choose from";
  EXPECT_EQ(At("select * from fct_events where TYPE = 'F|"), Texts{"'Fork'"});
}

TEST_F(Completer, LooksAtItsOwnStatement) {
  EXPECT_EQ(First("select * from dim_actors; select lo| from top_actors"),
            "login");
  EXPECT_FALSE(Has("select * from dim_actors; select | from results; select 1",
                   "login"));
}

TEST_F(Completer, SeesChangesOfTheSchema) {
  EXPECT_FALSE(Has("select * from |", "fresh"));
  guard_.reset();
  ASSERT_TRUE(db_->Execute("create table fresh (a)").ok());
  guard_.emplace(&*db_, Access::kReadTemp);
  catalog_.emplace(&*db_, &*guard_);
  EXPECT_TRUE(Has("select * from |", "fresh"));
  ASSERT_TRUE(db_->Execute("create temp table fresher (a)").ok());
  EXPECT_TRUE(Has("select * from fres|", "fresher"));
}

TEST_F(Completer, OffersDotCommands) {
  EXPECT_EQ(At(".tab|"), (Texts{".tables"}));
  EXPECT_EQ(At(".describe dim_a|"), (Texts{"dim_actors"}));
  EXPECT_EQ(At(".mode js|"), (Texts{"json", "jsonl"}));
  EXPECT_EQ(At(".timer o|"), (Texts{"on", "off"}));
  EXPECT_EQ(At(".chart s|"), (Texts{"spark"}));
  EXPECT_EQ(At(".keys v|"), (Texts{"vi"}));
  EXPECT_EQ(At(".parameter u|"), (Texts{"unset"}));
  EXPECT_EQ(At(".profile top|"), (Texts{"top_actors"}));
  EXPECT_EQ(At(".nope x|"), Texts{});
}

TEST_F(Completer, OffersPathsUnlessSafe) {
  const std::filesystem::path folder =
      std::filesystem::temp_directory_path() / "learnsql_complete";
  std::filesystem::create_directories(folder / "sub");
  std::ofstream(folder / "script.sql") << "select 1;";
  const std::string line = ".read " + folder.string() + "/s";
  EXPECT_EQ(At(line + "|"), (Texts{folder.string() + "/script.sql",
                                   folder.string() + "/sub/"}));
  EXPECT_TRUE(
      Complete(catalog_->Read(), line, line.size(), {.may_see_files = false})
          .candidates.empty());
  std::filesystem::remove_all(folder);
}

TEST_F(Completer, NeverFailsWhereverTheCursorIs) {
  const std::string text =
      "with a as (select e.\"x\" from fct_events e) select a.x, 'y' from a "
      "join dim_actors d on d.actor_id = a.x where [z] = :p -- c";
  for (size_t cursor = 0; cursor <= text.size(); ++cursor) {
    for (const size_t end : {cursor, text.size()}) {
      const Completion completion =
          Complete(catalog_->Read(), text.substr(0, end), cursor, Access());
      EXPECT_LE(completion.begin, cursor);
    }
  }
}

TEST_F(Completer, IsQuickOnFiveHundredTables) {
  guard_.reset();
  std::string sql;
  for (int t = 0; t < 500; ++t) {
    sql += "create table fct_" + std::to_string(t) +
           " (id integer primary key, actor_id integer references dim_actors";
    for (int c = 0; c < 20; ++c) sql += ", column_" + std::to_string(c);
    sql += ");";
  }
  ASSERT_TRUE(db_->Execute(sql).ok());
  guard_.emplace(&*db_, Access::kReadTemp);
  catalog_.emplace(&*db_, &*guard_);
  // The first Tab reads the names, the later ones only look whether they
  // changed. Times are properties of the test, for whoever measures.
  const int64_t first = MicrosOf("select |");
  const int64_t second = MicrosOf("select |");
  const int64_t join = MicrosOf("select * from fct_1 join dim_actors on |");
  RecordProperty("first_micros", static_cast<int>(first));
  RecordProperty("second_micros", static_cast<int>(second));
  RecordProperty("join_micros", static_cast<int>(join));
  EXPECT_GT(At("select |").size(), 20u);
}

}  // namespace
}  // namespace learnsql
