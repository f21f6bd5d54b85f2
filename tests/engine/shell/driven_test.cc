#include "tests/engine/shell/driven.h"

#include <gtest/gtest.h>
#include <stdlib.h>
#include <sys/wait.h>

#include <filesystem>
#include <fstream>
#include <sstream>

#include "engine/store/connection.h"
#include "engine/store/ls_schema.h"

namespace learnsql {
namespace {

constexpr const char* kTables = R"(
create table dim_actors (actor_id integer primary key, login text not null);
create table fct_events (
    event_id integer primary key,
    actor_id integer references dim_actors (actor_id),
    type text not null,
    created_at text
);
create index fct_events__actor on fct_events (actor_id);
create view by_type (type, n) as
    select type, count(*) from fct_events group by type;
insert into dim_actors values (1, 'ada'), (2, 'grace'), (3, '日本');
insert into fct_events values
    (1, 1, 'Push', '2015-01-01T00:00:00Z'),
    (2, 1, 'Fork', '2015-01-01T01:00:00Z'),
    (3, 2, 'Push', null);
)";

constexpr const char* kDictionary = R"(
insert into ls_table (table_name, kind, document, owner, version, tags, path)
values
    ('dim_actors', 'table', 'Who did it.', 'data', 1, '', 'sql/dim_actors.sql'),
    ('fct_events', 'table', 'What happened.', 'data', 1, '', 'sql/fct_events.sql');
insert into ls_column (table_name, column_name, position, type, is_nullable,
    is_key, document, pii, distinct_estimate)
values
    ('dim_actors', 'login', 2, 'text', 0, 0, 'The name.', 'login', 3),
    ('fct_events', 'type', 3, 'text', 0, 0, 'The kind.', null, 2);
)";

}  // namespace

DrivenShell::DrivenShell() {
  std::string name =
      (std::filesystem::temp_directory_path() / "learnsql-XXXXXX").string();
  folder_ = mkdtemp(name.data());
  Result<Connection> db =
      Connection::Open(warehouse(), {.mode = Connection::Mode::kCreate});
  EXPECT_TRUE(db.ok());
  EXPECT_TRUE(db->Execute(kTables).ok());
  for (const LsTable& table : LsTables()) {
    EXPECT_TRUE(db->Execute(table.ddl).ok());
  }
  EXPECT_TRUE(db->Execute(kDictionary).ok());
}

DrivenShell::~DrivenShell() { std::filesystem::remove_all(folder_); }

DrivenShell::Outcome DrivenShell::Run(const std::string& arguments,
                                      const std::string& input) {
  Write("stdin", input);
  const std::string command = "cd " + folder_ + " && HOME=" + folder_ +
                              " " SHELL_DRIVER " " + arguments +
                              " < stdin > stdout 2> stderr";
  const int status = std::system(command.c_str());
  return {WIFEXITED(status) ? WEXITSTATUS(status) : -1, Read("stdout"),
          Read("stderr")};
}

std::string DrivenShell::Read(const std::string& name) const {
  std::ifstream file(Path(name));
  std::ostringstream text;
  text << file.rdbuf();
  return text.str();
}

void DrivenShell::Write(const std::string& name,
                        const std::string& text) const {
  std::ofstream(Path(name)) << text;
}

bool DrivenShell::Exists(const std::string& name) const {
  return std::filesystem::exists(Path(name));
}

}  // namespace learnsql
