#include "tools/learnsql/model_names.h"

#include <algorithm>
#include <filesystem>

namespace learnsql {

std::vector<std::string> ModelNames(const Invocation& call) {
  std::vector<std::string> names;
  if (!call.project) return names;
  for (const char* folder : {"sql", "views"}) {
    std::error_code ignored;  // a project may lack either folder
    for (const auto& entry : std::filesystem::recursive_directory_iterator(
             call.project->root / folder, ignored)) {
      const std::filesystem::path& path = entry.path();
      const bool model = path.extension() == ".sql" &&
                         path.stem().extension().empty() &&
                         path.parent_path().filename() != "raw";
      if (model) names.push_back(path.stem().string());
    }
  }
  return names;
}

KnowsModel KnowsModelOf(const Invocation& call) {
  return [&call](std::string_view name) {
    const std::vector<std::string> names = ModelNames(call);
    return std::find(names.begin(), names.end(), name) != names.end();
  };
}

}  // namespace learnsql
