#include "connectors/rest/list_reader.h"

#include <charconv>

#include "engine/base/clock.h"

namespace learnsql {
namespace {

// More validators than this are not kept: the cursor stays small.
constexpr size_t kKnownPages = 100;
constexpr std::string_view kSmallerPage = "25";

// The first 19 characters are comparable whatever follows them. What is no time
// is before nothing.
bool IsBefore(std::string_view time, std::string_view limit) {
  return ParseUtc(time.substr(0, 19)) &&
         time.substr(0, 19) < limit.substr(0, 19);
}

// One call of ReadList.
class Pass {
 public:
  Pass(RestClient* client, const ListSpec& spec, uint64_t max_requests,
       ListHandler* handler, ListCursor* cursor, PageFile* out)
      : client_(client),
        spec_(spec),
        max_requests_(max_requests),
        handler_(handler),
        cursor_(cursor),
        out_(out),
        first_request_(client->requests()) {}

  Result<ListOutcome> Run();

 private:
  enum class Step { kNext, kEnd, kOutOfRequests };

  std::string Watermark() const {
    return cursor_->since.empty() ? spec_.start : cursor_->since;
  }
  std::string FirstUrl() const;
  Status Begin();
  Result<RestPage> Get(const std::string& url);
  Result<RestPage> GetSmaller(const std::string& url, const Status& error);
  const KnownPage* Known(const std::string& url) const;
  Status NoteMove(const RestPage& page);
  Result<Step> Take(const RestPage& page);
  Result<Step> TakeUnchanged(const RestPage& page);
  Result<Step> TakeItems(const RestPage& page);
  Result<Step> ReadAllAgain();
  Status Remember(KnownPage page);
  Status TakeItem(JsonNode item);
  bool IsTooOld(JsonNode item) const;
  void RaiseHigh(std::string_view time);
  Result<std::string> NextUrl(const RestPage& page) const;
  Result<std::string> NextByMember(const RestPage& page) const;
  bool IsOutOfRequests() const {
    return !spec_.whole &&
           client_->requests() - first_request_ >= max_requests_;
  }
  ListOutcome Finish();

