#pragma once

#include <algorithm>
#include <map>
#include <string>
#include <utility>
#include <vector>

#include "connectors/github/github_source.h"
#include "engine/load/row_sink.h"
#include "tests/connectors/rest/rest_testing.h"

namespace learnsql {

inline std::string Shown(const Value& value) {
  switch (value.kind) {
    case Value::Kind::kNull:
      return "null";
    case Value::Kind::kInteger:
      return std::to_string(value.integer);
    default:
      return std::string(value.bytes);
  }
}

// Keeps the rows it is given, by table, a value by its column.
class TableSink final : public RowSink {
 public:
  using Row = std::map<std::string, std::string>;

  Result<int> Open(std::string_view name,
                   std::span<const std::string_view> names) override {
    opened_.push_back({std::string(name), {names.begin(), names.end()}});
    return static_cast<int>(opened_.size()) - 1;
  }
  Result<bool> Add(int table, const RecordPlace&, std::string_view,
                   std::span<const Value> values) override {
    Keep(table, values);
    return true;
  }
  Status AddBeside(int table, const RecordPlace&,
                   std::span<const Value> values) override {
    Keep(table, values);
    return {};
  }
  Status Reject(const RejectedRecord& record) override {
    rejects.push_back(std::string(record.reason) + " " +
                      std::string(record.column));
    return {};
  }
  void CountUnknown(std::string_view) override {}
  void Account(const StreamTotals&) override {}

  // "a b, c d": these columns of the rows of raw_github__`table`.
  std::string Rows(const std::string& table,
                   const std::vector<std::string>& columns) const {
    std::string text;
    const auto at = rows.find("raw_github__" + table);
    if (at == rows.end()) return text;
    for (const Row& row : at->second) {
      if (!text.empty()) text += ", ";
      for (size_t i = 0; i < columns.size(); ++i) {
        text += (i > 0 ? " " : "") + row.at(columns[i]);
      }
    }
    return text;
  }

  std::map<std::string, std::vector<Row>> rows;
  std::vector<std::string> rejects;

 private:
  struct Opened {
    std::string name;
    std::vector<std::string> columns;
  };

  void Keep(int table, std::span<const Value> values) {
    const Opened& opened = opened_[static_cast<size_t>(table)];
    Row row;
    for (size_t i = 0; i < values.size(); ++i) {
      row[opened.columns[i]] = Shown(values[i]);
    }
    rows[opened.name].push_back(std::move(row));
  }

  std::vector<Opened> opened_;
};

inline std::string NextLink(const std::string& target) {
  return R"("link":"<https://api.github.com)" + target + R"(>; rel=\"next\"")";
}

inline std::string EtagOf(const std::string& tag) {
  return R"("etag":"\")" + tag + R"(\"")";
}

// A source, and the cursors that a ledger would keep between syncs.
class GithubTest : public RestTest {
 protected:
  GithubTest() {
    github_.repositories = {"o/r"};
    github_.landing_dir = folder_.File("landing");
  }

  GithubSource& Source() {
    if (!source_) {
      github_.rest = options_;
      Result<std::unique_ptr<GithubSource>> made = GithubSource::Make(github_);
      EXPECT_TRUE(made.ok()) << made.status().ToString();
      source_ = std::move(made).value();
    }
    return *source_;
  }

  // One pass over `object`, as a sync makes it: fetches and reads until there
  // is no more. The cursor moves with the rows, or not at all.
  Result<Landed> Sync(const std::string& object) {
    sink_ = TableSink();
    Slice slice{object, 0, clock_.NowSeconds(), object + "/pass.jsonl"};
    std::replace(slice.name.begin(), slice.name.end(), ':', '_');
    while (true) {
      SliceRecord known;
      known.slice = slice;
      known.cursor = cursors_[object];
      LEARNSQL_TRY_SET(Landed landed, Source().Fetch(known, nullptr));
      if (landed.kind == Landed::Kind::kFetched) {
        LEARNSQL_TRY(Source().Read(slice, landed.path, &sink_));
      }
      if (landed.kind == Landed::Kind::kFetched ||
          landed.kind == Landed::Kind::kUnchanged) {
        cursors_[object] = landed.cursor;
      }
      if (!landed.more) return landed;
      ++followed_;
    }
  }

  // The kind of a sync, or its error.
  std::string KindOf(const std::string& object) {
    const Result<Landed> landed = Sync(object);
    if (!landed.ok()) return landed.status().ToString();
    constexpr const char* kKinds[] = {"fetched", "unchanged", "not yet",
                                      "missing", "gone"};
    return kKinds[static_cast<int>(landed->kind)];
  }

  // What was asked for since the last call; "?" behind what had a validator.
  std::string Asked() {
    std::string all;
    for (const SeenRequest& seen : server_.requests()) {
      all +=
          seen.target + (seen.Header("If-None-Match").empty() ? "" : "?") + " ";
    }
    server_.ForgetRequests();
    return all;
  }

  GithubOptions github_;
  std::unique_ptr<GithubSource> source_;
  std::map<std::string, std::string> cursors_;
  TableSink sink_;
  int followed_ = 0;
};

}  // namespace learnsql
