#include "connectors/kusto/kusto_hosts.h"

#include <algorithm>
#include <span>

namespace learnsql {
namespace {

struct Login {
  std::string_view url;
  std::span<const std::string_view> hosts;
};

// As the service's own clients have them (wellKnownKustoEndpoints.json of the
// Python client, MIT licence); a test compares them.
constexpr std::string_view kHosts0[] = {
    ".dxp.aad.azure.com",
    ".dxp-dev.aad.azure.com",
    ".kusto.azuresynapse.net",
    ".kusto.windows.net",
    ".kustodev.azuresynapse-dogfood.net",
    ".kustodev.windows.net",
    ".kustomfa.windows.net",
    ".playfabapi.com",
    ".playfab.com",
    ".azureplayfab.com",
    ".kusto.data.microsoft.com",
    ".kusto.fabric.microsoft.com",
    ".api.securityplatform.microsoft.com",
    ".securitycenter.windows.com",
    ".arg-int.core.windows.net",
    ".arg-df.core.windows.net",
    ".arg.core.windows.net",
    "ade.applicationinsights.io",
    "ade.loganalytics.io",
    "adx.aimon.applicationinsights.azure.com",
    "adx.applicationinsights.azure.com",
    "adx.int.applicationinsights.azure.com",
    "adx.int.loganalytics.azure.com",
    "adx.int.monitor.azure.com",
    "adx.loganalytics.azure.com",
    "adx.monitor.azure.com",
    "kusto.aria.microsoft.com",
    "eu.kusto.aria.microsoft.com",
    "api.securityplatform.microsoft.com"};
constexpr std::string_view kHosts1[] = {
    ".kusto.usgovcloudapi.net",    ".kustomfa.usgovcloudapi.net",
    ".arg.core.usgovcloudapi.net", "adx.applicationinsights.azure.us",
    "adx.loganalytics.azure.us",   "adx.monitor.azure.us"};
constexpr std::string_view kHosts2[] = {
    ".kusto.azuresynapse.azure.cn", ".kusto.chinacloudapi.cn",
    ".kustomfa.chinacloudapi.cn",   ".playfab.cn",
    ".arg.core.chinacloudapi.cn",   "adx.applicationinsights.azure.cn",
    "adx.loganalytics.azure.cn",    "adx.monitor.azure.cn"};
constexpr std::string_view kHosts3[] = {
    ".kusto.core.eaglex.ic.gov",
    ".kustomfa.core.eaglex.ic.gov",
    ".arg.core.eaglex.ic.gov",
    "adx.applicationinsights.azure.eaglex.ic.gov",
    "adx.loganalytics.azure.eaglex.ic.gov",
    "adx.monitor.azure.eaglex.ic.gov"};
constexpr std::string_view kHosts4[] = {
    ".kusto.core.microsoft.scloud",
    ".kustomfa.core.microsoft.scloud",
    ".arg.core.microsoft.scloud",
    "adx.applicationinsights.azure.microsoft.scloud",
    "adx.loganalytics.azure.microsoft.scloud",
    "adx.monitor.azure.microsoft.scloud"};
constexpr std::string_view kHosts5[] = {
    ".kusto.sovcloud-api.fr", ".kustomfa.sovcloud-api.fr",
    "adx.applicationinsights.azure.fr", "adx.loganalytics.azure.fr",
    "adx.monitor.azure.fr"};
constexpr std::string_view kHosts6[] = {
    ".kusto.sovcloud-api.de", ".kustomfa.sovcloud-api.de",
    "adx.applicationinsights.azure.de", "adx.loganalytics.azure.de",
    "adx.monitor.azure.de"};
constexpr std::string_view kHosts7[] = {
    ".kusto.sovcloud-api.sg", ".kustomfa.sovcloud-api.sg",
    "adx.applicationinsights.azure.sg", "adx.loganalytics.azure.sg",
    "adx.monitor.azure.sg"};
constexpr Login kLogins[] = {
    {"https://login.microsoftonline.com", kHosts0},
    {"https://login.microsoftonline.us", kHosts1},
    {"https://login.partner.microsoftonline.cn", kHosts2},
    {"https://login.microsoftonline.eaglex.ic.gov", kHosts3},
    {"https://login.microsoftonline.microsoft.scloud", kHosts4},
    {"https://login.sovcloud-identity.fr", kHosts5},
    {"https://login.sovcloud-identity.de", kHosts6},
    {"https://login.sovcloud-identity.sg", kHosts7}};

bool Matches(const std::string& host, std::string_view allowed) {
  return host == allowed ||
         (allowed.starts_with('.') && host.size() > allowed.size() &&
          host.ends_with(allowed));
}

}  // namespace

std::vector<std::string_view> OfficialHosts(std::string_view login) {
  while (login.ends_with('/')) login.remove_suffix(1);
  for (const Login& known : kLogins) {
    if (known.url == login) return {known.hosts.begin(), known.hosts.end()};
  }
  return {};
}

Status CheckTrusted(const Url& cluster, std::string_view login,
                    const std::vector<std::string>& more) {
  if (cluster.is_loopback()) return {};
  if (!cluster.is_https()) {
    return Status(Code::kInvalid, "a token is not sent to " +
                                      cluster.ToString() + ": use https");
  }
  const std::vector<std::string_view> official = OfficialHosts(login);
  const auto fits = [&](std::string_view allowed) {
    return Matches(cluster.host(), allowed);
  };
  if (std::any_of(official.begin(), official.end(), fits) ||
      std::any_of(more.begin(), more.end(), fits)) {
    return {};
  }
  return Status(Code::kInvalid,
                "a token is not sent to " + cluster.host() +
                    ": it is no host of the service known to " +
                    std::string(login) +
                    "; if it is yours, add it to 'trusted_hosts'");
}

}  // namespace learnsql
