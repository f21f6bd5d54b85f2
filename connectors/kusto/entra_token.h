#pragma once

#include <cstdint>
#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "connectors/fetch/http.h"
#include "connectors/fetch/secret.h"
#include "engine/base/status.h"

namespace learnsql {

class CancelFlag;
class Clock;

// Where a bearer token comes from.
//
// Threads: one thread at a time.
class TokenSource {
 public:
  virtual ~TokenSource() = default;

  // A token for `resource`. Asks anew where it can when `fresh`: the one before
  // was refused.
  // Errors: kInvalid when there is none and what to do; kNetwork; kCancelled.
  virtual Result<Secret> Get(const std::string& resource, bool fresh) = 0;

  // For people: "the az command".
  virtual std::string Describe() const = 0;
};

enum class TokenMethod {
  kAutomatic,    // the first of the others that is configured, else az
  kEnvironment,  // a token in a variable
  kFile,         // a token in a file, read anew each time
  kAz,           // az account get-access-token
  kClient,       // an application's id and secret
  kWorkload,     // an application's id and a token in a file
  kManaged,      // the identity of the machine
};

struct EntraOptions {
  TokenMethod method = TokenMethod::kAutomatic;
  std::string token_variable;  // "KUSTO_TOKEN"
  std::string token_file;
  std::string az_command = "az";  // found in PATH
  std::string login = "https://login.microsoftonline.com";
  std::string tenant;
  std::string client_id;
  std::string secret_variable = "AZURE_CLIENT_SECRET";
  std::string federated_file;  // with a token of another issuer
  std::string identity_url = "http://169.254.169.254";
  // A secret by its variable's name; kNotFound when there is none.
  std::function<Result<Secret>(const std::string& variable)> secret_of =
      Secret::FromEnvironment;
  HttpOptions http = {};
  Clock* clock = nullptr;              // default: the machine's
  const CancelFlag* cancel = nullptr;  // may be null
};

// Tokens of Microsoft Entra, kept until five minutes before their end. A secret
// is read when it is needed and goes to `login` alone.
//
// Errors of Get: kInvalid for what is missing, for what the issuer refuses (its
// own words, scrubbed) and for an answer that is none.
std::unique_ptr<TokenSource> MakeEntraTokens(EntraOptions options);

// What an issuer answered.
struct AccessToken {
  Secret token;
  int64_t expires_at = 0;  // seconds UTC; `now` + 5 minutes where not said
};

// Reads the answer of a token endpoint, of a managed identity or of the az
// command: numbers may come as text.
// Errors: kInvalid: not JSON, an `error`, no token. Never shows the token.
Result<AccessToken> ParseTokenReply(std::string_view body, int64_t now);

// Whom a token stands for, read from it without checking it: a name, else an
// id; "somebody" when it does not say.
std::string NameInToken(const Secret& token);

struct CommandOutput {
  int exit_code = 0;
  std::string out;  // at most 1 MiB
  std::string err;  // at most 4 KiB
};

// Runs a program found in PATH, without a shell, with nothing to read, for at
// most `timeout_ms`; ends it when cancelled.
// Errors: kNotFound when there is none; kNetwork after the timeout; kCancelled.
Result<CommandOutput> RunCommand(const std::vector<std::string>& arguments,
                                 int64_t timeout_ms, const CancelFlag* cancel);

}  // namespace learnsql
