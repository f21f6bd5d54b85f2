#include "engine/model/dialect.h"

#include <gtest/gtest.h>

#include "engine/model/project.h"
#include "engine/store/connection.h"
#include "engine/store/functions.h"

namespace learnsql {
namespace {

constexpr const char* kFact = R"(create table fct_scores (
    score_id integer primary key,
    learner text not null,
    points integer not null,
    share real not null,
    handed_in_at text not null,
    note text
) strict;
select
    1 as score_id, 'a' as learner, 2 as points, 0.5e0 as share,
    '2015-01-01T00:00:00Z' as handed_in_at, cast(null as varchar) as note;
)";

// What lint says of a project with these files beside fct_scores.
std::string FindingsOf(std::vector<ProjectFile> files) {
  files.push_back({"sql/curated/fct_scores.sql", kFact});
  LoadOptions options;
  options.register_functions = [](Connection* connection) {
    return RegisterFunctions(connection, FunctionSet::kBuild);
  };
  const Result<ModelSet> set = LoadModels(std::move(files), options);
  if (!set.ok()) return set.status().ToString();
  std::string text;
  for (const Finding& finding : set->findings)
    text += finding.ToString() + "\n";
  return text;
}

// A check holds any query: it promises no columns.
std::string FindingsOfQuery(const std::string& query) {
  return FindingsOf(
      {{"sql/checks/one.sql", "-- check: one\n" + query + ";\n"}});
}

struct Ban {
  int row;            // of the table of the dialect
  const char* query;  // its first line is line 2
  const char* found;  // "column: what"
  const char* advice;
};

