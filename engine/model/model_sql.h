#pragma once

#include <string>
#include <vector>

#include "engine/model/model.h"

namespace learnsql {

// The SQL that the engine writes around what a model says. Names are quoted;
// nothing else is joined into a text.
//
// An incremental step works in temporary tables, whose columns have no types so
// that values pass through them unchanged: ls_observed (what a history's query
// returns), ls_new (rows to go into the table), ls_touched__MODEL (keys whose
// rows may have changed) and ls_changes__MODEL (rows that went and came).

// "\"a\", \"b\"", each with `prefix` before it.
std::string QuotedList(const std::vector<std::string>& names,
                       const std::string& prefix = "");

// The key by which rows are folded in: of the history, of the incremental
// model, else the primary key.
std::vector<std::string> FoldKey(const Model& model);
// Whether that key names one row, not a group of rows.
bool FoldsSingleRows(const Model& model);
// What tells the row that stands from the others of its FoldKey: the same key
// for single rows, else a longer one whose parts are never null. FoldKey where
// there is none: then a group is replaced whole.
std::vector<std::string> RowKey(const Model& model);
// Whether RowKey names one row: of a group, or any.
bool TellsGroups(const Model& model);
bool TellsRows(const Model& model);

// The rows of the model as its table holds them, columns by name.
std::string SelectRowsSql(const Model& model);
// Fills the empty table. As UpdateSql and InsertNewSql it is "or fail": where a
// row breaks a rule, those before it stay. To put them back SQLite would keep a
// copy of each page that it changes, and a build is rolled back anyway.
std::string FillSql(const Model& model);

// Makes a temporary table with these columns.
std::string MakeTempSql(const std::string& table,
                        const std::vector<std::string>& columns);
std::string DropTempSql(const std::string& table);

// Fills ls_observed.
std::string FillObservedSql(const Model& model);
// A row when what was observed splits a span whose inside is not remembered.
std::string SplitsSpanSql(const Model& model);
// Fills ls_new.
std::string FillNewSql(const Model& model);
// Adds the rows of touched groups that are in ls_new no more, as rows with
// RowKey alone. REQUIRES: TellsGroups.
std::string FillGoneSql(const Model& model);
// The columns of ls_new.
std::vector<std::string> NewColumns(const Model& model);
// Takes rows out of ls_new that stand in the table already, value by value, but
// none that FillGoneSql added. REQUIRES: TellsRows.
std::string DropSameSql(const Model& model);
// A row when ls_new has two of one RowKey.
std::string TwiceNewSql(const Model& model);
// Adds the keys of ls_new to ls_touched__MODEL.
std::string FillTouchedSql(const Model& model);
std::string TouchedTable(const Model& model);
// Gives rows that differ only in columns outside all keys and indexes their new
// values, in place. Empty where the model has no such column. REQUIRES:
// TellsRows, and no row from TwiceNewSql.
std::string UpdateSql(const Model& model);
// Takes the rows that ls_new replaces out of the table, and puts the new ones
// in.
std::string DeleteReplacedSql(const Model& model);
std::string InsertNewSql(const Model& model);
// The rows of ls_new; those that only say that a key is gone are left out.
std::string SelectNewSql(const Model& model);
// A row when ls_new says of a key that it is gone. REQUIRES: the model reads
// changes.
std::string GoneNewSql(const Model& model);

// The column that tells what came (1) from what went (-1).
inline constexpr const char* kChangeColumn = "change";
// What a fold changes: before UpdateSql the rows that go, then those of ls_new.
std::string ChangesTable(const Model& model);
std::vector<std::string> ChangesColumns(const Model& model);
std::vector<std::string> FillChangesSql(const Model& model);
// The temporary view MODEL__changes: all rows as if they had just come, those
// that a fold let come and go, or none.
enum class Changes { kAll, kFolded, kNone };
std::string MakeChangesViewSql(const Model& model, Changes changes);
std::string DropChangesViewSql(const std::string& model);

// The rows of the table with a key in ls_touched__MODEL, as a table in
// parentheses.
std::string TouchedRows(const Model& model);

// A query in which the model's name means its touched rows only.
std::string OverTouchedSql(const Model& model, const std::string& query);

// Copies the values of referenced columns into a temporary table; a key with a
// null in any part is nobody's parent.
std::string CopyKeysSql(const Model& model, const std::vector<std::string>& key,
                        const std::string& table);
// A row when one of them is no longer in the model's table.
std::string LostKeysSql(const Model& model, const std::vector<std::string>& key,
                        const std::string& table);

// The rows of `child` (the table, or some of its rows) whose parent is missing.
// A key with a null in any part has none to miss.
std::string OrphansSql(const Model& model, const ForeignKey& key,
                       const std::string& child);

}  // namespace learnsql
