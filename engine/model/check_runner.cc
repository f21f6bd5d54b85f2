#include "engine/model/check_runner.h"

#include "engine/base/clock.h"
#include "engine/store/connection.h"

namespace learnsql {
namespace {

constexpr double kMicrosPerSecond = 1e6;

Status BindAsOf(const std::string& as_of, Statement* query) {
  for (int i = 1; i <= query->parameter_count(); ++i) {
    LEARNSQL_TRY(query->Bind(i, Value::Text(as_of)));
  }
  return {};
}

}  // namespace

Result<CheckOutcome> CheckRunner::Run(const Check& check) {
  CheckOutcome outcome;
  outcome.name = check.name;
  outcome.model = check.model;
  outcome.warn = check.warn;
  outcome.scope = check.scope == Check::Scope::kAll ? "all" : "touched";
  evidence_ = Evidence(check.model.empty() ? check.name : check.model,
                       check.script->name());
  if (!check.not_applicable.empty()) {
    outcome.outcome = "not applicable";
    outcome.message = check.not_applicable;
    return outcome;
  }
  const int64_t begin = clock_->MonotonicMicros();
  const Status asked = Ask(check, &outcome);
  if (!asked.ok()) {
    return asked.Annotate(check.name).At({check.script->name()});
  }
  outcome.seconds =
      static_cast<double>(clock_->MonotonicMicros() - begin) / kMicrosPerSecond;
  return outcome;
}

Status CheckRunner::Ask(const Check& check, CheckOutcome* outcome) {
  LEARNSQL_TRY_SET(Statement query, connection_->Prepare(check.query.sql));
  LEARNSQL_TRY(BindAsOf(as_of_, &query));
  while (true) {
    LEARNSQL_TRY_SET(const bool row, query.Step());
    if (!row) break;
    Offender offender = OffenderOf(query, {});
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

std::string FailureText(const CheckOutcome& outcome) {
  return outcome.message.empty() ? outcome.name : outcome.message;
}

}  // namespace learnsql
