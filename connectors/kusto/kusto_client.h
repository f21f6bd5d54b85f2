#pragma once

#include <cstdint>
#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "connectors/fetch/http.h"
#include "connectors/fetch/reply_file.h"
#include "connectors/kusto/entra_token.h"
#include "connectors/kusto/kusto_reply.h"
#include "engine/base/status.h"

namespace learnsql {

// A parameter that the query declares; `literal` is KQL, datetime(2026-01-01),
// or, with `is_long`, an integer.
struct KustoParameter {
  std::string name;
  std::string literal;
  bool is_long = false;
};

struct KustoQuery {
  std::string database;
  std::string text;
  std::vector<KustoParameter> parameters = {};
};

struct KustoClientOptions {
  std::string cluster;  // "https://help.kusto.windows.net"
  std::string login = "https://login.microsoftonline.com";
  std::string resource;  // of the token; empty: as the cluster's metadata say
  std::vector<std::string> trusted_hosts = {};
  int64_t server_timeout_s = 300;
  HttpOptions http = {};
  Clock* clock = nullptr;              // default: the machine's
  const CancelFlag* cancel = nullptr;  // may be null
};

// A cluster of Azure Data Explorer. Sends one query at a time; one that is
// interrupted is cancelled on the cluster, too.
//
// Threads:  one thread at a time.
// Lifetime: borrows `tokens` and what the options point to.
// Memory:   some 100 KiB, whatever the size of a reply.
class KustoClient {
 public:
  // Errors: kInvalid for an address that no token may be sent to.
  static Result<KustoClient> Open(KustoClientOptions options,
                                  TokenSource* tokens);
  KustoClient(KustoClient&&) noexcept;
  ~KustoClient();

  // Sends the query and brings its reply, whole and of good end, behind what
  // the file keeps; it is the caller's to Keep. Passing failures (throttling,
  // gateways, errors that are not permanent) are tried again. The only fault
  // that a survey returned here may have is `too_large`: ask for less.
  // Errors: kInvalid for what the cluster refuses, saying which right is
  // missing; kNotFound for a database that is not there; kNetwork for what may
  // pass; kCorrupt for what is no reply; kCancelled; kIo of the file.
  Result<KustoSurvey> Run(const KustoQuery& query, ReplyFile* file,
                          const std::function<void(uint64_t)>& progress);

  // "learnsql.query;UUID" and the service's x-ms-activity-id of the last Run,
  // for those who look into the service's logs.
  const std::string& request_id() const;
  const std::string& activity_id() const;

  // Whom the last token stood for.
  const std::string& principal() const;

 private:
  class Impl;
  explicit KustoClient(std::unique_ptr<Impl> impl);
  std::unique_ptr<Impl> impl_;
};

}  // namespace learnsql
