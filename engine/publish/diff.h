#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "engine/base/status.h"
#include "engine/publish/diff_causes.h"
#include "engine/publish/row_diff.h"

namespace learnsql {

class CancelFlag;

struct DiffOptions {
  // Tables and views to compare; empty: all that people read. Rows of views are
  // compared only where they are named: what they read is compared anyway.
  std::vector<std::string> names;
  size_t samples = 3;                  // rows kept of each kind of change
  const CancelFlag* cancel = nullptr;  // borrowed
};

// One of the two files.
struct DiffSide {
  std::string file;
  bool is_published = false;
  std::string edition;  // of a published file; empty: the whole
  // Of a warehouse: its last state, and when it was committed.
  std::optional<int64_t> state;
  std::string committed_at;
};

// How the warehouse behind one file stands to that behind the other, as their
// states tell.
enum class DiffRelation {
  kUnknown,    // a published file keeps no states
  kContinues,  // B is A, later on, or as it was
  kEarlier,    // A is B, later on
  kOther,      // two warehouses
};

struct SchemaChange {
  enum class What { kAdded, kRemoved, kType, kNullable, kKey };
  What what = What::kAdded;
  std::string column;  // empty for kKey
  std::string before;  // the type, the rule, the key's columns
  std::string after;
};

// A table or view that both files have and that differs.
struct ObjectDiff {
  enum class Way {
    kKey,         // rows by primary key
    kBag,         // as a bag of rows: without a key on both sides
    kDefinition,  // a view: its columns and its text
  };
  // A build of B that made it since A's last one.
  struct Rebuilt {
    int64_t state = 0;
    std::string committed_at;
    std::string cause;
  };

  std::string name;
  std::string kind;  // as in ls_model
  Way way = Way::kKey;
  std::vector<std::string> key;  // of kKey
  RowDiff rows;                  // of kKey and kBag
  std::vector<SchemaChange> schema;
  bool definition_changed = false;  // of a view: its text without comments
  std::vector<DiffCause> causes;
  std::vector<Rebuilt> rebuilt;  // the last of them, newest first
  int64_t rebuilt_count = 0;
};

// A table or view that one file has.
struct LoneObject {
  std::string name;
  std::string kind;
  std::optional<int64_t> rows;  // of a table
};

struct FileDiff {
  DiffSide a;
  DiffSide b;
  DiffRelation relation = DiffRelation::kUnknown;
  std::vector<std::string> notes;  // for people: what the result cannot show
  std::vector<LoneObject> only_a;
  std::vector<LoneObject> only_b;
  std::vector<ObjectDiff> objects;  // by name
  int64_t same = 0;                 // objects that do not differ

  bool differs() const {
    return !objects.empty() || !only_a.empty() || !only_b.empty();
  }
};

// Compares two warehouses or published files, A the earlier, and tells from
// their records why they differ. Both are read as they are at one moment, and
// never written to. Raw tables and staging views are not compared: they are one
// warehouse's own.
// Memory: bounded by the number of columns and slices' kinds, not by rows;
// SQLite sorts what has no index in temporary files.
// Errors: kNotFound where there is no such file; kInvalid for what learnsql did
// not make, or a newer one did; kUsage for an unknown name in `names`;
// kCorrupt, kIo, kCancelled.
Result<FileDiff> DiffFiles(const std::string& a, const std::string& b,
                           const DiffOptions& options);

}  // namespace learnsql
