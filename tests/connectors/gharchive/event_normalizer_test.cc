#include "connectors/gharchive/event_normalizer.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <map>
#include <set>
#include <string>

#include "engine/base/sha256.h"
#include "tests/connectors/gharchive/gharchive_testing.h"

namespace learnsql {
namespace {

using testing::ElementsAre;
using testing::HasSubstr;
using testing::IsEmpty;
using testing::Pair;

// What the normalizer makes of one record, as texts; null is "null".
struct Normalized {
  EventNormalizer::Verdict verdict;
  std::map<std::string, std::string> columns;
  std::map<std::string, int> unknown;

  const std::string& operator[](const std::string& column) const {
    return columns.at(column);
  }
};

std::string Text(const Value& value) {
  switch (value.kind) {
    case Value::Kind::kNull:
      return "null";
    case Value::Kind::kInteger:
      return std::to_string(value.integer);
    case Value::Kind::kReal:
      return "real";
    case Value::Kind::kText:
      return std::string(value.bytes);
    case Value::Kind::kBlob:
      return "blob";
  }
  return {};
}

Normalized Normalize(const std::string& text,
                     EventOptions options = {.all_columns = true,
                                             .payload = PayloadMode::kFull}) {
  Normalized made;
  const ParsedObject record(text);
  EXPECT_TRUE(record.ok()) << text;
  EventNormalizer normalizer(options, [&](std::string_view path) {
    ++made.unknown[std::string(path)];
  });
  made.verdict = normalizer.Normalize(record.root());
  for (size_t i = 0; i < kEventColumnCount; ++i) {
    made.columns[std::string(kEventColumnNames[i])] =
        Text(normalizer.values()[i]);
  }
  return made;
}

// The same event as the publisher's own program made it.
class Golden {
 public:
  explicit Golden(const std::string& line) : line_(line) {}

  std::string At(std::string_view object, std::string_view key) const {
    const JsonNode from =
        object.empty() ? line_.root() : line_.root().Find(object);
    const JsonNode node = from.Find(key);
    if (!node.exists() || node.is_null()) return "null";
    if (node.boolean()) return *node.boolean() ? "1" : "0";
    if (node.is_string()) return std::string(node.text());
    return Canonical(node);
  }

  // payload and other are JSON inside a string.
  std::string Json(std::string_view key) const {
    const std::string text = At("", key);
    return text == "null" || text == "{}" ? "" : Canonical(text);
  }

