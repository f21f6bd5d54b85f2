#pragma once

#include <array>
#include <cstdint>
#include <functional>
#include <string>
#include <string_view>
#include <vector>

#include "connectors/decode/json_node.h"
#include "engine/load/row_sink.h"

namespace learnsql {

// The columns of raw_gharchive__events that come from a record, in the order in
// which EventNormalizer gives their values.
enum EventColumn : int {
  kEventId,
  kType,
  kActorId,
  kActorLogin,
  kRepoId,
  kRepoName,
  kOrgId,
  kOrgLogin,
  kPublic,
  kCreatedAt,
  kAlwaysEnd,  // up to here always stored
  kPayloadAction = kAlwaysEnd,
  kPayloadRef,
  kPayloadRefType,
  kPayloadNumber,
  kPayloadSize,
  kPayloadDistinctSize,
  kPayloadMerged,
  kReviewState,
  kReleaseTag,
  kForkeeId,
  kForkeeName,
  kMemberId,
  kMemberLogin,
  kPayloadFieldsEnd,  // up to here with payload = fields or full
  kActorGravatarId = kPayloadFieldsEnd,
  kActorAvatarUrl,
  kActorUrl,
  kRepoUrl,
  kOrgGravatarId,
  kOrgAvatarUrl,
  kOrgUrl,
  kOther,
  kAllEnd,             // up to here with columns = all
  kPayload = kAllEnd,  // made with payload = full; no column of the table
  kEventColumnCount,
};
extern const std::array<std::string_view, kEventColumnCount> kEventColumnNames;

enum class PayloadMode { kNone, kFields, kFull };

struct EventOptions {
  bool all_columns = false;
  PayloadMode payload = PayloadMode::kFields;
  bool push_commits = false;  // a row for each commit of a push
};

// Makes one row of the records of every era: the early Events API (to
// 2012-03-10), the Timeline (to 2014), the Events API, and what GitHub left of
// its payloads in October 2025. One rule for all: which keys a record has says
// what it is.
//
// Threads:  one thread at a time.
// Lifetime: values() borrow from the record and from the normalizer; both must
//           stay as they are until the row is stored.
class EventNormalizer {
 public:
  // Told about every field that no era is known to have, by path
  // ("payload.x"), every type of event ("type = XEvent"), and every payload
  // field of an unexpected type ("payload.size (string)").
  using UnknownField = std::function<void(std::string_view path)>;

  EventNormalizer(EventOptions options, UnknownField unknown);

  struct Verdict {
    bool ok = true;
    std::string_view reason;  // a code, when not ok
    std::string_view column;
    std::string detail;
  };
  // Reads `root`, an object.
  Verdict Normalize(JsonNode root);

  // Of the last record; those of columns that the options leave out are null.
  const std::array<Value, kEventColumnCount>& values() const { return values_; }

 private:
  struct Parts {
    JsonNode id, type, actor, actor_attributes, repo, repository, org, payload,
        is_public, created_at;
  };

  Parts Split(JsonNode root);
  Verdict SetId(JsonNode root, JsonNode id);
  Verdict SetTime(JsonNode created_at);
  void SetActor(const Parts& parts);
  void SetRepo(const Parts& parts);
  void SetOrg(const Parts& parts);
  void SetPayloadFields(JsonNode payload);
  void SetPayloadText(JsonNode payload);
  void SetOther(const Parts& parts);
  void AddLeftOver(std::string_view name, JsonNode object,
                   std::span<const std::string_view> taken);
  void CountUnknown(const Parts& parts);
  Value PayloadText(JsonNode node, std::string_view path);
  Value PayloadInteger(JsonNode node, std::string_view path);
  void Set(EventColumn column, Value value) { values_[column] = value; }

  EventOptions options_;
  UnknownField unknown_;
  std::array<Value, kEventColumnCount> values_;
  // Texts that are not part of the record as it stands.
  std::string created_at_;
  std::string repo_name_;
  std::string other_;
  std::string payload_;
  std::string canonical_;
  std::vector<std::pair<std::string_view, JsonNode>> unknown_top_level_;
};

// "2015-01-01T00:00:00Z" of any spelling the archive has used, offsets and
// all; an empty text when it is no time.
std::string CanonicalTime(std::string_view text);

// The publisher's rule for e-mail addresses: SHA-1 of the local part, the whole
// text's where there is no address, of nothing for null.
std::string ScrubEmail(std::string_view email);

// The id of a record that has none: a negative number made of the first 63 bits
// of the SHA-256 of the record with its keys sorted and without white space.
int64_t HashedId(JsonNode root, std::string* scratch);

}  // namespace learnsql
