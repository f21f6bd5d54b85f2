#include "connectors/kusto/kusto_reply.h"

#include <algorithm>
#include <map>

#include "connectors/decode/json_parsers.h"
#include "connectors/decode/read_ahead.h"
#include "engine/base/byte_source.h"

namespace learnsql {
namespace {

// Rows kept of a table that is not known yet to hold results: those that say
// how the query went are few.
constexpr size_t kKeptRowBytes = 256 << 10;
constexpr size_t kMaxFrames = 16 << 20;
constexpr size_t kMaxTables = 1024;
constexpr size_t kMaxColumns = 4096;
constexpr size_t kShownMessage = 4096;
constexpr size_t kMaxErrorValues = 64 << 10;  // of an error body
constexpr int64_t kWorstHarmless = 2;    // levels and severities above it pass
// Codes by which the truncation limits are known.
constexpr std::string_view kTooLargeMarks[] = {"E_QUERY_RESULT_SET_TOO_LARGE",
                                               "80DA0003",
                                               "KustoServicePartialQueryFailure"
                                               "LimitsExceededException"};

std::string_view Cut(std::string_view text) {
  return text.substr(0, kShownMessage);
}

bool SaysTooLarge(std::string_view text) {
  return std::any_of(
      std::begin(kTooLargeMarks), std::end(kTooLargeMarks),
      [&](std::string_view mark) { return text.find(mark) != text.npos; });
}

// The most telling text of an error object and of those inside it.
KustoFault FaultOf(const JsonNode& node) {
  if (node.is_string()) {
    return {.message = std::string(Cut(node.text())),
            .too_large = SaysTooLarge(node.text())};
  }
  const JsonNode inner = node.Find("error");
  const JsonNode error = inner.is_object() ? inner : node;
  KustoFault fault;
  fault.code = std::string(Cut(error.Find("code").text()));
  std::string_view message = error.Find("@message").text();
  if (message.empty()) message = error.Find("message").text();
  if (message.empty()) message = inner.text();
  fault.message = std::string(Cut(message));
  fault.permanent = error.Find("@permanent").boolean();
  fault.too_large =
      SaysTooLarge(message) || SaysTooLarge(error.Find("@type").text());
  const JsonNode cause = error.Find("innererror");
  if (cause.is_object()) {
    const KustoFault deeper = FaultOf(cause);
    if (!deeper.code.empty()) fault.code = deeper.code;
    fault.too_large |= deeper.too_large;
    if (fault.message.empty()) fault.message = deeper.message;
  }
  if (fault.message.empty()) error.AppendMinified(&fault.message);
  fault.message.resize(std::min(fault.message.size(), kShownMessage));
  return fault;
}

// Of several, one that is permanent, or says that the result is too large,
// speaks for all.
void Add(const KustoFault& fault, std::optional<KustoFault>* all) {
  if (!*all) {
    *all = fault;
    return;
  }
  (*all)->too_large |= fault.too_large;
  if (fault.permanent != false) (*all)->permanent = fault.permanent;
}

// A list of errors, as OneApiErrors and Exceptions are.
void AddAll(const JsonNode& errors, std::optional<KustoFault>* all) {
  if (errors.is_array()) {
    for (const JsonNode error : errors.elements()) Add(FaultOf(error), all);
  } else if (errors.exists() && !errors.is_null()) {
    Add(FaultOf(errors), all);
  }
}

// An object where a row should be.
void AddRowObject(const JsonNode& object, std::optional<KustoFault>* all) {
  const JsonNode one_api = object.Find("OneApiErrors");
  const JsonNode exceptions = object.Find("Exceptions");
  const bool empty = one_api.size() + exceptions.size() == 0;
  AddAll(one_api, all);
  AddAll(exceptions, all);
  if (empty) Add(FaultOf(object), all);
}

// One frame of v2 or one table of v1, as far as it is kept.
struct Frame {
  std::string type;
  std::string fragment;  // DataAppend, DataReplace
  std::string kind;
  std::string name;
  std::optional<int64_t> table_id;
  std::optional<int64_t> row_count;
  std::vector<KustoColumn> columns;
  bool has_columns = false;
  bool has_rows = false;
  bool has_errors = false;
  bool cancelled = false;
  uint64_t rows = 0;
  std::optional<KustoFault> fault;
  std::string kept;  // rows, as the elements of an array
  bool kept_all = true;
};

Result<std::vector<KustoColumn>> ColumnsOf(const JsonNode& list,
                                           const JsonCursor& cursor) {
  std::vector<KustoColumn> columns;
  if (!list.is_array()) return cursor.Wrong("Columns is no array");
  if (list.size() > kMaxColumns) return cursor.Wrong("too many columns");
  for (const JsonNode column : list.elements()) {
    const JsonNode name = column.Find("ColumnName");
    if (!name.is_string()) return cursor.Wrong("a column has no ColumnName");
    columns.push_back({.name = {},
                       .label = std::string(name.text()),
                       .type = KustoTypeOf(column.Find("ColumnType").text(),
                                           column.Find("DataType").text())});
  }
  MakeNamesUnique(&columns);
  return columns;
}

// Reads frames whose members come in any order.
class FrameReader {
 public:
  explicit FrameReader(JsonCursor* cursor) : cursor_(cursor) {}

