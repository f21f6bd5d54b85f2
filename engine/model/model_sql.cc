#include "engine/model/model_sql.h"

#include <algorithm>

#include "engine/model/rules.h"
#include "engine/store/connection.h"

namespace learnsql {
namespace {

// "a.x = b.x and a.y = b.y", with `equal` between the two sides; true for no
// names.
std::string Matching(const std::vector<std::string>& names,
                     const std::string& left, const std::string& right,
                     const std::string& equal) {
  std::string text;
  for (const std::string& name : names) {
    text += (text.empty() ? "" : " and ") + (left + QuoteName(name)) + equal +
            right + QuoteName(name);
  }
  return text.empty() ? "1" : text;
}

std::vector<std::string> WithoutNames(const std::vector<std::string>& names,
                                      const std::vector<std::string>& out) {
  std::vector<std::string> kept;
  for (const std::string& name : names) {
    const bool dropped = std::any_of(
        out.begin(), out.end(),
        [&name](const std::string& o) { return EqualNames(o, name); });
    if (!dropped) kept.push_back(name);
  }
  return kept;
}

// What a history tells of its key: all columns but key, time and the engine's.
std::vector<std::string> Attributes(const Model& model) {
  std::vector<std::string> names =
      WithoutNames(model.QueryColumns(), model.history->key);
  names.pop_back();  // the time stands last
  return names;
}

std::string Joined(const std::vector<std::string>& parts,
                   const std::string& between) {
  std::string text;
  for (const std::string& part : parts) {
    text += (text.empty() ? "" : between) + part;
  }
  return text;
}

// "x is not lag(x) over by_time or ...": where a run of equal rows begins.
std::string BeginsRun(const std::vector<std::string>& attributes) {
  std::vector<std::string> parts = {"row_number() over by_time = 1"};
  for (const std::string& name : attributes) {
    const std::string column = QuoteName(name);
    parts.push_back(column + " is not lag(" + column + ") over by_time");
  }
  return Joined(parts, " or ");
}

// Of two observations at one time, the greater attributes count, whatever
// order they came in.
std::string GreatestFirst(const std::vector<std::string>& attributes) {
  std::vector<std::string> parts;
  for (const std::string& name : attributes) {
    parts.push_back(QuoteName(name) + " desc");
  }
  return parts.empty() ? "1" : Joined(parts, ", ");
}

// Type-2 rows of the observations that `observed` returns: key, attributes and
// ls_time.
std::string HistorySql(const Model& model, const std::string& observed) {
  const std::vector<std::string> attributes = Attributes(model);
  const std::string key = QuotedList(model.history->key);
  std::vector<std::string> columns = model.history->key;
  columns.insert(columns.end(), attributes.begin(), attributes.end());
  const std::string all = QuotedList(columns);
  return "with ls_observations as (" + observed +
         "),\n"
         "ls_ranked as (select " +
         all + ", ls_time, row_number() over (partition by " + key +
         ", ls_time order by " + GreatestFirst(attributes) +
         ") as ls_rank from ls_observations),\n"
         "ls_marked as (select " +
         all + ", ls_time, case when " + BeginsRun(attributes) +
         " then 1 else 0 end as ls_begins from ls_ranked where ls_rank = 1 "
         "window by_time as (partition by " +
         key +
         " order by ls_time)),\n"
         "ls_runs as (select " +
         all + ", ls_time, sum(ls_begins) over (partition by " + key +
         " order by ls_time) as ls_run from ls_marked),\n"
         "ls_spans as (select " +
         all +
         ", min(ls_time) as valid_from, max(ls_time) as seen_until from "
         "ls_runs group by " +
         key + ", ls_run" + (attributes.empty() ? "" : ", ") +
         QuotedList(attributes) +
         ")\n"
         "select " +
         all +
         ", valid_from, lead(valid_from) over by_start as valid_to, "
         "seen_until, case when lead(valid_from) over by_start is null then 1 "
         "else 0 end as is_current from ls_spans window by_start as "
         "(partition by " +
         key + " order by valid_from)";
}

// Observations with their time under the name that HistorySql expects.
std::string ObservationsSql(const Model& model, const std::string& source,
                            const std::string& time,
                            const std::string& condition) {
  std::vector<std::string> columns = model.history->key;
  const std::vector<std::string> attributes = Attributes(model);
  columns.insert(columns.end(), attributes.begin(), attributes.end());
  return "select " + QuotedList(columns) + ", " + QuoteName(time) +
         " as ls_time from " + source + " where " + QuoteName(time) +
         " is not null" + condition;
}

std::string InTable(const std::vector<std::string>& key,
                    const std::string& table) {
  return "(" + QuotedList(key) + ") in (select " + QuotedList(key) + " from " +
         table + ")";
}

// Of a row of ls_new: 1 where it only says that the row is gone.
constexpr const char* kGone = "ls_gone";

// The columns that no key and no index holds or asks for: a row that changes
// in them stays where it is. None in a table that computes columns of others.
std::vector<std::string> LooseColumns(const Model& model) {
  std::vector<std::string> loose = model.StoredColumns();
  if (loose.size() < model.columns.size()) return {};
  for (const std::vector<std::string>& index : model.indexed) {
    loose = WithoutNames(loose, index);
  }
  // Conditions and expressions of an index are known by its text alone.
  for (const IndexText& index : model.indexes) {
    std::vector<std::string> words;
    for (const Token& token : TokensOf(*model.script, index.text)) {
      words.push_back(model.script->Unquoted(token));
    }
    loose = WithoutNames(loose, words);
  }
  return loose;
}

// Conditions: a column beside the key has a value.
std::vector<std::string> SaidBeside(const std::vector<std::string>& key,
                                    const Model& model) {
  std::vector<std::string> said;
  for (const std::string& name : WithoutNames(model.StoredColumns(), key)) {
    said.push_back(QuoteName(name) + " is not null");
  }
  return said;
}

std::string MainTable(const Model& model) {
  return "main." + QuoteName(model.name);
}

}  // namespace

std::string QuotedList(const std::vector<std::string>& names,
                       const std::string& prefix) {
  std::string list;
  for (const std::string& name : names) {
    list += (list.empty() ? "" : ", ") + prefix + QuoteName(name);
  }
  return list;
}

std::vector<std::string> FoldKey(const Model& model) {
  if (model.history) return model.history->key;
  if (!model.incremental_key.empty()) return model.incremental_key;
  return model.PrimaryKey();
}

bool FoldsSingleRows(const Model& model) {
  if (model.history) return false;
  std::vector<std::string> wanted;
  for (const std::string& name : FoldKey(model)) {
    wanted.push_back(LowerCase(name));
  }
  std::sort(wanted.begin(), wanted.end());
  return std::any_of(model.unique_keys.begin(), model.unique_keys.end(),
                     [&wanted](std::vector<std::string> key) {
                       for (std::string& name : key) name = LowerCase(name);
                       std::sort(key.begin(), key.end());
                       return key == wanted;
                     });
}

std::vector<std::string> RowKey(const Model& model) {
  const std::vector<std::string> fold = FoldKey(model);
  if (FoldsSingleRows(model)) return fold;
  const auto never_null = [&model](const std::string& name) {
    const Column* const column = model.FindColumn(name);
    return column != nullptr && column->not_null;
  };
  for (const std::vector<std::string>& unique : model.unique_keys) {
    const bool longer =
        unique.size() > fold.size() && WithoutNames(fold, unique).empty();
    if (longer && std::all_of(unique.begin(), unique.end(), never_null)) {
      return unique;
    }
  }
  return fold;
}

bool TellsGroups(const Model& model) {
  return RowKey(model).size() > FoldKey(model).size();
}

bool TellsRows(const Model& model) {
  return FoldsSingleRows(model) || TellsGroups(model);
}

std::string SelectRowsSql(const Model& model) {
  const std::string query = "(\n" + model.query.sql + "\n)";
  if (!model.history) {
    return "select " + QuotedList(model.StoredColumns()) + " from " + query;
  }
  return "select " + QuotedList(model.StoredColumns()) + " from (" +
         HistorySql(model,
                    ObservationsSql(model, query, model.history->time, "")) +
         ")";
}

std::string FillSql(const Model& model) {
  return "insert or fail into " + QuoteName(model.name) + " (" +
         QuotedList(model.StoredColumns()) + ")\n" + SelectRowsSql(model);
}

std::string MakeTempSql(const std::string& table,
                        const std::vector<std::string>& columns) {
  return "create table temp." + QuoteName(table) + " (" + QuotedList(columns) +
         ")";
}

std::string DropTempSql(const std::string& table) {
  return "drop table if exists temp." + QuoteName(table);
}

std::string FillObservedSql(const Model& model) {
  const std::string columns = QuotedList(model.QueryColumns());
  return "insert into temp.ls_observed (" + columns + ")\nselect " + columns +
         " from (\n" + model.query.sql + "\n)";
}

std::string SplitsSpanSql(const Model& model) {
  const std::string time = "seen." + QuoteName(model.history->time);
  // `cross join` keeps the few new rows outside and the index inside.
  return "select 1 from temp.ls_observed as seen cross join " +
         MainTable(model) + " as span where " +
         Matching(model.history->key, "seen.", "span.", " = ") + " and " +
         time +
         " between span.valid_from and span.seen_until and "
         "span.valid_from < span.seen_until and not (" +
         Matching(Attributes(model), "seen.", "span.", " is ") + ") limit 1";
}

std::string FillNewSql(const Model& model) {
  const std::string columns = QuotedList(model.StoredColumns());
  const std::string head =
      "insert into temp.ls_new (" + columns + ")\nselect " + columns + " from ";
  if (!model.history) return head + "(\n" + model.query.sql + "\n)";
  // The ends of a span stand for all that was observed in it.
  const std::string touched =
      " and " + InTable(model.history->key, "temp.ls_observed");
  return head + "(" +
         HistorySql(model, ObservationsSql(model, "temp.ls_observed",
                                           model.history->time, "") +
                               "\nunion " +
                               ObservationsSql(model, MainTable(model),
                                               "valid_from", touched) +
                               "\nunion " +
                               ObservationsSql(model, MainTable(model),
                                               "seen_until", touched)) +
         ")";
}

std::vector<std::string> NewColumns(const Model& model) {
  std::vector<std::string> columns = model.StoredColumns();
  columns.emplace_back(kGone);
  return columns;
}

std::string FillGoneSql(const Model& model) {
  const std::string row = QuotedList(RowKey(model));
  return "insert into temp.ls_new (" + row + ", " + kGone + ") select " + row +
         ", 1 from " + MainTable(model) + " where " +
         InTable(FoldKey(model), "temp.ls_new") + " and (" + row +
         ") not in (select " + row + " from (" + SelectNewSql(model) + "))";
}

// The index of the key finds a row. Its values are compared as ls_new has them,
// on the left: byte by byte, whatever collation the table has.
std::string DropSameSql(const Model& model) {
  const std::vector<std::string> row = RowKey(model);
  return std::string("delete from temp.ls_new where ") + kGone +
         " is null and exists (select 1 from " + MainTable(model) +
         " as old where " + Matching(row, "old.", "ls_new.", " = ") + " and " +
         Matching(model.StoredColumns(), "ls_new.", "old.", " is ") + ")";
}

std::string TwiceNewSql(const Model& model) {
  const std::string row = QuotedList(RowKey(model));
  return "select 1 from temp.ls_new group by " + row +
         " having count(*) > 1 limit 1";
}

// By the key: with `+` the other conditions ask for no index, which SQLite
// takes for better where it is unique, and whose order has nothing to do with
// ls_new's.
std::string UpdateSql(const Model& model) {
  const std::vector<std::string> row = RowKey(model);
  const std::vector<std::string> loose = LooseColumns(model);
  if (loose.empty()) return "";
  std::string set;
  for (const std::string& name : loose) {
    set += (set.empty() ? "" : ", ") + QuoteName(name) + " = new." +
           QuoteName(name);
  }
  return "update or fail " + MainTable(model) + " as old set " + set +
         " from (" + SelectNewSql(model) + ") as new where " +
         Matching(row, "old.", "new.", " = ") + " and " +
         Matching(WithoutNames(model.StoredColumns(), loose), "new.", "+old.",
                  " is ");
}

std::string TouchedTable(const Model& model) {
  return "ls_touched__" + model.name;
}

std::string FillTouchedSql(const Model& model) {
  const std::string key = QuotedList(FoldKey(model));
  return "insert into temp." + QuoteName(TouchedTable(model)) +
         " select distinct " + key + " from temp.ls_new";
}

std::string DeleteReplacedSql(const Model& model) {
  return "delete from " + MainTable(model) + " where " +
         InTable(RowKey(model), "temp.ls_new");
}

std::string SelectNewSql(const Model& model) {
  const std::string came = "select " + QuotedList(model.StoredColumns()) +
                           " from temp.ls_new where " + kGone + " is null";
  if (model.change_reads.empty()) return came;
  return came + " and (" + Joined(SaidBeside(FoldKey(model), model), " or ") +
         ")";
}

std::string GoneNewSql(const Model& model) {
  return "select 1 from temp.ls_new where not (" +
         Joined(SaidBeside(FoldKey(model), model), " or ") + ") limit 1";
}

std::string ChangesTable(const Model& model) {
  return "ls_changes__" + model.name;
}

std::vector<std::string> ChangesColumns(const Model& model) {
  std::vector<std::string> columns = model.StoredColumns();
  columns.emplace_back(kChangeColumn);
  return columns;
}

std::vector<std::string> FillChangesSql(const Model& model) {
  const std::string columns = QuotedList(model.StoredColumns());
  const std::string into =
      "insert into temp." + QuoteName(ChangesTable(model)) + " select ";
  return {into + columns + ", -1 from " + MainTable(model) + " where " +
              InTable(RowKey(model), "temp.ls_new"),
          into + columns + ", 1 from (" + SelectNewSql(model) + ")"};
}

std::string MakeChangesViewSql(const Model& model, Changes changes) {
  const std::string view = "create temp view " +
                           QuoteName(ChangesOf(model.name)) + " as select " +
                           QuotedList(model.StoredColumns());
  const std::string change = QuoteName(kChangeColumn);
  if (changes == Changes::kFolded) {
    return view + ", " + change + " from temp." +
           QuoteName(ChangesTable(model));
  }
  return view + ", 1 as " + change + " from " + MainTable(model) +
         (changes == Changes::kNone ? " where 0" : "");
}

std::string DropChangesViewSql(const std::string& model) {
  return "drop view if exists temp." + QuoteName(ChangesOf(model));
}

std::string InsertNewSql(const Model& model) {
  return "insert or fail into " + MainTable(model) + " (" +
         QuotedList(model.StoredColumns()) + ") " + SelectNewSql(model);
}

std::string TouchedRows(const Model& model) {
  return "(select * from " + MainTable(model) + " where " +
         InTable(FoldKey(model), "temp." + QuoteName(TouchedTable(model))) +
         ")";
}

std::string OverTouchedSql(const Model& model, const std::string& query) {
  // A common table comes before a table of its name.
  const std::string touched =
      QuoteName(model.name) + " as (select * from " + TouchedRows(model) + ")";
  for (const char* head : {"with recursive", "with"}) {
    const size_t size = std::string_view(head).size();
    if (EqualNames(query.substr(0, size), head)) {
      return std::string(head) + " " + touched + "," + query.substr(size);
    }
  }
  return "with " + touched + " " + query;
}

std::string CopyKeysSql(const Model& model, const std::vector<std::string>& key,
                        const std::string& table) {
  std::vector<std::string> present;
  for (const std::string& name : key) {
    present.push_back(QuoteName(name) + " is not null");
  }
  const std::string columns = QuotedList(key);
  return "insert into temp." + QuoteName(table) + " select " + columns +
         " from " + MainTable(model) + " where " + Joined(present, " and ");
}

std::string LostKeysSql(const Model& model, const std::vector<std::string>& key,
                        const std::string& table) {
  return "select 1 from temp." + QuoteName(table) +
         " as old where not exists (select 1 from " + MainTable(model) +
         " as new where " + Matching(key, "new.", "old.", " = ") + ") limit 1";
}

std::string OrphansSql(const Model& model, const ForeignKey& key,
                       const std::string& child) {
  std::string present;
  std::string joined;
  for (size_t i = 0; i < key.columns.size(); ++i) {
    const std::string column = "child." + QuoteName(key.columns[i]);
    present += column + " is not null and ";
    joined += (joined.empty() ? "" : " and ") +
              ("parent." + QuoteName(key.parent_columns[i])) + " = " + column;
  }
  return "select " + QuotedList(model.StoredColumns(), "child.") + " from " +
         child + " as child where " + present +
         "not exists (select 1 from main." + QuoteName(key.parent) +
         " as parent where " + joined + ")";
}

}  // namespace learnsql
