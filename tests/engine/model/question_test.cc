#include "engine/model/question.h"

#include "tests/engine/model/test_project.h"

namespace learnsql {
namespace {

constexpr const char* kAskedFact = R"(-- fct_scores, version 1
-- One row per score.
create table fct_scores (
    score_id integer primary key,
    score_date text not null,
    points integer not null
) strict;
with final as (select 1 as score_id, '2015-01-01' as score_date, 7 as points)
select * from final;
)";

constexpr const char* kGood = R"(-- scores_of, version 2
-- The scores of a day.
-- owner: exams
-- tags: daily
-- param day: date = 2015-01-01; the UTC day
-- param least: integer = null

select score_id, points
from fct_scores
where score_date = :day and points >= coalesce(:least, 0);
)";

class QuestionTest : public testing::Test {
 protected:
  QuestionTest() { project_.File("sql/curated/fct_scores.sql", kAskedFact); }

  // Findings of views/scores_of.sql with this text.
  std::string FindingsOf(const std::string& text) {
    project_.File("views/exams/scores_of.sql", text);
    return project_.Findings();
  }

  TestProject project_;
};

TEST_F(QuestionTest, IsReadWhole) {
  project_.File("views/exams/scores_of.sql", kGood);
  const ModelSet set = project_.Load();
  ASSERT_EQ(project_.Findings(), "");
  const Question* const question = set.FindQuestion("SCORES_OF");
  ASSERT_NE(question, nullptr);
  EXPECT_EQ(set.Find("scores_of"), nullptr) << "a question is no model";
  EXPECT_EQ(question->version, 2);
  EXPECT_EQ(question->document, "The scores of a day.");
  EXPECT_EQ(question->owner, "exams");
  EXPECT_EQ(question->tags, std::vector<std::string>{"daily"});
  EXPECT_EQ(question->columns,
            (std::vector<std::string>{"score_id", "points"}));
  EXPECT_EQ(question->reads, std::vector<std::string>{"fct_scores"});
  ASSERT_EQ(question->parameters.size(), 2U);
  EXPECT_EQ(question->parameters[0].document, "the UTC day");
  EXPECT_EQ(Declaration(question->parameters[0]), "day: date = 2015-01-01");
  EXPECT_EQ(Declaration(question->parameters[1]), "least: integer = null");
}

struct BadQuestion {
  const char* name;
  const char* from;  // in kGood
  const char* to;
  const char* finding;
};

constexpr BadQuestion kBad[] = {
    {"NoDefault", "date = 2015-01-01; the UTC day", "date",
     "views/exams/scores_of.sql:5:1: the parameter 'day' has no default"},
    {"NoName", "param day:", "param :", "the parameter has no name"},
    {"UnknownType", ": date", ": dat",
     "unknown type 'dat' (integer, real, text, boolean, date, time) (did you "
     "mean 'date'?)"},
    {"NoSuchDay", "2015-01-01;", "2015-02-30;",
     "parameter day: '2015-02-30' is not a date, such as 2015-01-31"},
    {"DefaultOfOtherType", "integer = null", "integer = 1.5",
     "parameter least: '1.5' is not a whole number"},
    {"LessThanItsLeast", "integer = null", "integer = -1 >= 0",
     "scores_of.sql:6:1: parameter least: '-1' is less than 0"},
    {"LeastOfOtherType", "integer = null", "integer = 1 >= day",
     "parameter least: 'day' is not a whole number"},
    {"LeastIsNothing", "2015-01-01; the", "2015-01-01 >= to; the",
     "parameter day: 'to' is not a date"},
    {"Twice", "param least: integer = null", "param day: date = 2015-01-02",
     "the parameter 'day' stands here twice"},
    {"NotDeclared", ":least", ":leats",
     "scores_of.sql:10:48: the parameter ':leats' is not declared (did you "
     "mean ':least'?)"},
    {"NotUsed", "coalesce(:least, 0)", "0",
     "scores_of.sql:6:1: the query does not use ':least'"},
    {"WithoutName", ":least", "?", "the parameter '?' is not declared"},
    {"UnknownColumn", "points >=", "point >=",
     "unknown column 'point' (did you mean 'points'?)"},
    {"UnknownTable", "from fct_scores", "from fct_score",
     "unknown table 'fct_score' (did you mean 'fct_scores'?)"},
    {"Clock", "coalesce(:least, 0)", "coalesce(:least, date('now'))",
     "'now' is refused"},
    {"OtherName", "-- scores_of, version 2", "-- scores_on, version 2",
     "this header is of 'scores_on'"},
    {"MoreStatements", "coalesce(:least, 0);", ":least; select 1;",
     "nothing may follow the query"},
    {"Write", "select score_id, points\nfrom", "delete from",
     "'delete' begins no question"},
    {"EmptyOwner", "owner: exams", "owner:", "'owner:' has no value"},
};