  Status Read(Frame* frame) {
    LEARNSQL_TRY(cursor_->EnterObject());
    std::string key;
    while (true) {
      LEARNSQL_TRY_SET(const bool more, cursor_->NextMember(&key));
      if (!more) return {};
      LEARNSQL_TRY(ReadMember(key, frame));
    }
  }

 private:
  Status ReadMember(const std::string& key, Frame* frame) {
    if (key == "Rows") return ReadRows(frame);
    static constexpr std::string_view kKnown[] = {
        "FrameType", "TableFragmentType", "TableKind", "TableName",
        "TableId",   "RowCount",          "Columns",   "HasErrors",
        "Cancelled", "OneApiErrors",      "Exceptions"};
    if (std::count(std::begin(kKnown), std::end(kKnown), key) == 0) {
      return cursor_->Skip();
    }
    LEARNSQL_TRY_SET(const JsonTaken taken, cursor_->TakeWhole());
    return SetMember(key, taken.root, frame);
  }

  Status SetMember(const std::string& key, const JsonNode& value,
                   Frame* frame) {
    if (key == "FrameType") frame->type = value.text();
    if (key == "TableFragmentType") frame->fragment = value.text();
    if (key == "TableKind") frame->kind = value.text();
    if (key == "TableName") frame->name = value.text();
    if (key == "TableId") frame->table_id = value.int64();
    if (key == "RowCount") frame->row_count = value.int64();
    if (key == "HasErrors") frame->has_errors = value.boolean() == true;
    if (key == "Cancelled") frame->cancelled = value.boolean() == true;
    if (key == "OneApiErrors" || key == "Exceptions") {
      AddAll(value, &frame->fault);
    }
    if (key == "Columns") {
      LEARNSQL_TRY_SET(frame->columns, ColumnsOf(value, *cursor_));
      frame->has_columns = true;
    }
    return {};
  }

  Status ReadRows(Frame* frame) {
    frame->has_rows = true;
    LEARNSQL_TRY(cursor_->EnterArray());
    while (true) {
      LEARNSQL_TRY_SET(const bool more, cursor_->NextElement());
      if (!more) return {};
      LEARNSQL_TRY_SET(const char front, cursor_->Front());
      LEARNSQL_TRY(front == '{' ? ReadRowObject(frame) : ReadRow(frame));
    }
  }

  Status ReadRowObject(Frame* frame) {
    LEARNSQL_TRY_SET(const JsonTaken taken, cursor_->TakeWhole());
    AddRowObject(taken.root, &frame->fault);
    return {};
  }

  Status ReadRow(Frame* frame) {
    ++frame->rows;
    frame->kept_all &= frame->kind != "PrimaryResult";
    if (!frame->kept_all) return cursor_->Skip();
    LEARNSQL_TRY_SET(const JsonTaken taken, cursor_->Take());
    const bool fits = taken.reason.empty() &&
                      frame->kept.size() + taken.length < kKeptRowBytes;
    if (fits) {
      if (!frame->kept.empty()) frame->kept += ',';
      frame->kept.append(taken.text);
    } else {
      frame->kept_all = false;
      frame->kept.clear();
    }
    return {};
  }

