#include "tools/learnsql/project.h"

#include <fstream>

#include "tools/learnsql/settings.h"

namespace learnsql {
namespace {

constexpr std::string_view kModel =
    R"(-- dim_weekdays, version 1
-- One row per day of the week, Monday first, as ISO 8601 counts them.
-- owner: you

create table dim_weekdays (
    weekday     integer primary key,  -- 1 is Monday
    name        text    not null,
    is_weekend  integer not null  -- 1 for Saturday and Sunday
        constraint is_weekend_is_boolean check (is_weekend in (0, 1))
) strict;

with

weekdays (weekday, name) as (
    values
        (1, 'Monday'), (2, 'Tuesday'), (3, 'Wednesday'), (4, 'Thursday'),
        (5, 'Friday'), (6, 'Saturday'), (7, 'Sunday')
),

final as (
    select
        weekday,
        name,
        case when weekday > 5 then 1 else 0 end as is_weekend
    from weekdays
)

select * from final
)";

constexpr std::string_view kCheck =
    R"(-- check: a_week_has_seven_days
select count(*) as days
from dim_weekdays
having count(*) <> 7;
)";

constexpr std::string_view kView =
    R"(-- working_days, version 1
-- The days of the week on which people are expected to work.
-- owner: you

create view working_days (weekday, name) as
select
    weekday,
    name
from dim_weekdays
where is_weekend = 0
order by weekday
)";

constexpr std::string_view kCase =
    R"(-- Rows in, rows out: `learnsql test` runs this in memory.

-- case: weekends_are_no_working_days
given dim_weekdays:
weekday, name, is_weekend
1, Monday, 0
6, Saturday, 1

expect working_days in order:
weekday, name
1, Monday
)";

constexpr std::string_view kGitignore =
    "/warehouse.db*\n/landing/\n/logs/\n.env\n";

std::string IniText() {
  std::string text =
      "# The settings of this project. A key that is commented out has the\n"
      "# value shown; 'learnsql config show' prints what is in force and from\n"
      "# where. Secrets do not belong here: put them into .env beside it.\n";
  for (const SectionSpec& section : SectionSpecs()) {
    // A source is what has its section: all but the program's own wait for
    // their '#' to go.
    text += section.name == "learnsql" ? "\n[" : "\n#[";
    text += std::string(section.name) + (section.named ? ".NAME]\n" : "]\n");
    for (const SettingSpec& spec : section.keys) {
      text += "# " + std::string(spec.document) + "\n#" +
              std::string(spec.key) + " = " + std::string(spec.default_value) +
              "\n";
    }
  }
  return text;
}

Status WriteFile(const std::filesystem::path& path, std::string_view text) {
  std::error_code error;
  std::filesystem::create_directories(path.parent_path(), error);
  std::ofstream file(path, std::ios::binary);
  file << text;
  file.close();
  if (file) return {};
  return Status(Code::kIo, "cannot be written", {path.string()});
}

}  // namespace

std::optional<Project> FindProject(const std::filesystem::path& folder) {
  std::error_code ignored;  // a folder that cannot be looked into has none
  std::filesystem::path at = std::filesystem::absolute(folder, ignored);
  while (true) {
    if (std::filesystem::exists(at / "learnsql.ini", ignored)) {
      return Project{at};
    }
    if (!at.has_relative_path()) return std::nullopt;
    at = at.parent_path();
  }
}

Result<Project> OpenProject(const std::filesystem::path& folder) {
  std::error_code ignored;
  if (!std::filesystem::exists(folder / "learnsql.ini", ignored)) {
    return Status(Code::kUsage,
                  "no learnsql.ini in this folder; 'learnsql init " +
                      folder.string() + "' makes a project of it",
                  {folder.string()});
  }
  return Project{std::filesystem::absolute(folder).lexically_normal()};
}

Status WriteNewProject(const std::filesystem::path& folder) {
  std::error_code ignored;
  if (std::filesystem::exists(folder / "learnsql.ini", ignored)) {
    return Status(Code::kUsage, "this is a project already", {folder.string()});
  }
  LEARNSQL_TRY(WriteFile(folder / "sql/curated/dim_weekdays.sql", kModel));
  LEARNSQL_TRY(
      WriteFile(folder / "sql/curated/dim_weekdays.check.sql", kCheck));
  LEARNSQL_TRY(WriteFile(folder / "views/working_days.sql", kView));
  LEARNSQL_TRY(WriteFile(folder / "tests/cases/working_days.case", kCase));
  LEARNSQL_TRY(WriteFile(folder / ".gitignore", kGitignore));
  return WriteFile(folder / "learnsql.ini", IniText());
}

}  // namespace learnsql
