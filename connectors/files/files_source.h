#pragma once

#include <map>
#include <memory>
#include <mutex>
#include <string>
#include <vector>

#include "connectors/files/file_list.h"
#include "engine/load/source.h"

namespace learnsql {

class CancelFlag;

struct FilesOptions {
  std::string name;  // of the source: "files.oulad"
  // A file, a folder or a pattern of names.
  std::string path;
  // Which files hold which table; empty: by their names. Files that no pattern
  // meets are then left out.
  std::vector<TableFiles> tables;
  RawContract contract;
  // Of CSV; '\0': a tab in .tsv, else a comma.
  char delimiter = '\0';
  char quote = '"';  // '\0': nothing is quoted
  bool header = true;
  const CancelFlag* cancel = nullptr;  // borrowed; may be null
};

// CSV and JSON files as the source of raw tables. One file is one slice; its
// time is unknown, so that every window meets it. It is loaded when its content
// changed, which its SHA-256 tells.
//
// Threads: as Source says.
class FilesSource final : public Source {
 public:
  explicit FilesSource(FilesOptions options);

  std::string_view name() const override { return options_.name; }
  // Errors: those of ListFiles.
  Result<std::vector<Slice>> Slices(const Window& window) override;
  bool ListsAll() const override { return true; }
  bool IsDue(const SliceRecord&) override { return true; }
  Result<Landed> Fetch(const SliceRecord& known,
                       const LandingProgress& progress) override;
  Result<std::string> FindRecord(const SliceRecord& known,
                                 uint64_t source_offset) override;
  // A single file inflates in a thread of its own; of several at once each
  // has one thread for all.
  void ReadAtOnce(size_t files) override { inflate_ahead_ = files == 1; }
  // Errors: kInvalid when no table is for the file, or its header does not
  // fit; kCorrupt when it is not whole or changed while it was read.
  Status Read(const Slice& slice, const std::string& path,
              RowSink* sink) override;
  void Done(const Slice&, const std::string&) override {}

 private:
  // What tells that a file is still the one that was hashed.
  struct Stamp {
    int64_t size = 0;
    int64_t changed_ns = 0;
    bool operator==(const Stamp&) const = default;
  };

  static Result<Stamp> StampOf(const std::string& path);
  Result<const ListedFile*> FindFile(const Slice& slice);
  Result<const RawTableContract*> TableFor(const ListedFile& file) const;
  Status ReadFile(const ListedFile& file, RowSink* sink) const;
  char DelimiterOf(const ListedFile& file) const;

  FilesOptions options_;
  bool inflate_ahead_ = true;
  std::mutex mutex_;                         // guards the two below
  std::map<std::string, ListedFile> files_;  // by object
  std::map<std::string, Stamp> stamps_;      // by path, when it was hashed
};

}  // namespace learnsql
