#include "tools/learnsql/model_options.h"

#include "engine/store/functions.h"

namespace learnsql {

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
  options.select = call.arguments;
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

}  // namespace learnsql
