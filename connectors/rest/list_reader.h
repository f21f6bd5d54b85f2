#pragma once

#include <cstdint>
#include <string>

#include "connectors/decode/json_node.h"
#include "connectors/rest/list_cursor.h"
#include "connectors/rest/page_file.h"
#include "connectors/rest/rest_client.h"
#include "engine/base/status.h"

namespace learnsql {

// How a list says where its next page is.
struct Paging {
  enum class Kind {
    kLink,    // Link: <...>; rel="next"
    kNumber,  // `parameter` counts pages from 1, until one is short
    kCursor,  // `member` of the envelope is the next value of `parameter`
  };
  Kind kind = Kind::kLink;
  std::string parameter = {};  // "page", "cursor"
  std::string member = {};     // "next_cursor", "meta.next"
  uint64_t page_size = 0;      // kNumber: a shorter page is the last; 0: an
                               // empty one is
};

// A list of an API, and what its order promises.
struct ListSpec {
  std::string root;            // "/repos/o/r": what a 301 may replace
  std::string path;            // "/pulls": what stays behind it; may be empty
  std::string query;           // "state=all&per_page=100"
  std::string items_key = {};  // of an envelope: "workflow_runs"
  Paging paging = {};

  // Where the time of an item stands: "updated_at", "commit.committer.date".
  // Times are UTC and compare as text. Empty: items have none. One that cannot
  // be read or is still to come takes its item in and moves no watermark.
  std::string time_path = {};
  // The query parameter by which the server leaves out what is older.
  std::string since_parameter = {};
  // Read again so much before the watermark: clocks differ, and pages are not
  // made in one moment. Seconds.
  int64_t overlap_s = 60;
  // The newest come first by this time; a pass ends at the first item that is
  // older than the watermark less `lookback_s`. Empty: it reads to the end.
  std::string order_path = {};
  int64_t lookback_s = 60;
  // What changed stands on the first page: when that is unchanged, all is.
  bool first_page_tells = false;
  // Only all pages together mean something: who is not listed has left. Such a
  // list is read whole, within one slice.
  bool whole = false;
  // Where the first pass begins; empty: at the beginning.
  std::string start = {};
};

// What is done with the items of a list as they come.
class ListHandler {
 public:
  virtual ~ListHandler() = default;

  // Before the items of each page; what belongs above them in the file.
  virtual Status OnPage(const std::string& url, PageFile* out) = 0;
  // May ask the same client for more, such as the reviews of a pull request.
  virtual Status OnItem(JsonNode item, PageFile* out) = 0;
};

struct ListOutcome {
  enum class Kind {
    kRows,       // the file has what is new, perhaps nothing of a new list
    kUnchanged,  // nothing is new; the cursor may still have moved
    kAbsent,     // 404: not there, or not visible
    kBlocked,    // 451
  };
  Kind kind = Kind::kRows;
  bool more = false;  // the pass goes on where the cursor says
  std::string note;   // what the server said, for people; empty: nothing
};

// Reads on where `cursor` stands: begins a pass over the list or goes on with
// one, until the list ends or `max_requests` were sent (not for whole lists),
// and moves the cursor. Pages that the server calls unchanged cost nothing and
// are skipped; of a whole list, all are read as soon as one changed. Items
// that are older than the watermark less the overlap are in already.
// On any error the cursor is not to be used.
// Errors: the client's, the handler's; kCorrupt for a list that leads in a
// circle.
Result<ListOutcome> ReadList(RestClient* client, const ListSpec& spec,
                             uint64_t max_requests, ListHandler* handler,
                             ListCursor* cursor, PageFile* out);

// The node at a dotted path: "commit.committer.date".
JsonNode FindPath(JsonNode node, std::string_view path);

// `time` ("2021-01-01T00:00:00Z") less `seconds`; as it is when it cannot be
// read.
std::string TimeBefore(const std::string& time, int64_t seconds);

}  // namespace learnsql
