#include "engine/query/data_warnings.h"

#include <algorithm>

#include "engine/base/clock.h"
#include "engine/query/loose_tokens.h"

namespace learnsql {
namespace {

// ---------- times asked for

struct Moment {
  int64_t begin = 0;
  int64_t end = 0;  // behind the day, hour, minute or second that was named
};

std::optional<Moment> ParseMoment(std::string_view text) {
  // What people type between date and time.
  std::string iso(text.substr(0, 20));
  if (iso.size() > 10 && iso[10] == ' ') iso[10] = 'T';
  const std::optional<int64_t> begin = ParseUtc(iso);
  if (!begin) return std::nullopt;
  const size_t digits = iso.ends_with('Z') ? iso.size() - 1 : iso.size();
  const int64_t length = digits <= 10   ? 86400
                         : digits <= 13 ? 3600
                         : digits <= 16 ? 60
                                        : 1;
  return Moment{*begin, *begin + length};
}

// What stands before a time: the comparison, and whether the time is its left
// side, turned so that it reads `column OP time`.
enum class Bound { kNone, kFrom, kTo, kBoth };

class TimeFinder {
 public:
  TimeFinder(std::string_view sql, std::span<const Parameter> parameters)
      : sql_(sql), parameters_(parameters) {
    for (const LooseToken& token : CutLoosely(sql)) {
      if (token.kind != LooseKind::kBlank &&
          token.kind != LooseKind::kComment) {
        tokens_.push_back(token);
      }
    }
  }

  AskedTimes Find() {
    for (size_t i = 0; i < tokens_.size(); ++i) {
      const std::optional<Moment> moment = MomentAt(i);
      if (moment) Take(*moment, BoundAt(i));
    }
    AskedTimes asked;
    // Bounds that exclude each other come from an `or`: then it is everything.
    if (from_ && to_ && *from_ >= *to_) return asked;
    if (from_) asked.from = FormatUtc(*from_);
    if (to_) asked.to = FormatUtc(*to_);
    return asked;
  }

 private:
  std::string_view Text(size_t i) const {
    return i < tokens_.size() ? LooseText(sql_, tokens_[i])
                              : std::string_view();
  }

  std::optional<Moment> MomentAt(size_t i) const {
    const std::string_view text = Text(i);
    if (tokens_[i].kind == LooseKind::kString && text.size() > 2) {
      std::string_view inside = text.substr(1, text.size() - 2);
      if (inside.ends_with('%') || inside.ends_with('*')) {
        inside.remove_suffix(1);
      }
      return ParseMoment(inside);
    }
    if (tokens_[i].kind != LooseKind::kParameter) return std::nullopt;
    for (const Parameter& parameter : parameters_) {
      if (parameter.name == text.substr(1)) return ParseMoment(parameter.bytes);
    }
    return std::nullopt;
  }

  // `date('2015-01-01')` stands for its argument.
  size_t BeginOf(size_t i) const {
    while (i >= 2 && Text(i - 1) == "(" &&
           tokens_[i - 2].kind == LooseKind::kWord &&
           !SameName(Text(i - 2), "in")) {
      i -= 2;
    }
    return i;
  }

  Bound BoundAt(size_t time) const {
    const size_t i = BeginOf(time);
    if (i == 0) return Bound::kNone;
    const std::string_view before = Text(i - 1);
    const std::string_view two_before = i >= 2 ? Text(i - 2) : "";
    if (before == "=") {
      if (two_before == ">") return Bound::kFrom;
      if (two_before == "<") return Bound::kTo;
      return two_before == "!" ? Bound::kNone : Bound::kBoth;
    }
    if (before == ">") return two_before == "<" ? Bound::kNone : Bound::kFrom;
    if (before == "<") return Bound::kTo;
    if (SameName(before, "between")) return Bound::kFrom;
    if (SameName(before, "and") && IsBetween(i - 1)) return Bound::kTo;
    if (SameName(before, "like") || SameName(before, "glob") ||
        SameName(before, "is") || IsInList(i - 1)) {
      return Bound::kBoth;
    }
    return AfterTime(time);
  }

  // `'2015-01-01' <= column`.
  Bound AfterTime(size_t time) const {
    if (Text(time + 1) == "<") return Bound::kFrom;
    if (Text(time + 1) == ">") return Bound::kTo;
    return Text(time + 1) == "=" ? Bound::kBoth : Bound::kNone;
  }

  // Whether the `and` at `i` ends `between X and`.
  bool IsBetween(size_t i) const {
    for (size_t back = 1; back <= 6 && back <= i; ++back) {
      if (SameName(Text(i - back), "between")) return true;
    }
    return false;
  }

  // Whether what stands before `i` is `in (`, or `in ('...',`.
  bool IsInList(size_t i) const {
    while (i > 0 && (Text(i) == "," || tokens_[i].kind == LooseKind::kString)) {
      --i;
    }
    return i > 0 && Text(i) == "(" && SameName(Text(i - 1), "in");
  }

  void Take(const Moment& moment, Bound bound) {
    if (bound == Bound::kFrom || bound == Bound::kBoth) {
      from_ = std::min(from_.value_or(moment.begin), moment.begin);
    }
    if (bound == Bound::kTo || bound == Bound::kBoth) {
      const int64_t end = bound == Bound::kTo ? moment.begin : moment.end;
      to_ = std::max(to_.value_or(end), end);
    }
  }

