#pragma once

#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "connectors/github/github_lists.h"
#include "connectors/rest/rest_client.h"
#include "engine/load/source.h"

namespace learnsql {

struct GithubOptions {
  // base_url, credentials, limits, clock and cancel; the headers that GitHub
  // wants are added.
  RestOptions rest;
  std::vector<std::string> organizations;  // "gooddata"
  std::vector<std::string> repositories;   // "gooddata/gooddata-python-sdk"
  bool reviews = true;                     // of every changed pull request
  bool jobs = true;                        // of every changed run
  bool copilot = false;  // of every organisation; needs a right of its own
  bool keep_items = true;
  // Where lists with times begin, "2021-01-01T00:00:00Z"; empty: all of them.
  std::string start;
  std::string landing_dir;
  bool keep_landing = true;
};

// GitHub's REST API: members of organisations, and of repositories themselves,
// commits, pull requests with reviews, workflow runs with jobs. A slice is what
// came since the last one of its list; connectors/rest has the rules.
//
// Threads: as Source says.
class GithubSource final : public Source {
 public:
  // Errors: kInvalid for names that are none.
  static Result<std::unique_ptr<GithubSource>> Make(GithubOptions options);

  std::string_view name() const override { return "github"; }
  Result<std::vector<Slice>> Slices(const Window& window) override;
  bool IsDue(const SliceRecord& known) override;
  Result<Landed> Fetch(const SliceRecord& known,
                       const LandingProgress& progress) override;
  std::optional<Slice> Following(const Slice& slice) override;
  Result<std::string> FindRecord(const SliceRecord& known,
                                 uint64_t source_offset) override;
  Status Read(const Slice& slice, const std::string& path,
              RowSink* sink) override;
  void Done(const Slice& slice, const std::string& path) override;

 private:
  explicit GithubSource(GithubOptions options);
  std::vector<GithubObject> Objects() const;
  std::string PathOf(const Slice& slice) const {
    return options_.landing_dir + "/" + slice.name;
  }

  GithubOptions options_;
  RestClient client_;
  // Of `sync --from`: lists are read again from there.
  std::string from_;
};

}  // namespace learnsql
