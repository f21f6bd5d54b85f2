#pragma once

#include <cstdint>
#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "connectors/decode/json_cursor.h"
#include "connectors/fetch/http.h"
#include "connectors/fetch/reply_file.h"
#include "connectors/trino/trino_value.h"
#include "engine/base/status.h"

namespace learnsql {

class CancelFlag;
class Clock;

// What the server says went wrong with a statement.
struct TrinoFault {
  std::string name;     // "SYNTAX_ERROR"
  std::string type;     // "USER_ERROR", "EXTERNAL", ...
  std::string message;  // begins with "line 1:15: " where there is a place
  std::optional<int64_t> line;
  std::optional<int64_t> column;
  // The same statement may succeed later.
  bool may_pass() const;
};

// One page of a result, its rows counted and passed over.
struct TrinoPage {
  std::string query_id;
  std::string next_uri;  // empty: the last page
  std::optional<std::vector<TrinoColumn>> columns;
  uint64_t rows = 0;
  std::string state;              // for people only
  std::optional<double> percent;  // done, of 100
  std::optional<TrinoFault> fault;
  std::string update_type;
};

// Errors: kNetwork for a page that is cut, kCorrupt for what is none, kInvalid
// for data in a form that is not read here (spooled segments): never "0 rows".
Result<TrinoPage> ReadTrinoPage(JsonCursor* cursor);

// Reads the same page once more and hands out its rows.
Status ReadTrinoRows(JsonCursor* cursor,
                     const std::function<Status(const JsonTaken& row)>& take);

struct TrinoClientOptions {
  std::string url;  // "https://trino.example.org:8443"
  std::string user;
  std::string catalog;
  std::string schema;
  // At most one of them; sent over https, or to this machine, only.
  Secret password;
  Secret bearer;
  std::vector<std::pair<std::string, std::string>> session = {};
  HttpOptions http = {};
  Clock* clock = nullptr;              // default: the machine's
  const CancelFlag* cancel = nullptr;  // may be null
};

struct TrinoStatement {
  std::string sql;
  // Literals for its question marks: "date '2026-01-01'".
  std::vector<std::string> arguments = {};
};

// The statement only reads, so that it may be sent twice: its first word is
// select, with, show, describe or values.
bool ReadsOnly(std::string_view sql);

struct TrinoResult {
  std::string query_id;
  std::vector<TrinoColumn> columns;
  uint64_t rows = 0;
  std::string update_type;
};

// Called for each page: how much is done, of 100; bytes of the file so far.
using TrinoProgress =
    std::function<void(std::optional<double> percent, uint64_t bytes)>;

// A Trino server. Runs one statement at a time to its last page; whatever ends
// it before cancels it on the server. One that only reads and fails for what
// may pass is sent up to three times. What replies say of the session (catalog,
// schema, properties, ...) holds for the next statement.
//
// Threads:  one thread at a time.
// Lifetime: borrows what the options point to.
// Memory:   some 100 KiB, whatever the size of a result.
class TrinoClient {
 public:
  // Errors: kInvalid for an address or a user that cannot be.
  static Result<TrinoClient> Open(TrinoClientOptions options);
  TrinoClient(TrinoClient&&) noexcept;
  ~TrinoClient();

  // Keeps every page in the file, one behind the other.
  // Errors: kInvalid for what the server refuses, with its own place (line and
  // column of the statement); kNetwork for what may pass; kNotFound when the
  // server has lost the query; kCorrupt for what is no page; kCancelled; kIo.
  Result<TrinoResult> Run(const TrinoStatement& statement, ReplyFile* file,
                          const TrinoProgress& progress);

 private:
  class Impl;
  explicit TrinoClient(std::unique_ptr<Impl> impl);
  std::unique_ptr<Impl> impl_;
};

}  // namespace learnsql
