#pragma once

#include <string>
#include <string_view>
#include <vector>

namespace learnsql {

// One link of a Link header (RFC 8288).
struct Link {
  std::string target;             // as it stands between < and >
  std::vector<std::string> rels;  // in lower case; one link may have several
};

// The links of a header's value. Commas inside <> and quotes do not separate,
// parameters come in any order; what cannot be read is left out.
std::vector<Link> ParseLinks(std::string_view value);

// The target of the first link that is `next` and is no template; empty: this
// is the last page.
std::string NextLink(std::string_view value);

}  // namespace learnsql
