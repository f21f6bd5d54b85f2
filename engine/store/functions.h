#pragma once

#include <cstdint>
#include <span>
#include <string>
#include <string_view>

#include "engine/base/status.h"

namespace learnsql {

class Connection;

// One SQL function that learnsql offers under Trino's name, with Trino's
// meaning. sql/functions.md is the users' manual of the same table.
struct FunctionSpec {
  enum class Kind : uint8_t {
    kScalar,
    kAggregate,  // over a window too
  };

  std::string_view name;
  int min_arguments = 0;
  int max_arguments = 0;  // -1: any number
  Kind kind = Kind::kScalar;
  // Stock SQLite 3.40 has the name with another meaning. Such a function
  // stands on the build's connection only, and nothing stored may call it: a
  // plain shell would compute another value.
  bool overrides = false;
  // The same arguments (the same rows, for an aggregate) give the same value.
  bool deterministic = true;
  std::string_view signature;  // "date_diff(unit, from, to) -> bigint"
  std::string_view document;   // one line
  // The definition that Trino needs before a statement that calls it, from
  // `function` to its last expression; empty where Trino has the function.
  // `sk` takes any number of arguments: see TrinoPrelude.
  std::string_view trino_prelude;

  // Whether a call with so many arguments is right. SQLite refuses others when
  // it prepares, but for the functions that take any number and for stock forms
  // of overridden names, such as date(x, '+1 day'): those are lint's to refuse.
  bool Takes(int arguments) const {
    return arguments >= min_arguments &&
           (max_arguments < 0 || arguments <= max_arguments);
  }
};

// All of them, by name.
//
// Threads: any thread.
std::span<const FunctionSpec> FunctionSpecs();

// nullptr when learnsql offers none of that name. Case does not matter.
const FunctionSpec* FindFunction(std::string_view name);

// What Trino needs before a statement that calls `spec` with `arguments`
// arguments; empty where it has the function. REQUIRES: spec.Takes(arguments).
std::string TrinoPrelude(const FunctionSpec& spec, int arguments);

enum class FunctionSet : uint8_t {
  kNewNames,  // those whose names stock SQLite 3.40 does not have
  kBuild,     // all: the overrides too
};

// Makes `connection` know the functions. Calls with bad arguments fail with
// "name: argument n ...". NULL in gives NULL out unless the manual says
// otherwise.
// Memory: an aggregate holds at most some 256 MiB a group, and says so when
// that is not enough.
// Errors: kBusy when a statement of the connection is running.
Status RegisterFunctions(Connection* connection, FunctionSet which);

// For fingerprints of what was computed with the functions: another text
// whenever one of them may give another value.
std::string FunctionsVersion();

}  // namespace learnsql
