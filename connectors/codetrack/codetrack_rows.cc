#include "connectors/codetrack/codetrack_rows.h"

#include <array>
#include <charconv>

#include "engine/base/clock.h"
#include "engine/base/sha256.h"

namespace learnsql {
namespace {

constexpr size_t kDayLength = 10;
// The year 9999.
constexpr int64_t kMaxSeconds = 253402300799;

struct Layout {
  std::string_view list;  // as the page line has it
  std::string_view table;
  std::vector<std::string_view> columns;
};

const std::array<Layout, 4>& Layouts() {
  static const std::array<Layout, 4> layouts = {{
      {"scores",
       "raw_codetrack__weekly_scores",
       {"codetrack_id", "date", "points", "date_time", "seen_at"}},
      {"commits",
       "raw_codetrack__weekly_commits",
       {"codetrack_id", "date", "commits", "date_time", "seen_at"}},
      {"profiles",
       "raw_codetrack__profiles",
       {"codetrack_id", "as_of", "free_code_camp_points", "honor",
        "leetcode_points", "body"}},
      {"submissions",
       "raw_codetrack__submissions",
       {"leetcode_id", "codetrack_id", "submission_id", "title", "title_slug",
        "solved_at", "seen_at"}},
  }};
  return layouts;
}

}  // namespace

WeekItem ReadWeek(JsonNode item, std::string_view* fault) {
  WeekItem week;
  *fault = {};
  week.date_time = item.Find("date").text();
  week.date = week.date_time.substr(0, kDayLength);
  const bool ends = week.date_time.size() == kDayLength ||
                    (week.date_time.size() > kDayLength &&
                     (week.date_time[kDayLength] == 'T' ||
                      week.date_time[kDayLength] == ' '));
  if (!ends || week.date.size() != kDayLength || !ParseUtc(week.date)) {
    *fault = "date";
    return week;
  }
  const std::optional<int64_t> points = item.Find("points").int64();
  if (!points) {
    *fault = "points";
    return week;
  }
  week.points = *points;
  return week;
}

Value CodetrackRows::Keep(std::string text) {
  return Value::Text(texts_.emplace_back(std::move(text)));
}

Status CodetrackRows::Open(List list) {
  list_ = list;
  const Layout& layout = Layouts()[static_cast<size_t>(list) - 1];
  LEARNSQL_TRY_SET(table_, sink_->Open(layout.table, layout.columns));
  return {};
}

Status CodetrackRows::OnPage(JsonNode page, const RecordPlace&) {
  id_ = page.Find("id").int64().value_or(0);
  user_ = page.Find("user").text();
  at_ = page.Find("at").text();
  const std::string_view name = page.Find("list").text();
  for (size_t i = 0; i < Layouts().size(); ++i) {
    if (Layouts()[i].list != name) continue;
    const auto list = static_cast<List>(i + 1);
    return list == list_ ? Status() : Open(list);
  }
  return Status(Code::kCorrupt,
                "a page of no list that is known: '" + std::string(name) + "'");
}

Status CodetrackRows::OnItem(const JsonItem& item) {
  if (list_ == List::kNone) {
    return Status(Code::kCorrupt, "an item stands before the first page");
  }
  row_.clear();
  texts_.clear();
  const std::string_view wrong = list_ == List::kProfiles ? TakeProfile(item)
                                 : list_ == List::kSubmissions
                                     ? TakeSubmission(item.root)
                                     : TakeWeek(item.root);
  if (wrong.empty()) {
    return StatusOf(
        sink_->Add(table_, {item.offset, item.line}, item.text, row_));
  }
  return sink_->Reject(
      {.place = {item.offset, item.line},
       .reason = "bad_value",
       .detail = "is not what the API promises, of id " + std::to_string(id_),
       .column = wrong,
       .bytes = item.text,
       .length = item.length,
       .sha256 = Sha256::HexOf(item.text)});
}

std::string_view CodetrackRows::TakeWeek(JsonNode item) {
  std::string_view fault;
  WeekItem week = ReadWeek(item, &fault);
  if (!fault.empty()) {
    return fault == "points" && list_ == List::kCommits ? "commits" : fault;
  }
  row_ = {Value::Integer(id_), Keep(std::move(week.date)),
          Value::Integer(week.points), Keep(std::move(week.date_time)),
          Value::Text(at_)};
  return {};
}

std::string_view CodetrackRows::TakeProfile(const JsonItem& item) {
  constexpr std::array<std::string_view, 3> kNumbers = {
      "free_code_camp_points", "honor", "leetcode_points"};
  row_ = {Value::Integer(id_), Value::Text(at_)};
  for (const std::string_view name : kNumbers) {
    const JsonNode node = item.root.Find(name);
    // A system that a learner never joined has no points.
    const bool none = node.is_null();
    if (!none && !node.int64()) return name;
    row_.push_back(none ? Value::Null() : Value::Integer(*node.int64()));
  }
  row_.push_back(Value::Text(item.text));
  return {};
}

std::string_view CodetrackRows::TakeSubmission(JsonNode item) {
  const JsonNode id = item.Find("id");
  std::string submission(id.text());
  if (id.int64()) submission = std::to_string(*id.int64());
  if (submission.empty()) return "submission_id";
  const std::string_view slug = item.Find("titleSlug").text();
  if (slug.empty()) return "title_slug";
  const JsonNode stamp = item.Find("timestamp");
  const std::string_view text = stamp.text();
  int64_t seconds = stamp.int64().value_or(-1);
  if (!text.empty()) {
    const auto [end, error] =
        std::from_chars(text.data(), text.data() + text.size(), seconds);
    if (error != std::errc() || end != text.data() + text.size()) seconds = -1;
  }
  if (seconds < 0 || seconds > kMaxSeconds) return "solved_at";
  row_ = {Value::Text(user_),
          Value::Integer(id_),
          Keep(std::move(submission)),
          Keep(std::string(item.Find("title").text())),
          Keep(std::string(slug)),
          Keep(FormatUtc(seconds)),
          Value::Text(at_)};
  return {};
}

}  // namespace learnsql
