#include "engine/query/describe.h"

#include <algorithm>
#include <array>
#include <map>
#include <utility>
#include <vector>

#include "engine/base/suggest.h"
#include "engine/query/render.h"
#include "engine/store/json_reader.h"

namespace learnsql {
namespace {

constexpr const char* kNames = R"(
select table_name from ls_table
union
select source from ls_slice
order by 1)";

constexpr const char* kFacts = R"(
select
    ls_table.kind, ls_table.version, ls_table.document, ls_table.owner,
    ls_table.tags, ls_table.path, ls_model.row_count, ls_model.built_at,
    (
        select count(*) from ls_failure
        where ls_failure.model = ls_table.table_name and state = 'open'
    ) as open_failures
from ls_table
left join ls_model on ls_model.model = ls_table.table_name
where ls_table.table_name = ?1)";

constexpr const char* kColumns = R"(
select
    column_name as "column",
    type,
    case when is_key then 'key' when is_nullable then '' else 'not null' end
        as rule,
    (
        select "table" || coalesce('.' || "to", '')
        from pragma_foreign_key_list(?1) where "from" = column_name
    ) as "references",
    unit, pii, null_share, distinct_estimate, example, document
from ls_column
where table_name = ?1 and (?2 is null or column_name = ?2)
order by position)";

// The last outcome of each check of a table.
constexpr const char* kChecks = R"(
select
    last.name, last.severity, last.outcome, last.failing_count, last.value,
    last.message, ls_run.started_at as asked_at
from ls_check as last
left join ls_run on ls_run.run_id = last.run_id
where
    last.model = ?1
    and last.run_id = (
        select max(run_id) from ls_check where ls_check.name = last.name)
order by last.outcome = 'pass', last.name)";

// How far the sources behind a table are loaded. A source's section may hold a
// dot, its tables an underscore.
constexpr const char* kFreshness = R"(
with recursive up (name) as (
    select ?1
    union
    select ls_lineage.source
    from up inner join ls_lineage on ls_lineage.model = up.name
    where ls_lineage.source <> ''
)
select
    source,
    max(case when state in ('loaded', 'empty') then slice_end end) as loaded_to,
    max(loaded_at) as last_loaded_at,
    sum(state in ('failed', 'missing', 'expected')) as open_slices
from ls_slice
where replace(source, '.', '_') in (
    select substr(name, 5, instr(name, '__') - 5)
    from up
    where name glob 'raw_*__*'
)
group by source
order by source)";

// Who hands rows to whom, around a table.
constexpr const char* kTableEdges = R"(
with recursive
up (name) as (
    select ?1
    union
    select ls_lineage.source
    from up inner join ls_lineage on ls_lineage.model = up.name
    where ls_lineage.source <> ''
),
down (name) as (
    select ?1
    union
    select ls_lineage.model
    from down inner join ls_lineage on ls_lineage.source = down.name
)
select source, model, 1 as is_upstream
from ls_lineage
where model in (select name from up) and source <> ''
union
select source, model, 0
from ls_lineage
where source in (select name from down)
order by 3 desc, 1, 2)";

// The same of values that are handed through as they are.
constexpr const char* kColumnEdges = R"(
with recursive
up (name, part) as (
    select ?1, ?2
    union
    select ls_lineage.source, ls_lineage.source_column
    from up inner join ls_lineage
        on ls_lineage.model = up.name and ls_lineage.output_column = up.part
    where ls_lineage.source <> ''
),
down (name, part) as (
    select ?1, ?2
    union
    select ls_lineage.model, ls_lineage.output_column
    from down inner join ls_lineage
        on ls_lineage.source = down.name
        and ls_lineage.source_column = down.part
    where ls_lineage.output_column <> ''
)
select
    source || '.' || source_column, model || '.' || output_column,
    1 as is_upstream
from ls_lineage
where
    (model, output_column) in (select name, part from up)
    and output_column <> '' and source <> ''
