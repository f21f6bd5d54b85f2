#pragma once

#include <zlib.h>

#include <algorithm>
#include <fstream>
#include <iterator>
#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include "connectors/decode/json_stream.h"
#include "connectors/decode/read_ahead.h"
#include "engine/base/byte_source.h"
#include "tests/engine/store/must.h"

namespace learnsql {

inline std::string Fixture(const std::string& name) {
  std::ifstream file(std::string(LEARNSQL_FIXTURES) + "/gharchive/" + name,
                     std::ios::binary);
  return {std::istreambuf_iterator<char>(file), {}};
}

inline std::vector<std::string> Lines(const std::string& text) {
  std::vector<std::string> lines;
  for (size_t at = 0; at < text.size();) {
    const size_t end = std::min(text.find('\n', at), text.size());
    if (end > at) lines.push_back(text.substr(at, end - at));
    at = end + 1;
  }
  return lines;
}

// One gzip member.
inline std::string Gzip(std::string_view text) {
  z_stream stream{};
  deflateInit2(&stream, 6, Z_DEFLATED, MAX_WBITS + 16, 8, Z_DEFAULT_STRATEGY);
  std::string out(deflateBound(&stream, text.size()) + 64, '\0');
  stream.next_in = reinterpret_cast<Bytef*>(const_cast<char*>(text.data()));
  stream.avail_in = static_cast<uInt>(text.size());
  stream.next_out = reinterpret_cast<Bytef*>(out.data());
  stream.avail_out = static_cast<uInt>(out.size());
  deflate(&stream, Z_FINISH);
  out.resize(stream.total_out);
  deflateEnd(&stream);
  return out;
}

// One JSON object and what it borrows.
class ParsedObject {
 public:
  explicit ParsedObject(std::string text)
      : text_(std::move(text)),
        source_(text_),
        ahead_(&source_, {.threaded = false}),
        stream_(&ahead_),
        item_(Must(stream_.Next())) {}

  bool ok() const { return item_.kind == JsonItem::Kind::kRecord; }
  JsonNode root() const { return item_.root; }

 private:
  std::string text_;
  MemorySource source_;
  ReadAhead ahead_;
  JsonStream stream_;
  JsonItem item_;
};

// A value with the keys of its objects sorted, to compare values.
inline std::string Canonical(JsonNode node) {
  std::string out;
  if (node.is_array()) {
    for (const JsonNode element : node.elements()) {
      out += (out.empty() ? "[" : ",") + Canonical(element);
    }
    return out.empty() ? "[]" : out + "]";
  }
  if (!node.is_object()) {
    if (node.exists()) node.AppendMinified(&out);
    return out;
  }
  std::vector<std::string> members;
  for (const JsonMember& member : node.members()) {
    std::string text;
    JsonNode::AppendQuoted(member.key, &text);
    members.push_back(text + ":" + Canonical(member.value));
  }
  std::sort(members.begin(), members.end());
  for (const std::string& member : members) {
    out += (out.empty() ? "{" : ",") + member;
  }
  return out.empty() ? "{}" : out + "}";
}

inline std::string Canonical(const std::string& text) {
  if (text.empty()) return {};
  return Canonical(ParsedObject(text).root());
}

}  // namespace learnsql
