#pragma once

#include <memory>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "connectors/queries/query_slices.h"
#include "connectors/trino/trino_client.h"
#include "connectors/trino/trino_query.h"
#include "engine/load/source.h"

namespace learnsql {

// The queries of connectors/trino/queries, which come with the program.
std::span<const BuiltinQuery> BuiltinTrinoQueries();

struct TrinoSourceOptions {
  std::string name;          // "trino.history"
  std::string table_prefix;  // "raw_learning_roi__": in front of a query's name
  std::vector<QueryFile> queries;
  QuerySlicesOptions slices;
  TrinoClientOptions client;
  std::string landing_dir;
  bool keep_landing = false;
  const CancelFlag* cancel = nullptr;  // may be null
};

// Tables of a Trino server, one query each. A query that fails for what may
// pass is asked anew, from its first page.
//
// Threads: as Source says. Asks one query at a time.
class TrinoSource final : public Source {
 public:
  explicit TrinoSource(TrinoSourceOptions options);
  ~TrinoSource() override;

  std::string_view name() const override { return options_.name; }
  Result<std::vector<Slice>> Slices(const Window& window) override {
    return slices_.Slices(options_.name, window);
  }
  bool IsDue(const SliceRecord& known) override { return slices_.IsDue(known); }
  Result<Landed> Fetch(const SliceRecord& known,
                       const LandingProgress& progress) override;
  Result<std::string> FindRecord(const SliceRecord& known,
                                 uint64_t source_offset) override;
  // Asks who we are, then each `table` of the queries for one row.
  Result<std::vector<SourceAnswer>> Connect() override;
  int64_t recheck_seconds() const override { return slices_.recheck_seconds(); }
  Status Read(const Slice& slice, const std::string& path,
              RowSink* sink) override;
  void Done(const Slice& slice, const std::string& path) override;

 private:
  Result<TrinoClient*> Client();
  std::string PathOf(const Slice& slice) const;
  Status Bring(const TrinoStatement& statement, const std::string& path,
               const LandingProgress& progress);
  Status AskForOne(const std::string& sql, std::string* text);

  TrinoSourceOptions options_;
  QuerySlices slices_;
  std::unique_ptr<TrinoClient> client_;  // made when it is needed first
};

// Reads the pages of one result into `table`.
// Errors: kCorrupt, kNetwork with the byte for what is not whole; kCorrupt for
// a result without columns; those of the sink; kCancelled.
Status ReadTrinoFile(const std::string& path, std::string_view table,
                     const CancelFlag* cancel, RowSink* sink);

}  // namespace learnsql
