#include "connectors/kusto/entra_token.h"

#include <charconv>
#include <cstdlib>
#include <ctime>
#include <map>

#include "connectors/decode/json_parsers.h"
#include "connectors/fetch/url.h"
#include "engine/base/cancel.h"
#include "engine/base/clock.h"

namespace learnsql {
namespace {

constexpr int64_t kRenewBefore = 5 * 60;
constexpr int64_t kAzTimeoutMs = 30'000;
constexpr size_t kMaxTokenValues = 4096;

// A number, or a text of digits.
std::optional<int64_t> NumberOf(const JsonNode& node) {
  if (const auto number = node.int64()) return number;
  const std::string_view text = node.text();
  int64_t number = 0;
  const auto [stop, error] =
      std::from_chars(text.data(), text.data() + text.size(), number);
  if (error != std::errc() || text.empty() ||
      stop != text.data() + text.size()) {
    return std::nullopt;
  }
  return number;
}

// "2026-11-22 10:00:00.000000" of this machine's clock, as the az command of
// old has it.
std::optional<int64_t> LocalTime(std::string_view text) {
  std::tm time = {};
  const std::string zero_ended(text.substr(0, 19));
  if (::strptime(zero_ended.c_str(), "%Y-%m-%d %H:%M:%S", &time) == nullptr) {
    return std::nullopt;
  }
  time.tm_isdst = -1;
  const std::time_t seconds = std::mktime(&time);
  if (seconds < 0) return std::nullopt;
  return seconds;
}

std::string Escaped(std::string_view text) {
  constexpr char kHex[] = "0123456789ABCDEF";
  std::string escaped;
  for (const char c : text) {
    const auto byte = static_cast<unsigned char>(c);
    const bool plain = (byte >= '0' && byte <= '9') ||
                       (byte >= 'A' && byte <= 'Z') ||
                       (byte >= 'a' && byte <= 'z') || byte == '-' ||
                       byte == '.' || byte == '_' || byte == '~';
    if (plain) {
      escaped += c;
    } else {
      escaped += {'%', kHex[byte >> 4], kHex[byte & 15]};
    }
  }
  return escaped;
}

std::string Base64UrlDecoded(std::string_view text) {
  std::string bytes;
  uint32_t bits = 0;
  int count = 0;
  for (const char c : text) {
    static constexpr std::string_view kAlphabet =
        "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_";
    const size_t at = kAlphabet.find(c);
    if (at == kAlphabet.npos) break;
    bits = bits << 6 | static_cast<uint32_t>(at);
    count += 6;
    if (count < 8) continue;
    count -= 8;
    bytes += static_cast<char>(bits >> count & 0xff);
  }
  return bytes;
}

std::string_view FirstText(const JsonNode& node,
                           std::initializer_list<std::string_view> keys) {
  for (const std::string_view key : keys) {
    const std::string_view text = node.Find(key).text();
    if (!text.empty()) return text;
  }
  return {};
}

std::string OneLine(std::string_view text) {
  std::string line(text.substr(0, 400));
  for (char& c : line) {
    if (static_cast<unsigned char>(c) < 0x20) c = ' ';
  }
  while (line.ends_with(' ')) line.pop_back();
  return line;
}

std::string Variable(const char* name) {
  const char* const value = std::getenv(name);
  return value == nullptr ? std::string() : std::string(value);
}

class EntraTokens final : public TokenSource {
 public:
  explicit EntraTokens(EntraOptions options) : options_(std::move(options)) {
    if (options_.clock == nullptr) options_.clock = Clock::System();
    options_.http.clock = options_.clock;
    options_.http.cancel = options_.cancel;
    options_.http.max_redirects = 0;
    options_.http.max_bytes = 1 << 20;
    if (options_.federated_file.empty()) {
      options_.federated_file = Variable("AZURE_FEDERATED_TOKEN_FILE");
    }
    if (options_.method == TokenMethod::kAutomatic) {
      options_.method = Choose();
    }
  }

  Result<Secret> Get(const std::string& resource, bool fresh) override {
    AccessToken& known = known_[resource];
    const int64_t now = options_.clock->NowSeconds();
    if (!fresh && !known.token.empty() &&
        known.expires_at - kRenewBefore > now) {
      return known.token;
    }
    LEARNSQL_TRY_SET(known, Ask(resource, now));
    return known.token;
  }

