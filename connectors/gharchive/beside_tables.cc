#include "connectors/gharchive/beside_tables.h"

#include <array>
#include <string_view>

#include "connectors/decode/zlib_block.h"
#include "connectors/gharchive/event_normalizer.h"

namespace learnsql {
namespace {

constexpr size_t kBlockBytes = 256 << 10;

Value TextOf(JsonNode node) {
  return node.is_string() ? Value::Text(node.text()) : Value::Null();
}

// The fields of a commit: {"sha": ..., "author": {...}} since 2011, and
// [sha, email, message, name, distinct] before and in the Timeline.
struct Commit {
  JsonNode sha, email, message, name, is_distinct;
};

Commit Split(JsonNode node) {
  Commit commit;
  if (node.is_object()) {
    const JsonNode author = node.Find("author");
    return {node.Find("sha"), author.Find("email"), node.Find("message"),
            author.Find("name"), node.Find("distinct")};
  }
  constexpr std::array<JsonNode Commit::*, 5> kOrder = {
      &Commit::sha, &Commit::email, &Commit::message, &Commit::name,
      &Commit::is_distinct};
  size_t index = 0;
  for (const JsonNode element : node.elements()) {
    if (index == kOrder.size()) break;
    commit.*kOrder[index++] = element;
  }
  return commit;
}

}  // namespace

Status PayloadBlocks::Open() {
  if (!on_) return {};
  constexpr std::array<std::string_view, 3> kColumns = {"last_offset", "length",
                                                        "data"};
  LEARNSQL_TRY_SET(table_,
                   sink_->Open("raw_gharchive__payload_blocks", kColumns));
  return {};
}

Status PayloadBlocks::Add(const RecordPlace& place, const Value& payload) {
  if (!on_ || payload.is_null()) return {};
  if (lines_.empty()) first_ = place;
  last_offset_ = place.byte;
  lines_ += std::to_string(place.byte) + "\t";
  lines_ += payload.bytes;
  lines_ += '\n';
  return lines_.size() < kBlockBytes ? Status() : Flush();
}

Status PayloadBlocks::Flush() {
  if (lines_.empty()) return {};
  LEARNSQL_TRY_SET(const std::string data, ZlibCompress(lines_));
  const auto length = static_cast<int64_t>(lines_.size());
  lines_.clear();
  return sink_->AddBeside(
      table_, first_,
      std::array{Value::Integer(static_cast<int64_t>(last_offset_)),
                 Value::Integer(length), Value::Blob(data)});
}

Status PushCommits::Open() {
  if (!on_) return {};
  constexpr std::array<std::string_view, 7> kColumns = {
      "event_id",     "position", "sha",        "author_name",
      "author_email", "message",  "is_distinct"};
  LEARNSQL_TRY_SET(table_,
                   sink_->Open("raw_gharchive__push_commits", kColumns));
  return {};
}

Status PushCommits::Add(const RecordPlace& place, const Value& event_id,
                        JsonNode payload) {
  if (!on_) return {};
  int64_t position = 0;
  for (const std::string_view key : {"commits", "shas"}) {
    for (const JsonNode commit : payload.Find(key).elements()) {
      LEARNSQL_TRY(AddCommit(place, event_id, position++, commit));
    }
  }
  return {};
}

Status PushCommits::AddCommit(const RecordPlace& place, const Value& event_id,
                              int64_t position, JsonNode node) {
  const Commit commit = Split(node);
  const std::string email = ScrubEmail(commit.email.text());
  const std::optional<bool> is_distinct = commit.is_distinct.boolean();
  return sink_->AddBeside(
      table_, place,
      std::array{event_id, Value::Integer(position), TextOf(commit.sha),
                 TextOf(commit.name),
                 commit.email.is_string() ? Value::Text(email) : Value::Null(),
                 TextOf(commit.message),
                 is_distinct ? Value::Integer(*is_distinct) : Value::Null()});
}

}  // namespace learnsql
