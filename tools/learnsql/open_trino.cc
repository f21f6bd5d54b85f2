#include <cstdlib>

#include "connectors/fetch/url.h"
#include "connectors/trino/trino_source.h"
#include "tools/learnsql/connector.h"
#include "tools/learnsql/query_settings.h"

namespace learnsql {
namespace {

// Empty when nobody has set the variable.
Result<Secret> SecretOf(const Settings& settings, const std::string& section,
                        const char* key) {
  Result<Secret> secret = settings.GetSecret(settings.Get(section, key));
  if (secret.status().code() == Code::kNotFound) return Secret();
  return secret;
}

Result<TrinoClientOptions> ClientOptionsOf(const Invocation& call,
                                           const std::string& section) {
  const Settings& settings = call.settings;
  TrinoClientOptions client;
  const Result<Url> url = Url::Parse(settings.Get(section, "url"));
  if (!url.ok()) {
    return settings.Wrong(section, "url",
                          "write the server's address, such as "
                          "https://trino.example.org:8443");
  }
  client.url = url->text();
  client.user = settings.Get(section, "user");
  if (client.user.empty()) {
    const char* const user = std::getenv("USER");
    client.user = user == nullptr ? "" : user;
  }
  if (client.user.empty()) {
    return settings.Wrong(section, "user", "say as whom to ask");
  }
  client.catalog = settings.Get(section, "catalog");
  client.schema = settings.Get(section, "schema");
  LEARNSQL_TRY_SET(client.bearer,
                   SecretOf(settings, section, "token_variable"));
  if (client.bearer.empty()) {
    LEARNSQL_TRY_SET(client.password,
                     SecretOf(settings, section, "password_variable"));
  }
  client.clock = call.clock;
  client.cancel = call.cancel;
  return client;
}

Result<std::unique_ptr<Source>> OpenTrino(const Invocation& call,
                                          const std::string& section,
                                          const RawContract&) {
  const Settings& settings = call.settings;
  TrinoSourceOptions options;
  options.name = section;
  options.table_prefix = "raw_" + settings.Get(section, "contract") + "__";
  LEARNSQL_TRY_SET(options.client, ClientOptionsOf(call, section));
  LEARNSQL_TRY_SET(std::vector<QueryFile> files,
                   ReadQueries(call, section, BuiltinTrinoQueries(), ".sql",
                               ParseTrinoQuery));
  LEARNSQL_TRY_SET(
      options.queries,
      ChooseQueries(call, section, std::move(files),
                    [](const QueryFile& file) { return file.by_default; }));
  LEARNSQL_TRY_SET(options.slices.start, settings.GetTime(section, "start"));
  options.slices.clock = call.clock;
  LEARNSQL_TRY_SET(options.keep_landing, KeepsLanding(settings, section));
  options.landing_dir = LandingFolder(call, section);
  options.cancel = call.cancel;
  return std::unique_ptr<Source>(
      std::make_unique<TrinoSource>(std::move(options)));
}

}  // namespace

const Connector kTrinoConnector = {
    .name = "trino",
    .named = true,
    .keys =
        {{"url", "", "the server's address: https://trino.example.org:8443"},
         {"user", "", "as whom to ask; empty: who runs the program"},
         {"catalog", "", "of tables that a query names without one"},
         {"schema", "", "of tables that a query names without one"},
         {"tables", "",
          "which queries to run, by name, with commas; empty: those that run "
          "by default"},
         {"queries", "",
          "a folder with queries (*.sql) of your own; one of the same name "
          "stands for the program's"},
         {"start", "",
          "where a sync without --from begins, such as 2024-01-01"},
         {"password_variable", "TRINO_PASSWORD",
          "the variable that holds the user's password"},
         {"token_variable", "TRINO_TOKEN",
          "the variable that holds a token (JWT), instead of a password"},
         {"landing", "drop",
          "what becomes of a reply once it is loaded: keep, drop"}},
    .contract = "learning_roi",
    .open = OpenTrino,
};

}  // namespace learnsql
