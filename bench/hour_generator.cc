#include "bench/hour_generator.h"

#include <algorithm>
#include <array>
#include <cstdio>
#include <utility>

namespace learnsql::bench {
namespace {

constexpr uint64_t kPeople = 16'000'000;
constexpr uint64_t kBots = 24;  // the first of the people
constexpr uint64_t kPopularRepos = 400'000;
constexpr uint64_t kOrganisations = 40'000;
constexpr uint64_t kRepositoriesEach = 4;
constexpr uint64_t kWords = 4096;
// As many as the largest hour takes, so that hours share no id.
constexpr uint64_t kIdsAnHour = 2 * kMaxEvents;
// The hour, since 1970, with which GitHub's ids may have begun: 2010-01-01.
constexpr uint64_t kFirstHour = 350'640;

// Of 1,000 events, in 2023 to 2026.
struct TypeShare {
  std::string_view type;
  uint64_t per_mille;
};
constexpr std::array<TypeShare, 15> kTypes = {{
    {"PushEvent", 580},
    {"CreateEvent", 145},
    {"PullRequestEvent", 74},
    {"IssueCommentEvent", 46},
    {"WatchEvent", 43},
    {"DeleteEvent", 36},
    {"PullRequestReviewEvent", 20},
    {"IssuesEvent", 16},
    {"PullRequestReviewCommentEvent", 12},
    {"ForkEvent", 12},
    {"ReleaseEvent", 7},
    {"CommitCommentEvent", 3},
    {"GollumEvent", 3},
    {"MemberEvent", 2},
    {"PublicEvent", 1},
}};

// What tries a reader: all of it is already escaped for a JSON string.
constexpr std::array<std::string_view, 12> kHardPieces = {
    "\\\"quoted\\\"",
    "}]{[",
    "C:\\\\temp\\\\new",
    "\xF0\x9F\x98\x80",
    "\\ud83d\\udc1b",
    "\xE6\x97\xA5\xE6\x9C\xAC\xE8\xAA\x9E",
    "caf\xC3\xA9",
    "\\u003cb\\u003e",
    "{\\\"id\\\":\\\"1\\\"}",
    "\\t",
    "\\\\\\\"",
    "\xF0\x9D\x94\x98\xF0\x9D\x94\xAB",
};

uint64_t Mix(uint64_t value) {
  value += 0x9E3779B97F4A7C15;
  value = (value ^ (value >> 30)) * 0xBF58476D1CE4E5B9;
  value = (value ^ (value >> 27)) * 0x94D049BB133111EB;
  return value ^ (value >> 31);
}

// A word that can be spoken, of 2 to 4 syllables.
std::string Spoken(uint64_t number) {
  constexpr std::string_view kFirst = "bcdfghjklmnprstvwz";
  constexpr std::string_view kSecond = "aeiou";
  uint64_t bits = Mix(number);
  std::string word;
  for (uint64_t left = 2 + bits % 3; left > 0; --left) {
    bits = Mix(bits);
    word += kFirst[bits % kFirst.size()];
    word += kSecond[(bits >> 8) % kSecond.size()];
    if (bits >> 62 == 0) word += 'n';
  }
  return word;
}

Account AccountOf(uint64_t number, bool organisation) {
  const uint64_t bits = Mix(number * 2 + (organisation ? 1 : 0));
  Account account;
  account.number = number;
  account.id = 1000 + bits % 190'000'000;
  account.organisation = organisation;
  account.bot = !organisation && number < kBots;
  account.login = Spoken(bits) + (bits >> 61 == 0 ? "-" : "");
  account.login += organisation ? "-org" : std::to_string(bits % 10'000);
  if (account.bot) account.login = Spoken(bits) + "-action[bot]";
  return account;
}

// Repository `number` belongs to one account for good; one in 2,000 gets
// another name in the second half of the hour.
Repository RepositoryOf(uint64_t number, bool late) {
  const uint64_t bits = Mix(number ^ 0x5EED);
  Repository repo;
  repo.id = 20'000 + bits % 900'000'000;
  repo.owner = bits % 10 < 3 ? AccountOf(number % kOrganisations, true)
                             : AccountOf(number / kRepositoriesEach, false);
  repo.name = Spoken(bits + 1) + "-" + Spoken(bits + 2);
  if (late && bits % 2000 == 0) repo.name += "-renamed";
  repo.full_name = repo.owner.login + "/" + repo.name;
  return repo;
}

// A JSON object that ends with its scope. Texts must be escaped already.
class Object {
 public:
  explicit Object(std::string* out) : out_(out) { *out_ += '{'; }
  ~Object() { *out_ += '}'; }
  Object(const Object&) = delete;
  Object& operator=(const Object&) = delete;

  void Text(std::string_view key, std::string_view value) {
    Key(key);
    *out_ += '"';
    *out_ += value;
    *out_ += '"';
  }
  void Plain(std::string_view key, std::string_view value) {
    Key(key);
    *out_ += value;
  }
  void Number(std::string_view key, uint64_t value) {
    Plain(key, std::to_string(value));
  }
  void Bool(std::string_view key, bool value) {
    Plain(key, value ? "true" : "false");
  }
  // `base` and what follows it, as GitHub's addresses are.
  void Url(std::string_view key, std::string_view base, std::string_view tail) {
    Key(key);
    *out_ += '"';
    *out_ += base;
    *out_ += tail;
    *out_ += '"';
  }
  // Ready for a value of its own.
  std::string* Key(std::string_view key) {
    if (!first_) *out_ += ',';
    first_ = false;
    *out_ += '"';
    *out_ += key;
    *out_ += "\":";
    return out_;
  }

 private:
  std::string* out_;
  bool first_ = true;
};

std::string Hex(Chance* chance, size_t digits) {
  constexpr std::string_view kDigits = "0123456789abcdef";
  std::string hex;
  for (uint64_t bits = 0; hex.size() < digits; bits >>= 4) {
    if (hex.size() % 16 == 0) bits = chance->Next();
    hex += kDigits[bits % 16];
  }
  return hex;
}

std::string Sha(Chance* chance) { return Hex(chance, 40); }

// Writes what GitHub says of things, into one line.
class PayloadWriter {
 public:
  PayloadWriter(Chance* chance, const std::vector<std::string>* words,
                HourShape shape, std::string_view time, std::string* out)
      : chance_(chance),
        words_(words),
        lean_(shape == HourShape::kLean),
        time_(time),
        out_(out) {}

  void Write(std::string_view type, const Account& actor,
             const Repository& repo);

 private:
  void Push(const Account& actor, const Repository& repo);
  void Commits(uint64_t count, const Account& actor, const Repository& repo);
  void Create(const Repository& repo);
  void Delete();
  void PullRequest(const Account& actor, const Repository& repo);
  void Review(const Account& actor, const Repository& repo);
  void ReviewComment(const Account& actor, const Repository& repo);
  void IssueComment(const Account& actor, const Repository& repo);
  void Issues(const Account& actor, const Repository& repo);
  void Fork(const Account& actor, const Repository& repo);
  void Release(const Account& actor, const Repository& repo);
  void CommitComment(const Account& actor, const Repository& repo);
  void Gollum(const Repository& repo);
  void Member();

  void User(const Account& account);
  void RepositoryUrls(const Repository& repo, Object* object);
  void WholeRepository(const Repository& repo);
  void WriteRepository(const Repository& repo);
  void PullRequestEnd(const Account& user, const Repository& repo);
  void WholePullRequest(const Account& actor, const Repository& repo,
                        uint64_t number, bool with_counts);
  void PullRequestUrls(const Repository& repo, uint64_t number, Object* object);
  void LeanPullRequest(const Repository& repo, uint64_t number);
  void LeanPullRequestEnd(const Repository& repo);
  void AnyPullRequest(const Account& actor, const Repository& repo,
                      uint64_t number, bool with_counts);
  void Issue(const Account& actor, const Repository& repo, uint64_t number);
  void Labels(const Repository& repo);
  void Comment(const Account& actor, const Repository& repo,
               std::string_view what, uint64_t body_words);
  void Times(Object* object);

  std::string Words(uint64_t count);
  std::string Branch();
  std::string NodeId() { return "PR_kwDO" + Hex(chance_, 8); }
  static std::string Api(const Repository& repo) {
    return "https://api.github.com/repos/" + repo.full_name;
  }
  static std::string Site(const Repository& repo) {
    return "https://github.com/" + repo.full_name;
  }

  Chance* chance_;
  const std::vector<std::string>* words_;
  bool lean_;
  std::string_view time_;
  std::string* out_;
};

// Prose of `count` words in phrases that recur, one word in 40 hard to read for
// a parser.
std::string PayloadWriter::Words(uint64_t count) {
  std::string text;
  uint64_t word = chance_->Skewed(kWords);
  for (uint64_t i = 0; i < count; ++i) {
    if (i > 0) text += chance_->OneIn(12) ? "\\n" : " ";
    if (chance_->OneIn(40)) {
      text += kHardPieces[chance_->Below(kHardPieces.size())];
    } else {
      text += (*words_)[word];
    }
    word = chance_->OneIn(2) ? chance_->Skewed(kWords) : (word + 1) % kWords;
  }
  return text;
}

std::string PayloadWriter::Branch() {
  if (chance_->Below(10) < 6) return "main";
  return (*words_)[chance_->Skewed(kWords)] + "/" +
         (*words_)[chance_->Skewed(kWords)] + "-" +
         std::to_string(chance_->Below(3000));
}

void PayloadWriter::Times(Object* object) {
  object->Text("created_at", time_);
  object->Text("updated_at", time_);
}

void PayloadWriter::User(const Account& account) {
  constexpr std::array<std::array<std::string_view, 2>, 9> kUrls = {{
      {"followers_url", "/followers"},
      {"following_url", "/following{/other_user}"},
      {"gists_url", "/gists{/gist_id}"},
      {"starred_url", "/starred{/owner}{/repo}"},
      {"subscriptions_url", "/subscriptions"},
      {"organizations_url", "/orgs"},
      {"repos_url", "/repos"},
      {"events_url", "/events{/privacy}"},
      {"received_events_url", "/received_events"},
  }};
  const std::string id = std::to_string(account.id);
  const std::string url = "https://api.github.com/users/" + account.login;
  Object user(out_);
  user.Text("login", account.login);
  user.Number("id", account.id);
  user.Text("node_id", "MDQ6VXNlc" + id);
  user.Url("avatar_url", "https://avatars.githubusercontent.com/u/",
           id + "?v=4");
  user.Text("gravatar_id", "");
  user.Text("url", url);
  user.Url("html_url", "https://github.com/", account.login);
  for (const auto& [key, tail] : kUrls) user.Url(key, url, tail);
  user.Text("type", account.bot            ? "Bot"
                    : account.organisation ? "Organization"
                                           : "User");
  user.Bool("site_admin", false);
}

void PayloadWriter::RepositoryUrls(const Repository& repo, Object* object) {
  constexpr std::array<std::array<std::string_view, 2>, 37> kUrls = {{
      {"forks_url", "/forks"},
      {"keys_url", "/keys{/key_id}"},
      {"collaborators_url", "/collaborators{/collaborator}"},
      {"teams_url", "/teams"},
      {"hooks_url", "/hooks"},
      {"issue_events_url", "/issues/events{/number}"},
      {"events_url", "/events"},
      {"assignees_url", "/assignees{/user}"},
      {"branches_url", "/branches{/branch}"},
      {"tags_url", "/tags"},
      {"blobs_url", "/git/blobs{/sha}"},
      {"git_tags_url", "/git/tags{/sha}"},
      {"git_refs_url", "/git/refs{/sha}"},
      {"trees_url", "/git/trees{/sha}"},
      {"statuses_url", "/statuses/{sha}"},
      {"languages_url", "/languages"},
      {"stargazers_url", "/stargazers"},
      {"contributors_url", "/contributors"},
      {"subscribers_url", "/subscribers"},
      {"subscription_url", "/subscription"},
      {"commits_url", "/commits{/sha}"},
      {"git_commits_url", "/git/commits{/sha}"},
      {"comments_url", "/comments{/number}"},
      {"issue_comment_url", "/issues/comments{/number}"},
      {"contents_url", "/contents/{+path}"},
      {"compare_url", "/compare/{base}...{head}"},
      {"merges_url", "/merges"},
      {"archive_url", "/{archive_format}{/ref}"},
      {"downloads_url", "/downloads"},
      {"issues_url", "/issues{/number}"},
      {"pulls_url", "/pulls{/number}"},
      {"milestones_url", "/milestones{/number}"},
      {"notifications_url", "/notifications{?since,all,participating}"},
      {"labels_url", "/labels{/name}"},
      {"releases_url", "/releases{/id}"},
      {"deployments_url", "/deployments"},
      {"url", ""},
  }};
  const std::string api = Api(repo);
  for (const auto& [key, tail] : kUrls) object->Url(key, api, tail);
  const std::string site = Site(repo);
  object->Text("html_url", site);
  object->Url("git_url", "git://github.com/", repo.full_name + ".git");
  object->Url("ssh_url", "git@github.com:", repo.full_name + ".git");
  object->Url("clone_url", site, ".git");
  object->Text("svn_url", site);
}

void PayloadWriter::WholeRepository(const Repository& repo) {
  // What GitHub says of a repository is the same wherever it says it.
  Chance steady(repo.id);
  Chance* const outer = std::exchange(chance_, &steady);
  WriteRepository(repo);
  chance_ = outer;
}

void PayloadWriter::WriteRepository(const Repository& repo) {
  Object object(out_);
  object.Number("id", repo.id);
  object.Text("node_id", "R_kgDO" + Hex(chance_, 8));
  object.Text("name", repo.name);
  object.Text("full_name", repo.full_name);
  object.Bool("private", false);
  object.Key("owner");
  User(repo.owner);
  object.Text("description", Words(4 + chance_->Below(16)));
  object.Bool("fork", chance_->OneIn(3));
  RepositoryUrls(repo, &object);
  Times(&object);
  object.Text("pushed_at", time_);
  object.Plain("homepage", "null");
  for (const std::string_view key :
       {"size", "stargazers_count", "watchers_count", "forks_count",
        "open_issues_count"}) {
    object.Number(key, chance_->Skewed(90'000));
  }
  object.Text("language", chance_->OneIn(3) ? "TypeScript" : "Python");
  for (const std::string_view key :
       {"has_issues", "has_projects", "has_downloads", "has_wiki"}) {
    object.Bool(key, true);
  }
  for (const std::string_view key : {"has_pages", "archived", "disabled"}) {
    object.Bool(key, false);
  }
  object.Plain("mirror_url", "null");
  object.Plain("license",
               R"({"key":"mit","name":"MIT License","spdx_id":"MIT",)"
               R"("url":"https://api.github.com/licenses/mit"})");
  object.Plain("topics", "[]");
  object.Text("visibility", "public");
  object.Text("default_branch", "main");
}

void PayloadWriter::Commits(uint64_t count, const Account& actor,
                            const Repository& repo) {
  *out_ += '[';
  for (uint64_t i = 0; i < count; ++i) {
    if (i > 0) *out_ += ',';
    const std::string sha = Sha(chance_);
    Object commit(out_);
    commit.Text("sha", sha);
    {
      Object author(commit.Key("author"));
      author.Text("email", std::to_string(actor.id) + "+" + actor.login +
                               "@users.noreply.example.org");
      author.Text("name", actor.login);
    }
    commit.Text("message", Words(3 + chance_->Skewed(60)));
    commit.Bool("distinct", !chance_->OneIn(6));
    commit.Url("url", Api(repo), "/commits/" + sha);
  }
  *out_ += ']';
}

void PayloadWriter::Push(const Account& actor, const Repository& repo) {
  const uint64_t size = 1 + chance_->Skewed(7);
  Object payload(out_);
  payload.Number("repository_id", repo.id);
  payload.Number("push_id", 16'000'000'000 + chance_->Below(4'000'000'000));
  if (!lean_) {
    payload.Number("size", size);
    payload.Number("distinct_size", chance_->OneIn(8) ? size - 1 : size);
  }
  payload.Text("ref", "refs/heads/" + Branch());
  payload.Text("head", Sha(chance_));
  payload.Text("before", Sha(chance_));
  if (lean_) return;
  payload.Key("commits");
  Commits(size, actor, repo);
}

void PayloadWriter::Create(const Repository& repo) {
  const bool repository = chance_->OneIn(4);
  Object payload(out_);
  if (repository) {
    payload.Plain("ref", "null");
  } else {
    payload.Text("ref", Branch());
  }
  payload.Text("ref_type", repository           ? "repository"
                           : chance_->OneIn(10) ? "tag"
                                                : "branch");
  payload.Text("master_branch", "main");
  if (repo.id % 3 == 0) {
    payload.Text("description", Words(3 + chance_->Below(12)));
  } else {
    payload.Plain("description", "null");
  }
  payload.Text("pusher_type", "user");
}

void PayloadWriter::Delete() {
  Object payload(out_);
  payload.Text("ref", Branch());
  payload.Text("ref_type", chance_->OneIn(12) ? "tag" : "branch");
  payload.Text("pusher_type", "user");
}

void PayloadWriter::Labels(const Repository& repo) {
  *out_ += '[';
  const uint64_t count = chance_->Below(3);
  for (uint64_t i = 0; i < count; ++i) {
    if (i > 0) *out_ += ',';
    const std::string& name = (*words_)[chance_->Skewed(200)];
    Object label(out_);
    label.Number("id", chance_->Below(4'000'000'000));
    label.Url("url", Api(repo), "/labels/" + name);
    label.Text("name", name);
    label.Text("color", "ededed");
    label.Bool("default", false);
    label.Plain("description", "null");
  }
  *out_ += ']';
}

void PayloadWriter::PullRequestEnd(const Account& user,
                                   const Repository& repo) {
  const std::string branch = Branch();
  Object end(out_);
  end.Text("label", user.login + ":" + branch);
  end.Text("ref", branch);
  end.Text("sha", Sha(chance_));
  end.Key("user");
  User(user);
  end.Key("repo");
  WholeRepository(repo);
}

void PayloadWriter::PullRequestUrls(const Repository& repo, uint64_t number,
                                    Object* object) {
  const std::string api = Api(repo);
  const std::string tail = std::to_string(number);
  const std::string pull = api + "/pulls/" + tail;
  const std::string issue = api + "/issues/" + tail;
  const std::string site = Site(repo) + "/pull/" + tail;
  object->Text("url", pull);
  object->Text("html_url", site);
  object->Url("diff_url", site, ".diff");
  object->Url("patch_url", site, ".patch");
  object->Text("issue_url", issue);
  object->Url("commits_url", pull, "/commits");
  object->Url("review_comments_url", pull, "/comments");
  object->Url("review_comment_url", api, "/pulls/comments{/number}");
  object->Url("comments_url", issue, "/comments");
  object->Url("statuses_url", api, "/statuses/" + Sha(chance_));
  Object links(object->Key("_links"));
  for (const std::string_view key :
       {"self", "html", "issue", "comments", "review_comments", "commits"}) {
    Object link(links.Key(key));
    link.Url("href", pull, key == "self" ? "" : "/comments");
  }
}

void PayloadWriter::WholePullRequest(const Account& actor,
                                     const Repository& repo, uint64_t number,
                                     bool with_counts) {
  const bool merged = chance_->OneIn(3);
  Object pull(out_);
  PullRequestUrls(repo, number, &pull);
  pull.Number("id", 1'000'000'000 + chance_->Below(2'000'000'000));
  pull.Text("node_id", NodeId());
  pull.Number("number", number);
  pull.Text("state", merged ? "closed" : "open");
  pull.Bool("locked", false);
  pull.Text("title", Words(3 + chance_->Below(8)));
  pull.Key("user");
  User(actor);
  pull.Text("body", Words(chance_->Skewed(1400)));
  Times(&pull);
  pull.Plain("closed_at", "null");
  pull.Text("merge_commit_sha", Sha(chance_));
  pull.Plain("assignee", "null");
  pull.Plain("assignees", "[]");
  pull.Key("labels");
  Labels(repo);
  pull.Bool("draft", chance_->OneIn(9));
  pull.Key("head");
  PullRequestEnd(actor, repo);
  pull.Key("base");
  PullRequestEnd(repo.owner, repo);
  pull.Text("author_association", "CONTRIBUTOR");
  pull.Plain("auto_merge", "null");
  if (!with_counts) return;
  pull.Bool("merged", merged);
  pull.Text("mergeable_state", "unknown");
  for (const std::string_view key :
       {"comments", "review_comments", "commits", "additions", "deletions",
        "changed_files"}) {
    pull.Number(key, chance_->Skewed(2000));
  }
}

void PayloadWriter::LeanPullRequestEnd(const Repository& repo) {
  Object end(out_);
  end.Text("ref", Branch());
  end.Text("sha", Sha(chance_));
  Object object(end.Key("repo"));
  object.Number("id", repo.id);
  object.Text("url", Api(repo));
  object.Text("name", repo.name);
}

void PayloadWriter::LeanPullRequest(const Repository& repo, uint64_t number) {
  Object pull(out_);
  pull.Url("url", Api(repo), "/pulls/" + std::to_string(number));
  pull.Number("id", 1'000'000'000 + chance_->Below(2'000'000'000));
  pull.Number("number", number);
  pull.Key("head");
  LeanPullRequestEnd(repo);
  pull.Key("base");
  LeanPullRequestEnd(repo);
}

void PayloadWriter::AnyPullRequest(const Account& actor, const Repository& repo,
                                   uint64_t number, bool with_counts) {
  if (lean_) return LeanPullRequest(repo, number);
  WholePullRequest(actor, repo, number, with_counts);
}

void PayloadWriter::PullRequest(const Account& actor, const Repository& repo) {
  const uint64_t number = 1 + chance_->Skewed(9000);
  Object payload(out_);
  payload.Text("action", chance_->OneIn(2) ? "opened" : "closed");
  payload.Number("number", number);
  payload.Key("pull_request");
  AnyPullRequest(actor, repo, number, true);
}

void PayloadWriter::Comment(const Account& actor, const Repository& repo,
                            std::string_view what, uint64_t body_words) {
  const std::string number = std::to_string(chance_->Below(2'000'000'000));
  Object comment(out_);
  comment.Url("url", Api(repo), "/" + std::string(what) + "/" + number);
  comment.Url("html_url", Site(repo), "/pull/1#discussion_r" + number);
  comment.Plain("id", number);
  comment.Text("node_id", NodeId());
  comment.Key("user");
  User(actor);
  comment.Text("commit_id", Sha(chance_));
  Times(&comment);
  if (!lean_) comment.Text("author_association", "MEMBER");
  comment.Text("body", Words(body_words));
}

void PayloadWriter::Review(const Account& actor, const Repository& repo) {
  const uint64_t number = 1 + chance_->Skewed(9000);
  Object payload(out_);
  payload.Text("action", "created");
  {
    Object review(payload.Key("review"));
    review.Number("id", chance_->Below(2'000'000'000));
    review.Key("user");
    User(actor);
    review.Text("body", Words(chance_->Skewed(60)));
    review.Text("commit_id", Sha(chance_));
    review.Text("submitted_at", time_);
    review.Text("state", chance_->OneIn(2) ? "approved" : "commented");
  }
  payload.Key("pull_request");
  AnyPullRequest(actor, repo, number, false);
}

void PayloadWriter::ReviewComment(const Account& actor,
                                  const Repository& repo) {
  const uint64_t number = 1 + chance_->Skewed(9000);
  Object payload(out_);
  payload.Text("action", "created");
  payload.Key("comment");
  Comment(actor, repo, "pulls/comments", 20 + chance_->Skewed(200));
  payload.Key("pull_request");
  AnyPullRequest(actor, repo, number, false);
}

void PayloadWriter::Issue(const Account& actor, const Repository& repo,
                          uint64_t number) {
  Object issue(out_);
  const std::string api = Api(repo) + "/issues/" + std::to_string(number);
  issue.Text("url", api);
  issue.Url("labels_url", api, "/labels{/name}");
  issue.Url("comments_url", api, "/comments");
  issue.Url("html_url", Site(repo), "/issues/" + std::to_string(number));
  issue.Number("id", chance_->Below(4'000'000'000));
  issue.Number("number", number);
  issue.Text("title", Words(3 + chance_->Below(9)));
  issue.Key("user");
  User(actor);
  issue.Key("labels");
  Labels(repo);
  issue.Text("state", chance_->OneIn(3) ? "closed" : "open");
  issue.Plain("assignee", "null");
  issue.Number("comments", chance_->Skewed(50));
  Times(&issue);
  issue.Text("body", Words(chance_->Skewed(600)));
  issue.Plain("reactions",
              R"({"total_count":0,"+1":0,"-1":0,"laugh":0,"heart":0})");
}

void PayloadWriter::IssueComment(const Account& actor, const Repository& repo) {
  Object payload(out_);
  payload.Text("action", "created");
  payload.Key("issue");
  Issue(repo.owner, repo, 1 + chance_->Skewed(9000));
  payload.Key("comment");
  Comment(actor, repo, "issues/comments", 20 + chance_->Skewed(900));
}

void PayloadWriter::Issues(const Account& actor, const Repository& repo) {
  Object payload(out_);
  payload.Text("action", chance_->OneIn(3) ? "closed" : "opened");
  payload.Key("issue");
  Issue(actor, repo, 1 + chance_->Skewed(9000));
}

void PayloadWriter::Fork(const Account& actor, const Repository& repo) {
  Repository fork = RepositoryOf(chance_->Below(4'000'000'000), false);
  fork.owner = actor;
  fork.name = repo.name;
  fork.full_name = actor.login + "/" + repo.name;
  Object payload(out_);
  payload.Key("forkee");
  WholeRepository(fork);
}

void PayloadWriter::Release(const Account& actor, const Repository& repo) {
  const std::string tag = "v" + std::to_string(chance_->Below(9)) + "." +
                          std::to_string(chance_->Below(99)) + ".0";
  Object payload(out_);
  payload.Text("action", "published");
  Object release(payload.Key("release"));
  release.Url("url", Api(repo), "/releases/" + tag);
  release.Number("id", chance_->Below(200'000'000));
  release.Key("author");
  User(actor);
  release.Text("tag_name", tag);
  release.Text("target_commitish", "main");
  release.Text("name", Words(2));
  Times(&release);
  release.Plain("assets", "[]");
  release.Text("body", Words(chance_->Skewed(900)));
}

void PayloadWriter::CommitComment(const Account& actor,
                                  const Repository& repo) {
  Object payload(out_);
  payload.Key("comment");
  Comment(actor, repo, "comments", 5 + chance_->Skewed(90));
}

void PayloadWriter::Gollum(const Repository& repo) {
  const std::string title = (*words_)[chance_->Skewed(kWords)];
  Object payload(out_);
  *payload.Key("pages") += '[';
  {
    Object page(out_);
    page.Text("page_name", title);
    page.Text("title", title);
    page.Plain("summary", "null");
    page.Text("action", "edited");
    page.Text("sha", Sha(chance_));
    page.Url("html_url", Site(repo), "/wiki/" + title);
  }
  *out_ += ']';
}

void PayloadWriter::Member() {
  Object payload(out_);
  payload.Key("member");
  User(AccountOf(chance_->Skewed(kPeople), false));
  payload.Text("action", "added");
}

void PayloadWriter::Write(std::string_view type, const Account& actor,
                          const Repository& repo) {
  if (type == "PushEvent") return Push(actor, repo);
  if (type == "CreateEvent") return Create(repo);
  if (type == "DeleteEvent") return Delete();
  if (type == "PullRequestEvent") return PullRequest(actor, repo);
  if (type == "PullRequestReviewEvent") return Review(actor, repo);
  if (type == "PullRequestReviewCommentEvent") {
    return ReviewComment(actor, repo);
  }
  if (type == "IssueCommentEvent") return IssueComment(actor, repo);
  if (type == "IssuesEvent") return Issues(actor, repo);
  if (type == "ForkEvent") return Fork(actor, repo);
  if (type == "ReleaseEvent") return Release(actor, repo);
  if (type == "CommitCommentEvent") return CommitComment(actor, repo);
  if (type == "GollumEvent") return Gollum(repo);
  if (type == "MemberEvent") return Member();
  *out_ += type == "WatchEvent" ? R"({"action":"started"})" : "{}";
}

void WriteAccount(const Account& account, std::string* out) {
  const std::string id = std::to_string(account.id);
  Object object(out);
  object.Number("id", account.id);
  object.Text("login", account.login);
  if (!account.organisation) {
    object.Text("display_login",
                account.login.substr(0, account.login.find('[')));
  }
  object.Text("gravatar_id", "");
  object.Url("url",
             account.organisation ? "https://api.github.com/orgs/"
                                  : "https://api.github.com/users/",
             account.login);
  object.Url("avatar_url", "https://avatars.githubusercontent.com/u/",
             id + "?");
}

std::string_view TypeAt(uint64_t per_mille) {
  for (const TypeShare& share : kTypes) {
    if (per_mille < share.per_mille) return share.type;
    per_mille -= share.per_mille;
  }
  return kTypes.front().type;
}

// Work that people do in their own repositories, not in popular ones.
bool IsOwnWork(std::string_view type) {
  return type == "PushEvent" || type == "CreateEvent" ||
         type == "DeleteEvent" || type == "PublicEvent";
}

}  // namespace

uint64_t Chance::Next() {
  state_ += 0x9E3779B97F4A7C15;
  return Mix(state_);
}

uint64_t Chance::Skewed(uint64_t end) {
  uint64_t product = Next() >> 32;
  product = (product * (Next() >> 32)) >> 32;
  product = (product * (Next() >> 32)) >> 32;
  return (product * end) >> 32;
}

HourGenerator::HourGenerator(const HourOptions& options)
    : options_(options),
      chance_(Mix(options.seed) ^ Mix(options.hour_number)),
      event_id_((std::max(options.hour_number, kFirstHour) - kFirstHour) *
                kIdsAnHour) {
  words_.reserve(kWords);
  for (uint64_t i = 0; i < kWords; ++i) words_.push_back(Spoken(i + 7'000'000));
}

HourGenerator::Actors HourGenerator::ChooseActors(std::string_view type) {
  const bool late = index_ * 2 >= options_.events;
  const bool bot = chance_.Below(100) < 16;
  const uint64_t number =
      chance_.Skewed(bot ? kBots : 1 + chance_.Skewed(kPeople));
  const bool own = !bot && IsOwnWork(type) && chance_.Below(100) < 85;
  Actors who;
  who.actor = AccountOf(number, false);
  who.repo = RepositoryOf(
      own ? number * kRepositoriesEach + chance_.Skewed(kRepositoriesEach)
          : chance_.Skewed(kPopularRepos),
      late);
  return who;
}

std::string HourGenerator::CreatedAt() const {
  const auto second = static_cast<unsigned>(index_ * 3600 / options_.events);
  std::array<char, 16> tail{};
  std::snprintf(tail.data(), tail.size(), ":%02u:%02uZ", second / 60,
                second % 60);
  return options_.hour + tail.data();
}

std::string_view HourGenerator::Next() {
  if (index_ == options_.events) return {};
  const std::string_view type = TypeAt(chance_.Below(1000));
  const Actors who = ChooseActors(type);
  const std::string time = CreatedAt();
  event_id_ += 1 + chance_.Below(2);
  ++index_;
  line_.clear();
  {
    Object event(&line_);
    event.Text("id", std::to_string(event_id_));
    event.Text("type", type);
    WriteAccount(who.actor, event.Key("actor"));
    {
      Object repo(event.Key("repo"));
      repo.Number("id", who.repo.id);
      repo.Text("name", who.repo.full_name);
      repo.Url("url", "https://api.github.com/repos/", who.repo.full_name);
    }
    event.Key("payload");
    PayloadWriter(&chance_, &words_, options_.shape, time, &line_)
        .Write(type, who.actor, who.repo);
    event.Bool("public", true);
    event.Text("created_at", time);
    if (who.repo.owner.organisation) {
      WriteAccount(who.repo.owner, event.Key("org"));
    }
  }
  line_ += '\n';
  return line_;
}

}  // namespace learnsql::bench
