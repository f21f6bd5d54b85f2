#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "engine/base/status.h"
#include "engine/load/source.h"

namespace learnsql::bench {

// Hours of made-up events, as rows and not as files: the same for the same
// numbers on every machine. People, repositories and organisations are as many
// as the events of an hour ask for, and come again as GitHub's do; whoever comes
// later has a greater id. One event in 500 is a copy of one of the hour before,
// one account in 2,000 has another name from the fortieth hour on.
//
// Threads: as Source.
// Memory:  one event.
class EventSource final : public Source {
 public:
  // Hours are counted from 2025-06-01T00.
  EventSource(uint64_t events_an_hour, int64_t hours)
      : events_(events_an_hour), hours_(hours) {}

  std::string_view name() const override { return "gharchive"; }
  Result<std::vector<Slice>> Slices(const Window& window) override;
  bool IsDue(const SliceRecord& known) override;
  Result<Landed> Fetch(const SliceRecord& known,
                       const LandingProgress& progress) override;
  Status Read(const Slice& slice, const std::string& path,
              RowSink* sink) override;
  void Done(const Slice&, const std::string&) override {}

 private:
  uint64_t events_;
  int64_t hours_;
};

}  // namespace learnsql::bench