  std::string Describe() const override {
    switch (options_.method) {
      case TokenMethod::kEnvironment:
        return "the variable " + options_.token_variable;
      case TokenMethod::kFile:
        return "the file " + options_.token_file;
      case TokenMethod::kClient:
        return "the application " + options_.client_id + " and its secret";
      case TokenMethod::kWorkload:
        return "the application " + options_.client_id + " and " +
               options_.federated_file;
      case TokenMethod::kManaged:
        return "the identity of this machine";
      case TokenMethod::kAz:
      case TokenMethod::kAutomatic:
        break;
    }
    return "the az command";
  }

 private:
  bool HasSecret(const std::string& variable) const {
    return !variable.empty() &&
           options_.secret_of(variable).status().code() != Code::kNotFound;
  }

  TokenMethod Choose() const {
    if (HasSecret(options_.token_variable)) {
      return TokenMethod::kEnvironment;
    }
    if (!options_.token_file.empty()) return TokenMethod::kFile;
    if (!options_.client_id.empty() && !options_.tenant.empty()) {
      return HasSecret(options_.secret_variable) ||
                     options_.federated_file.empty()
                 ? TokenMethod::kClient
                 : TokenMethod::kWorkload;
    }
    return TokenMethod::kAz;
  }

  Result<AccessToken> Ask(const std::string& resource, int64_t now) {
    switch (options_.method) {
      case TokenMethod::kEnvironment:
        return Given(options_.secret_of(options_.token_variable), now);
      case TokenMethod::kFile:
        return Given(Secret::FromFile(options_.token_file), now);
      case TokenMethod::kClient:
        return AskWithSecret(resource, now);
      case TokenMethod::kWorkload:
        return AskWithAssertion(resource, now);
      case TokenMethod::kManaged:
        return AskMachine(resource, now);
      case TokenMethod::kAz:
      case TokenMethod::kAutomatic:
        break;
    }
    return AskAz(resource, now);
  }

  // Its end is not known: it is read anew each time.
  static Result<AccessToken> Given(Result<Secret> secret, int64_t now) {
    if (!secret.ok()) return secret.status();
    return AccessToken{std::move(secret).value(), now};
  }

  Result<AccessToken> AskAz(const std::string& resource, int64_t now) {
    std::vector<std::string> command = {options_.az_command,
                                        "account",
                                        "get-access-token",
                                        "--resource",
                                        resource,
                                        "--output",
                                        "json"};
    if (!options_.tenant.empty()) {
      command.insert(command.end(), {"--tenant", options_.tenant});
    }
    Result<CommandOutput> output =
        RunCommand(command, kAzTimeoutMs, options_.cancel);
    if (!output.ok()) {
      if (output.status().code() != Code::kNotFound) return output.status();
      return Status(Code::kInvalid,
                    "there is no token: '" + options_.az_command +
                        "' is not installed; install the Azure CLI and run "
                        "'az login', or set 'auth' to another way");
    }
    if (output->exit_code != 0) {
      return Status(Code::kInvalid,
                    "the az command gave no token: " + OneLine(output->err) +
                        "; run 'az login'");
    }
    return ParseTokenReply(output->out, now);
  }

  Result<AccessToken> AskWithSecret(const std::string& resource, int64_t now) {
    LEARNSQL_TRY_SET(const Secret secret,
                     options_.secret_of(options_.secret_variable));
    return AskLogin(resource, now, "client_secret", secret, "");
  }

  Result<AccessToken> AskWithAssertion(const std::string& resource,
                                       int64_t now) {
    LEARNSQL_TRY_SET(const Secret assertion,
                     Secret::FromFile(options_.federated_file));
    return AskLogin(resource, now, "client_assertion", assertion,
                    "&client_assertion_type=urn%3Aietf%3Aparams%3Aoauth%3A"
                    "client-assertion-type%3Ajwt-bearer");
  }

  Result<AccessToken> AskLogin(const std::string& resource, int64_t now,
                               const std::string& key, const Secret& secret,
                               const std::string& more) {
    if (options_.tenant.empty() || options_.client_id.empty()) {
      return Status(Code::kInvalid,
                    "there is no token: set 'tenant' and 'client_id'");
    }
    HttpRequest request;
    request.method = HttpMethod::kPost;
    request.url =
        options_.login + "/" + Escaped(options_.tenant) + "/oauth2/v2.0/token";
    request.repeatable = true;
    request.headers = {{"Content-Type", "application/x-www-form-urlencoded"},
                       {"Accept", "application/json"}};
    request.body = "grant_type=client_credentials&client_id=" +
                   Escaped(options_.client_id) + "&" + key + "=" +
                   Escaped(secret.Reveal()) +
                   "&scope=" + Escaped(resource + "/.default") + more;
    request.body_secrets = {secret};
    LEARNSQL_TRY_SET(const Url login, Url::Parse(options_.login));
    if (!login.is_https() && !login.is_loopback()) {
      return Status(Code::kInvalid, "a secret is not sent to " +
                                        login.ToString() + ": use https");
    }
    return Send(request, secret, now);
  }

