#include <array>
#include <charconv>
#include <iostream>

#include "engine/base/log.h"
#include "engine/load/ledger.h"
#include "engine/load/slice_load.h"
#include "engine/store/warehouse.h"
#include "tools/learnsql/command.h"
#include "tools/learnsql/sources.h"

namespace learnsql {
namespace {

// A row of a raw table: the place of its record.
struct Origin {
  int64_t load_id = 0;
  uint64_t source_offset = 0;
};

// Which raw table and column a table's key is the key of.
struct Route {
  std::string_view table;
  std::string_view raw_table;
  std::string_view column;
  std::string_view source;
};
constexpr std::array<Route, 2> kRoutes = {
    Route{"fct_github_events", "raw_gharchive__events", "event_id",
          "gharchive"},
    Route{"raw_gharchive__events", "raw_gharchive__events", "event_id",
          "gharchive"}};

Result<Route> FindRoute(const std::string& table) {
  std::string known;
  for (const Route& route : kRoutes) {
    if (route.table == table) return route;
    known += (known.empty() ? "" : ", ") + std::string(route.table);
  }
  return Status(Code::kUsage, "the records behind '" + table +
                                  "' are not known; there is: " + known);
}

Result<int64_t> ParseKey(const std::string& text) {
  int64_t key = 0;
  const char* const end = text.data() + text.size();
  const auto [stop, error] = std::from_chars(text.data(), end, key);
  if (error == std::errc() && stop == end) return key;
  return Status(Code::kUsage, "the key '" + text + "' is no number");
}

// Every row of that key: copies in neighbouring files, and ids used twice.
Result<std::vector<Origin>> FindOrigins(Connection* connection,
                                        const Route& route, int64_t key) {
  LEARNSQL_TRY_SET(
      const std::optional<int64_t> there,
      connection->QueryInteger("select 1 from sqlite_schema where name = ?",
                               std::array{Value::Text(route.raw_table)}));
  if (!there) {
    return Status(Code::kNotFound, "nothing of " + std::string(route.source) +
                                       " is loaded yet; 'learnsql sync' does");
  }
  LEARNSQL_TRY_SET(
      Statement find,
      connection->Prepare("select row_id, source_offset from " +
                          QuoteName(route.raw_table) + " where " +
                          QuoteName(route.column) + " = ? order by row_id"));
  LEARNSQL_TRY(find.Bind(1, Value::Integer(key)));
  std::vector<Origin> origins;
  while (true) {
    LEARNSQL_TRY_SET(const bool row, find.Step());
    if (!row) return origins;
    origins.push_back({find.integer(0) >> RawWriter::kSequenceBits,
                       static_cast<uint64_t>(find.integer(1))});
  }
}

// Prints the record to stdout, and where it is from to stderr.
Status Show(const Origin& origin, Ledger* ledger, Source* source) {
  LEARNSQL_TRY_SET(const std::optional<SliceRecord> known,
                   ledger->FindLoad(origin.load_id));
  if (!known) {
    return Status(Code::kNotFound, "load " + std::to_string(origin.load_id) +
                                       " is not in the ledger any more");
  }
  LEARNSQL_TRY_SET(const std::string record,
                   source->FindRecord(*known, origin.source_offset));
  Log(LogLevel::kInfo,
      known->slice.name + ", byte " + std::to_string(origin.source_offset) +
          " of its content, load " + std::to_string(origin.load_id) +
          ", SHA-256 " + known->sha256);
  std::cout << record << "\n";
  return {};
}

Status RunWhereFrom(const Invocation& call) {
  if (call.arguments.size() != 2) {
    return Status(Code::kUsage,
                  "say the table and the key: 'learnsql where-from "
                  "fct_github_events 2489651045'");
  }
  LEARNSQL_TRY_SET(const Route route, FindRoute(call.arguments[0]));
  LEARNSQL_TRY_SET(const int64_t key, ParseKey(call.arguments[1]));
  LEARNSQL_TRY_SET(const ConfiguredSource configured,
                   OpenSource(call, std::string(route.source)));
  LEARNSQL_TRY_SET(Connection connection,
                   OpenReadOnly(call.warehouse, call.cancel));
  LEARNSQL_TRY_SET(const std::vector<Origin> origins,
                   FindOrigins(&connection, route, key));
  if (origins.empty()) {
    return Status(Code::kNotFound, "no row has " + std::string(route.column) +
                                       " " + call.arguments[1]);
  }
  Ledger ledger(&connection, std::string(route.source));
  for (const Origin& origin : origins) {
    LEARNSQL_TRY(Show(origin, &ledger, configured.source.get()));
  }
  return {};
}

}  // namespace

const Command kWhereFromCommand = {
    .name = "where-from",
    .arguments = "TABLE KEY",
    .summary = "the source record behind a row",
    .help =
        "Prints every record of that key as it stands in the source's file, "
        "once the file's\nhash has shown that it is the one that was loaded. "
        "A file that is gone is fetched again.",
    .max_arguments = 2,
    .run = RunWhereFrom,
};

}  // namespace learnsql
