#pragma once

#include <string>
#include <string_view>

#include "connectors/rest/list_reader.h"

namespace learnsql {

// The objects of the ledger are "KIND:OWNER" and "KIND:OWNER/NAME".
enum class GithubKind {
  kMembers,     // members:ORG
  kCopilot,     // copilot:ORG
  kRepository,  // repository:OWNER/NAME
  kCommits,     // commits:OWNER/NAME
  kPulls,       // pulls:OWNER/NAME, and the reviews of each
  kRuns,        // runs:OWNER/NAME, and the jobs of each
};

struct GithubObject {
  GithubKind kind = GithubKind::kRepository;
  std::string owner;  // "ORG" or "OWNER/NAME"

  std::string ToText() const;
  // REQUIRES: a text that ToText gave.
  static GithubObject FromText(std::string_view text);
};

// How the API lists it, from `start` on ("2021-01-01T00:00:00Z" or empty).
ListSpec SpecOf(const GithubObject& object, const std::string& start);

// The reviews of a pull request or the jobs of a run, below the root of its
// list. Empty: this kind has nothing below it.
std::string ChildPath(GithubKind kind, const std::string& root, int64_t id);
std::string_view ChildKey(GithubKind kind);

}  // namespace learnsql
