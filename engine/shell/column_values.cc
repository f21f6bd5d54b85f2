#include "engine/shell/column_values.h"

#include <algorithm>
#include <map>

#include "engine/base/clock.h"
#include "engine/query/loose_tokens.h"
#include "engine/query/text_width.h"
#include "engine/store/hooks.h"

namespace learnsql {
namespace {

constexpr int64_t kMostMicros = 12'000;
constexpr int kStepsPerLook = 500;
constexpr int64_t kMostDistinct = 1'000;
constexpr size_t kMostValues = 60;
constexpr size_t kMostCells = 60;  // of a value that fits a list

// No row: the dictionary does not list the column, or it is personal.
constexpr const char* kMayShow = R"(
select coalesce(distinct_estimate, 0)
from ls_column
where
    table_name = ?1 collate nocase and column_name = ?2 collate nocase
    and pii is null
)";

// How many values the column has, 0 for unknown; nullopt when they are personal
// or may be.
Result<std::optional<int64_t>> DistinctIfOpen(Connection* connection,
                                              const std::string& table,
                                              const std::string& column) {
  LEARNSQL_TRY_SET(
      const std::optional<int64_t> dictionary,
      connection->QueryInteger(
          "select count(*) from main.sqlite_schema where name = 'ls_column'"));
  if (dictionary.value_or(0) == 0) return std::optional<int64_t>(0);
  const Value values[] = {Value::Text(table), Value::Text(column)};
  return connection->QueryInteger(kMayShow, values);
}

class Reader {
 public:
  Reader(Connection* connection, const std::string& table,
         const std::string& column, std::string_view prefix)
      : connection_(connection),
        table_(table),
        column_(column),
        prefix_(prefix),
        deadline_(Clock::System()->MonotonicMicros() + kMostMicros) {}

  std::vector<std::string> Read() {
    const StepHook hook(connection_, kStepsPerLook, [this] {
      return Clock::System()->MonotonicMicros() > deadline_;
    });
    if (!MayShow()) return {};
    const std::string select =
        "select " + QuoteName(column_) + " from " + QuoteName(table_);
    Tally(select + " limit 3000", {});
    Tally(select + " order by rowid desc limit 3000", {});
    if (!prefix_.empty()) {
      const Value from[] = {Value::Text(prefix_)};
      Tally(select + " where " + QuoteName(column_) + " >= ?1 order by " +
                QuoteName(column_) + " limit 200",
            from);
    }
    return Ranked();
  }

 private:
  bool MayShow() {
    const Result<std::optional<int64_t>> distinct =
        DistinctIfOpen(connection_, table_, column_);
    return distinct.ok() && distinct->has_value() &&
           **distinct <= kMostDistinct;
  }

  void Tally(const std::string& sql, std::span<const Value> values) {
    Result<Statement> statement = connection_->Prepare(sql);
    if (!statement.ok() || !statement->BindAll(values).ok()) return;
    while (true) {
      const Result<bool> row = statement->Step();
      if (!row.ok() || !*row) return;
      const Value value = statement->column(0);
      if (value.kind == Value::Kind::kText) Count(value.bytes);
    }
  }

  void Count(std::string_view text) {
    if (!StartsWithName(text, prefix_)) return;
    if (text.size() > 4 * kMostCells || TextWidth(text) > kMostCells) return;
    if (text.empty() || VisibleText(text) != text) return;
    ++counts_[std::string(text)];
  }

  std::vector<std::string> Ranked() const {
    std::vector<std::pair<std::string, int>> ranked(counts_.begin(),
                                                    counts_.end());
    std::stable_sort(
        ranked.begin(), ranked.end(),
        [](const auto& a, const auto& b) { return a.second > b.second; });
    std::vector<std::string> values;
    for (auto& [text, count] : ranked) {
      if (values.size() == kMostValues) break;
      values.push_back(std::move(text));
    }
    return values;
  }

  Connection* const connection_;
  const std::string& table_;
  const std::string& column_;
  const std::string_view prefix_;
  const int64_t deadline_;
  std::map<std::string, int> counts_;
};

}  // namespace

Result<bool> MayShowValues(Connection* connection, const std::string& table,
                           const std::string& column) {
  LEARNSQL_TRY_SET(const std::optional<int64_t> distinct,
                   DistinctIfOpen(connection, table, column));
  return distinct.has_value();
}

std::vector<std::string> ReadColumnValues(Connection* connection, Guard* guard,
                                          const std::string& table,
                                          const std::string& column,
                                          std::string_view prefix) {
  const GuardPause pause(guard);
  return Reader(connection, table, column, prefix).Read();
}

}  // namespace learnsql
