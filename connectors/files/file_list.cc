#include "connectors/files/file_list.h"

#include <fnmatch.h>

#include <algorithm>
#include <array>
#include <filesystem>
#include <tuple>

#include "connectors/files/column_names.h"

namespace learnsql {
namespace {

namespace fs = std::filesystem;

struct Ending {
  std::string_view text;
  FileFormat format;
};
constexpr std::array kEndings = {
    Ending{".csv", FileFormat::kCsv},     Ending{".tsv", FileFormat::kTsv},
    Ending{".ndjson", FileFormat::kJson}, Ending{".jsonl", FileFormat::kJson},
    Ending{".json", FileFormat::kJson},
};

std::string_view WithoutGz(std::string_view path) {
  if (path.ends_with(".gz")) path.remove_suffix(3);
  return path;
}

std::string_view WithoutEndings(std::string_view path) {
  path = WithoutGz(path);
  for (const Ending& ending : kEndings) {
    if (path.ends_with(ending.text)) {
      return path.substr(0, path.size() - ending.text.size());
    }
  }
  return path;
}

bool IsPattern(std::string_view path) {
  return path.find_first_of("*?[") != path.npos;
}

bool IsHidden(const fs::path& path) {
  return path.filename().string().starts_with('.');
}

std::string Trim(std::string_view text) {
  const size_t begin = text.find_first_not_of(" \t");
  if (begin == text.npos) return {};
  return std::string(
      text.substr(begin, text.find_last_not_of(" \t") - begin + 1));
}

ListedFile Listed(const fs::path& path, const fs::path& folder) {
  const std::string name = path.lexically_relative(folder).generic_string();
  return {path.string(), name, std::string(WithoutEndings(name))};
}

// Every file below `folder` that is not hidden.
Result<std::vector<ListedFile>> Walk(const fs::path& folder) {
  std::vector<ListedFile> files;
  std::error_code error;
  fs::recursive_directory_iterator at(
      folder, fs::directory_options::follow_directory_symlink, error);
  for (; !error && at != fs::recursive_directory_iterator();
       at.increment(error)) {
    std::error_code ignored;  // a file that went meanwhile is none
    const bool hidden = IsHidden(at->path());
    if (hidden && at->is_directory(ignored)) at.disable_recursion_pending();
    if (hidden || !at->is_regular_file(ignored)) continue;
    files.push_back(Listed(at->path(), folder));
  }
  if (error) {
    return Status(Code::kIo, "cannot be read: " + error.message(),
                  {folder.string()});
  }
  return files;
}

// The folder that the fixed beginning of a pattern names.
fs::path FixedFolder(const std::string& pattern) {
  const size_t wild = pattern.find_first_of("*?[");
  const size_t slash = pattern.rfind('/', wild);
  if (slash == std::string::npos) return ".";
  return slash == 0 ? "/" : pattern.substr(0, slash);
}

Result<std::vector<ListedFile>> ListPattern(const std::string& pattern) {
  const fs::path folder = FixedFolder(pattern);
  std::error_code ignored;
  if (!fs::is_directory(folder, ignored)) {
    return Status(Code::kNotFound, "there is no such folder",
                  {folder.string()});
  }
  LEARNSQL_TRY_SET(std::vector<ListedFile> files, Walk(folder));
  const size_t slash = pattern.rfind('/', pattern.find_first_of("*?["));
  const std::string names =
      slash == std::string::npos ? pattern : pattern.substr(slash + 1);
  std::erase_if(files, [&](const ListedFile& file) {
    return fnmatch(names.c_str(), file.name.c_str(), FNM_PATHNAME) != 0;
  });
  return files;
}

Result<std::vector<ListedFile>> ListFolder(const std::string& folder) {
  LEARNSQL_TRY_SET(std::vector<ListedFile> files, Walk(folder));
  std::erase_if(files, [](const ListedFile& file) {
    return FormatOf(file.name) == FileFormat::kNone;
  });
  return files;
}

Result<std::vector<ListedFile>> ListAny(const std::string& path) {
  std::error_code ignored;
  if (fs::is_directory(path, ignored)) return ListFolder(path);
  if (fs::exists(path, ignored)) {
    return std::vector{Listed(path, fs::path(path).parent_path())};
  }
  if (IsPattern(path)) return ListPattern(path);
  return Status(Code::kNotFound, "there is no such file or folder", {path});
}

// REQUIRES: files by object.
Status CheckObjects(const std::vector<ListedFile>& files) {
  for (size_t i = 1; i < files.size(); ++i) {
    if (files[i].object != files[i - 1].object) continue;
    return Status(Code::kInvalid,
                  "is the same as " + files[i - 1].name +
                      " but for how it is written; keep one of them",
                  {files[i].path});
  }
  return {};
}

std::string_view ThingsOf(const RawTableContract& table) {
  const size_t at = table.name.find("__");
  return at == std::string::npos ? std::string_view()
                                 : std::string_view(table.name).substr(at + 2);
}

const RawTableContract* FindThings(const RawContract& contract,
                                   std::string_view things) {
  for (const RawTableContract& table : contract.tables) {
    if (ThingsOf(table) == things) return &table;
  }
  return nullptr;
}

// Whether `text` is `things`, or begins with it and goes on with what is no
// part of a name: ".part2", "-2025", "_2025".
bool Names(std::string_view text, std::string_view things) {
  const std::string snake = SnakeCase(text);
  if (!std::string_view(snake).starts_with(things)) return false;
  const std::string_view rest = std::string_view(snake).substr(things.size());
  if (rest.empty()) return true;
  if (rest[0] != '_') return false;
  if (rest.size() > 1 && rest[1] >= '0' && rest[1] <= '9') return true;
  const size_t dot = text.find_first_of(".-");
  return dot != text.npos && SnakeCase(text.substr(0, dot)) == things;
}

const RawTableContract* TableByName(const ListedFile& file,
                                    const RawContract& contract) {
  const std::string_view object = file.object;
  const std::string_view first = object.substr(0, object.find('/'));
  const std::string_view last = object.substr(object.rfind('/') + 1);
  for (const std::string_view part : {last, first}) {
    const RawTableContract* found = nullptr;
    for (const RawTableContract& table : contract.tables) {
      const bool longer =
          found == nullptr || ThingsOf(table).size() > ThingsOf(*found).size();
      if (longer && Names(part, ThingsOf(table))) found = &table;
    }
    if (found != nullptr) return found;
  }
  return nullptr;
}

}  // namespace

FileFormat FormatOf(std::string_view path) {
  for (const Ending& ending : kEndings) {
    if (WithoutGz(path).ends_with(ending.text)) return ending.format;
  }
  return FileFormat::kNone;
}

Result<std::vector<TableFiles>> ParseTableFiles(std::string_view text) {
  std::vector<TableFiles> tables;
  while (!text.empty()) {
    const size_t comma = std::min(text.find(','), text.size());
    const std::string_view part = text.substr(0, comma);
    text.remove_prefix(std::min(comma + 1, text.size()));
    const size_t colon = part.find(':');
    TableFiles table{Trim(part.substr(0, std::min(colon, part.size()))), {}};
    if (colon != part.npos) table.pattern = Trim(part.substr(colon + 1));
    if (table.things.empty() || table.pattern.empty()) {
      return Status(Code::kInvalid,
                    "write TABLE: PATTERN, TABLE: PATTERN, such as results: "
                    "exam*.csv");
    }
    tables.push_back(std::move(table));
  }
  return tables;
}

Result<std::vector<ListedFile>> ListFiles(const std::string& path) {
  LEARNSQL_TRY_SET(std::vector<ListedFile> files, ListAny(path));
  if (files.empty()) {
    return Status(Code::kNotFound,
                  "no file is here that could be loaded (.csv, .tsv, .ndjson, "
                  ".jsonl, .json, each with or without .gz)",
                  {path});
  }
  std::sort(files.begin(), files.end(),
            [](const ListedFile& a, const ListedFile& b) {
              return std::tie(a.object, a.name) < std::tie(b.object, b.name);
            });
  LEARNSQL_TRY(CheckObjects(files));
  return files;
}

const RawTableContract* TableOf(const ListedFile& file,
                                const std::vector<TableFiles>& tables,
                                const RawContract& contract) {
  if (tables.empty()) return TableByName(file, contract);
  for (const TableFiles& table : tables) {
    const bool whole = table.pattern.find('/') != std::string::npos;
    const std::string name =
        whole ? file.name : file.name.substr(file.name.rfind('/') + 1);
    if (fnmatch(table.pattern.c_str(), name.c_str(), FNM_PATHNAME) == 0) {
      return FindThings(contract, table.things);
    }
  }
  return nullptr;
}

}  // namespace learnsql
