#pragma once

#include <cstdint>
#include <map>
#include <string>
#include <string_view>
#include <vector>

#include "connectors/rest/rest_client.h"
#include "engine/base/status.h"

namespace learnsql {

// A page of the last whole pass over a list, for asking whether it changed.
struct KnownPage {
  std::string url;
  std::string next;  // a 304 may not carry its links
  Validator validator;
};

// Where reading a list stands. It is stored in the ledger as text, in the
// transaction of the rows that it tells of, and so says exactly what is in.
struct ListCursor {
  // Every item whose time is before this is in. Empty: nothing is said.
  std::string since;

  // The pass under way; empty `next`: there is none.
  std::string next;   // URL of the page to go on with
  uint64_t done = 0;  // items of that page that are in
  std::string high;   // the greatest time seen so far: the next `since`

  std::string root;      // where a 301 led to instead of the list's own root
  std::string identity;  // who asked for `pages`
  std::vector<KnownPage> pages;    // of the last pass
  std::vector<KnownPage> passing;  // of the pass under way
  std::string digest;              // of the items of a pass of one slice
  std::map<std::string, std::string> extra;  // the connector's own

  bool under_way() const { return !next.empty(); }
  const KnownPage* Find(std::string_view url) const;

  // JSON in one line.
  std::string ToText() const;
  // An empty text is a fresh cursor. Errors: kCorrupt.
  static Result<ListCursor> FromText(std::string_view text);
};

}  // namespace learnsql
