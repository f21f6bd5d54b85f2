#pragma once

#include <string>

#include "engine/base/status.h"
#include "engine/store/connection.h"

namespace learnsql {

enum class DescribeForm {
  kText,     // for people
  kJson,     // one object; README.md has its members
  kMermaid,  // the lineage as a flowchart
};

// "text", "json", "mermaid". Errors: kUsage naming them.
Result<DescribeForm> ParseDescribeForm(const std::string& name);

// What the file's own records say of `name`, which is a table or view, one of
// their columns ("fct_events.actor_id"), or a source: meaning, columns, owner,
// freshness, checks, and where it comes from and goes to. Ends with a newline.
// Errors: kNotFound, with the nearest name, when the file has no such thing;
// kInvalid when the file has no records of its own.
Result<std::string> Describe(Connection* connection, const std::string& name,
                             DescribeForm form);

}  // namespace learnsql
