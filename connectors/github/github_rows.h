#pragma once

#include <deque>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "connectors/rest/page_file.h"
#include "engine/base/status.h"
#include "engine/load/row_sink.h"

namespace learnsql {

// Where the value of a column comes from.
enum class GithubColumnKind {
  kOwner,  // of the page: a repository or an organisation
  kSeenAt,
  kNumber,  // of the page
  kItem,    // the whole of it; the last that is not of a field
  kText,
  kInteger,
  kBool,
  kTime,
  kJson,
  kSize,       // of a list
  kFirstLine,  // of a text
  kAttempt,    // 1 where it is not said
  kChats,      // summed over the editors
  kSummaries,  // summed over the repositories
};

// Turns the items of a page file into rows of the raw tables. A page line says
// which table its items belong to ("list"), and whose they are ("owner"), when
// they were asked for ("at"), and of reviews the pull request ("number").
//
// Threads:  one thread at a time.
// Lifetime: borrows the sink.
class GithubRows final : public PageFileVisitor {
 public:
  // Without `keep_items` the column `item` stays null.
  GithubRows(RowSink* sink, bool keep_items);
  ~GithubRows() override;

  Status OnPage(JsonNode page, const RecordPlace& place) override;
  // A time or a number that is none makes the item a reject.
  Status OnItem(const JsonItem& item) override;

 private:
  struct Table;

  Result<Table*> Open(std::string_view list);
  Value PageValue(GithubColumnKind kind, const JsonItem& item) const;
  std::optional<Value> ValueOf(GithubColumnKind kind, JsonNode node);
  Status Reject(const JsonItem& item, std::string_view column);

  RowSink* sink_;
  bool keep_items_;
  std::vector<std::unique_ptr<Table>> tables_;
  Table* table_ = nullptr;
  std::string owner_;
  std::string at_;
  int64_t number_ = 0;
  std::vector<Value> row_;
  std::deque<std::string> texts_;  // what values of the row point into
};

}  // namespace learnsql
