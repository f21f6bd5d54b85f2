#include "connectors/files/csv_table.h"

#include <algorithm>
#include <vector>

#include "connectors/files/cell_values.h"
#include "connectors/files/column_names.h"
#include "engine/base/sha256.h"

namespace learnsql {
namespace {

// Joins names for people; long lists are cut.
std::string Listing(const std::vector<std::string>& names) {
  constexpr size_t kShown = 12;
  std::string text;
  for (size_t i = 0; i < names.size() && i < kShown; ++i) {
    text += (i > 0 ? ", " : "") + names[i];
  }
  return names.size() > kShown ? text + ", ..." : text;
}

std::string NameOrPlace(const std::string& name, size_t field) {
  return name.empty() ? "(column " + std::to_string(field + 1) + ")" : name;
}

class CsvTable {
 public:
  CsvTable(const RawTableContract& table, std::string path, RowSink* sink)
      : table_(table), path_(std::move(path)), sink_(sink) {}

  // Columns by name.
  Status OpenByHeader(const std::vector<std::string>& header) {
    std::vector<int> field_of(table_.columns.size(), -1);
    for (size_t i = 0; i < header.size(); ++i) {
      names_.push_back(NameOrPlace(header[i], i));
      const int column = FindColumn(table_, header[i]);
      column_of_.push_back(column);
      if (column < 0) continue;
      int& taken = field_of[static_cast<size_t>(column)];
      if (taken >= 0) {
        return Wrong("'" + names_[static_cast<size_t>(taken)] + "' and '" +
                     names_[i] + "' are both column " + ColumnName(column));
      }
      taken = static_cast<int>(i);
    }
    LEARNSQL_TRY(CheckMissing(field_of));
    return Open();
  }

  // Columns by place.
  Status OpenByOrder() {
    column_of_ = FilledColumns(table_);
    for (const int column : column_of_) names_.push_back(ColumnName(column));
    return Open();
  }

  Status Read(CsvStream* stream, const FileWarning& warning) {
    while (true) {
      LEARNSQL_TRY_SET(const CsvItem item, stream->Next());
      if (item.kind == CsvItem::Kind::kEnd) break;
      LEARNSQL_TRY(item.kind == CsvItem::Kind::kRecord ? AddRecord(item)
                                                       : AddReject(item));
    }
    const CsvTotals& totals = stream->totals();
    std::string odd = warning();
    AddWarning(&odd, absent_);
    if (totals.ended_in_line) {
      AddWarning(&odd, "no line end behind the last record: was it cut?");
    }
    sink_->Account({totals.bytes_decoded, totals.bytes_in_records,
                    totals.bytes_rejected, totals.bytes_between, totals.records,
                    std::move(odd)});
    return {};
  }

 private:
  static void AddWarning(std::string* warning, std::string_view more) {
    if (!warning->empty() && !more.empty()) *warning += "; ";
    *warning += more;
  }

  const std::string& ColumnName(int column) const {
    return table_.columns[static_cast<size_t>(column)].name;
  }

  Status Wrong(std::string what) const {
    return Status(Code::kInvalid, "the header: " + std::move(what), {path_, 1});
  }

  bool MustBeThere(const RawColumn& column) const {
    return column.not_null ||
           std::count(table_.key.begin(), table_.key.end(), column.name) > 0;
  }

  // Columns without a field are null; what must not be so is an error.
  Status CheckMissing(const std::vector<int>& field_of) {
    std::vector<std::string> needed;
    std::vector<std::string> absent;
    const std::vector<int> filled = FilledColumns(table_);
    for (const int column : filled) {
      if (field_of[static_cast<size_t>(column)] >= 0) continue;
      absent.push_back(ColumnName(column));
      if (MustBeThere(table_.columns[static_cast<size_t>(column)])) {
        needed.push_back(ColumnName(column));
      }
    }
    if (!needed.empty() || absent.size() == filled.size()) {
      return Wrong("it has nothing for " +
                   Listing(needed.empty() ? absent : needed) + " of " +
                   table_.name + "; it has " + Listing(names_));
    }
    if (!absent.empty()) absent_ = "the file has no " + Listing(absent);
    return {};
  }

  Status Open() {
    std::vector<std::string_view> columns;
    for (const int column : column_of_) {
      if (column >= 0) columns.push_back(ColumnName(column));
    }
    LEARNSQL_TRY_SET(opened_, sink_->Open(table_.name, columns));
    row_.resize(columns.size());
    return {};
  }

  Status AddRecord(const CsvItem& item) {
    size_t at = 0;
    for (size_t i = 0; i < item.fields.size(); ++i) {
      const CsvField& field = item.fields[i];
      if (column_of_[i] < 0) {
        if (!field.text.empty()) sink_->CountUnknown(names_[i]);
        continue;
      }
      const auto column = static_cast<size_t>(column_of_[i]);
      const CellVerdict cell = ReadCell(field, table_.columns[column].type);
      if (!cell.wrong.empty()) return RejectCell(item, i, cell.wrong);
      if (cell.was_nan) sink_->CountUnknown(names_[i] + " (NaN)");
      row_[at++] = cell.value;
    }
    const Result<bool> added =
        sink_->Add(opened_, {item.offset, item.line}, item.text, row_);
    return StatusOf(added);
  }

  Status RejectCell(const CsvItem& item, size_t field, std::string_view wrong) {
    constexpr size_t kShown = 60;
    const std::string_view text = item.fields[field].text;
    const std::string detail =
        names_[field] + ": '" + std::string(text.substr(0, kShown)) +
        (text.size() > kShown ? "...' " : "' ") + std::string(wrong);
    return sink_->Reject({.place = {item.offset, item.line},
                          .reason = "bad_type",
                          .detail = detail,
                          .column = ColumnName(column_of_[field]),
                          .bytes = item.text,
                          .length = item.length,
                          .sha256 = Sha256::HexOf(item.text)});
  }

  Status AddReject(const CsvItem& item) {
    return sink_->Reject({.place = {item.offset, item.line},
                          .reason = item.reject->reason,
                          .detail = item.reject->detail,
                          .column = {},
                          .bytes = item.text,
                          .length = item.length,
                          .sha256 = item.reject->sha256});
  }

  const RawTableContract& table_;
  std::string path_;
  RowSink* sink_;
  std::vector<int> column_of_;      // of a field; -1: no column knows it
  std::vector<std::string> names_;  // of a field, as the file has it
  std::string absent_;              // which columns no field fills
  std::vector<Value> row_;
  int opened_ = 0;
};

}  // namespace

std::vector<int> FilledColumns(const RawTableContract& table) {
  std::vector<int> columns;
  for (size_t i = 0; i < table.columns.size(); ++i) {
    const std::string& name = table.columns[i].name;
    if (name == "row_id" || name == "source_offset") continue;
    columns.push_back(static_cast<int>(i));
  }
  return columns;
}

Status ReadCsvTable(CsvStream* stream, const RawTableContract& table,
                    bool header, const std::string& path, RowSink* sink,
                    const FileWarning& warning) {
  CsvTable reader(table, path, sink);
  if (header) {
    LEARNSQL_TRY_SET(const std::vector<std::string> names,
                     stream->ReadHeader());
    LEARNSQL_TRY(reader.OpenByHeader(names));
  } else {
    LEARNSQL_TRY(reader.OpenByOrder());
  }
  return reader.Read(stream, warning);
}

}  // namespace learnsql
