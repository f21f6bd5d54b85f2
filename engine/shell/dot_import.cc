#include <algorithm>

#include "engine/base/byte_source.h"
#include "engine/query/parameters.h"
#include "engine/query/render.h"
#include "engine/shell/csv_reader.h"
#include "engine/shell/dot_commands.h"
#include "engine/shell/screen.h"
#include "engine/shell/session.h"

namespace learnsql {
namespace {

struct ImportPlan {
  std::string path;
  std::string table;
  char separator = ',';
  int64_t skip = 0;
};

Result<ImportPlan> ReadPlan(Session* session, DotArguments arguments) {
  ImportPlan plan;
  const std::string& separator = session->settings().separator;
  if (session->settings().format == Format::kTsv) plan.separator = '\t';
  if (separator.size() == 1) plan.separator = separator[0];
  std::vector<std::string> names;
  for (size_t i = 0; i < arguments.size(); ++i) {
    const std::string& argument = arguments[i];
    if (argument == "--csv") {
      plan.separator = ',';
    } else if (argument == "--tsv") {
      plan.separator = '\t';
    } else if (argument == "--skip" && i + 1 < arguments.size()) {
      LEARNSQL_TRY_SET(const Parameter skip,
                       ParseParameter("skip", arguments[++i]));
      if (skip.kind != Value::Kind::kInteger || skip.integer < 0) {
        return Status(Code::kUsage, "--skip needs a number of lines");
      }
      plan.skip = skip.integer;
    } else if (argument.starts_with("-")) {
      return Status(Code::kUsage, "unknown option " + argument +
                                      " (--csv, --tsv or --skip N)");
    } else {
      names.push_back(argument);
    }
  }
  if (names.size() != 2) {
    return Status(Code::kUsage, "the form is .import FILE TABLE");
  }
  plan.path = names[0];
  plan.table = names[1];
  return plan;
}

std::string JoinedNames(const std::vector<CsvReader::Field>& header) {
  std::vector<std::string> names;
  for (const CsvReader::Field& field : header) names.push_back(field.text);
  std::string joined;
  for (const std::string& name : UniqueNames(names)) {
    joined += (joined.empty() ? "" : ", ") + QuoteName(name) + " text";
  }
  return joined;
}

// Puts the rows of one file into one table, all or none.
class Importer {
 public:
  Importer(Session* session, const ImportPlan& plan, CsvReader* reader)
      : session_(session), plan_(plan), reader_(reader) {}

  Status Run() {
    Connection& connection = session_->connection();
    LEARNSQL_TRY(connection.Execute("savepoint learnsql_import"));
    const Status imported = Import();
    if (!imported.ok()) {
      LEARNSQL_TRY(connection.Execute("rollback to learnsql_import"));
    }
    LEARNSQL_TRY(connection.Execute("release learnsql_import"));
    if (imported.ok()) {
      session_->Note(GroupDigits(rows_) +
                     (rows_ == 1 ? " row imported" : " rows imported"));
    }
    return imported;
  }

 private:
  Result<int> CountColumns() {
    const Value values[] = {Value::Text(plan_.table)};
    LEARNSQL_TRY_SET(const std::optional<int64_t> count,
                     session_->connection().QueryInteger(
                         "select count(*) from pragma_table_info(?1)", values));
    return static_cast<int>(count.value_or(0));
  }

  Status Import() {
    for (int64_t i = 0; i < plan_.skip; ++i) {
      LEARNSQL_TRY(reader_->Next(&row_));
    }
    LEARNSQL_TRY_SET(int columns, CountColumns());
    if (columns == 0) {
      LEARNSQL_TRY(CreateTable());
      LEARNSQL_TRY_SET(columns, CountColumns());
    }
    std::string marks = "?";
    for (int i = 1; i < columns; ++i) marks += ", ?";
    LEARNSQL_TRY_SET(
        Statement insert,
        session_->connection().Prepare("insert into " + QuoteName(plan_.table) +
                                       " values (" + marks + ")"));
    return InsertRows(columns, &insert);
  }

  // As sqlite3 does, a table that is not there takes its names from the first
  // row.
  Status CreateTable() {
    LEARNSQL_TRY_SET(const bool header, reader_->Next(&row_));
    if (!header) {
      return Status(Code::kInvalid, "the file is empty", {plan_.path});
    }
    return session_->connection().Execute("create table " +
                                          QuoteName(plan_.table) + " (" +
                                          JoinedNames(row_) + ")");
  }

  Status InsertRows(int columns, Statement* insert) {
    while (true) {
      LEARNSQL_TRY(session_->cancel().Check());
      LEARNSQL_TRY_SET(const bool row, reader_->Next(&row_));
      if (!row) return {};
      const Place place{.name = plan_.path, .line = reader_->line()};
      if (row_.size() != static_cast<size_t>(columns)) {
        return Status(Code::kInvalid,
                      "the row has " + std::to_string(row_.size()) +
                          " values, the table " + std::to_string(columns) +
                          " columns; nothing was imported",
                      place);
      }
      for (int i = 0; i < columns; ++i) {
        const CsvReader::Field& field = row_[static_cast<size_t>(i)];
        const bool null = field.text.empty() && !field.quoted;
        LEARNSQL_TRY(insert->Bind(
            i + 1, null ? Value::Null() : Value::Text(field.text)));
      }
      const Status inserted = insert->Run();
      if (!inserted.ok()) return inserted.At(place);
      ++rows_;
    }
  }

  Session* const session_;
  const ImportPlan& plan_;
  CsvReader* const reader_;
  std::vector<CsvReader::Field> row_;
  uint64_t rows_ = 0;
};

}  // namespace

Status DotImport(Session* session, DotArguments arguments) {
  if (!session->CanWrite()) {
    return Status(Code::kInvalid, WriteRefusal());
  }
  LEARNSQL_TRY_SET(const ImportPlan plan, ReadPlan(session, arguments));
  LEARNSQL_TRY_SET(FileSource file, FileSource::Open(plan.path));
  CsvReader reader(&file, plan.path, plan.separator);
  return Importer(session, plan, &reader).Run();
}

}  // namespace learnsql
