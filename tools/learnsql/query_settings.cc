#include "tools/learnsql/query_settings.h"

#include <algorithm>
#include <array>
#include <filesystem>
#include <fstream>
#include <map>

#include "engine/base/suggest.h"

namespace learnsql {
namespace {

Result<std::string> ReadText(const std::filesystem::path& path) {
  std::ifstream file(path, std::ios::binary);
  std::string text;
  std::array<char, 4096> part;
  while (file.read(part.data(), part.size()), file.gcount() > 0) {
    text.append(part.data(), static_cast<size_t>(file.gcount()));
  }
  if (file.eof()) return text;
  return Status(Code::kIo, "cannot be read", {path.string()});
}

}  // namespace

Result<std::vector<QueryFile>> ReadQueries(
    const Invocation& call, const std::string& section,
    std::span<const BuiltinQuery> builtin, std::string_view extension,
    ParseQuery parse) {
  std::map<std::string, QueryFile> files;
  for (const BuiltinQuery& query : builtin) {
    const std::string name(query.name);
    LEARNSQL_TRY_SET(files[name],
                     parse(name + std::string(extension), query.text));
  }
  const std::string& folder = call.settings.Get(section, "queries");
  if (!folder.empty()) {
    const std::string path =
        call.project ? call.project->Beside(folder) : folder;
    std::error_code failed;
    for (const auto& entry :
         std::filesystem::directory_iterator(path, failed)) {
      if (entry.path().extension() != extension) continue;
      LEARNSQL_TRY_SET(const std::string text, ReadText(entry.path()));
      LEARNSQL_TRY_SET(QueryFile read, parse(entry.path().string(), text));
      files[read.name] = std::move(read);
    }
    if (failed) {
      return call.settings.Wrong(section, "queries",
                                 "cannot be read: " + failed.message());
    }
  }
  std::vector<QueryFile> all;
  for (auto& [name, file] : files) all.push_back(std::move(file));
  return all;
}

Result<std::vector<QueryFile>> ChooseQueries(
    const Invocation& call, const std::string& section,
    std::vector<QueryFile> files,
    const std::function<bool(const QueryFile&)>& wanted) {
  const std::vector<std::string> names =
      SplitList(call.settings.Get(section, "tables"), ",");
  std::vector<std::string> known;
  for (const QueryFile& file : files) known.push_back(file.name);
  for (const std::string& name : names) {
    if (std::count(known.begin(), known.end(), name) > 0) continue;
    return call.settings.Wrong(
        section, "tables",
        "there is no query '" + name + "'" + DidYouMean(name, known));
  }
  std::erase_if(files, [&](const QueryFile& file) {
    return names.empty()
               ? !wanted(file)
               : std::count(names.begin(), names.end(), file.name) == 0;
  });
  if (!files.empty()) return files;
  return call.settings.Wrong(section, "tables",
                             "no query is made for this source: name some");
}

}  // namespace learnsql