  RestClient* client_;
  const ListSpec& spec_;
  uint64_t max_requests_;
  ListHandler* handler_;
  ListCursor* cursor_;
  PageFile* out_;
  uint64_t first_request_;
  std::string url_;
  std::string next_;
  std::string skip_before_;  // items that are in
  std::string stop_before_;  // items that end the pass
  bool began_here_ = false;  // the pass, in this call
  bool ask_known_ = true;    // send validators
  bool changed_ = false;     // a page came with content
  bool first_page_ = false;
  std::string note_;
};

std::string Pass::FirstUrl() const {
  const std::string& root = cursor_->root.empty() ? spec_.root : cursor_->root;
  std::string url = root + spec_.path;
  if (!spec_.query.empty()) url += "?" + spec_.query;
  const std::string since = TimeBefore(Watermark(), spec_.overlap_s);
  if (spec_.since_parameter.empty() || since.empty()) return url;
  return WithParameter(url, spec_.since_parameter, since);
}

Status Pass::Begin() {
  const std::string since = Watermark();
  if (!since.empty() && !spec_.whole) {
    skip_before_ = TimeBefore(since, spec_.overlap_s);
    if (!spec_.order_path.empty()) {
      stop_before_ = TimeBefore(since, spec_.lookback_s);
    }
  }
  ask_known_ = cursor_->identity == client_->identity();
  if (cursor_->under_way()) {
    url_ = cursor_->next;
    return {};
  }
  began_here_ = true;
  first_page_ = true;
  cursor_->high = cursor_->since;
  cursor_->done = 0;
  cursor_->passing.clear();
  LEARNSQL_TRY_SET(url_, client_->Resolve(FirstUrl()));
  return {};
}

const KnownPage* Pass::Known(const std::string& url) const {
  if (!ask_known_ || cursor_->done > 0) return nullptr;
  const KnownPage* known = cursor_->Find(url);
  return known != nullptr && !known->validator.empty() ? known : nullptr;
}

Result<RestPage> Pass::Get(const std::string& url) {
  const KnownPage* const known = Known(url);
  Result<RestPage> page = client_->Get(
      {.url = url,
       .items_key = spec_.items_key,
       .known = known == nullptr ? Validator() : known->validator});
  if (page.ok()) return page;
  return GetSmaller(url, page.status());
}

// A server that cannot make a large page in time often can make a small one.
// Only a pass may begin so: the pages of one are of one size.
Result<RestPage> Pass::GetSmaller(const std::string& url, const Status& error) {
  const int status = client_->last_status();
  const bool helps = error.code() == Code::kNetwork && first_page_ &&
                     (status == 502 || status == 504);
  if (!helps || UrlParameter(url, "per_page").size() < 2 ||
      UrlParameter(url, "per_page") == kSmallerPage) {
    return error;
  }
  return client_->Get({.url = WithParameter(url, "per_page", kSmallerPage),
                       .items_key = spec_.items_key});
}

// "/repositories/1000/pulls?..." for "/repos/o/r/pulls": from now on the root
// is "/repositories/1000".
Status Pass::NoteMove(const RestPage& page) {
  if (page.moved_to.empty()) return {};
  LEARNSQL_TRY_SET(const std::string base, client_->Resolve("/"));
  const std::string_view path(page.moved_to.data(),
                              page.moved_to.find('?') == std::string::npos
                                  ? page.moved_to.size()
                                  : page.moved_to.find('?'));
  if (!path.starts_with(base) || !path.ends_with(spec_.path)) return {};
  cursor_->root = path.substr(
      base.size() - 1, path.size() - base.size() + 1 - spec_.path.size());
  return {};
}

Result<ListOutcome> Pass::Run() {
  LEARNSQL_TRY(Begin());
  while (true) {
    LEARNSQL_TRY_SET(const RestPage page, Get(url_));
    using Kind = RestPage::Kind;
    if (page.kind == Kind::kAbsent || page.kind == Kind::kBlocked) {
      return ListOutcome{page.kind == Kind::kAbsent
                             ? ListOutcome::Kind::kAbsent
                             : ListOutcome::Kind::kBlocked,
                         false, page.note};
    }
    LEARNSQL_TRY(NoteMove(page));
    LEARNSQL_TRY_SET(const Step step, Take(page));
    first_page_ = false;
    if (step == Step::kEnd) return Finish();
    if (step == Step::kNext) {
      cursor_->done = 0;
      url_ = next_;
    }
    if (step == Step::kOutOfRequests || IsOutOfRequests()) {
      cursor_->next = url_;
      return ListOutcome{ListOutcome::Kind::kRows, true, note_};
    }
  }
}

Result<Pass::Step> Pass::Take(const RestPage& page) {
  switch (page.kind) {
    case RestPage::Kind::kUnchanged:
      return TakeUnchanged(page);
    case RestPage::Kind::kItems:
      return TakeItems(page);
    case RestPage::Kind::kNoFurther:
      note_ = "the server lists no further back: " + page.note;
      return Step::kEnd;
    default:
      changed_ |= spec_.whole;
      note_ = page.note;
      if (spec_.whole) LEARNSQL_TRY(handler_->OnPage(page.url, out_));
      return Step::kEnd;
  }
}

Result<Pass::Step> Pass::TakeUnchanged(const RestPage& page) {
  const KnownPage* const known = cursor_->Find(page.url);
  if (known == nullptr) {
    return Status(Code::kNetwork,
                  "the server calls unchanged what it was not asked about",
                  {RedactUrl(page.url)});
  }
  LEARNSQL_TRY(Remember(*known));
  if (spec_.first_page_tells && first_page_) return Step::kEnd;
  next_ = known->next;
  return next_.empty() ? Step::kEnd : Step::kNext;
}

Result<Pass::Step> Pass::TakeItems(const RestPage& page) {
  if (spec_.whole && !changed_ && !cursor_->passing.empty()) {
    return ReadAllAgain();
  }
  changed_ = true;
  LEARNSQL_TRY_SET(next_, NextUrl(page));
  LEARNSQL_TRY(Remember({page.url, next_, page.validator}));
  LEARNSQL_TRY(handler_->OnPage(page.url, out_));
  JsonDocument document;
  const auto& items = page.page.items;
  for (uint64_t i = cursor_->done; i < items.size(); ++i) {
    LEARNSQL_TRY_SET(const JsonNode item, document.Parse(items[i]));
    if (IsTooOld(item)) {
      cursor_->passing.back().next.clear();
      return Step::kEnd;
    }
    const uint64_t before = client_->requests();
    LEARNSQL_TRY(TakeItem(item));
    const bool asked = client_->requests() > before;
    if (asked && i + 1 < items.size() && IsOutOfRequests()) {
      cursor_->done = i + 1;
      return Step::kOutOfRequests;
    }
  }
  return next_.empty() ? Step::kEnd : Step::kNext;
}

// One page of a whole list changed: all are needed, those that did not as well.
Result<Pass::Step> Pass::ReadAllAgain() {
  LEARNSQL_TRY(out_->Restart());
  cursor_->passing.clear();
  ask_known_ = false;
  changed_ = true;
  LEARNSQL_TRY_SET(next_, client_->Resolve(FirstUrl()));
  return Step::kNext;
}

// Keeps what is known of a page for the next pass, of not too many.
Status Pass::Remember(KnownPage page) {
  std::vector<KnownPage>& passing = cursor_->passing;
  if (cursor_->done > 0 && !passing.empty() && passing.back().url == page.url) {
    passing.pop_back();
  }
  for (const KnownPage& earlier : passing) {
    if (earlier.url != page.next) continue;
    return Status(Code::kCorrupt,
                  "the next page was there before: the list leads in a circle",
                  {RedactUrl(page.url)});
  }
  if (spec_.first_page_tells && !passing.empty()) return {};
  if (passing.size() <= kKnownPages) passing.push_back(std::move(page));
  return {};
}

bool Pass::IsTooOld(JsonNode item) const {
  if (stop_before_.empty()) return false;
  const std::string_view time = FindPath(item, spec_.order_path).text();
  return IsBefore(time, stop_before_);
}

// A time that is none or still to come says nothing of what is in: as the
// watermark it would hide every item behind it.
void Pass::RaiseHigh(std::string_view time) {
  const std::optional<int64_t> parsed = ParseUtc(time.substr(0, 19));
  if (!parsed || *parsed > client_->options().http.clock->NowSeconds()) return;
  if (time > cursor_->high) cursor_->high = time;
}

Status Pass::TakeItem(JsonNode item) {
  const std::string_view time = spec_.time_path.empty()
                                    ? std::string_view()
                                    : FindPath(item, spec_.time_path).text();
  if (IsBefore(time, skip_before_)) return {};
  RaiseHigh(time);
  return handler_->OnItem(item, out_);
}

Result<std::string> Pass::NextUrl(const RestPage& page) const {
  switch (spec_.paging.kind) {
    case Paging::Kind::kLink:
      return page.next;
    case Paging::Kind::kNumber: {
      const size_t count = page.page.items.size();
      if (count == 0 || count < spec_.paging.page_size) return std::string();
      const std::string_view text =
          UrlParameter(page.url, spec_.paging.parameter);
      uint64_t number = 1;
      std::from_chars(text.data(), text.data() + text.size(), number);
      return WithParameter(page.url, spec_.paging.parameter,
                           std::to_string(number + 1));
    }
    case Paging::Kind::kCursor:
      return NextByMember(page);
  }
  return std::string();
}

Result<std::string> Pass::NextByMember(const RestPage& page) const {
  const std::string& path = spec_.paging.member;
  const size_t dot = path.find('.');
  const std::string_view json = page.page.Member(path.substr(0, dot));
  if (json.empty()) return std::string();
  JsonDocument document;
  LEARNSQL_TRY_SET(JsonNode node, document.Parse(json));
  if (dot != std::string::npos) node = FindPath(node, path.substr(dot + 1));
  std::string value(node.text());
  if (const auto number = node.int64()) value = std::to_string(*number);
  if (value.empty()) return std::string();
  return WithParameter(page.url, spec_.paging.parameter, value);
}

ListOutcome Pass::Finish() {
  cursor_->next.clear();
  cursor_->done = 0;
  if (cursor_->high > cursor_->since) cursor_->since = cursor_->high;
  cursor_->high.clear();
  cursor_->pages = std::move(cursor_->passing);
  cursor_->passing.clear();
  if (cursor_->pages.size() > kKnownPages) cursor_->pages.clear();
  cursor_->identity = client_->identity();
  ListOutcome outcome;
  outcome.note = note_;
  const bool has_items = out_->items() > 0;
  const std::string digest = began_here_ ? out_->ItemsDigest() : "";
  const bool same = began_here_ && digest == cursor_->digest;
  if (!changed_ || same || (!spec_.whole && !has_items)) {
    outcome.kind = ListOutcome::Kind::kUnchanged;
  } else {
    cursor_->digest = digest;
  }
  return outcome;
}

}  // namespace

Result<ListOutcome> ReadList(RestClient* client, const ListSpec& spec,
                             uint64_t max_requests, ListHandler* handler,
                             ListCursor* cursor, PageFile* out) {
  return Pass(client, spec, max_requests, handler, cursor, out).Run();
}

JsonNode FindPath(JsonNode node, std::string_view path) {
  while (true) {
    const size_t dot = path.find('.');
    node = node.Find(path.substr(0, dot));
    if (dot == std::string_view::npos) return node;
    path.remove_prefix(dot + 1);
  }
}

std::string TimeBefore(const std::string& time, int64_t seconds) {
  const std::optional<int64_t> parsed =
      ParseUtc(std::string_view(time).substr(0, 19));
  return parsed ? FormatUtc(*parsed - seconds) : time;
}

}  // namespace learnsql