constexpr Ban kBans[] = {
    {2, "select cast(learner as integer) from fct_scores",
     "24: a cast to integer", "cast(x as bigint)"},
    {5, "select cast(points as decimal(9, 2)) from fct_scores",
     "23: a cast to decimal", "smallest unit"},
    {6, "select * from fct_scores where 1", "32: a number as a condition",
     "1 = 1"},
    {6, "select * from fct_scores group by 1 having 0", "44: a number",
     "1 = 1"},
    {7, "select * from fct_scores where points > 1 is true", "43: 'is true'",
     "x = true"},
    {7, "select * from fct_scores where (points > 1) is not false",
     "45: 'is not false'", "x is distinct from false"},
    {11, "select rowid from fct_scores", "8: 'rowid'",
     "a column of the contract"},
    {11, "select fct_scores._rowid_ from fct_scores", "19: '_rowid_'",
     "a column of the contract"},
    {13, "select try_cast(note as bigint) from fct_scores", "8: try_cast()",
     "try_bigint(x), try_double(x) or try_date(x)"},
    {14, "select try(points / 0) from fct_scores", "8: try()", "nullif(x, 0)"},
    {15, "select cast(note as date) from fct_scores", "21: a cast to date",
     "date(x)"},
    {15, "select cast(note as timestamp) from fct_scores",
     "21: a cast to timestamp", "epoch_ms(n)"},
    {15, "select cast(note as boolean) from fct_scores",
     "21: a cast to boolean", "x = 'true'"},
    {15, "select cast(note as json) from fct_scores", "21: a cast to json",
     "json_extract_scalar"},
    {16, "select cast(points as varchar(3)) from fct_scores",
     "23: a cast to varchar", "cast(x as varchar)"},
    {18, "select cast(points as text) from fct_scores", "23: a cast to text",
     "cast(x as varchar)"},
    {18, "select cast(points as real) from fct_scores", "23: a cast to real",
     "cast(x as double)"},
    {23, "select log(share) from fct_scores", "8: log()", "ln(x) or log10(x)"},
    {25, "select points & 1 from fct_scores", "15: '&'", "bitwise_and(x, y)"},
    {25, "select points | 1 from fct_scores", "15: '|'", "bitwise_or(x, y)"},
    {25, "select points << 1 from fct_scores", "15: '<<'", "x * 2"},
    {25, "select points >> 1 from fct_scores", "15: '>>'", "x / 2"},
    {25, "select ~points from fct_scores", "8: '~'", "bitwise_not(x)"},
    {26, "select max(points, 3) from fct_scores", "8: max() of several values",
     "greatest(a, b)"},
    {26, "select min(points, 3) from fct_scores", "8: min() of several values",
     "least(a, b)"},
    {32, "select * from fct_scores where learner glob 'a*'", "40: 'glob'",
     "regexp_like(x, pattern)"},
    {32, "select * from fct_scores where learner not regexp 'a'",
     "44: 'regexp'", "regexp_like(x, pattern)"},
    {32, "select * from fct_scores where learner match 'a'", "40: 'match'",
     "regexp_like(x, pattern)"},
    {35, "select substr(learner, 0, 2) from fct_scores", "24: 'substr' from 0",
     "1"},
    {36, "select substring(learner from 2 for 3) from fct_scores",
     "26: 'substring(x from ...)'", "substr(x, start, length)"},
    {37, "select instr(learner, 'a') from fct_scores", "8: instr()",
     "strpos(x, y)"},
    {37, "select position('a' in learner) from fct_scores", "8: position()",
     "strpos(x, y)"},
    {38, "select trim(both 'x' from learner) from fct_scores",
     "13: 'trim(both ...)'", "trim(x), ltrim(x) or rtrim(x)"},
    {38, "select trim(learner, 'x') from fct_scores",
     "8: warning: trim() with 2 arguments", "trim(x)"},
    {39, "select printf('%d', points) from fct_scores", "8: printf()", "||"},
    {39, "select format('%d', points) from fct_scores", "8: format()", "||"},
    {41, "select group_concat(learner, ',') from fct_scores",
     "8: group_concat()", "array_join(array_sort(array_agg(x)), ',')"},
    {41, "select string_agg(learner, ',') from fct_scores", "8: string_agg()",
     "array_join(array_sort(array_agg(x)), ',')"},
    {41,
     "select listagg(learner, ',') within group (order by learner) from "
     "fct_scores",
     "8: listagg()", "array_join(array_sort(array_agg(x)), ',')"},
    {42, "select array_agg(learner order by points) from fct_scores",
     "26: 'order by' inside array_agg()", "array_sort(array_agg(x))"},
    {44, "select * from fct_scores order by learner collate nocase",
     "43: 'collate'", "lower(x)"},
    {45, "select * from fct_scores where note >= date '2015-01-01'",
     "40: 'date '2015-01-01''", "date('2015-01-01')"},
    {45, "select timestamp '2015-01-01 00:00:00' as t", "8: 'timestamp",
     "as text"},
    {45, "select note + interval '1' day from fct_scores", "15: 'interval'",
     "date_add('day', n, x)"},
    {46, "select date(note, '+1 day') from fct_scores",
     "8: date() with 2 arguments", "date(string)"},
    {47, "select extract(year from note) from fct_scores", "8: extract()",
     "year(x)"},
    {49, "select strftime('%Y', note) from fct_scores", "8: strftime()",
     "date_format(x, '%Y-%m')"},
    {50, "select unixepoch(note) from fct_scores", "8: unixepoch()",
     "date_diff('second', x, y)"},
    {50, "select datetime(note, 'unixepoch') from fct_scores", "8: datetime()",
     "instants stay text"},
    {50, "select julianday(note) from fct_scores", "8: julianday()",
     "date_diff('day', x, y)"},
    {52, "select current_timestamp as t", "8: current_timestamp", ":as_of"},
    {53, "select json_extract(note, '$.a') from fct_scores",
     "8: json_extract()", "json_extract_scalar(x, '$.a')"},
    {55, "select note ->> '$.a' from fct_scores", "13: '->>'",
     "json_extract_scalar(x, '$.name')"},
    {55, "select note -> '$.a' from fct_scores", "13: '->'",
     "json_extract_scalar(x, '$.name')"},
    {58, "select json_object('a', points) from fct_scores", "8: json_object()",
     "text made by ||"},
    {58, "select json_array(points) from fct_scores", "8: json_array()",
     "array_agg(x)"},
    {58, "select json_value(note, '$.a') from fct_scores", "8: json_value()",
     "json_extract_scalar(x, '$.a')"},
    {59, "select points from fct_scores cross join json_each(fct_scores.note)",
     "42: json_each()", "NAME.trino.sql"},
    {65, "select * from fct_scores order by 1 limit 5 offset 5", "45: 'offset'",
     "row_number()"},
    {66, "select * from fct_scores order by 1 fetch first 5 rows only",
     "37: 'fetch first'", "limit n"},
    {66, "select * from fct_scores limit all", "26: 'limit all'", "no limit"},
    {66, "select * from fct_scores limit 5, 10", "26: 'limit a, b'",
     "row_number()"},
    {67, "select distinct on (learner) points from fct_scores",
     "8: 'distinct on'", "row_number()"},
    {67,
     "select points from fct_scores qualify row_number() over (order by "
     "points) = 1",
     "31: 'qualify'", "row_number()"},
    {68, "select count(distinct learner, points) from fct_scores",
     "30: 'distinct' of several", "count(distinct sk(a, b))"},
    {70,
     "select learner, sum(points) from fct_scores group by rollup (learner)",
     "54: 'rollup'", "union all"},
    {70, "select learner, sum(points) from fct_scores group by cube (learner)",
     "54: 'cube'", "union all"},
    {70, "select learner from fct_scores group by grouping sets ((learner))",
     "41: 'grouping'", "union all"},
    {71, "select 1 as a except all select 2", "15: 'except all'",
     "row_number()"},
    {71, "select 1 as a intersect all select 2", "15: 'intersect all'",
     "row_number()"},
    {72, "select 1 as a union all (select 2)", "25: a parenthesis",
     "a common table"},
    {72, "select 1 as a union select 2 except select 3",
     "30: 'except' beside 'union'", "a common table for each step"},
    {73, "select * from (values (1, 2)) as v (x, y)",
     "16: '(values ...)' as a table", "with v (a, b) as (values ...)"},
    {75,
     "select fct_scores.points from fct_scores inner join fct_scores as b "
     "where b.points = 1",
     "48: 'join' without 'on'", "cross join"},
    {75, "select * from fct_scores natural join fct_scores as b",
     "26: 'natural'", "join ... on"},
    {76,
     "select b.points from fct_scores inner join fct_scores as b using "
     "(score_id)",
     "60: 'using (...)'", "on a.x = b.x"},
    {80,
     "with recursive n (i) as (select 1 union all select i + 1 from n where i "
     "< 9) select * from n",
     "6: 'recursive'", "a seed"},
    {82,
     "select sum(points) over (order by score_id rows between 1 preceding and "
     "current row exclude current row) from fct_scores",
     "85: 'exclude'", "a condition"},
    {82,
     "select first_value(note) ignore nulls over (order by score_id) from "
     "fct_scores",
     "26: 'ignore nulls'", "filter (where x is not null)"},
    {84, "select * from fct_scores where note is learner", "37: 'is learner'",
     "x is not distinct from y"},
    {84, "select * from fct_scores where note is not 'a'", "37: 'is not 'a''",
     "x is distinct from y"},
    {85, "select iif(points > 1, 1, 0) from fct_scores", "8: iif()",
     "case when"},
    {85, "select if(points > 1, 1, 0) from fct_scores", "8: if()", "case when"},
    {85, "select ifnull(note, '') from fct_scores", "8: ifnull()",
     "coalesce(x, y)"},
    {85, "select nvl(note, '') from fct_scores", "8: nvl()", "coalesce(x, y)"},
    {86, "select `points` from fct_scores", "8: the name `points`",
     "\"points\""},
    {86, "select [points] from fct_scores", "8: the name [points]",
     "\"points\""},
    {86, "select * from fct_scores where learner = \"a\"",
     "42: warning: unknown column", ""},
    {88, "select * from fct_scores where points == 1", "39: '=='", "="},
    {88, "select * from fct_scores where note notnull", "37: 'notnull'",
     "is not null"},
    {88, "select * from fct_scores where note isnull", "37: 'isnull'",
     "is null"},
    {88, "select * from fct_scores where note not null",
     "37: 'not null' behind", "is not null"},
    {0, "select total(points) from fct_scores", "8: total()",
     "coalesce(sum(x), 0)"},
    {0, "select typeof(points) from fct_scores", "8: typeof()", "one type"},
    {0, "select soundex(learner) from fct_scores", "8: ", ""},
    {0, "select hex(learner) from fct_scores", "8: hex()",
     "to_hex(to_utf8(x))"},
};

