#include "connectors/rest/list_cursor.h"

#include "connectors/decode/json_document.h"

namespace learnsql {
namespace {

// Writes the members of one object; those that are empty are left out.
class ObjectText {
 public:
  void Add(std::string_view key, std::string_view value) {
    if (value.empty()) return;
    Key(key);
    JsonNode::AppendQuoted(value, &text_);
  }

  void AddRaw(std::string_view key, std::string_view json) {
    Key(key);
    text_ += json;
  }

  std::string Finish() { return text_.empty() ? "{}" : text_ + "}"; }

 private:
  void Key(std::string_view key) {
    text_ += text_.empty() ? "{" : ",";
    JsonNode::AppendQuoted(key, &text_);
    text_ += ":";
  }

  std::string text_;
};

std::string PagesText(const std::vector<KnownPage>& pages) {
  std::string text = "[";
  for (const KnownPage& page : pages) {
    ObjectText object;
    object.Add("url", page.url);
    object.Add("next", page.next);
    object.Add("etag", page.validator.etag);
    object.Add("last_modified", page.validator.last_modified);
    if (text.size() > 1) text += ",";
    text += object.Finish();
  }
  return text + "]";
}

std::string TextOf(JsonNode object, std::string_view key) {
  return std::string(object.Find(key).text());
}

std::vector<KnownPage> PagesOf(JsonNode list) {
  std::vector<KnownPage> pages;
  for (const JsonNode page : list.elements()) {
    pages.push_back({TextOf(page, "url"),
                     TextOf(page, "next"),
                     {TextOf(page, "etag"), TextOf(page, "last_modified")}});
  }
  return pages;
}

}  // namespace

const KnownPage* ListCursor::Find(std::string_view url) const {
  for (const KnownPage& page : pages) {
    if (page.url == url) return &page;
  }
  return nullptr;
}

std::string ListCursor::ToText() const {
  ObjectText object;
  object.Add("since", since);
  object.Add("next", next);
  if (done > 0) object.AddRaw("done", std::to_string(done));
  object.Add("high", high);
  object.Add("root", root);
  object.Add("identity", identity);
  if (!pages.empty()) object.AddRaw("pages", PagesText(pages));
  if (!passing.empty()) object.AddRaw("passing", PagesText(passing));
  object.Add("digest", digest);
  ObjectText own;
  for (const auto& [key, value] : extra) own.Add(key, value);
  if (!extra.empty()) object.AddRaw("extra", own.Finish());
  return object.Finish();
}

Result<ListCursor> ListCursor::FromText(std::string_view text) {
  ListCursor cursor;
  if (text.empty()) return cursor;
  JsonDocument document;
  LEARNSQL_TRY_SET(const JsonNode object, document.Parse(text));
  if (!object.is_object()) {
    return Status(Code::kCorrupt, "the ledger's cursor is no JSON object");
  }
  cursor.since = TextOf(object, "since");
  cursor.next = TextOf(object, "next");
  cursor.done = static_cast<uint64_t>(object.Find("done").int64().value_or(0));
  cursor.high = TextOf(object, "high");
  cursor.root = TextOf(object, "root");
  cursor.identity = TextOf(object, "identity");
  cursor.pages = PagesOf(object.Find("pages"));
  cursor.passing = PagesOf(object.Find("passing"));
  cursor.digest = TextOf(object, "digest");
  for (const JsonMember& own : object.Find("extra").members()) {
    cursor.extra[std::string(own.key)] = own.value.text();
  }
  return cursor;
}

}  // namespace learnsql
