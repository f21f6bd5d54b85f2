#include "connectors/codetrack/roster.h"

#include <algorithm>
#include <array>
#include <charconv>
#include <filesystem>
#include <fstream>
#include <map>
#include <optional>

#include "connectors/decode/json_document.h"
#include "connectors/decode/json_stream.h"
#include "engine/base/sha256.h"

namespace learnsql {
namespace {

constexpr uint64_t kMaxBytes = 32ULL << 20;
constexpr std::string_view kMissing = "missing_value";
constexpr std::string_view kBadType = "bad_type";
constexpr std::string_view kRepeated = "repeated_value";

Result<std::string> ReadText(const std::string& path) {
  std::error_code error;
  const uint64_t bytes = std::filesystem::file_size(path, error);
  if (error) {
    return Status(Code::kNotFound,
                  "the roster cannot be read: " + error.message() +
                      "; write 'roster = FILE' in the section [codetrack] of "
                      "learnsql.ini",
                  {path});
  }
  if (bytes > kMaxBytes) {
    return Status(Code::kInvalid, "is longer than a roster may be (32 MiB)",
                  {path});
  }
  std::ifstream file(path, std::ios::binary);
  std::string text(bytes, '\0');
  file.read(text.data(), static_cast<std::streamsize>(bytes));
  if (file) return text;
  return Status(Code::kIo, "the roster cannot be read", {path});
}

uint64_t LineAt(std::string_view text, uint64_t byte) {
  const auto end = text.begin() + static_cast<std::ptrdiff_t>(
                                      std::min<uint64_t>(byte, text.size()));
  return 1 + static_cast<uint64_t>(std::count(text.begin(), end, '\n'));
}

// Whether `email` looks like an address: one @ with something on both sides.
bool IsAddress(std::string_view email) {
  const size_t at = email.find('@');
  return at != std::string_view::npos && at > 0 && at + 1 < email.size() &&
         email.find('@', at + 1) == std::string_view::npos &&
         email.find_first_of(" \t\r\n,;") == std::string_view::npos;
}

RosterFault TakeText(JsonNode row, std::string_view key, bool required,
                     std::string* out) {
  const JsonNode node = row.Find(key);
  const std::string name(key);
  if (!node.exists() || node.is_null() ||
      (node.is_string() && node.text().empty())) {
    if (!required) return {};
    return {kMissing, key, "has no " + name};
  }
  if (!node.is_string()) {
    std::string shown;
    node.AppendMinified(&shown);
    if (shown.size() > 40) shown = shown.substr(0, 40) + "...";
    return {kBadType, key,
            name + " is " + shown + ", not text: write it in quotes"};
  }
  *out = node.text();
  return {};
}

RosterFault TakeId(JsonNode row, int64_t* id) {
  const JsonNode node = row.Find("id");
  if (!node.exists() || node.is_null()) {
    return {kMissing, "codetrack_id", "has no id (0: no account)"};
  }
  if (!node.int64()) {
    return {kBadType, "codetrack_id", "id is not an integer"};
  }
  *id = *node.int64();
  return {};
}

RosterFault TakeLearner(JsonNode row, RosterLearner* learner) {
  if (!row.is_object()) return {kBadType, {}, "is no object"};
  RosterFault fault = TakeId(row, &learner->id);
  const auto take = [&](std::string_view key, bool required, std::string* out) {
    if (fault.reason.empty()) fault = TakeText(row, key, required, out);
  };
  take("email", true, &learner->email);
  take("name", true, &learner->name);
  take("cohort", true, &learner->cohort);
  take("leetcode_id", false, &learner->leetcode_id);
  if (fault.reason.empty() && !IsAddress(learner->email)) {
    return {"bad_value", "email", "'" + learner->email + "' is no address"};
  }
  return fault;
}

// Addresses differ by more than capitals.
std::string Folded(std::string text) {
  for (char& c : text) {
    if (c >= 'A' && c <= 'Z') c = static_cast<char>(c - 'A' + 'a');
  }
  return text;
}

// Finds addresses and accounts that an earlier good row has.
class Repeats {
 public:
  RosterFault Judge(const RosterLearner& learner, uint64_t line) {
    const auto [email, new_email] =
        emails_.try_emplace(Folded(learner.email), line);
    if (!new_email) {
      return {kRepeated, "email",
              "email " + learner.email + " stands in line " +
                  std::to_string(email->second) + " already"};
    }
    if (learner.id <= 0) return {};
    const auto [id, new_id] = ids_.try_emplace(learner.id, line);
    if (new_id) return {};
    emails_.erase(email);
    return {kRepeated, "codetrack_id",
            "id " + std::to_string(learner.id) + " stands in line " +
                std::to_string(id->second) + " already"};
  }