class BadQuestionTest : public QuestionTest,
                        public testing::WithParamInterface<BadQuestion> {};

TEST_P(BadQuestionTest, IsFoundAtItsPlace) {
  std::string text = kGood;
  const size_t at = text.find(GetParam().from);
  ASSERT_NE(at, std::string::npos);
  text.replace(at, std::string(GetParam().from).size(), GetParam().to);
  const std::string findings = FindingsOf(text);
  EXPECT_NE(findings.find(GetParam().finding), std::string::npos) << findings;
}

INSTANTIATE_TEST_SUITE_P(All, BadQuestionTest, testing::ValuesIn(kBad),
                         [](const auto& each) {
                           return std::string(each.param.name);
                         });

TEST_F(QuestionTest, NeedsAParameterToBeOne) {
  const std::string findings =
      FindingsOf("-- scores_of, version 1\nselect 1 as one;");
  EXPECT_NE(findings.find("the contract is missing"), std::string::npos);
}

TEST_F(QuestionTest, HasANameOfItsOwn) {
  project_.File("views/scores_of.sql",
                "create view scores_of (points) as\n"
                "select points from fct_scores;");
  EXPECT_NE(FindingsOf(kGood).find("'scores_of' is also made by"),
            std::string::npos);
}

TEST_F(QuestionTest, DoesNotReadStaging) {
  project_.File("sql/raw/lms.sql",
                "-- kind: events\n"
                "create table raw_lms__scores (row_id integer primary key, "
                "source_offset integer not null, score_date text) strict;");
  project_.File("sql/staging/lms/stg_lms__scores.sql",
                "create view stg_lms__scores (score_date) as\n"
                "select score_date from raw_lms__scores;");
  const std::string findings = FindingsOf(
      "-- scores_of, version 1\n-- param day: date = 2015-01-01\n"
      "select count(*) as n from stg_lms__scores where score_date = :day;");
  EXPECT_NE(findings.find("'stg_lms__scores' is not for a question to read"),
            std::string::npos)
      << findings;
}

// ---- values

struct ValueCase {
  ParameterType type;
  const char* text;
  const char* wanted;  // as SQL quotes it; null where it is refused
};

std::string Quoted(const QuestionValue& value) {
  switch (value.kind) {
    case Value::Kind::kInteger:
      return std::to_string(value.integer);
    case Value::Kind::kReal:
      return std::to_string(value.real);
    case Value::Kind::kText:
      return "'" + value.text + "'";
    default:
      return "null";
  }
}

TEST(QuestionValue, IsReadByItsType) {
  const ValueCase cases[] = {
      {ParameterType::kInteger, "-9223372036854775808", "-9223372036854775808"},
      {ParameterType::kInteger, "9223372036854775808", nullptr},
      {ParameterType::kInteger, "1e3", nullptr},
      {ParameterType::kInteger, "", nullptr},
      {ParameterType::kInteger, " 1", nullptr},
      {ParameterType::kReal, "0.5", "0.500000"},
      {ParameterType::kReal, "nan", nullptr},
      {ParameterType::kReal, "1e999", nullptr},
      {ParameterType::kText, "it's; fine", "'it's; fine'"},
      {ParameterType::kText, "'it''s'", "'it's'"},
      {ParameterType::kText, "'null'", "'null'"},
      {ParameterType::kText, "'open", nullptr},
      {ParameterType::kText, "'a'b'", nullptr},
      {ParameterType::kText, "", "''"},
      {ParameterType::kBoolean, "true", "1"},
      {ParameterType::kBoolean, "false", "0"},
      {ParameterType::kBoolean, "1", nullptr},
      {ParameterType::kDate, "2016-02-29", "'2016-02-29'"},
      {ParameterType::kDate, "2015-02-29", nullptr},
      {ParameterType::kDate, "2015-01-01T00", nullptr},
      {ParameterType::kDate, "2015-1-1", nullptr},
      {ParameterType::kTime, "2015-01-01T05", "'2015-01-01T05:00:00Z'"},
      {ParameterType::kTime, "yesterday", nullptr},
      {ParameterType::kDate, "null", nullptr},
  };
  for (const ValueCase& each : cases) {
    SCOPED_TRACE(std::string(TypeName(each.type)) + " " + each.text);
    QuestionParameter parameter;
    parameter.name = "p";
    parameter.type = each.type;
    parameter.default_value = "1";
    const Result<QuestionValue> value = ParseValue(parameter, each.text);
    ASSERT_EQ(value.ok(), each.wanted != nullptr);
    if (value.ok()) {
      EXPECT_EQ(Quoted(*value), each.wanted);
    } else {
      EXPECT_EQ(value.status().code(), Code::kUsage);
    }
  }
}

