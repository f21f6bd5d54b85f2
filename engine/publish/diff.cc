#include "engine/publish/diff.h"

#include <unistd.h>

#include <algorithm>
#include <array>
#include <map>

#include "engine/base/suggest.h"
#include "engine/model/model.h"
#include "engine/model/tokenizer.h"
#include "engine/store/connection.h"
#include "engine/store/warehouse.h"

namespace learnsql {
namespace {

// What people read; raw tables and staging views are one warehouse's own.
constexpr std::string_view kObjects = R"(
select ls_table.table_name, ls_table.kind, objects.type
from ls_table
inner join sqlite_schema as objects on objects.name = ls_table.table_name
where ls_table.kind not in ('raw', 'staging') and objects.type in
    ('table', 'view')
order by ls_table.table_name)";

constexpr std::string_view kColumns = R"(
select name, type, "notnull", pk
from pragma_table_xinfo(?)
where hidden in (0, 2, 3)
order by cid)";

constexpr std::string_view kPersonal =
    "select column_name, pii from ls_column where table_name = ? and pii is "
    "not null";

constexpr std::string_view kLastState = R"(
select state, model, run_id, committed_at
from ls_state
order by state desc, model
limit 1)";

constexpr std::string_view kSameState = R"(
select 1 from ls_state
where state = ? and model = ? and run_id = ? and committed_at = ?)";

constexpr std::string_view kRebuilt = R"(
select state, committed_at, cause, count(*) over ()
from ls_state
where model = ? and state > ?
order by state desc
limit 5)";

struct ObjectColumn {
  std::string name;
  std::string type;
  bool not_null = false;
  int64_t key_position = 0;
};

struct Object {
  std::string name;
  std::string kind;
  bool is_view = false;
};

// One of the two files, open.
struct OpenSide {
  Connection file;
  DiffSide side;
  std::map<std::string, Object> objects;
  // Of the last state: the model, and the run, that tell it from the state of
  // that number in another warehouse.
  std::string last_model;
  int64_t last_run = 0;
};

// ---- opening

Status NotOurs(const std::string& path) {
  return Status(Code::kInvalid,
                "this is a SQLite file that learnsql did not make; diff "
                "compares warehouses and published files",
                {path});
}

// That learnsql made the file, and knows its format.
Status CheckOurs(Connection* file) {
  LEARNSQL_TRY_SET(
      const std::optional<int64_t> meta,
      file->QueryInteger("select 1 from sqlite_schema where type = 'table' and "
                         "name = 'ls_meta'"));
  if (!meta) return NotOurs(file->path());
  const Result<std::optional<int64_t>> version = file->QueryInteger(
      "select cast(value as integer) from ls_meta where key = "
      "'format_version'");
  if (!version.ok() || !version->has_value()) return NotOurs(file->path());
  if (**version <= kWarehouseFormat) return {};
  return Status(Code::kInvalid,
                "this file has format " + std::to_string(**version) +
                    ", and this learnsql knows formats up to " +
                    std::to_string(kWarehouseFormat) + "; update learnsql",
                {file->path()});
}

Status ReadSide(OpenSide* open) {
  Connection& file = open->file;
  LEARNSQL_TRY_SET(
      const std::optional<std::string> published,
      file.QueryText("select value from ls_meta where key = 'published'"));
  LEARNSQL_TRY_SET(
      const std::optional<std::string> edition,
      file.QueryText("select value from ls_meta where key = 'edition'"));
  open->side.is_published = published.has_value();
  open->side.edition = edition.value_or("");
  LEARNSQL_TRY_SET(Statement objects, file.Prepare(kObjects));
  while (true) {
    LEARNSQL_TRY_SET(const bool more, objects.Step());
    if (!more) break;
    const std::string name(objects.text(0));
    open->objects[name] = {name, std::string(objects.text(1)),
                           objects.text(2) == "view"};
  }
  if (open->side.is_published) return {};
  LEARNSQL_TRY_SET(Statement last, file.Prepare(kLastState));
  LEARNSQL_TRY_SET(const bool any, last.Step());
  if (!any) return {};
  open->side.state = last.integer(0);
  open->last_model = last.text(1);
  open->last_run = last.integer(2);
  open->side.committed_at = last.text(3);
  return {};
}

