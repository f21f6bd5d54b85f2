#include "engine/query/render.h"

#include <algorithm>
#include <set>

#include "engine/base/suggest.h"
#include "engine/query/renderers.h"

namespace learnsql {
namespace {

struct FormatName {
  std::string_view name;
  Format format;
  bool listed;  // in help; the others are spellings of the same
};

constexpr FormatName kFormatNames[] = {
    {"table", Format::kTable, true},
    {"box", Format::kBox, true},
    {"column", Format::kColumn, true},
    {"markdown", Format::kMarkdown, true},
    {"line", Format::kLine, true},
    {"csv", Format::kCsv, true},
    {"tsv", Format::kTsv, true},
    {"json", Format::kJson, true},
    {"jsonl", Format::kJsonLines, true},
    {"list", Format::kList, true},
    {"quote", Format::kQuote, true},
    {"insert", Format::kInsert, true},
    {"html", Format::kHtml, true},
    {"ascii", Format::kAscii, true},
    {"tcl", Format::kTcl, true},
    {"columns", Format::kColumn, false},
    {"lines", Format::kLine, false},
    {"tabs", Format::kTsv, false},
    {"ndjson", Format::kJsonLines, false},
    {"jsonlines", Format::kJsonLines, false},
    {"md", Format::kMarkdown, false},
    {"htm", Format::kHtml, false},
    {"sql", Format::kInsert, false},
};

}  // namespace

Result<Format> ParseFormat(std::string_view name) {
  std::vector<std::string> names;
  for (const FormatName& known : kFormatNames) {
    if (known.name == name) return known.format;
    if (known.listed) names.emplace_back(known.name);
  }
  return Status(Code::kUsage, "unknown format '" + std::string(name) + "' (" +
                                  FormatNames() + ")" +
                                  DidYouMean(name, names));
}

std::string_view NameOfFormat(Format format) {
  for (const FormatName& known : kFormatNames) {
    if (known.format == format) return known.name;
  }
  return "";
}

std::string FormatNames() {
  std::string names;
  for (const FormatName& known : kFormatNames) {
    if (!known.listed) continue;
    if (!names.empty()) names += ", ";
    names += known.name;
  }
  return names.insert(names.rfind(' ') + 1, "or ");
}

std::unique_ptr<Renderer> MakeRenderer(const RenderOptions& options,
                                       TextSink* sink) {
  switch (options.format) {
    case Format::kTable:
    case Format::kBox:
    case Format::kColumn:
    case Format::kMarkdown:
      return MakeGridRenderer(options, sink);
    case Format::kJson:
    case Format::kJsonLines:
      return MakeJsonRenderer(options, sink);
    default:
      return MakeRowRenderer(options, sink);
  }
}

std::vector<std::string> UniqueNames(std::span<const std::string> columns) {
  std::vector<std::string> unique;
  std::set<std::string> taken;
  const std::set<std::string> given(columns.begin(), columns.end());
  for (const std::string& column : columns) {
    std::string name = column;
    for (int n = 2; !taken.insert(name).second; ++n) {
      do {
        name = column + "_" + std::to_string(n);
      } while (given.contains(name) && ++n);
    }
    unique.push_back(std::move(name));
  }
  return unique;
}

}  // namespace learnsql