TEST_F(QuestionTest, TakesWhatIsGivenElseDefaults) {
  project_.File("views/exams/scores_of.sql", kGood);
  const ModelSet set = project_.Load();
  const Question& question = set.questions.at(0);
  const auto values = [&question](std::vector<GivenValue> given) {
    const auto bound = ValuesOf(question, given);
    if (!bound.ok()) return bound.status().message();
    return Quoted((*bound)[0]) + " " + Quoted((*bound)[1]);
  };
  EXPECT_EQ(values({}), "'2015-01-01' null");
  EXPECT_EQ(values({{":day", "2015-01-02"}, {"least", "3"}}), "'2015-01-02' 3");
  EXPECT_EQ(values({{"least", "null"}}), "'2015-01-01' null");
  EXPECT_EQ(values({{"day", "null"}}),
            "parameter day: 'null' is not a date, such as 2015-01-31");
  EXPECT_EQ(values({{"days", "2015-01-02"}}),
            "question scores_of has no parameter 'days' (day, least) (did you "
            "mean 'day'?)");
  EXPECT_EQ(values({{"day", "2015-01-02"}, {":day", "2015-01-03"}}),
            "parameter day is given twice");
}

TEST_F(QuestionTest, RefusesLessThanTheLeast) {
  project_.File("views/exams/scores_of.sql", R"(-- scores_of, version 1
-- owner: exams
-- param from: date = 2015-01-02; the first day
-- param to: date = 2015-01-09 >= from; the last day
-- param least: integer = null >= 0
-- param share: real = 0.5 >= 0.25
select score_id, :share as share from fct_scores
where score_date between :from and :to and points >= coalesce(:least, 0);
)");
  const ModelSet set = project_.Load();
  ASSERT_EQ(project_.Findings(), "");
  const Question& question = set.questions.at(0);
  EXPECT_EQ(Declaration(question.parameters[1]),
            "to: date = 2015-01-09 >= from");
  EXPECT_EQ(question.parameters[1].document, "the last day");
  const auto error = [&question](std::vector<GivenValue> given) {
    return ValuesOf(question, given).status().message();
  };
  EXPECT_EQ(error({{"to", "2015-01-02"}, {"least", "0"}}), "");
  EXPECT_EQ(error({{"least", "null"}, {"share", "0.25"}}), "");
  EXPECT_EQ(error({{"to", "2015-01-01"}}),
            "parameter to: '2015-01-01' is less than from, '2015-01-02'");
  EXPECT_EQ(error({{"from", "2016-01-01"}}),
            "parameter to: '2015-01-09' is less than from, '2016-01-01'");
  EXPECT_EQ(error({{"least", "-1"}}), "parameter least: '-1' is less than 0");
  EXPECT_EQ(error({{"share", "0.2"}}),
            "parameter share: '0.2' is less than 0.25");
}

// ---- builds

TEST_F(QuestionTest, IsAskedByEveryBuild) {
  project_.File("views/exams/scores_of.sql", kGood);
  EXPECT_EQ(project_.Built(), "fct_scores full");
  EXPECT_EQ(project_.Built(), "");
  EXPECT_EQ(project_.Rows("select name from sqlite_schema where name = "
                          "'scores_of'"),
            "")
      << "nothing of it is stored";

  // Only what it is asked with makes this one fail, and nothing is stale.
  project_.File("views/exams/scores_of.sql",
                "-- scores_of, version 3\n-- owner: exams\n"
                "-- param low: integer = -9223372036854775808\n"
                "select abs(:low) as high from fct_scores;\n");
  const Result<BuildReport> report = project_.Build();
  ASSERT_FALSE(report.ok());
  EXPECT_EQ(report.status().code(), Code::kGate);
  EXPECT_NE(report.status().message().find("question scores_of fails: "),
            std::string::npos)
      << report.status().message();
  EXPECT_NE(report.status().message().find("its owner is exams"),
            std::string::npos);
  EXPECT_EQ(report.status().place().name, "views/exams/scores_of.sql");
}

TEST_F(QuestionTest, FailingUndoesTheBuild) {
  project_.File("views/exams/scores_of.sql",
                "-- param low: integer = -9223372036854775808\n"
                "select abs(:low) as high from fct_scores;\n");
  ASSERT_FALSE(project_.Build().ok());
  EXPECT_EQ(project_.Rows("select name from sqlite_schema where name = "
                          "'fct_scores'"),
            "");
}

TEST_F(QuestionTest, WaitsForModelsThatWereNotSelected) {
  project_.File("sql/curated/dim_days.sql",
                "create table dim_days (day_id integer primary key) strict;\n"
                "select 1 as day_id;");
  project_.File("views/exams/scores_of.sql", kGood);
  EXPECT_EQ(project_.Built({.select = {"dim_days"}}), "dim_days full");
}

}  // namespace
}  // namespace learnsql