TEST(Dialect, RefusesEachBanAtItsPlace) {
  for (const Ban& ban : kBans) {
    SCOPED_TRACE("row " + std::to_string(ban.row) + ": " + ban.query);
    const std::string text = FindingsOfQuery(ban.query);
    EXPECT_NE(text.find("sql/checks/one.sql:2:" + std::string(ban.found)),
              std::string::npos)
        << text;
    const std::string advice(ban.advice);
    const size_t tried = text.find("  try:  ");
    EXPECT_TRUE(advice.empty() ||
                (tried != std::string::npos &&
                 text.find(advice, tried) != std::string::npos))
        << text;
    EXPECT_EQ(text.find("syntax error"), std::string::npos)
        << "told twice: " << text;
  }
}

TEST(Dialect, RefusesNumbersWithUnderscores) {
  EXPECT_NE(FindingsOfQuery("select 1_000 as n").find("one.sql:2:8"),
            std::string::npos);
}

struct Allowed {
  int row;
  const char* query;
};

constexpr Allowed kAllowed[] = {
    {4, "select 1.5e0 as x"},
    {6, "select * from fct_scores where points > 1 = true"},
    {6, "select count_if(points > 1) as n from fct_scores where 1 = 1"},
    {6, "select case points when 1 then 'a' else 'b' end as x from fct_scores"},
    {9, "select cast(null as varchar) as x"},
    {13,
     "select try_bigint(note), try_double(note), try_date(note) from "
     "fct_scores"},
    {15, "select date(note), epoch_ms(points), note = 'true' from fct_scores"},
    {18,
     "select cast(note as bigint), cast(points as double), cast(points as "
     "varchar) from fct_scores"},
    {19, "select points / 2, points % 2 from fct_scores"},
    {20, "select points / nullif(share, 0) from fct_scores"},
    {21, "select mod(points, 2) from fct_scores"},
    {22, "select round(share, 2) from fct_scores"},
    {23, "select ln(share), log10(share) from fct_scores"},
    {24,
     "select power(share, 2), sqrt(share), exp(share), ceil(share), "
     "floor(share), abs(share), sign(share) from fct_scores"},
    {25,
     "select bitwise_and(points, 1), bitwise_or(points, 1), "
     "bitwise_xor(points, 1), bitwise_not(points) from fct_scores"},
    {26,
     "select greatest(points, 1), least(points, 1), max(points) over () from "
     "fct_scores"},
    {27, "select avg(points) from fct_scores"},
    {30, "select concat(learner, note) from fct_scores"},
    {31,
     "select * from fct_scores where learner like 'a%' and note not like '%b'"},
    {32,
     "select regexp_like(learner, 'a'), regexp_extract(learner, 'a'), "
     "regexp_replace(learner, 'a'), regexp_count(learner, 'a') from "
     "fct_scores"},
    {33, "select upper(learner), lower(learner) from fct_scores"},
    {34,
     "select substr(learner, 1), substr(learner, -2), substr(learner, 2, 10) "
     "from fct_scores"},
    {36, "select substring(learner, 2, 3) from fct_scores"},
    {37, "select strpos(learner, 'a') from fct_scores"},
    {38,
     "select trim(learner), ltrim(learner), rtrim(learner) from fct_scores"},
    {40,
     "select split_part(learner, ',', 1), lpad(learner, 3, ' '), rpad(learner, "
     "3, ' '), reverse(learner), starts_with(learner, 'a'), concat_ws(',', "
     "learner), translate(learner, 'a', 'b') from fct_scores"},
    {41,
     "select array_join(array_sort(array_agg(learner)), ',') from fct_scores"},
    {43,
     "select to_hex(md5(to_utf8(learner))), to_hex(sha256(to_utf8(learner))), "
     "to_hex(xxhash64(to_utf8(learner))), sk(learner, note) from fct_scores"},
    {45,
     "select date('2024-01-31'), date_add('day', 1, date('2024-01-31')) from "
     "fct_scores"},
    {47,
     "select year(note), month(note), day(note), hour(note), "
     "day_of_week(note), week(note), quarter(note) from fct_scores"},
    {48,
     "select date_trunc('month', note), date_diff('day', note, note) from "
     "fct_scores"},
    {49, "select date_format(note, '%Y-%m') from fct_scores"},
    {51, "select * from fct_scores where date(note) >= date('2015-01-01')"},
    {52, "select :as_of as t"},
    {54, "select json_extract_scalar(note, '$.a.b[0]') from fct_scores"},
    {57, "select json_array_length(note) from fct_scores"},
    {61, "select learner, count(*) from fct_scores group by 1 order by 2"},
    {63,
     "select max_by(note, points), min_by(note, points), arbitrary(note), "
     "any_value(note) from fct_scores"},
    {64,
     "select points from fct_scores order by points desc nulls last, note "
     "nulls first"},
    {65, "select points from fct_scores order by points limit 5"},
    {67,
     "with ranked as (select points, row_number() over (partition by learner "
     "order by points) as place from fct_scores) select * from ranked where "
     "place = 1"},
    {68, "select count(distinct learner) from fct_scores"},
    {69, "select count(*) filter (where points > 1) from fct_scores"},
    {70, "select 1 as a union all select 2 union all select 3"},
    {71, "select 1 as a except select 2 except select 3"},
    {72,
     "select points from fct_scores where points in (select 1 union select 2) "
     "union all select 3"},
    {73, "with v (x, y) as (values (1, 2)) select * from v"},
    {74,
     "select approx_distinct(learner), approx_percentile(points, 0.5e0) from "
     "fct_scores"},
    {75, "select b.points from fct_scores cross join fct_scores as b"},
    {77,
     "select b.points from fct_scores left join fct_scores as b on "
     "fct_scores.score_id = b.score_id full join fct_scores as c on b.score_id "
     "= c.score_id right join fct_scores as d on d.score_id = c.score_id"},
    {75,
     "select b.points from fct_scores inner join (select points from "
     "fct_scores where points = 1) as b on b.points = fct_scores.points"},
    {79,
     "select points from fct_scores where exists (select 1 from fct_scores as "
     "b where b.score_id = fct_scores.points)"},
    {82,
     "select sum(points) over w, sum(points) over (order by score_id range "
     "between unbounded preceding and current row) from fct_scores window w as "
     "(partition by learner order by score_id rows between 1 preceding and 1 "
     "following)"},
    {84,
     "select * from fct_scores where note is null or note is not null or note "
     "is distinct from learner or note is not distinct from learner"},
    {85,
     "select case when points > 1 then 1 else 0 end, coalesce(note, ''), "
     "nullif(note, '') from fct_scores"},
    {86, "select \"points\" from fct_scores"},
    {88,
     "select * from fct_scores where points = 1 or points <> 2 or points != 3"},
    {88,
     "select * from fct_scores where not (note is null) and points not in (1, "
     "2) and points not between 3 and 4"},
    {90, "select ';' as a"},
};

