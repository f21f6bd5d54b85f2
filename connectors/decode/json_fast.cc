#include <simdjson.h>

#include <algorithm>

#include "connectors/decode/json_parsers.h"
#include "connectors/decode/value_scanner.h"

namespace learnsql {

static_assert(kJsonPadding >= simdjson::SIMDJSON_PADDING);

struct FastJsonParser::Parser {
  simdjson::dom::parser dom;
};

FastJsonParser::FastJsonParser(size_t max_length)
    : max_length_(max_length), parser_(std::make_unique<Parser>()) {}

FastJsonParser::~FastJsonParser() = default;

bool FastJsonParser::Parse(std::string_view text, JsonTape* tape) {
  if (text.size() > max_length_) return false;
  if (text.size() > capacity_ && !Grow(text.size())) return false;
  constexpr bool kCopyToPad = false;
  const auto parsed = parser_->dom.parse(text.data(), text.size(), kCopyToPad);
  if (parsed.error() != simdjson::SUCCESS) return false;
  tape->words = parser_->dom.doc.tape.get();
  tape->strings =
      reinterpret_cast<const char*>(parser_->dom.doc.string_buf.get());
  tape->text = text;
  tape->structurals = parser_->dom.implementation->structural_indexes.get();
  tape->structural_count = parser_->dom.implementation->n_structural_indexes;
  return true;
}

// Without memory for it the record takes the slow path.
bool FastJsonParser::Grow(size_t needed) {
  constexpr size_t kSmallest = 16 << 10;
  capacity_ = std::min(std::max(2 * needed, kSmallest), max_length_);
  if (parser_->dom.allocate(capacity_, ValueScanner::kMaxDepth) ==
      simdjson::SUCCESS) {
    return true;
  }
  capacity_ = 0;
  return false;
}

}  // namespace learnsql
