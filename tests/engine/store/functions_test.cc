#include "engine/store/functions.h"

#include <gtest/gtest.h>

#include <fstream>
#include <map>
#include <regex>
#include <set>
#include <string>
#include <vector>

#include "engine/store/connection.h"
#include "tests/engine/store/functions_cases.h"
#include "tests/engine/store/must.h"

namespace learnsql {

void RunCases(std::span<const FunctionCase> cases) {
  Connection db = Must(Connection::OpenInMemory());
  ASSERT_TRUE(RegisterFunctions(&db, FunctionSet::kBuild).ok());
  for (const FunctionCase& c : cases) {
    SCOPED_TRACE(std::string(c.expression) + " (" + std::string(c.source) +
                 ")");
    const Result<std::optional<std::string>> answer =
        db.QueryText("select quote(" + std::string(c.expression) + ")");
    constexpr std::string_view kError = "error: ";
    if (!c.expected.starts_with(kError)) {
      ASSERT_TRUE(answer.ok()) << answer.status().ToString();
      EXPECT_EQ(answer->value_or("no text"), c.expected);
      continue;
    }
    EXPECT_NE(answer.status().message().find(c.expected.substr(kError.size())),
              std::string::npos)
        << (answer.ok() ? answer->value_or("no text")
                        : answer.status().message());
  }
}

namespace {

std::vector<FunctionCase> AllCases() {
  std::vector<FunctionCase> all;
  for (const auto cases :
       {AggregateCases(), HashCases(), JsonCases(), NumberCases(),
        RegexpCases(), TextCases(), TimeCases()}) {
    all.insert(all.end(), cases.begin(), cases.end());
  }
  return all;
}

bool IsNullOrError(const FunctionCase& c) {
  return c.expected == "NULL" || c.expected.starts_with("error: ");
}

TEST(Functions, HaveCasesEach) {
  std::map<std::string_view, int> cases;
  std::map<std::string_view, int> edges;
  for (const FunctionCase& c : AllCases()) {
    ASSERT_NE(FindFunction(c.function), nullptr) << c.function;
    EXPECT_FALSE(c.source.empty()) << c.expression;
    ++cases[c.function];
    edges[c.function] += IsNullOrError(c);
  }
  for (const FunctionSpec& spec : FunctionSpecs()) {
    EXPECT_GE(cases[spec.name], 3) << spec.name;
    EXPECT_GE(edges[spec.name], 1) << spec.name;
  }
}

TEST(Functions, AreSortedAndUnique) {
  const std::span<const FunctionSpec> specs = FunctionSpecs();
  for (size_t i = 1; i < specs.size(); ++i) {
    EXPECT_LT(specs[i - 1].name, specs[i].name);
  }
  for (const FunctionSpec& spec : specs) {
    EXPECT_TRUE(spec.signature.starts_with(std::string(spec.name) + "("));
    EXPECT_FALSE(spec.document.empty()) << spec.name;
  }
}

TEST(Functions, AreFoundInAnyCase) {
  ASSERT_NE(FindFunction("DATE_DIFF"), nullptr);
  EXPECT_EQ(FindFunction("DATE_DIFF")->name, "date_diff");
  EXPECT_EQ(FindFunction("date_dif"), nullptr);
  EXPECT_EQ(FindFunction(""), nullptr);
}

std::set<std::string> StockNames() {
  Connection db = Must(Connection::OpenInMemory());
  Statement rows = Must(db.Prepare("select name from pragma_function_list"));
  std::set<std::string> names;
  while (Must(rows.Step())) names.emplace(rows.text(0));
  return names;
}

// `concat` is stock from SQLite 3.44 on.
TEST(Functions, SayWhichOverrideStockOnes) {
  const std::set<std::string> stock = StockNames();
  for (const FunctionSpec& spec : FunctionSpecs()) {
    const bool known = stock.contains(std::string(spec.name));
    if (spec.name == "concat" || spec.name == "concat_ws") continue;
    EXPECT_EQ(spec.overrides, known) << spec.name;
  }
  EXPECT_TRUE(FindFunction("concat")->overrides);
}

TEST(Functions, LeaveStockOnesAloneInTheShell) {
  Connection db = Must(Connection::OpenInMemory());
  ASSERT_TRUE(RegisterFunctions(&db, FunctionSet::kNewNames).ok());
  EXPECT_EQ(**db.QueryText("select quote(round(5))"), "5.0");
  EXPECT_EQ(**db.QueryText("select upper('é')"), "é");
  EXPECT_EQ(**db.QueryInteger("select 'A' like 'a'"), 1);
  EXPECT_EQ(**db.QueryInteger("select json_array_length('{}')"), 0);
  EXPECT_EQ(**db.QueryText("select quote(mod(5, 3))"), "2.0");
  EXPECT_EQ(**db.QueryText("select date('2024-01-31', '+1 day')"),
            "2024-02-01");
  EXPECT_EQ(**db.QueryText("select split_part('a-b', '-', 2)"), "b");
}

TEST(Functions, CheckTheirNumberOfArguments) {
  Connection db = Must(Connection::OpenInMemory());
  ASSERT_TRUE(RegisterFunctions(&db, FunctionSet::kBuild).ok());
  for (const FunctionSpec& spec : FunctionSpecs()) {
    // Stock forms of these two stay: lint refuses them.
    if (spec.name == "date" || spec.name == "json_array_length") continue;
    if (spec.max_arguments < 0) continue;
    std::string arguments = "null";
    for (int i = 1; i <= spec.max_arguments; ++i) arguments += ", null";
    const Result<Statement> call =
        db.Prepare("select " + std::string(spec.name) + "(" + arguments + ")");
    EXPECT_FALSE(call.ok()) << spec.name;
  }
}

TEST(Functions, CanStandInIndexesAsSqliteSeesIt) {
  Connection db = Must(Connection::OpenInMemory());
  ASSERT_TRUE(RegisterFunctions(&db, FunctionSet::kBuild).ok());
  EXPECT_TRUE(
      db.Execute("create table t (a); create index i on t (sk(a))").ok());
  EXPECT_TRUE(db.Execute("pragma trusted_schema = 0; create view v as select "
                         "year(a) from t; select * from v")
                  .ok());
}

TEST(Functions, UseOnePatternForAllRows) {
  Connection db = Must(Connection::OpenInMemory());
  ASSERT_TRUE(RegisterFunctions(&db, FunctionSet::kBuild).ok());
  EXPECT_EQ(**db.QueryText(
                "with t (a, p) as (values ('ab', 'a'), ('ab', 'b'), ('x', "
                "'a')) select group_concat(regexp_extract(a, '[ab]+') || "
                "regexp_replace(a, p, '-'), ' ') from t where regexp_like(a, "
                "'^a')"),
            "ab-b aba-");
}

TEST(Functions, DefineForTrinoWhatItLacks) {
  EXPECT_EQ(TrinoPrelude(*FindFunction("date_diff"), 3), "");
  EXPECT_EQ(TrinoPrelude(*FindFunction("sk"), 2),
            "function sk(p1 varchar, p2 varchar) returns varchar return "
            "lower(substr(to_hex(sha256(to_utf8("
            "coalesce('t' || cast(length(p1) as varchar) || ':' || p1, 'n') || "
            "coalesce('t' || cast(length(p2) as varchar) || ':' || p2, 'n')"
            "))), 1, 32))");
  std::set<std::string_view> defined;
  for (const FunctionSpec& spec : FunctionSpecs()) {
    if (spec.trino_prelude.empty()) continue;
    defined.insert(spec.name);
    EXPECT_TRUE(spec.trino_prelude.starts_with("function " +
                                               std::string(spec.name) + "("));
  }
  EXPECT_EQ(defined, (std::set<std::string_view>{
                         "epoch_ms", "epoch_ms_date", "iso_ms", "json_text",
                         "sk", "try_bigint", "try_date", "try_double"}));
}

TEST(Functions, HaveAVersionThatStays) {
  EXPECT_EQ(FunctionsVersion(), FunctionsVersion());
  EXPECT_TRUE(
      std::regex_match(FunctionsVersion(), std::regex("[0-9]+-[0-9a-f]{16}")))
      << FunctionsVersion();
}

// The rows "| `signature` | document | where |" of the manual.
std::vector<std::vector<std::string>> ManualRows() {
  std::ifstream manual(LEARNSQL_ROOT "/sql/functions.md");
  const std::regex row(R"(\| `([a-z0-9_]+\(.*?)` \| (.*) \| ([a-z, ]*)\|)");
  std::vector<std::vector<std::string>> rows;
  for (std::string line; std::getline(manual, line);) {
    std::smatch match;
    if (std::regex_match(line, match, row)) {
      rows.push_back({match[1], match[2], match[3]});
    }
  }
  return rows;
}

std::string WhereOf(const FunctionSpec& spec) {
  if (spec.overrides) return "build ";
  return spec.trino_prelude.empty() ? "" : "prelude ";
}

TEST(Functions, AreAllInTheManualAndNoOthers) {
  std::set<std::vector<std::string>> expected;
  for (const FunctionSpec& spec : FunctionSpecs()) {
    expected.insert({std::string(spec.signature), std::string(spec.document),
                     WhereOf(spec)});
  }
  const std::vector<std::vector<std::string>> rows = ManualRows();
  EXPECT_EQ(rows.size(), FunctionSpecs().size()) << "rows twice or missing";
  for (const auto& row : rows) {
    EXPECT_TRUE(expected.contains(row)) << "not in the table: " << row[0];
    expected.erase(row);
  }
  for (const auto& row : expected) {
    ADD_FAILURE() << "not in the manual:\n| `" << row[0] << "` | " << row[1]
                  << " | " << row[2] << "|";
  }
}

}  // namespace
}  // namespace learnsql
