#include "tools/learnsql/model_options.h"

#include "engine/store/functions.h"
#include "engine/store/warehouse.h"

namespace learnsql {
namespace {

namespace po = boost::program_options;

ProjectState AllNew(const ModelSet& models) {
  ProjectState state;
  for (const Model& model : models.models) {
    state.added.insert(LowerCase(model.name));
  }
  state.modified = state.added;
  state.stale = state.added;
  return state;
}

Result<ProjectState> StateFor(const Invocation& call, const ModelSet& models,
                              const BuildOptions& options,
                              const SelectorTexts& texts) {
  if (!AsksForState(texts)) return ProjectState();
  Result<Connection> connection = OpenReadOnly(call.warehouse, call.cancel);
  if (connection.status().code() == Code::kNotFound) return AllNew(models);
  LEARNSQL_TRY(StatusOf(connection));
  const std::string as_of = options.as_of.empty()
                                ? FormatUtc(call.clock->NowSeconds())
                                : options.as_of;
  return ReadProjectState(
      &*connection, models,
      {.as_of = as_of, .functions_version = options.functions_version});
}

}  // namespace

Result<ModelSet> LoadProjectModels(const Project& project) {
  LoadOptions options;
  options.register_functions = [](Connection* connection) {
    return RegisterFunctions(connection, FunctionSet::kBuild);
  };
  return LoadModels(project.root.string(), options);
}

Result<BuildOptions> GetBuildOptions(const Invocation& call) {
  BuildOptions options;
  options.functions_version = FunctionsVersion();
  options.full = call.Has("full");
  options.prove = call.Has("prove");
  options.clock = call.clock;
  options.cancel = call.cancel;
  if (!call.Has("as-of")) return options;
  const std::optional<int64_t> as_of = ParseUtc(call.Text("as-of"));
  if (!as_of) {
    return Status(Code::kUsage, "--as-of '" + call.Text("as-of") +
                                    "' is no UTC time; write 2015-01-01 or "
                                    "2015-01-01T00");
  }
  options.as_of = FormatUtc(*as_of);
  return options;
}

void AddSelectionFlags(po::options_description* flags) {
  flags->add_options()(
      "exclude", po::value<std::vector<std::string>>()->value_name("SELECT"),
      "leave these out");
}

SelectorTexts GetSelectorTexts(const Invocation& call) {
  SelectorTexts texts;
  texts.select = call.arguments;
  if (call.Has("exclude")) {
    texts.exclude = call.flags["exclude"].as<std::vector<std::string>>();
  }
  return texts;
}

Result<Selection> GetSelection(const Invocation& call, const ModelSet& models,
                               const BuildOptions& options) {
  return GetSelection(call, models, options, GetSelectorTexts(call));
}

Result<Selection> GetSelection(const Invocation& call, const ModelSet& models,
                               const BuildOptions& options,
                               const SelectorTexts& texts) {
  LEARNSQL_TRY_SET(const ProjectState state,
                   StateFor(call, models, options, texts));
  return Select(models, texts, &state);
}

Status SelectModels(const Invocation& call, const ModelSet& models,
                    BuildOptions* options) {
  const SelectorTexts texts = GetSelectorTexts(call);
  if (texts.all()) return {};
  LEARNSQL_TRY_SET(const ProjectState state,
                   StateFor(call, models, *options, texts));
  LEARNSQL_TRY_SET(const Selection selection, Select(models, texts, &state));
  LEARNSQL_TRY_SET(options->select, BuildTargets(models, selection));
  if (texts.exclude.empty()) return {};
  LEARNSQL_TRY_SET(const Selection excluded,
                   Select(models, {.select = texts.exclude}, &state));
  for (const Model* const model : excluded.models) {
    options->exclude.push_back(model->name);
  }
  return {};
}

}  // namespace learnsql
