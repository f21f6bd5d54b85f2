#include "engine/publish/export.h"

#include <algorithm>
#include <cerrno>
#include <cstdio>
#include <cstring>
#include <filesystem>
#include <map>
#include <memory>

#include "engine/publish/file_swap.h"
#include "engine/query/runner.h"
#include "engine/query/text_sink.h"

namespace learnsql {
namespace {

namespace fs = std::filesystem;

struct CloseFile {
  void operator()(std::FILE* file) const noexcept { std::fclose(file); }
};
using FileHandle = std::unique_ptr<std::FILE, CloseFile>;

std::string Ending(Format format) {
  if (format == Format::kJson) return ".json";
  return format == Format::kJsonLines ? ".jsonl" : ".csv";
}

std::string WithEnding(const std::string& name, Format format) {
  for (const std::string_view ending : {".csv", ".json", ".jsonl"}) {
    if (!name.ends_with(ending)) continue;
    return name.substr(0, name.size() - ending.size()) + Ending(format);
  }
  return name + Ending(format);
}

std::string ShortText(const Parameter& parameter) {
  if (parameter.kind == Value::Kind::kInteger) {
    return std::to_string(parameter.integer);
  }
  return parameter.kind == Value::Kind::kText ? parameter.bytes : "";
}

Result<std::string> ValueOfBrace(const std::string& name,
                                 const std::string& as_of,
                                 const std::vector<Parameter>& parameters) {
  constexpr size_t kDayLength = 10;
  std::string value;
  if (name == "as_of") {
    if (as_of.empty()) {
      return Status(Code::kInvalid,
                    "no build has said what {as_of} is; say it: --as-of TIME");
    }
    value = as_of.substr(0, kDayLength);
  }
  bool known = name == "as_of";
  for (const Parameter& parameter : parameters) {
    if (parameter.name != name) continue;
    known = true;
    value = ShortText(parameter);
  }
  if (!known) {
    return Status(Code::kInvalid,
                  "{" + name + "} is neither {as_of} nor a parameter");
  }
  if (!value.empty() && value.find_first_of("/\\\n") == std::string::npos) {
    return value;
  }
  return Status(Code::kInvalid, "the value of {" + name + "}, '" + value +
                                    "', is no part of a file's name");
}

Status CheckNames(const std::vector<ExportItem>& items) {
  std::map<std::string, std::string> taken;
  for (const ExportItem& item : items) {
    const auto [at, fresh] = taken.emplace(item.file, item.name);
    if (fresh) continue;
    return Status(Code::kUsage, at->second + " and " + item.name +
                                    " would both be written to " + item.file);
  }
  return {};
}

Status MakeFolder(const std::string& folder) {
  std::error_code error;
  fs::create_directories(folder, error);
  if (!error) return {};
  return Status(Code::kIo, error.message(), {folder});
}

Status WriteItem(Connection* connection, const ExportItem& item,
                 const ExportOptions& options, const std::string& path,
                 ExportReport* report) {
  const FileHandle file(std::fopen(path.c_str(), "wb"));
  if (!file) return Status(Code::kIo, std::strerror(errno), {path});
  FileSink sink(file.get());
  const std::unique_ptr<Renderer> renderer =
      MakeRenderer({.format = options.format}, &sink);
  RunOptions run;
  run.name = item.script;
  run.first_line = item.first_line;
  run.parameters = item.parameters;
  run.knows_model = options.knows_model;
  LEARNSQL_TRY_SET(const RunTotals totals,
                   RunText(connection, item.sql, run, renderer.get()));
  LEARNSQL_TRY(sink.Flush());
  report->rows += totals.rows;
  const long bytes = std::ftell(file.get());
  report->bytes += bytes > 0 ? static_cast<uint64_t>(bytes) : 0;
  return {};
}

// Every item in its FILE.part.
Status WriteParts(Connection* connection, const std::vector<ExportItem>& items,
                  const ExportOptions& options, std::vector<SwapFile>* files,
                  ExportReport* report) {
  for (const ExportItem& item : items) {
    if (options.progress) {
      options.progress(item.name, files->size(), items.size());
    }
    LEARNSQL_TRY_SET(
        SwapFile file,
        SwapFile::Make((fs::path(options.folder) / item.file).string()));
    LEARNSQL_TRY(WriteItem(connection, item, options, file.path(), report));
    files->push_back(std::move(file));
  }
  return {};
}

}  // namespace

Result<ExportReport> WriteExport(Connection* connection,
                                 const std::vector<ExportItem>& items,
                                 const ExportOptions& options) {
  LEARNSQL_TRY(CheckNames(items));
  LEARNSQL_TRY(MakeFolder(options.folder));
  ExportReport report;
  std::vector<SwapFile> files;
  LEARNSQL_TRY(connection->Execute("begin"));  // one moment for all
  const Status written =
      WriteParts(connection, items, options, &files, &report);
  const Status ended = connection->Execute("rollback");
  LEARNSQL_TRY(written);
  LEARNSQL_TRY(ended);
  for (SwapFile& file : files) LEARNSQL_TRY(file.PutInPlace(0));
  return report;
}

Result<std::string> ExportFileName(const std::string& pattern, Format format,
                                   const std::string& as_of,
                                   const std::vector<Parameter>& parameters) {
  std::string name;
  size_t at = 0;
  while (at < pattern.size()) {
    const size_t open = std::min(pattern.find('{', at), pattern.size());
    name += pattern.substr(at, open - at);
    if (open == pattern.size()) break;
    const size_t close = std::min(pattern.find('}', open), pattern.size());
    LEARNSQL_TRY_SET(const std::string value,
                     ValueOfBrace(pattern.substr(open + 1, close - open - 1),
                                  as_of, parameters));
    name += value;
    at = std::min(close + 1, pattern.size());
  }
  return WithEnding(name, format);
}

}  // namespace learnsql