union
select source || '.' || source_column, model || '.' || output_column, 0
from ls_lineage
where
    (source, source_column) in (select name, part from down)
    and output_column <> ''
order by 3 desc, 1, 2)";

// Columns on the way up of which SQLite does not tell where they come from.
constexpr const char* kUntold = R"(
with recursive up (name, part) as (
    select ?1, ?2
    union
    select ls_lineage.source, ls_lineage.source_column
    from up inner join ls_lineage
        on ls_lineage.model = up.name and ls_lineage.output_column = up.part
    where ls_lineage.source <> ''
)
select model || '.' || output_column as name
from ls_lineage
where
    (model, output_column) in (select name, part from up)
    and output_column <> '' and source = ''
order by 1)";

constexpr const char* kSourceObjects = R"(
select
    object,
    count(*) as slices,
    sum(state in ('loaded', 'empty')) as loaded,
    sum(state in ('missing', 'expected')) as missing,
    sum(state = 'failed') as failed,
    sum(rows_loaded) as row_count,
    sum(rows_rejected) as rejected,
    min(slice_start) as first_start,
    max(case when state in ('loaded', 'empty') then slice_end end) as loaded_to,
    max(loaded_at) as last_loaded_at
from ls_slice
where source = ?1
group by object
order by object)";

constexpr const char* kSourceTables = R"(
select table_name as name, document
from ls_table
where kind = 'raw' and table_name glob 'raw_' || replace(?1, '.', '_') || '__*'
order by table_name)";

struct Edge {
  std::string from;
  std::string to;
  bool upstream;
};

// All that is told of one name.
class Describer {
 public:
  Describer(Connection* connection, DescribeForm form)
      : connection_(connection), form_(form) {}

  Result<std::string> Run(const std::string& name) {
    LEARNSQL_TRY_SET(
        const std::optional<int64_t> has,
        connection_->QueryInteger("select count(*) from sqlite_schema where "
                                  "name in ('ls_table', 'ls_slice')"));
    if (has.value_or(0) < 2) {
      return Status(Code::kInvalid,
                    "this file has no records of its own: learnsql did not "
                    "make it",
                    {connection_->path()});
    }
    LEARNSQL_TRY_SET(const std::vector<std::string> names, Texts(kNames));
    const size_t dot = name.rfind('.');
    LEARNSQL_TRY_SET(const bool source, IsSource(name));
    if (source) {
      LEARNSQL_TRY(AddSource(name));
    } else if (Has(names, name) || dot == std::string::npos ||
               !Has(names, name.substr(0, dot))) {
      if (!Has(names, name))
        return Unknown("table, view or source", name, names);
      LEARNSQL_TRY(AddTable(Spelled(names, name)));
    } else {
      LEARNSQL_TRY(
          AddColumn(Spelled(names, name.substr(0, dot)), name.substr(dot + 1)));
    }
    if (form_ == DescribeForm::kMermaid) return Mermaid();
    if (form_ == DescribeForm::kJson) return "{" + json_ + "}\n";
    return std::move(text_);
  }

 private:
  static bool Same(const std::string& a, const std::string& b) {
    return EditDistance(a, b) == 0;  // without regard to case
  }
  static bool Has(const std::vector<std::string>& names,
                  const std::string& name) {
    return !Spelled(names, name).empty();
  }
  static std::string Spelled(const std::vector<std::string>& names,
                             const std::string& name) {
    for (const std::string& known : names) {
      if (Same(known, name)) return known;
    }
    return "";
  }

  static Status Unknown(const std::string& what, const std::string& name,
                        const std::vector<std::string>& names) {
    return Status(Code::kNotFound, "there is no " + what + " '" + name +
                                       "' in this file" +
                                       DidYouMean(name, names));
  }

  // ---- asking