  const std::string_view sql_;
  const std::span<const Parameter> parameters_;
  std::vector<LooseToken> tokens_;
  std::optional<int64_t> from_;
  std::optional<int64_t> to_;
};

// ---------- what is wrong

// Everything that the tables are made from, themselves too. Their names are
// the parameters from ?3 on, after the times asked for.
std::string Origins(size_t tables) {
  std::string names;
  for (size_t i = 0; i < tables; ++i) {
    names += (i > 0 ? ", (?" : "(?") + std::to_string(i + 3) + ")";
  }
  return "with recursive named (name) as (values " + names + R"(),
origins (name) as (
    select name from named
    union
    select ls_lineage.source
    from origins
    inner join ls_lineage on ls_lineage.model = origins.name
)
)";
}

constexpr const char* kFailingChecks = R"(
select name, failing_count, severity
from ls_check as last
where
    outcome = 'fail'
    and severity <> 'info'
    and model in (select name from origins)
    and run_id = (
        select max(run_id) from ls_check where ls_check.name = last.name)
order by severity, name
limit 4
)";

// A raw table is raw_<source>__<things>; a dot in a source's name is no letter
// of a table's name.
constexpr const char* kSources = R"(
, sources (source) as (
    select distinct ls_slice.source
    from ls_slice
    inner join origins
        on substr(origins.name, 1, length(ls_slice.source) + 6)
            = 'raw_' || replace(ls_slice.source, '.', '_') || '__'
)
)";

constexpr const char* kSlices = R"(
select
    source,
    count(*),
    sum(state in ('expected', 'missing', 'failed', 'running')),
    min(case when state in ('expected', 'missing', 'failed', 'running')
        then slice_start end),
    max(case when state in ('expected', 'missing', 'failed', 'running')
        then slice_end end),
    sum(rows_rejected)
from ls_slice
where
    source in (select source from sources)
    and (?1 is null or slice_end > ?1)
    and (?2 is null or slice_start < ?2)
group by source
order by source
)";

constexpr const char* kStale = R"(
select ls_model.model
from ls_model
where
    ls_model.model in (select name from origins)
    and ls_model.kind not in ('view', 'staging')
    and ls_model.built_at < (
        select max(loaded_at) from ls_slice
        where source in (select source from sources) and rows_loaded > 0)
order by ls_model.model
)";

class Warner {
 public:
  Warner(Connection* connection, std::span<const std::string> tables,
         const AskedTimes& asked)
      : connection_(connection), origins_(Origins(tables.size())) {
    values_.push_back(Value::TextOrNull(asked.from));
    values_.push_back(Value::TextOrNull(asked.to));
    for (const std::string& table : tables) {
      values_.push_back(Value::Text(table));
    }
  }

  Status Look() {
    LEARNSQL_TRY(ForEach(kFailingChecks, [this](const Statement& row) {
      const std::string count(row.text(1));
      warnings_.push_back("check " + std::string(row.text(0)) + " fails (" +
                          count + (count == "1" ? " row)" : " rows)"));
    }));
    LEARNSQL_TRY(ForEach(std::string(kSources) + kSlices,
                         [this](const Statement& row) { WarnOfSlices(row); }));
    return ForEach(std::string(kSources) + kStale, [this](
                                                       const Statement& row) {
      warnings_.push_back(std::string(row.text(0)) +
                          " is older than its raw data, run learnsql build");
    });
  }

  std::vector<std::string> Take() { return std::move(warnings_); }

 private:
  template <typename OnRow>
  Status ForEach(const std::string& rest, OnRow on_row) {
    LEARNSQL_TRY_SET(Statement statement,
                     connection_->Prepare(origins_ + rest));
    for (int i = 1; i <= statement.parameter_count(); ++i) {
      LEARNSQL_TRY(statement.Bind(i, values_[static_cast<size_t>(i) - 1]));
    }
    while (true) {
      LEARNSQL_TRY_SET(const bool row, statement.Step());
      if (!row) return {};
      on_row(statement);
    }
  }

  void WarnOfSlices(const Statement& row) {
    const std::string source(row.text(0));
    if (row.integer(2) > 0) {
      warnings_.push_back(source + " misses " + std::string(row.text(2)) +
                          " of " + std::string(row.text(1)) + " slices (" +
                          std::string(row.text(3)) + " to " +
                          std::string(row.text(4)) + ")");
    }
    if (row.integer(5) > 0) {
      warnings_.push_back(
          source + " has " + std::string(row.text(5)) +
          (row.integer(5) == 1 ? " rejected record" : " rejected records"));
    }
  }

  Connection* const connection_;
  const std::string origins_;
  std::vector<Value> values_;
  std::vector<std::string> warnings_;
};

}  // namespace

AskedTimes FindAskedTimes(std::string_view sql,
                          std::span<const Parameter> parameters) {
  return TimeFinder(sql, parameters).Find();
}

Result<std::vector<std::string>> DataWarnings(
    Connection* connection, const std::set<std::string>& tables,
    const AskedTimes& asked) {
  LEARNSQL_TRY_SET(
      const std::optional<int64_t> known,
      connection->QueryInteger(
          "select count(*) from sqlite_schema where type = 'table' and name in"
          " ('ls_slice', 'ls_check', 'ls_model', 'ls_lineage')"));
  if (known.value_or(0) < 4) return std::vector<std::string>();
  std::vector<std::string> named;
  for (const std::string& table : tables) {
    const bool own = table.starts_with("ls_") || table.starts_with("sqlite_");
    if (!own) named.push_back(table);
  }
  if (named.empty()) return std::vector<std::string>();
  Warner warner(connection, named, asked);
  LEARNSQL_TRY(warner.Look());
  return warner.Take();
}

}  // namespace learnsql
