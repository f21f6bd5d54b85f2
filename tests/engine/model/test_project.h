#pragma once

#include <gtest/gtest.h>

#include <filesystem>
#include <memory>
#include <string>
#include <utility>
#include <vector>

#include "engine/base/clock.h"
#include "engine/model/build.h"
#include "engine/model/project.h"
#include "engine/store/connection.h"
#include "engine/store/warehouse.h"

namespace learnsql {

// A project made of texts and a warehouse in a folder of its own, for tests.
class TestProject {
 public:
  TestProject() : clock_(1'420'070'400) {  // 2015-01-01T00:00:00Z
    static int count = 0;
    folder_ = std::filesystem::temp_directory_path() /
              ("learnsql_model_" + std::to_string(::getpid()) + "_" +
               std::to_string(++count));
    std::filesystem::create_directories(folder_);
    Result<Connection> opened =
        OpenWarehouse((folder_ / "w.db").string(), false, nullptr);
    EXPECT_TRUE(opened.ok()) << opened.status().ToString();
    db_ = std::make_unique<Connection>(std::move(opened).value());
    Sql("pragma synchronous = off");  // a test's file need not survive
  }
  ~TestProject() {
    db_.reset();
    std::error_code ignored;
    std::filesystem::remove_all(folder_, ignored);
  }

  // Adds or replaces a file; an empty text removes it.
  void File(const std::string& path, const std::string& text) {
    std::erase_if(files_,
                  [&path](const ProjectFile& f) { return f.path == path; });
    if (!text.empty()) files_.push_back({path, text});
  }

  ModelSet Load() {
    Result<ModelSet> set = LoadModels(files_);
    EXPECT_TRUE(set.ok()) << set.status().ToString();
    return std::move(set).value();
  }

  // All findings, one after the other.
  std::string Findings() {
    std::string text;
    for (const Finding& finding : Load().findings) {
      text += finding.ToString() + "\n";
    }
    return text;
  }

  Result<BuildReport> Build(BuildOptions options = {}) {
    options.run_id = ++run_id_;
    options.clock = &clock_;
    return learnsql::Build(db_.get(), Load(), options);
  }

  // The models that a build that must pass rebuilt, "a full, b incremental".
  std::string Built(const BuildOptions& options = {}) {
    const Result<BuildReport> report = Build(options);
    if (!report.ok()) return report.status().ToString();
    std::string text;
    for (const ModelOutcome& outcome : report->models) {
      text += (text.empty() ? "" : ", ") + outcome.model + " " + outcome.mode;
    }
    return text;
  }

  void Sql(const std::string& sql) {
    const Status done = db_->Execute(sql);
    EXPECT_TRUE(done.ok()) << done.ToString() << "\n" << sql;
  }

  // The rows of a query, values joined by '|', a line each.
  std::string Rows(const std::string& sql) {
    Result<Statement> rows = db_->Prepare(sql);
    if (!rows.ok()) return rows.status().ToString();
    std::string text;
    while (true) {
      const Result<bool> row = rows->Step();
      if (!row.ok()) return row.status().ToString();
      if (!*row) return text;
      for (int i = 0; i < rows->column_count(); ++i) {
        text += (i == 0 ? "" : "|");
        text += rows->is_null(i) ? "null" : std::string(rows->text(i));
      }
      text += "\n";
    }
  }

  Connection* db() { return db_.get(); }
  FakeClock* clock() { return &clock_; }
  int64_t run_id() const { return run_id_; }
  const std::filesystem::path& folder() const { return folder_; }

 private:
  FakeClock clock_;
  std::filesystem::path folder_;
  std::unique_ptr<Connection> db_;
  std::vector<ProjectFile> files_;
  int64_t run_id_ = 0;
};

}  // namespace learnsql
