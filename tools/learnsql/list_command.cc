#include <array>

#include "engine/base/log.h"
#include "tools/learnsql/command.h"
#include "tools/learnsql/model_options.h"
#include "tools/learnsql/questions.h"

namespace learnsql {
namespace {

namespace po = boost::program_options;

void AddListFlags(po::options_description* flags) {
  AddSelectionFlags(flags);
  flags->add_options()                                        //
      ("questions", "only questions, with their parameters")  //
      ("format", po::value<std::string>()->value_name("FORMAT"),
       ("how to write the rows: " + FormatNames()).c_str())  //
      ("json", "short for --format json");
}

// What a row of the list says of one part of the project.
struct Entry {
  std::string name;
  std::string kind;
  std::string owner;
  std::string tags;
  std::string path;
  std::string document;
};

std::string JoinTags(const std::vector<std::string>& tags) {
  std::string text;
  for (const std::string& tag : tags) text += (text.empty() ? "" : " ") + tag;
  return text;
}

std::vector<Entry> EntriesOf(const ModelSet& models,
                             const Selection& selection) {
  std::vector<Entry> entries;
  for (const RawTable* raw : selection.raw_tables) {
    entries.push_back(
        {raw->name, "raw", "", "", raw->script->name(), raw->document});
  }
  for (const Model* model : selection.models) {
    entries.push_back({model->name, KindName(model->kind), model->owner,
                       JoinTags(model->tags), model->script->name(),
                       model->document});
  }
  for (const Check* check : selection.checks) {
    const Model* const model = models.Find(check->model);
    entries.push_back({check->name, "check",
                       model == nullptr ? "" : model->owner, "",
                       check->script->name(), check->document});
  }
  for (const Question* question : selection.questions) {
    entries.push_back({question->name, "question", question->owner,
                       JoinTags(question->tags), question->script->name(),
                       question->document});
  }
  return entries;
}

Status ListParts(const std::vector<Entry>& entries, Renderer* renderer) {
  const std::array<std::string, 6> columns = {"name", "kind", "owner",
                                              "tags", "path", "document"};
  LEARNSQL_TRY(renderer->Begin(columns));
  for (const Entry& entry : entries) {
    LEARNSQL_TRY(renderer->Row(
        std::array{Value::Text(entry.name), Value::Text(entry.kind),
                   Value::Text(entry.owner), Value::Text(entry.tags),
                   Value::Text(entry.path), Value::Text(entry.document)}));
  }
  return renderer->End();
}

// A part with errors may be missing, or miss what it reads.
void WarnOfErrors(const ModelSet& models) {
  const Status errors = ErrorsOf(models.findings);
  if (errors.ok()) return;
  Log(LogLevel::kWarning,
      "the models have errors, so the list may not be whole; 'learnsql lint' "
      "shows them");
}

Status RunList(const Invocation& call) {
  const std::string name = call.Has("json")     ? "json"
                           : call.Has("format") ? call.Text("format")
                                                : "table";
  LEARNSQL_TRY_SET(const Format format, ParseFormat(name));
  LEARNSQL_TRY_SET(const Project* const project, call.NeedProject());
  LEARNSQL_TRY_SET(const ModelSet models, LoadProjectModels(*project));
  FileSink out(stdout);
  const std::unique_ptr<Renderer> renderer =
      MakeRenderer({.format = format}, &out);
  if (call.Has("questions")) {
    if (!GetSelectorTexts(call).all()) {
      return Status(Code::kUsage, "--questions lists all of them");
    }
    LEARNSQL_TRY(ListQuestions(models, renderer.get()));
    return out.Flush();
  }
  LEARNSQL_TRY_SET(const BuildOptions options, GetBuildOptions(call));
  LEARNSQL_TRY_SET(const Selection selection,
                   GetSelection(call, models, options));
  WarnOfErrors(models);
  LEARNSQL_TRY(ListParts(EntriesOf(models, selection), renderer.get()));
  return out.Flush();
}

}  // namespace

const Command kListCommand = {
    .name = "list",
    .arguments = "[SELECT...]",
    .summary = "models, views, raw tables, checks, questions",
    .help = "Reads the project's files; needs no warehouse (but for state:).",
    .max_arguments = 1000,
    .add_flags = AddListFlags,
    .run = RunList,
};

}  // namespace learnsql
