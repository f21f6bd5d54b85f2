#pragma once

#include <cstdint>
#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "connectors/codetrack/leetcode.h"
#include "connectors/codetrack/roster.h"
#include "connectors/rest/list_cursor.h"
#include "connectors/rest/page_file.h"
#include "connectors/rest/rest_client.h"
#include "engine/load/source.h"

namespace learnsql {

struct CodetrackOptions {
  RestOptions rest;  // base_url, clock, cancel
  std::string roster;
  std::string leetcode_url;
  bool submissions = true;  // of learners with a leetcode_id
  // Lets Codetrack ask LeetCode for each learner before totals are read. It
  // writes there, so it is done only for who asks for it.
  bool refresh = false;
  // What people should know of a list, such as that there is no new week.
  std::function<void(const std::string&)> on_note = nullptr;
  std::string landing_dir;
  bool keep_landing = true;
};

// Codetrack: the roster file, weekly points and commits, totals, and what
// LeetCode says of solved problems. Objects: roster, scores, commits, profiles,
// submissions; a slice is what came since the last one; README.md has the
// rules.
//
// Threads: as Source says.
class CodetrackSource final : public Source {
 public:
  explicit CodetrackSource(CodetrackOptions options);

  std::string_view name() const override { return "codetrack"; }
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
  struct Pass;

  Result<Landed> FetchRoster(const SliceRecord& known);
  Status RunPass(const std::vector<RosterLearner>& learners, Pass* pass);
  Status FetchWeeks(const RosterLearner& learner, Pass* pass);
  Status FetchProfile(const RosterLearner& learner, Pass* pass);
  Status FetchSubmissions(const RosterLearner& learner, Pass* pass);
  Status Refresh(const RosterLearner& learner, Pass* pass);
  Result<RestPage> Get(const std::string& path);
  Status Conclude(const Roster& roster, Pass* pass);

  int64_t now() const;
  void Note(const std::string& text) const;
  std::string PathOf(const Slice& slice) const {
    return options_.landing_dir + "/" + slice.name;
  }

  CodetrackOptions options_;
  RestClient client_;
  LeetcodeClient leetcode_;
  std::string from_;  // of `sync --from`: history is read again from that day
};

}  // namespace learnsql
