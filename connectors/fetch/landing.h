#pragma once

#include <cstdint>
#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "connectors/fetch/http.h"
#include "engine/base/status.h"

namespace learnsql {

enum class FetchKind {
  kFetched,      // the file is there, whole, at `path`
  kNotModified,  // it is still the one with the given ETag
  kNotFound,     // the source has no such file (404, or no file of that name)
};

struct Fetched {
  FetchKind kind = FetchKind::kFetched;
  std::string path;           // empty when there is no file on this machine
  uint64_t bytes = 0;         // of the file at `path`
  std::string sha256;         // hex; empty for a local file: see Sha256OfFile
  std::string etag;           // as sent; "SIZE-MTIME" for a local file
  std::string last_modified;  // as sent; "YYYY-MM-DDTHH:MM:SSZ" if local
  int attempts = 0;           // 0 for a local file
  int http_status = 0;        // 0 for a local file
  uint64_t wire_bytes = 0;    // of this call; fewer than bytes when it resumed
};

// Bytes of the file that are here, and how many it will have where that is
// known. Called for every piece that comes in: be quick.
using FetchProgress =
    std::function<void(uint64_t bytes, std::optional<uint64_t> total)>;

enum class FetchExpect {
  kAnything,
  kGzip,  // begins with 1f 8b
};

struct FetchRequest {
  // Relative to the base, slashes allowed: "2015-01-01-0.json.gz".
  std::string name;
  // The ETag that an earlier Fetched had, or empty.
  std::string previous_etag = {};
  FetchExpect expect = FetchExpect::kAnything;
  FetchProgress progress = nullptr;
};

struct FetcherOptions {
  // "https://data.gharchive.org", "file:///data/hours", "/data/hours" or
  // "data/hours".
  std::string base;
  // Where downloaded files go; made when missing. Not used by a local base.
  std::string landing_dir;
  std::vector<HttpCredential> credentials = {};
  // Left free on the disk of landing_dir, besides the file itself.
  uint64_t spare_bytes = 64ULL << 20;
  HttpOptions http = {};
};

// Brings the files of a source to this machine, whole or not at all.
//
// A file from a server is written to NAME.part and gets its name only when its
// length, its MD5 (where the ETag is one) and its first bytes are right and it
// is safely on the disk. What was there when a download broke is kept together
// with its ETag, and the next call, of this or a later process, goes on from
// there. A file of a local base is read in place: `path` points to it.
//
// Threads:  one thread at a time; several Fetchers may share a landing_dir.
// Lifetime: borrows what options.http points to.
// Memory:   some 200 KiB, whatever the size of the file.
class Fetcher {
 public:
  explicit Fetcher(FetcherOptions options);
  ~Fetcher();
  Fetcher(Fetcher&&) noexcept;
  Fetcher& operator=(Fetcher&&) noexcept;

  // Errors: those of HttpClient::Send (404 is no error here), and
  //   kInvalid   a name that leaves the landing folder, a base that is no URL
  //   kNotFound  a local base that does not exist
  //   kBusy      another process is fetching the same file
  //   kCorrupt   a file that is not what the request expects, or whose MD5 is
  //              not its ETag
  //   kIo        the disk: no space, no right to write
  // The landed file of that name, if there was one, is then as before.
  Result<Fetched> Fetch(const FetchRequest& request);

  // What each attempt of the last Fetch did; empty for a local base.
  const std::vector<HttpRecord>& records() const;

  // The base is a directory of this machine.
  bool is_local() const;

 private:
  class Impl;
  std::unique_ptr<Impl> impl_;
};

}  // namespace learnsql
