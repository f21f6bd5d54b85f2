#include "tools/learnsql/sources.h"

#include <algorithm>
#include <filesystem>

#include "engine/base/log.h"
#include "engine/base/suggest.h"
#include "tools/learnsql/builtin_contracts.h"
#include "tools/learnsql/connector.h"
#include "tools/learnsql/seeds.h"

namespace learnsql {
namespace {

const Connector* FindConnector(std::string_view section) {
  for (const Connector& connector : Connectors()) {
    if (connector.name == section.substr(0, section.find('.')) &&
        connector.named == (section.find('.') != section.npos)) {
      return &connector;
    }
  }
  return nullptr;
}

Status UnknownSource(const Invocation& call, const std::string& name) {
  std::vector<std::string> known = SourceNames(call);
  for (const Connector& connector : Connectors()) {
    if (!connector.named) known.emplace_back(connector.name);
  }
  std::sort(known.begin(), known.end());
  known.erase(std::unique(known.begin(), known.end()), known.end());
  std::string list;
  for (const std::string& source : known) {
    list += (list.empty() ? "" : ", ") + source;
  }
  return Status(Code::kUsage, "unknown source '" + name + "'" +
                                  DidYouMean(name, known) +
                                  "; there is: " + list +
                                  "; a section of learnsql.ini adds one");
}

Result<RawContract> OpenContract(const Invocation& call,
                                 const std::string& section) {
  const std::string& name = call.settings.Get(section, "contract");
  if (name.empty()) {
    return call.settings.Wrong(section, "contract",
                               "name the file sql/raw/NAME.sql that says what "
                               "the raw tables are");
  }
  const std::string inside = "sql/raw/" + name + ".sql";
  if (call.project) {
    const std::string path = call.project->Beside(inside);
    if (std::filesystem::exists(path)) return ReadRawContract(path);
  }
  const std::string_view builtin = BuiltinContract(name);
  if (!builtin.empty()) return ParseRawContract(inside, builtin);
  return call.settings.Wrong(section, "contract", "there is no " + inside);
}

}  // namespace

std::vector<std::string> SourceNames(const Invocation& call) {
  std::vector<std::string> names;
  for (const Connector& connector : Connectors()) {
    for (const std::string& section : call.settings.sections()) {
      if (FindConnector(section) == &connector) names.push_back(section);
    }
  }
  return names;
}

Result<std::vector<std::string>> ChosenSources(const Invocation& call) {
  std::vector<std::string> names = call.arguments;
  if (names.empty()) names = SourceNames(call);
  if (!names.empty()) return names;
  return Status(Code::kUsage,
                "no source is configured: learnsql.ini needs a section such "
                "as [gharchive]");
}

void LogNotes(const std::vector<SliceNote>& notes) {
  for (const SliceNote& note : notes) {
    const std::string end =
        note.end > note.start ? " to " + FormatUtc(note.end) : "";
    Log(LogLevel::kInfo, FormatUtc(note.start) + end + ": " + note.text);
  }
}

Result<ConfiguredSource> OpenSource(const Invocation& call,
                                    const std::string& name) {
  if (name == kSeedsSource) return OpenSeeds(call);
  const Connector* const connector = FindConnector(name);
  if (connector == nullptr ||
      (connector->named && !call.settings.sections().contains(name))) {
    return UnknownSource(call, name);
  }
  ConfiguredSource configured;
  LEARNSQL_TRY_SET(configured.contract, OpenContract(call, name));
  LEARNSQL_TRY_SET(configured.max_reject_share,
                   call.settings.GetShare(name, "max_rejects"));
  LEARNSQL_TRY_SET(configured.source,
                   connector->open(call, name, configured.contract));
  return configured;
}

}  // namespace learnsql
