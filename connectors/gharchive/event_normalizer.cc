#include "connectors/gharchive/event_normalizer.h"

#include <algorithm>
#include <charconv>

#include "engine/base/clock.h"
#include "engine/base/name_index.h"
#include "engine/base/sha256.h"

namespace learnsql {

const std::array<std::string_view, kEventColumnCount> kEventColumnNames = {
    "event_id",
    "type",
    "actor_id",
    "actor_login",
    "repo_id",
    "repo_name",
    "org_id",
    "org_login",
    "public",
    "created_at",
    "payload_action",
    "payload_ref",
    "payload_ref_type",
    "payload_number",
    "payload_size",
    "payload_distinct_size",
    "payload_merged",
    "review_state",
    "release_tag",
    "forkee_id",
    "forkee_name",
    "member_id",
    "member_login",
    "actor_gravatar_id",
    "actor_avatar_url",
    "actor_url",
    "repo_url",
    "org_gravatar_id",
    "org_avatar_url",
    "org_url",
    "other",
    "payload",
};

namespace {

constexpr std::array<std::string_view, 5> kPersonKeys = {
    "id", "login", "gravatar_id", "avatar_url", "url"};
constexpr std::array<std::string_view, 3> kRepoKeys = {"id", "name", "url"};

// The keys of payloads of every era and type; first those that have columns.
enum PayloadKey : int {
  kActionKey,
  kRefKey,
  kRefTypeKey,
  kSizeKey,
  kDistinctSizeKey,
  kNumberKey,
  kPullRequestKey,
  kIssueKey,
  kReviewKey,
  kReleaseKey,
  kForkeeKey,
  kMemberKey,
};
constexpr NameIndex kPayloadKeys(
    std::to_array<std::string_view>({"action",
                                     "ref",
                                     "ref_type",
                                     "size",
                                     "distinct_size",
                                     "number",
                                     "pull_request",
                                     "issue",
                                     "review",
                                     "release",
                                     "forkee",
                                     "member",
                                     "actor",
                                     "actor_gravatar",
                                     "after",
                                     "assignee",
                                     "assignees",
                                     "before",
                                     "comment",
                                     "comment_id",
                                     "commit",
                                     "commits",
                                     "description",
                                     "desc",
                                     "discussion",
                                     "download",
                                     "effective_date",
                                     "full_ref",
                                     "gist",
                                     "head",
                                     "id",
                                     "issue_id",
                                     "label",
                                     "labels",
                                     "legacy",
                                     "master_branch",
                                     "membership_id",
                                     "name",
                                     "original",
                                     "object",
                                     "object_name",
                                     "page_name",
                                     "pages",
                                     "push_id",
                                     "pusher_type",
                                     "repo",
                                     "repository",
                                     "repository_id",
                                     "review_comment",
                                     "sha",
                                     "shas",
                                     "snippet",
                                     "sponsorship",
                                     "summary",
                                     "target",
                                     "team",
                                     "thread",
                                     "title",
                                     "type",
                                     "url",
                                     "user",
                                     "watchers"}));
bool IsPayloadKey(std::string_view key) { return kPayloadKeys.Contains(key); }

constexpr NameIndex kTypes(
    std::to_array<std::string_view>({"CommitCommentEvent",
                                     "CreateEvent",
                                     "DeleteEvent",
                                     "DiscussionEvent",
                                     "DownloadEvent",
                                     "Event",
                                     "FollowEvent",
                                     "ForkApplyEvent",
                                     "ForkEvent",
                                     "GistEvent",
                                     "GollumEvent",
                                     "IssueCommentEvent",
                                     "IssuesEvent",
                                     "MemberEvent",
                                     "PublicEvent",
                                     "PullRequestEvent",
                                     "PullRequestReviewCommentEvent",
                                     "PullRequestReviewEvent",
                                     "PullRequestReviewThreadEvent",
                                     "PushEvent",
                                     "ReleaseEvent",
                                     "SponsorshipEvent",
                                     "TeamAddEvent",
                                     "WatchEvent"}));
bool IsType(std::string_view type) { return kTypes.Contains(type); }

constexpr NameIndex kActorKeys(std::to_array<std::string_view>(
    {"id", "login", "display_login", "gravatar_id", "avatar_url", "url"}));
bool IsActorKey(std::string_view key) { return kActorKeys.Contains(key); }

bool IsRepoKey(std::string_view key) {
  return std::find(kRepoKeys.begin(), kRepoKeys.end(), key) != kRepoKeys.end();
}

constexpr NameIndex kRepositoryKeys(
    std::to_array<std::string_view>({"created_at",
                                     "description",
                                     "fork",
                                     "forks",
                                     "has_downloads",
                                     "has_issues",
                                     "has_wiki",
                                     "homepage",
                                     "id",
                                     "integrate_branch",
                                     "language",
                                     "master_branch",
                                     "name",
                                     "open_issues",
                                     "organization",
                                     "owner",
                                     "private",
                                     "pushed_at",
                                     "size",
                                     "stargazers",
                                     "url",
                                     "watchers"}));
bool IsRepositoryKey(std::string_view key) {
  return kRepositoryKeys.Contains(key);
}

constexpr NameIndex kAttributeKeys(std::to_array<std::string_view>(
    {"avatar_url", "blog", "company", "email", "gravatar_id", "id", "location",
     "login", "name", "type", "url"}));
bool IsAttributeKey(std::string_view key) {
  return kAttributeKeys.Contains(key);
}

Value ToValue(JsonNode node) {
  switch (node.kind()) {
    case JsonKind::kMissing:
    case JsonKind::kNull:
      return Value::Null();
    case JsonKind::kBool:
      return Value::Integer(*node.boolean() ? 1 : 0);
    case JsonKind::kInteger:
      return Value::Integer(*node.int64());
    case JsonKind::kReal:
      return Value::Real(*node.real());
    case JsonKind::kString:
    case JsonKind::kBigNumber:
      return Value::Text(node.text());
    case JsonKind::kArray:
    case JsonKind::kObject:
      break;
  }
  // A container where the contract wants a scalar: no column takes a blob, so
  // the sink refuses the row and names the column.
  return Value::Blob({});
}

bool IsDigits(std::string_view text) {
  return !text.empty() && std::all_of(text.begin(), text.end(), [](char c) {
    return c >= '0' && c <= '9';
  });
}

bool IsHex40(std::string_view text) {
  return text.size() == 40 && std::all_of(text.begin(), text.end(), [](char c) {
           return (c >= '0' && c <= '9') || (c >= 'a' && c <= 'f') ||
                  (c >= 'A' && c <= 'F');
         });
}

// Appends `node` with the keys of every object sorted.
void AppendCanonical(JsonNode node, std::string* out) {
  if (node.is_array()) {
    out->push_back('[');
    bool first = true;
    for (const JsonNode element : node.elements()) {
      if (!first) out->push_back(',');
      first = false;
      AppendCanonical(element, out);
    }
    out->push_back(']');
    return;
  }
  if (!node.is_object()) return node.AppendMinified(out);
  std::vector<JsonMember> members;
  for (const JsonMember& member : node.members()) members.push_back(member);
  std::stable_sort(
      members.begin(), members.end(),
      [](const JsonMember& a, const JsonMember& b) { return a.key < b.key; });
  out->push_back('{');
  for (size_t i = 0; i < members.size(); ++i) {
    if (i > 0) out->push_back(',');
    JsonNode::AppendQuoted(members[i].key, out);
    out->push_back(':');
    AppendCanonical(members[i].value, out);
  }
  out->push_back('}');
}

void AppendScrubbed(JsonNode email, std::string* out) {
  JsonNode::AppendQuoted(ScrubEmail(email.text()), out);
}

// Appends an object with its e-mail scrubbed.
void AppendWithScrubbedEmail(JsonNode object, std::string* out) {
  if (!object.is_object()) return object.AppendMinified(out);
  out->push_back('{');
  bool first = true;
  for (const JsonMember& member : object.members()) {
    if (!first) out->push_back(',');
    first = false;
    JsonNode::AppendQuoted(member.key, out);
    out->push_back(':');
    if (member.key == "email") {
      AppendScrubbed(member.value, out);
    } else {
      member.value.AppendMinified(out);
    }
  }
  out->push_back('}');
}

// A commit of payload.commits: {"author": {"email": ...}, ...}.
void AppendCommit(JsonNode commit, std::string* out) {
  if (!commit.is_object()) return commit.AppendMinified(out);
  out->push_back('{');
  bool first = true;
  for (const JsonMember& member : commit.members()) {
    if (!first) out->push_back(',');
    first = false;
    JsonNode::AppendQuoted(member.key, out);
    out->push_back(':');
    if (member.key == "author") {
      AppendWithScrubbedEmail(member.value, out);
    } else {
      member.value.AppendMinified(out);
    }
  }
  out->push_back('}');
}

// A commit of payload.shas: [sha, email, message, author, distinct].
void AppendSha(JsonNode sha, std::string* out) {
  if (!sha.is_array()) return sha.AppendMinified(out);
  out->push_back('[');
  size_t index = 0;
  for (const JsonNode element : sha.elements()) {
    if (index > 0) out->push_back(',');
    if (index == 1) {
      AppendScrubbed(element, out);
    } else {
      element.AppendMinified(out);
    }
    ++index;
  }
  out->push_back(']');
}

template <typename Append>
void AppendArray(JsonNode array, std::string* out, Append append) {
  if (!array.is_array()) return array.AppendMinified(out);
  out->push_back('[');
  bool first = true;
  for (const JsonNode element : array.elements()) {
    if (!first) out->push_back(',');
    first = false;
    append(element, out);
  }
  out->push_back(']');
}

bool TakeDigits(std::string_view* text, size_t count, int* value) {
  if (text->size() < count || !IsDigits(text->substr(0, count))) return false;
  std::from_chars(text->data(), text->data() + count, *value);
  text->remove_prefix(count);
  return true;
}

bool TakeOneOf(std::string_view* text, std::string_view chars) {
  if (text->empty() || chars.find(text->front()) == std::string_view::npos) {
    return false;
  }
  text->remove_prefix(1);
  return true;
}

// The offset at the end of a time: "Z", "-0800", "-08:00", perhaps a blank
// before it.
bool TakeOffset(std::string_view text, int64_t* seconds) {
  TakeOneOf(&text, " ");
  if (text == "Z") return true;
  const bool negative = text.starts_with('-');
  int hours = 0;
  int minutes = 0;
  if (!TakeOneOf(&text, "+-") || !TakeDigits(&text, 2, &hours)) return false;
  TakeOneOf(&text, ":");
  if (!TakeDigits(&text, 2, &minutes) || !text.empty()) return false;
  *seconds = (hours * 3600 + minutes * 60) * (negative ? -1 : 1);
  return hours < 24 && minutes < 60;
}

// Whether `text` is "2015-01-01T00:00:00Z", a real moment: what all files since
// 2015 have, told without taking it apart and putting it together.
bool IsCanonicalTime(std::string_view text) {
  constexpr std::string_view kShape = "dddd-dd-ddTdd:dd:ddZ";
  if (text.size() != kShape.size()) return false;
  for (size_t i = 0; i < kShape.size(); ++i) {
    const bool digit = text[i] >= '0' && text[i] <= '9';
    if (kShape[i] == 'd' ? !digit : text[i] != kShape[i]) return false;
  }
  const auto pair = [&](size_t at) {
    return (text[at] - '0') * 10 + text[at + 1] - '0';
  };
  return IsRealDate(pair(0) * 100 + pair(2), pair(5), pair(8)) &&
         pair(11) < 24 && pair(14) < 60 && pair(17) < 60;
}

// Early files have empty shells for what was deleted: objects without id whose
// urls name nothing. They are taken for nothing.
bool IsShellRepo(JsonNode repo) {
  return !repo.Find("id").exists() && repo.Find("name").text() == "/";
}
bool IsShellActor(JsonNode actor) {
  return !actor.Find("id").exists() && !actor.Find("login").exists() &&
         actor.Find("url").text().ends_with("/users/");
}

std::string_view KindName(JsonNode node) {
  switch (node.kind()) {
    case JsonKind::kBool:
      return "bool";
    case JsonKind::kInteger:
      return "integer";
    case JsonKind::kBigNumber:
      return "big number";
    case JsonKind::kReal:
      return "real";
    case JsonKind::kString:
      return "string";
    case JsonKind::kArray:
      return "array";
    case JsonKind::kObject:
      return "object";
    default:
      return "null";
  }
}

}  // namespace

std::string CanonicalTime(std::string_view text) {
  CivilTime t;
  int year = 0;
  if (!TakeDigits(&text, 4, &year) || !TakeOneOf(&text, "-/") ||
      !TakeDigits(&text, 2, &t.month) || !TakeOneOf(&text, "-/") ||
      !TakeDigits(&text, 2, &t.day) || !TakeOneOf(&text, "T ") ||
      !TakeDigits(&text, 2, &t.hour) || !TakeOneOf(&text, ":") ||
      !TakeDigits(&text, 2, &t.minute) || !TakeOneOf(&text, ":") ||
      !TakeDigits(&text, 2, &t.second)) {
    return {};
  }
  t.year = year;
  if (TakeOneOf(&text, ".")) {
    while (TakeOneOf(&text, "0123456789")) {
    }
  }
  int64_t offset = 0;
  if (!TakeOffset(text, &offset) || !IsRealDate(t.year, t.month, t.day) ||
      t.hour > 23 || t.minute > 59 || t.second > 60) {
    return {};
  }
  return FormatUtc(SecondsFromCivil(t) - offset);
}

std::string ScrubEmail(std::string_view email) {
  const size_t at = email.find('@');
  if (email.size() < 3 || at == std::string_view::npos) {
    return Sha1HexOf(email);
  }
  const std::string_view local = email.substr(0, at);
  if (IsHex40(local)) return std::string(email);
  // Of two domains, as git-svn makes them, the publisher keeps the first.
  std::string_view domain = email.substr(at + 1);
  domain = domain.substr(0, domain.find('@'));
  while (domain.ends_with(' ')) domain.remove_suffix(1);
  return Sha1HexOf(local) + "@" + std::string(domain);
}

int64_t HashedId(JsonNode root, std::string* scratch) {
  scratch->clear();
  AppendCanonical(root, scratch);
  const std::string hex = Sha256::HexOf(*scratch);
  uint64_t bits = 0;
  std::from_chars(hex.data(), hex.data() + 16, bits, 16);
  return -1 - static_cast<int64_t>(bits >> 1);
}

EventNormalizer::EventNormalizer(EventOptions options, UnknownField unknown)
    : options_(options), unknown_(std::move(unknown)) {}

EventNormalizer::Verdict EventNormalizer::Normalize(JsonNode root) {
  std::fill_n(values_.begin(),
              options_.all_columns ? kAllEnd : kPayloadFieldsEnd,
              Value::Null());
  values_[kPayload] = Value::Null();
  const Parts parts = Split(root);
  if (const Verdict id = SetId(root, parts.id); !id.ok) return id;
  if (const Verdict time = SetTime(parts.created_at); !time.ok) return time;
  Set(kType, ToValue(parts.type));
  Set(kPublic, ToValue(parts.is_public));
  SetActor(parts);
  SetRepo(parts);
  SetOrg(parts);
  CountUnknown(parts);
  if (options_.payload != PayloadMode::kNone) SetPayloadFields(parts.payload);
  if (options_.payload == PayloadMode::kFull) SetPayloadText(parts.payload);
  if (options_.all_columns) SetOther(parts);
  return {};
}

EventNormalizer::Parts EventNormalizer::Split(JsonNode root) {
  static constexpr NameIndex kKeys(std::to_array<std::string_view>(
      {"id", "type", "actor", "repo", "payload", "public", "created_at", "org",
       "repository", "actor_attributes"}));
  static constexpr JsonNode Parts::*kParts[] = {
      &Parts::id,         &Parts::type,
      &Parts::actor,      &Parts::repo,
      &Parts::payload,    &Parts::is_public,
      &Parts::created_at, &Parts::org,
      &Parts::repository, &Parts::actor_attributes};
  Parts parts;
  unknown_top_level_.clear();
  for (const JsonMember& member : root.members()) {
    const int known = kKeys.Find(member.key);
    if (known < 0) {
      unknown_top_level_.emplace_back(member.key, member.value);
      // Timeline records carry the page of what happened.
      if (member.key != "url") unknown_(member.key);
      continue;
    }
    JsonNode& part = parts.*kParts[known];
    if (!part.exists()) part = member.value;
  }
  return parts;
}

EventNormalizer::Verdict EventNormalizer::SetId(JsonNode root, JsonNode id) {
  if (!id.exists() || id.is_null()) {
    Set(kEventId, Value::Integer(HashedId(root, &canonical_)));
    return {};
  }
  int64_t number = 0;
  if (const std::optional<int64_t> integer = id.int64()) {
    number = *integer;
  } else {
    const std::string_view text = id.text();
    const char* const end = text.data() + text.size();
    const auto [stop, error] = std::from_chars(text.data(), end, number);
    if (!IsDigits(text) || error != std::errc() || stop != end) {
      return {false, "bad_id", "event_id",
              "id is no number that fits 64 bits: " +
                  std::string(text.substr(0, 80))};
    }
  }
  Set(kEventId, Value::Integer(number));
  return {};
}

EventNormalizer::Verdict EventNormalizer::SetTime(JsonNode created_at) {
  if (IsCanonicalTime(created_at.text())) {
    Set(kCreatedAt, Value::Text(created_at.text()));
    return {};
  }
  created_at_ = CanonicalTime(created_at.text());
  if (created_at_.empty()) {
    return {false, "bad_time", "created_at",
            "created_at is no time: " +
                std::string(created_at.text().substr(0, 80))};
  }
  Set(kCreatedAt, Value::Text(created_at_));
  return {};
}

void EventNormalizer::SetActor(const Parts& parts) {
  const bool attributes = parts.actor_attributes.is_object();
  if (!attributes && parts.actor.is_string()) {
    Set(kActorLogin, ToValue(parts.actor));
    return;
  }
  const JsonNode actor = attributes ? parts.actor_attributes : parts.actor;
  if (IsShellActor(actor)) return;
  Set(kActorId, ToValue(actor.Find("id")));
  Set(kActorLogin, ToValue(actor.Find("login")));
  if (!options_.all_columns) return;
  Set(kActorGravatarId, ToValue(actor.Find("gravatar_id")));
  Set(kActorAvatarUrl, ToValue(actor.Find("avatar_url")));
  Set(kActorUrl, ToValue(actor.Find("url")));
}

void EventNormalizer::SetRepo(const Parts& parts) {
  const bool timeline = parts.repository.is_object();
  const JsonNode repo = timeline ? parts.repository : parts.repo;
  if (IsShellRepo(repo)) return;
  if (options_.all_columns) Set(kRepoUrl, ToValue(repo.Find("url")));
  Set(kRepoId, ToValue(repo.Find("id")));
  Set(kRepoName, ToValue(repo.Find("name")));
  std::string_view owner = repo.Find("owner").text();
  // Some repositories of organisations have an empty owner.
  if (owner.empty()) owner = repo.Find("organization").text();
  if (!timeline || owner.empty() || !repo.Find("name").is_string()) return;
  repo_name_ = owner;
  repo_name_ += '/';
  repo_name_ += repo.Find("name").text();
  Set(kRepoName, Value::Text(repo_name_));
}

void EventNormalizer::SetOrg(const Parts& parts) {
  const JsonNode organization = parts.repository.Find("organization");
  if (organization.is_string()) {
    Set(kOrgLogin, ToValue(organization));
    return;
  }
  Set(kOrgId, ToValue(parts.org.Find("id")));
  Set(kOrgLogin, ToValue(parts.org.Find("login")));
  if (!options_.all_columns) return;
  Set(kOrgGravatarId, ToValue(parts.org.Find("gravatar_id")));
  Set(kOrgAvatarUrl, ToValue(parts.org.Find("avatar_url")));
  Set(kOrgUrl, ToValue(parts.org.Find("url")));
}

Value EventNormalizer::PayloadText(JsonNode node, std::string_view path) {
  if (node.is_string()) return Value::Text(node.text());
  if (node.exists() && !node.is_null()) {
    unknown_(std::string(path) + " (" + std::string(KindName(node)) + ")");
  }
  return Value::Null();
}

Value EventNormalizer::PayloadInteger(JsonNode node, std::string_view path) {
  if (const std::optional<int64_t> integer = node.int64()) {
    return Value::Integer(*integer);
  }
  if (const std::optional<bool> truth = node.boolean()) {
    return Value::Integer(*truth ? 1 : 0);
  }
  if (node.exists() && !node.is_null()) {
    unknown_(std::string(path) + " (" + std::string(KindName(node)) + ")");
  }
  return Value::Null();
}

void EventNormalizer::SetPayloadFields(JsonNode payload) {
  for (const JsonMember& member : payload.members()) {
    const JsonNode node = member.value;
    const int key = kPayloadKeys.Find(member.key);
    if (key < 0) {
      unknown_("payload." + std::string(member.key));
    } else if (key == kActionKey) {
      Set(kPayloadAction, PayloadText(node, "payload.action"));
    } else if (key == kRefKey) {
      Set(kPayloadRef, PayloadText(node, "payload.ref"));
    } else if (key == kRefTypeKey) {
      Set(kPayloadRefType, PayloadText(node, "payload.ref_type"));
    } else if (key == kSizeKey) {
      Set(kPayloadSize, PayloadInteger(node, "payload.size"));
    } else if (key == kDistinctSizeKey) {
      Set(kPayloadDistinctSize, PayloadInteger(node, "payload.distinct_size"));
    } else if (key == kNumberKey) {
      Set(kPayloadNumber, PayloadInteger(node, "payload.number"));
    } else if (key == kPullRequestKey || key == kIssueKey) {
      const JsonNode number = node.Find("number");
      if (number.exists() && values_[kPayloadNumber].is_null()) {
        Set(kPayloadNumber, PayloadInteger(number, "payload.issue.number"));
      }
      const JsonNode merged = node.Find("merged");
      if (key == kPullRequestKey && merged.exists()) {
        Set(kPayloadMerged,
            PayloadInteger(merged, "payload.pull_request.merged"));
      }
    } else if (key == kReviewKey) {
      Set(kReviewState,
          PayloadText(node.Find("state"), "payload.review.state"));
    } else if (key == kReleaseKey) {
      Set(kReleaseTag,
          PayloadText(node.Find("tag_name"), "payload.release.tag_name"));
    } else if (key == kForkeeKey) {
      Set(kForkeeId, PayloadInteger(node.Find("id"), "payload.forkee.id"));
      Set(kForkeeName,
          PayloadText(node.Find("full_name"), "payload.forkee.full_name"));
    } else if (key == kMemberKey) {
      Set(kMemberId, PayloadInteger(node.Find("id"), "payload.member.id"));
      Set(kMemberLogin,
          PayloadText(node.is_string() ? node : node.Find("login"),
                      "payload.member.login"));
    }
  }
}

void EventNormalizer::SetPayloadText(JsonNode payload) {
  if (!payload.exists() || payload.is_null()) return;
  payload_.clear();
  if (!payload.is_object()) {
    payload.AppendMinified(&payload_);
  } else {
    payload_.push_back('{');
    for (const JsonMember& member : payload.members()) {
      if (payload_.size() > 1) payload_.push_back(',');
      JsonNode::AppendQuoted(member.key, &payload_);
      payload_.push_back(':');
      if (member.key == "shas") {
        AppendArray(member.value, &payload_, AppendSha);
      } else if (member.key == "commits") {
        AppendArray(member.value, &payload_, AppendCommit);
      } else {
        member.value.AppendMinified(&payload_);
      }
    }
    payload_.push_back('}');
  }
  Set(kPayload, Value::Text(payload_));
}

// Adds what is left of `object` without the keys that have columns.
void EventNormalizer::AddLeftOver(std::string_view name, JsonNode object,
                                  std::span<const std::string_view> taken) {
  const bool attributes = name == "actor_attributes";
  std::string left;
  bool has_email = false;
  for (const JsonMember& member : object.members()) {
    if (std::count(taken.begin(), taken.end(), member.key) > 0) continue;
    left += left.empty() ? "{" : ",";
    JsonNode::AppendQuoted(member.key, &left);
    left.push_back(':');
    if (attributes && member.key == "email") {
      has_email = true;
      AppendScrubbed(member.value, &left);
    } else {
      member.value.AppendMinified(&left);
    }
  }
  if (attributes && object.is_object() && !has_email) {
    // The publisher hashes the address that is not there, too.
    left += left.empty() ? "{" : ",";
    left += "\"email\":\"" + ScrubEmail("") + "\"";
  }
  if (left.empty()) return;
  other_ += other_.empty() ? "{" : ",";
  JsonNode::AppendQuoted(name, &other_);
  other_ += ":" + left + "}";
}

void EventNormalizer::SetOther(const Parts& parts) {
  other_.clear();
  AddLeftOver("repository", parts.repository, kRepoKeys);
  AddLeftOver("actor_attributes", parts.actor_attributes, kPersonKeys);
  if (!parts.actor_attributes.is_object()) {
    AddLeftOver("actor", parts.actor, kPersonKeys);
  }
  if (!parts.repository.is_object()) {
    AddLeftOver("repo", parts.repo, kRepoKeys);
  }
  AddLeftOver("org", parts.org, kPersonKeys);
  for (const auto& [key, node] : unknown_top_level_) {
    other_ += other_.empty() ? "{" : ",";
    JsonNode::AppendQuoted(key, &other_);
    other_.push_back(':');
    node.AppendMinified(&other_);
  }
  if (other_.empty()) return;
  other_.push_back('}');
  Set(kOther, Value::Text(other_));
}

void EventNormalizer::CountUnknown(const Parts& parts) {
  if (parts.type.is_string() && !IsType(parts.type.text())) {
    unknown_("type = " + std::string(parts.type.text()));
  }
  const auto count = [this](std::string_view object, JsonNode node,
                            bool (*known)(std::string_view)) {
    for (const JsonMember& member : node.members()) {
      if (known(member.key)) continue;
      unknown_(std::string(object) + "." + std::string(member.key));
    }
  };
  if (options_.payload == PayloadMode::kNone) {
    count("payload", parts.payload, IsPayloadKey);
  }
  count("actor", parts.actor, IsActorKey);
  count("repo", parts.repo, IsRepoKey);
  count("org", parts.org, IsActorKey);
  count("repository", parts.repository, IsRepositoryKey);
  count("actor_attributes", parts.actor_attributes, IsAttributeKey);
}

}  // namespace learnsql