Result<OpenSide> OpenOne(const std::string& path, const CancelFlag* cancel) {
  if (::access(path.c_str(), F_OK) != 0) {
    return Status(Code::kNotFound, "no such file", {path});
  }
  LEARNSQL_TRY_SET(Connection file, OpenReadOnly(path, cancel));
  // All that is read is of one moment.
  const Status begun = file.Execute("begin");
  if (!begun.ok()) return begun.At({path});
  const Status ours = CheckOurs(&file);
  if (!ours.ok()) return ours.At({path});
  OpenSide open{.file = std::move(file)};
  open.side.file = path;
  const Status read = ReadSide(&open);
  if (!read.ok()) return read.At({path});
  return open;
}

// ---- one object

Result<std::vector<ObjectColumn>> ReadColumns(Connection* file,
                                              const std::string& name) {
  LEARNSQL_TRY_SET(Statement rows, file->Prepare(kColumns));
  LEARNSQL_TRY(rows.Bind(1, Value::Text(name)));
  std::vector<ObjectColumn> columns;
  while (true) {
    LEARNSQL_TRY_SET(const bool more, rows.Step());
    if (!more) return columns;
    columns.push_back({std::string(rows.text(0)), std::string(rows.text(1)),
                       rows.integer(2) != 0, rows.integer(3)});
  }
}

const ObjectColumn* FindColumn(const std::vector<ObjectColumn>& columns,
                               const std::string& name) {
  const auto at = std::find_if(
      columns.begin(), columns.end(),
      [&](const auto& column) { return EqualNames(column.name, name); });
  return at == columns.end() ? nullptr : &*at;
}

std::vector<std::string> KeyOf(const std::vector<ObjectColumn>& columns) {
  std::vector<const ObjectColumn*> parts;
  for (const ObjectColumn& column : columns) {
    if (column.key_position > 0) parts.push_back(&column);
  }
  std::sort(parts.begin(), parts.end(), [](const auto* a, const auto* b) {
    return a->key_position < b->key_position;
  });
  std::vector<std::string> key;
  for (const ObjectColumn* part : parts) key.push_back(part->name);
  return key;
}

bool SameNames(const std::vector<std::string>& a,
               const std::vector<std::string>& b) {
  return std::equal(a.begin(), a.end(), b.begin(), b.end(), EqualNames);
}

std::vector<SchemaChange> CompareColumns(const std::vector<ObjectColumn>& a,
                                         const std::vector<ObjectColumn>& b) {
  using What = SchemaChange::What;
  std::vector<SchemaChange> changes;
  for (const ObjectColumn& was : a) {
    const ObjectColumn* const is = FindColumn(b, was.name);
    if (is == nullptr) {
      changes.push_back({What::kRemoved, was.name, was.type, ""});
      continue;
    }
    if (!EqualNames(was.type, is->type)) {
      changes.push_back({What::kType, was.name, was.type, is->type});
    }
    if (was.not_null != is->not_null) {
      const auto rule = [](const ObjectColumn& column) {
        return column.not_null ? "not null" : "null";
      };
      changes.push_back({What::kNullable, was.name, rule(was), rule(*is)});
    }
  }
  for (const ObjectColumn& is : b) {
    if (FindColumn(a, is.name) != nullptr) continue;
    changes.push_back({What::kAdded, is.name, "", is.type});
  }
  if (!SameNames(KeyOf(a), KeyOf(b))) {
    changes.push_back(
        {What::kKey, "", JoinNames(KeyOf(a)), JoinNames(KeyOf(b))});
  }
  return changes;
}

class FileComparison {
 public:
  FileComparison(OpenSide* a, OpenSide* b, const CauseFinder& causes,
                 const DiffOptions& options)
      : a_(a), b_(b), causes_(causes), options_(options) {}

  Result<FileDiff> Run() {
    LEARNSQL_TRY(CheckNames());
    diff_.a = a_->side;
    diff_.b = b_->side;
    LEARNSQL_TRY_SET(diff_.relation, Relation());
    LEARNSQL_TRY(FindLone(*a_, *b_, &diff_.only_a));
    LEARNSQL_TRY(FindLone(*b_, *a_, &diff_.only_b));
    for (const auto& [name, object] : b_->objects) {
      const auto was = a_->objects.find(name);
      if (was == a_->objects.end() || !IsWanted(name)) continue;
      const Status done = Compare(was->second, object);
      if (!done.ok()) return done.Annotate(name);
    }
    diff_.notes = causes_.notes();
    AddNotes();
    return std::move(diff_);
  }