TEST(Dialect, TakesWhatBothEnginesTake) {
  for (const Allowed& allowed : kAllowed) {
    SCOPED_TRACE("row " + std::to_string(allowed.row));
    EXPECT_EQ(FindingsOfQuery(allowed.query), "") << allowed.query;
  }
}

// ---- reserved names

TEST(Dialect, RefusesNamesThatTrinoReserves) {
  const std::string text =
      FindingsOf({{"sql/curated/fct_more.sql",
                   "create table fct_more (\n    cube integer primary key,\n"
                   "    size_name text\n) strict;\n"
                   "with unnest as (select points as cube from fct_scores)\n"
                   "select cube, 'a' as size_name from unnest;\n"}});
  EXPECT_NE(text.find("fct_more.sql:2:5: the name 'cube' is refused"),
            std::string::npos)
      << text;
  EXPECT_NE(text.find("fct_more.sql:5:6: the name 'unnest' is refused"),
            std::string::npos)
      << text;
  EXPECT_NE(text.find("fct_more.sql:5:34: the name 'cube'"), std::string::npos)
      << text;
}

// ---- what is stored

std::string FindingsOfView(const std::string& expression) {
  return FindingsOf({{"views/answers.sql",
                      "create view answers (answer) as\nselect " + expression +
                          " as answer from fct_scores;\n"}});
}

