#include "engine/publish/diff_render.h"

#include <algorithm>
#include <string_view>

#include "engine/model/json.h"
#include "engine/model/tokenizer.h"
#include "engine/query/value_text.h"

namespace learnsql {
namespace {

// Of the columns that changed, text and Markdown show the first.
constexpr size_t kTopColumns = 10;

// A longer value is cut where people read it; JSON has more of it.
constexpr size_t kShownBytes = 40;

const char* WayName(ObjectDiff::Way way) {
  switch (way) {
    case ObjectDiff::Way::kKey:
      return "key";
    case ObjectDiff::Way::kBag:
      return "bag";
    case ObjectDiff::Way::kDefinition:
      return "definition";
  }
  return "";
}

const char* RelationName(DiffRelation relation) {
  switch (relation) {
    case DiffRelation::kUnknown:
      return "unknown";
    case DiffRelation::kContinues:
      return "continues";
    case DiffRelation::kEarlier:
      return "earlier";
    case DiffRelation::kOther:
      return "other";
  }
  return "";
}

const char* WhatName(SchemaChange::What what) {
  switch (what) {
    case SchemaChange::What::kAdded:
      return "added";
    case SchemaChange::What::kRemoved:
      return "removed";
    case SchemaChange::What::kType:
      return "type";
    case SchemaChange::What::kNullable:
      return "nullable";
    case SchemaChange::What::kKey:
      return "key";
  }
  return "";
}

Value AsValue(const SampleValue& sample) {
  switch (sample.kind) {
    case Value::Kind::kNull:
      return Value::Null();
    case Value::Kind::kInteger:
      return Value::Integer(sample.integer);
    case Value::Kind::kReal:
      return Value::Real(sample.real);
    case Value::Kind::kText:
      return Value::Text(sample.bytes);
    case Value::Kind::kBlob:
      return Value::Blob(sample.bytes);
  }
  return Value::Null();
}

// ---- JSON

void AppendSample(const SampleValue& sample, std::string* out) {
  if (!sample.hidden.empty()) {
    JsonList hidden('{', '}', out);
    hidden.Text("hidden", sample.hidden);
  } else if (sample.is_cut && sample.kind == Value::Kind::kText) {
    JsonList cut('{', '}', out);
    cut.Text("begins", sample.bytes);
  } else {
    AppendJsonValue(AsValue(sample), out);
  }
}

void AppendRow(const std::vector<SampleValue>& row, std::string* out) {
  AppendJsonArray(row, AppendSample, out);
}

void AppendName(const std::string& name, std::string* out) {
  AppendJsonText(name, out);
}

void AppendSide(const DiffSide& side, std::string* out) {
  JsonList object('{', '}', out);
  object.Text("file", side.file);
  object.Text("kind", side.is_published ? "published" : "warehouse");
  object.TextOrNull("edition", side.edition);
  AppendJsonValue(Value::IntegerOrNull(side.state), object.Member("state"));
  object.TextOrNull("committed_at", side.committed_at);
}

void AppendLone(const LoneObject& lone, std::string* out) {
  JsonList object('{', '}', out);
  object.Text("name", lone.name);
  object.Text("kind", lone.kind);
  AppendJsonValue(Value::IntegerOrNull(lone.rows), object.Member("rows"));
}

void AppendSchema(const SchemaChange& change, std::string* out) {
  JsonList object('{', '}', out);
  object.Text("change", WhatName(change.what));
  object.TextOrNull("column", change.column);
  object.TextOrNull("before", change.before);
  object.TextOrNull("after", change.after);
}

void AppendColumn(const ColumnChanges& column, std::string* out) {
  JsonList object('{', '}', out);
  object.Text("column", column.column);
  object.Integer("rows", column.rows);
  object.TextOrNull("pii", column.pii);
  AppendJsonArray(
      column.samples,
      [](const ColumnChanges::Sample& sample, std::string* text) {
        JsonList one('{', '}', text);
        AppendRow(sample.key, one.Member("key"));
        AppendSample(sample.before, one.Member("before"));
        AppendSample(sample.after, one.Member("after"));
      },
      object.Member("samples"));
}

void AppendCause(const DiffCause& cause, std::string* out) {
  JsonList object('{', '}', out);
  object.Text("cause", CauseName(cause.kind));
  object.Bool("certain", cause.is_certain);
  object.Text("detail", cause.detail);
  if (!cause.model.empty()) object.Text("model", cause.model);
  if (cause.slices == 0) return;
  object.Text("source", cause.source);
  object.Text("object", cause.object);
  object.Integer("slices", cause.slices);
  object.Text("first", cause.first);
  object.Text("last", cause.last);
}

void AppendRows(const ObjectDiff& diff, JsonList* object) {
  const RowDiff& rows = diff.rows;
  object->Integer("rows_before", rows.rows_before);
  object->Integer("rows_after", rows.rows_after);
  object->Integer("added", rows.added);
  object->Integer("removed", rows.removed);
  object->Integer("changed", rows.changed);
  AppendJsonArray(rows.columns, AppendColumn, object->Member("columns"));
  AppendJsonArray(rows.added_samples, AppendRow,
                  object->Member("added_samples"));
  AppendJsonArray(rows.removed_samples, AppendRow,
                  object->Member("removed_samples"));
}

void AppendObject(const ObjectDiff& diff, std::string* out) {
  JsonList object('{', '}', out);
  object.Text("name", diff.name);
  object.Text("kind", diff.kind);
  object.Text("compared_by", WayName(diff.way));
  AppendJsonArray(diff.key, AppendName, object.Member("key"));
  if (diff.way != ObjectDiff::Way::kDefinition) AppendRows(diff, &object);
  AppendJsonArray(diff.schema, AppendSchema, object.Member("schema"));
  object.Bool("definition_changed", diff.definition_changed);
  AppendJsonArray(diff.causes, AppendCause, object.Member("causes"));
  AppendJsonArray(
      diff.rebuilt,
      [](const ObjectDiff::Rebuilt& rebuilt, std::string* text) {
        JsonList one('{', '}', text);
        one.Integer("state", rebuilt.state);
        one.Text("committed_at", rebuilt.committed_at);
        one.Text("cause", rebuilt.cause);
      },
      object.Member("rebuilt"));
  object.Integer("rebuilt_count", diff.rebuilt_count);
}

std::string RenderJson(const FileDiff& diff) {
  std::string text;
  {
    JsonList object('{', '}', &text);
    AppendSide(diff.a, object.Member("a"));
    AppendSide(diff.b, object.Member("b"));
    object.Text("relation", RelationName(diff.relation));
    object.Bool("differs", diff.differs());
    object.Integer("same", diff.same);
    AppendJsonArray(diff.only_a, AppendLone, object.Member("only_a"));
    AppendJsonArray(diff.only_b, AppendLone, object.Member("only_b"));
    AppendJsonArray(diff.objects, AppendObject, object.Member("objects"));
    AppendJsonArray(diff.notes, AppendName, object.Member("notes"));
  }
  return text + "\n";
}

// ---- for people

// Groups of three digits, 12 345.
std::string Count(int64_t count) {
  std::string text = std::to_string(count);
  for (size_t at = text.size(); at > 3;) {
    at -= 3;
    text.insert(at, " ");
  }
  return text;
}

std::string CountOf(int64_t count, const char* one, const char* many) {
  return Count(count) + " " + (count == 1 ? one : many);
}

// On one line, and short.
std::string Shown(const SampleValue& sample) {
  if (!sample.hidden.empty()) return "<" + sample.hidden + ">";
  if (sample.kind == Value::Kind::kNull) return "NULL";
  const std::string plain = PlainText(AsValue(sample));
  std::string text;
  for (const char c : plain) {
    const auto byte = static_cast<unsigned char>(c);
    if (text.size() >= kShownBytes && (byte & 0xc0) != 0x80) {
      return text + "...";
    }
    text += byte < 0x20 || byte == 0x7f ? ' ' : c;
  }
  return sample.is_cut ? text + "..." : text;
}

std::string ShownRow(const std::vector<SampleValue>& row) {
  std::string text;
  for (const SampleValue& value : row) {
    text += (text.empty() ? "" : ", ") + Shown(value);
  }
  return "(" + text + ")";
}

std::string ShownRows(const std::vector<std::vector<SampleValue>>& rows,
                      int64_t count) {
  std::string text;
  for (const auto& row : rows) {
    text += (text.empty() ? "" : ", ") + ShownRow(row);
  }
  return static_cast<int64_t>(rows.size()) < count ? text + ", ..." : text;
}

std::string ShownSide(const DiffSide& side) {
  if (side.is_published) {
    return side.file + " (published" +
           (side.edition.empty() ? "" : ", edition " + side.edition) + ")";
  }
  if (!side.state) return side.file + " (a warehouse without a build)";
  return side.file + " (warehouse, state " + std::to_string(*side.state) +
         " of " + side.committed_at + ")";
}

std::string ShownSchema(const SchemaChange& change) {
  const auto named = [](const std::string& text) {
    return text.empty() ? std::string("none") : LowerCase(text);
  };
  switch (change.what) {
    case SchemaChange::What::kAdded:
      return "column " + change.column +
             (change.after.empty() ? "" : " " + LowerCase(change.after)) +
             " is new";
    case SchemaChange::What::kRemoved:
      return "column " + change.column + " is gone";
    case SchemaChange::What::kType:
      return "column " + change.column + ": " + named(change.before) +
             " became " + named(change.after);
    case SchemaChange::What::kNullable:
      return "column " + change.column +
             (change.after == "null" ? " may be null" : " is never null now");
    case SchemaChange::What::kKey:
      return "the primary key (" + change.before + ") became (" + change.after +
             ")";
  }
  return "";
}

std::string ShownCause(const DiffCause& cause) {
  std::string text = CauseName(cause.kind);
  if (!cause.is_certain && cause.kind != DiffCause::Kind::kUnknown) {
    text += ", perhaps";
  }
  return text + ": " + cause.detail;
}

std::string ShownLone(const std::vector<LoneObject>& lone) {
  std::string text;
  for (const LoneObject& object : lone) {
    text += (text.empty() ? "" : ", ") + object.name + " (" +
            (object.rows ? CountOf(*object.rows, "row", "rows") : "view") + ")";
  }
  return text;
}

// "3 added, 0 removed, 1 changed; 10 rows became 13"
std::string ShownCounts(const ObjectDiff& diff) {
  if (diff.way == ObjectDiff::Way::kDefinition) return "";
  const RowDiff& rows = diff.rows;
  std::string text =
      Count(rows.added) + " added, " + Count(rows.removed) + " removed";
  if (diff.way == ObjectDiff::Way::kKey) {
    text += ", " + Count(rows.changed) + " changed";
  }
  return text + "; " + CountOf(rows.rows_before, "row", "rows") + " became " +
         Count(rows.rows_after);
}

// "changed: score in 2 rows, (1) 5 -> 6; (2) 7 -> 8"
std::string ShownColumn(const ColumnChanges& column) {
  std::string text = "changed: " + column.column + " in " +
                     CountOf(column.rows, "row", "rows");
  for (size_t i = 0; i < column.samples.size(); ++i) {
    const ColumnChanges::Sample& sample = column.samples[i];
    text += (i == 0 ? ", " : "; ") + ShownRow(sample.key) + " " +
            Shown(sample.before) + " -> " + Shown(sample.after);
  }
  return text;
}

void AddSchemaFacts(const ObjectDiff& diff, std::vector<std::string>* facts) {
  for (const SchemaChange& change : diff.schema) {
    facts->push_back("schema: " + ShownSchema(change));
  }
  if (diff.definition_changed) facts->push_back("schema: the view's text");
}

void AddRowFacts(const RowDiff& rows, std::vector<std::string>* facts) {
  if (!rows.added_samples.empty()) {
    facts->push_back("added: " + ShownRows(rows.added_samples, rows.added));
  }
  if (!rows.removed_samples.empty()) {
    facts->push_back("removed: " +
                     ShownRows(rows.removed_samples, rows.removed));
  }
  for (size_t i = 0; i < rows.columns.size() && i < kTopColumns; ++i) {
    facts->push_back(ShownColumn(rows.columns[i]));
  }
  if (rows.columns.size() <= kTopColumns) return;
  facts->push_back("changed: " + CountOf(static_cast<int64_t>(
                                             rows.columns.size() - kTopColumns),
                                         "more column", "more columns"));
}

void AddBuildFacts(const ObjectDiff& diff, std::vector<std::string>* facts) {
  for (const ObjectDiff::Rebuilt& rebuilt : diff.rebuilt) {
    facts->push_back("built in state " + std::to_string(rebuilt.state) +
                     " of " + rebuilt.committed_at + ": " + rebuilt.cause);
  }
  const int64_t more =
      diff.rebuilt_count - static_cast<int64_t>(diff.rebuilt.size());
  if (more <= 0) return;
  facts->push_back("built in " +
                   CountOf(more, "earlier state", "earlier states"));
}

// Everything about one object but its counts, a fact each.
std::vector<std::string> FactsOf(const ObjectDiff& diff) {
  std::vector<std::string> facts;
  if (diff.way == ObjectDiff::Way::kBag) {
    facts.push_back(
        "no key on both sides: compared as a bag of rows, a changed row "
        "counts as removed and added");
  }
  AddSchemaFacts(diff, &facts);
  AddRowFacts(diff.rows, &facts);
  for (const DiffCause& cause : diff.causes) {
    facts.push_back("cause: " + ShownCause(cause));
  }
  AddBuildFacts(diff, &facts);
  return facts;
}

std::string Summary(const FileDiff& diff) {
  if (!diff.differs()) {
    return diff.same == 0
               ? "nothing to compare: neither file has a table or view"
               : "no difference in " +
                     CountOf(diff.same, "table or view", "tables and views");
  }
  std::string text =
      CountOf(static_cast<int64_t>(diff.objects.size()), "differs", "differ") +
      ", " + Count(diff.same) + " the same";
  if (!diff.only_a.empty()) {
    text += ", " + std::to_string(diff.only_a.size()) + " only in A";
  }
  if (!diff.only_b.empty()) {
    text += ", " + std::to_string(diff.only_b.size()) + " only in B";
  }
  return text;
}

std::string RenderText(const FileDiff& diff) {
  std::string text = "A: " + ShownSide(diff.a) + "\nB: " + ShownSide(diff.b) +
                     "\n" + Summary(diff) + "\n";
  if (!diff.only_a.empty())
    text += "only in A: " + ShownLone(diff.only_a) + "\n";
  if (!diff.only_b.empty())
    text += "only in B: " + ShownLone(diff.only_b) + "\n";
  for (const ObjectDiff& object : diff.objects) {
    const std::string counts = ShownCounts(object);
    text += "\n" + object.name + (counts.empty() ? "" : ": " + counts) + "\n";
    for (const std::string& fact : FactsOf(object)) text += "  " + fact + "\n";
  }
  if (!diff.notes.empty()) text += "\n";
  for (const std::string& note : diff.notes) text += "note: " + note + "\n";
  return text;
}

// What Markdown would take for its own is escaped.
std::string Escaped(std::string_view text) {
  std::string escaped;
  for (const char c : text) {
    if (std::string_view("\\`*_{}[]<>#|~").find(c) != std::string_view::npos) {
      escaped += '\\';
    }
    escaped += c;
  }
  return escaped;
}

std::string RenderMarkdown(const FileDiff& diff) {
  std::string text = "**A** " + Escaped(ShownSide(diff.a)) + "  \n**B** " +
                     Escaped(ShownSide(diff.b)) + "\n\n" + Summary(diff) + "\n";
  if (!diff.objects.empty()) {
    text +=
        "\n| table | before | after | added | removed | changed |\n"
        "|---|---:|---:|---:|---:|---:|\n";
  }
  for (const ObjectDiff& object : diff.objects) {
    const RowDiff& rows = object.rows;
    text += "| " + Escaped(object.name);
    if (object.way == ObjectDiff::Way::kDefinition) {
      text += " | | | | | |\n";
      continue;
    }
    for (const int64_t count :
         {rows.rows_before, rows.rows_after, rows.added, rows.removed}) {
      text += " | " + Count(count);
    }
    text += object.way == ObjectDiff::Way::kKey
                ? " | " + Count(rows.changed) + " |\n"
                : " | |\n";
  }
  if (!diff.only_a.empty()) {
    text += "\nOnly in A: " + Escaped(ShownLone(diff.only_a)) + "\n";
  }
  if (!diff.only_b.empty()) {
    text += "\nOnly in B: " + Escaped(ShownLone(diff.only_b)) + "\n";
  }
  for (const ObjectDiff& object : diff.objects) {
    text += "\n### " + Escaped(object.name) + "\n\n";
    for (const std::string& fact : FactsOf(object)) {
      text += "- " + Escaped(fact) + "\n";
    }
  }
  if (!diff.notes.empty()) text += "\n";
  for (const std::string& note : diff.notes) {
    text += "> " + Escaped(note) + "\n";
  }
  return text;
}

}  // namespace

Result<DiffForm> ParseDiffForm(const std::string& name) {
  if (name == "text") return DiffForm::kText;
  if (name == "json") return DiffForm::kJson;
  if (name == "markdown") return DiffForm::kMarkdown;
  return Status(Code::kUsage,
                "unknown format '" + name + "' (text, json or markdown)");
}

std::string RenderDiff(const FileDiff& diff, DiffForm form) {
  switch (form) {
    case DiffForm::kJson:
      return RenderJson(diff);
    case DiffForm::kMarkdown:
      return RenderMarkdown(diff);
    default:
      return RenderText(diff);
  }
}

}  // namespace learnsql
