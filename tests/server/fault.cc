#include "tests/server/fault.h"

#include <algorithm>
#include <array>
#include <charconv>
#include <optional>

namespace learnsql {
namespace {

struct Named {
  std::string_view name;
  Fault::Kind kind;
};

constexpr std::array kKinds = {
    Named{"cut", Fault::kCut},
    Named{"long", Fault::kLong},
    Named{"short", Fault::kShort},
    Named{"chunked-cut", Fault::kChunkedCut},
    Named{"gzip-cut", Fault::kGzipCut},
    Named{"encoded-cut", Fault::kEncodedCut},
    Named{"encoded", Fault::kEncoded},
    Named{"page", Fault::kPage},
    Named{"slow", Fault::kSlow},
    Named{"endless", Fault::kEndless},
    Named{"redirect", Fault::kRedirect},
    Named{"change", Fault::kChange},
    Named{"ignore-range", Fault::kIgnoreRange},
    Named{"ignore-if-range", Fault::kIgnoreIfRange},
    Named{"wrong-range", Fault::kWrongRange},
    Named{"weak-etag", Fault::kWeakEtag},
    Named{"wrong-etag", Fault::kWrongEtag},
    Named{"no-length", Fault::kNoLength},
    Named{"bomb", Fault::kBomb},
    Named{"encoded-bomb", Fault::kEncodedBomb},
    Named{"echo", Fault::kEcho},
};

std::optional<uint64_t> Number(std::string_view text) {
  uint64_t number = 0;
  const char* end = text.data() + text.size();
  const auto [stop, error] = std::from_chars(text.data(), end, number);
  if (text.empty() || error != std::errc() || stop != end) return std::nullopt;
  return number;
}

Status Unknown(std::string_view kind) {
  std::string names = "a status such as 503";
  for (const Named& named : kKinds) names += ", " + std::string(named.name);
  return Status(Code::kUsage,
                "unknown fault '" + std::string(kind) + "' (" + names + ")");
}

// Cuts "*TIMES" off.
Status TakeTimes(std::string_view* text, Fault* fault) {
  const size_t star = text->rfind('*');
  if (star == text->npos) return {};
  const std::optional<uint64_t> times = Number(text->substr(star + 1));
  if (!times || *times > 1'000'000) {
    return Status(Code::kUsage, "after '*' stands how often, a number");
  }
  fault->times = static_cast<int>(*times);
  *text = text->substr(0, star);
  return {};
}

// "503" and "redirect307" carry their status in the name.
bool TakeStatus(std::string_view kind, Fault* fault) {
  constexpr std::string_view kRedirect = "redirect";
  const bool redirect =
      kind.starts_with(kRedirect) && kind.size() == kRedirect.size() + 3;
  const std::optional<uint64_t> status =
      Number(redirect ? kind.substr(kRedirect.size()) : kind);
  if (!status || *status < 200 || *status > 599) return false;
  fault->kind = redirect ? Fault::kRedirect : Fault::kStatus;
  fault->number = *status;
  return true;
}

}  // namespace

Result<Fault> ParseFault(std::string_view text) {
  Fault fault;
  LEARNSQL_TRY(TakeTimes(&text, &fault));
  const size_t colon = std::min(text.find(':'), text.size());
  const std::string_view kind = text.substr(0, colon);
  fault.text = text.substr(std::min(colon + 1, text.size()));
  if (TakeStatus(kind, &fault)) return fault;
  const auto* const named =
      std::find_if(kKinds.begin(), kKinds.end(),
                   [&](const Named& known) { return known.name == kind; });
  if (named == kKinds.end()) return Unknown(kind);
  fault.kind = named->kind;
  fault.number = Number(fault.text).value_or(0);
  if (fault.kind == Fault::kRedirect) fault.number = 302;
  return fault;
}

}  // namespace learnsql
