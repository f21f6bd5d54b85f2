#include <gtest/gtest.h>

#include "tests/engine/shell/driven.h"

namespace learnsql {
namespace {

// Ways out of a safe session, each of which must fail and leave nothing behind.
constexpr const char* kAttacks[] = {
    // files through the shell
    ".read /etc/passwd",
    ".open other.db",
    ".open /etc/passwd",
    ".output stolen.txt",
    ".once stolen.txt",
    ".output |touch stolen.txt",
    ".once |touch stolen.txt",
    ".import /etc/passwd t",
    ".edit",
    ".pager touch stolen.txt",
    ".r /etc/passwd",
    ".o stolen.txt",
    // files through SQL
    "attach 'stolen.txt' as s;",
    "attach ':memory:' as s;",
    "attach '' as s;",
    "detach main;",
    "vacuum into 'stolen.txt';",
    "vacuum;",
    "select load_extension('x');",
    "select writefile('stolen.txt', 'x');",
    "select readfile('/etc/passwd');",
    "select edit('x');",
    "select fts3_tokenizer('simple', x'00');",
    "create virtual table temp.t using fts5(x);",
    "create virtual table temp.t using csv(filename='/etc/passwd');",
    "create virtual table t using dbstat;",
    // changing the file
    "insert into dim_actors values (9, 'x');",
    "update dim_actors set login = 'x';",
    "delete from dim_actors;",
    "replace into dim_actors values (1, 'x');",
    "drop table dim_actors;",
    "create table t (a);",
    "create temp table t (a);",
    "create temp view v as select 1;",
    "create temp trigger g after insert on dim_actors begin select 1; end;",
    "alter table dim_actors rename to x;",
    "create index i on dim_actors (login);",
    "reindex;",
    "analyze;",
    "with x as (select 1) delete from dim_actors;",
    "explain delete from dim_actors;",
    "explain query plan delete from dim_actors;",
    "update sqlite_schema set sql = '';",
    "insert into sqlite_schema values (1, 2, 3, 4, 5);",
    "delete from temp._;",
    // loosening the rules
    "pragma writable_schema = on;",
    "pragma query_only = off;",
    "pragma trusted_schema = on;",
    "pragma journal_mode = delete;",
    "pragma journal_mode(wal);",
    "pragma main.journal_mode = off;",
    "pragma temp_store = file;",
    "pragma temp_store_directory = '/tmp';",
    "pragma hard_heap_limit = 0;",
    "pragma max_page_count = 1;",
    "pragma cache_size = 1000000000;",
    "pragma mmap_size = 1000000000;",
    "pragma case_sensitive_like = on;",
    "pragma wal_checkpoint;",
    "pragma optimize;",
    "pragma incremental_vacuum(10);",
    "pragma schema_version = 99;",
    "pragma user_version = 99;",
    "pragma application_id = 99;",
    "pragma foreign_keys = off;",
    "pragma locking_mode = exclusive;",
    "pragma shrink_memory;",
    "pragma data_store_directory = '/tmp';",
    "pragma key = 'x';",
    "pragma nonsense = 1;",
    // using up the machine
    "select length(randomblob(1000000000));",
    "select length(zeroblob(1000000000));",
    "select length(replace(hex(zeroblob(8000000)), '0', 'xxxx'));",
    "with recursive n(i) as (select 1 union all select i + 1 from n) select "
    "count(*) from n;",
    "with recursive n(i) as (select 1 union all select i + 1 from n) select i "
    "from n;",
    "with recursive n(i, t) as (select 1, 'x' union all select i + 1, t || t "
    "from n) select max(length(t)) from n;",
    "with recursive n(i) as (select 1 union all select i + 1 from n) select "
    "group_concat(i) from n;",
};

std::string Schema(DrivenShell* shell) {
  return shell->Run("warehouse.db", ".dump\npragma user_version;").out;
}

TEST(SafeShell, WithstandsEveryAttack) {
  DrivenShell shell;
  const std::string before = Schema(&shell);
  for (const char* attack : kAttacks) {
    const DrivenShell::Outcome ran =
        shell.Run("warehouse.db --safe --safe-seconds 2 --safe-rows 1000",
                  std::string(attack) + "\n");
    EXPECT_NE(ran.code, 0) << attack << "\n" << ran.out;
    EXPECT_FALSE(shell.Exists("stolen.txt")) << attack;
    EXPECT_EQ(ran.out.find("root:"), std::string::npos) << attack;
  }
  EXPECT_EQ(Schema(&shell), before);
}

TEST(SafeShell, StaysSafeForTheWholeSession) {
  DrivenShell shell;
  std::string script;
  for (const char* attack : kAttacks) {
    const std::string text = attack;
    if (text.find("recursive") == std::string::npos) script += text + "\n";
  }
  const DrivenShell::Outcome ran =
      shell.Run("warehouse.db --safe --keep-going --format csv",
                script + "select count(*) as still_there from dim_actors;\n");
  EXPECT_EQ(ran.code, 1);
  EXPECT_TRUE(ran.out.ends_with("still_there\r\n3\r\n")) << ran.out;
  EXPECT_FALSE(shell.Exists("stolen.txt"));
}

TEST(SafeShell, StillAnswers) {
  DrivenShell shell;
  const DrivenShell::Outcome ran =
      shell.Run("warehouse.db --safe --format csv",
                "select login from dim_actors where actor_id = 1;\n"
                "select count(*) as n from _;\n"
                ".describe dim_actors\n.tables dim%\n.sample dim_actors 1\n"
                "pragma table_info(dim_actors);\n"
                "select name from pragma_table_info('dim_actors');\n"
                "select json_extract('{\"a\":1}', '$.a') as j;\n");
  EXPECT_EQ(ran.code, 0) << ran.err;
  EXPECT_TRUE(ran.out.starts_with("login\r\nada\r\nn\r\n1\r\n")) << ran.out;
}

TEST(SafeShell, SaysWhichLimitItMet) {
  DrivenShell shell;
  const std::string numbers =
      "with recursive n(i) as (select 1 union all select i + 1 from n) ";
  EXPECT_NE(shell
                .Run("warehouse.db --safe --safe-seconds 1",
                     numbers + "select count(*) from n;")
                .err.find("stopped after 1 seconds, the limit of --safe"),
            std::string::npos);
  const DrivenShell::Outcome rows =
      shell.Run("warehouse.db --safe --safe-rows 10 --format csv",
                numbers + "select i from n;");
  EXPECT_NE(rows.err.find("stopped after 10 rows, the limit of --safe"),
            std::string::npos)
      << rows.err;
  EXPECT_TRUE(rows.out.ends_with("\r\n10\r\n")) << rows.out;
  const DrivenShell::Outcome dump =
      shell.Run("warehouse.db --safe --safe-rows 3", ".dump\n");
  EXPECT_NE(dump.err.find("stopped after 3 rows"), std::string::npos);
  EXPECT_EQ(dump.out.find("COMMIT"), std::string::npos) << dump.out;
  EXPECT_NE(shell
                .Run("warehouse.db --safe --safe-seconds 1",
                     ".profile " + numbers + "select count(*) from n")
                .err.find("stopped after 1 seconds"),
            std::string::npos);
  EXPECT_NE(shell
                .Run("warehouse.db --safe",
                     numbers + "select count(distinct randomblob(100000)) from "
                               "(select i from n limit 5000);")
                .err.find("stopped at 256 MiB of memory, the limit of --safe"),
            std::string::npos);
}

TEST(SafeShell, ReadsNoFileOfThePerson) {
  DrivenShell shell;
  const DrivenShell::Outcome ran = shell.Run("warehouse.db --safe", ".history");
  EXPECT_EQ(ran.code, 0);
  EXPECT_FALSE(shell.Exists(".local"));
}

}  // namespace
}  // namespace learnsql
