#pragma once

#include <cstdint>
#include <string>

#include "connectors/gharchive/event_normalizer.h"
#include "engine/base/status.h"
#include "engine/load/row_sink.h"

namespace learnsql {

class CancelFlag;

// Reads one file of events, gzip or plain, of any era, into `sink`; inflates
// in a thread of its own if told.
// Errors: kCorrupt with the compressed offset when the file is not whole;
// kCancelled; those of the sink.
Status ReadEvents(const std::string& path, const EventOptions& options,
                  const CancelFlag* cancel, RowSink* sink,
                  bool inflate_ahead = true);

// The record that begins at `offset` of what the file decodes to.
// Errors: kNotFound when no record begins there; those of ReadEvents.
Result<std::string> ReadRecordAt(const std::string& path, uint64_t offset,
                                 const CancelFlag* cancel);

}  // namespace learnsql
