#include "connectors/github/github_source.h"

#include <algorithm>
#include <filesystem>
#include <map>

#include "connectors/github/github_rows.h"
#include "connectors/rest/cursor_slices.h"
#include "connectors/rest/list_reader.h"
#include "connectors/rest/page_file.h"
#include "engine/base/clock.h"
#include "engine/base/sha256.h"

namespace learnsql {
namespace {

// Of one slice: a list with children costs a request an item, and what a
// failure loses is at most this.
constexpr uint64_t kMaxRequests = 50;

bool IsNameChar(char c) {
  return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') ||
         (c >= '0' && c <= '9') || c == '-' || c == '_' || c == '.';
}

bool IsName(std::string_view name) {
  return !name.empty() && name != "." && name != ".." &&
         std::all_of(name.begin(), name.end(), IsNameChar);
}

Status CheckNames(const GithubOptions& options) {
  for (const std::string& org : options.organizations) {
    if (IsName(org)) continue;
    return Status(Code::kInvalid, "'" + org + "' is no organisation's name");
  }
  for (const std::string& repository : options.repositories) {
    const size_t slash = repository.find('/');
    if (slash != std::string::npos && IsName(repository.substr(0, slash)) &&
        IsName(repository.substr(slash + 1))) {
      continue;
    }
    return Status(Code::kInvalid,
                  "'" + repository + "' is no repository: write owner/name");
  }
  return {};
}

RestOptions WithHeaders(RestOptions options) {
  options.headers.push_back({"Accept", "application/vnd.github+json"});
  options.headers.push_back({"X-GitHub-Api-Version", "2022-11-28"});
  return options;
}

// Writes the items of a list into the page file, and below each changed one
// what hangs on it.
class GithubHandler final : public ListHandler {
 public:
  GithubHandler(const GithubObject& object, std::string root, bool children,
                RestClient* client, const LandingProgress& progress)
      : object_(object),
        root_(std::move(root)),
        children_(children),
        client_(client),
        progress_(progress),
        list_(object.ToText().substr(0, object.ToText().find(':'))) {}

  Status OnPage(const std::string&, PageFile* out) override {
    return AddPage(list_, {}, out);
  }

  Status OnItem(JsonNode item, PageFile* out) override {
    if (below_) {
      LEARNSQL_TRY(AddPage(list_, {}, out));
      below_ = false;
    }
    LEARNSQL_TRY(out->AddItem(item));
    if (progress_) progress_(++items_, std::nullopt);
    return children_ ? AddChildren(item, out) : Status();
  }

  // "reviews of 3 pull requests not shown: HTTP 404"; empty: all were.
  std::string Warning() const;

 private:
  Status AddPage(const std::string& list, std::optional<int64_t> number,
                 PageFile* out) {
    std::string members = "\"list\":\"" + list + "\",\"owner\":";
    JsonNode::AppendQuoted(object_.owner, &members);
    members += ",\"at\":\"" +
               FormatUtc(client_->options().http.clock->NowSeconds()) + "\"";
    if (out->empty()) members += ",\"first\":true";
    if (number) members += ",\"number\":" + std::to_string(*number);
    return out->AddPage(members);
  }

  Status AddChildren(JsonNode item, PageFile* out);

