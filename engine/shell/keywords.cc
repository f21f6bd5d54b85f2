#include "engine/shell/keywords.h"

#include <algorithm>
#include <string>

#include "engine/query/loose_tokens.h"

namespace learnsql {
namespace {

// By name: they are searched by halves.
constexpr std::string_view kKeywords[] = {"all",
                                          "alter",
                                          "analyze",
                                          "and",
                                          "as",
                                          "asc",
                                          "begin",
                                          "between",
                                          "by",
                                          "case",
                                          "cast",
                                          "check",
                                          "collate",
                                          "commit",
                                          "constraint",
                                          "create",
                                          "cross",
                                          "current_date",
                                          "current_timestamp",
                                          "default",
                                          "delete",
                                          "desc",
                                          "distinct",
                                          "drop",
                                          "else",
                                          "end",
                                          "escape",
                                          "except",
                                          "exists",
                                          "explain",
                                          "filter",
                                          "foreign",
                                          "from",
                                          "full",
                                          "glob",
                                          "group",
                                          "having",
                                          "in",
                                          "index",
                                          "inner",
                                          "insert",
                                          "intersect",
                                          "into",
                                          "is",
                                          "isnull",
                                          "join",
                                          "key",
                                          "left",
                                          "like",
                                          "limit",
                                          "materialized",
                                          "natural",
                                          "not",
                                          "notnull",
                                          "null",
                                          "nulls",
                                          "offset",
                                          "on",
                                          "or",
                                          "order",
                                          "outer",
                                          "over",
                                          "partition",
                                          "plan",
                                          "pragma",
                                          "primary",
                                          "query",
                                          "recursive",
                                          "references",
                                          "replace",
                                          "returning",
                                          "right",
                                          "rollback",
                                          "select",
                                          "set",
                                          "strict",
                                          "table",
                                          "temp",
                                          "then",
                                          "union",
                                          "unique",
                                          "update",
                                          "using",
                                          "values",
                                          "view",
                                          "when",
                                          "where",
                                          "window",
                                          "with",
                                          "without"};

}  // namespace

std::span<const std::string_view> SqlKeywords() { return kKeywords; }

bool IsSqlKeyword(std::string_view word) {
  return std::binary_search(std::begin(kKeywords), std::end(kKeywords),
                            std::string_view(LowerName(word)));
}

}  // namespace learnsql
