#include "engine/model/quarantine.h"

#include <array>
#include <charconv>
#include <vector>

#include "engine/model/json.h"
#include "engine/model/model_sql.h"
#include "engine/store/connection.h"

namespace learnsql {
namespace {

constexpr const char* kOrphans = "ls_orphans";

constexpr std::string_view kHoldSql = R"(
insert into ls_failure (
    model, rule, kind, key_json, row_json, cause, first_run_id, first_seen_at,
    last_run_id, last_seen_at
)
values (?1, ?2, 'quarantine', ?3, ?4, ?5, ?6, ?7, ?6, ?7)
on conflict (model, rule, key_json) do update set
    row_json = excluded.row_json,
    kind = excluded.kind,
    state = 'open',
    closed_at = null,
    last_run_id = excluded.last_run_id,
    last_seen_at = excluded.last_seen_at)";

constexpr std::string_view kWaitingSql =
    " from ls_failure where model = ?1 and kind = 'quarantine' and state = "
    "'open'";

std::string PathOf(const std::string& column) {
  return QuoteText("$." + QuoteName(column));
}

// One JSON member as its type, its JSON text and its SQL value.
std::string MemberSql(const std::string& column) {
  const std::string path = PathOf(column);
  return "json_type(row_json, " + path + "), row_json -> " + path +
         ", row_json ->> " + path;
}

std::string BytesOfHex(std::string_view hex) {
  std::string bytes;
  for (size_t i = 0; i + 1 < hex.size(); i += 2) {
    int byte = 0;
    std::from_chars(hex.data() + i, hex.data() + i + 2, byte, 16);
    bytes.push_back(static_cast<char>(byte));
  }
  return bytes;
}

// Binds the member at columns 3i to 3i+2 of `row`, as AppendJsonValue wrote it.
Status BindMember(const Statement& row, int i, std::string* blob,
                  Statement* insert) {
  const std::string_view type = row.text(3 * i);
  const std::string_view json = row.text(3 * i + 1);
  if (type == "real") {
    double value = 0;
    std::from_chars(json.data(), json.data() + json.size(), value);
    return insert->Bind(i + 1, Value::Real(value));
  }
  if (type == "object") {
    constexpr std::string_view kHead = "{\"blob\":\"";
    *blob =
        BytesOfHex(json.substr(kHead.size(), json.size() - kHead.size() - 2));
    return insert->Bind(i + 1, Value::Blob(*blob));
  }
  return insert->Bind(i + 1, row.column(3 * i + 2));
}

std::string PutBackSql(const Model& model) {
  std::string marks;
  const std::vector<std::string> columns = model.StoredColumns();
  for (size_t i = 0; i < columns.size(); ++i) marks += i == 0 ? "?" : ", ?";
  return "insert or ignore into " + QuoteName(model.name) + " (" +
         QuotedList(columns) + ") values (" + marks + ")";
}

// The waiting rows' keys, from their JSON.
std::string TouchWaitingSql(const Model& model) {
  std::string members;
  for (const std::string& column : FoldKey(model)) {
    members +=
        (members.empty() ? "" : ", ") + ("row_json ->> " + PathOf(column));
  }
  return "insert into temp." + QuoteName(TouchedTable(model)) + " select " +
         members + std::string(kWaitingSql);
}

std::string CloseSql(const Model& model) {
  std::string there;
  for (const std::string& column : model.PrimaryKey()) {
    there += (there.empty() ? "" : " and ") + ("m." + QuoteName(column)) +
             " = row_json ->> " + PathOf(column);
  }
  return "update ls_failure set closed_at = ?3, state = case when exists "
         "(select 1 from main." +
         QuoteName(model.name) + " as m where " + there +
         ") then 'released' else 'gone' end where model = ?1 and kind = "
         "'quarantine' and state = 'open' and last_run_id < ?2";
}

std::string WholeRow(const Statement& row) {
  std::string json;
  {
    JsonList object('{', '}', &json);
    for (int i = 0; i < row.column_count(); ++i) {
      AppendJsonValue(row.column(i), object.Member(row.column_name(i)));
    }
  }
  return json;
}

std::string KeyOf(const Statement& row, const std::vector<std::string>& key) {
  std::string json;
  {
    JsonList object('{', '}', &json);
    for (int i = 0; i < row.column_count(); ++i) {
      const std::string_view name = row.column_name(i);
      for (const std::string& column : key) {
        if (!EqualNames(column, name)) continue;
        AppendJsonValue(row.column(i), object.Member(name));
      }
    }
  }
  return json;
}

}  // namespace

