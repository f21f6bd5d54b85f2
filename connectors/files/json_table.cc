#include "connectors/files/json_table.h"

#include <algorithm>
#include <map>
#include <vector>

#include "connectors/files/cell_values.h"
#include "connectors/files/column_names.h"
#include "engine/base/sha256.h"

namespace learnsql {
namespace {

class JsonTable {
 public:
  JsonTable(const RawTableContract& table, RowSink* sink)
      : table_(table), sink_(sink), slot_of_(table.columns.size(), -1) {}

  Status Open() {
    std::vector<std::string_view> names;
    for (const int column : FilledColumns(table_)) {
      slot_of_[static_cast<size_t>(column)] = static_cast<int>(names.size());
      names.push_back(table_.columns[static_cast<size_t>(column)].name);
    }
    row_.resize(names.size());
    texts_.resize(names.size());
    LEARNSQL_TRY_SET(opened_, sink_->Open(table_.name, names));
    return {};
  }

  Status Read(JsonStream* stream, const FileWarning& warning) {
    while (true) {
      LEARNSQL_TRY_SET(const JsonItem item, stream->Next());
      if (item.kind == JsonItem::Kind::kEnd) break;
      LEARNSQL_TRY(item.kind == JsonItem::Kind::kRecord ? AddRecord(item)
                                                        : AddReject(item));
    }
    const JsonTotals& totals = stream->totals();
    sink_->Account({totals.bytes_decoded, totals.bytes_in_records,
                    totals.bytes_rejected, totals.bytes_between, totals.records,
                    warning()});
    return {};
  }

 private:
  // What becomes of the fields of one path.
  struct Route {
    int column = -1;
    bool inside = false;  // columns for what is inside an object there
  };

  // What keeps a record from being a row; reason empty: nothing.
  struct Fault {
    std::string_view reason;
    std::string detail;
    std::string_view column;
  };

  const Route& RouteOf(const std::string& path) {
    const auto [at, fresh] = routes_.try_emplace(path);
    if (!fresh) return at->second;
    at->second = {FindColumn(table_, path), HasColumnInside(table_, path)};
    if (routes_.size() <= kMaxRoutes) return at->second;
    // Keys that are data would fill memory.
    last_ = at->second;
    routes_.erase(at);
    return last_;
  }

  // Errors of the record go to fault_.
  void TakeMembers(JsonNode object, const std::string& prefix) {
    for (const JsonMember member : object.members()) {
      if (!fault_.reason.empty()) return;
      TakeField(member.value, prefix + std::string(member.key));
    }
  }

  void TakeField(JsonNode value, const std::string& path) {
    const Route route = RouteOf(path);
    if (route.column >= 0) {
      TakeValue(value, path, static_cast<size_t>(route.column));
    } else if (route.inside && value.is_object()) {
      TakeMembers(value, path + ".");
    } else if (!(route.inside && value.is_null())) {
      sink_->CountUnknown(path);
    }
  }

  void TakeValue(JsonNode node, const std::string& path, size_t column) {
    const auto slot = static_cast<size_t>(slot_of_[column]);
    const RawColumn& of = table_.columns[column];
    const CellVerdict value = ReadJsonValue(node, of.type, &texts_[slot]);
    if (!value.wrong.empty()) {
      fault_ = {"bad_type",
                path + ": " + Shown(node) + std::string(value.wrong), of.name};
      return;
    }
    if (value.was_nan) sink_->CountUnknown(path + " (NaN)");
    if (value.value.is_null()) return;
    if (!row_[slot].is_null()) {
      // Of one name twice the first counts, as everywhere; two names for one
      // column are a question that nobody answered.
      if (path_of_[slot] == path) return;
      fault_ = {"two_values",
                path_of_[slot] + " and " + path + " are both column " + of.name,
                of.name};
      return;
    }
    row_[slot] = value.value;
    path_of_[slot] = path;
  }

  static std::string Shown(JsonNode node) {
    constexpr size_t kShown = 60;
    std::string text;
    node.AppendMinified(&text);
    if (text.size() > kShown) text = text.substr(0, kShown) + "...";
    return text + " ";
  }

  Status AddRecord(const JsonItem& item) {
    std::fill(row_.begin(), row_.end(), Value::Null());
    path_of_.assign(row_.size(), {});
    fault_ = {};
    TakeMembers(item.root, "");
    const RecordPlace place{item.offset, item.line};
    if (fault_.reason.empty()) {
      return StatusOf(sink_->Add(opened_, place, item.text, row_));
    }
    return sink_->Reject({.place = place,
                          .reason = fault_.reason,
                          .detail = fault_.detail,
                          .column = fault_.column,
                          .bytes = item.text,
                          .length = item.length,
                          .sha256 = Sha256::HexOf(item.text)});
  }

  Status AddReject(const JsonItem& item) {
    return sink_->Reject({.place = {item.offset, item.line},
                          .reason = item.reject->reason,
                          .detail = item.reject->detail,
                          .column = {},
                          .bytes = item.text,
                          .length = item.length,
                          .sha256 = item.reject->sha256});
  }

  static constexpr size_t kMaxRoutes = 4096;

  const RawTableContract& table_;
  RowSink* sink_;
  std::vector<int> slot_of_;  // of a column in row_; -1: not from the file
  std::map<std::string, Route> routes_;
  Route last_;
  std::vector<Value> row_;
  std::vector<std::string> texts_;    // what row_ borrows
  std::vector<std::string> path_of_;  // where a value of row_ came from
  Fault fault_;
  int opened_ = 0;
};

}  // namespace

Status ReadJsonTable(JsonStream* stream, const RawTableContract& table,
                     RowSink* sink, const FileWarning& warning) {
  JsonTable reader(table, sink);
  LEARNSQL_TRY(reader.Open());
  return reader.Read(stream, warning);
}

}  // namespace learnsql