TEST(Dialect, KeepsLearnsqlOutOfViews) {
  const std::pair<const char*, const char*> cases[] = {
      {"lower(learner)", "2:8: lower() is refused here"},
      {"round(share, 1)", "2:8: round() is refused here"},
      {"date(handed_in_at)", "2:8: date() is refused here"},
      {"strpos(learner, 'a')", "2:8: strpos() is refused here"},
      {"greatest(points, 1)", "2:8: greatest() is refused here"},
      {"max(points, 1)", "2:8: max() of several values"},
      {"learner like 'a%'", "2:16: 'like' is refused here"},
      {"instr(learner, 'a')", "2:8: instr() is refused"},
      {"json_extract(note, '$.a')", "2:8: json_extract() is refused"},
      {"json_extract_scalar(note, '$.a')", "2:8: json_extract_scalar()"},
      {"note ->> '$.a'", "2:13: '->>' is refused"},
  };
  for (const auto& [expression, found] : cases) {
    SCOPED_TRACE(expression);
    const std::string text = FindingsOfView(expression);
    EXPECT_NE(text.find(std::string("views/answers.sql:") + found),
              std::string::npos)
        << text;
  }
  EXPECT_EQ(FindingsOfView("substr(learner, 1, 1) || trim(note)"), "");
}

