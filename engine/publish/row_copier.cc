#include "engine/publish/row_copier.h"

#include <bit>
#include <cstring>

namespace learnsql {
namespace {

void AppendBigEndian(uint64_t value, std::string* out) {
  for (int shift = 56; shift >= 0; shift -= 8) {
    out->push_back(static_cast<char>(value >> shift));
  }
}

void AppendNumber(char type, uint64_t bits, std::string* out) {
  out->push_back(type);
  AppendBigEndian(bits, out);
}

void AppendContent(const Value& value, std::string* out) {
  switch (value.kind) {
    case Value::Kind::kNull:
      out->push_back('n');
      return;
    case Value::Kind::kInteger:
      return AppendNumber('i', static_cast<uint64_t>(value.integer), out);
    case Value::Kind::kReal:
      return AppendNumber('r', std::bit_cast<uint64_t>(value.real), out);
    case Value::Kind::kText:
    case Value::Kind::kBlob:
      AppendNumber(value.kind == Value::Kind::kText ? 't' : 'b',
                   value.bytes.size(), out);
      out->append(value.bytes);
  }
}

void AppendText(char type, std::string_view bytes, std::string* out) {
  out->push_back(type);
  *out += std::to_string(bytes.size());
  out->push_back(':');
  out->append(bytes);
}

// The form of the sqlite3 shell, ext/misc/shathree.c.
void AppendShell(const Value& value, std::string* out) {
  switch (value.kind) {
    case Value::Kind::kNull:
      out->push_back('N');
      return;
    case Value::Kind::kInteger:
      return AppendNumber('I', static_cast<uint64_t>(value.integer), out);
    case Value::Kind::kReal:
      return AppendNumber('F', std::bit_cast<uint64_t>(value.real), out);
    case Value::Kind::kText:
      return AppendText('T', value.bytes, out);
    case Value::Kind::kBlob:
      return AppendText('B', value.bytes, out);
  }
}

}  // namespace

void ContentHash::AddNames(std::span<const std::string> names) {
  row_.clear();
  for (const std::string& name : names) {
    AppendContent(Value::Text(name), &row_);
  }
  hash_.Update(std::as_bytes(std::span(row_)));
}

void ContentHash::AddRow(std::span<const Value> values) {
  row_.assign(1, '\n');
  for (const Value& value : values) AppendContent(value, &row_);
  hash_.Update(std::as_bytes(std::span(row_)));
}

QueryHash::QueryHash(std::string_view sql) {
  AppendText('S', sql, &row_);
  hash_.Update(row_);
}

void QueryHash::AddRow(std::span<const Value> values) {
  row_.assign(1, 'R');
  for (const Value& value : values) AppendShell(value, &row_);
  hash_.Update(row_);
}

Result<int64_t> CopyRows(Statement* from, Statement* into,
                         const RowChange& change, const RowSeen& seen) {
  std::vector<Value> row(static_cast<size_t>(from->column_count()));
  int64_t count = 0;
  while (true) {
    LEARNSQL_TRY_SET(const bool more, from->Step());
    if (!more) return count;
    for (size_t i = 0; i < row.size(); ++i) {
      row[i] = from->column(static_cast<int>(i));
    }
    if (change) LEARNSQL_TRY(change(row));
    LEARNSQL_TRY(into->BindAll(row));
    LEARNSQL_TRY(into->Run());
    if (seen) seen(row);
    ++count;
  }
}

Result<std::string> AsTheyLie(Connection* file, const std::string& table) {
  LEARNSQL_TRY_SET(
      Statement key,
      file->Prepare(
          "select key.name, key.desc from pragma_table_list as t, "
          "pragma_index_list(t.name) as i, pragma_index_xinfo(i.name) as key "
          "where t.schema = 'main' and t.name = ? and t.wr and i.origin = 'pk' "
          "and key.key order by key.seqno"));
  LEARNSQL_TRY(key.Bind(1, Value::Text(table)));
  std::string order;
  while (true) {
    LEARNSQL_TRY_SET(const bool more, key.Step());
    if (!more) break;
    order += (order.empty() ? " ORDER BY " : ", ") + QuoteName(key.text(0)) +
             (key.integer(1) != 0 ? " DESC" : "");
  }
  return order.empty() ? " NOT INDEXED" : order;
}

}  // namespace learnsql