  // Of a virtual machine, or of App Service where it says so.
  Result<AccessToken> AskMachine(const std::string& resource, int64_t now) {
    const std::string endpoint = Variable("IDENTITY_ENDPOINT");
    const Secret header(Variable("IDENTITY_HEADER"));
    const bool app_service = !endpoint.empty() && !header.empty();
    HttpRequest request;
    request.url = app_service ? endpoint + "?api-version=2019-08-01"
                              : options_.identity_url +
                                    "/metadata/identity/oauth2/token"
                                    "?api-version=2018-02-01";
    request.url += "&resource=" + Escaped(resource);
    if (!options_.client_id.empty()) {
      request.url += "&client_id=" + Escaped(options_.client_id);
    }
    request.headers = {{"Metadata", "true"}};
    if (app_service) {
      request.headers.clear();
      request.credentials = {{.url = endpoint,
                              .header = "X-IDENTITY-HEADER",
                              .prefix = "",
                              .value = header}};
    }
    return Send(request, header, now);
  }

  Result<AccessToken> Send(HttpRequest request, const Secret& secret,
                           int64_t now) {
    request.answers = {400, 401, 403, 404};
    HttpClient client(options_.http);
    StringBody body;
    LEARNSQL_TRY_SET(const HttpResponse response, client.Send(request, &body));
    Scrubber scrubber;
    scrubber.Add(secret.Reveal());
    const std::string answer =
        response.status >= 400 ? response.error_body : body.body();
    const Result<AccessToken> token = ParseTokenReply(answer, now);
    if (token.ok() && response.status < 400) return token;
    return Status(
        Code::kInvalid,
        response.url + ": HTTP " + std::to_string(response.status) + ": " +
            scrubber.Clean(token.ok() ? "" : token.status().message()));
  }

  EntraOptions options_;
  std::map<std::string, AccessToken> known_;  // by resource
};

}  // namespace

std::unique_ptr<TokenSource> MakeEntraTokens(EntraOptions options) {
  return std::make_unique<EntraTokens>(std::move(options));
}

Result<AccessToken> ParseTokenReply(std::string_view body, int64_t now) {
  SlowJsonParser parser(kMaxTokenValues);
  JsonTape tape;
  const bool parsed = parser.Parse(body, &tape).reason.empty();
  const JsonNode root = parsed ? JsonNode(&tape, 1) : JsonNode();
  if (!root.is_object()) {
    // Not one of them is shown: a reply that was cut may hold the token.
    return Status(Code::kInvalid, "no token came, but " +
                                      std::to_string(body.size()) +
                                      " bytes that are no JSON object");
  }
  const std::string_view token =
      FirstText(root, {"access_token", "accessToken"});
  if (token.empty()) {
    const JsonNode error = root.Find("error");
    const std::string_view what =
        error.is_object() ? FirstText(error, {"message", "code"})
                          : FirstText(root, {"error_description", "error",
                                             "message", "Message"});
    return Status(Code::kInvalid, "no token came: " + OneLine(what));
  }
  AccessToken made{Secret(std::string(token)), now + kRenewBefore};
  const auto expires_in = NumberOf(root.Find("expires_in"));
  if (const auto at = NumberOf(root.Find("expires_on"))) {
    made.expires_at = *at;
  } else if (expires_in && *expires_in < INT64_MAX - now) {
    made.expires_at = now + *expires_in;
  } else if (const auto local = LocalTime(root.Find("expiresOn").text())) {
    made.expires_at = *local;
  }
  return made;
}

std::string NameInToken(const Secret& token) {
  const std::string_view text = token.Reveal();
  const size_t first = text.find('.');
  const size_t second = first == text.npos ? first : text.find('.', first + 1);
  if (second == text.npos) return "somebody";
  const std::string claims =
      Base64UrlDecoded(text.substr(first + 1, second - first - 1));
  SlowJsonParser parser(kMaxTokenValues);
  JsonTape tape;
  if (!parser.Parse(claims, &tape).reason.empty()) return "somebody";
  const JsonNode root(&tape, 1);
  const std::string_view name =
      FirstText(root, {"upn", "preferred_username", "unique_name", "email",
                       "app_displayname", "appid", "azp", "oid", "sub"});
  return name.empty() ? "somebody" : OneLine(name);
}

}  // namespace learnsql
