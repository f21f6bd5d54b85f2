#pragma once

#include <iosfwd>
#include <string>
#include <string_view>
#include <vector>

#include "engine/base/status.h"

namespace learnsql {

// A token, key or password. It prints as `***` wherever text is made of it;
// only Reveal gives it away, and only HttpClient calls that.
//
// Threads: any thread, for reading.
class Secret {
 public:
  Secret() = default;
  explicit Secret(std::string value) : value_(std::move(value)) {}
  Secret(const Secret&) = default;
  Secret(Secret&&) = default;
  Secret& operator=(const Secret&) = default;
  Secret& operator=(Secret&&) = default;
  ~Secret();  // overwrites the bytes

  // The value of an environment variable, or the first line of a file.
  // Errors: kNotFound when it is not there, kInvalid when it is empty or holds
  // control characters. The message names the variable or the file only.
  static Result<Secret> FromEnvironment(const std::string& variable);
  static Result<Secret> FromFile(const std::string& path);

  bool empty() const { return value_.empty(); }
  const std::string& Reveal() const { return value_; }
  std::string ToString() const { return empty() ? "" : "***"; }

 private:
  std::string value_;
};

std::ostream& operator<<(std::ostream& out, const Secret& secret);

// True for headers whose value is never shown nor sent to a second origin:
// Authorization, Cookie, X-*-Token, X-Api-Key and the like; any case.
bool IsSecretHeader(std::string_view name);

// True for query keys whose value is never shown: sig, token, code, ...
bool IsSecretQueryKey(std::string_view key);

// The URL with userinfo and the values of secret query keys as `***`. Takes
// anything, also what is no URL.
std::string RedactUrl(std::string_view url);

// Replaces known secrets in text that came from somewhere else: error bodies,
// messages of libraries.
//
// Threads: any thread, for reading.
class Scrubber {
 public:
  // Remembers a value, as it is and percent-encoded. Values under 4 bytes are
  // not remembered: they would blot out plain words.
  void Add(std::string_view secret);

  // Remembers the values of secret query keys and the userinfo of a URL.
  void AddUrl(std::string_view url);

  // `text` with every remembered value as `***`, and every URL in it redacted.
  std::string Clean(std::string_view text) const;

 private:
  std::vector<std::string> values_;  // longest first
};

}  // namespace learnsql