  JsonCursor* cursor_;
};

// The rows that a frame kept, as JSON.
class KeptRows {
 public:
  explicit KeptRows(const Frame& frame)
      : text_("[" + frame.kept + "]"), parser_(kMaxErrorValues) {
    parser_.Parse(text_, &tape_);
  }
  JsonNode::Elements rows() const { return JsonNode(&tape_, 1).elements(); }

 private:
  std::string text_;
  SlowJsonParser parser_;
  JsonTape tape_;
};

JsonNode CellOf(const JsonNode& row, int column) {
  int at = 0;
  for (const JsonNode cell : row.elements()) {
    if (at++ == column) return cell;
  }
  return {};
}

std::string TextOf(const JsonNode& cell) {
  std::string text(cell.text());
  if (text.empty() && cell.exists()) cell.AppendMinified(&text);
  return text;
}

int ColumnOf(const std::vector<KustoColumn>& columns, std::string_view name) {
  for (size_t i = 0; i < columns.size(); ++i) {
    if (columns[i].label == name) return static_cast<int>(i);
  }
  return -1;
}

// Adds the statuses that stand for a failure: `level` names the column of how
// bad, `what` those that say it, the last one first.
Status AddStatuses(const std::vector<KustoColumn>& columns, const Frame& frame,
                   std::string_view level, std::string_view name,
                   std::string_view what, const JsonCursor& cursor,
                   std::optional<KustoFault>* fault) {
  if (frame.rows > 0 && !frame.kept_all) {
    return cursor.Wrong("the table that says how the query went is too large");
  }
  const int level_column = ColumnOf(columns, level);
  if (level_column < 0) return {};
  const KeptRows kept(frame);
  for (const JsonNode row : kept.rows()) {
    const auto value = CellOf(row, level_column).int64();
    if (!value || *value > kWorstHarmless) continue;
    KustoFault found;
    const std::string title = TextOf(CellOf(row, ColumnOf(columns, name)));
    const std::string text = TextOf(CellOf(row, ColumnOf(columns, what)));
    found.message =
        title.empty() || text.empty() ? title + text : title + " " + text;
    found.message.resize(std::min(found.message.size(), kShownMessage));
    found.too_large = SaysTooLarge(found.message);
    found.permanent = true;
    Add(found, fault);
  }
  return {};
}

// The database cursor among the properties of a query.
void ReadProperties(const Frame& frame, KustoSurvey* survey) {
  const KeptRows kept(frame);
  for (const JsonNode row : kept.rows()) {
    if (CellOf(row, 1).text() == "Cursor") {
      survey->cursor = TextOf(CellOf(row, 2));
    }
  }
}

// Names of tables are unique, as those of columns are.
std::string FreshName(const std::string& name,
                      const std::vector<KustoTable>& tables) {
  std::string fresh = name;
  const auto taken = [&] {
    return std::any_of(tables.begin(), tables.end(),
                       [&](const KustoTable& t) { return t.name == fresh; });
  };
  for (int n = 2; taken(); ++n) fresh = name + "_" + std::to_string(n);
  return fresh;
}

int32_t AddTable(Frame* frame, KustoSurvey* survey) {
  survey->tables.push_back({.name = FreshName(frame->name, survey->tables),
                            .columns = std::move(frame->columns),
                            .rows = frame->rows});
  return static_cast<int32_t>(survey->tables.size()) - 1;
}

// Version 2: an array of frames.
class FrameSurvey {
 public:
  explicit FrameSurvey(JsonCursor* cursor) : cursor_(cursor) {}

  Result<KustoSurvey> Run() {
    LEARNSQL_TRY(cursor_->EnterArray());
    FrameReader reader(cursor_);
    while (true) {
      LEARNSQL_TRY_SET(const bool more, cursor_->NextElement());
      if (!more) break;
      Frame frame;
      LEARNSQL_TRY(reader.Read(&frame));
      if (frame.fault) Add(*frame.fault, &survey_.fault);
      survey_.table_of_frame.push_back(-1);
      LEARNSQL_TRY(Take(&frame));
    }
    LEARNSQL_TRY(CheckEnd());
    return std::move(survey_);
  }

 private:
  // A table that came, or is coming, in pieces.
  struct Open {
    std::string kind;
    std::vector<KustoColumn> columns;  // of what is no result
    int32_t table = -1;
    uint64_t rows = 0;
    bool complete = false;
  };