 private:
  std::map<std::string, uint64_t> emails_;
  std::map<int64_t, uint64_t> ids_;
};

// The splitter says in its message where it stopped: "no JSON: byte 21: ...".
std::optional<uint64_t> ByteIn(const std::string& message) {
  constexpr std::string_view kByte = "byte ";
  const size_t at = message.find(kByte);
  if (at == std::string::npos) return std::nullopt;
  const char* const begin = message.data() + at + kByte.size();
  uint64_t byte = 0;
  const auto [end, error] =
      std::from_chars(begin, message.data() + message.size(), byte);
  if (error != std::errc() || end == begin) return std::nullopt;
  return byte;
}

Result<JsonPage> SplitRoster(const std::string& text, const std::string& path) {
  const size_t first = text.find_first_not_of(" \t\r\n");
  if (first == std::string::npos || text[first] != '[') {
    return Status(Code::kCorrupt,
                  "is no roster: a JSON list of learners is expected, "
                  "[{\"id\": 1, \"email\": ..., \"name\": ..., "
                  "\"cohort\": \"11.3\"}]",
                  {path, 1});
  }
  Result<JsonPage> page = SplitJsonPage(text, "");
  if (page.ok()) return page;
  Place place{path};
  place.byte = ByteIn(page.status().message());
  if (place.byte) place.line = LineAt(text, *place.byte);
  return Status(Code::kCorrupt, page.status().message(), place);
}

}  // namespace

std::vector<RosterLearner> Roster::WithAccount() const {
  std::vector<RosterLearner> learners;
  for (const RosterRow& row : rows) {
    if (row.fault.reason.empty() && row.learner.id > 0) {
      learners.push_back(row.learner);
    }
  }
  std::sort(learners.begin(), learners.end(),
            [](const RosterLearner& a, const RosterLearner& b) {
              return a.id < b.id;
            });
  return learners;
}

size_t Roster::without_account() const {
  return static_cast<size_t>(
      std::count_if(rows.begin(), rows.end(), [](const RosterRow& row) {
        return row.fault.reason.empty() && row.learner.id <= 0;
      }));
}

size_t Roster::faulty() const {
  return static_cast<size_t>(std::count_if(
      rows.begin(), rows.end(),
      [](const RosterRow& row) { return !row.fault.reason.empty(); }));
}

Result<Roster> ReadRoster(const std::string& path) {
  Roster roster;
  LEARNSQL_TRY_SET(roster.text, ReadText(path));
  LEARNSQL_TRY_SET(const JsonPage page, SplitRoster(roster.text, path));
  JsonDocument document;
  Repeats repeats;
  uint64_t line = 1;
  const char* counted = roster.text.data();
  for (const std::string_view text : page.items) {
    line += static_cast<uint64_t>(std::count(counted, text.data(), '\n'));
    counted = text.data();
    RosterRow& row = roster.rows.emplace_back();
    row.text = text;
    row.place = {static_cast<uint64_t>(text.data() - roster.text.data()), line};
    const Result<JsonNode> node = document.Parse(text);
    row.fault = node.ok() ? TakeLearner(*node, &row.learner)
                          : RosterFault{kBadJson, {}, node.status().message()};
    if (row.fault.reason.empty()) row.fault = repeats.Judge(row.learner, line);
  }
  return roster;
}

Status AddRoster(const Roster& roster, const std::string& seen_at,
                 RowSink* sink) {
  constexpr std::array<std::string_view, 6> kColumns = {
      "email", "name", "codetrack_id", "cohort", "leetcode_id", "seen_at"};
  LEARNSQL_TRY_SET(const int table,
                   sink->Open("raw_codetrack__learners", kColumns));
  StreamTotals totals;
  totals.bytes_decoded = roster.text.size();
  for (const RosterRow& row : roster.rows) {
    totals.bytes_in_records += row.text.size();
    ++totals.records;
    if (!row.fault.reason.empty()) {
      LEARNSQL_TRY(sink->Reject({.place = row.place,
                                 .reason = row.fault.reason,
                                 .detail = row.fault.detail,
                                 .column = row.fault.column,
                                 .bytes = row.text,
                                 .length = row.text.size(),
                                 .sha256 = Sha256::HexOf(row.text)}));
      continue;
    }
    const RosterLearner& of = row.learner;
    LEARNSQL_TRY(StatusOf(sink->Add(
        table, row.place, row.text,
        std::array{Value::Text(of.email), Value::Text(of.name),
                   Value::Integer(of.id), Value::Text(of.cohort),
                   of.leetcode_id.empty() ? Value::Null()
                                          : Value::Text(of.leetcode_id),
                   Value::Text(seen_at)})));
  }
  totals.bytes_between = totals.bytes_decoded - totals.bytes_in_records;
  sink->Account(totals);
  return {};
}

}  // namespace learnsql
