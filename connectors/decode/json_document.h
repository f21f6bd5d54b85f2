#pragma once

#include <cstddef>
#include <memory>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "connectors/decode/json_node.h"
#include "engine/base/status.h"

namespace learnsql {

// One JSON value, read whole: a reply, a settings text, an item of a list.
//
// Threads:  one thread at a time.
// Lifetime: nodes hold until the next Parse or the end of the document.
// Memory:   up to 30 times the longest text so far (simdjson's), so this is for
//           texts of some MiB. JsonStream is for what is longer.
class JsonDocument {
 public:
  JsonDocument();
  ~JsonDocument();
  JsonDocument(JsonDocument&&) noexcept;
  JsonDocument& operator=(JsonDocument&&) noexcept;

  // Copies `text`, so that it may go.
  // Errors: kCorrupt when it is not one JSON value, with the byte.
  Result<JsonNode> Parse(std::string_view text);

 private:
  class Impl;
  std::unique_ptr<Impl> impl_;
};

// A reply that holds a list, taken apart without being read: where its items
// begin and end, and what stands beside them.
//
// Lifetime: the views are into the text.
struct JsonPage {
  std::vector<std::string_view> items;
  // Of an envelope: its other members, as JSON.
  std::vector<std::pair<std::string_view, std::string_view>> members;

  // The JSON of that member; empty when there is none.
  std::string_view Member(std::string_view key) const;
};

// Finds the items of `text`: the elements of an array; the elements of the
// member `items_key` of an object; the object itself where items_key is empty.
// An item's own syntax is judged as far as its end depends on it; strings are
// not looked into.
// Errors: kCorrupt, with the byte: cut or damaged text, no such member, a
// member that is no array, more than one value.
Result<JsonPage> SplitJsonPage(std::string_view text,
                               std::string_view items_key);

}  // namespace learnsql