  Status Take(Frame* frame) {
    if (survey_.table_of_frame.size() > kMaxFrames) {
      return cursor_->Wrong("too many frames");
    }
    if (completed_) return cursor_->Wrong("a frame behind DataSetCompletion");
    const bool header = frame->type == "DataSetHeader";
    if (header != (survey_.table_of_frame.size() == 1)) {
      return cursor_->Wrong("the first frame, and no other, is DataSetHeader");
    }
    if (header || frame->type == "TableProgress") return {};
    if (frame->type == "DataTable") return TakeTable(frame);
    if (frame->type == "TableHeader") return TakeHeader(frame);
    if (frame->type == "TableFragment") return TakeFragment(*frame);
    if (frame->type == "TableCompletion") return TakeTableEnd(*frame);
    if (frame->type == "DataSetCompletion") return TakeEnd(*frame);
    return cursor_->Wrong("unknown frame '" + frame->type.substr(0, 80) + "'");
  }

  Status TakeTable(Frame* frame) {
    if (frame->kind.empty() || !frame->has_columns || !frame->has_rows) {
      return cursor_->Wrong("a DataTable lacks its kind, columns or rows");
    }
    if (frame->kind != "PrimaryResult") {
      return TakeOther(frame->kind, frame->columns, *frame);
    }
    if (survey_.tables.size() >= kMaxTables) {
      return cursor_->Wrong("too many tables");
    }
    survey_.table_of_frame.back() = AddTable(frame, &survey_);
    return {};
  }

  // Rows of a table that holds no results.
  Status TakeOther(const std::string& kind,
                   const std::vector<KustoColumn>& columns,
                   const Frame& frame) {
    if (kind == "QueryProperties") ReadProperties(frame, &survey_);
    if (kind != "QueryCompletionInformation") return {};
    return AddStatuses(columns, frame, "Level", "StatusCodeName", "Payload",
                       *cursor_, &survey_.fault);
  }

  Status TakeHeader(Frame* frame) {
    if (!frame->table_id || frame->kind.empty() || !frame->has_columns) {
      return cursor_->Wrong("a TableHeader lacks its id, kind or columns");
    }
    if (open_.size() >= kMaxTables) return cursor_->Wrong("too many tables");
    const auto [at, fresh] = open_.try_emplace(*frame->table_id);
    if (!fresh) return cursor_->Wrong("two tables have the same TableId");
    at->second.kind = frame->kind;
    if (frame->kind == "PrimaryResult") {
      at->second.table = AddTable(frame, &survey_);
    } else {
      at->second.columns = std::move(frame->columns);
    }
    return {};
  }

  Result<Open*> FindOpen(const Frame& frame) {
    const auto at = open_.find(frame.table_id.value_or(INT64_MIN));
    if (at == open_.end() || at->second.complete) {
      return cursor_->Wrong("a frame of a table that is not open: " +
                            frame.type);
    }
    return &at->second;
  }

  Status TakeFragment(const Frame& frame) {
    LEARNSQL_TRY_SET(Open* const open, FindOpen(frame));
    if (frame.fragment == "DataReplace") {
      open->rows = 0;
      if (open->table >= 0) Forget(open->table);
    } else if (frame.fragment != "DataAppend") {
      return cursor_->Wrong("unknown TableFragmentType");
    }
    if (!frame.has_rows) return cursor_->Wrong("a TableFragment without Rows");
    open->rows += frame.rows;
    if (open->table < 0) return TakeOther(open->kind, open->columns, frame);
    survey_.table_of_frame.back() = open->table;
    survey_.tables[static_cast<size_t>(open->table)].rows = open->rows;
    return {};
  }

  // What came of the table so far is void.
  void Forget(int32_t table) {
    std::replace(survey_.table_of_frame.begin(), survey_.table_of_frame.end(),
                 table, int32_t{-1});
  }

  Status TakeTableEnd(const Frame& frame) {
    LEARNSQL_TRY_SET(Open* const open, FindOpen(frame));
    open->complete = true;
    // Where the query failed, rows were cut off: the fault says it better.
    if (survey_.fault || !frame.row_count) return {};
    if (*frame.row_count == static_cast<int64_t>(open->rows)) return {};
    return cursor_->Wrong(
        "TableCompletion counts " + std::to_string(*frame.row_count) +
        " rows, and there were " + std::to_string(open->rows));
  }

