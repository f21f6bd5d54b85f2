#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "engine/base/status.h"
#include "engine/load/raw_contract.h"

namespace learnsql {

// How the records of a file are written, by the end of its name: .csv, .tsv;
// .ndjson, .jsonl, .json; each with or without .gz.
enum class FileFormat { kNone, kCsv, kTsv, kJson };
FileFormat FormatOf(std::string_view path);

// Which files hold a raw table: `things` of raw_<source>__<things>, and a
// pattern for the file's name or, with a '/' in it, for its path below the
// folder.
struct TableFiles {
  std::string things;
  std::string pattern;
};

// Reads "results: studentAssessment*.csv, clicks: clicks/*".
// Errors: kInvalid, saying what it expected.
Result<std::vector<TableFiles>> ParseTableFiles(std::string_view text);

// One file of a source.
struct ListedFile {
  std::string path;  // to open it
  std::string name;  // below the folder of the source: "2025/exams.csv.gz"
  // Its name without the ends that say how it is written: a file stays the same
  // when it is compressed.
  std::string object;
};

// The files that `path` stands for, by name: a file, a folder with all below
// it, or a pattern of names (`*`, `?`, `[a-z]`; a `*` stays in its folder).
// Hidden files are left out, and in a folder what is no CSV or JSON.
// Errors: kNotFound when there is nothing of the kind; kInvalid when two files
// are one object; kIo.
Result<std::vector<ListedFile>> ListFiles(const std::string& path);

// The table of `contract` that `file` holds: by `tables` or, where that is
// empty, by name: student_info is student_info.csv, studentInfo.part2.csv,
// student_info-2025.csv or any file below a folder student_info. Null: none.
const RawTableContract* TableOf(const ListedFile& file,
                                const std::vector<TableFiles>& tables,
                                const RawContract& contract);

}  // namespace learnsql
