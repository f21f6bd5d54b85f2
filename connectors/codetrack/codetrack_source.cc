#include "connectors/codetrack/codetrack_source.h"

#include <algorithm>
#include <cstdlib>
#include <filesystem>
#include <map>

#include "connectors/codetrack/codetrack_rows.h"
#include "connectors/fetch/private_file.h"
#include "connectors/rest/cursor_slices.h"
#include "engine/base/cancel.h"
#include "engine/base/clock.h"
#include "engine/base/sha256.h"

namespace learnsql {
namespace {

// Learners of one slice: what a failure loses is at most this.
constexpr uint64_t kMaxLearners = 200;
constexpr int64_t kWeekSeconds = 7 * 24 * 3600;
constexpr size_t kDigestDigits = 16;
constexpr std::string_view kRoster = "roster";
// In the cursor: learner by learner what is in, and where the pass goes on.
constexpr char kGoOn[] = "next";
constexpr char kNothing[] = "none";

RestOptions WithHeaders(RestOptions options) {
  if (options.http.clock == nullptr) options.http.clock = Clock::System();
  options.headers.push_back({"Accept", "application/json"});
  return options;
}

HttpOptions HttpOf(const RestOptions& options) {
  HttpOptions http = options.http;
  if (http.clock == nullptr) http.clock = Clock::System();
  return http;
}

std::string Count(size_t count, const std::string& what) {
  return std::to_string(count) + " " + what + (count == 1 ? "" : "s");
}

// The newest week of an answer that can be read.
struct Newest {
  WeekItem week;
  bool there = false;

  void Take(JsonNode item) {
    std::string_view fault;
    WeekItem other = ReadWeek(item, &fault);
    if (!fault.empty()) return;
    if (there && other.date_time <= week.date_time) return;
    week = std::move(other);
    there = true;
  }
  std::string ToText() const {
    if (!there) return kNothing;
    return week.date_time + "|" + std::to_string(week.points);
  }
};

std::string DayOf(const std::string& known) {
  return known == kNothing ? "" : known.substr(0, 10);
}

bool IsMoreThanAWeekLater(const std::string& day, const std::string& known) {
  if (known.empty()) return true;
  const std::optional<int64_t> then = ParseUtc(known);
  const std::optional<int64_t> now = ParseUtc(day);
  return !then || !now || *now - *then > kWeekSeconds;
}

}  // namespace

// A pass over the learners for one list: what came, and what stands in the
// cursor.
struct CodetrackSource::Pass {
  Pass(std::string of, std::string when, ListCursor* where, PageFile* file)
      : list(std::move(of)),
        at(std::move(when)),
        cursor(where),
        out(file),
        began(!where->extra.contains(kGoOn)) {
    for (const auto& [key, value] : cursor->extra) {
      if (key != kGoOn) newest_before = std::max(newest_before, DayOf(value));
    }
    newest_after = newest_before;
  }

  Status AddPage(const RosterLearner& learner) {
    std::string members = "\"list\":\"" + list +
                          "\",\"id\":" + std::to_string(learner.id) +
                          ",\"at\":\"" + at + "\"";
    if (list == "submissions") {
      members += ",\"user\":";
      JsonNode::AppendQuoted(learner.leetcode_id, &members);
    }
    return out->AddPage(members);
  }

  std::string* Known(const std::string& key) { return &cursor->extra[key]; }

