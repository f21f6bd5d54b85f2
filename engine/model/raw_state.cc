#include "engine/model/raw_state.h"

#include <charconv>

#include "engine/base/sha256.h"
#include "engine/store/connection.h"

namespace learnsql {
namespace {

constexpr std::string_view kTableExistsSql =
    "select 1 from sqlite_schema where type = 'table' and name = ?1";

std::string SeekSql(const std::string& table) {
  return "select rowid from " + QuoteName(table) +
         " where rowid >= ?1 order by rowid limit 1";
}

// Enough to tell sets of loads of one table apart.
constexpr size_t kLoadsHashDigits = 16;

}  // namespace

std::string RawState::ToString() const {
  return std::to_string(last_load) + ":" + std::to_string(load_count) + ":" +
         loads_hash;
}

RawState RawState::Parse(const std::string& text) {
  RawState state;
  const char* const end = text.data() + text.size();
  auto at = std::from_chars(text.data(), end, state.last_load);
  if (at.ec != std::errc() || at.ptr == end || *at.ptr != ':') return {};
  at = std::from_chars(at.ptr + 1, end, state.load_count);
  if (at.ec != std::errc() || at.ptr == end || *at.ptr != ':') return {};
  state.loads_hash.assign(at.ptr + 1, end);
  return state;
}

Result<std::vector<int64_t>> ReadLoads(Connection* connection,
                                       const std::string& table,
                                       int64_t after) {
  std::vector<int64_t> loads;
  const Value name = Value::Text(table);
  LEARNSQL_TRY_SET(const std::optional<int64_t> exists,
                   connection->QueryInteger(kTableExistsSql, {&name, 1}));
  if (!exists) return loads;
  LEARNSQL_TRY_SET(Statement seek, connection->Prepare(SeekSql(table)));
  int64_t from = FirstRowAfter(after);
  while (true) {
    LEARNSQL_TRY(seek.Bind(1, Value::Integer(from)));
    LEARNSQL_TRY_SET(const bool row, seek.Step());
    if (!row) return loads;
    loads.push_back(seek.integer(0) >> kLoadShift);
    seek.Reset();
    from = FirstRowAfter(loads.back());
  }
}

RawState StateOfLoads(const std::vector<int64_t>& loads, int64_t up_to,
                      RawState before) {
  RawState state = std::move(before);
  for (const int64_t load : loads) {
    if (load > up_to) break;
    state.last_load = load;
    ++state.load_count;
    state.loads_hash =
        Sha256::HexOf(state.loads_hash + "," + std::to_string(load))
            .substr(0, kLoadsHashDigits);
  }
  return state;
}

int64_t LastLoadOf(const std::string& ledger) {
  const size_t colon = ledger.find(':');
  int64_t last = 0;
  if (colon != std::string::npos) {
    std::from_chars(ledger.data() + colon + 1, ledger.data() + ledger.size(),
                    last);
  }
  return last;
}

int64_t FirstRowAfter(int64_t load) { return (load + 1) << kLoadShift; }

}  // namespace learnsql
