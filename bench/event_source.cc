#include "bench/event_source.h"

#include <algorithm>
#include <array>

#include "bench/hour_generator.h"
#include "engine/base/clock.h"

namespace learnsql::bench {
namespace {

constexpr int64_t kFirstSecond = 1'748'736'000;  // 2025-06-01T00:00:00Z
constexpr int64_t kHour = 3600;
constexpr uint64_t kRenamedOneIn = 2000;
constexpr int64_t kHourOfRename = 40;
constexpr uint64_t kCopiedOneIn = 500;
constexpr uint64_t kIdsAnHour = 1'000'000;

// What follows was fitted to the two hours in data/samples/gharchive; README.md
// holds the outcome against them.
constexpr uint64_t kPeoplePerEvent = 73;  // 16 million for 220,000 an hour
constexpr uint64_t kBots = 24;            // the first of the people
constexpr uint64_t kRepositoriesEach = 4;
constexpr uint64_t kPopularOneIn = 40;  // people whose repositories others use
constexpr uint64_t kStretch = 200;      // events within which one goes on
constexpr uint64_t kOctaves = 10;       // young: up to 2^10 hours, six weeks
constexpr int64_t kHoursBefore = 1 << kOctaves;
constexpr uint64_t kSpread = 2'147'483'647;  // a prime above all numbers below
// Of 1,000.
constexpr uint64_t kGoesOn = 360;  // the account and repository of one before
constexpr uint64_t kNewRepo = 94;  // in a repository made within the hour
constexpr uint64_t kYoungRepo = 280;
constexpr uint64_t kYoungActor = 53;
constexpr uint64_t kByOwner = 850;  // in young repositories
constexpr uint64_t kOwnRepo = 950;  // in others
constexpr uint64_t kByBot = 60;
constexpr uint64_t kRegular = 750;  // by people who are there every day
constexpr uint64_t kInOrg = 270;

constexpr std::array<std::string_view, 10> kTypes = {
    "PushEvent",         "PushEvent",   "PushEvent",   "PushEvent",
    "PushEvent",         "CreateEvent", "CreateEvent", "PullRequestEvent",
    "IssueCommentEvent", "WatchEvent"};

constexpr std::array<std::string_view, 14> kColumns = {
    "event_id",       "type",        "actor_id",       "actor_login",
    "repo_id",        "repo_name",   "org_id",         "org_login",
    "public",         "created_at",  "payload_action", "payload_ref",
    "payload_number", "payload_size"};

// Who did something where, by GitHub's ids: those who came later have greater
// ones.
struct Deed {
  uint64_t actor = 0;
  uint64_t repo = 0;
  uint64_t owner = 0;  // an account, unless org is one
  uint64_t org = 0;    // 0: none
};

struct Event {
  Deed deed;
  std::string_view type;
  int64_t event_id = 0;
  int64_t second = 0;
  uint64_t number = 0;
};

// The people and repositories of a site of so many events an hour.
class Site {
 public:
  explicit Site(uint64_t events)
      : events_(events),
        people_(kPeoplePerEvent * events),
        accounts_an_hour_(1 + events * 3 / 1000),
        repos_an_hour_(1 + events * 38 / 1000) {}

  Deed DeedAt(int64_t hour, uint64_t index) const {
    Chance chance(SeedOf(hour, index) * 2);
    if (index > 0 && Happens(kGoesOn, &chance)) {
      return DeedAt(hour, index - 1 - chance.Skewed(std::min(index, kStretch)));
    }
    const uint64_t kind = chance.Below(1000);
    const int64_t age = kind < kNewRepo ? 0 : Age(&chance);
    if (kind >= kNewRepo + kYoungRepo) return InOldRepo(hour, &chance);
    Deed deed;
    deed.repo =
        Young(kRepositoriesEach * people_, repos_an_hour_, hour - age, &chance);
    Chance steady(deed.repo * 2 + 1);
    deed.owner = AccountId(Person(&steady));
    deed.actor =
        Happens(kByOwner, &chance) ? deed.owner : AccountId(Person(&chance));
    deed.org = OrgOf(deed.repo);
    return deed;
  }

  static uint64_t SeedOf(int64_t hour, uint64_t index) {
    return static_cast<uint64_t>(hour) * kIdsAnHour + index + 1;
  }