  std::string list;
  std::string at;
  ListCursor* cursor;
  PageFile* out;
  bool began;  // in this slice
  bool more = false;
  size_t asked = 0;
  std::vector<int64_t> absent;
  std::vector<std::string> unknown_users;
  std::string newest_before;
  std::string newest_after;
  std::string warning;
};

CodetrackSource::CodetrackSource(CodetrackOptions options)
    : options_(std::move(options)),
      client_(WithHeaders(options_.rest)),
      leetcode_(options_.leetcode_url, HttpOf(options_.rest)) {
  if (options_.rest.http.clock == nullptr) {
    options_.rest.http.clock = Clock::System();
  }
}

// The roster comes first: everything else hangs on its learners.
Result<std::vector<Slice>> CodetrackSource::Slices(const Window& window) {
  from_ = window.from ? FormatUtc(*window.from).substr(0, 10) : "";
  std::vector<Slice> slices;
  for (const std::string_view object :
       {kRoster, std::string_view("scores"), std::string_view("commits"),
        std::string_view("profiles"), std::string_view("submissions")}) {
    if (object == "submissions" && !options_.submissions) continue;
    Slice slice = NextSlice(object, window, now());
    if (object == kRoster) slice.name += ".json";
    slices.push_back(std::move(slice));
  }
  return slices;
}

bool CodetrackSource::IsDue(const SliceRecord& known) {
  return IsCursorSliceDue(known, now());
}

std::optional<Slice> CodetrackSource::Following(const Slice& slice) {
  return SliceBehind(slice, now());
}

int64_t CodetrackSource::now() const {
  return options_.rest.http.clock->NowSeconds();
}

void CodetrackSource::Note(const std::string& text) const {
  if (options_.on_note) options_.on_note(text);
}

// The file as it is, so that lines of rejects are lines of the roster.
Result<Landed> CodetrackSource::FetchRoster(const SliceRecord& known) {
  LEARNSQL_TRY_SET(const Roster roster, ReadRoster(options_.roster));
  LEARNSQL_TRY_SET(ListCursor cursor, ListCursor::FromText(known.cursor));
  for (const RosterRow& row : roster.rows) {
    if (row.fault.reason.empty()) continue;
    Note(Place{options_.roster, row.place.line}.ToString() + ": " +
         row.fault.detail + "; this row is left out");
  }
  Landed landed;
  landed.sha256 = Sha256::HexOf(roster.text);
  const bool same = cursor.digest == landed.sha256;
  cursor.digest = landed.sha256;
  landed.cursor = cursor.ToText();
  landed.bytes = roster.text.size();
  if (roster.faulty() > 0) {
    landed.warning = Count(roster.faulty(), "row") + " with errors";
  }
  if (same) {
    landed.kind = Landed::Kind::kUnchanged;
    return landed;
  }
  landed.path = PathOf(known.slice);
  LEARNSQL_TRY_SET(PrivateFile file, PrivateFile::Create(landed.path));
  LEARNSQL_TRY(file.Write(roster.text));
  LEARNSQL_TRY(file.Commit());
  return landed;
}

Result<Landed> CodetrackSource::Fetch(const SliceRecord& known,
                                      const LandingProgress& progress) {
  if (known.slice.object == kRoster) return FetchRoster(known);
  LEARNSQL_TRY_SET(const Roster roster, ReadRoster(options_.roster));
  LEARNSQL_TRY_SET(ListCursor cursor, ListCursor::FromText(known.cursor));
  LEARNSQL_TRY_SET(PageFile out, PageFile::Create(PathOf(known.slice)));
  Pass pass(known.slice.object, FormatUtc(now()), &cursor, &out);
  if (progress) progress(0, std::nullopt);
  LEARNSQL_TRY(RunPass(roster.WithAccount(), &pass));
  LEARNSQL_TRY(Conclude(roster, &pass));
  Landed landed;
  landed.warning = pass.warning;
  landed.cursor = cursor.ToText();
  landed.kind = Landed::Kind::kUnchanged;
  if (out.items() == 0) return landed;
  LEARNSQL_TRY_SET(const PageFile::Landed file, out.Commit());
  landed.kind = Landed::Kind::kFetched;
  landed.path = file.path;
  landed.bytes = file.bytes;
  landed.sha256 = file.sha256;
  landed.more = pass.more;
  return landed;
}

// Goes over the learners from where the cursor stands. A slice without rows
// cannot say that there is more, so it ends only with rows or with the pass.
Status CodetrackSource::RunPass(const std::vector<RosterLearner>& learners,
                                Pass* pass) {
  const CancelFlag* const cancel = options_.rest.http.cancel;
  std::map<std::string, std::string>& extra = pass->cursor->extra;
  const auto go_on = extra.find(kGoOn);
  const int64_t first = go_on == extra.end()
                            ? 0
                            : std::strtoll(go_on->second.c_str(), nullptr, 10);
  extra.erase(kGoOn);
  for (const RosterLearner& learner : learners) {
    if (learner.id < first) continue;
    if (pass->asked >= kMaxLearners && pass->out->items() > 0) {
      extra[kGoOn] = std::to_string(learner.id);
      pass->more = true;
      return {};
    }
    if (cancel != nullptr) LEARNSQL_TRY(cancel->Check());
    LEARNSQL_TRY(pass->list == "profiles"      ? FetchProfile(learner, pass)
                 : pass->list == "submissions" ? FetchSubmissions(learner, pass)
                                               : FetchWeeks(learner, pass));
  }
  return {};
}

Result<RestPage> CodetrackSource::Get(const std::string& path) {
  LEARNSQL_TRY_SET(RestPage page, client_.Get({.url = path}));
  if (page.kind == RestPage::Kind::kBlocked) {
    return Status(Code::kInvalid, "GET " + page.url + ": " + page.note);
  }
  return page;
}

// History and weekly run in one: the newest week alone, and all of them where
// nothing is known, where a week lies between, or where --from asks for it.
Status CodetrackSource::FetchWeeks(const RosterLearner& learner, Pass* pass) {
  const std::string id = std::to_string(learner.id);
  const std::string path =
      (pass->list == "scores" ? "/weeklyScores/" : "/weeklyCommits/") + id +
      "?limit=";
  std::string* const known = pass->Known(id);
  const std::string day = DayOf(*known);
  bool whole = known->empty() || !from_.empty();
  ++pass->asked;
  JsonDocument document;
  Newest newest;
  LEARNSQL_TRY_SET(RestPage page, Get(path + (whole ? "1000" : "1")));
  if (!whole && page.kind == RestPage::Kind::kItems) {
    for (const std::string_view text : page.page.items) {
      LEARNSQL_TRY_SET(const JsonNode item, document.Parse(text));
      newest.Take(item);
    }
    if (newest.there && newest.week.date > day &&
        IsMoreThanAWeekLater(newest.week.date, day)) {
      whole = true;
      LEARNSQL_TRY_SET(page, Get(path + "1000"));
    } else if (newest.there && newest.ToText() == *known) {
      return {};
    }
  }
  if (page.kind == RestPage::Kind::kAbsent) {
    pass->absent.push_back(learner.id);
    return {};
  }
  const std::string& first = from_.empty() ? day : from_;
  bool began = false;
  for (const std::string_view text : page.page.items) {
    LEARNSQL_TRY_SET(const JsonNode item, document.Parse(text));
    newest.Take(item);
    std::string_view fault;
    const WeekItem week = ReadWeek(item, &fault);
    if (whole && fault.empty() && week.date < first) continue;
    if (!began) LEARNSQL_TRY(pass->AddPage(learner));
    began = true;
    LEARNSQL_TRY(pass->out->AddItem(item));
  }
  if (newest.there || known->empty()) *known = newest.ToText();
  pass->newest_after = std::max(pass->newest_after, DayOf(*known));
  return {};
}

Status CodetrackSource::Refresh(const RosterLearner& learner, Pass* pass) {
  if (!options_.refresh || learner.leetcode_id.empty()) return {};
  std::string path = "/leetcode/" + std::to_string(learner.id) + "/";
  // A path segment: what is special in it is written as %XX.
  const std::string query = WithParameter("", "q", learner.leetcode_id);
  path += query.substr(query.find('=') + 1);
  LEARNSQL_TRY_SET(const RestPage page, Get(path));
  if (page.kind == RestPage::Kind::kAbsent) {
    pass->unknown_users.push_back(learner.leetcode_id);
  }
  return {};
}

Status CodetrackSource::FetchProfile(const RosterLearner& learner, Pass* pass) {
  ++pass->asked;
  LEARNSQL_TRY(Refresh(learner, pass));
  const std::string id = std::to_string(learner.id);
  LEARNSQL_TRY_SET(const RestPage page, Get("/users/" + id));
  if (page.kind == RestPage::Kind::kAbsent) {
    pass->absent.push_back(learner.id);
    return {};
  }
  JsonDocument document;
  for (const std::string_view text : page.page.items) {
    LEARNSQL_TRY_SET(const JsonNode item, document.Parse(text));
    std::string small;
    item.AppendMinified(&small);
    std::string digest = Sha256::HexOf(small).substr(0, kDigestDigits);
    std::string* const known = pass->Known(id);
    if (*known == digest) return {};
    *known = std::move(digest);
    LEARNSQL_TRY(pass->AddPage(learner));
    return pass->out->AddItem(item);
  }
  return {};
}

// Of 20 that LeetCode shows the known ones come again: they are left out by
// their digest as long as nothing is new.
Status CodetrackSource::FetchSubmissions(const RosterLearner& learner,
                                         Pass* pass) {
  if (learner.leetcode_id.empty()) return {};
  ++pass->asked;
  LEARNSQL_TRY_SET(const LeetcodeClient::Answer answer,
                   leetcode_.Recent(learner.leetcode_id));
  if (!answer.known) {
    pass->unknown_users.push_back(learner.leetcode_id);
    return {};
  }
  std::string all = learner.leetcode_id;
  for (const JsonNode item : answer.submissions) item.AppendMinified(&all);
  std::string digest = Sha256::HexOf(all).substr(0, kDigestDigits);
  std::string* const known = pass->Known(std::to_string(learner.id));
  if (*known == digest) return {};
  *known = std::move(digest);
  if (answer.submissions.empty()) return {};
  LEARNSQL_TRY(pass->AddPage(learner));
  for (const JsonNode item : answer.submissions) {
    LEARNSQL_TRY(pass->out->AddItem(item));
  }
  return {};
}

// What is to be said of the pass. An API that knows nobody is another one; the
// last slice of a pass may well have unknown learners alone.
Status CodetrackSource::Conclude(const Roster& roster, Pass* pass) {
  const auto add = [pass](const std::string& text) {
    pass->warning += (pass->warning.empty() ? "" : "; ") + text;
  };
  if (pass->began && pass->asked > 0 && pass->absent.size() == pass->asked) {
    return Status(Code::kInvalid, "the API knows none of " +
                                      Count(pass->asked, "learner") +
                                      " of the roster: is API_URL right?");
  }
  const bool weeks = pass->list == "scores" || pass->list == "commits";
  const bool ended = !pass->more && pass->began;
  if (weeks && ended && !pass->newest_before.empty() &&
      pass->newest_after == pass->newest_before) {
    const uint64_t rows = pass->out->items();
    add("no new week: the newest is still " + pass->newest_before +
        (rows == 0 ? ", nothing is changed"
                   : ", " + Count(rows, "row") + " came for known weeks"));
  }
  if (const size_t count = roster.without_account(); count > 0) {
    add(Count(count, "learner") + " without an account skipped");
  }
  if (!pass->absent.empty()) {
    std::string ids;
    for (size_t i = 0; i < std::min<size_t>(pass->absent.size(), 5); ++i) {
      ids += (i == 0 ? "" : ", ") + std::to_string(pass->absent[i]);
    }
    add(Count(pass->absent.size(), "learner") + " not known there (" + ids +
        (pass->absent.size() > 5 ? ", ...)" : ")"));
  }
  if (!pass->unknown_users.empty()) {
    add(Count(pass->unknown_users.size(), "LeetCode user") +
        " not known there (" + pass->unknown_users.front() +
        (pass->unknown_users.size() > 1 ? ", ...)" : ")"));
  }
  if (!pass->warning.empty()) Note(pass->list + ": " + pass->warning);
  return {};
}

Result<std::string> CodetrackSource::FindRecord(const SliceRecord& known,
                                                uint64_t source_offset) {
  const std::string path = PathOf(known.slice);
  std::error_code ignored;
  if (!std::filesystem::exists(path, ignored)) {
    return Status(Code::kNotFound,
                  "what was landed is not here any more, and the API does not "
                  "tell what it said then",
                  {path});
  }
  if (known.slice.object != kRoster) return ReadPageLine(path, source_offset);
  LEARNSQL_TRY_SET(const Roster roster, ReadRoster(path));
  for (const RosterRow& row : roster.rows) {
    if (row.place.byte == source_offset) return std::string(row.text);
  }
  return Status(Code::kNotFound,
                "has no row at byte " + std::to_string(source_offset), {path});
}

Status CodetrackSource::Read(const Slice& slice, const std::string& path,
                             RowSink* sink) {
  if (slice.object == kRoster) {
    LEARNSQL_TRY_SET(const Roster roster, ReadRoster(path));
    return AddRoster(roster, FormatUtc(slice.end), sink);
  }
  CodetrackRows rows(sink);
  return ReadPageFile(path, options_.rest.http.cancel, &rows, sink);
}

void CodetrackSource::Done(const Slice&, const std::string& path) {
  if (options_.keep_landing || path.empty()) return;
  std::error_code ignored;  // a file that stays is no harm
  std::filesystem::remove(path, ignored);
}

}  // namespace learnsql
