#include <array>

#include "tools/learnsql/connector.h"
#include "tools/learnsql/edition_settings.h"
#include "tools/learnsql/refresh_settings.h"

namespace learnsql {
namespace {

SectionSpec ProgramSection() {
  return {"learnsql",
          false,
          {{"warehouse", "warehouse.db",
            "the SQLite file; beside this file unless the path is absolute"},
           {"landing_dir", "landing", "the folder that fetched files go to"},
           {"sync_status", "",
            "a file, such as data/sync_status.json, that says of each source "
            "how its last sync ended; empty: none"}}};
}

// A connector's own keys, and those that every source has.
SectionSpec SectionOf(const Connector& connector) {
  SectionSpec section{connector.name, connector.named, connector.keys};
  section.keys.push_back(
      {"contract", connector.contract,
       "the raw tables it may write: NAME of sql/raw/NAME.sql"});
  section.keys.push_back(
      {"max_rejects", "0.1%",
       "the share of a slice's records that may be rejected (at least 10 "
       "may)"});
  return section;
}

}  // namespace

const std::vector<Connector>& Connectors() {
  static const std::vector<Connector> connectors = {
      kGhArchiveConnector, kGithubConnector, kCodetrackConnector,
      kKustoConnector,     kTrinoConnector,  kFilesConnector,
  };
  return connectors;
}

const std::vector<SectionSpec>& SectionSpecs() {
  static const std::vector<SectionSpec> sections = [] {
    std::vector<SectionSpec> all = {ProgramSection(), PublishSection(),
                                    EditionSection(), RefreshSection()};
    for (const Connector& connector : Connectors()) {
      all.push_back(SectionOf(connector));
    }
    return all;
  }();
  return sections;
}

std::string LandingFolder(const Invocation& call, const std::string& section) {
  const std::string& folder = call.settings.Get("learnsql", "landing_dir");
  return (call.project ? call.project->Beside(folder) : folder) + "/" + section;
}

Result<bool> KeepsLanding(const Settings& settings, std::string_view section) {
  constexpr std::array<std::string_view, 2> kChoices = {"drop", "keep"};
  LEARNSQL_TRY_SET(const size_t choice,
                   settings.GetChoice(section, "landing", kChoices));
  return choice == 1;
}

}  // namespace learnsql
