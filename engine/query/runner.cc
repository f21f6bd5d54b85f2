#include "engine/query/runner.h"

#include "engine/query/loose_tokens.h"

namespace learnsql {
namespace {

// Where the first thing that is no blank or comment stands from `begin` on.
size_t StatementStart(std::string_view text, size_t begin) {
  while (begin < text.size()) {
    const LooseToken token = CutOneLoosely(text, begin);
    if (token.kind != LooseKind::kBlank && token.kind != LooseKind::kComment) {
      break;
    }
    begin = token.end;
  }
  return begin;
}

}  // namespace

StatementReader::StatementReader(Connection* connection, Guard* guard,
                                 std::string_view text,
                                 const RunOptions& options, size_t begin)
    : connection_(connection),
      guard_(guard),
      text_(text),
      options_(options),
      begin_(begin),
      end_(begin) {}

// SQLite takes a NUL for the end of the text.
Status StatementReader::CheckText() const {
  const size_t nul = text_.find('\0');
  if (nul == std::string_view::npos) return {};
  return Status(Code::kInvalid, "there is a NUL byte in the SQL", PlaceAt(nul));
}

Result<std::optional<Statement>> StatementReader::Next() {
  LEARNSQL_TRY(CheckText());
  while (end_ < text_.size()) {
    begin_ = end_;
    guard_->Forget();
    std::string_view rest;
    Result<std::optional<Statement>> statement =
        connection_->PrepareFirst(text_.substr(begin_), &rest);
    if (!statement.ok()) {
      if (!guard_->refusal().empty()) {
        return Explain(Status(Code::kInvalid, guard_->refusal()));
      }
      return InFile(ExplainSqlError(statement.status(), connection_,
                                    options_.name, text_, begin_,
                                    options_.knows_model));
    }
    end_ = text_.size() - rest.size();
    if (!*statement) continue;
    LEARNSQL_TRY(CheckReads(**statement));
    LEARNSQL_TRY(BindParameters(options_.parameters, &**statement));
    return statement;
  }
  return std::optional<Statement>();
}

Place StatementReader::PlaceAt(size_t byte) const {
  Place place = PlaceInText(options_.name, text_, byte);
  *place.line += options_.first_line - 1;
  return place;
}

// `error` with the line of the file instead of that of the text.
Status StatementReader::InFile(const Status& error) const {
  Place place = error.place();
  if (place.line) *place.line += options_.first_line - 1;
  return Status(error.code(), error.message(), std::move(place));
}

// Vacuum asks no authorizer before it runs.
Status StatementReader::CheckReads(const Statement& statement) const {
  const bool strict = guard_->access() == Access::kReadOnly ||
                      guard_->access() == Access::kSafe;
  if (!strict || statement.read_only()) return {};
  return Explain(Status(Code::kInvalid, WriteRefusal()));
}

Status StatementReader::Explain(const Status& error) const {
  // Neither Ctrl-C nor a full disk is at fault of a line.
  if (error.code() == Code::kCancelled || error.code() == Code::kIo ||
      error.code() == Code::kUnread) {
    if (guard_->refusal().empty()) return error;
  }
  const size_t start = StatementStart(text_, begin_);
  const Status refused = guard_->refusal().empty()
                             ? error
                             : Status(Code::kInvalid, guard_->refusal());
  return refused.At(PlaceAt(start));
}

std::string_view StatementReader::statement_text() const {
  const size_t start = StatementStart(text_, begin_);
  return text_.substr(start, end_ - start);
}

Status StreamRows(Statement* statement, Renderer* renderer, RunTotals* totals) {
  ++totals->statements;
  const int columns = statement->column_count();
  if (columns == 0) return statement->Run();
  ++totals->results;
  std::vector<std::string> names;
  for (int i = 0; i < columns; ++i) {
    names.emplace_back(statement->column_name(i));
  }
  LEARNSQL_TRY(renderer->Begin(names));
  std::vector<Value> values(static_cast<size_t>(columns));
  while (true) {
    LEARNSQL_TRY_SET(const bool row, statement->Step());
    if (!row) return renderer->End();
    for (int i = 0; i < columns; ++i) {
      values[static_cast<size_t>(i)] = statement->column(i);
    }
    LEARNSQL_TRY(renderer->Row(values));
    ++totals->rows;
  }
}

Result<RunTotals> RunText(Connection* connection, std::string_view text,
                          const RunOptions& options, Renderer* renderer) {
  LEARNSQL_TRY(CheckParameters(text, options.parameters));
  Guard guard(connection, options.access);
  StatementReader statements(connection, &guard, text, options);
  RunTotals totals;
  while (true) {
    LEARNSQL_TRY_SET(std::optional<Statement> statement, statements.Next());
    if (!statement) break;
    const Status ran = StreamRows(&*statement, renderer, &totals);
    if (!ran.ok()) return statements.Explain(ran);
  }
  if (totals.statements > 0) return totals;
  return Status(Code::kInvalid, "there is no SQL statement in it",
                {options.name});
}

}  // namespace learnsql
