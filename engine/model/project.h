#pragma once

#include <functional>
#include <set>
#include <string>
#include <vector>

#include "engine/base/status.h"
#include "engine/model/finding.h"
#include "engine/model/model.h"

namespace learnsql {

class Connection;

// All that sql/ and views/ of one project say, read and held against each
// other.
//
// Threads: any thread, for reading.
struct ModelSet {
  std::string project_dir;
  std::vector<Model> models;         // inputs and parents before who needs them
  std::vector<RawTable> raw_tables;  // by name
  std::vector<Check> checks;         // by name
  std::vector<Question> questions;   // by name
  // Models with a NAME.trino.sql beside them: their own text is SQLite's alone.
  std::set<std::string> trino_twins;
  std::vector<Finding> findings;  // by place; errors and warnings

  // Null when there is none.
  const Model* Find(std::string_view name) const;
  const RawTable* FindRaw(std::string_view name) const;
  const Question* FindQuestion(std::string_view name) const;

  // Names of all raw tables, models and views.
  std::vector<std::string> ObjectNames() const;
};

struct LoadOptions {
  // Makes a connection know the functions that models may call. None: those of
  // SQLite.
  std::function<Status(Connection*)> register_functions;
};

// Reads every file below `project_dir`/sql and `project_dir`/views, prepares
// every query against empty tables, and finds the graph. What is wrong with
// the SQL is in `findings`; a set with errors there must not be built.
// Errors: kNotFound when there is no sql/ folder, kIo for files that cannot be
// read.
Result<ModelSet> LoadModels(const std::string& project_dir,
                            const LoadOptions& options = {});

// A file of a project: its path relative to it, with '/', and its text.
struct ProjectFile {
  std::string path;
  std::string text;
};

// The same for files that are at hand.
Result<ModelSet> LoadModels(std::vector<ProjectFile> files,
                            const LoadOptions& options = {});

}  // namespace learnsql
