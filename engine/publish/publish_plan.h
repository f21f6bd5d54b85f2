#pragma once

#include <string>
#include <vector>

#include "engine/base/status.h"
#include "engine/model/project.h"
#include "engine/publish/edition.h"

namespace learnsql {

// How one column of a table gets into the published file.
struct PublishedColumn {
  enum class Way {
    kKeep,
    kBlank,  // a fact about the warehouse (`local:`): NULL, or '' or 0
    kDrop,
    kHash,
  };
  std::string name;
  std::string type;
  std::string pii;  // its class; empty: none
  bool not_null = false;
  Way way = Way::kKeep;
};

struct PublishedTable {
  const Model* model = nullptr;
  std::vector<PublishedColumn> columns;  // all that are stored
  std::string condition;                 // of the edition; empty: all rows
  std::vector<std::string> order;        // columns that order its rows
};

// What goes into a published file.
//
// Lifetime: borrows the models.
struct PublishPlan {
  std::vector<PublishedTable> tables;  // parents before children
  std::vector<const Model*> views;     // inputs before who reads them

  const PublishedTable* Find(const std::string& table) const;
};

// Errors: kUsage for names that are not there, with the nearest; kInvalid for
// a view that reads what cannot be published, a rule that a table does not
// allow, a hash without key. Each says what to do.
Result<PublishPlan> PlanPublish(const ModelSet& set, const Edition& edition);

}  // namespace learnsql
