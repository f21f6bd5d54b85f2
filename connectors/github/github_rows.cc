#include "connectors/github/github_rows.h"

#include <algorithm>
#include <array>
#include <memory>
#include <span>

#include "connectors/rest/list_reader.h"
#include "engine/base/clock.h"
#include "engine/base/sha256.h"

namespace learnsql {
namespace {

struct Column {
  std::string_view column;
  GithubColumnKind kind;
  std::string_view path = {};
};

using K = GithubColumnKind;

constexpr Column kMembers[] = {
    {"org", K::kOwner},
    {"user_id", K::kInteger, "id"},
    {"login", K::kText, "login"},
    {"html_url", K::kText, "html_url"},
    {"avatar_url", K::kText, "avatar_url"},
    {"type", K::kText, "type"},
    {"seen_at", K::kSeenAt},
    {"item", K::kItem},
};

constexpr Column kRepositories[] = {
    {"repository", K::kOwner},
    {"repo_id", K::kInteger, "id"},
    {"full_name", K::kText, "full_name"},
    {"name", K::kText, "name"},
    {"owner_login", K::kText, "owner.login"},
    {"html_url", K::kText, "html_url"},
    {"default_branch", K::kText, "default_branch"},
    {"language", K::kText, "language"},
    {"stargazers_count", K::kInteger, "stargazers_count"},
    {"watchers_count", K::kInteger, "watchers_count"},
    {"forks_count", K::kInteger, "forks_count"},
    {"open_issues_count", K::kInteger, "open_issues_count"},
    {"is_private", K::kBool, "private"},
    {"is_fork", K::kBool, "fork"},
    {"is_archived", K::kBool, "archived"},
    {"created_at", K::kTime, "created_at"},
    {"updated_at", K::kTime, "updated_at"},
    {"pushed_at", K::kTime, "pushed_at"},
    {"seen_at", K::kSeenAt},
    {"item", K::kItem},
};

constexpr Column kCommits[] = {
    {"repository", K::kOwner},
    {"sha", K::kText, "sha"},
    {"html_url", K::kText, "html_url"},
    {"api_url", K::kText, "url"},
    {"message", K::kText, "commit.message"},
    {"title", K::kFirstLine, "commit.message"},
    {"author_id", K::kInteger, "author.id"},
    {"author_login", K::kText, "author.login"},
    {"author_avatar_url", K::kText, "author.avatar_url"},
    {"author_html_url", K::kText, "author.html_url"},
    {"author_name", K::kText, "commit.author.name"},
    {"author_email", K::kText, "commit.author.email"},
    {"authored_at", K::kTime, "commit.author.date"},
    {"committer_id", K::kInteger, "committer.id"},
    {"committer_login", K::kText, "committer.login"},
    {"committer_name", K::kText, "commit.committer.name"},
    {"committer_email", K::kText, "commit.committer.email"},
    {"committed_at", K::kTime, "commit.committer.date"},
    {"comment_count", K::kInteger, "commit.comment_count"},
    {"additions", K::kInteger, "stats.additions"},
    {"deletions", K::kInteger, "stats.deletions"},
    {"seen_at", K::kSeenAt},
    {"item", K::kItem},
};

constexpr Column kPulls[] = {
    {"repository", K::kOwner},
    {"pull_request_id", K::kInteger, "id"},
    {"number", K::kInteger, "number"},
    {"html_url", K::kText, "html_url"},
    {"title", K::kText, "title"},
    {"state", K::kText, "state"},
    {"user_id", K::kInteger, "user.id"},
    {"user_login", K::kText, "user.login"},
    {"user_avatar_url", K::kText, "user.avatar_url"},
    {"user_html_url", K::kText, "user.html_url"},
    {"base_repo_id", K::kInteger, "base.repo.id"},
    {"base_ref", K::kText, "base.ref"},
    {"head_ref", K::kText, "head.ref"},
    {"head_sha", K::kText, "head.sha"},
    {"merge_commit_sha", K::kText, "merge_commit_sha"},
    {"author_association", K::kText, "author_association"},
    {"is_draft", K::kBool, "draft"},
    {"created_at", K::kTime, "created_at"},
    {"updated_at", K::kTime, "updated_at"},
    {"closed_at", K::kTime, "closed_at"},
    {"merged_at", K::kTime, "merged_at"},
    {"seen_at", K::kSeenAt},
    {"item", K::kItem},
};

constexpr Column kReviews[] = {
    {"repository", K::kOwner},
    {"review_id", K::kInteger, "id"},
    {"pull_request_number", K::kNumber},
    {"html_url", K::kText, "html_url"},
    {"state", K::kText, "state"},
    {"user_id", K::kInteger, "user.id"},
    {"user_login", K::kText, "user.login"},
    {"user_avatar_url", K::kText, "user.avatar_url"},
    {"user_html_url", K::kText, "user.html_url"},
    {"commit_id", K::kText, "commit_id"},
    {"author_association", K::kText, "author_association"},
    {"submitted_at", K::kTime, "submitted_at"},
    {"seen_at", K::kSeenAt},
    {"item", K::kItem},
};

constexpr Column kRuns[] = {
    {"repository", K::kOwner},
    {"run_id", K::kInteger, "id"},
    {"run_attempt", K::kAttempt, "run_attempt"},
    {"name", K::kText, "name"},
    {"node_id", K::kText, "node_id"},
    {"head_branch", K::kText, "head_branch"},
    {"head_sha", K::kText, "head_sha"},
    {"path", K::kText, "path"},
    {"run_number", K::kInteger, "run_number"},
    {"event", K::kText, "event"},
    {"status", K::kText, "status"},
    {"conclusion", K::kText, "conclusion"},
    {"workflow_id", K::kInteger, "workflow_id"},
    {"check_suite_id", K::kInteger, "check_suite_id"},
    {"check_suite_node_id", K::kText, "check_suite_node_id"},
    {"display_title", K::kText, "display_title"},
    {"api_url", K::kText, "url"},
    {"html_url", K::kText, "html_url"},
    {"actor_id", K::kInteger, "actor.id"},
    {"actor_login", K::kText, "actor.login"},
    {"actor_avatar_url", K::kText, "actor.avatar_url"},
    {"actor_html_url", K::kText, "actor.html_url"},
    {"repo_id", K::kInteger, "repository.id"},
    {"created_at", K::kTime, "created_at"},
    {"updated_at", K::kTime, "updated_at"},
    {"run_started_at", K::kTime, "run_started_at"},
    {"seen_at", K::kSeenAt},
    {"item", K::kItem},
};

constexpr Column kJobs[] = {
    {"repository", K::kOwner},
    {"job_id", K::kInteger, "id"},
    {"run_id", K::kInteger, "run_id"},
    {"run_attempt", K::kAttempt, "run_attempt"},
    {"name", K::kText, "name"},
    {"node_id", K::kText, "node_id"},
    {"head_sha", K::kText, "head_sha"},
    {"api_url", K::kText, "url"},
    {"html_url", K::kText, "html_url"},
    {"run_url", K::kText, "run_url"},
    {"check_run_url", K::kText, "check_run_url"},
    {"status", K::kText, "status"},
    {"conclusion", K::kText, "conclusion"},
    {"workflow_name", K::kText, "workflow_name"},
    {"runner_id", K::kInteger, "runner_id"},
    {"runner_name", K::kText, "runner_name"},
    {"runner_group_id", K::kInteger, "runner_group_id"},
    {"labels", K::kJson, "labels"},
    {"steps", K::kJson, "steps"},
    {"step_count", K::kSize, "steps"},
    {"created_at", K::kTime, "created_at"},
    {"started_at", K::kTime, "started_at"},
    {"completed_at", K::kTime, "completed_at"},
    {"seen_at", K::kSeenAt},
    {"item", K::kItem},
};

constexpr Column kCopilot[] = {
    {"org", K::kOwner},
    {"day", K::kText, "date"},
    {"total_active_users", K::kInteger, "total_active_users"},
    {"total_engaged_users", K::kInteger, "total_engaged_users"},
    {"total_chats", K::kChats, "copilot_ide_chat"},
    {"total_pull_request_summaries", K::kSummaries,
     "copilot_dotcom_pull_requests"},
    {"seen_at", K::kSeenAt},
    {"item", K::kItem},
};

struct Layout {
  std::string_view list;  // as the page line has it
  std::string_view table;
  std::span<const Column> fields;
};

constexpr Layout kLayouts[] = {
    {"members", "raw_github__members", kMembers},
    {"repository", "raw_github__repositories", kRepositories},
    {"commits", "raw_github__commits", kCommits},
    {"pulls", "raw_github__pull_requests", kPulls},
    {"reviews", "raw_github__reviews", kReviews},
    {"runs", "raw_github__workflow_runs", kRuns},
    {"jobs", "raw_github__workflow_jobs", kJobs},
    {"copilot", "raw_github__copilot_days", kCopilot},
};

constexpr std::string_view kMemberLists = "raw_github__member_lists";

// Seconds that a zone ("+05:30") is before UTC; nullopt when it is none.
std::optional<int64_t> OffsetOf(std::string_view zone) {
  if (zone.size() != 6 || (zone[0] != '+' && zone[0] != '-') ||
      zone[3] != ':') {
    return std::nullopt;
  }
  int64_t digits[4];
  for (size_t i = 0; i < 4; ++i) {
    const char c = zone[i < 2 ? i + 1 : i + 2];
    if (c < '0' || c > '9') return std::nullopt;
    digits[i] = c - '0';
  }
  const int64_t hours = digits[0] * 10 + digits[1];
  const int64_t minutes = digits[2] * 10 + digits[3];
  if (hours > 23 || minutes > 59) return std::nullopt;
  const int64_t seconds = hours * 3600 + minutes * 60;
  return zone[0] == '+' ? seconds : -seconds;
}

// UTC in the one form that is stored; empty when it is no time.
std::string TimeText(std::string_view text) {
  if (text.size() == 20 && text.back() == 'Z' && ParseUtc(text)) {
    return std::string(text);
  }
  const std::optional<int64_t> local = ParseUtc(text.substr(0, 19));
  if (text.size() < 20 || !local) return {};
  size_t at = 19;
  if (text[at] == '.') {
    at = std::min(text.find_first_not_of("0123456789", at + 1), text.size());
  }
  const std::string_view zone = text.substr(at);
  if (zone == "Z") return FormatUtc(*local);
  const std::optional<int64_t> offset = OffsetOf(zone);
  return offset ? FormatUtc(*local - *offset) : std::string();
}

// Adds up a count of each of `groups` (editors, repositories): its own, or,
// where it has none, those of its models.
std::optional<int64_t> SumOf(JsonNode groups, std::string_view count) {
  std::optional<int64_t> sum;
  const auto add = [&](JsonNode node) {
    const std::optional<int64_t> own = node.Find(count).int64();
    if (own) sum = sum.value_or(0) + *own;
    return own.has_value();
  };
  for (const JsonNode group : groups.elements()) {
    if (add(group)) continue;
    for (const JsonNode model : group.Find("models").elements()) add(model);
  }
  return sum;
}

std::optional<int64_t> ChatsOf(JsonNode chat) {
  return SumOf(chat.Find("editors"), "total_chats");
}

std::optional<int64_t> SummariesOf(JsonNode pulls) {
  constexpr std::string_view kCount = "total_pr_summaries_created";
  const std::optional<int64_t> own = pulls.Find(kCount).int64();
  return own ? own : SumOf(pulls.Find("repositories"), kCount);
}

bool IsOfPage(GithubColumnKind kind) { return kind <= K::kItem; }

Value AbsentValue(GithubColumnKind kind) {
  return kind == K::kAttempt ? Value::Integer(1) : Value::Null();
}

}  // namespace

struct GithubRows::Table {
  const Layout* layout = nullptr;
  int number = 0;
  int member_lists = 0;
};

GithubRows::GithubRows(RowSink* sink, bool keep_items)
    : sink_(sink), keep_items_(keep_items) {}
GithubRows::~GithubRows() = default;

Result<GithubRows::Table*> GithubRows::Open(std::string_view list) {
  for (const std::unique_ptr<Table>& table : tables_) {
    if (table->layout->list == list) return table.get();
  }
  for (const Layout& layout : kLayouts) {
    if (layout.list != list) continue;
    std::vector<std::string_view> columns;
    for (const Column& field : layout.fields) columns.push_back(field.column);
    auto table = std::make_unique<Table>();
    table->layout = &layout;
    LEARNSQL_TRY_SET(table->number, sink_->Open(layout.table, columns));
    if (list == "members") {
      constexpr std::array<std::string_view, 2> kOfList = {"org", "seen_at"};
      LEARNSQL_TRY_SET(table->member_lists, sink_->Open(kMemberLists, kOfList));
    }
    tables_.push_back(std::move(table));
    return tables_.back().get();
  }
  return Status(Code::kCorrupt,
                "a page of no list that is known: '" + std::string(list) + "'");
}

Status GithubRows::OnPage(JsonNode page, const RecordPlace& place) {
  owner_ = page.Find("owner").text();
  at_ = page.Find("at").text();
  number_ = page.Find("number").int64().value_or(0);
  LEARNSQL_TRY_SET(table_, Open(page.Find("list").text()));
  const bool begins = page.Find("first").boolean().value_or(false);
  if (table_->layout->list != "members" || !begins) return {};
  return sink_->AddBeside(table_->member_lists, place,
                          std::array{Value::Text(owner_), Value::Text(at_)});
}

Status GithubRows::OnItem(const JsonItem& item) {
  if (table_ == nullptr) {
    return Status(Code::kCorrupt, "an item stands before the first page");
  }
  row_.clear();
  texts_.clear();
  for (const Column& field : table_->layout->fields) {
    const JsonNode node =
        field.path.empty() ? JsonNode() : FindPath(item.root, field.path);
    const bool absent = !node.exists() || node.is_null();
    const std::optional<Value> value = IsOfPage(field.kind)
                                           ? PageValue(field.kind, item)
                                       : absent ? AbsentValue(field.kind)
                                                : ValueOf(field.kind, node);
    if (!value) return Reject(item, field.column);
    row_.push_back(*value);
  }
  return StatusOf(
      sink_->Add(table_->number, {item.offset, item.line}, item.text, row_));
}

Value GithubRows::PageValue(GithubColumnKind kind, const JsonItem& item) const {
  switch (kind) {
    case K::kOwner:
      return Value::Text(owner_);
    case K::kSeenAt:
      return Value::Text(at_);
    case K::kNumber:
      return Value::Integer(number_);
    default:
      return keep_items_ ? Value::Text(item.text) : Value::Null();
  }
}

// nullopt: the field is not what it must be.
std::optional<Value> GithubRows::ValueOf(GithubColumnKind kind, JsonNode node) {
  switch (kind) {
    case K::kText:
      if (!node.is_string()) return std::nullopt;
      return Value::Text(node.text());
    case K::kFirstLine:
      if (!node.is_string()) return std::nullopt;
      return Value::Text(node.text().substr(0, node.text().find('\n')));
    case K::kAttempt:
    case K::kInteger:
      if (!node.int64()) return std::nullopt;
      return Value::Integer(*node.int64());
    case K::kBool:
      if (!node.boolean()) return std::nullopt;
      return Value::Integer(*node.boolean() ? 1 : 0);
    case K::kTime:
      texts_.push_back(TimeText(node.text()));
      if (texts_.back().empty()) return std::nullopt;
      return Value::Text(texts_.back());
    case K::kJson:
      node.AppendMinified(&texts_.emplace_back());
      return Value::Text(texts_.back());
    case K::kSize:
      return Value::Integer(static_cast<int64_t>(node.size()));
    case K::kChats:
      return Value::IntegerOrNull(ChatsOf(node));
    case K::kSummaries:
      return Value::IntegerOrNull(SummariesOf(node));
    default:
      return Value::Null();
  }
}

Status GithubRows::Reject(const JsonItem& item, std::string_view column) {
  return sink_->Reject({.place = {item.offset, item.line},
                        .reason = "bad_value",
                        .detail = "is not what the API promises",
                        .column = column,
                        .bytes = item.text,
                        .length = item.length,
                        .sha256 = Sha256::HexOf(item.text)});
}

}  // namespace learnsql
