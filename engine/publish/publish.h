#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "engine/base/status.h"
#include "engine/model/project.h"
#include "engine/publish/compress.h"
#include "engine/publish/edition.h"
#include "engine/publish/published_file.h"

namespace learnsql {

class CancelFlag;

struct PublishOptions {
  Edition edition;
  size_t keep = 3;  // files of before that stay, as FILE.1, FILE.2, ...
  Compression compression = Compression::kNone;
  PublishProgress progress;
  const CancelFlag* cancel = nullptr;  // borrowed
};

// What was looked for in the finished file, and not found.
struct LeakProof {
  uint64_t values = 0;               // looked for, each once a column
  uint64_t too_short = 0;            // not looked for
  std::vector<std::string> columns;  // "raw_x.email": whose values they are
};

struct PublishReport {
  PublishedFileReport file;
  LeakProof proof;
  std::string sha256;  // of the file's bytes
  uint64_t bytes = 0;
  // The file that was there has these very bytes: it stays, and so do those of
  // before.
  bool unchanged = false;
};

// Writes a verified file to send: a file beside `path` is written, checked and
// looked through, and takes its place in one step. Whatever fails, `path` stays
// as it was.
// Errors: as PlanPublish and WritePublishedFile; kGate when a value that the
// edition drops or hashes stands in the file all the same; kInvalid when a
// warehouse is at `path`; kBusy when another process publishes there; kIo.
Result<PublishReport> Publish(const std::string& warehouse, const ModelSet& set,
                              const std::string& path,
                              const PublishOptions& options);

// Whether a published file is what it was: its .sha256 where there is one,
// SQLite's own checks and its content hashes.
// Errors: kCorrupt and kConstraint say what differs; kInvalid for a file that
// was not published.
Status VerifyPublished(const std::string& path, const CancelFlag* cancel);

}  // namespace learnsql
