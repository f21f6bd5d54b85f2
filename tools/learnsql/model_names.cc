#include "tools/learnsql/model_names.h"

#include <filesystem>

namespace learnsql {

KnowsModel KnowsModelOf(const Invocation& call) {
  if (!call.project) return {};
  return [root = call.project->root](std::string_view name) {
    for (const char* folder : {"sql", "views"}) {
      std::error_code ignored;  // a project may lack either folder
      for (const auto& entry : std::filesystem::recursive_directory_iterator(
               root / folder, ignored)) {
        if (entry.path().filename() == std::string(name) + ".sql") return true;
      }
    }
    return false;
  };
}

}  // namespace learnsql
