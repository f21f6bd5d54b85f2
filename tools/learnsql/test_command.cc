#include <algorithm>
#include <filesystem>
#include <fstream>
#include <iostream>
#include <sstream>

#include "engine/base/log.h"
#include "engine/base/suggest.h"
#include "engine/model/case_runner.h"
#include "engine/store/functions.h"
#include "tools/learnsql/command.h"
#include "tools/learnsql/model_options.h"
#include "tools/learnsql/progress.h"

namespace learnsql {
namespace {

namespace fs = std::filesystem;

// The case files of the project, by path.
Result<std::vector<fs::path>> CaseFiles(const Project& project) {
  const fs::path folder = project.root / "tests/cases";
  std::vector<fs::path> files;
  std::error_code error;
  for (fs::recursive_directory_iterator entry(folder, error), end;
       !error && entry != end; entry.increment(error)) {
    if (entry->path().extension() == ".case") files.push_back(entry->path());
  }
  if (error && error != std::errc::no_such_file_or_directory) {
    return Status(Code::kIo, "cannot be read: " + error.message(),
                  {folder.string()});
  }
  if (files.empty()) {
    return Status(Code::kUsage,
                  "no case files; write one such as tests/cases/NAME.case",
                  {folder.string()});
  }
  std::sort(files.begin(), files.end());
  return files;
}

Status ReadFile(const Project& project, const fs::path& path,
                std::vector<TestCase>* cases) {
  std::ifstream in(path, std::ios::binary);
  std::ostringstream text;
  text << in.rdbuf();
  if (!in) return Status(Code::kIo, "cannot be read", {path.string()});
  const std::string name =
      path.lexically_relative(project.root).generic_string();
  LEARNSQL_TRY_SET(std::vector<TestCase> read, ReadCases(name, text.str()));
  std::move(read.begin(), read.end(), std::back_inserter(*cases));
  return {};
}

bool IsNamed(const TestCase& test, const std::string& name) {
  return test.name == name || test.file == name ||
         fs::path(test.file).filename() == name ||
         fs::path(test.file).stem() == name;
}

// The cases that are named, by their own name or by their file's; all without
// names.
Status Select(const std::vector<std::string>& names,
              std::vector<TestCase>* cases) {
  std::vector<std::string> known;
  for (const TestCase& test : *cases) {
    known.push_back(test.name);
    known.push_back(fs::path(test.file).stem().string());
  }
  for (const std::string& name : names) {
    const bool found =
        std::any_of(cases->begin(), cases->end(),
                    [&name](const TestCase& t) { return IsNamed(t, name); });
    if (found) continue;
    return Status(Code::kUsage,
                  "no case '" + name + "'" + DidYouMean(name, known));
  }
  std::erase_if(*cases, [&names](const TestCase& test) {
    return !names.empty() &&
           std::none_of(names.begin(), names.end(),
                        [&](const auto& name) { return IsNamed(test, name); });
  });
  return {};
}

// Prints what differs; whether the case passed.
bool RunOne(const ModelSet& models, const TestCase& test) {
  LoadOptions options;
  options.register_functions = [](Connection* connection) {
    return RegisterFunctions(connection, FunctionSet::kBuild);
  };
  const auto differences = RunCase(models, test, options);
  if (differences.ok() && differences->empty()) return true;
  std::cout << "FAIL " << test.name << " (" << test.file << ":" << test.line
            << ")\n";
  if (!differences.ok()) {
    std::cout << "  " << differences.status().ToString() << "\n";
    return false;
  }
  for (const std::string& line : *differences)
    std::cout << "  " << line << "\n";
  return false;
}

Status RunTest(const Invocation& call) {
  LEARNSQL_TRY_SET(const Project* const project, call.NeedProject());
  const int64_t began = call.clock->MonotonicMicros();
  LEARNSQL_TRY_SET(const std::vector<fs::path> files, CaseFiles(*project));
  std::vector<TestCase> cases;
  for (const fs::path& file : files) {
    LEARNSQL_TRY(ReadFile(*project, file, &cases));
  }
  LEARNSQL_TRY(Select(call.arguments, &cases));
  LEARNSQL_TRY_SET(const ModelSet models, LoadProjectModels(*project));
  LEARNSQL_TRY(ErrorsOf(models.findings));
  size_t failed = 0;
  for (const TestCase& test : cases) {
    if (call.cancel != nullptr) LEARNSQL_TRY(call.cancel->Check());
    failed += !RunOne(models, test);
  }
  const double seconds = call.clock->SecondsSince(began);
  Log(LogLevel::kInfo, "test: " + std::to_string(cases.size()) +
                           (cases.size() == 1 ? " case, " : " cases, ") +
                           std::to_string(cases.size() - failed) + " passed, " +
                           std::to_string(failed) + " failed in " +
                           ShowSeconds(seconds));
  return failed == 0 ? Status() : Status(Code::kInvalid, "");
}

}  // namespace

const Command kTestCommand = {
    .name = "test",
    .arguments = "[CASE...]",
    .summary = "run the case files of tests/cases in memory: rows in, rows out",
    .help =
        "CASE is a case's name or a file's. Differences go to stdout with "
        "file and line;\nexit 1 when there are any.",
    .max_arguments = 1000,
    .run = RunTest,
};

}  // namespace learnsql
