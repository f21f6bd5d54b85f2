#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "connectors/fetch/url.h"
#include "engine/base/status.h"

namespace learnsql {

inline constexpr std::string_view kPublicLogin =
    "https://login.microsoftonline.com";

// Whether a token that `login` issues may go to `cluster`: https, and a host of
// the service's official list for that login endpoint or one of `more`
// ("host.example", or ".example" for all below it); or a loopback address.
// Nothing may be sent to a cluster before this was OK: its address comes from
// a configuration that somebody else may have written.
// Errors: kInvalid, naming the host and the setting that would allow it.
Status CheckTrusted(const Url& cluster, std::string_view login,
                    const std::vector<std::string>& more);

// The official list of one login endpoint, for the tests; suffixes begin with a
// point. Empty for an endpoint that is not known.
std::vector<std::string_view> OfficialHosts(std::string_view login);

}  // namespace learnsql