 private:
  bool IsWanted(const std::string& name) const {
    return options_.names.empty() ||
           std::find(options_.names.begin(), options_.names.end(), name) !=
               options_.names.end();
  }

  Status CheckNames() const {
    std::vector<std::string> known;
    for (const OpenSide* side : {a_, b_}) {
      for (const auto& [name, object] : side->objects) known.push_back(name);
    }
    for (const std::string& name : options_.names) {
      if (std::find(known.begin(), known.end(), name) != known.end()) continue;
      return Status(Code::kUsage,
                    "neither file has a table or view '" + name + "'" +
                        DidYouMean(name, known) +
                        "; raw tables and staging views are not compared");
    }
    return {};
  }

  // Of two warehouses, by whether one has the last state of the other.
  Result<DiffRelation> Relation() {
    if (!a_->side.state || !b_->side.state) return DiffRelation::kUnknown;
    LEARNSQL_TRY_SET(const bool continues, HasLastState(b_, *a_));
    if (continues) return DiffRelation::kContinues;
    LEARNSQL_TRY_SET(const bool earlier, HasLastState(a_, *b_));
    return earlier ? DiffRelation::kEarlier : DiffRelation::kOther;
  }

  static Result<bool> HasLastState(OpenSide* holder, const OpenSide& other) {
    LEARNSQL_TRY_SET(
        const std::optional<int64_t> there,
        holder->file.QueryInteger(
            kSameState, std::array{Value::Integer(*other.side.state),
                                   Value::Text(other.last_model),
                                   Value::Integer(other.last_run),
                                   Value::Text(other.side.committed_at)}));
    return there.has_value();
  }

  Status FindLone(OpenSide& side, const OpenSide& other,
                  std::vector<LoneObject>* lone) const {
    for (const auto& [name, object] : side.objects) {
      if (other.objects.contains(name) || !IsWanted(name)) continue;
      LoneObject found{name, object.kind, {}};
      if (!object.is_view) {
        LEARNSQL_TRY_SET(
            found.rows,
            side.file.QueryInteger("select count(*) from " + QuoteName(name)));
      }
      lone->push_back(std::move(found));
    }
    return {};
  }

  Status Compare(const Object& was, const Object& is) {
    LEARNSQL_TRY_SET(const auto before, ReadColumns(&a_->file, was.name));
    LEARNSQL_TRY_SET(const auto after, ReadColumns(&b_->file, is.name));
    ObjectDiff diff;
    diff.name = is.name;
    diff.kind = is.kind;
    diff.schema = CompareColumns(before, after);
    if (was.is_view && is.is_view && options_.names.empty()) {
      diff.way = ObjectDiff::Way::kDefinition;
    } else {
      LEARNSQL_TRY(CompareRows(before, after, &diff));
    }
    if (was.is_view && is.is_view) {
      diff.definition_changed = causes_.ScriptChanged(is.name);
    }
    const RowDiff& rows = diff.rows;
    if (rows.added + rows.removed + rows.changed == 0 && diff.schema.empty() &&
        !diff.definition_changed) {
      ++diff_.same;
      return {};
    }
    diff.causes = causes_.CausesOf(is.name);
    LEARNSQL_TRY(ReadRebuilt(&diff));
    diff_.objects.push_back(std::move(diff));
    return {};
  }

  // By the key that both have; where there is none, all columns are the key.
  Status CompareRows(const std::vector<ObjectColumn>& before,
                     const std::vector<ObjectColumn>& after, ObjectDiff* diff) {
    const std::vector<std::string> key = KeyOf(after);
    const bool by_key = !key.empty() && SameNames(key, KeyOf(before));
    std::vector<std::string> names = by_key ? key : std::vector<std::string>();
    for (const ObjectColumn& column : after) {
      if (FindColumn(before, column.name) == nullptr) continue;
      if (by_key && column.key_position > 0) continue;
      names.push_back(column.name);
    }
    if (names.empty()) return {};  // no column in common: the schema says so
    diff->way = by_key ? ObjectDiff::Way::kKey : ObjectDiff::Way::kBag;
    if (by_key) diff->key = key;
    const size_t key_count = by_key ? key.size() : names.size();
    LEARNSQL_TRY_SET(const auto columns, WithClasses(diff->name, names));
    const std::string sql =
        SelectText(diff->name, names, by_key ? key.size() : 0);
    LEARNSQL_TRY_SET(Statement rows_a, a_->file.Prepare(sql));
    LEARNSQL_TRY_SET(Statement rows_b, b_->file.Prepare(sql));
    LEARNSQL_TRY_SET(diff->rows, DiffRows(&rows_a, &rows_b, key_count, columns,
                                          options_.samples));
    return {};
  }

