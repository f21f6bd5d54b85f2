#include "engine/publish/diff.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "engine/base/cancel.h"
#include "engine/publish/diff_render.h"
#include "engine/store/warehouse.h"
#include "tests/engine/store/temp_folder.h"

namespace learnsql {
namespace {

using testing::ElementsAre;
using testing::HasSubstr;
using testing::IsEmpty;
using testing::Not;

// Files as builds and publications leave them, with just the records that a
// test is about.
class DiffTest : public testing::Test {
 protected:
  // A file with one table fct_x of one row; `sql` goes on from there.
  void Warehouse(const std::string& name, const std::string& sql) {
    Result<Connection> file = OpenWarehouse(folder_.File(name), false, nullptr);
    ASSERT_TRUE(file.ok()) << file.status().ToString();
    Fill(&*file, sql);
  }

  void Published(const std::string& name, const std::string& sql) {
    Result<Connection> file = CreatePublishedFile(folder_.File(name), nullptr);
    ASSERT_TRUE(file.ok()) << file.status().ToString();
    Fill(&*file, sql);
  }

  Result<FileDiff> Diff(const DiffOptions& options = {}) {
    return DiffFiles(folder_.File("a.db"), folder_.File("b.db"), options);
  }

  // What must be there: the diff of the one table that differs.
  ObjectDiff TheOne(const DiffOptions& options = {}) {
    const Result<FileDiff> diff = Diff(options);
    EXPECT_TRUE(diff.ok()) << diff.status().ToString();
    if (!diff.ok() || diff->objects.size() != 1) {
      ADD_FAILURE() << (diff.ok() ? RenderDiff(*diff, DiffForm::kText) : "");
      return {};
    }
    return diff->objects[0];
  }

  static std::vector<std::string> Causes(const ObjectDiff& object) {
    std::vector<std::string> causes;
    for (const DiffCause& cause : object.causes) {
      causes.push_back((cause.is_certain ? "" : "perhaps ") +
                       std::string(CauseName(cause.kind)) + ": " +
                       cause.detail);
    }
    return causes;
  }

  std::string FailsWith(Code code, const DiffOptions& options = {}) {
    const Result<FileDiff> diff = Diff(options);
    EXPECT_FALSE(diff.ok());
    if (diff.ok()) return "";
    EXPECT_EQ(diff.status().code(), code) << diff.status().ToString();
    return diff.status().ToString();
  }

  TempFolder folder_;

