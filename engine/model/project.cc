#include "engine/model/project.h"

#include <algorithm>
#include <filesystem>
#include <fstream>
#include <set>
#include <sstream>

#include "engine/base/suggest.h"
#include "engine/model/expectation.h"
#include "engine/model/model_file.h"
#include "engine/model/question.h"
#include "engine/model/resolve.h"

namespace learnsql {
namespace {

namespace fs = std::filesystem;

Result<std::string> ReadFile(const fs::path& path) {
  std::ifstream in(path, std::ios::binary);
  std::ostringstream text;
  text << in.rdbuf();
  if (!in.good()) {
    return Status(Code::kIo, "cannot be read", {path.string()});
  }
  return std::move(text).str();
}

// NAME.trino.sql: the text for Trino of a model that one text cannot serve.
bool IsTrinoTwin(const std::string& path) {
  return path.ends_with(".trino.sql");
}

Status ListFiles(const fs::path& project, const char* folder,
                 std::vector<std::string>* paths) {
  std::error_code error;
  fs::recursive_directory_iterator entries(project / folder, error);
  for (; !error && entries != fs::recursive_directory_iterator();
       entries.increment(error)) {
    std::error_code ignored;
    if (!entries->is_regular_file(ignored)) continue;
    std::string path =
        entries->path().lexically_relative(project).generic_string();
    if (RoleOf(path) != FileRole::kOther || IsTrinoTwin(path)) {
      paths->push_back(std::move(path));
    }
  }
  if (!error) return {};
  return Status(Code::kIo, error.message(), {(project / folder).string()});
}

// Reads what stands in one file into the set.
class FileReader {
 public:
  explicit FileReader(ModelSet* set) : set_(set) {}

  void Read(ProjectFile file) {
    const FileRole role = RoleOf(file.path);
    if (IsTrinoTwin(file.path)) {
      const std::string stem = StemOf(file.path);
      set_->trino_twins.insert(stem.substr(0, stem.find('.')));
    }
    if (role == FileRole::kOther) return;
    Result<SqlText> text = SqlText::Make(std::move(file.path), file.text);
    if (!text.ok()) {
      set_->findings.push_back(FindingOf(text.status(), file.text));
      return;
    }
    auto script = std::make_shared<const SqlText>(std::move(text).value());
    switch (role) {
      case FileRole::kRaw:
        return Append(ReadRawTables(std::move(script), &set_->findings),
                      &set_->raw_tables);
      case FileRole::kChecks:
        return Append(ReadChecks(std::move(script), &set_->findings),
                      &set_->checks);
      case FileRole::kOther:
        return;
      case FileRole::kView:
        if (IsQuestion(*script)) {
          set_->questions.push_back(
              ReadQuestion(std::move(script), &set_->findings));
          return;
        }
        [[fallthrough]];
      default:
        set_->models.push_back(
            ReadModel(std::move(script), role, &set_->findings));
    }
  }

 private:
  template <typename T>
  static void Append(std::vector<T> from, std::vector<T>* to) {
    std::move(from.begin(), from.end(), std::back_inserter(*to));
  }

  ModelSet* set_;
};

void AddExpectations(ModelSet* set) {
  for (const Model& model : set->models) {
    for (const Expectation& expectation : model.expectations) {
      Result<Check> check = CheckOf(model, expectation);
      if (check.ok()) {
        set->checks.push_back(std::move(check).value());
      } else {
        set->findings.push_back(FindingAt(*model.script, expectation.token,
                                          check.status().message(),
                                          kExpectationForms));
      }
    }
  }
}

void CheckChecks(ModelSet* set) {
  std::vector<std::string> models;
  for (const Model& model : set->models) models.push_back(model.name);
  std::set<std::string> names;
  for (const Check& check : set->checks) {
    if (!names.insert(check.name).second) {
      set->findings.push_back(FindingAt(*check.script, check.name_token,
                                        "a second check '" + check.name + "'",
                                        "a check's name is its own"));
    }
    if (check.model.empty() || set->Find(check.model) != nullptr) continue;
    set->findings.push_back(FindingAt(
        *check.script, check.name_token,
        "no model '" + check.model + "'" + DidYouMean(check.model, models),
        "MODEL.check.sql stands beside MODEL.sql",
        "checks of several models stand in sql/checks/"));
  }
}

bool BeforeInText(const Finding& a, const Finding& b) {
  return std::tie(a.place.name, a.place.line, a.place.column) <
         std::tie(b.place.name, b.place.line, b.place.column);
}

template <typename T>
void SortByName(std::vector<T>* items) {
  std::sort(items->begin(), items->end(),
            [](const T& a, const T& b) { return a.name < b.name; });
}

}  // namespace

const Model* ModelSet::Find(std::string_view name) const {
  for (const Model& model : models) {
    if (EqualNames(model.name, name)) return &model;
  }
  return nullptr;
}

const RawTable* ModelSet::FindRaw(std::string_view name) const {
  for (const RawTable& table : raw_tables) {
    if (EqualNames(table.name, name)) return &table;
  }
  return nullptr;
}

const Question* ModelSet::FindQuestion(std::string_view name) const {
  for (const Question& question : questions) {
    if (EqualNames(question.name, name)) return &question;
  }
  return nullptr;
}

std::vector<std::string> ModelSet::ObjectNames() const {
  std::vector<std::string> names;
  for (const RawTable& table : raw_tables) names.push_back(table.name);
  for (const Model& model : models) names.push_back(model.name);
  return names;
}

Result<ModelSet> LoadModels(const std::string& project_dir,
                            const LoadOptions& options) {
  const fs::path project(project_dir);
  std::error_code error;
  if (!fs::is_directory(project / "sql", error)) {
    return Status(Code::kNotFound,
                  "no sql/ folder, so this is no project; `learnsql init DIR` "
                  "makes one",
                  {project_dir});
  }
  std::vector<std::string> paths;
  LEARNSQL_TRY(ListFiles(project, "sql", &paths));
  if (fs::is_directory(project / "views", error)) {
    LEARNSQL_TRY(ListFiles(project, "views", &paths));
  }
  std::sort(paths.begin(), paths.end());
  std::vector<ProjectFile> files;
  for (const std::string& path : paths) {
    LEARNSQL_TRY_SET(std::string text, ReadFile(project / path));
    files.push_back({path, std::move(text)});
  }
  LEARNSQL_TRY_SET(ModelSet set, LoadModels(std::move(files), options));
  set.project_dir = project_dir;
  return set;
}

Result<ModelSet> LoadModels(std::vector<ProjectFile> files,
                            const LoadOptions& options) {
  ModelSet set;
  FileReader reader(&set);
  for (ProjectFile& file : files) reader.Read(std::move(file));
  AddExpectations(&set);
  CheckChecks(&set);
  SortByName(&set.raw_tables);
  SortByName(&set.checks);
  SortByName(&set.questions);
  LEARNSQL_TRY(Resolve(&set, options));
  std::stable_sort(set.findings.begin(), set.findings.end(), BeforeInText);
  return set;
}

}  // namespace learnsql
