#include "tools/learnsql/refresh_settings.h"

#include <algorithm>
#include <array>
#include <charconv>
#include <optional>

#include "engine/base/suggest.h"
#include "engine/model/header.h"
#include "engine/store/connection.h"
#include "tools/learnsql/sources.h"

namespace learnsql {
namespace {

constexpr std::string_view kSection = "refresh";
constexpr int64_t kHour = 3600;

std::optional<int64_t> ReadNumber(std::string_view text) {
  int64_t number = 0;
  const char* const end = text.data() + text.size();
  const auto [stop, error] = std::from_chars(text.data(), end, number);
  if (error != std::errc() || stop != end || number < 0) return {};
  return number;
}

struct Gate {
  std::string name;  // of a table, or of a source
  std::string value;
};

// "NAME: VALUE, NAME: VALUE".
Result<std::vector<Gate>> ReadGates(const Settings& settings,
                                    std::string_view key,
                                    const std::string& form) {
  std::vector<Gate> gates;
  for (const std::string& part : SplitList(settings.Get(kSection, key))) {
    const size_t colon = std::min(part.find(':'), part.size());
    Gate gate{TrimBlanks(part.substr(0, colon)), ""};
    if (colon < part.size()) gate.value = TrimBlanks(part.substr(colon + 1));
    if (gate.name.empty() || gate.value.empty()) {
      return settings.Wrong(kSection, key, "write " + form);
    }
    gates.push_back(std::move(gate));
  }
  return gates;
}

// "6h" or "2d" before now, or a moment itself.
std::optional<int64_t> ReadLimit(const std::string& text, int64_t now) {
  constexpr int64_t kMostHours = 24 * 36525;
  const std::string_view digits(text.data(), text.size() - 1);
  const char unit = text.back();
  if (unit != 'h' && unit != 'd') return ParseUtc(text);
  const std::optional<int64_t> number = ReadNumber(digits);
  const int64_t hours = unit == 'h' ? 1 : 24;
  if (!number || *number > kMostHours / hours) return {};
  return now - *number * hours * kHour;
}

// A check that measures, as `-- expect:` makes them.
Result<Check> MakeGate(const std::string& name, std::string reads,
                       const std::string& sql) {
  LEARNSQL_TRY_SET(SqlText script, SqlText::Make("learnsql.ini", sql));
  Check check;
  check.name = name;
  check.script = std::make_shared<const SqlText>(std::move(script));
  check.query.sql = sql;
  check.measures = true;
  check.expectation = true;
  check.reads = {std::move(reads)};
  return check;
}

Status AddMinRows(const Settings& settings, ModelSet* models) {
  LEARNSQL_TRY_SET(const std::vector<Gate> gates,
                   ReadGates(settings, "min_rows", "TABLE: ROWS, ..."));
  for (const Gate& gate : gates) {
    const Model* const model = models->Find(gate.name);
    if (model == nullptr) {
      return settings.Wrong(kSection, "min_rows",
                            "there is no '" + gate.name + "'" +
                                DidYouMean(gate.name, models->ObjectNames()));
    }
    const std::optional<int64_t> rows = ReadNumber(gate.value);
    if (!rows) {
      return settings.Wrong(kSection, "min_rows",
                            "'" + gate.value + "' is no number of rows");
    }
    const std::string least = std::to_string(*rows);
    LEARNSQL_TRY_SET(
        Check check,
        MakeGate("min_rows " + model->name + ": " + least, model->name,
                 "select count(*), count(*) >= " + least + " from " +
                     QuoteName(model->name)));
    models->checks.push_back(std::move(check));
  }
  return {};
}

// A source is complete through the start of its first slice that is still to
// come, else through the end of its newest. What the source itself does not
// have is no hole.
std::string CompleteSql(const std::string& source, int64_t limit) {
  return "select through, through >= " + QuoteText(FormatUtc(limit)) +
         " from (select coalesce(min(case when state in ('expected', "
         "'running', 'failed') then slice_start end), max(slice_end), '') as "
         "through from ls_slice where source = " +
         QuoteText(source) + ")";
}

Status AddCompleteThrough(const Invocation& call, int64_t now,
                          ModelSet* models) {
  const Settings& settings = call.settings;
  LEARNSQL_TRY_SET(const std::vector<Gate> gates,
                   ReadGates(settings, "complete_through", "SOURCE: 6h, ..."));
  const std::vector<std::string> sources = SourceNames(call);
  for (const Gate& gate : gates) {
    if (std::find(sources.begin(), sources.end(), gate.name) == sources.end()) {
      return settings.Wrong(kSection, "complete_through",
                            "there is no source '" + gate.name + "'" +
                                DidYouMean(gate.name, sources));
    }
    const std::optional<int64_t> limit = ReadLimit(gate.value, now);
    if (!limit) {
      return settings.Wrong(
          kSection, "complete_through",
          "'" + gate.value + "' is neither 6h, 2d nor a UTC time");
    }
    LEARNSQL_TRY_SET(
        Check check,
        MakeGate("complete_through " + gate.name + ": " + gate.value,
                 "ls_slice", CompleteSql(gate.name, *limit)));
    models->checks.push_back(std::move(check));
  }
  return {};
}

}  // namespace

SectionSpec RefreshSection() {
  return {std::string_view(kSection),
          false,
          {{"missed", "fill",
            "the time in which no refresh ran: fill loads it, latest only the "
            "last recent_hours, skip nothing of it"},
           {"recent_hours", "24",
            "for missed: a longer time without a refresh is a missed run"},
           {"min_rows", "",
            "TABLE: ROWS, ...: with fewer nothing is committed or published"},
           {"complete_through", "",
            "SOURCE: 6h, ...: with a slice open that ended longer ago (2d, or "
            "a UTC time), nothing is committed or published"},
           {"export", "",
            "a folder for 'learnsql export' after each refresh; empty: none"}}};
}

Result<RefreshSettings> GetRefreshSettings(const Invocation& call,
                                           const Project& project) {
  constexpr std::array<std::string_view, 3> kMissed = {"fill", "latest",
                                                       "skip"};
  constexpr int64_t kMostHours = 24 * 366;
  const Settings& settings = call.settings;
  RefreshSettings refresh;
  LEARNSQL_TRY_SET(const size_t missed,
                   settings.GetChoice(kSection, "missed", kMissed));
  refresh.missed = static_cast<MissedRuns>(missed);
  const std::optional<int64_t> hours =
      ReadNumber(settings.Get(kSection, "recent_hours"));
  if (!hours || *hours < 1 || *hours > kMostHours) {
    return settings.Wrong(kSection, "recent_hours",
                          "write a number from 1 to 8784");
  }
  refresh.recent_seconds = *hours * kHour;
  const std::string& folder = settings.Get(kSection, "export");
  if (!folder.empty()) refresh.export_folder = project.Beside(folder);
  const std::string& whole = settings.Get("publish", "file");
  if (!whole.empty()) refresh.targets.push_back({project.Beside(whole), ""});
  for (const std::string& section : settings.sections()) {
    constexpr std::string_view kEdition = "edition.";
    if (!section.starts_with(kEdition)) continue;
    const std::string& file = settings.Get(section, "file");
    if (file.empty()) continue;
    refresh.targets.push_back(
        {project.Beside(file), section.substr(kEdition.size())});
  }
  return refresh;
}

Status AddGates(const Invocation& call, int64_t now, ModelSet* models) {
  LEARNSQL_TRY(AddMinRows(call.settings, models));
  return AddCompleteThrough(call, now, models);
}

}  // namespace learnsql
