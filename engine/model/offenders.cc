#include "engine/model/offenders.h"

#include <algorithm>
#include <array>

#include "engine/model/json.h"
#include "engine/store/connection.h"

namespace learnsql {
namespace {

// How many keys a message shows.
constexpr int kKeysShown = 5;
// Longer keys are no keys that a person reads.
constexpr size_t kMostKeyBytes = 1024;

constexpr std::string_view kWriteSql = R"(
insert into ls_failure (
    model, rule, kind, key_json, row_json, cause, source_table, source_row_id,
    first_run_id, first_seen_at, last_run_id, last_seen_at
)
values (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9, ?10, ?9, ?10)
on conflict (model, rule, key_json) do update set
    row_json = excluded.row_json,
    cause = excluded.cause,
    kind = excluded.kind,
    source_table = excluded.source_table,
    source_row_id = excluded.source_row_id,
    state = 'open',
    closed_at = null,
    last_run_id = excluded.last_run_id,
    last_seen_at = excluded.last_seen_at)";

std::string After(const std::string& message, std::string_view mark) {
  const size_t at = message.find(mark);
  return at == std::string::npos ? "" : message.substr(at + mark.size());
}

// "m.a, m.b" without "m.".
std::string WithoutTable(std::string names, const std::string& table) {
  const std::string prefix = table + ".";
  for (size_t at = 0; (at = names.find(prefix, at)) != std::string::npos;) {
    names.erase(at, prefix.size());
  }
  return names;
}

std::string UniqueRule(const std::string& columns, const Model& model) {
  if (columns.starts_with("index '")) return columns;
  const bool primary = columns == JoinNames(model.PrimaryKey());
  return (primary ? "primary key (" : "unique (") + columns + ")";
}

std::string InsertSql(const Model& model) {
  std::string names;
  std::string marks;
  for (const std::string& column : model.StoredColumns()) {
    names += (names.empty() ? "" : ", ") + QuoteName(column);
    marks += marks.empty() ? "?" : ", ?";
  }
  return "insert into " + QuoteName(model.name) + " (" + names + ") values (" +
         marks + ")";
}

std::string ShortKey(const std::string& json) {
  if (json.size() > 2 && json.front() == '{') {
    return json.substr(1, json.size() - 2);
  }
  return json;
}

}  // namespace

int64_t Evidence::total() const {
  int64_t sum = 0;
  for (const auto& [rule, count] : counts) sum += count;
  return sum;
}

void Evidence::Add(Offender offender) {
  ++counts[offender.rule];
  if (static_cast<int64_t>(offenders.size()) < kMostRows) {
    offenders.push_back(std::move(offender));
  }
}

std::string Evidence::ToString() const {
  std::string text;
  for (const auto& [rule, count] : counts) {
    if (!text.empty()) text += "\n";
    text += model + " breaks '" + rule + "' in " + std::to_string(count) +
            (count == 1 ? " row: " : " rows: ");
    int shown = 0;
    for (const Offender& offender : offenders) {
      if (offender.rule != rule || shown == kKeysShown) continue;
      text += (shown++ == 0 ? "" : "; ") + ShortKey(offender.key);
    }
    if (count > shown) text += "; ...";
  }
  return text;
}

Status Evidence::ToStatus() const {
  return Status(Code::kGate,
                ToString() +
                    "\nnothing changed; the rows are in ls_failure: select "
                    "rule, cause, row_json from ls_failure where model = " +
                    QuoteText(model) + " and state = 'open'",
                {path});
}

bool BreaksRule(const Status& status) {
  return status.code() == Code::kConstraint ||
         status.message() == "datatype mismatch";
}

BrokenRule RuleOf(const std::string& message, const Model& model) {
  if (message.starts_with("NOT NULL")) {
    return {WithoutTable(After(message, ": "), model.name) + " not null",
            "not null"};
  }
  if (message.starts_with("CHECK")) return {After(message, ": "), "check"};
  if (message.starts_with("UNIQUE")) {
    return {UniqueRule(WithoutTable(After(message, ": "), model.name), model),
            "unique"};
  }
  if (message.starts_with("cannot store")) {
    return {
        WithoutTable(After(message, " column "), model.name) + " is " +
            message.substr(message.find(" in ") + 4,
                           message.find(" column ") - message.find(" in ") - 4),
        "type"};
  }
  if (message == "datatype mismatch") {
    return {JoinNames(model.PrimaryKey()) + " is INTEGER", "type"};
  }
  return {message, "check"};
}

Offender OffenderOf(const Statement& statement,
                    const std::vector<std::string>& key) {
  Offender offender;
  offender.row = "{";
  std::vector<std::string> parts(key.size());
  for (int i = 0; i < statement.column_count(); ++i) {
    const std::string_view name = statement.column_name(i);
    const Value value = statement.column(i);
    std::string member;
    AppendJsonText(name, &member);
    member += ":";
    AppendJsonValue(value, &member);
    for (size_t k = 0; k < key.size(); ++k) {
      if (EqualNames(key[k], name)) parts[k] = member;
    }
    if (name == "row_id" && value.kind == Value::Kind::kInteger) {
      offender.source_row_id = value.integer;
    }
    if (offender.row.size() + member.size() > Evidence::kMostRowBytes) continue;
    if (offender.row.size() > 1) offender.row += ",";
    offender.row += member;
  }
  offender.row += "}";
  offender.key = key.empty() ? offender.row : "{" + JoinNames(parts) + "}";
  if (offender.key.size() > kMostKeyBytes) offender.key.resize(kMostKeyBytes);
  return offender;
}

Result<Evidence> FindOffenders(Connection* connection, const Model& model,
                               Statement* select) {
  Evidence evidence(model.name, model.script->name());
  const std::vector<std::string> key = model.PrimaryKey();
  LEARNSQL_TRY_SET(Statement insert, connection->Prepare(InsertSql(model)));
  while (true) {
    LEARNSQL_TRY_SET(const bool row, select->Step());
    if (!row) return evidence;
    for (int i = 0; i < select->column_count(); ++i) {
      LEARNSQL_TRY(insert.Bind(i + 1, select->column(i)));
    }
    const Status inserted = insert.Run();
    if (inserted.ok()) continue;
    if (!BreaksRule(inserted)) return inserted;
    const BrokenRule broken = RuleOf(inserted.message(), model);
    Offender offender = OffenderOf(*select, key);
    offender.rule = broken.rule;
    offender.kind = broken.kind;
    offender.cause = inserted.message();
    evidence.Add(std::move(offender));
  }
}

Status WriteEvidence(Connection* connection, const Evidence& evidence,
                     int64_t run_id, const std::string& now) {
  LEARNSQL_TRY_SET(Statement write, connection->Prepare(kWriteSql));
  for (const Offender& o : evidence.offenders) {
    const bool sourced = !o.source_table.empty() && o.source_row_id != 0;
    LEARNSQL_TRY(write.BindAll(std::array{
        Value::Text(evidence.model), Value::Text(o.rule), Value::Text(o.kind),
        Value::Text(o.key), Value::Text(o.row), Value::Text(o.cause),
        sourced ? Value::Text(o.source_table) : Value::Null(),
        sourced ? Value::Integer(o.source_row_id) : Value::Null(),
        Value::Integer(run_id), Value::Text(now)}));
    LEARNSQL_TRY(write.Run());
  }
  return {};
}

}  // namespace learnsql
