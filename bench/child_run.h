#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "engine/base/status.h"

namespace learnsql::bench {

// What one run of a program cost.
struct Cost {
  double seconds = 0;         // by the clock
  double cpu_seconds = 0;     // of all its threads, the kernel's part included
  double peak_megabytes = 0;  // of resident memory; 10^6 bytes
  uint64_t most_wal_bytes = 0;  // the longest that the watched log was
};

struct ChildOptions {
  std::string input;      // a file for its standard input; empty: nothing
  std::string watch_wal;  // a database whose -wal is looked at; empty: none
};

// Runs a program to its end, with its output thrown away.
// Errors: kIo when it cannot be started; kInvalid, with what it wrote to its
// standard error, when it ends with anything but 0.
Result<Cost> RunChild(const std::vector<std::string>& command,
                      const ChildOptions& options = {});

}  // namespace learnsql::bench