  Result<Statement> Ask(const char* sql) {
    LEARNSQL_TRY_SET(Statement rows, connection_->Prepare(sql));
    if (rows.parameter_count() > 0) {
      LEARNSQL_TRY(rows.Bind(1, Value::Text(table_)));
    }
    if (rows.parameter_count() > 1) {
      LEARNSQL_TRY(
          rows.Bind(2, column_.empty() ? Value::Null() : Value::Text(column_)));
    }
    return rows;
  }

  Result<std::vector<std::string>> Texts(const char* sql) {
    LEARNSQL_TRY_SET(Statement rows, Ask(sql));
    std::vector<std::string> texts;
    while (true) {
      LEARNSQL_TRY_SET(const bool row, rows.Step());
      if (!row) return texts;
      texts.emplace_back(rows.text(0));
    }
  }

  Result<bool> IsSource(const std::string& name) {
    LEARNSQL_TRY_SET(
        const std::optional<int64_t> has,
        connection_->QueryInteger("select 1 from ls_slice where source = ?1",
                                  std::array{Value::Text(name)}));
    return has.has_value();
  }

  // The rows of a query in one format.
  Result<std::string> Rendered(const char* sql, Format format) {
    LEARNSQL_TRY_SET(Statement rows, Ask(sql));
    StringSink sink;
    const std::unique_ptr<Renderer> renderer =
        MakeRenderer({.format = format}, &sink);
    std::vector<std::string> names;
    for (int i = 0; i < rows.column_count(); ++i) {
      names.emplace_back(rows.column_name(i));
    }
    LEARNSQL_TRY(renderer->Begin(names));
    size_t count = 0;
    while (true) {
      LEARNSQL_TRY_SET(const bool row, rows.Step());
      if (!row) break;
      ++count;
      std::vector<Value> values;
      for (int i = 0; i < rows.column_count(); ++i) {
        values.push_back(rows.column(i));
      }
      LEARNSQL_TRY(renderer->Row(values));
    }
    LEARNSQL_TRY(renderer->End());
    if (count == 0 && format != Format::kJson) return std::string();
    return sink.text();
  }

  // ---- saying

  static std::string Trimmed(std::string text) {
    while (text.ends_with('\n')) text.pop_back();
    return text;
  }

  // A member whose value is JSON already.
  void Member(const std::string& name, const std::string& value) {
    json_ += (json_.empty() ? "\"" : ",\"") + name + "\":" + Trimmed(value);
  }

  void Line(std::string label, const std::string& value) {
    if (value.empty()) return;
    label.resize(12, ' ');
    text_ += label + value + "\n";
  }

  static std::string Joined(const std::vector<std::string>& names) {
    std::string text;
    for (const std::string& name : names) {
      text += (text.empty() ? "" : ", ") + name;
    }
    return text;
  }

  // The only row of a query as JSON members.
  Status Members(const char* sql) {
    LEARNSQL_TRY_SET(std::string rows, Rendered(sql, Format::kJsonLines));
    rows = Trimmed(std::move(rows));
    if (rows.size() > 2) json_ += "," + rows.substr(1, rows.size() - 2);
    return {};
  }

  Status List(const std::string& name, const char* sql) {
    LEARNSQL_TRY_SET(const std::string rows, Rendered(sql, Format::kJson));
    Member(name, rows);
    return {};
  }

  static std::string Quoted(const std::string& text) {
    std::string json;
    AppendJsonString(text, &json);
    return json;
  }

  // ---- lineage

  Status ReadEdges(const char* sql) {
    LEARNSQL_TRY_SET(Statement rows, Ask(sql));
    while (true) {
      LEARNSQL_TRY_SET(const bool row, rows.Step());
      if (!row) return {};
      Edge edge{std::string(rows.text(0)), std::string(rows.text(1)),
                rows.integer(2) != 0};
      const bool known =
          std::any_of(edges_.begin(), edges_.end(), [&](const Edge& other) {
            return other.from == edge.from && other.to == edge.to;
          });
      if (!known) edges_.push_back(std::move(edge));
    }
  }