  const GithubObject& object_;
  std::string root_;
  bool children_;
  RestClient* client_;
  const LandingProgress& progress_;
  std::string list_;
  bool below_ = false;  // children were written last
  uint64_t items_ = 0;
  std::map<std::string, uint64_t> not_shown_;  // items, by why
};

// Why a list of children is not there, or not whole; empty: it is.
std::string WhyNotShown(RestPage::Kind kind) {
  switch (kind) {
    case RestPage::Kind::kAbsent:
      return "not shown: HTTP 404";
    case RestPage::Kind::kBlocked:
      return "not shown: HTTP 451";
    case RestPage::Kind::kNoFurther:
      return "not all shown: HTTP 422";
    default:
      return {};
  }
}

Status GithubHandler::AddChildren(JsonNode item, PageFile* out) {
  const bool pulls = object_.kind == GithubKind::kPulls;
  const std::optional<int64_t> id = item.Find(pulls ? "number" : "id").int64();
  if (!id) return {};
  std::string url = ChildPath(object_.kind, root_, *id);
  JsonDocument document;
  while (!url.empty()) {
    LEARNSQL_TRY_SET(
        const RestPage page,
        client_->Get(
            {.url = url, .items_key = std::string(ChildKey(object_.kind))}));
    if (!page.page.items.empty()) {
      LEARNSQL_TRY(AddPage(pulls ? "reviews" : "jobs", id, out));
      below_ = true;
    }
    for (const std::string_view text : page.page.items) {
      LEARNSQL_TRY_SET(const JsonNode child, document.Parse(text));
      LEARNSQL_TRY(out->AddItem(child));
    }
    if (const std::string why = WhyNotShown(page.kind); !why.empty()) {
      ++not_shown_[why];
    }
    url = page.next;
  }
  return {};
}

std::string GithubHandler::Warning() const {
  const bool pulls = object_.kind == GithubKind::kPulls;
  std::string text;
  for (const auto& [why, count] : not_shown_) {
    text += (text.empty() ? "" : "; ") +
            std::string(pulls ? "reviews of " : "jobs of ") +
            std::to_string(count) +
            (pulls ? " pull request" : " workflow run") +
            (count == 1 ? " " : "s ") + why;
  }
  return text;
}

}  // namespace

GithubSource::GithubSource(GithubOptions options)
    : options_(std::move(options)), client_(WithHeaders(options_.rest)) {}

Result<std::unique_ptr<GithubSource>> GithubSource::Make(
    GithubOptions options) {
  LEARNSQL_TRY(CheckNames(options));
  if (options.rest.http.clock == nullptr) {
    options.rest.http.clock = Clock::System();
  }
  return std::unique_ptr<GithubSource>(new GithubSource(std::move(options)));
}

// Repositories come first: everything else hangs on their ids.
std::vector<GithubObject> GithubSource::Objects() const {
  std::vector<GithubObject> objects;
  for (const std::string& repository : options_.repositories) {
    objects.push_back({GithubKind::kRepository, repository});
  }
  for (const std::string& org : options_.organizations) {
    objects.push_back({GithubKind::kMembers, org});
    if (options_.copilot) objects.push_back({GithubKind::kCopilot, org});
  }
  for (const std::string& repository : options_.repositories) {
    objects.push_back({GithubKind::kCommits, repository});
    objects.push_back({GithubKind::kPulls, repository});
    objects.push_back({GithubKind::kRuns, repository});
  }
  return objects;
}

Result<std::vector<Slice>> GithubSource::Slices(const Window& window) {
  if (options_.organizations.empty() && options_.repositories.empty()) {
    return Status(Code::kUsage,
                  "which repositories should github read? Write 'repositories "
                  "= owner/name, ...' in the section [github] of "
                  "learnsql.ini");
  }
  from_ = window.from ? FormatUtc(*window.from) : "";
  std::vector<Slice> slices;
  for (const GithubObject& object : Objects()) {
    slices.push_back(NextSlice(object.ToText(), window,
                               options_.rest.http.clock->NowSeconds()));
  }
  return slices;
}

bool GithubSource::IsDue(const SliceRecord& known) {
  return IsCursorSliceDue(known, options_.rest.http.clock->NowSeconds());
}

std::optional<Slice> GithubSource::Following(const Slice& slice) {
  return SliceBehind(slice, options_.rest.http.clock->NowSeconds());
}

Result<Landed> GithubSource::Fetch(const SliceRecord& known,
                                   const LandingProgress& progress) {
  const GithubObject object = GithubObject::FromText(known.slice.object);
  LEARNSQL_TRY_SET(ListCursor cursor, ListCursor::FromText(known.cursor));
  if (!from_.empty() && !cursor.under_way() && from_ < cursor.since) {
    cursor.since = from_;
    cursor.pages.clear();
  }
  const ListSpec spec = SpecOf(object, options_.start);
  // The first pass begins there. Lists that are read whole have no times.
  if (!from_.empty() && known.cursor.empty() && !spec.whole) {
    cursor.since = from_;
  }
  const bool children =
      (object.kind == GithubKind::kPulls && options_.reviews) ||
      (object.kind == GithubKind::kRuns && options_.jobs);
  LEARNSQL_TRY_SET(PageFile out, PageFile::Create(PathOf(known.slice)));
  GithubHandler handler(object, cursor.root.empty() ? spec.root : cursor.root,
                        children, &client_, progress);
  LEARNSQL_TRY_SET(
      const ListOutcome outcome,
      ReadList(&client_, spec, kMaxRequests, &handler, &cursor, &out));
  Landed landed;
  landed.warning = handler.Warning();
  if (!outcome.note.empty()) {
    landed.warning += (landed.warning.empty() ? "" : "; ") + outcome.note;
  }
  switch (outcome.kind) {
    case ListOutcome::Kind::kAbsent:
    case ListOutcome::Kind::kBlocked:
      landed.kind =
          known.cursor.empty() ? Landed::Kind::kMissing : Landed::Kind::kGone;
      return landed;
    case ListOutcome::Kind::kUnchanged:
      landed.kind = Landed::Kind::kUnchanged;
      break;
    case ListOutcome::Kind::kRows: {
      LEARNSQL_TRY_SET(const PageFile::Landed file, out.Commit());
      landed.path = file.path;
      landed.bytes = file.bytes;
      landed.sha256 = file.sha256;
      landed.more = outcome.more;
      break;
    }
  }
  landed.cursor = cursor.ToText();
  return landed;
}

Result<std::string> GithubSource::FindRecord(const SliceRecord& known,
                                             uint64_t source_offset) {
  const std::string path = PathOf(known.slice);
  std::error_code ignored;
  if (!std::filesystem::exists(path, ignored)) {
    return Status(Code::kNotFound,
                  "the page file is not here any more, and the API does not "
                  "tell what it said then; the column item has the record",
                  {path});
  }
  return ReadPageLine(path, source_offset);
}

Status GithubSource::Read(const Slice&, const std::string& path,
                          RowSink* sink) {
  GithubRows rows(sink, options_.keep_items);
  return ReadPageFile(path, options_.rest.http.cancel, &rows, sink);
}

void GithubSource::Done(const Slice&, const std::string& path) {
  if (options_.keep_landing || path.empty()) return;
  std::error_code ignored;  // a file that stays is no harm
  std::filesystem::remove(path, ignored);
}

}  // namespace learnsql
