#include "engine/publish/row_rules.h"

#include <charconv>
#include <memory>

#include "engine/base/hmac.h"
#include "engine/store/connection.h"

namespace learnsql {
namespace {

using Way = PublishedColumn::Way;

// Chooses the rows of a table that an edition leaves: those that its condition
// chooses and whose parents are left. Without any rule on the way: empty.
class RowChoice {
 public:
  explicit RowChoice(const PublishPlan& plan) : plan_(plan) {}

  Result<std::string> Of(const PublishedTable& table) {
    return Condition(table, "t0", 1);
  }

 private:
  // More generations would be a circle.
  static constexpr int kMaxDepth = 32;

  Result<std::string> Condition(const PublishedTable& table,
                                const std::string& alias, int depth) {
    if (depth > kMaxDepth) {
      return Status(Code::kInvalid,
                    "rows of " + table.model->name +
                        " cannot be chosen: its foreign keys lead back to it");
    }
    std::string all;
    if (!table.condition.empty()) all = "(" + table.condition + ")";
    for (const ForeignKey& key : table.model->foreign_keys) {
      const PublishedTable* const parent = plan_.Find(key.parent);
      if (parent == nullptr || !IsChosen(*parent, 0)) continue;
      LEARNSQL_TRY_SET(const std::string one,
                       ParentLeft(key, *parent, alias, depth));
      all += (all.empty() ? "" : " and ") + one;
    }
    return all;
  }

  // "(t0.a is null or exists (select 1 from parent as t1 where ...))"
  Result<std::string> ParentLeft(const ForeignKey& key,
                                 const PublishedTable& parent,
                                 const std::string& alias, int depth) {
    const std::string other = "t" + std::to_string(depth);
    std::string no_parent;
    std::string joined;
    for (size_t i = 0; i < key.columns.size(); ++i) {
      const std::string child = alias + "." + QuoteName(key.columns[i]);
      no_parent += child + " is null or ";
      joined += (joined.empty() ? "" : " and ") + other + "." +
                QuoteName(key.parent_columns[i]) + " = " + child;
    }
    LEARNSQL_TRY_SET(const std::string rest,
                     Condition(parent, other, depth + 1));
    return "(" + no_parent + "exists (select 1 from " +
           std::string(kWarehouseName) + "." + QuoteName(parent.model->name) +
           " as " + other + " where " + joined +
           (rest.empty() ? "" : " and " + rest) + "))";
  }

  // Whether a rule chooses rows of the table or of one above it.
  bool IsChosen(const PublishedTable& table, int depth) const {
    if (!table.condition.empty()) return true;
    if (depth > kMaxDepth) return false;
    for (const ForeignKey& key : table.model->foreign_keys) {
      const PublishedTable* const parent = plan_.Find(key.parent);
      if (parent == nullptr || parent == &table) continue;
      if (IsChosen(*parent, depth + 1)) return true;
    }
    return false;
  }

  const PublishPlan& plan_;
};

// A value as the text that is hashed: a number is hashed as its digits, so
// that an id meets itself in a text column.
std::string HashedText(const Value& value) {
  if (value.kind == Value::Kind::kInteger) return std::to_string(value.integer);
  return std::string(value.bytes);
}

// Changes the values of one table's rows as its columns say.
class Changer {
 public:
  Changer(const std::vector<PublishedColumn>& columns, const std::string& key)
      : columns_(columns), key_(key), texts_(columns.size()) {}

  Status operator()(std::span<Value> row) {
    for (size_t i = 0; i < row.size(); ++i) {
      if (columns_[i].way == Way::kBlank) row[i] = Blank(columns_[i]);
      if (columns_[i].way == Way::kHash && !row[i].is_null()) {
        LEARNSQL_TRY_SET(row[i], Hash(i, row[i]));
      }
    }
    return {};
  }

 private:
  static Value Blank(const PublishedColumn& column) {
    if (!column.not_null) return Value::Null();
    if (column.type == "INTEGER" || column.type == "INT") {
      return Value::Integer(0);
    }
    return column.type == "REAL" ? Value::Real(0) : Value::Text("");
  }

  Result<Value> Hash(size_t i, const Value& value) {
    if (value.kind == Value::Kind::kReal) {
      return Status(Code::kInvalid,
                    "column " + columns_[i].name +
                        " holds a fraction and cannot be hashed: drop it");
    }
    std::string hex = HmacSha256Hex(key_, HashedText(value));
    if (value.kind == Value::Kind::kInteger) {
      int64_t number = 0;  // 60 bits: positive, exact
      std::from_chars(hex.data(), hex.data() + 15, number, 16);
      return Value::Integer(number);
    }
    texts_[i] = hex.substr(0, 32);
    return value.kind == Value::Kind::kBlob ? Value::Blob(texts_[i])
                                            : Value::Text(texts_[i]);
  }

  const std::vector<PublishedColumn>& columns_;
  const std::string& key_;
  std::vector<std::string> texts_;
};

}  // namespace

Result<std::string> ChosenRows(const PublishPlan& plan,
                               const PublishedTable& table) {
  return RowChoice(plan).Of(table);
}

RowChange ValueChange(const std::vector<PublishedColumn>& columns,
                      const std::string& hash_key) {
  return [changer = std::make_shared<Changer>(columns, hash_key)](
             std::span<Value> row) { return (*changer)(row); };
}

}  // namespace learnsql