  // A class that either file gives a column hides its values.
  Result<std::vector<ComparedColumn>> WithClasses(
      const std::string& table, const std::vector<std::string>& names) const {
    std::map<std::string, std::string> classes;
    for (OpenSide* side : {a_, b_}) {
      LEARNSQL_TRY_SET(Statement rows, side->file.Prepare(kPersonal));
      LEARNSQL_TRY(rows.Bind(1, Value::Text(table)));
      while (true) {
        LEARNSQL_TRY_SET(const bool more, rows.Step());
        if (!more) break;
        classes[LowerCase(rows.text(0))] = rows.text(1);
      }
    }
    std::vector<ComparedColumn> columns;
    for (const std::string& name : names) {
      const auto at = classes.find(LowerCase(name));
      columns.push_back({name, at == classes.end() ? "" : at->second});
    }
    return columns;
  }

  // `key_count` 0: a bag, in which integers come before equal reals.
  static std::string SelectText(const std::string& table,
                                const std::vector<std::string>& names,
                                size_t key_count) {
    std::string columns;
    std::string order;
    std::string types;
    for (size_t i = 0; i < names.size(); ++i) {
      const std::string name = "t." + QuoteName(names[i]);
      columns += (i == 0 ? "" : ", ") + name;
      if (key_count > 0 && i >= key_count) continue;
      order += (i == 0 ? "" : ", ") + name + " collate binary";
      types += ", typeof(" + name + ")";
    }
    return "select " + columns + " from " + QuoteName(table) +
           " as t order by " + order + (key_count == 0 ? types : "");
  }

  // What B's own states say of it since A's last one.
  Status ReadRebuilt(ObjectDiff* diff) {
    if (diff_.relation != DiffRelation::kContinues) return {};
    LEARNSQL_TRY_SET(Statement rows, b_->file.Prepare(kRebuilt));
    const std::array values{Value::Text(diff->name),
                            Value::Integer(*a_->side.state)};
    LEARNSQL_TRY(rows.BindAll(values));
    while (true) {
      LEARNSQL_TRY_SET(const bool more, rows.Step());
      if (!more) return {};
      diff->rebuilt.push_back({rows.integer(0), std::string(rows.text(1)),
                               std::string(rows.text(2))});
      diff->rebuilt_count = rows.integer(3);
    }
  }

  void AddNotes() {
    if (diff_.relation == DiffRelation::kEarlier) {
      diff_.notes.push_back("A is newer than B; name the older file first");
    } else if (diff_.relation == DiffRelation::kOther) {
      diff_.notes.push_back(
          "the two warehouses have no state in common: their builds cannot be "
          "compared, their ledgers and scripts are");
    }
    if (a_->side.edition != b_->side.edition ||
        a_->side.is_published != b_->side.is_published) {
      diff_.notes.push_back(
          "the two files hold different editions: a difference may be one of "
          "the edition's rules");
    }
    const bool has_view =
        std::any_of(b_->objects.begin(), b_->objects.end(),
                    [](const auto& entry) { return entry.second.is_view; });
    if (has_view && options_.names.empty()) {
      diff_.notes.push_back(
          "views are compared by columns and text; name one to compare its "
          "rows");
    }
  }

  OpenSide* a_;
  OpenSide* b_;
  const CauseFinder& causes_;
  const DiffOptions& options_;
  FileDiff diff_;
};

}  // namespace

Result<FileDiff> DiffFiles(const std::string& a, const std::string& b,
                           const DiffOptions& options) {
  LEARNSQL_TRY_SET(OpenSide before, OpenOne(a, options.cancel));
  LEARNSQL_TRY_SET(OpenSide after, OpenOne(b, options.cancel));
  const auto side = [](OpenSide* open) {
    return CauseSide{&open->file, open->side.is_published, open->side.edition};
  };
  LEARNSQL_TRY_SET(const CauseFinder causes,
                   CauseFinder::Read(side(&before), side(&after)));
  return FileComparison(&before, &after, causes, options).Run();
}

}  // namespace learnsql
