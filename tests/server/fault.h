#pragma once

#include <cstdint>
#include <string>
#include <string_view>

#include "engine/base/status.h"

namespace learnsql {

// What goes wrong when a path is asked for. README.md has the table.
struct Fault {
  enum Kind {
    kCut,            // right Content-Length, the body ends after `number` bytes
    kLong,           // Content-Length is `number` bytes more than the body
    kShort,          // Content-Length, and the body, lack `number` bytes
    kChunkedCut,     // chunked, the connection ends after `number` bytes
    kGzipCut,        // the file is `number` bytes of itself, whole in itself
    kEncodedCut,     // same, and the response says Content-Encoding: gzip
    kEncoded,        // the file, with Content-Encoding: gzip
    kPage,           // 200 with an XML error page
    kStatus,         // status `number`; Retry-After as `text` says
    kSlow,           // one byte each `number` ms
    kEndless,        // chunked, and never the last chunk
    kRedirect,       // status `number` to `text`
    kChange,         // another version of the file, cut after `number` bytes
    kIgnoreRange,    // 200 with the whole file for a Range
    kIgnoreIfRange,  // 206 with the rest of the file, whatever If-Range says
    kWrongRange,     // 206 that begins one byte later than asked for
    kWeakEtag,       // the ETag is W/"..."
    kWrongEtag,      // the ETag is an MD5, but not the body's
    kNoLength,       // neither Content-Length nor chunks: ends with the
                     // connection
    kBomb,           // gzip of `number` MiB of zeros
    kEncodedBomb,    // same, with Content-Encoding: gzip
    kEcho,           // 500 that shows the request's headers and URL
  };

  Kind kind = kStatus;
  uint64_t number = 0;
  std::string text = {};
  int times = -1;  // how many requests it befalls; -1: all
};

// "KIND[:ARGUMENT][*TIMES]", as in "cut:100*1", "503*3", "429:7", "429:+7"
// (as a date), "redirect307:http://127.0.0.1:81/x".
// Errors: kUsage, naming the kinds.
Result<Fault> ParseFault(std::string_view text);

}  // namespace learnsql