 private:
  static void Fill(Connection* file, const std::string& sql) {
    const Status done = file->Execute(sql);
    ASSERT_TRUE(done.ok()) << done.ToString() << "\n" << sql;
  }
};

// A table that is built, with what ls_table and ls_model say of it.
std::string Table(const std::string& name, const std::string& ddl,
                  const std::string& script_hash = "s1",
                  const std::string& logic = "") {
  const std::string text = "'" + name + "'";
  return "create table " + name + " (" + ddl +
         ");\ninsert into ls_table values (" + text +
         ", 'table', '', '', '', 1, 'sql/x.sql');\ninsert into ls_model "
         "values (" +
         text + ", 'table', 'sql/x.sql', 'text', 1, '" + logic + "', '" +
         script_hash + "', '{}', null, null, 0, 0, '', 1, '');\n";
}

std::string FctX(const std::string& rows, const std::string& script_hash = "s1",
                 const std::string& logic = "") {
  return Table("fct_x", "id integer primary key, v text", script_hash, logic) +
         "insert into fct_x values " + rows + ";\n";
}

std::string Reads(const std::string& model, const std::string& source) {
  return "insert into ls_lineage values ('" + model + "', '', '" + source +
         "', '');\n";
}

std::string Slice(const std::string& source, int day, int load,
                  const std::string& sha256 = "h") {
  const std::string start = "2015-01-0" + std::to_string(day);
  const std::string end = "2015-01-0" + std::to_string(day + 1);
  return "insert into ls_slice (source, object, slice_start, slice_end, name, "
         "state, load_id, rows_loaded, sha256) values ('" +
         source + "', 'days', '" + start + "', '" + end + "', 'n', 'loaded', " +
         (load == 0 ? "null" : std::to_string(load)) + ", 1, '" + sha256 +
         "');\n";
}

// The raw table of fct_x with rows of loads, and that a build read up to
// `read`.
std::string Raw(const std::vector<int>& loads, int read) {
  std::string sql =
      "create table raw_lms__x (row_id integer primary key);\n"
      "insert into ls_meta values ('built_ledger', '1:" +
      std::to_string(read) + ":1:0');\n" + Reads("fct_x", "stg_lms__x") +
      Reads("stg_lms__x", "raw_lms__x");
  for (const int load : loads) {
    sql += "insert into raw_lms__x values ((" + std::to_string(load) +
           " << 28) + 1);\n";
  }
  return sql;
}

std::string State(int number, int run, const std::string& cause) {
  return "insert into ls_state values (" + std::to_string(number) +
         ", 'fct_x', " + std::to_string(run) + ", 1, null, '" + cause +
         "', '2015-01-0" + std::to_string(number) + "T00:00:00Z');\n";
}

TEST_F(DiffTest, FindsNothingInEqualFiles) {
  Warehouse("a.db", FctX("(1, 'x')"));
  Published("b.db", FctX("(1, 'x')"));
  const Result<FileDiff> diff = Diff();
  ASSERT_TRUE(diff.ok()) << diff.status().ToString();
  EXPECT_FALSE(diff->differs());
  EXPECT_EQ(diff->same, 1);
  EXPECT_THAT(RenderDiff(*diff, DiffForm::kText),
              HasSubstr("no difference in 1 table or view"));
}

TEST_F(DiffTest, CountsRowsByKey) {
  Warehouse("a.db", FctX("(1, 'x'), (2, 'y'), (3, 'z')"));
  Warehouse("b.db", FctX("(2, 'y'), (3, 'w'), (4, 'v'), (5, 'u')"));
  const ObjectDiff x = TheOne();
  EXPECT_EQ(x.way, ObjectDiff::Way::kKey);
  EXPECT_THAT(x.key, ElementsAre("id"));
  EXPECT_EQ(x.rows.added, 2);
  EXPECT_EQ(x.rows.removed, 1);
  EXPECT_EQ(x.rows.changed, 1);
  EXPECT_THAT(Causes(x),
              ElementsAre("perhaps cannot tell: nothing that the files keep "
                          "tells"));
}

TEST_F(DiffTest, ComparesKeysByBytesWhateverTheirCollation) {
  const std::string ddl = "id text collate nocase primary key, v text";
  Warehouse("a.db", Table("fct_x", ddl) +
                        "insert into fct_x values ('B', 1), ('a', 1), "
                        "('c', 1);");
  Warehouse("b.db", Table("fct_x", ddl) +
                        "insert into fct_x values ('b', 1), ('a', 1), "
                        "('c', 2);");
  const ObjectDiff x = TheOne();
  EXPECT_EQ(x.rows.added, 1);
  EXPECT_EQ(x.rows.removed, 1);
  EXPECT_EQ(x.rows.changed, 1);
}

TEST_F(DiffTest, ComparesTablesWithoutKeyAsBags) {
  Warehouse("a.db", Table("fct_x", "v text") +
                        "insert into fct_x values ('x'), ('x');");
  Warehouse("b.db", Table("fct_x", "v text") +
                        "insert into fct_x values ('x'), ('y');");
  const ObjectDiff x = TheOne();
  EXPECT_EQ(x.way, ObjectDiff::Way::kBag);
  EXPECT_EQ(x.rows.added, 1);
  EXPECT_EQ(x.rows.removed, 1);
  EXPECT_THAT(RenderDiff(*Diff(), DiffForm::kMarkdown),
              HasSubstr("compared as a bag of rows"));
}

TEST_F(DiffTest, ComparesAsBagsWhereTheKeyIsAnother) {
  Warehouse("a.db", Table("fct_x", "id integer primary key, v text") +
                        "insert into fct_x values (1, 'x'), (2, 'y');");
  Warehouse("b.db", Table("fct_x", "id integer, v text primary key") +
                        "insert into fct_x values (1, 'x'), (2, 'z');");
  const ObjectDiff x = TheOne();
  EXPECT_EQ(x.way, ObjectDiff::Way::kBag);
  EXPECT_EQ(x.rows.added, 1);
  EXPECT_EQ(x.rows.removed, 1);
  ASSERT_EQ(x.schema.size(), 1U);
  EXPECT_EQ(x.schema[0].what, SchemaChange::What::kKey);
  EXPECT_EQ(x.schema[0].before, "id");
  EXPECT_EQ(x.schema[0].after, "v");
}

TEST_F(DiffTest, TellsChangesOfTheSchema) {
  Warehouse("a.db", Table("fct_x",
                          "id integer primary key, gone text, n integer, m "
                          "text not null") +
                        "insert into fct_x values (1, 'g', 5, 'm');");
  Warehouse("b.db", Table("fct_x",
                          "m text, ID integer primary key, n real, fresh "
                          "text") +
                        "insert into fct_x values ('m', 1, 5, 'f');");
  const ObjectDiff x = TheOne();
  EXPECT_EQ(x.way, ObjectDiff::Way::kKey);
  EXPECT_EQ(x.rows.changed, 1);  // 5 is 5.0 now
  const Result<FileDiff> diff = Diff();
  const std::string text = RenderDiff(*diff, DiffForm::kText);
  EXPECT_THAT(text, HasSubstr("column gone is gone"));
  EXPECT_THAT(text, HasSubstr("column n: integer became real"));
  EXPECT_THAT(text, HasSubstr("column m may be null"));
  EXPECT_THAT(text, HasSubstr("column fresh text is new"));
  EXPECT_THAT(text, HasSubstr("changed: n in 1 row, (1) 5 -> 5.0"));
}

TEST_F(DiffTest, TellsASchemaWithoutACommonColumn) {
  Warehouse("a.db", Table("fct_x", "v text") + "insert into fct_x values (1);");
  Warehouse("b.db", Table("fct_x", "w text") + "insert into fct_x values (1);");
  EXPECT_EQ(TheOne().schema.size(), 2U);
}

TEST_F(DiffTest, NamesWhatOneSideHas) {
  Warehouse("a.db", FctX("(1, 'x')") + Table("fct_old", "id integer") +
                        "insert into fct_old values (1), (2);");
  Warehouse("b.db",
            FctX("(1, 'x')") +
                "create view now as select 1 as one;"
                "insert into ls_table values ('now', 'view', '', '', '', 1, "
                "'');");
  const Result<FileDiff> diff = Diff();
  ASSERT_TRUE(diff.ok());
  EXPECT_TRUE(diff->differs());
  ASSERT_EQ(diff->only_a.size(), 1U);
  EXPECT_EQ(diff->only_a[0].rows, 2);
  ASSERT_EQ(diff->only_b.size(), 1U);
  EXPECT_EQ(diff->only_b[0].rows, std::nullopt);
  const std::string text = RenderDiff(*diff, DiffForm::kText);
  EXPECT_THAT(text, HasSubstr("only in A: fct_old (2 rows)"));
  EXPECT_THAT(text, HasSubstr("only in B: now (view)"));
}

TEST_F(DiffTest, LeavesRawAndStagingOut) {
  Warehouse("a.db", FctX("(1, 'x')"));
  Warehouse("b.db", FctX("(1, 'x')") +
                        "create table raw_x__y (a);"
                        "create view stg_x__y as select 1 as a;"
                        "insert into ls_table values ('raw_x__y', 'raw', '', "
                        "'', '', 1, ''), ('stg_x__y', 'staging', '', '', '', "
                        "1, '');");
  EXPECT_FALSE(Diff()->differs());
  EXPECT_THAT(FailsWith(Code::kUsage, {.names = {"raw_x__y"}}),
              HasSubstr("raw tables and staging views are not compared"));
}

TEST_F(DiffTest, ComparesRowsOfViewsThatAreNamed) {
  const std::string view =
      "create view v as select v from fct_x;"
      "insert into ls_table values ('v', 'view', '', '', '', 1, '');";
  Warehouse("a.db", FctX("(1, 'x')") + view);
  Warehouse("b.db", FctX("(1, 'y')") + view);
  EXPECT_EQ(Diff()->objects.size(), 1U);  // the table
  const ObjectDiff seen = TheOne({.names = {"v"}});
  EXPECT_EQ(seen.way, ObjectDiff::Way::kBag);
  EXPECT_EQ(seen.rows.added, 1);
}

TEST_F(DiffTest, TellsAViewOfAnotherText) {
  const auto view = [](const std::string& text, const std::string& hash) {
    return "create view v as " + text +
           ";insert into ls_table values ('v', 'view', '', '', '', 1, '');"
           "insert into ls_model values ('v', 'view', '', '', 1, '', '" +
           hash + "', '{}', null, null, null, 0, '', 1, '');";
  };
  Warehouse("a.db", FctX("(1, 'x')") + view("select 1 as one", "h1"));
  Warehouse("b.db", FctX("(1, 'x')") + view("select 2 as one", "h2"));
  const ObjectDiff v = TheOne();
  EXPECT_TRUE(v.definition_changed);
  EXPECT_THAT(Causes(v), ElementsAre("changed model: its script, without a "
                                     "new version"));
}

TEST_F(DiffTest, HidesWhatEitherFileCallsPersonal) {
  const std::string personal =
      "insert into ls_column (table_name, column_name, position, type, "
      "is_nullable, is_key, document, pii) values ('fct_x', 'V', 2, 'TEXT', 1, "
      "0, '', 'email');";
  for (const bool first : {true, false}) {
    std::filesystem::remove(folder_.File("a.db"));
    std::filesystem::remove(folder_.File("b.db"));
    Warehouse("a.db", FctX("(1, 'ann@x.example')") + (first ? personal : ""));
    Warehouse("b.db", FctX("(1, 'bob@x.example')") + (first ? "" : personal));
    for (const DiffForm form :
         {DiffForm::kText, DiffForm::kJson, DiffForm::kMarkdown}) {
      const std::string text = RenderDiff(*Diff(), form);
      EXPECT_THAT(text, Not(HasSubstr("x.example")));
      EXPECT_THAT(text, HasSubstr("email"));
    }
  }
}

TEST_F(DiffTest, WritesValuesAsJsonExactly) {
  Warehouse("a.db", Table("fct_x", "id blob primary key, v") +
                        "insert into fct_x values (x'00ff', 9007199254740993), "
                        "(x'01', 1.0), (x'02', null), (x'03', 'a\"b');");
  Warehouse("b.db", Table("fct_x", "id blob primary key, v") +
                        "insert into fct_x values (x'00ff', 1), (x'01', 2), "
                        "(x'02', 3), (x'03', '" +
                        std::string(300, 'z') + "');");
  const std::string json = RenderDiff(*Diff({.samples = 4}), DiffForm::kJson);
  EXPECT_THAT(json, HasSubstr(R"({"key":[{"blob":"00ff"}],"before":)"
                              R"(9007199254740993,"after":1})"));
  EXPECT_THAT(json, HasSubstr(R"("before":1.0,"after":2})"));
  EXPECT_THAT(json, HasSubstr(R"("before":null,"after":3})"));
  EXPECT_THAT(json, HasSubstr(R"("before":"a\"b","after":{"begins":"zzz)"));
}

// ---- causes

TEST_F(DiffTest, TellsSlicesOfWarehousesApart) {
  Warehouse("a.db", FctX("(1, 'x')") + Slice("lms", 2, 1) +
                        Slice("lms", 4, 2, "old") + Slice("lms", 5, 3) +
                        Raw({1, 2, 3}, 3));
  Warehouse("b.db", FctX("(1, 'y')") + Slice("lms", 2, 1) + Slice("lms", 3, 4) +
                        Slice("lms", 4, 5, "new") + Slice("lms", 6, 6) +
                        Slice("lms", 7, 7) + Slice("other", 1, 8) +
                        Raw({1, 4, 5, 6, 7}, 8));
  EXPECT_THAT(Causes(TheOne()),
              ElementsAre("new data: lms days: 2 slices, 2015-01-06 to "
                          "2015-01-07",
                          "late data: lms days: 1 slice, 2015-01-03",
                          "restated source: lms days: 1 slice, 2015-01-04",
                          "removed data: lms days: 1 slice, 2015-01-05"));
}

TEST_F(DiffTest, LeavesOutLoadsThatNoBuildHasRead) {
  Warehouse("a.db", FctX("(1, 'x')") + Slice("lms", 1, 1) + Slice("lms", 2, 2) +
                        Raw({1, 2}, 1));
  Warehouse("b.db", FctX("(1, 'y')") + Slice("lms", 1, 1) + Slice("lms", 2, 2) +
                        Slice("lms", 3, 3) + Raw({1, 2, 3}, 2));
  EXPECT_THAT(Causes(TheOne()),
              ElementsAre("new data: lms days: 1 slice, 2015-01-02"));
  EXPECT_THAT(
      Diff()->notes,
      ElementsAre(HasSubstr("A has loads since its last build, one slice"),
                  HasSubstr("B has loads since its last build, one slice")));
}

TEST_F(DiffTest, PlacesSlicesOfPublishedFilesByName) {
  Published("a.db", FctX("(1, 'x')") + Reads("fct_x", "stg_lms_east__x"));
  Published("b.db", FctX("(1, 'y')") + Reads("fct_x", "stg_lms_east__x") +
                        Slice("lms.east", 1, 0) + Slice("other", 1, 0));
  EXPECT_THAT(Causes(TheOne()),
              ElementsAre("new data: lms.east days: 1 slice, 2015-01-01"));
}

TEST_F(DiffTest, DoubtsWhereTheFileDoesNotPlaceASource) {
  const std::string reads = Reads("fct_x", "stg_contract__x");
  Published("a.db", FctX("(1, 'x')") + reads);
  Published("b.db", FctX("(1, 'y')") + reads + Slice("files.lms", 1, 0));
  EXPECT_THAT(Causes(TheOne()),
              ElementsAre("perhaps new data: files.lms days: 1 slice, "
                          "2015-01-01; the file does not tell in which tables "
                          "they are"));
}

TEST_F(DiffTest, TellsAChangedModelAndItsParents) {
  const auto parent = [](const std::string& hash) {
    return Table("dim_p", "id integer primary key", hash) +
           Reads("fct_x", "dim_p");
  };
  Warehouse("a.db", FctX("(1, 'x')", "s1") + parent("p1"));
  Warehouse("b.db", FctX("(1, 'y')", "s2") + parent("p2") +
                        "update ls_model set version = 2 where model = "
                        "'dim_p';");
  const ObjectDiff x = TheOne();
  EXPECT_THAT(Causes(x), ElementsAre("changed model: its script, without a "
                                     "new version",
                                     "changed parent: dim_p: version 1 became "
                                     "2"));
  EXPECT_EQ(x.causes[1].model, "dim_p");
}

TEST_F(DiffTest, TellsAChangedParentThatIsNotInAPublishedFile) {
  Published("a.db", FctX("(1, 'x')", "s1", "logic1"));
  Published("b.db", FctX("(1, 'y')", "s1", "logic2"));
  EXPECT_THAT(Causes(TheOne()),
              ElementsAre(HasSubstr("changed parent: a model above it that is "
                                    "not in the file")));
}

TEST_F(DiffTest, CannotTellAParentWhereAFileKeepsNoFingerprint) {
  Published("a.db", FctX("(1, 'x')", "s1", ""));
  Published("b.db", FctX("(1, 'y')", "s1", "logic2"));
  EXPECT_THAT(Causes(TheOne()), ElementsAre(HasSubstr("cannot tell")));
}

TEST_F(DiffTest, TellsAnotherMomentEditionAndForgottenPeople) {
  Warehouse("a.db", FctX("(1, 'x')") +
                        "update ls_model set as_of = '2015-01-01';"
                        "insert into ls_run values (1, 'build', '', '', "
                        "'', null, '2015-01-02', null, 'ok', null);");
  Warehouse("b.db", FctX("(1, 'y')") +
                        "update ls_model set as_of = '2015-01-03';"
                        "insert into ls_run values (1, 'forget', '', "
                        "'', '', null, '2015-01-01', null, 'ok', null), "
                        "(2, 'forget', '', '', '', null, '2015-01-03', "
                        "null, 'ok', null);");
  EXPECT_THAT(Causes(TheOne()),
              ElementsAre("other moment: as of 2015-01-03, before 2015-01-01",
                          "perhaps forgotten person: 1 run of 'learnsql "
                          "forget'"));
  std::filesystem::remove(folder_.File("a.db"));
  Published("a.db", FctX("(1, 'x')") +
                        "insert into ls_meta values ('edition', 'team');");
  EXPECT_THAT(Causes(TheOne()),
              testing::Contains(
                  HasSubstr("perhaps other edition: A is edition team, B is a "
                            "warehouse")));
}

TEST_F(DiffTest, ListsTheStatesSinceTheEarlierFile) {
  Warehouse("a.db", FctX("(1, 'x')") + State(1, 7, "not built yet"));
  std::string later = FctX("(1, 'y')") + State(1, 7, "not built yet");
  for (int state = 2; state <= 8; ++state) {
    later += State(state, state + 10, "load " + std::to_string(state));
  }
  Warehouse("b.db", later);
  EXPECT_EQ(Diff()->relation, DiffRelation::kContinues);
  const ObjectDiff x = TheOne();
  EXPECT_EQ(x.rebuilt_count, 7);
  ASSERT_EQ(x.rebuilt.size(), 5U);
  EXPECT_EQ(x.rebuilt[0].cause, "load 8");
  EXPECT_EQ(x.rebuilt[0].state, 8);
  const Result<FileDiff> turned =
      DiffFiles(folder_.File("b.db"), folder_.File("a.db"), {});
  EXPECT_EQ(turned->relation, DiffRelation::kEarlier);
  EXPECT_THAT(turned->objects[0].rebuilt, IsEmpty());
  EXPECT_THAT(turned->notes, testing::Contains(HasSubstr("A is newer")));
}

TEST_F(DiffTest, TellsThatTwoWarehousesShareNoState) {
  Warehouse("a.db", FctX("(1, 'x')") + State(1, 7, "not built yet"));
  Warehouse("b.db", FctX("(1, 'y')") + State(1, 8, "not built yet"));
  EXPECT_EQ(Diff()->relation, DiffRelation::kOther);
  EXPECT_THAT(TheOne().rebuilt, IsEmpty());
}

// ---- refusals

TEST_F(DiffTest, RefusesWhatIsNotThere) {
  Warehouse("b.db", "");
  EXPECT_THAT(FailsWith(Code::kNotFound), HasSubstr("a.db: no such file"));
}

TEST_F(DiffTest, RefusesWhatIsNoDatabase) {
  Warehouse("b.db", "");
  folder_.Write("a.db", "name,score\nann,5\n" + std::string(2000, 'x'));
  EXPECT_THAT(FailsWith(Code::kCorrupt), HasSubstr("a.db"));
  std::filesystem::remove(folder_.File("a.db"));
  std::filesystem::create_directory(folder_.File("a.db"));
  EXPECT_FALSE(Diff().ok());
}

TEST_F(DiffTest, RefusesWhatLearnsqlDidNotMake) {
  Warehouse("a.db", "");
  for (const char* sql : {"", "create table t (a)", "create table ls_meta (a)",
                          "create table ls_meta (key text, value text)"}) {
    std::filesystem::remove(folder_.File("b.db"));
    Result<Connection> other = Connection::Open(
        folder_.File("b.db"), {.mode = Connection::Mode::kCreate});
    ASSERT_TRUE(other->Execute(sql).ok());
    ASSERT_TRUE(other->Execute("pragma user_version = 1").ok());
    EXPECT_THAT(
        FailsWith(Code::kInvalid),
        testing::AllOf(HasSubstr("b.db"), HasSubstr("learnsql did not make")));
  }
}

TEST_F(DiffTest, RefusesAFormatOfLater) {
  Warehouse("a.db", "");
  Warehouse("b.db",
            "update ls_meta set value = '999' where key = 'format_version'");
  EXPECT_THAT(FailsWith(Code::kInvalid), HasSubstr("update learnsql"));
}

TEST_F(DiffTest, RefusesUnknownNamesWithTheNearest) {
  Warehouse("a.db", FctX("(1, 'x')"));
  Warehouse("b.db", FctX("(1, 'x')"));
  EXPECT_THAT(FailsWith(Code::kUsage, {.names = {"fct_y"}}),
              HasSubstr("did you mean 'fct_x'"));
}

TEST_F(DiffTest, EndsWhenCancelled) {
  std::string rows = "(0, 'x')";
  for (int i = 1; i < 20000; ++i) {
    rows += ", (" + std::to_string(i) + ", 'x')";
  }
  Warehouse("a.db", FctX(rows));
  Warehouse("b.db", FctX(rows));
  CancelFlag cancel;
  cancel.Cancel();
  FailsWith(Code::kCancelled, {.cancel = &cancel});
}

TEST_F(DiffTest, WritesToNeitherFile) {
  Warehouse("a.db", FctX("(1, 'x')"));
  Published("b.db", FctX("(1, 'y')"));
  const std::string a = folder_.Read("a.db");
  const std::string b = folder_.Read("b.db");
  EXPECT_TRUE(Diff()->differs());
  EXPECT_EQ(folder_.Read("a.db"), a);
  EXPECT_EQ(folder_.Read("b.db"), b);
}

TEST(DiffForms, AreNamed) {
  EXPECT_EQ(*ParseDiffForm("markdown"), DiffForm::kMarkdown);
  const Result<DiffForm> unknown = ParseDiffForm("html");
  ASSERT_FALSE(unknown.ok());
  EXPECT_EQ(unknown.status().code(), Code::kUsage);
  EXPECT_THAT(unknown.status().message(), HasSubstr("text, json or markdown"));
}

}  // namespace
}  // namespace learnsql