std::string FindingsOfContract(const std::string& column,
                               const std::string& more = "") {
  return FindingsOf({{"sql/curated/fct_more.sql",
                      "create table fct_more (\n    more_id integer primary "
                      "key,\n    name text " +
                          column + "\n) strict;\n" + more +
                          "select 1 as more_id, 'a' as name;\n"}});
}

TEST(Dialect, KeepsLearnsqlOutOfContracts) {
  const std::pair<const char*, const char*> cases[] = {
      {"check (lower(name) = name)", "3:22: lower() is refused here"},
      {"check (name like 'a%')", "3:27: 'like' is refused here"},
      {"check (name glob 'a*')", "3:27: 'glob' is refused"},
      {"check (name is 'a')", "3:27: 'is 'a'' is refused"},
      {"check (starts_with(name, 'a'))", "3:22: starts_with() is refused"},
      {"default (upper('a'))", "3:24: upper() is refused here"},
      {"check (json_valid(name))", "3:22: unsafe use of json_valid()"},
  };
  for (const auto& [column, found] : cases) {
    SCOPED_TRACE(column);
    const std::string text = FindingsOfContract(column);
    EXPECT_NE(text.find(std::string("fct_more.sql:") + found),
              std::string::npos)
        << text;
  }
  EXPECT_EQ(FindingsOfContract("not null check (length(name) = 1)"), "");
  const std::string index = FindingsOfContract(
      "", "create index fct_more__name on fct_more (lower(name));\n");
  EXPECT_NE(index.find("fct_more.sql:5:42: lower() is refused here"),
            std::string::npos)
      << index;
}

