#include "connectors/fetch/secret.h"

#include <string.h>

#include <algorithm>
#include <array>
#include <cctype>
#include <cstdlib>
#include <fstream>
#include <ostream>

#include "connectors/fetch/url.h"

namespace learnsql {
namespace {

constexpr std::string_view kMask = "***";
constexpr size_t kLeastSecretBytes = 4;

std::string Lower(std::string_view text) {
  std::string lower(text);
  for (char& c : lower) {
    c = static_cast<char>(std::tolower(static_cast<unsigned char>(c)));
  }
  return lower;
}

std::string PercentEncode(std::string_view text) {
  constexpr char kHex[] = "0123456789ABCDEF";
  constexpr std::string_view kPlain = "-._~";
  std::string encoded;
  for (const char c : text) {
    const auto byte = static_cast<unsigned char>(c);
    if (std::isalnum(byte) || kPlain.find(c) != kPlain.npos) {
      encoded.push_back(c);
    } else {
      encoded += {'%', kHex[byte >> 4], kHex[byte & 15]};
    }
  }
  return encoded;
}

// Calls `found(begin, end)` with where the value of each secret key is in
// "...?key=value&key=value#key=value".
template <typename Found>
void ForEachSecretValue(std::string_view url, Found found) {
  size_t at = url.find_first_of("?#");
  while (at != url.npos) {
    const size_t begin = at + 1;
    const size_t end = std::min(url.find_first_of("&;?#", begin), url.size());
    const std::string_view pair = url.substr(begin, end - begin);
    const size_t equals = pair.find('=');
    if (equals != pair.npos &&
        IsSecretQueryKey(PercentDecode(pair.substr(0, equals)))) {
      found(begin + equals + 1, end);
    }
    at = end < url.size() ? end : url.npos;
  }
}

// Where the userinfo of a URL is, without its '@'; empty when it has none.
std::pair<size_t, size_t> UserInfo(std::string_view url) {
  const size_t scheme = url.find("://");
  if (scheme == url.npos) return {0, 0};
  const size_t begin = scheme + 3;
  const size_t end = std::min(url.find_first_of("/?#", begin), url.size());
  const size_t at = url.substr(0, end).rfind('@');
  if (at == url.npos || at < begin) return {0, 0};
  return {begin, at};
}

void ReplaceAll(std::string* text, std::string_view from) {
  for (size_t at = text->find(from); at != text->npos;
       at = text->find(from, at + kMask.size())) {
    text->replace(at, from.size(), kMask);
  }
}

// Redacts each "http://..." and "https://..." inside other text.
std::string RedactUrlsIn(std::string_view text) {
  std::string clean;
  while (true) {
    const size_t mark = text.find("://");
    if (mark == text.npos) break;
    size_t begin = mark;
    while (begin > 0 &&
           std::isalpha(static_cast<unsigned char>(text[begin - 1]))) {
      --begin;
    }
    const size_t end =
        std::min(text.find_first_of(" \t\r\n\"'<>`", mark), text.size());
    clean += text.substr(0, begin);
    clean += RedactUrl(text.substr(begin, end - begin));
    text.remove_prefix(end);
  }
  clean += text;
  return clean;
}

// Hides what follows "Bearer " and "Basic ": tokens that are not ours to know,
// such as one that a proxy wrote into its error page.
void HideTokensAfter(std::string_view scheme, std::string* text) {
  constexpr std::string_view kToken =
      "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789-._~+/=";
  constexpr size_t kLeastTokenBytes = 8;  // "bearer token" is plain English
  const std::string lower = Lower(*text);
  std::string clean;
  size_t done = 0;
  for (size_t at = lower.find(scheme); at != lower.npos;
       at = lower.find(scheme, at)) {
    at += scheme.size();
    const size_t end =
        std::min(text->find_first_not_of(kToken, at), text->size());
    if (end - at < kLeastTokenBytes) continue;
    clean.append(*text, done, at - done).append(kMask);
    done = at = end;
  }
  *text = clean.append(*text, done);
}

}  // namespace

Secret::~Secret() { explicit_bzero(value_.data(), value_.size()); }

static Result<Secret> CheckedSecret(std::string value, std::string what) {
  while (!value.empty() && (value.back() == '\r' || value.back() == '\n')) {
    value.pop_back();
  }
  if (value.empty()) {
    return Status(Code::kInvalid, what + " is empty: it should hold a secret");
  }
  const bool clean = std::all_of(value.begin(), value.end(), [](char c) {
    return static_cast<unsigned char>(c) >= 0x20 && c != 0x7f;
  });
  if (!clean) {
    return Status(Code::kInvalid, what + " holds control characters");
  }
  return Secret(std::move(value));
}

Result<Secret> Secret::FromEnvironment(const std::string& variable) {
  const char* value = std::getenv(variable.c_str());
  if (value == nullptr) {
    return Status(Code::kNotFound,
                  "environment variable " + variable + " is not set");
  }
  return CheckedSecret(value, "environment variable " + variable);
}

Result<Secret> Secret::FromFile(const std::string& path) {
  std::ifstream file(path);
  if (!file) {
    return Status(Code::kNotFound, "cannot read the secret file " + path);
  }
  std::string line;
  std::getline(file, line);
  return CheckedSecret(std::move(line), "the secret file " + path);
}

std::ostream& operator<<(std::ostream& out, const Secret& secret) {
  return out << secret.ToString();
}

bool IsSecretHeader(std::string_view name) {
  static constexpr std::array<std::string_view, 7> kNames = {
      "authorization", "proxy-authorization", "cookie",          "set-cookie",
      "api-key",       "x-identity-header",   "www-authenticate"};
  static constexpr std::array<std::string_view, 5> kEnds = {
      "-token", "-credential", "-key", "-secret", "-password"};
  const std::string lower = Lower(name);
  return std::find(kNames.begin(), kNames.end(), lower) != kNames.end() ||
         std::any_of(kEnds.begin(), kEnds.end(), [&](std::string_view end) {
           return lower.ends_with(end);
         });
}

bool IsSecretQueryKey(std::string_view key) {
  static constexpr std::array<std::string_view, 22> kKeys = {
      "sig",
      "se",
      "sp",
      "token",
      "access_token",
      "refresh_token",
      "id_token",
      "key",
      "api_key",
      "apikey",
      "api-key",
      "code",
      "client_secret",
      "secret",
      "password",
      "signature",
      "x-amz-signature",
      "x-amz-credential",
      "x-amz-security-token",
      "x-goog-signature",
      "x-goog-credential",
      "client_assertion"};
  return std::find(kKeys.begin(), kKeys.end(), Lower(key)) != kKeys.end();
}

std::string RedactUrl(std::string_view url) {
  std::vector<std::pair<size_t, size_t>> spans;
  if (const auto user = UserInfo(url); user.first < user.second) {
    spans.push_back(user);
  }
  ForEachSecretValue(
      url, [&](size_t begin, size_t end) { spans.emplace_back(begin, end); });
  std::string clean;
  size_t done = 0;
  for (const auto& [begin, end] : spans) {
    clean += url.substr(done, begin - done);
    clean += kMask;
    done = end;
  }
  clean += url.substr(std::min(done, url.size()));
  return clean;
}

void Scrubber::Add(std::string_view secret) {
  if (secret.size() < kLeastSecretBytes) return;
  values_.emplace_back(secret);
  if (std::string encoded = PercentEncode(secret); encoded != secret) {
    values_.push_back(std::move(encoded));
  }
  std::sort(values_.begin(), values_.end(),
            [](const std::string& a, const std::string& b) {
              return a.size() > b.size();
            });
}

void Scrubber::AddUrl(std::string_view url) {
  const auto add = [&](size_t begin, size_t end) {
    Add(url.substr(begin, end - begin));
    Add(PercentDecode(url.substr(begin, end - begin)));
  };
  ForEachSecretValue(url, add);
  const auto [begin, end] = UserInfo(url);
  add(begin, end);
}

std::string Scrubber::Clean(std::string_view text) const {
  std::string clean = RedactUrlsIn(text);
  for (const std::string& value : values_) ReplaceAll(&clean, value);
  HideTokensAfter("bearer ", &clean);
  HideTokensAfter("basic ", &clean);
  return clean;
}

}  // namespace learnsql
