#include "tools/learnsql/model_names.h"

#include <algorithm>
#include <filesystem>
#include <fstream>
#include <iterator>

#include "engine/model/model_file.h"
#include "engine/model/question.h"

namespace learnsql {
namespace {

namespace fs = std::filesystem;

// A question stands among the views, and only its text tells it from one. What
// cannot be read as SQL is taken for a view that somebody is writing.
bool HoldsQuestion(const fs::path& path) {
  std::ifstream file(path, std::ios::binary);
  std::string text(std::istreambuf_iterator<char>(file), {});
  const Result<SqlText> script = SqlText::Make(path.string(), std::move(text));
  return script.ok() && IsQuestion(*script);
}

bool MakesModel(const fs::path& root, const fs::path& path) {
  switch (RoleOf(path.lexically_relative(root).generic_string())) {
    case FileRole::kStaging:
    case FileRole::kCurated:
      return true;
    case FileRole::kView:
      return !HoldsQuestion(path);
    default:
      return false;
  }
}

}  // namespace

std::vector<std::string> ModelNames(const Invocation& call) {
  std::vector<std::string> names;
  if (!call.project) return names;
  const fs::path& root = call.project->root;
  for (const char* folder : {"sql", "views"}) {
    std::error_code ignored;  // a project may lack either folder
    fs::recursive_directory_iterator entry(root / folder, ignored);
    for (; !ignored && entry != fs::recursive_directory_iterator();
         entry.increment(ignored)) {
      const fs::path& path = entry->path();
      if (MakesModel(root, path)) names.push_back(StemOf(path.string()));
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
