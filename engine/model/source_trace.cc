#include "engine/model/source_trace.h"

#include <algorithm>
#include <array>

#include "engine/model/model_sql.h"
#include "engine/store/connection.h"

namespace learnsql {
namespace {

constexpr const char* kKeysTable = "ls_keys";
constexpr const char* kNumber = "ls_number";

constexpr std::string_view kHeldSql = R"(
select failure_id, key_json
from ls_failure
where model = ?1 and kind = 'quarantine' and last_run_id = ?2
    and source_row_id is null
limit ?3)";

constexpr std::string_view kSourceSql =
    "update ls_failure set source_table = ?1, source_row_id = ?2 where "
    "failure_id = ?3";

// What to look for where; no view when it cannot be told.
struct Trail {
  const Model* view = nullptr;
  std::string raw_table;
};

Trail FindTrail(const ModelSet& set, const Model& model) {
  std::vector<std::string> raw;
  for (const std::string& name : model.raw_reads) {
    if (set.FindRaw(name) != nullptr) raw.push_back(name);
  }
  const std::vector<std::string> key = model.PrimaryKey();
  if (raw.size() != 1 || key.empty()) return {};
  for (const std::string& name : model.reads) {
    const Model* const view = set.Find(name);
    if (view == nullptr || view->kind != ModelKind::kStaging) continue;
    const bool has_key =
        std::all_of(key.begin(), key.end(), [view](const std::string& column) {
          return view->FindColumn(column) != nullptr;
        });
    if (has_key && view->FindColumn("row_id") != nullptr) {
      return {view, raw.front()};
    }
  }
  return {};
}

// Looks many keys up in one pass over a staging view.
class Tracer {
 public:
  Tracer(Connection* connection, const Model& model, const Trail& trail)
      : connection_(connection), key_(model.PrimaryKey()), trail_(trail) {}

  Status Begin() {
    std::vector<std::string> columns = {kNumber};
    columns.insert(columns.end(), key_.begin(), key_.end());
    LEARNSQL_TRY(connection_->Execute(DropTempSql(kKeysTable)));
    LEARNSQL_TRY(connection_->Execute(MakeTempSql(kKeysTable, columns)));
    return connection_->Execute("create index temp.ls_keys__key on ls_keys (" +
                                QuotedList(key_) + ")");
  }

  Status Add(int64_t number, const std::string& key_json) {
    std::string members;
    for (const std::string& column : key_) {
      members += ", ?2 ->> " + QuoteText("$." + QuoteName(column));
    }
    return connection_->Execute(
        "insert into temp.ls_keys select ?1" + members,
        std::array{Value::Integer(number), Value::Text(key_json)});
  }

  // Calls `found` with the number and the first raw row of each key.
  template <typename Found>
  Status Run(int64_t since_row, const Found& found) {
    std::string joined;
    for (const std::string& column : key_) {
      joined += " and k." + QuoteName(column) + " = s." + QuoteName(column);
    }
    // `cross join` keeps the long side outside and the index inside.
    LEARNSQL_TRY_SET(
        Statement rows,
        connection_->Prepare("select k.ls_number, min(s.row_id) from " +
                             QuoteName(trail_.view->name) +
                             " as s cross join temp.ls_keys as k where "
                             "s.row_id >= ?1" +
                             joined + " group by k.ls_number"));
    LEARNSQL_TRY(rows.Bind(1, Value::Integer(since_row)));
    while (true) {
      LEARNSQL_TRY_SET(const bool row, rows.Step());
      if (!row) return {};
      LEARNSQL_TRY(found(rows.integer(0), rows.integer(1)));
    }
  }

  Status End() { return connection_->Execute(DropTempSql(kKeysTable)); }

 private:
  Connection* connection_;
  std::vector<std::string> key_;
  const Trail& trail_;
};

}  // namespace

Status TraceSources(Connection* connection, const ModelSet& set,
                    const Model& model, int64_t since_row, Evidence* evidence) {
  const Trail trail = FindTrail(set, model);
  if (trail.view == nullptr || evidence->offenders.empty()) return {};
  Tracer tracer(connection, model, trail);
  LEARNSQL_TRY(tracer.Begin());
  for (size_t i = 0; i < evidence->offenders.size(); ++i) {
    LEARNSQL_TRY(
        tracer.Add(static_cast<int64_t>(i), evidence->offenders[i].row));
  }
  LEARNSQL_TRY(tracer.Run(since_row, [&](int64_t number, int64_t row_id) {
    Offender& offender = evidence->offenders[static_cast<size_t>(number)];
    offender.source_table = trail.raw_table;
    offender.source_row_id = row_id;
    return Status();
  }));
  return tracer.End();
}

Status TraceQuarantine(Connection* connection, const ModelSet& set,
                       const Model& model, int64_t since_row, int64_t run_id) {
  const Trail trail = FindTrail(set, model);
  if (trail.view == nullptr) return {};
  Tracer tracer(connection, model, trail);
  LEARNSQL_TRY(tracer.Begin());
  {
    LEARNSQL_TRY_SET(Statement held, connection->Prepare(kHeldSql));
    LEARNSQL_TRY(
        held.BindAll(std::array{Value::Text(model.name), Value::Integer(run_id),
                                Value::Integer(Evidence::kMostRows)}));
    while (true) {
      LEARNSQL_TRY_SET(const bool row, held.Step());
      if (!row) break;
      LEARNSQL_TRY(tracer.Add(held.integer(0), std::string(held.text(1))));
    }
  }
  LEARNSQL_TRY(tracer.Run(since_row, [&](int64_t failure, int64_t row_id) {
    return connection->Execute(
        kSourceSql,
        std::array{Value::Text(trail.raw_table), Value::Integer(row_id),
                   Value::Integer(failure)});
  }));
  return tracer.End();
}

}  // namespace learnsql
