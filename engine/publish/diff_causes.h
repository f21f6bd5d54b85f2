#pragma once

#include <cstdint>
#include <memory>
#include <string>
#include <vector>

#include "engine/base/status.h"

namespace learnsql {

class Connection;

// Something that changed above a table, which may have changed its rows.
struct DiffCause {
  enum class Kind {
    kNewData,        // slices after all that A had of the same
    kLateData,       // slices that A lacked between, or before, those it had
    kRestated,       // slices of A that have other content
    kRemovedData,    // slices of A whose rows are gone
    kForgotten,      // a person was taken out
    kChangedModel,   // its own script
    kChangedParent,  // the script of a model it reads, in any depth
    kAsOf,           // it tells how old things are, at another moment
    kFunctions,      // learnsql's own functions
    kEdition,        // other rules of who may see what
    kUnknown,        // nothing in the files tells
  };
  Kind kind = Kind::kUnknown;
  std::string detail;  // for people
  // False where the files say that it changed, not that this table reads it.
  bool is_certain = true;
  // Of slices:
  std::string source;
  std::string object;
  int64_t slices = 0;
  std::string first;  // where the earliest begins, as the ledger has it
  std::string last;   // and the latest
  std::string model;  // of kChangedModel and kChangedParent
};

const char* CauseName(DiffCause::Kind kind);

// What of a file the causes are found in.
struct CauseSide {
  Connection* file = nullptr;
  bool is_published = false;
  std::string edition;
};

// Why tables differ, from the records of both files: the ledger of slices,
// scripts, fingerprints and lineage.
//
// Threads: any thread, for reading.
// Memory:  by the number of models and of kinds of changes, not of slices.
class CauseFinder {
 public:
  // Reads all that is needed; the connections may be closed afterwards.
  static Result<CauseFinder> Read(const CauseSide& a, const CauseSide& b);
  CauseFinder(CauseFinder&&) noexcept;
  ~CauseFinder();

  // The causes of a table that differs; never empty.
  std::vector<DiffCause> CausesOf(const std::string& table) const;

  // Whether the script of a model, comments left out, is another one; false
  // where one file has no such model.
  bool ScriptChanged(const std::string& model) const;

  // What the causes may miss, for people.
  const std::vector<std::string>& notes() const;

 private:
  struct Evidence;
  explicit CauseFinder(std::unique_ptr<const Evidence> evidence);

  std::unique_ptr<const Evidence> evidence_;
};

}  // namespace learnsql
