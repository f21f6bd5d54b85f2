#include "engine/model/check_runner.h"

#include "engine/base/clock.h"
#include "engine/model/json.h"
#include "engine/model/model_sql.h"
#include "engine/store/connection.h"

namespace learnsql {
namespace {

Status BindParameters(std::string_view as_of, int64_t since_row,
                      Statement* query) {
  for (int i = 1; i <= query->parameter_count(); ++i) {
    const std::string_view name = query->parameter_name(i);
    const std::string_view moment =
        name == ":as_of_date" ? as_of.substr(0, 10) : as_of;
    LEARNSQL_TRY(query->Bind(i, name == ":since_row" ? Value::Integer(since_row)
                                                     : Value::Text(moment)));
  }
  return {};
}

// The measure stands for the row that there is none of: it is seen again as
// long as the check fails, whatever the value is then.
Offender MeasuredOffender(const Check& check, const CheckOutcome& outcome) {
  Offender offender;
  offender.rule = check.name;
  offender.kind = "data check";
  std::string what = "{\"measured\":";
  AppendJsonText(check.name, &what);
  offender.key = what + "}";
  offender.row = what + ",\"value\":";
  if (outcome.value) {
    AppendJsonText(*outcome.value, &offender.row);
  } else {
    offender.row += "null";
  }
  offender.row += "}";
  offender.cause = outcome.message;
  return offender;
}

}  // namespace

Result<CheckOutcome> CheckRunner::Run(const Check& check, const Range& range) {
  CheckOutcome outcome;
  outcome.name = check.name;
  outcome.model = check.model;
  outcome.warn = check.warn;
  outcome.info = check.info;
  outcome.category = check.category;
  const bool all =
      range.touched == nullptr && range.since_row == 0 && !range.changes;
  outcome.scope = all ? "all" : "touched";
  evidence_ = Evidence(check.model.empty() ? check.name : check.model,
                       check.script->name());
  if (!check.not_applicable.empty()) {
    outcome.outcome = "not applicable";
    outcome.message = check.not_applicable;
    return outcome;
  }
  const int64_t begin = clock_->MonotonicMicros();
  const Status asked = Ask(check, range, &outcome);
  if (!asked.ok()) {
    return asked.Annotate(check.name).At({check.script->name()});
  }
  outcome.seconds = clock_->SecondsSince(begin);
  return outcome;
}

Status CheckRunner::Ask(const Check& check, const Range& range,
                        CheckOutcome* outcome) {
  const std::string& whole = check.query.sql;
  LEARNSQL_TRY_SET(
      Statement query,
      connection_->Prepare(range.touched ? OverTouchedSql(*range.touched, whole)
                                         : whole));
  LEARNSQL_TRY(BindParameters(as_of_, range.since_row, &query));
  if (check.measures) return Measure(check, &query, outcome);
  return FindRows(check, &query, outcome);
}

Status CheckRunner::Measure(const Check& check, Statement* query,
                            CheckOutcome* outcome) {
  LEARNSQL_TRY_SET(const bool row, query->Step());
  const bool holds = row && query->integer(1) != 0;
  if (row && !query->is_null(0)) outcome->value = query->text(0);
  outcome->outcome = holds ? "pass" : "fail";
  outcome->failing_count = holds ? 0 : 1;
  if (holds) return {};
  outcome->message =
      outcome->name + ", but it is " + outcome->value.value_or("unknown");
  evidence_.Add(MeasuredOffender(check, *outcome));
  return {};
}

Status CheckRunner::FindRows(const Check& check, Statement* query,
                             CheckOutcome* outcome) {
  while (true) {
    LEARNSQL_TRY_SET(const bool row, query->Step());
    if (!row) break;
    Offender offender = OffenderOf(*query, {});
    offender.rule = check.name;
    offender.kind = "data check";
    offender.cause = check.document.empty() ? check.name : check.document;
    evidence_.Add(std::move(offender));
  }
  outcome->failing_count = evidence_.total();
  outcome->outcome = outcome->failing_count == 0 ? "pass" : "fail";
  if (outcome->failing_count > 0) outcome->message = evidence_.ToString();
  return {};
}

std::string_view SeverityName(const CheckOutcome& outcome) {
  if (!outcome.warn) return "error";
  return outcome.info ? "info" : "warn";
}

std::string FailureText(const CheckOutcome& outcome) {
  return outcome.message.empty() ? outcome.name : outcome.message;
}

}  // namespace learnsql
