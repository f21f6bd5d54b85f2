#pragma once

#include <span>
#include <string_view>

namespace learnsql {

// A table in which the warehouse keeps records about itself.
struct LsTable {
  std::string_view name;
  std::string_view ddl;  // one `create table ... strict` statement
};

// Every ls_* table, parents before children, in the form of the newest format
// version. Their comments are their documents; nothing in them needs a
// function of learnsql, so any sqlite3 shell reads them.
//
// Threads:  any thread.
// Lifetime: the whole process.
std::span<const LsTable> LsTables();

}  // namespace learnsql