TEST(Dialect, KeepsLearnsqlOutOfRawTables) {
  const auto findings = [](const std::string& check) {
    return FindingsOf(
        {{"sql/raw/lms.sql",
          "-- kind: events\ncreate table raw_lms__scores (\n"
          "    row_id integer primary key, source_offset integer not null,\n"
          "    name text check (" +
              check + ")\n) strict;\n"}});
  };
  EXPECT_EQ(findings("name glob '[a-z]*' and typeof(name) = 'text'"), "");
  EXPECT_NE(findings("upper(name) = name").find("lms.sql:4:22: upper()"),
            std::string::npos);
  EXPECT_NE(findings("json_valid(name)").find("unsafe use"), std::string::npos);
}

TEST(Dialect, KeepsOverridesOutOfQuestions) {
  const auto findings = [](const std::string& expression) {
    return FindingsOf({{"views/asked.sql",
                        "-- param a: text = x\nselect " + expression +
                            " as answer from fct_scores where note = :a;\n"}});
  };
  EXPECT_EQ(findings("strpos(learner, 'a') + greatest(points, 1)"), "");
  EXPECT_NE(findings("lower(learner)").find("asked.sql:2:8: lower()"),
            std::string::npos);
  EXPECT_NE(findings("learner like 'a'").find("starts_with(x, y)"),
            std::string::npos);
}

TEST(Dialect, LeavesTextsWithATrinoTwinToSqlite) {
  const char* const model =
      "create table dim_names (names text primary key) strict;\n"
      "select group_concat(learner, ',') as names from fct_scores;\n";
  EXPECT_NE(FindingsOf({{"sql/curated/dim_names.sql", model}})
                .find("group_concat() is refused"),
            std::string::npos);
  EXPECT_EQ(FindingsOf({{"sql/curated/dim_names.sql", model},
                        {"sql/curated/dim_names.trino.sql",
                         "select listagg(learner, ',') as names"}}),
            "");
  const auto view = [](const std::string& call) {
    return FindingsOf(
        {{"views/answers.sql", "create view answers (answer) as\nselect " +
                                   call + " as answer from fct_scores;\n"},
         {"views/answers.trino.sql", "select 1 as answer"}});
  };
  EXPECT_EQ(view("instr(learner, 'a')"), "");
  EXPECT_NE(view("lower(learner)").find("lower() is refused here"),
            std::string::npos);
}

// Every function that a view may call is safe for a schema of strangers.
TEST(Dialect, OffersViewsWhatAPlainSqliteRuns) {
  const char* const calls[] = {"abs(points)",
                               "ceil(share)",
                               "coalesce(note, '')",
                               "exp(share)",
                               "floor(share)",
                               "length(learner)",
                               "ln(share)",
                               "log10(share)",
                               "ltrim(learner)",
                               "nullif(note, '')",
                               "power(share, 2)",
                               "replace(learner, 'a', 'b')",
                               "rtrim(learner)",
                               "sign(points)",
                               "sqrt(share)",
                               "substr(learner, 1)",
                               "substring(learner, 1)",
                               "trim(learner)",
                               "sum(points)",
                               "avg(points)",
                               "count(*)",
                               "min(points)",
                               "max(points)",
                               "row_number() over ()",
                               "rank() over ()",
                               "dense_rank() over ()",
                               "percent_rank() over ()",
                               "cume_dist() over ()",
                               "ntile(2) over ()",
                               "lag(points) over ()",
                               "lead(points) over ()",
                               "first_value(points) over ()",
                               "last_value(points) over ()",
                               "nth_value(points, 1) over ()"};
  Result<Connection> db = Connection::OpenInMemory();
  ASSERT_TRUE(db.ok());
  ASSERT_TRUE(db->Execute("create table fct_scores (score_id, learner, points, "
                          "share, handed_in_at, note)")
                  .ok());
  int count = 0;
  for (const char* const call : calls) {
    SCOPED_TRACE(call);
    EXPECT_EQ(FindingsOfView(call), "");
    const std::string name = "v" + std::to_string(++count);
    ASSERT_TRUE(db->Execute("pragma trusted_schema = off; create view " + name +
                            " as select " + call + " as x from fct_scores")
                    .ok());
    EXPECT_TRUE(db->Execute("select * from " + name).ok());
  }
}

}  // namespace
}  // namespace learnsql