 private:
  ParsedObject line_;
};

std::string Json(const std::string& text) {
  return text == "null" || text == "{}" ? "" : Canonical(text);
}

// Where we differ from the publisher on purpose:
//   event_id    a number; a negative hash where the record has no id
//   created_at  2015-01-01T00:00:00Z instead of 2015-01-01 00:00:00
//   repo_name   owner/name in the Timeline, as in all other eras; the
//               organisation stands in for an owner that is empty
//   shells      the empty objects of deleted repositories and actors are null
void ExpectSame(const Normalized& made, const Golden& golden,
                const ParsedObject& raw) {
  ASSERT_TRUE(made.verdict.ok);
  if (golden.At("", "id") == "null") {
    EXPECT_TRUE(made["event_id"].starts_with("-"));
  } else {
    EXPECT_EQ(made["event_id"], golden.At("", "id"));
  }
  std::string created_at = golden.At("", "created_at");
  created_at.replace(10, 1, "T");
  EXPECT_EQ(made["created_at"], created_at + "Z");
  EXPECT_EQ(made["type"], golden.At("", "type"));
  EXPECT_EQ(made["public"], golden.At("", "public"));
  const bool shell_actor = golden.At("actor", "login") == "null" &&
                           golden.At("actor", "id") == "null";
  for (const char* key : {"id", "login", "gravatar_id", "avatar_url", "url"}) {
    EXPECT_EQ(made[std::string("actor_") + key],
              shell_actor ? "null" : golden.At("actor", key));
    EXPECT_EQ(made[std::string("org_") + key], golden.At("org", key));
  }
  const bool shell_repo = golden.At("repo", "name") == "/";
  std::string name = golden.At("repo", "name");
  const JsonNode repository = raw.root().Find("repository");
  std::string owner(repository.Find("owner").text());
  if (owner.empty()) owner = repository.Find("organization").text();
  if (!owner.empty()) name = owner + "/" + name;
  EXPECT_EQ(made["repo_id"], golden.At("repo", "id"));
  EXPECT_EQ(made["repo_url"], shell_repo ? "null" : golden.At("repo", "url"));
  EXPECT_EQ(made["repo_name"], shell_repo ? "null" : name);
  EXPECT_EQ(Json(made["payload"]), golden.Json("payload"));
  EXPECT_EQ(Json(made["other"]), golden.Json("other"));
}

class GoldenFiles
    : public testing::TestWithParam<std::pair<const char*, size_t>> {};

TEST_P(GoldenFiles, AreEqualEventByEvent) {
  const std::string name = GetParam().first;
  const std::vector<std::string> raw = Lines(
      Fixture(name + (name.starts_with("hours") ? ".ndjson" : ".raw.ndjson")));
  const std::vector<std::string> expected =
      Lines(Fixture(name + ".expected_schema.ndjson"));
  ASSERT_EQ(raw.size(), GetParam().second);
  ASSERT_EQ(raw.size(), expected.size());
  for (size_t i = 0; i < raw.size(); ++i) {
    SCOPED_TRACE(name + ":" + std::to_string(i + 1));
    const Normalized made = Normalize(raw[i]);
    ExpectSame(made, Golden(expected[i]), ParsedObject(raw[i]));
    EXPECT_THAT(made.unknown, IsEmpty());
  }
}

INSTANTIATE_TEST_SUITE_P(
    Years, GoldenFiles,
    testing::Values(std::pair{"by_type/2011", 15},
                    std::pair{"by_type/2012", 16},
                    std::pair{"by_type/2013", 16},
                    std::pair{"by_type/2014", 16},
                    std::pair{"by_type/2015", 14},
                    std::pair{"hours/2012-02-15-0.sample", 120},
                    std::pair{"hours/2013-02-15-0.sample", 112}));

TEST(EventNormalizer, GivesRecordsWithoutIdOneThatStays) {
  std::set<std::string> ids;
  size_t records = 0;
  for (const std::string& line :
       Lines(Fixture("hours/2013-02-15-0.sample.ndjson"))) {
    const std::string id = Normalize(line)["event_id"];
    EXPECT_TRUE(id.starts_with("-"));
    EXPECT_EQ(Normalize(line)["event_id"], id);
    ids.insert(id);
    ++records;
  }
  EXPECT_EQ(ids.size(), records);
  // The same record with its keys in another order, and with blanks.
  const Normalized one = Normalize(
      R"({"type":"WatchEvent","created_at":"2013-01-01T00:00:00Z","a":{"b":1,"c":2}})");
  const Normalized two = Normalize(
      R"({ "a": {"c": 2, "b": 1}, "created_at": "2013-01-01T00:00:00Z", "type": "WatchEvent" })");
  EXPECT_EQ(one["event_id"], two["event_id"]);
  // What it is made of is written down: the id must not change with versions.
  const std::string canonical =
      R"({"a":{"b":1,"c":2},"created_at":"2013-01-01T00:00:00Z","type":"WatchEvent"})";
  const uint64_t bits =
      std::stoull(Sha256::HexOf(canonical).substr(0, 16), nullptr, 16);
  EXPECT_EQ(one["event_id"],
            std::to_string(-1 - static_cast<int64_t>(bits >> 1)));
}

TEST(EventNormalizer, LeavesUnknownWhatIsNoLongerSent) {
  const Normalized before =
      Normalize(Fixture("octocrab/octocrab_push_event.before_2025-10.json"));
  EXPECT_EQ(before["payload_size"], "1");
  EXPECT_EQ(before["payload_distinct_size"], "1");
  const Normalized after =
      Normalize(Fixture("octocrab/octocrab_push_event.after_2025-10.json"));
  EXPECT_EQ(after["payload_size"], "null");
  EXPECT_EQ(after["payload_distinct_size"], "null");
  EXPECT_EQ(after["payload_ref"], "refs/heads/master");
  for (const char* same : {"event_id", "type", "actor_login", "repo_name",
                           "created_at", "other"}) {
    EXPECT_EQ(before[same], after[same]);
  }
  EXPECT_THAT(after.unknown, IsEmpty());
}

TEST(EventNormalizer, ReadsTrimmedPullRequests) {
  const Normalized before = Normalize(
      Fixture("octocrab/octocrab_pull_request_event.before_2025-10.json"));
  EXPECT_EQ(before["payload_merged"], "0");
  const Normalized after = Normalize(
      Fixture("octocrab/octocrab_pull_request_event.after_2025-10.json"));
  EXPECT_EQ(after["payload_merged"], "null");
  EXPECT_EQ(after["payload_number"], before["payload_number"]);
  EXPECT_EQ(after["payload_action"], before["payload_action"]);
  EXPECT_THAT(after.unknown, IsEmpty());
}

TEST(EventNormalizer, ReadsLaterTypes) {
  const Normalized release =
      Normalize(Fixture("octocrab/octocrab_release_event.json"));
  EXPECT_EQ(release["payload_action"], "published");
  EXPECT_NE(release["release_tag"], "null");
  EXPECT_THAT(release.unknown, IsEmpty());
  EXPECT_EQ(Normalize(Fixture("octocrab/octocrab_watch_event.json"))["type"],
            "WatchEvent");
  EXPECT_THAT(Normalize(Fixture("octocrab/octocrab_gollum_event.json")).unknown,
              IsEmpty());
}

TEST(EventNormalizer, CountsWhatNobodyKnewByPath) {
  const Normalized made = Normalize(
      R"({"id":"7","type":"MergeQueueEvent","created_at":"2027-01-01T00:00:00Z",)"
      R"("actor":{"id":1,"login":"a","mood":"good"},"repo":{"id":2,"name":"a/b","stars":1},)"
      R"("payload":{"action":"opened","queue":1,"size":"many","ref":{}},"region":"eu"})");
  ASSERT_TRUE(made.verdict.ok);
  EXPECT_THAT(
      made.unknown,
      ElementsAre(Pair("actor.mood", 1), Pair("payload.queue", 1),
                  Pair("payload.ref (object)", 1),
                  Pair("payload.size (string)", 1), Pair("region", 1),
                  Pair("repo.stars", 1), Pair("type = MergeQueueEvent", 1)));
  EXPECT_EQ(made["type"], "MergeQueueEvent");
  EXPECT_EQ(made["payload_size"], "null");
  EXPECT_EQ(made["other"],
            R"({"actor":{"mood":"good"},"repo":{"stars":1},"region":"eu"})");
}

TEST(EventNormalizer, StoresWhatTheOptionsSay) {
  const std::string line = Lines(Fixture("by_type/2015.raw.ndjson"))[0];
  const Normalized none = Normalize(line, {.payload = PayloadMode::kNone});
  EXPECT_EQ(none["payload_action"], "null");
  EXPECT_EQ(none["actor_url"], "null");
  EXPECT_NE(none["actor_login"], "null");
  const Normalized fields = Normalize(line, {.payload = PayloadMode::kFields});
  EXPECT_EQ(fields["payload"], "null");
  EXPECT_EQ(fields["other"], "null");
}

struct BadRecord {
  const char* name;
  const char* text;
  const char* reason;
  const char* column;
};

class EventNormalizerRefuses : public testing::TestWithParam<BadRecord> {};

TEST_P(EventNormalizerRefuses, WithReasonAndColumn) {
  const Normalized made = Normalize(GetParam().text);
  EXPECT_FALSE(made.verdict.ok);
  EXPECT_EQ(made.verdict.reason, GetParam().reason);
  EXPECT_EQ(made.verdict.column, GetParam().column);
}

INSTANTIATE_TEST_SUITE_P(
    Records, EventNormalizerRefuses,
    testing::Values(
        BadRecord{"no_time", R"({"id":"1","type":"A"})", "bad_time",
                  "created_at"},
        BadRecord{"no_day", R"({"id":"1","created_at":"2015-02-29T00:00:00Z"})",
                  "bad_time", "created_at"},
        BadRecord{"time_number", R"({"id":"1","created_at":1420070400})",
                  "bad_time", "created_at"},
        BadRecord{"no_zone", R"({"id":"1","created_at":"2015-01-01T00:00:00"})",
                  "bad_time", "created_at"},
        BadRecord{"id_text",
                  R"({"id":"x1","created_at":"2015-01-01T00:00:00Z"})",
                  "bad_id", "event_id"},
        BadRecord{"id_negative",
                  R"({"id":"-1","created_at":"2015-01-01T00:00:00Z"})",
                  "bad_id", "event_id"},
        BadRecord{"id_too_big",
                  R"({"id":"9223372036854775808","created_at":)"
                  R"("2015-01-01T00:00:00Z"})",
                  "bad_id", "event_id"},
        BadRecord{"id_object",
                  R"({"id":{},"created_at":"2015-01-01T00:00:00Z"})", "bad_id",
                  "event_id"}),
    [](const auto& test) { return std::string(test.param.name); });

TEST(CanonicalTime, ReadsEverySpellingOfTheArchive) {
  EXPECT_EQ(CanonicalTime("2015-01-01T00:00:00Z"), "2015-01-01T00:00:00Z");
  EXPECT_EQ(CanonicalTime("2012/03/10 22:36:55 -0800"), "2012-03-11T06:36:55Z");
  EXPECT_EQ(CanonicalTime("2013-02-15T00:00:39-08:00"), "2013-02-15T08:00:39Z");
  EXPECT_EQ(CanonicalTime("2012-12-31T23:59:59-07:00"), "2013-01-01T06:59:59Z");
  EXPECT_EQ(CanonicalTime("2015-01-01T00:00:00.250+05:30"),
            "2014-12-31T18:30:00Z");
  for (const char* bad :
       {"", "2015-01-01", "2015-01-01T00:00:00", "2015-01-01T24:00:00Z",
        "2015-13-01T00:00:00Z", "2015-01-01T00:00:00+5", "20150101T000000Z",
        "2015-01-01T00:00:00Z ", "2015-01-01T00:60:00Z"}) {
    EXPECT_EQ(CanonicalTime(bad), "") << bad;
  }
}

TEST(ScrubEmail, FollowsThePublishersRule) {
  const std::string someone = Sha1HexOf("someone");
  EXPECT_EQ(ScrubEmail("someone@example.org"), someone + "@example.org");
  EXPECT_EQ(ScrubEmail("someone@example.org "), someone + "@example.org");
  EXPECT_EQ(ScrubEmail(someone + "@example.org"), someone + "@example.org");
  EXPECT_EQ(ScrubEmail(""), "da39a3ee5e6b4b0d3255bfef95601890afd80709");
  EXPECT_EQ(ScrubEmail("no address"), Sha1HexOf("no address"));
  EXPECT_EQ(ScrubEmail("foo "), Sha1HexOf("foo "));
  EXPECT_EQ(ScrubEmail("a@"), Sha1HexOf("a@"));
  EXPECT_EQ(ScrubEmail("@x.y"), Sha1HexOf("") + "@x.y");
  EXPECT_EQ(ScrubEmail("a@b@c"), Sha1HexOf("a") + "@b");
}

TEST(EventNormalizer, ScrubsEveryEmail) {
  const Normalized made = Normalize(
      R"({"type":"PushEvent","created_at":"2013-01-01T00:00:00Z",)"
      R"("actor_attributes":{"login":"a","email":"me@home.org"},)"
      R"("payload":{"shas":[["s","me@home.org","m","n",true],["s",null]],)"
      R"("commits":[{"author":{"name":"n","email":"me@home.org"}}]}})");
  const std::string me = Sha1HexOf("me") + "@home.org";
  EXPECT_THAT(made["payload"], testing::Not(HasSubstr("\"me@home.org")));
  EXPECT_THAT(made["payload"], HasSubstr("[\"s\",\"" + me + "\""));
  EXPECT_THAT(made["payload"], HasSubstr("\"email\":\"" + me + "\""));
  EXPECT_THAT(
      made["payload"],
      HasSubstr("[\"s\",\"da39a3ee5e6b4b0d3255bfef95601890afd80709\"]"));
  EXPECT_THAT(made["other"], HasSubstr("\"email\":\"" + me + "\""));
}

}  // namespace
}  // namespace learnsql