  void AddEdges() {
    for (const bool upstream : {true, false}) {
      std::string list;
      for (const Edge& edge : edges_) {
        if (edge.upstream != upstream) continue;
        list += (list.empty() ? "" : ",") + ("{\"from\":" + Quoted(edge.from)) +
                ",\"to\":" + Quoted(edge.to) + "}";
      }
      Member(upstream ? "upstream" : "downstream", "[" + list + "]");
    }
  }

  // The neighbours of the name, then what lies behind them.
  void SayEdges(const std::string& self, const char* near_label,
                const char* far_label, bool upstream) {
    std::vector<std::string> near;
    std::vector<std::string> far;
    for (const Edge& edge : edges_) {
      if (edge.upstream != upstream) continue;
      const std::string& other = upstream ? edge.from : edge.to;
      const bool next = (upstream ? edge.to : edge.from) == self;
      std::vector<std::string>& names = next ? near : far;
      if (!Has(names, other)) names.push_back(other);
    }
    std::erase_if(far,
                  [&](const std::string& name) { return Has(near, name); });
    Line(near_label, Joined(near));
    Line(far_label, Joined(far));
  }

  // Within quotes: a quote would end them, and `#` begins a character's name.
  static std::string MermaidText(const std::string& name) {
    std::string text;
    for (const char c : name) {
      if (c == '"' || c == '#') {
        text += c == '"' ? "#quot;" : "#35;";
      } else {
        text.push_back(c);
      }
    }
    return text;
  }

  std::string Mermaid() const {
    std::map<std::string, std::string> ids;
    std::string text = "flowchart LR\n";
    const auto id = [&](const std::string& name) {
      const auto [at, added] =
          ids.emplace(name, "n" + std::to_string(ids.size()));
      if (added)
        text += "    " + at->second + "[\"" + MermaidText(name) + "\"]\n";
      return at->second;
    };
    const std::string self =
        id(column_.empty() ? table_ : table_ + "." + column_);
    for (const Edge& edge : edges_) {
      const std::string from = id(edge.from);
      const std::string to = id(edge.to);
      text += "    " + from + " --> " + to + "\n";
    }
    return text + "    style " + self + " stroke-width:3px\n";
  }

  // ---- tables

  Status AddTable(const std::string& name) {
    table_ = name;
    LEARNSQL_TRY(ReadEdges(kTableEdges));
    if (form_ == DescribeForm::kMermaid) return {};
    if (form_ == DescribeForm::kText) return SayTable();
    Member("name", Quoted(name));
    LEARNSQL_TRY(Members(kFacts));
    LEARNSQL_TRY(List("columns", kColumns));
    LEARNSQL_TRY(List("freshness", kFreshness));
    LEARNSQL_TRY(List("checks", kChecks));
    AddEdges();
    return {};
  }

  Status SayTable() {
    LEARNSQL_TRY_SET(Statement facts, Ask(kFacts));
    LEARNSQL_TRY_SET(const bool row, facts.Step());
    if (!row) return {};
    const auto text = [&](int i) { return std::string(facts.text(i)); };
    text_ = table_ + " (" + text(0) + ", version " + text(1) + ")\n";
    if (!facts.text(2).empty()) text_ += text(2) + "\n";
    text_ += "\n";
    Line("owner", text(3));
    Line("tags", text(4));
    Line("file", text(5));
    Line("rows", text(6));
    Line("built", text(7));
    LEARNSQL_TRY(SayFreshness());
    LEARNSQL_TRY(SayChecks());
    if (facts.integer(8) > 0) Line("failures", text(8) + " rows in ls_failure");
    SayEdges(table_, "reads", "from", true);
    SayEdges(table_, "read by", "then by", false);
    LEARNSQL_TRY_SET(const std::string columns,
                     Rendered(kColumns, Format::kColumn));
    text_ += "\n" + columns;
    return {};
  }

