#pragma once

#include <cstdint>
#include <memory>
#include <string>
#include <string_view>

#include "connectors/decode/json_node.h"
#include "engine/base/status.h"

namespace learnsql {

class ReadAhead;

struct JsonCursorOptions {
  std::string name;  // of the file or URL, for errors
  // A longer value is not kept by Take. At most 255 MiB.
  size_t max_value = 16 << 20;
};

// A value that Take passed over.
//
// Lifetime: until the cursor moves on.
struct JsonTaken {
  JsonNode root;            // missing where `reason` says why
  std::string_view text;    // the value; its first 4 KiB when it was too long
  uint64_t length = 0;      // of the whole, in bytes
  uint64_t offset = 0;      // of its first byte in the stream, from 0
  uint64_t line = 1;        // of its first byte, from 1
  std::string_view reason;  // empty, or as the rejects of a JsonStream
  std::string detail;
};

// Walks through JSON documents of any length that stand one behind the other:
// the caller goes down into arrays and objects, takes small values whole and
// passes over the rest. For replies of services, where one document holds all
// rows.
//
//   while (more = cursor.NextElement()) { row = cursor.Take(); ... }
//
// Errors (of every function): kNetwork when the stream ends inside a document,
// kCorrupt where it cannot go on as JSON or is not what the caller expects,
// each with name, line and byte; the source's own.
//
// Threads:  one thread at a time.
// Lifetime: borrows `source`, which must outlive it and is its alone.
// Memory:   none that grows with a document; a value that is taken is held
//           once as text and once as values, up to max_value.
class JsonCursor {
 public:
  JsonCursor(ReadAhead* source, JsonCursorOptions options);
  ~JsonCursor();
  JsonCursor(JsonCursor&&) noexcept;
  JsonCursor& operator=(JsonCursor&&) noexcept;

  // The first character of the value ahead: '{', '[', '"', 'n', ...; '\0' at
  // the end of the stream, which is an error inside a document.
  Result<char> Front();

  // Goes into the array or object ahead.
  Status EnterArray();
  Status EnterObject();

  // To the next element; false when there is none: the array is left then.
  // REQUIRES: the element before it was taken, skipped or left.
  Result<bool> NextElement();

  // To the value of the next member, its name (unescaped) in `key`; false when
  // there is none: the object is left then.
  Result<bool> NextMember(std::string* key);

  // Passes over the value ahead, keeping it. A value that is well formed but
  // breaks a rule (UTF-8, surrogates, depth, length) has a reason instead of a
  // root: reading can go on behind it.
  Result<JsonTaken> Take();

  // The same for a value that the caller cannot do without.
  // Errors: kCorrupt also for what has a reason.
  Result<JsonTaken> TakeWhole();

  // Passes over the value ahead; only its brackets, quotes and commas are
  // looked at.
  Status Skip();

  uint64_t offset() const;  // of what is ahead
  // An error at what is ahead.
  Status Wrong(std::string_view what) const;

 private:
  class Impl;
  std::unique_ptr<Impl> impl_;
};

}  // namespace learnsql