 private:
  static bool Happens(uint64_t per_mille, Chance* chance) {
    return chance->Below(1000) < per_mille;
  }

  // Hours, as many from each octave.
  static int64_t Age(Chance* chance) {
    const uint64_t octave = uint64_t{1} << chance->Below(kOctaves);
    return static_cast<int64_t>(octave + chance->Below(octave));
  }

  // One of those that were made in the hour, after the first `old`.
  static uint64_t Young(uint64_t old, uint64_t an_hour, int64_t hour,
                        Chance* chance) {
    return 1 + old + static_cast<uint64_t>(hour + kHoursBefore) * an_hour +
           chance->Below(an_hour);
  }

  // By what they do, the most active first.
  uint64_t Person(Chance* chance) const {
    if (Happens(kByBot, chance)) return chance->Below(kBots);
    const uint64_t end =
        Happens(kRegular, chance) ? 1 + chance->Skewed(people_) : people_;
    return chance->Skewed(end);
  }

  // Who came when has nothing to do with it.
  uint64_t AccountId(uint64_t person) const {
    return 1 + person * kSpread % people_;
  }

  Deed InOldRepo(int64_t hour, Chance* chance) const {
    uint64_t person = Person(chance);
    Deed deed;
    deed.actor = AccountId(person);
    bool own = Happens(kOwnRepo, chance);
    if (Happens(kYoungActor, chance)) {
      deed.actor =
          Young(people_, accounts_an_hour_, hour - Age(chance) + 1, chance);
      own = false;
    }
    if (!own) person = chance->Skewed(1 + people_ / kPopularOneIn);
    const uint64_t repo =
        person * kRepositoriesEach + chance->Skewed(kRepositoriesEach);
    deed.repo = 1 + repo * kSpread % (kRepositoriesEach * people_);
    deed.owner = AccountId(person);
    deed.org = OrgOf(deed.repo);
    return deed;
  }

  uint64_t OrgOf(uint64_t repo) const {
    Chance steady(repo * 2);
    if (!Happens(kInOrg, &steady)) return 0;
    return 1 + steady.Skewed(1 + events_ * 4 / 5);
  }

  uint64_t events_;
  uint64_t people_;
  uint64_t accounts_an_hour_;
  uint64_t repos_an_hour_;
};

Event MakeEvent(const Site& site, uint64_t events, int64_t hour,
                uint64_t index) {
  Chance chance(Site::SeedOf(hour, index) * 2 + 1);
  Event event;
  event.deed = site.DeedAt(hour, index);
  event.type = kTypes[chance.Below(kTypes.size())];
  event.event_id =
      (hour + 1) * int64_t{kIdsAnHour} + static_cast<int64_t>(index);
  event.second =
      kFirstSecond + hour * kHour +
      static_cast<int64_t>(index) * kHour / static_cast<int64_t>(events);
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
Event EventAt(const Site& site, uint64_t events, int64_t hour, uint64_t index) {
  const bool copies = hour > 0 && index % kCopiedOneIn == 1;
  return MakeEvent(site, events, copies ? hour - 1 : hour, index);
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
  const Site site(events_);
  StreamTotals totals;
  for (uint64_t i = 0; i < events_; ++i) {
    const Event event = EventAt(site, events_, hour, i);
    const Deed& deed = event.deed;
    const std::string org = "org-" + std::to_string(deed.org);
    const std::string actor = NameOf("user-", deed.actor, hour);
    const std::string owner =
        deed.org != 0 ? org : NameOf("user-", deed.owner, hour);
    const std::string repo = owner + "/" + NameOf("project-", deed.repo, hour);
    const std::string at = FormatUtc(event.second);
    const std::string record = std::to_string(event.event_id) + repo;
    const Value none = Value::Null();
    const std::array<Value, kColumns.size()> values = {
        Value::Integer(event.event_id),
        Value::Text(event.type),
        Value::Integer(static_cast<int64_t>(deed.actor)),
        Value::Text(actor),
        Value::Integer(static_cast<int64_t>(deed.repo)),
        Value::Text(repo),
        deed.org ? Value::Integer(static_cast<int64_t>(deed.org)) : none,
        deed.org ? Value::Text(org) : none,
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