  Status SayFreshness() {
    LEARNSQL_TRY_SET(Statement rows, Ask(kFreshness));
    while (true) {
      LEARNSQL_TRY_SET(const bool row, rows.Step());
      if (!row) return {};
      std::string line = std::string(rows.text(0));
      line += rows.is_null(1) ? ": nothing loaded"
                              : " to " + std::string(rows.text(1)) +
                                    ", loaded " + std::string(rows.text(2));
      if (rows.integer(3) > 0) {
        line += "; " + std::string(rows.text(3)) + " slices are not loaded";
      }
      Line("fresh", line);
    }
  }

  Status SayChecks() {
    LEARNSQL_TRY_SET(Statement rows, Ask(kChecks));
    while (true) {
      LEARNSQL_TRY_SET(const bool row, rows.Step());
      if (!row) return {};
      std::string line = std::string(rows.text(2)) + "  " +
                         std::string(rows.text(0)) + " (" +
                         std::string(rows.text(6)) + ")";
      if (!rows.is_null(5)) line += ": " + std::string(rows.text(5));
      Line("check", line);
    }
  }

  // ---- columns

  Status AddColumn(const std::string& table, const std::string& column) {
    table_ = table;
    LEARNSQL_TRY_SET(const std::vector<std::string> names, Texts(kColumns));
    column_ = Spelled(names, column);
    if (column_.empty()) return Unknown("column of " + table, column, names);
    LEARNSQL_TRY(ReadEdges(kColumnEdges));
    if (form_ == DescribeForm::kMermaid) return {};
    LEARNSQL_TRY_SET(const std::vector<std::string> untold, Texts(kUntold));
    if (form_ == DescribeForm::kJson) {
      Member("name", Quoted(table_ + "." + column_));
      LEARNSQL_TRY(Members(kColumns));
      AddEdges();
      return List("untold", kUntold);
    }
    LEARNSQL_TRY_SET(const std::string facts,
                     Rendered(kColumns, Format::kLine));
    text_ = table_ + "." + column_ + "\n" + facts + "\n";
    SayEdges(table_ + "." + column_, "comes from", "and that", true);
    Line("not told",
         untold.empty() ? "" : Joined(untold) + " (an expression or a union)");
    SayEdges(table_ + "." + column_, "handed to", "and to", false);
    return {};
  }

  // ---- sources

  Status AddSource(const std::string& name) {
    table_ = name;
    LEARNSQL_TRY_SET(const std::vector<std::string> tables,
                     Texts(kSourceTables));
    for (const std::string& table : tables) {
      edges_.push_back({name, table, false});
      table_ = table;
      LEARNSQL_TRY(ReadEdges(kTableEdges));
    }
    table_ = name;
    if (form_ == DescribeForm::kMermaid) return {};
    if (form_ == DescribeForm::kJson) {
      Member("name", Quoted(name));
      Member("kind", "\"source\"");
      LEARNSQL_TRY(List("objects", kSourceObjects));
      LEARNSQL_TRY(List("raw_tables", kSourceTables));
      AddEdges();
      return {};
    }
    text_ = name + " (source)\n\n";
    SayEdges(name, "raw tables", "read by", false);
    LEARNSQL_TRY_SET(const std::string objects,
                     Rendered(kSourceObjects, Format::kColumn));
    text_ += "\n" + objects;
    return {};
  }

  Connection* connection_;
  const DescribeForm form_;
  std::string table_;
  std::string column_;
  std::vector<Edge> edges_;
  std::string text_;
  std::string json_;
};

}  // namespace

Result<DescribeForm> ParseDescribeForm(const std::string& name) {
  if (name == "text") return DescribeForm::kText;
  if (name == "json") return DescribeForm::kJson;
  if (name == "mermaid") return DescribeForm::kMermaid;
  return Status(Code::kUsage,
                "unknown format '" + name + "' (text, json or mermaid)");
}

Result<std::string> Describe(Connection* connection, const std::string& name,
                             DescribeForm form) {
  return Describer(connection, form).Run(name);
}

}  // namespace learnsql
