#pragma once

#include <memory>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "connectors/kusto/kusto_client.h"
#include "connectors/queries/query_file.h"
#include "connectors/queries/query_slices.h"
#include "engine/load/source.h"

namespace learnsql {

// The queries of connectors/kusto/queries, which come with the program.
std::span<const BuiltinQuery> BuiltinKustoQueries();

// Errors: those of ParseQueryFile, and kInvalid for a query without a database,
// or whose declared parameters do not fit how it is cut.
Result<QueryFile> ParseKustoQuery(const std::string& path,
                                  std::string_view text);

struct KustoSourceOptions {
  std::string name;          // "kusto.gh"
  std::string table_prefix;  // "raw_learning_roi__": in front of a query's name
  std::vector<QueryFile> queries;
  QuerySlicesOptions slices;
  KustoClientOptions client;
  std::unique_ptr<TokenSource> tokens;
  std::string landing_dir;
  bool keep_landing = false;
  const CancelFlag* cancel = nullptr;  // may be null
};

// Tables of a cluster, one query each. A result beyond the truncation limits is
// asked for in smaller stretches of time, then in parts by hash; a slice is
// there when all of its parts are.
//
// Threads: as Source says. Asks one query at a time.
class KustoSource final : public Source {
 public:
  explicit KustoSource(KustoSourceOptions options);
  ~KustoSource() override;

  std::string_view name() const override { return options_.name; }
  Result<std::vector<Slice>> Slices(const Window& window) override {
    return slices_.Slices(options_.name, window);
  }
  bool IsDue(const SliceRecord& known) override { return slices_.IsDue(known); }
  Result<Landed> Fetch(const SliceRecord& known,
                       const LandingProgress& progress) override;
  Result<std::string> FindRecord(const SliceRecord& known,
                                 uint64_t source_offset) override;
  Result<std::vector<SourceAnswer>> Connect() override;
  int64_t recheck_seconds() const override { return slices_.recheck_seconds(); }
  Status Read(const Slice& slice, const std::string& path,
              RowSink* sink) override;
  void Done(const Slice& slice, const std::string& path) override;

 private:
  class Fetching;

  Result<KustoClient*> Client();
  std::string PathOf(const Slice& slice) const;

  KustoSourceOptions options_;
  QuerySlices slices_;
  std::unique_ptr<KustoClient> client_;  // made when it is needed first
};

// Reads a file of replies into `table`. Each reply has one table of results,
// and all of them the same columns.
// Errors: kCorrupt, kNetwork with the byte for what is not whole; those of the
// sink; kCancelled.
Status ReadKustoFile(const std::string& path, std::string_view table,
                     const CancelFlag* cancel, RowSink* sink);

}  // namespace learnsql
