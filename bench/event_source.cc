#include "bench/event_source.h"

#include <array>

#include "bench/hour_generator.h"
#include "engine/base/clock.h"

namespace learnsql::bench {
namespace {

constexpr int64_t kFirstSecond = 1'748'736'000;  // 2025-06-01T00:00:00Z
constexpr int64_t kHour = 3600;
constexpr uint64_t kActors = 4'000'000;
constexpr uint64_t kBots = 24;
constexpr uint64_t kRepos = 6'000'000;
constexpr uint64_t kOrgs = 40'000;
constexpr uint64_t kRenamedOneIn = 2000;
constexpr int64_t kHourOfRename = 40;
constexpr uint64_t kCopiedOneIn = 500;
constexpr uint64_t kIdsAnHour = 1'000'000;

constexpr std::array<std::string_view, 10> kTypes = {
    "PushEvent",         "PushEvent",   "PushEvent",   "PushEvent",
    "PushEvent",         "CreateEvent", "CreateEvent", "PullRequestEvent",
    "IssueCommentEvent", "WatchEvent"};

constexpr std::array<std::string_view, 14> kColumns = {
    "event_id",       "type",        "actor_id",       "actor_login",
    "repo_id",        "repo_name",   "org_id",         "org_login",
    "public",         "created_at",  "payload_action", "payload_ref",
    "payload_number", "payload_size"};

struct Event {
  std::string_view type;
  int64_t event_id = 0;
  uint64_t actor = 0;
  uint64_t repo = 0;
  uint64_t org = 0;  // 0: none
  int64_t second = 0;
  uint64_t number = 0;
};

Event MakeEvent(int64_t hour, uint64_t index) {
  const auto h = static_cast<uint64_t>(hour);
  Chance chance(h * kIdsAnHour + index + 1);
  Event event;
  event.type = kTypes[chance.Below(kTypes.size())];
  event.event_id = static_cast<int64_t>((h + 1) * kIdsAnHour + index);
  event.actor = 1 + (chance.Below(100) < 16 ? chance.Skewed(kBots)
                                            : chance.Skewed(kActors));
  event.repo = 1 + chance.Skewed(kRepos);
  event.org = chance.Below(100) < 28 ? 1 + chance.Skewed(kOrgs) : 0;
  event.second =
      kFirstSecond + hour * kHour + static_cast<int64_t>(chance.Below(kHour));
  event.number = chance.Below(1000);
  return event;
}

// A name that stands for the number, and another one once it was renamed.
std::string NameOf(const char* what, uint64_t number, int64_t hour) {
  std::string name = what + std::to_string(number * 7919 % 100'000'007);
  if (number % kRenamedOneIn == 7 && hour >= kHourOfRename) name += "-new";
  return name;
}

// The event that stands at this place of the hour: its own, or a copy.
Event EventAt(int64_t hour, uint64_t index) {
  const bool copies = hour > 0 && index % kCopiedOneIn == 1;
  return MakeEvent(copies ? hour - 1 : hour, index);
}

}  // namespace

Result<std::vector<Slice>> EventSource::Slices(const Window&) {
  std::vector<Slice> slices;
  for (int64_t hour = 0; hour < hours_; ++hour) {
    const int64_t start = kFirstSecond + hour * kHour;
    slices.push_back({.object = "hours",
                      .start = start,
                      .end = start + kHour,
                      .name = FormatUtc(start).substr(0, 13) + ".json.gz"});
  }
  return slices;
}

bool EventSource::IsDue(const SliceRecord& known) {
  return known.state != SliceState::kLoaded;
}

Result<Landed> EventSource::Fetch(const SliceRecord& known,
                                  const LandingProgress&) {
  Landed landed;
  landed.path = known.slice.name;
  landed.sha256 = known.slice.name;  // no two are the same
  return landed;
}

Status EventSource::Read(const Slice& slice, const std::string&,
                         RowSink* sink) {
  const int64_t hour = (slice.start - kFirstSecond) / kHour;
  LEARNSQL_TRY_SET(const int table,
                   sink->Open("raw_gharchive__events", kColumns));
  StreamTotals totals;
  for (uint64_t i = 0; i < events_; ++i) {
    const Event event = EventAt(hour, i);
    const std::string actor = NameOf("user-", event.actor, hour);
    const std::string owner = NameOf("user-", event.repo % kActors, hour);
    const std::string repo = owner + "/" + NameOf("project-", event.repo, hour);
    const std::string org = "org-" + std::to_string(event.org);
    const std::string at = FormatUtc(event.second);
    const std::string record = std::to_string(event.event_id) + repo;
    const Value none = Value::Null();
    const std::array<Value, kColumns.size()> values = {
        Value::Integer(event.event_id),
        Value::Text(event.type),
        Value::Integer(static_cast<int64_t>(event.actor)),
        Value::Text(actor),
        Value::Integer(static_cast<int64_t>(event.repo)),
        Value::Text(repo),
        event.org ? Value::Integer(static_cast<int64_t>(event.org)) : none,
        event.org ? Value::Text(org) : none,
        Value::Integer(1),
        Value::Text(at),
        Value::Text("opened"),
        Value::Text("refs/heads/main"),
        Value::Integer(static_cast<int64_t>(event.number)),
        none};
    LEARNSQL_TRY(StatusOf(
        sink->Add(table, {totals.bytes_decoded, i + 1}, record, values)));
    totals.bytes_decoded += record.size();
  }
  totals.bytes_in_records = totals.bytes_decoded;
  totals.records = events_;
  sink->Account(totals);
  return {};
}

}  // namespace learnsql::bench
