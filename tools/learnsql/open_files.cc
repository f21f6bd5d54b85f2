#include <array>

#include "connectors/files/files_source.h"
#include "tools/learnsql/connector.h"

namespace learnsql {
namespace {

constexpr std::array<std::string_view, 5> kDelimiters = {"auto", "comma", "tab",
                                                         "semicolon", "pipe"};
constexpr std::array<char, 5> kDelimiterChars = {'\0', ',', '\t', ';', '|'};
constexpr std::array<std::string_view, 3> kQuotes = {"double", "single",
                                                     "none"};
constexpr std::array<char, 3> kQuoteChars = {'"', '\'', '\0'};
constexpr std::array<std::string_view, 2> kYesNo = {"yes", "no"};

bool HasThings(const RawContract& contract, const std::string& things) {
  for (const RawTableContract& table : contract.tables) {
    if (table.name.ends_with("__" + things)) return true;
  }
  return false;
}

Status ReadTables(const Settings& settings, const std::string& section,
                  FilesOptions* options) {
  Result<std::vector<TableFiles>> tables =
      ParseTableFiles(settings.Get(section, "tables"));
  if (!tables.ok()) {
    return settings.Wrong(section, "tables", tables.status().message());
  }
  for (const TableFiles& table : *tables) {
    if (HasThings(options->contract, table.things)) continue;
    return settings.Wrong(
        section, "tables",
        options->contract.path + " has no table raw_..__" + table.things);
  }
  options->tables = *std::move(tables);
  return {};
}

Result<std::unique_ptr<Source>> OpenFiles(const Invocation& call,
                                          const std::string& section,
                                          const RawContract& contract) {
  const Settings& settings = call.settings;
  FilesOptions options;
  options.name = section;
  options.contract = contract;
  const std::string& path = settings.Get(section, "path");
  if (path.empty()) {
    return settings.Wrong(section, "path",
                          "name the file, folder or pattern to load");
  }
  options.path = call.project ? call.project->Beside(path) : path;
  LEARNSQL_TRY(ReadTables(settings, section, &options));
  LEARNSQL_TRY_SET(const size_t delimiter,
                   settings.GetChoice(section, "delimiter", kDelimiters));
  LEARNSQL_TRY_SET(const size_t quote,
                   settings.GetChoice(section, "quote", kQuotes));
  LEARNSQL_TRY_SET(const size_t header,
                   settings.GetChoice(section, "header", kYesNo));
  options.delimiter = kDelimiterChars[delimiter];
  options.quote = kQuoteChars[quote];
  options.header = header == 0;
  options.cancel = call.cancel;
  return std::unique_ptr<Source>(
      std::make_unique<FilesSource>(std::move(options)));
}

}  // namespace

const Connector kFilesConnector = {
    .name = "files",
    .named = true,
    .keys = {{"path", "",
              "a file, a folder or a pattern such as exports/*.csv.gz; CSV "
              "(.csv, .tsv) and JSON (.ndjson, .jsonl, .json), each with or "
              "without .gz"},
             {"tables", "",
              "which files hold which raw table: results: exam*.csv, clicks: "
              "clicks/*; empty: by their names"},
             {"delimiter", "auto",
              "of CSV: comma, tab, semicolon, pipe; auto: tab in .tsv, else "
              "comma"},
             {"quote", "double", "of CSV: double, single, none"},
             {"header", "yes",
              "no: the columns of CSV come in the order of the raw table"}},
    .contract = "",
    .open = OpenFiles,
};

}  // namespace learnsql
