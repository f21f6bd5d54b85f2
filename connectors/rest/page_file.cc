#include "connectors/rest/page_file.h"

#include <fstream>

#include "connectors/decode/read_ahead.h"
#include "engine/base/byte_source.h"
#include "engine/base/cancel.h"

namespace learnsql {
namespace {

constexpr std::string_view kPageKey = "_page";

std::span<const std::byte> BytesOf(std::string_view text) {
  return std::as_bytes(std::span(text.data(), text.size()));
}

}  // namespace

Result<PageFile> PageFile::Create(const std::string& path) {
  LEARNSQL_TRY_SET(PrivateFile file, PrivateFile::Create(path));
  return PageFile(path, std::move(file));
}

Status PageFile::Restart() {
  hash_ = Sha256();
  items_hash_ = Sha256();
  items_ = 0;
  return file_.Truncate(0);
}

Status PageFile::WriteLine(std::string_view line) {
  hash_.Update(BytesOf(line));
  return file_.Write(line);
}

Status PageFile::AddPage(std::string_view members) {
  line_ =
      "{\"" + std::string(kPageKey) + "\":{" + std::string(members) + "}}\n";
  return WriteLine(line_);
}

Status PageFile::AddItem(JsonNode item) {
  line_.clear();
  item.AppendMinified(&line_);
  line_.push_back('\n');
  ++items_;
  items_hash_.Update(BytesOf(line_));
  return WriteLine(line_);
}

Result<PageFile::Landed> PageFile::Commit() {
  LEARNSQL_TRY(file_.Commit());
  return Landed{path_, file_.size(), hash_.FinishHex()};
}

namespace {

// Lines that say where a page is from, taken out of the sums of the records.
struct PageLines {
  uint64_t count = 0;
  uint64_t bytes = 0;
};

Status Visit(const JsonItem& item, PageFileVisitor* visitor, RowSink* sink,
             PageLines* pages) {
  if (item.kind == JsonItem::Kind::kReject) {
    return sink->Reject({.place = {item.offset, item.line},
                         .reason = item.reject->reason,
                         .detail = item.reject->detail,
                         .column = {},
                         .bytes = item.text,
                         .length = item.length,
                         .sha256 = item.reject->sha256});
  }
  const JsonNode page = item.root.Find(kPageKey);
  if (!page.is_object() || item.root.size() != 1) return visitor->OnItem(item);
  ++pages->count;
  pages->bytes += item.length;
  return visitor->OnPage(page, {item.offset, item.line});
}

}  // namespace

Status ReadPageFile(const std::string& path, const CancelFlag* cancel,
                    PageFileVisitor* visitor, RowSink* sink) {
  LEARNSQL_TRY_SET(FileSource file, FileSource::Open(path));
  ReadAhead ahead(&file, {.threaded = false}, cancel);
  JsonStream stream(&ahead,
                    {.max_record = 64 << 20, .record_starts = {R"({")"}});
  PageLines pages;
  while (true) {
    LEARNSQL_TRY_SET(const JsonItem item, stream.Next());
    if (item.kind == JsonItem::Kind::kEnd) break;
    LEARNSQL_TRY(Visit(item, visitor, sink, &pages).At({path, item.line}));
  }
  const JsonTotals& totals = stream.totals();
  sink->Account({totals.bytes_decoded, totals.bytes_in_records - pages.bytes,
                 totals.bytes_rejected, totals.bytes_between + pages.bytes,
                 totals.records - pages.count});
  return {};
}

Result<std::string> ReadPageLine(const std::string& path, uint64_t offset) {
  std::ifstream file(path, std::ios::binary);
  file.seekg(static_cast<std::streamoff>(offset));
  std::string line;
  if (file && std::getline(file, line) && !line.empty()) return line;
  return Status(Code::kNotFound,
                "has no record at byte " + std::to_string(offset), {path});
}

}  // namespace learnsql
