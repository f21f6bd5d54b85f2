#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "engine/query/guard.h"
#include "engine/store/connection.h"

namespace learnsql {

// The names of a file, for completion.
struct Catalog {
  struct Table {
    std::string name;
    bool is_view = false;
    std::vector<std::string> columns;
  };
  // child.columns[i] references parent.parent_columns[i].
  struct ForeignKey {
    std::string child;
    std::string parent;
    std::vector<std::string> columns;
    std::vector<std::string> parent_columns;
  };
  struct Function {
    std::string name;
    int arguments = 0;  // -1: any number
  };

  std::vector<Table> tables;  // by name
  std::vector<ForeignKey> foreign_keys;
  std::vector<Function> functions;  // by name, with each number of arguments

  // Null when there is none; ASCII case does not matter.
  const Table* Find(std::string_view name) const;
};

// Reads the catalog when it is first asked for, and again when the schema has
// changed since.
//
// Threads:  those of the connection.
// Lifetime: borrows the connection and the guard.
class CatalogReader {
 public:
  CatalogReader(Connection* connection, Guard* guard)
      : connection_(connection), guard_(guard) {}

  // What could not be read is missing from it: completion never fails.
  const Catalog& Read();

 private:
  Connection* const connection_;
  Guard* const guard_;
  Catalog catalog_;
  std::pair<int64_t, int64_t> version_ = {-1, -1};  // of main and temp
};

}  // namespace learnsql
