#include <algorithm>
#include <array>

#include "engine/base/log.h"
#include "engine/model/export_file.h"
#include "engine/store/functions.h"
#include "engine/store/warehouse.h"
#include "tools/learnsql/export_steps.h"
#include "tools/learnsql/model_names.h"
#include "tools/learnsql/progress.h"
#include "tools/learnsql/questions.h"

namespace learnsql {
namespace {

namespace po = boost::program_options;

void AddExportFlags(po::options_description* flags) {
  AddSelectionFlags(flags);
  flags->add_options()  //
      ("out", po::value<std::string>()->value_name("DIR"),
       "the folder to write to; made when it is not there")  //
      ("format", po::value<std::string>()->value_name("FORMAT"),
       "csv (without it), json or jsonl")  //
      ("as-of", po::value<std::string>()->value_name("TIME"),
       "the day in names of files; that of the last build without it");
}

// What the last build took for :as_of; empty when none tells. In a refresh that
// run is not over yet.
Result<std::string> AsOfOfState(Connection* connection) {
  LEARNSQL_TRY_SET(
      const std::optional<std::string> last,
      connection->QueryText(
          "select as_of from ls_run where outcome in ('ok', 'running') and "
          "as_of is not null order by run_id desc limit 1"));
  if (last) return *last;
  LEARNSQL_TRY_SET(const std::optional<std::string> newest,
                   connection->QueryText("select max(as_of) from ls_model"));
  return newest.value_or("");
}

// A table by its key; a view has its own order.
std::string QueryOf(const Model& model) {
  std::string sql = "select * from " + QuoteName(model.name);
  if (!model.stored()) return sql;
  std::string order;
  for (const std::string& column : model.PrimaryKey()) {
    order += (order.empty() ? " order by " : ", ") + QuoteName(column);
  }
  return sql + order;
}

// Collects what is exported, each with the name of its file.
class ItemList {
 public:
  ItemList(Format format, std::string as_of)
      : format_(format), as_of_(std::move(as_of)) {}

  Status Add(const Model& model) {
    return Add({.name = model.name,
                .file = {},
                .sql = QueryOf(model),
                .script = model.script->name(),
                .first_line = 1,
                .parameters = {}},
               *model.script);
  }

  Status Add(const Question& question) {
    LEARNSQL_TRY_SET(const ShellQuestion bound, BindQuestion(question, {}));
    return Add({.name = question.name,
                .file = {},
                .sql = bound.sql,
                .script = bound.file,
                .first_line = bound.first_line,
                .parameters = bound.parameters},
               *question.script);
  }

  const std::vector<ExportItem>& items() const { return items_; }

 private:
  Status Add(ExportItem item, const SqlText& script) {
    const std::string pattern = ExportFileOf(script);
    const Result<std::string> file =
        ExportFileName(pattern.empty() ? item.name : pattern, format_, as_of_,
                       item.parameters);
    if (!file.ok()) {
      return Status(file.status().code(), file.status().message(),
                    {item.script});
    }
    item.file = *file;
    items_.push_back(std::move(item));
    return {};
  }