  Status TakeEnd(const Frame& frame) {
    completed_ = true;
    if (frame.cancelled && !survey_.fault) {
      survey_.fault = {.code = "Cancelled",
                       .message = "the query was cancelled"};
    }
    if (frame.has_errors && !survey_.fault) {
      survey_.fault = {.message =
                           "the service says that there were errors, "
                           "not which"};
    }
    return {};
  }

  Status CheckEnd() const {
    if (!completed_) {
      return Status(Code::kNetwork,
                    "the reply ends without DataSetCompletion: it is not "
                    "whole; try again later");
    }
    for (const auto& [id, open] : open_) {
      if (!open.complete && !survey_.fault) {
        return Status(Code::kNetwork,
                      "the reply ends without the end of table " +
                          std::to_string(id) +
                          ": it is not whole; try again later");
      }
    }
    return {};
  }

  JsonCursor* cursor_;
  KustoSurvey survey_;
  std::map<int64_t, Open> open_;
  bool completed_ = false;
};

// Version 1: an object with a list of tables, of which the last one tells what
// the others are, if there are more than two.
class TableSurvey {
 public:
  explicit TableSurvey(JsonCursor* cursor) : cursor_(cursor) {}

  Result<KustoSurvey> Run() {
    LEARNSQL_TRY(cursor_->EnterObject());
    std::string key;
    while (true) {
      LEARNSQL_TRY_SET(const bool more, cursor_->NextMember(&key));
      if (!more) break;
      LEARNSQL_TRY(TakeMember(key));
    }
    if (!has_tables_ && !survey_.fault) {
      return cursor_->Wrong("the reply has neither Tables nor an error");
    }
    survey_.table_of_frame.assign(frames_.size(), -1);
    LEARNSQL_TRY(frames_.size() > 2 ? SortByContents() : TakeFirst());
    return std::move(survey_);
  }

 private:
  Status TakeMember(const std::string& key) {
    if (key == "Tables") return ReadTables();
    LEARNSQL_TRY_SET(const JsonTaken taken, cursor_->TakeWhole());
    if (key == "Exceptions" || key == "OneApiErrors") {
      AddAll(taken.root, &survey_.fault);
    }
    if (key == "error" && !taken.root.is_null()) {
      Add(FaultOf(taken.root), &survey_.fault);
    }
    return {};
  }

  Status ReadTables() {
    has_tables_ = true;
    FrameReader reader(cursor_);
    LEARNSQL_TRY(cursor_->EnterArray());
    while (true) {
      LEARNSQL_TRY_SET(const bool more, cursor_->NextElement());
      if (!more) return {};
      Frame frame;
      LEARNSQL_TRY(reader.Read(&frame));
      if (frame.fault) Add(*frame.fault, &survey_.fault);
      if (!frame.has_columns || !frame.has_rows) {
        return cursor_->Wrong("a table lacks its columns or rows");
      }
      if (frames_.size() >= kMaxTables) {
        return cursor_->Wrong("too many tables");
      }
      frames_.push_back(std::move(frame));
    }
  }

  Status TakeFirst() {
    if (frames_.empty()) return {};
    survey_.table_of_frame[0] = AddTable(&frames_[0], &survey_);
    return {};
  }

  Status SortByContents() {
    const Frame& contents = frames_.back();
    const int ordinal = ColumnOf(contents.columns, "Ordinal");
    const int kind = ColumnOf(contents.columns, "Kind");
    const int name = ColumnOf(contents.columns, "Name");
    if (ordinal < 0 || kind < 0 || !contents.kept_all) {
      return cursor_->Wrong("the last table is no table of contents");
    }
    const KeptRows kept(contents);
    for (const JsonNode row : kept.rows()) {
      const auto at = CellOf(row, ordinal).int64();
      if (!at || *at < 0 || *at >= static_cast<int64_t>(frames_.size()) - 1) {
        return cursor_->Wrong(
            "the table of contents names a table that is "
            "not there");
      }
      LEARNSQL_TRY(TakeTable(static_cast<size_t>(*at), CellOf(row, kind).text(),
                             CellOf(row, name).text()));
    }
    return {};
  }

