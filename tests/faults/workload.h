#pragma once

#include <functional>
#include <map>
#include <set>
#include <string>
#include <vector>

#include "engine/base/status.h"
#include "engine/model/project.h"

namespace learnsql {

// Some work on FOLDER/w.db, small enough to be done again for every call that
// it makes to the file system. Done a second time, it goes on where the first
// left off, or does nothing.
struct Workload {
  using Step = std::function<Status(const std::string& folder)>;

  std::string name;
  Step prepare;  // makes what the work begins with; untouched by faults
  Step run;
  // The same work in the pieces that readers may see, each whole.
  std::vector<Step> steps;
  // What else is whole: where only one of several slices failed. Each begins
  // anew.
  std::vector<Step> gaps;
};

// Two hours of a fake source, one after the other; with a copy and a reject.
Workload SmallLoad();
// Three hours, two at once, each in a shard of its own.
Workload LoadAtOnce();
// One hour, copied from its shard while it is read.
Workload LoadInParts();
// A first build, one more hour, and a build that folds it in: a table, an
// incremental model, views and a check.
Workload SmallBuild();
// Its models.
const ModelSet& SmallModels();
// The two sample hours of this repository and all its models.
Workload SampleProject();

// The warehouse of a folder.
std::string WarehouseIn(const std::string& folder);

// What the tables and views hold, each in a short text, without what a repeated
// attempt may change (load ids, run numbers, attempts).
using Content = std::map<std::string, std::string>;
Content ContentOf(const std::string& folder);
// What differs, a line each; empty: nothing.
std::string Differences(const Content& got, const Content& expected);

// The same for raw tables, models and views alone, as one text: what a reader
// sees. An empty text where there is no table yet.
std::string DataOf(const std::string& folder);

// DataOf after every step, before the first, and with every gap.
std::set<std::string> WholeStates(const Workload& work);

// What is wrong with a warehouse that nobody writes to: damaged pages, rows
// without their slice or slices without their rows, models that disagree.
// Empty: nothing.
std::string DamageOf(const std::string& folder);

// The slices that are said to be running.
int64_t RunningIn(const std::string& folder);

}  // namespace learnsql