  Format format_;
  std::string as_of_;
  std::vector<ExportItem> items_;
};

Status AddAll(const ModelSet& models, ItemList* list) {
  for (const Model& model : models.models) {
    if (model.layer == Layer::kView) LEARNSQL_TRY(list->Add(model));
  }
  for (const Question& question : models.questions) {
    if (ExportFileOf(*question.script).empty()) continue;
    LEARNSQL_TRY(list->Add(question));
  }
  return {};
}

// Names of questions are taken out of `texts` and added.
Status TakeQuestions(const ModelSet& models, SelectorTexts* texts,
                     ItemList* list) {
  std::vector<std::string> rest;
  for (const std::string& text : texts->select) {
    const Question* const question = models.FindQuestion(text);
    if (question == nullptr) {
      rest.push_back(text);
    } else {
      LEARNSQL_TRY(list->Add(*question));
    }
  }
  texts->select = rest;
  return {};
}

Status AddSelected(const Invocation& call, const ModelSet& models,
                   SelectorTexts texts, ItemList* list) {
  const bool named = !texts.select.empty();
  LEARNSQL_TRY(TakeQuestions(models, &texts, list));
  if (named && texts.select.empty()) return {};
  LEARNSQL_TRY_SET(const BuildOptions options, GetBuildOptions(call));
  LEARNSQL_TRY_SET(const Selection selection,
                   GetSelection(call, models, options, texts));
  for (const Model* const model : selection.models) {
    if (model->layer == Layer::kView ||
        (named && model->layer == Layer::kCurated)) {
      LEARNSQL_TRY(list->Add(*model));
    }
  }
  if (!list->items().empty()) return {};
  return Status(Code::kUsage,
                "nothing selected is a view, a curated table or a question; "
                "'learnsql list' lists them");
}

Result<Format> GetFormat(const Invocation& call) {
  constexpr std::array<std::string_view, 3> kNames = {"csv", "json", "jsonl"};
  constexpr std::array<Format, 3> kFormats = {Format::kCsv, Format::kJson,
                                              Format::kJsonLines};
  if (!call.Has("format")) return Format::kCsv;
  const auto at = std::find(kNames.begin(), kNames.end(), call.Text("format"));
  if (at != kNames.end()) return kFormats[at - kNames.begin()];
  return Status(Code::kUsage, "unknown format '" + call.Text("format") +
                                  "' (csv, json or jsonl)");
}

Status RunExport(const Invocation& call) {
  LEARNSQL_TRY_SET(const Project* const project, call.NeedProject());
  ExportRequest request;
  LEARNSQL_TRY_SET(request.format, GetFormat(call));
  request.folder = call.Text("out");
  if (request.folder.empty()) {
    return Status(Code::kUsage, "say where: 'learnsql export --out DIR'");
  }
  LEARNSQL_TRY_SET(const BuildOptions options, GetBuildOptions(call));
  request.as_of = options.as_of;
  request.texts = GetSelectorTexts(call);
  LEARNSQL_TRY_SET(const ModelSet models, LoadProjectModels(*project));
  LEARNSQL_TRY(ErrorsOf(models.findings));
  return RunExport(call, models, request);
}

}  // namespace

Status RunExport(const Invocation& call, const ModelSet& models,
                 const ExportRequest& request) {
  const int64_t began = call.clock->MonotonicMicros();
  LEARNSQL_TRY_SET(Connection connection,
                   OpenReadOnly(call.warehouse, call.cancel));
  LEARNSQL_TRY(RegisterFunctions(&connection, FunctionSet::kNewNames));
  std::string as_of = request.as_of;
  if (as_of.empty()) {
    LEARNSQL_TRY_SET(as_of, AsOfOfState(&connection));
  }
  ItemList list(request.format, as_of);
  LEARNSQL_TRY(request.texts.all()
                   ? AddAll(models, &list)
                   : AddSelected(call, models, request.texts, &list));
  ProgressLine line(call.clock, call.global.quiet);
  ExportOptions options;
  options.folder = request.folder;
  options.format = request.format;
  options.knows_model = KnowsModelOf(call);
  options.progress = [&](const std::string& name, size_t done, size_t total) {
    if (!line.wants_text()) return;
    line.Draw(std::to_string(done) + " of " + std::to_string(total) + ": " +
              name);
  };
  LEARNSQL_TRY_SET(const ExportReport report,
                   WriteExport(&connection, list.items(), options));
  Log(LogLevel::kInfo, "exported " + std::to_string(list.items().size()) +
                           " files to " + request.folder + ": " +
                           ShowCount(report.rows) + " rows, " +
                           ShowBytes(report.bytes) + " in " +
                           ShowSeconds(call.clock->SecondsSince(began)));
  return {};
}

const Command kExportCommand = {
    .name = "export",
    .arguments = "[SELECT...]",
    .summary = "write views as CSV or JSON files",
    .help =
        "Without SELECT: every view, and the questions with a 'file:' line. "
        "Curated tables and\nquestions (with their defaults) when they are "
        "named. A line '-- file: NAME' in the\nheader names the file; a view "
        "has its own order, a table that of its key; NULL is\nempty in CSV.",
    .max_arguments = 1000,
    .add_flags = AddExportFlags,
    .run = RunExport,
};

}  // namespace learnsql
