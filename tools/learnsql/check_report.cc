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

void Member(std::string_view name, std::string* json) {
  if (json->back() != '{') *json += ",";
  AppendJsonText(name, json);
  *json += ":";
}

void TextMember(std::string_view name, std::string_view text,
                std::string* json) {
  Member(name, json);
  AppendJsonText(text, json);
}

void NumberMember(std::string_view name, int64_t number, std::string* json) {
  Member(name, json);
  *json += std::to_string(number);
}

void AppendCheck(const CheckOutcome& check, const std::string& now,
                 std::string* json) {
  *json += "{";
  TextMember("name", check.name, json);
  Member("passed", json);
  *json += check.outcome == "pass"   ? "true"
           : check.outcome == "fail" ? "false"
                                     : "null";
  TextMember("message", check.message.empty() ? check.outcome : check.message,
             json);
  TextMember("severity", Severity(check), json);
  TextMember("category", Category(check), json);
  Member("details", json);
  *json += "{";
  TextMember("outcome", check.outcome, json);
  TextMember("model", check.model, json);
  NumberMember("failing_count", check.failing_count, json);
  if (check.value) TextMember("value", *check.value, json);
  *json += "}";
  TextMember("timestamp", now, json);
  *json += "}";
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
  std::string json = "{";
  TextMember("timestamp", now, &json);
  Member("summary", &json);
  json += "{";
  NumberMember("total_checks", static_cast<int64_t>(outcomes.size()), &json);
  NumberMember("passed", all.passed, &json);
  NumberMember("failed", all.failed, &json);
  NumberMember("errors", all.errors, &json);
  NumberMember("warnings", all.warnings, &json);
  NumberMember("not_applicable", all.not_applicable, &json);
  json += "}";
  Member("checks", &json);
  json += "[";
  for (const CheckOutcome& check : outcomes) {
    if (json.back() != '[') json += ",";
    AppendCheck(check, now, &json);
  }
  json += "]";
  Member("by_category", &json);
  json += "{";
  for (const auto& [category, counts] : categories) {
    Member(category, &json);
    json += "{";
    NumberMember("passed", counts.passed, &json);
    NumberMember("failed", counts.failed, &json);
    json += "}";
  }
  return json + "}}\n";
}

}  // namespace learnsql
