#pragma once

#include <cstdint>
#include <string>
#include <string_view>

#include "connectors/decode/json_node.h"
#include "connectors/decode/json_stream.h"
#include "connectors/fetch/private_file.h"
#include "engine/base/sha256.h"
#include "engine/base/status.h"
#include "engine/load/row_sink.h"

namespace learnsql {

class CancelFlag;

// What one slice of an API brought, as a file: a line for each page that says
// where it is from, {"_page":{...}}, and below it a line for each of its items,
// without white space. Only its owner may read it, and it gets its name when it
// is whole.
//
// Threads: one thread at a time.
class PageFile {
 public:
  // Makes the folders of `path`. Errors: kIo.
  static Result<PageFile> Create(const std::string& path);
  PageFile(PageFile&&) noexcept = default;
  PageFile& operator=(PageFile&&) = delete;
  ~PageFile() = default;  // what did not get its name goes

  // `members` is what stands between { and }: "\"list\":\"commits\"".
  Status AddPage(std::string_view members);
  Status AddItem(JsonNode item);
  // Empties it.
  Status Restart();

  uint64_t items() const { return items_; }
  bool empty() const { return file_.size() == 0; }
  // Of the items alone: the same list gives the same digest whenever it is
  // read. Starts anew; call once.
  std::string ItemsDigest() { return items_hash_.FinishHex(); }

  struct Landed {
    std::string path;
    uint64_t bytes = 0;
    std::string sha256;
  };
  Result<Landed> Commit();

 private:
  PageFile(std::string path, PrivateFile file)
      : path_(std::move(path)), file_(std::move(file)) {}
  Status WriteLine(std::string_view line);

  std::string path_;
  PrivateFile file_;
  std::string line_;
  Sha256 hash_;
  Sha256 items_hash_;
  uint64_t items_ = 0;
};

// What a reader of such a file makes of it.
class PageFileVisitor {
 public:
  virtual ~PageFileVisitor() = default;

  // `page` holds until the call returns.
  virtual Status OnPage(JsonNode page, const RecordPlace& place) = 0;
  virtual Status OnItem(const JsonItem& item) = 0;
};

// Reads a page file: lines that say where a page is from count as between the
// records, damaged ones become rejects, and the sums go to the sink.
// Errors: kNotFound, kIo, kCancelled; the visitor's.
Status ReadPageFile(const std::string& path, const CancelFlag* cancel,
                    PageFileVisitor* visitor, RowSink* sink);

// The line that begins at `offset` of a page file.
// Errors: kNotFound when there is none.
Result<std::string> ReadPageLine(const std::string& path, uint64_t offset);

}  // namespace learnsql
