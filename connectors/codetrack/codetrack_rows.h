#pragma once

#include <deque>
#include <string>
#include <string_view>
#include <vector>

#include "connectors/rest/page_file.h"
#include "engine/base/status.h"
#include "engine/load/row_sink.h"

namespace learnsql {

// A week of a learner, as the lists of points and of commits have it.
struct WeekItem {
  std::string date_time;  // as it was sent
  std::string date;       // its day
  int64_t points = 0;
};
// What `item` has wrong goes to `fault`; empty: nothing.
WeekItem ReadWeek(JsonNode item, std::string_view* fault);

// Turns the items of a page file into rows of the raw tables. A page line says
// which list its items are of ("list"), whose they are ("id", "user") and when
// they were asked for ("at").
//
// Threads:  one thread at a time.
// Lifetime: borrows the sink.
class CodetrackRows final : public PageFileVisitor {
 public:
  explicit CodetrackRows(RowSink* sink) : sink_(sink) {}

  Status OnPage(JsonNode page, const RecordPlace& place) override;
  Status OnItem(const JsonItem& item) override;

 private:
  enum class List { kNone, kScores, kCommits, kProfiles, kSubmissions };

  // Fill row_; return the column that is wrong, or nothing.
  std::string_view TakeWeek(JsonNode item);
  std::string_view TakeProfile(const JsonItem& item);
  std::string_view TakeSubmission(JsonNode item);
  Status Open(List list);
  Value Keep(std::string text);

  RowSink* sink_;
  List list_ = List::kNone;
  int table_ = 0;
  int64_t id_ = 0;
  std::string user_;
  std::string at_;
  std::vector<Value> row_;
  std::deque<std::string> texts_;  // what values of the row point into
};

}  // namespace learnsql
