#include <algorithm>
#include <array>
#include <filesystem>
#include <fstream>
#include <iterator>

#include "connectors/fetch/url.h"
#include "connectors/kusto/kusto_source.h"
#include "engine/base/suggest.h"
#include "tools/learnsql/connector.h"
#include "tools/learnsql/query_settings.h"

namespace learnsql {
namespace {

Result<std::unique_ptr<TokenSource>> OpenTokens(const Invocation& call,
                                                const std::string& section) {
  constexpr std::array<std::string_view, 7> kMethods = {
      "auto", "environment", "file", "az", "client", "workload", "managed"};
  const Settings& settings = call.settings;
  EntraOptions options;
  LEARNSQL_TRY_SET(const size_t method,
                   settings.GetChoice(section, "auth", kMethods));
  options.method = static_cast<TokenMethod>(method);
  options.token_variable = settings.Get(section, "token_variable");
  const std::string& file = settings.Get(section, "token_file");
  if (!file.empty() && call.project) {
    options.token_file = call.project->Beside(file);
  } else {
    options.token_file = file;
  }
  options.login = settings.Get(section, "login");
  options.tenant = settings.Get(section, "tenant");
  options.client_id = settings.Get(section, "client_id");
  options.secret_variable = settings.Get(section, "secret_variable");
  // The settings outlive the sources of a command.
  options.secret_of = [&settings](const std::string& variable) {
    return settings.GetSecret(variable);
  };
  options.clock = call.clock;
  options.cancel = call.cancel;
  const bool needs_file = options.method == TokenMethod::kFile && file.empty();
  if (needs_file) return settings.Wrong(section, "token_file", "name the file");
  return MakeEntraTokens(std::move(options));
}

// The queries for this cluster, where nobody says which: those that name it.
Result<std::vector<QueryFile>> QueriesOf(const Invocation& call,
                                         const std::string& section,
                                         const Url& cluster) {
  LEARNSQL_TRY_SET(std::vector<QueryFile> files,
                   ReadQueries(call, section, BuiltinKustoQueries(), ".kql",
                               ParseKustoQuery));
  const std::string label = cluster.host().substr(0, cluster.host().find('.'));
  return ChooseQueries(
      call, section, std::move(files), [&](const QueryFile& file) {
        const std::string& named = file.Key("cluster");
        return file.by_default && (named.empty() || named == label);
      });
}

Result<std::unique_ptr<Source>> OpenKusto(const Invocation& call,
                                          const std::string& section,
                                          const RawContract&) {
  const Settings& settings = call.settings;
  KustoSourceOptions options;
  options.name = section;
  options.table_prefix = "raw_" + settings.Get(section, "contract") + "__";
  const Result<Url> cluster = Url::Parse(settings.Get(section, "cluster"));
  if (!cluster.ok()) {
    return settings.Wrong(section, "cluster",
                          "write the cluster's address, such as "
                          "https://help.kusto.windows.net");
  }
  LEARNSQL_TRY_SET(options.queries, QueriesOf(call, section, *cluster));
  LEARNSQL_TRY_SET(options.slices.start, settings.GetTime(section, "start"));
  options.slices.clock = call.clock;
  options.client.cluster = cluster->text();
  options.client.login = settings.Get(section, "login");
  options.client.resource = settings.Get(section, "resource");
  options.client.trusted_hosts =
      SplitList(settings.Get(section, "trusted_hosts"), ",");
  options.client.clock = call.clock;
  options.client.cancel = call.cancel;
  LEARNSQL_TRY_SET(options.tokens, OpenTokens(call, section));
  LEARNSQL_TRY_SET(options.keep_landing, KeepsLanding(settings, section));
  options.landing_dir = LandingFolder(call, section);
  options.cancel = call.cancel;
  return std::unique_ptr<Source>(
      std::make_unique<KustoSource>(std::move(options)));
}

}  // namespace

const Connector kKustoConnector = {
    .name = "kusto",
    .named = true,
    .keys =
        {{"cluster", "",
          "the cluster's address: https://help.kusto.windows.net"},
         {"tables", "",
          "which queries to run, by name, with commas; empty: those made for "
          "this cluster"},
         {"queries", "",
          "a folder with queries (*.kql) of your own; one of the same name "
          "stands for the program's"},
         {"start", "",
          "where a sync without --from begins, such as 2024-01-01"},
         {"auth", "auto",
          "where the token is from: environment, file, az, client, workload, "
          "managed; auto takes the first that is configured, else az"},
         {"token_variable", "KUSTO_TOKEN",
          "auth = environment: the variable that holds a token"},
         {"token_file", "", "auth = file: the file that holds a token"},
         {"login", "https://login.microsoftonline.com", "who issues tokens"},
         {"tenant", "", "the directory of the login: a name or an id"},
         {"client_id", "", "auth = client, workload: the application"},
         {"secret_variable", "AZURE_CLIENT_SECRET",
          "auth = client: the variable that holds the application's secret"},
         {"resource", "",
          "what the token is for; empty: what the cluster says"},
         {"trusted_hosts", "",
          "hosts that a token may go to besides the service's own, with "
          "commas; .example.org means all below it"},
         {"landing", "drop",
          "what becomes of a reply once it is loaded: keep, drop"}},
    .contract = "learning_roi",
    .open = OpenKusto,
};

}  // namespace learnsql