Result<int64_t> Quarantine::PutBack(const Model& model) {
  std::string members;
  const std::vector<std::string> columns = model.StoredColumns();
  for (const std::string& column : columns) {
    members += (members.empty() ? "" : ", ") + MemberSql(column);
  }
  const std::array name{Value::Text(model.name)};
  LEARNSQL_TRY(connection_->Execute(TouchWaitingSql(model), name));
  LEARNSQL_TRY_SET(
      Statement rows,
      connection_->Prepare("select " + members + std::string(kWaitingSql)));
  LEARNSQL_TRY(rows.BindAll(name));
  LEARNSQL_TRY_SET(Statement insert, connection_->Prepare(PutBackSql(model)));
  std::vector<std::string> blobs(columns.size());
  for (int64_t count = 0;; ++count) {
    LEARNSQL_TRY_SET(const bool row, rows.Step());
    if (!row) return count;
    for (size_t i = 0; i < columns.size(); ++i) {
      LEARNSQL_TRY(BindMember(rows, static_cast<int>(i), &blobs[i], &insert));
    }
    LEARNSQL_TRY(insert.Run());
  }
}

Result<int64_t> Quarantine::HoldBack(const Model& model, const ForeignKey& key,
                                     const std::string& child) {
  const std::string list = QuotedList(model.PrimaryKey());
  LEARNSQL_TRY(
      connection_->Execute(MakeTempSql(kOrphans, model.StoredColumns())));
  LEARNSQL_TRY(connection_->Execute("insert into temp.ls_orphans " +
                                    OrphansSql(model, key, child)));
  LEARNSQL_TRY_SET(const int64_t count, WriteOrphans(model, key));
  LEARNSQL_TRY(connection_->Execute(
      "delete from main." + QuoteName(model.name) + " where (" + list +
      ") in (select " + list + " from temp.ls_orphans)"));
  LEARNSQL_TRY(connection_->Execute(DropTempSql(kOrphans)));
  return count;
}

Result<int64_t> Quarantine::WriteOrphans(const Model& model,
                                         const ForeignKey& key) {
  const std::string rule = key.Rule();
  const std::string cause = "no row of " + key.parent + " has this (" +
                            JoinNames(key.parent_columns) + ") yet";
  LEARNSQL_TRY_SET(Statement rows,
                   connection_->Prepare("select * from temp.ls_orphans"));
  LEARNSQL_TRY_SET(Statement hold, connection_->Prepare(kHoldSql));
  for (int64_t count = 0;; ++count) {
    LEARNSQL_TRY_SET(const bool row, rows.Step());
    if (!row) return count;
    const std::string row_json = WholeRow(rows);
    const std::string key_json = KeyOf(rows, model.PrimaryKey());
    LEARNSQL_TRY(hold.BindAll(std::array{
        Value::Text(model.name), Value::Text(rule), Value::Text(key_json),
        Value::Text(row_json), Value::Text(cause), Value::Integer(run_id_),
        Value::Text(now_)}));
    LEARNSQL_TRY(hold.Run());
  }
}

Result<int64_t> Quarantine::Close(const Model& model) {
  LEARNSQL_TRY(connection_->Execute(
      CloseSql(model), std::array{Value::Text(model.name),
                                  Value::Integer(run_id_), Value::Text(now_)}));
  LEARNSQL_TRY_SET(
      const std::optional<int64_t> released,
      connection_->QueryInteger(
          "select count(*) from ls_failure where model = ?1 and kind = "
          "'quarantine' and state = 'released' and closed_at = ?2",
          std::array{Value::Text(model.name), Value::Text(now_)}));
  return released.value_or(0);
}

}  // namespace learnsql
