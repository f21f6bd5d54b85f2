#include "tools/learnsql/check_report.h"

#include <map>

#include "engine/model/json.h"

namespace learnsql {
namespace {

struct Counts {
  int64_t passed = 0;
  int64_t failed = 0;
  int64_t errors = 0;
  int64_t warnings = 0;
  int64_t not_applicable = 0;
};

std::string Severity(const CheckOutcome& check) {
  if (!check.warn) return "error";
  return check.info ? "info" : "warning";
}

std::string Category(const CheckOutcome& check) {
  return check.category.empty() ? "other" : check.category;
}

void Count(const CheckOutcome& check, Counts* counts) {
  if (check.outcome == "pass") {
    ++counts->passed;
  } else if (check.outcome == "fail") {
    ++counts->failed;
    ++(check.warn ? counts->warnings : counts->errors);
  } else {
    ++counts->not_applicable;
  }
}

void AppendCheck(const CheckOutcome& check, const std::string& now,
                 std::string* json) {
  JsonList object('{', '}', json);
  object.Text("name", check.name);
  *object.Member("passed") += check.outcome == "pass"   ? "true"
                              : check.outcome == "fail" ? "false"
                                                        : "null";
  object.Text("message", check.message.empty() ? check.outcome : check.message);
  object.Text("severity", Severity(check));
  object.Text("category", Category(check));
  {
    JsonList details('{', '}', object.Member("details"));
    details.Text("outcome", check.outcome);
    details.Text("model", check.model);
    details.Integer("failing_count", check.failing_count);
    if (check.value) details.Text("value", *check.value);
  }
  object.Text("timestamp", now);
}

void AppendSummary(const Counts& all, size_t checks, std::string* json) {
  JsonList object('{', '}', json);
  object.Integer("total_checks", static_cast<int64_t>(checks));
  object.Integer("passed", all.passed);
  object.Integer("failed", all.failed);
  object.Integer("errors", all.errors);
  object.Integer("warnings", all.warnings);
  object.Integer("not_applicable", all.not_applicable);
}

}  // namespace

std::string CheckReportJson(const std::vector<CheckOutcome>& outcomes,
                            const std::string& now) {
  Counts all;
  std::map<std::string, Counts> categories;
  for (const CheckOutcome& check : outcomes) {
    Count(check, &all);
    Count(check, &categories[Category(check)]);
  }
  std::string json;
  {
    JsonList object('{', '}', &json);
    object.Text("timestamp", now);
    AppendSummary(all, outcomes.size(), object.Member("summary"));
    AppendJsonArray(
        outcomes,
        [&](const CheckOutcome& check, std::string* out) {
          AppendCheck(check, now, out);
        },
        object.Member("checks"));
    JsonList by_category('{', '}', object.Member("by_category"));
    for (const auto& [category, counts] : categories) {
      JsonList one('{', '}', by_category.Member(category));
      one.Integer("passed", counts.passed);
      one.Integer("failed", counts.failed);
    }
  }
  return json + "\n";
}

}  // namespace learnsql
