#pragma once

#include <cstdint>
#include <string>

#include "connectors/decode/json_node.h"
#include "engine/base/status.h"
#include "engine/load/row_sink.h"

namespace learnsql {

// Stores whole payloads in compressed blocks, some hundred events each: as text
// in the rows they would be nine tenths of the table, and every scan would read
// past them. sql/raw/gharchive.sql has the format.
//
// Threads:  one thread at a time.
// Lifetime: borrows the sink.
// Memory:   a block of 256 KiB, or one payload.
class PayloadBlocks {
 public:
  // Not `enabled`, it does nothing.
  PayloadBlocks(RowSink* sink, bool enabled) : sink_(sink), on_(enabled) {}

  Status Open();
  // `payload` is JSON, or null for an event without.
  Status Add(const RecordPlace& place, const Value& payload);
  // Stores what waits; at the end of the stream.
  Status Flush();

 private:
  RowSink* sink_;
  bool on_;
  int table_ = 0;
  std::string lines_;
  RecordPlace first_;
  uint64_t last_offset_ = 0;
};

// Stores the commits of pushes, of every era.
//
// Threads and lifetime: as PayloadBlocks.
class PushCommits {
 public:
  PushCommits(RowSink* sink, bool enabled) : sink_(sink), on_(enabled) {}

  Status Open();
  Status Add(const RecordPlace& place, const Value& event_id, JsonNode payload);

 private:
  Status AddCommit(const RecordPlace& place, const Value& event_id,
                   int64_t position, JsonNode commit);

  RowSink* sink_;
  bool on_;
  int table_ = 0;
};

}  // namespace learnsql
