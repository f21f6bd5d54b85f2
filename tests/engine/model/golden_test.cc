#include <gtest/gtest.h>

#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <sstream>

#include "tests/engine/model/test_project.h"

namespace learnsql {
namespace {

namespace fs = std::filesystem;

constexpr const char* kMark = "==> ";

std::string ReadAll(const fs::path& path) {
  std::ifstream in(path, std::ios::binary);
  std::ostringstream text;
  text << in.rdbuf();
  return std::move(text).str();
}

// A case file: `==> PATH` begins a file of the project, `==> findings` what is
// to be said about it.
struct GoldenCase {
  std::vector<ProjectFile> files;
  std::string findings;
};

GoldenCase ReadCase(const fs::path& path) {
  GoldenCase golden;
  std::string* part = nullptr;
  std::istringstream lines(ReadAll(path));
  for (std::string line; std::getline(lines, line);) {
    if (!line.starts_with(kMark)) {
      if (part != nullptr) *part += line + "\n";
      continue;
    }
    const std::string name = line.substr(4);
    if (name == "findings") {
      part = &golden.findings;
    } else {
      golden.files.push_back({name, ""});
      part = &golden.files.back().text;
    }
  }
  return golden;
}

void Rewrite(const fs::path& path, const GoldenCase& golden,
             const std::string& findings) {
  std::ofstream out(path, std::ios::binary);
  for (const ProjectFile& file : golden.files) {
    out << kMark << file.path << "\n" << file.text;
  }
  out << kMark << "findings\n" << findings;
}

// LEARNSQL_REWRITE_GOLDEN=1 writes what is said now, to be read in the diff.
TEST(Golden, SaysWhatIsWrong) {
  const fs::path folder = fs::path(LEARNSQL_ROOT) / "tests/golden/model";
  int cases = 0;
  for (const fs::directory_entry& entry : fs::directory_iterator(folder)) {
    if (entry.path().extension() != ".case") continue;
    ++cases;
    const GoldenCase golden = ReadCase(entry.path());
    TestProject project;
    for (const ProjectFile& file : golden.files) {
      project.File(file.path, file.text);
    }
    const std::string findings = project.Findings();
    EXPECT_EQ(findings, golden.findings) << entry.path();
    if (std::getenv("LEARNSQL_REWRITE_GOLDEN") != nullptr) {
      Rewrite(entry.path(), golden, findings);
    }
  }
  EXPECT_GE(cases, 10);
}

}  // namespace
}  // namespace learnsql