  Status TakeTable(size_t at, std::string_view kind, std::string_view name) {
    Frame& frame = frames_[at];
    if (kind == "QueryResult" && survey_.table_of_frame[at] < 0) {
      if (!name.empty()) frame.name = name;
      survey_.table_of_frame[at] = AddTable(&frame, &survey_);
    }
    if (kind == "QueryStatus") {
      return AddStatuses(frame.columns, frame, "Severity", "SeverityName",
                         "StatusDescription", *cursor_, &survey_.fault);
    }
    return {};
  }

  JsonCursor* cursor_;
  KustoSurvey survey_;
  std::vector<Frame> frames_;
  bool has_tables_ = false;
};

// Hands out the rows of the array ahead.
Status TakeRows(JsonCursor* cursor, size_t table, const TakeKustoRow& take) {
  LEARNSQL_TRY(cursor->EnterArray());
  while (true) {
    LEARNSQL_TRY_SET(const bool more, cursor->NextElement());
    if (!more) return {};
    LEARNSQL_TRY_SET(const JsonTaken row, cursor->Take());
    LEARNSQL_TRY(take(table, row));
  }
}

// Of the array of frames or tables ahead.
Status TakeFrames(const KustoSurvey& survey, JsonCursor* cursor,
                  const TakeKustoRow& take) {
  LEARNSQL_TRY(cursor->EnterArray());
  for (const int32_t table : survey.table_of_frame) {
    LEARNSQL_TRY(cursor->NextElement());
    if (table < 0) {
      LEARNSQL_TRY(cursor->Skip());
      continue;
    }
    LEARNSQL_TRY(cursor->EnterObject());
    std::string key;
    while (true) {
      LEARNSQL_TRY_SET(const bool more, cursor->NextMember(&key));
      if (!more) break;
      LEARNSQL_TRY(key == "Rows"
                       ? TakeRows(cursor, static_cast<size_t>(table), take)
                       : cursor->Skip());
    }
  }
  return cursor->NextElement().status();
}

}  // namespace

Result<KustoSurvey> SurveyKustoReply(JsonCursor* cursor) {
  LEARNSQL_TRY_SET(const char front, cursor->Front());
  if (front == '[') return FrameSurvey(cursor).Run();
  if (front == '{') return TableSurvey(cursor).Run();
  if (front == '\0') {
    return Status(Code::kNetwork, "the reply is empty; try again later");
  }
  return cursor->Wrong("the reply is no JSON: it begins with '" +
                       std::string(1, front) + "'");
}

Status ReadKustoRows(const KustoSurvey& survey, JsonCursor* cursor,
                     const TakeKustoRow& take) {
  LEARNSQL_TRY_SET(const char front, cursor->Front());
  if (front == '[') return TakeFrames(survey, cursor, take);
  LEARNSQL_TRY(cursor->EnterObject());
  std::string key;
  while (true) {
    LEARNSQL_TRY_SET(const bool more, cursor->NextMember(&key));
    if (!more) return {};
    LEARNSQL_TRY(key == "Tables" ? TakeFrames(survey, cursor, take)
                                 : cursor->Skip());
  }
}

KustoFault ReadKustoError(std::string_view body) {
  const size_t first = body.find_first_not_of(" \t\r\n\xef\xbb\xbf");
  if (first != body.npos && (body[first] == '{' || body[first] == '[')) {
    SlowJsonParser parser(kMaxErrorValues);
    JsonTape tape;
    if (parser.Parse(body.substr(first), &tape).reason.empty()) {
      const JsonNode root(&tape, 1);
      std::optional<KustoFault> fault;
      if (root.is_array()) AddAll(root, &fault);
      return fault ? *fault : FaultOf(root);
    }
  }
  KustoFault fault{.message = std::string(Cut(body)),
                   .too_large = SaysTooLarge(body)};
  const size_t colon = body.find(':');
  if (colon != body.npos && colon < 64 &&
      body.substr(0, colon).find_first_of(" \t\r\n") == body.npos) {
    fault.code = std::string(body.substr(0, colon));
  }
  return fault;
}

std::string Describe(const KustoFault& fault) {
  std::string text = fault.message;
  for (char& c : text) {
    if (static_cast<unsigned char>(c) < 0x20) c = ' ';
  }
  constexpr size_t kShown = 500;
  if (text.size() > kShown) text = text.substr(0, kShown) + "...";
  if (fault.code.empty() || text.starts_with(fault.code)) return text;
  return fault.code + (text.empty() ? "" : ": " + text);
}

}  // namespace learnsql
