#include "engine/shell/shell.h"

#include <gtest/gtest.h>

#include "tests/engine/shell/driven.h"

namespace learnsql {
namespace {

using Outcome = DrivenShell::Outcome;

constexpr const char* kCsv = "warehouse.db --format csv ";

TEST(Shell, RunsStdinToItsEnd) {
  DrivenShell shell;
  const Outcome ran = shell.Run(kCsv,
                                "select login from dim_actors\n"
                                "where actor_id = 1;\n"
                                ".mode json\nselect 1 as x; select 2 as y;\n"
                                "select 'no semicolon' as z");
  EXPECT_EQ(ran.code, 0) << ran.err;
  EXPECT_EQ(ran.out,
            "login\r\nada\r\n[{\"x\":1}]\n[{\"y\":2}]\n"
            "[{\"z\":\"no semicolon\"}]\n");
  EXPECT_EQ(ran.err, "");
}

TEST(Shell, WritesWholeTablesIntoPipes) {
  DrivenShell shell;
  const std::string wide(500, 'x');
  const Outcome ran =
      shell.Run("warehouse.db -c \"select '" + wide + "' as a, 1 as b\"");
  EXPECT_NE(ran.out.find(wide), std::string::npos);
  EXPECT_EQ(ran.out.find("shown"), std::string::npos);
  EXPECT_EQ(ran.err, "");
}

TEST(Shell, StopsAtTheFirstError) {
  DrivenShell shell;
  const Outcome ran = shell.Run(
      kCsv, "select 1 as a;\n\nselect nope\nfrom dim_actors;\nselect 2 as b;");
  EXPECT_EQ(ran.code, 1);
  EXPECT_EQ(ran.out, "a\r\n1\r\n");
  EXPECT_EQ(ran.err,
            "learnsql: stdin:3:8: no such column: nope\n"
            "  select nope\n         ^\n");
}

TEST(Shell, KeepsGoingWhenAsked) {
  DrivenShell shell;
  const Outcome ran =
      shell.Run("warehouse.db --format csv --keep-going",
                "select nope;\nselect 1 as a;\n.nope\nselect 2 as b;");
  EXPECT_EQ(ran.code, 1);
  EXPECT_EQ(ran.out, "a\r\n1\r\nb\r\n2\r\n");
  EXPECT_NE(ran.err.find("stdin:1:8: no such column"), std::string::npos);
  EXPECT_NE(ran.err.find("stdin:3: unknown command .nope"), std::string::npos);
  EXPECT_NE(ran.err.find("learnsql: 2 statements failed"), std::string::npos);
}

// Each by itself, also those beside it on its line.
TEST(Shell, KeepsGoingWithinALine) {
  DrivenShell shell;
  const Outcome ran = shell.Run(
      "warehouse.db --format csv --keep-going",
      "select 1 as a; selec 2; select nope; select 3 as c;\n"
      "select :x as d; select abs(-9223372036854775808); select 4 as e");
  EXPECT_EQ(ran.code, 1);
  EXPECT_TRUE(ran.out.starts_with("a\r\n1\r\nc\r\n3\r\n")) << ran.out;
  EXPECT_TRUE(ran.out.ends_with("e\r\n4\r\n")) << ran.out;
  for (const char* error :
       {"stdin:1:16: near \"selec\": syntax error",
        "  select 1 as a; selec 2; select nope; select 3 as c;\n"
        "                                 ^\n",
        "no value for parameter :x", "integer overflow",
        "learnsql: 4 statements failed"}) {
    EXPECT_NE(ran.err.find(error), std::string::npos) << error << ran.err;
  }
  const Outcome stops = shell.Run(kCsv, "select 1 as a; selec 2; select 3;");
  EXPECT_EQ(stops.out, "a\r\n1\r\n");
  EXPECT_EQ(stops.code, 1);
}

TEST(Shell, KnowsTheLastResultWithinALine) {
  DrivenShell shell;
  const Outcome ran = shell.Run(
      kCsv, "select 7 as a; select a + 1 as b from _; select b from _;");
  EXPECT_EQ(ran.out, "a\r\n7\r\nb\r\n8\r\nb\r\n8\r\n") << ran.err;
}

TEST(Shell, TakesCommandsAndFilesInOrder) {
  DrivenShell shell;
  shell.Write("a.sql", "select 2 as n;\n");
  shell.Write("bad.sql", "\n\nselect * from event;\n");
  const Outcome ran = shell.Run(std::string(kCsv) +
                                "-c 'select 1 as n' -f a.sql -c .tables "
                                "-f bad.sql -c 'select 3'");
  EXPECT_EQ(ran.code, 1);
  EXPECT_TRUE(ran.out.starts_with("n\r\n1\r\nn\r\n2\r\nby_type"));
  EXPECT_NE(ran.err.find("bad.sql:3:15: no such table: event"),
            std::string::npos)
      << ran.err;
  EXPECT_EQ(shell.Run("warehouse.db -f none.sql").code, 1);
}

TEST(Shell, BindsParameters) {
  DrivenShell shell;
  const Outcome ran = shell.Run(std::string(kCsv) +
                                "--param id=2 --param \"name='5'\" -c "
                                "'select login, typeof(:name) as t from "
                                "dim_actors where actor_id = :id'");
  EXPECT_EQ(ran.out, "login,t\r\ngrace,text\r\n");
  const Outcome missing = shell.Run(std::string(kCsv) + "-c 'select :day'");
  EXPECT_EQ(missing.code, 1);
  EXPECT_NE(missing.err.find("no value for parameter :day"), std::string::npos);
  const Outcome set = shell.Run(kCsv,
                                ".parameter set :day 2015-01-01\n"
                                ".parameter list\nselect :day as d;\n"
                                ".parameter unset day\nselect :day;");
  EXPECT_EQ(set.out, ":day '2015-01-01'\nd\r\n2015-01-01\r\n");
  EXPECT_EQ(set.code, 1);
}

TEST(Shell, IsReadOnlyUntilToldOtherwise) {
  DrivenShell shell;
  const Outcome refused = shell.Run(kCsv, "delete from fct_events; select 1;");
  EXPECT_EQ(refused.code, 1);
  EXPECT_NE(refused.err.find("--write"), std::string::npos) << refused.err;
  const Outcome temporary =
      shell.Run(kCsv, "create temp table t as select 1 as a; select * from t;");
  EXPECT_EQ(temporary.out, "a\r\n1\r\n") << temporary.err;
  const Outcome written = shell.Run("warehouse.db --write --format csv",
                                    "delete from fct_events where event_id = 3;"
                                    "select count(*) as n from fct_events;");
  EXPECT_EQ(written.out, "n\r\n2\r\n") << written.err;
}

TEST(Shell, ProfilesTheColumnsOfATable) {
  DrivenShell shell;
  const Outcome ran = shell.Run(kCsv, ".profile FCT_events\n");
  EXPECT_EQ(ran.code, 0) << ran.err;
  EXPECT_EQ(ran.err, "fct_events: 3 rows\n");
  EXPECT_NE(ran.out.find("type,TEXT,0.0,2,Fork,Push,Push 66.7%\r\n"),
            std::string::npos)
      << ran.out;
  // Only what the dictionary lists and no class of personal data covers.
  EXPECT_NE(ran.out.find("created_at,TEXT,33.33,2,,,\"not shown: personal"),
            std::string::npos)
      << ran.out;
  const Outcome personal = shell.Run(kCsv, ".profile dim_actors\n");
  EXPECT_NE(personal.out.find("login,TEXT,0.0,3,,,\"not shown"),
            std::string::npos)
      << personal.out;
  EXPECT_EQ(personal.out.find("ada"), std::string::npos);
  const Outcome missing = shell.Run(kCsv, ".profile dim_actor\n");
  EXPECT_EQ(missing.code, 1);
  EXPECT_NE(missing.err.find("did you mean 'dim_actors'"), std::string::npos)
      << missing.err;
}

TEST(Shell, ProfilesWhatAQueryCosts) {
  DrivenShell shell;
  const Outcome ran = shell.Run(
      "warehouse.db --param t=Push",
      ".profile select login, 'a  b' from fct_events join dim_actors using"
      " (actor_id) where type = :t order by login;\n");
  EXPECT_EQ(ran.code, 0) << ran.err;
  for (const char* part :
       {"query plan\n", "SCAN fct_events  ◀ reads the whole table",
        "SEARCH dim_actors USING INTEGER PRIMARY KEY", "rows found: 2\n",
        "rows read by scans: 2\n", "sorts: 1\n",
        "steps of the virtual machine: "}) {
    EXPECT_NE(ran.out.find(part), std::string::npos) << part << ran.out;
  }
  EXPECT_EQ(ran.out.find("│ Push"), std::string::npos) << "rows are not shown";
  const Outcome last = shell.Run(kCsv, "select 1 as a;\n.profile\n");
  EXPECT_NE(last.out.find("rows found: 1\n"), std::string::npos) << last.err;
}

TEST(Shell, ProfilesQueriesOnly) {
  struct Case {
    const char* line;
    const char* error;
  };
  constexpr Case kCases[] = {
      {".profile", "there is no last result yet"},
      {".profile select 1; select 2;", "or one query"},
      {".profile explain query plan select 1", "or one query"},
      {".profile delete from dim_actors", "or one query"},
      {".profile insert into dim_actors values (9, 'x') returning login",
       "or one query"},
      {".profile select nope from dim_actors", "no such column: nope"},
      {".profile select :day from dim_actors", "no value for parameter :day"},
      {".profile select 'open", "unrecognized token"},
  };
  for (const Case& c : kCases) {
    DrivenShell shell;
    const Outcome ran =
        shell.Run("warehouse.db --write", std::string(c.line) + "\n");
    EXPECT_NE(ran.code, 0) << c.line;
    EXPECT_NE(ran.err.find(c.error), std::string::npos) << ran.err;
    const Outcome rows = shell.Run(kCsv, "select count(*) from dim_actors;");
    EXPECT_NE(rows.out.find("\r\n3\r\n"), std::string::npos) << c.line;
  }
}

TEST(Shell, KeepsTheLastResult) {
  DrivenShell shell;
  const Outcome ran =
      shell.Run(kCsv,
                "select event_id, type, type from fct_events;\n"
                "select type_2, count(*) as n from _ group by 1 order by 1;\n"
                "select max(n) as m from _;\n");
  EXPECT_EQ(ran.out.substr(ran.out.find("type_2")),
            "type_2,n\r\nFork,1\r\nPush,2\r\nm\r\n2\r\n")
      << ran.err;
  const Outcome large = shell.Run(
      "warehouse.db --format csv -c \"with recursive n(i) as (select 1 union "
      "all select i + 1 from n where i < 100001) select i from n\" -c 'select "
      "* from _'");
  EXPECT_EQ(large.code, 1);
  EXPECT_NE(large.err.find("100 001 rows, too many"), std::string::npos);
  EXPECT_EQ(std::count(large.out.begin(), large.out.end(), '\n'), 100002);
}

TEST(Shell, SendsResultsElsewhere) {
  DrivenShell shell;
  const Outcome ran = shell.Run("warehouse.db",
                                ".once out.csv\nselect 1 as a;\n"
                                ".once '|tr a-z A-Z'\nselect 'abc' as b;\n"
                                ".output all.jsonl\nselect 2 as c;\n"
                                "select 3 as c;\n.output\n"
                                ".mode list\nselect 4 as d;\n");
  EXPECT_EQ(ran.code, 0) << ran.err;
  EXPECT_EQ(shell.Read("out.csv"), "a\r\n1\r\n");
  EXPECT_EQ(shell.Read("all.jsonl"), "{\"c\":2}\n{\"c\":3}\n");
  EXPECT_NE(ran.out.find("ABC"), std::string::npos);
  EXPECT_TRUE(ran.out.ends_with("d\n4\n"));
  EXPECT_EQ(shell.Run("warehouse.db", ".output /nowhere/x\n").code, 1);
}

TEST(Shell, ImportsAllRowsOrNone) {
  DrivenShell shell;
  shell.Write("good.csv", "id,name\n1,\"a,b\"\n2,\n3,\"\"\n");
  shell.Write("ragged.csv", "1,x\n2\n");
  const Outcome ran =
      shell.Run("warehouse.db --write --format csv",
                ".import good.csv people\n"
                "select id, name is null as n, typeof(name) as t from people;\n"
                ".import ragged.csv people\n");
  EXPECT_EQ(ran.code, 1);
  EXPECT_EQ(ran.out, "id,n,t\r\n1,0,text\r\n2,1,null\r\n3,0,text\r\n");
  EXPECT_NE(ran.err.find("ragged.csv:2: the row has 1 values"),
            std::string::npos)
      << ran.err;
  const Outcome count = shell.Run(kCsv, "select count(*) as n from people;");
  EXPECT_EQ(count.out, "n\r\n3\r\n");
  EXPECT_NE(
      shell.Run("warehouse.db", ".import good.csv p\n").err.find("--write"),
      std::string::npos);
}

TEST(Shell, DumpsWhatMakesTheSameFile) {
  DrivenShell shell;
  const Outcome dump = shell.Run("warehouse.db", ".dump\n");
  ASSERT_EQ(dump.code, 0) << dump.err;
  shell.Write("dump.sql", dump.out);
  shell.Write("copy.db", "");
  const Outcome loaded = shell.Run("copy.db --write -f dump.sql -c .dump");
  EXPECT_EQ(loaded.code, 0) << loaded.err;
  EXPECT_EQ(loaded.out, dump.out);
}

TEST(Shell, DumpsWhatSqliteDerivesOnlyOnce) {
  DrivenShell shell;
  shell.Write("made.sql",
              "create table a (id integer primary key autoincrement, x, y as"
              " (x * 2) stored, z as (x + 1));"
              "insert into a (x) values (1), (2); delete from a where id = 2;");
  shell.Write("made.db", "");
  shell.Write("copy.db", "");
  ASSERT_EQ(shell.Run("made.db --write -f made.sql").code, 0);
  const Outcome dump = shell.Run("made.db -c .dump");
  shell.Write("dump.sql", dump.out);
  const Outcome copied = shell.Run(
      "copy.db --write --format csv -f dump.sql"
      " -c \"insert into a (x) values (7)\" -c \"select * from a\"");
  EXPECT_EQ(copied.out, "id,x,y,z\r\n1,1,2,2\r\n3,7,14,8\r\n")
      << copied.err << dump.out;
}

TEST(Shell, ShowsTemporaryTablesToo) {
  DrivenShell shell;
  const Outcome ran =
      shell.Run(kCsv,
                "create temp table dim_mine (a);\ncreate index temp.mine on"
                " dim_mine (a);\n.tables dim%\n.schema dim_mine\n"
                ".indexes dim_mine\n");
  EXPECT_NE(ran.out.find("dim_actors  dim_mine"), std::string::npos) << ran.out;
  EXPECT_NE(ran.out.find("CREATE TABLE dim_mine (a);"), std::string::npos);
  EXPECT_TRUE(ran.out.ends_with("mine\n")) << ran.out << ran.err;
}

TEST(Shell, AnswersDotCommandsOfSqlite) {
  DrivenShell shell;
  const struct {
    const char* line;
    const char* expected;  // a part of what it writes
  } kCases[] = {
      {".tables dim%", "dim_actors\n"},
      {".tab dim%", "dim_actors\n"},
      {".indexes fct_events", "fct_events__actor\n"},
      {".indices fct_events", "fct_events__actor\n"},
      {".schema dim_actors", "CREATE TABLE dim_actors (actor_id"},
      {".databases", "warehouse.db"},
      {".help chart", ".chart bar|line|hist|spark"},
      {".show", "mode: csv"},
      {".mode", "mode: csv"},
      {".print a 'b c'", "a b c\n"},
      {".headers off\nselect 1;", "1\r\n"},
      {".mode list\n.nullvalue -\n.separator ;\nselect 1, null;", "1;-\n"},
      {".mode insert t\nselect 1 as a;", "INSERT INTO \"t\"(\"a\") VALUES(1);"},
      {".describe fct_events", "dim_actors.actor_id"},
      {".sample fct_events 2", "2015-01-01T00:00:00Z"},
      {".view by_type", "Push,2"},
      {".models", "model,kind,row_count"},
      {".status", "source,object,slices"},
      {".failures", "model,rule,kind"},
      {".rejects", "source,slice,line"},
      {"select type, n from by_type;\n.chart bar", "Push  2  ██"},
      {".quit\nselect nope;", ""},
  };
  for (const auto& c : kCases) {
    const Outcome ran = shell.Run(kCsv, std::string(c.line) + "\n");
    EXPECT_EQ(ran.code, 0) << c.line << ran.err;
    EXPECT_NE(ran.out.find(c.expected), std::string::npos) << c.line << "\n"
                                                           << ran.out;
  }
}

TEST(Shell, SaysWhatIsWrongWithADotCommand) {
  DrivenShell shell;
  const struct {
    const char* line;
    const char* error;
  } kCases[] = {
      {".nope", "unknown command .nope"},
      {".tabels", "did you mean 'tables'"},
      {".s", ".s could be .sample, .schema"},
      {".mode", ""},
      {".mode xml", "unknown format 'xml'"},
      {".timer", "the form is .timer on|off"},
      {".timer maybe", "neither on nor off"},
      {".schema nope", "there is no table nope"},
      {".describe fct_event", "did you mean 'fct_events'"},
      {".sample fct_events 0", "1 to 10 000"},
      {".chart bar", "run a query first"},
      {".last", "no last result"},
      {".read none.sql", "none.sql: No such file"},
      {".open none.db", "none.db"},
      {".print 'a", "a quote does not end"},
      {".parameter set x", ".parameter set NAME VALUE"},
  };
  for (const auto& c : kCases) {
    const Outcome ran = shell.Run("warehouse.db", std::string(c.line) + "\n");
    EXPECT_NE(ran.err.find(c.error), std::string::npos)
        << c.line << ": " << ran.err;
    EXPECT_EQ(ran.code == 0, std::string(c.error).empty()) << c.line;
  }
}

TEST(Shell, StopsFilesThatReadEachOther) {
  DrivenShell shell;
  shell.Write("loop.sql", ".read loop.sql\n");
  const Outcome ran = shell.Run("warehouse.db -f loop.sql");
  EXPECT_EQ(ran.code, 1);
  EXPECT_NE(ran.err.find("without end"), std::string::npos) << ran.err;
}

TEST(Shell, ExplainsAsATree) {
  DrivenShell shell;
  const Outcome ran =
      shell.Run("warehouse.db", "explain query plan select * from fct_events;");
  EXPECT_EQ(ran.out,
            "query plan\n└─ SCAN fct_events  ◀ reads the whole table\n");
  const Outcome json =
      shell.Run("warehouse.db --format json", "explain query plan select 1;");
  EXPECT_TRUE(json.out.starts_with("[{\"id\":")) << json.out;
}

TEST(Shell, ReadsStdinAsAFile) {
  DrivenShell shell;
  const Outcome ran = shell.Run(std::string(kCsv) + "-c 'select 1 as a' -f -",
                                "select 2 as b;");
  EXPECT_EQ(ran.out, "a\r\n1\r\nb\r\n2\r\n");
}

TEST(Shell, KnowsFunctionsUnderTrinosNames) {
  DrivenShell shell;
  const Outcome ran = shell.Run(
      kCsv, "select date_diff('day', '2015-01-01', '2015-01-31') as d;");
  EXPECT_EQ(ran.out, "d\r\n30\r\n") << ran.err;
}

TEST(Shell, SaysToBuildAModel) {
  DrivenShell shell;
  const Outcome ran =
      shell.Run("warehouse.db --model fct_exams", "select * from fct_exams;");
  EXPECT_NE(ran.err.find("run learnsql build"), std::string::npos) << ran.err;
}

TEST(Shell, SaysWhatIsWrongWithTheFile) {
  DrivenShell shell;
  EXPECT_EQ(shell.Run("none.db", "select 1;").code, 1);
  shell.Write("text.db", std::string(5000, 'x'));
  const Outcome ran = shell.Run("text.db", "select 1;");
  EXPECT_EQ(ran.code, 1);
  EXPECT_NE(ran.err.find("text.db"), std::string::npos) << ran.err;
}

TEST(Shell, WarnsOfIncompleteData) {
  DrivenShell shell;
  shell.Run("warehouse.db --write",
            "create table raw_hub__events (row_id integer primary key);"
            "insert into ls_slice (source, object, slice_start, slice_end,"
            " name, state) values ('hub', 'hours', '2015-01-01T00:00:00Z',"
            " '2015-01-01T01:00:00Z', 'x', 'missing');");
  const std::string query = "select count(*) as n from raw_hub__events";
  const Outcome ran = shell.Run(std::string(kCsv) + "-c '" + query + "'");
  EXPECT_EQ(ran.code, 0);
  EXPECT_EQ(ran.out, "n\r\n0\r\n");
  EXPECT_EQ(ran.err,
            "-- warning: hub misses 1 of 1 slices (2015-01-01T00:00:00Z to "
            "2015-01-01T01:00:00Z)\n");
  EXPECT_EQ(shell.Run(std::string(kCsv) + "--strict -c '" + query + "'").code,
            3);
  EXPECT_EQ(shell.Run(std::string(kCsv) + "--strict -c 'select 1'").code, 0);
}

TEST(Shell, EndsWithCtrlC) {
  DrivenShell shell;
  shell.Write("wait.sh", SHELL_DRIVER
              " warehouse.db -c 'with recursive n(i) as (select 1 union all "
              "select i + 1 from n) select count(*) from n' & pid=$!\n"
              "sleep 1; kill -INT $pid; wait $pid; echo code $?\n");
  // A background job of sh ignores SIGINT unless it has its own terminal.
  const std::string command =
      "cd " + shell.folder() + " && bash -mc 'source wait.sh' > stdout 2>&1";
  ASSERT_EQ(std::system(command.c_str()), 0);
  EXPECT_NE(shell.Read("stdout").find("code 130"), std::string::npos)
      << shell.Read("stdout");
}

}  // namespace
}  // namespace learnsql
