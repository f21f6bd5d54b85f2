#include "connectors/fetch/landing.h"

#include <sys/stat.h>
#include <sys/statvfs.h>

#include <algorithm>
#include <cctype>
#include <cstdio>
#include <filesystem>
#include <span>
#include <vector>

#include "connectors/fetch/local_base.h"
#include "connectors/fetch/part_file.h"
#include "connectors/fetch/url.h"
#include "engine/base/byte_source.h"
#include "engine/base/cancel.h"

namespace learnsql {
namespace {

constexpr size_t kSniffBytes = 80;

// The ETag if it is strong (a Range may be tied to it) and one that can be
// sent back, else nothing.
std::string StrongEtag(const HttpResponse& head) {
  const std::string_view etag = head.Header("etag");
  const bool strong = etag.size() > 2 && etag.front() == '"' &&
                      etag.back() == '"' &&
                      std::all_of(etag.begin(), etag.end(),
                                  [](char c) { return c > 0x20 && c < 0x7f; });
  return strong ? std::string(etag) : std::string();
}

// S3's ETags of objects encrypted with other keys than its own look like MD5
// and are not.
bool EtagMayBeMd5(const HttpResponse& head) {
  return !head.Header("x-amz-server-side-encryption").starts_with("aws:") &&
         head.Find("x-amz-server-side-encryption-customer-algorithm") ==
             nullptr;
}

// The MD5 that a strong ETag of 32 hex digits is; empty for any other.
std::string Md5OfEtag(const std::string& strong_etag) {
  std::string md5 = strong_etag;
  if (md5.size() != 34) return {};
  md5 = md5.substr(1, 32);
  for (char& c : md5) {
    if (std::isxdigit(static_cast<unsigned char>(c)) == 0) return {};
    c = static_cast<char>(std::tolower(static_cast<unsigned char>(c)));
  }
  return md5;
}

struct ContentRange {
  uint64_t begin = 0;
  std::optional<uint64_t> total;
};

// "bytes 100-199/200"; the total may be "*".
std::optional<ContentRange> ParseContentRange(std::string_view text) {
  unsigned long long begin = 0;
  unsigned long long end = 0;
  unsigned long long total = 0;
  const std::string copy(text);
  const int read =
      std::sscanf(copy.c_str(), "bytes %llu-%llu/%llu", &begin, &end, &total);
  if (read < 2 || end < begin) return std::nullopt;
  ContentRange range{.begin = begin, .total = std::nullopt};
  if (read == 3) {
    if (end + 1 != total) return std::nullopt;  // not up to the end
    range.total = total;
  }
  return range;
}

Status CheckDiskSpace(const std::string& folder, uint64_t needed,
                      uint64_t spare) {
  struct statvfs disk;
  if (statvfs(folder.c_str(), &disk) != 0) return {};
  const uint64_t free = uint64_t{disk.f_bavail} * disk.f_frsize;
  if (free >= spare && free - spare >= needed) return {};
  return Status(Code::kIo, "the download needs " + std::to_string(needed) +
                               " bytes, and " + std::to_string(spare) +
                               " to spare, and the disk of " + folder +
                               " has " + std::to_string(free) +
                               " free: make room, or set landing elsewhere");
}

// Writes a body into a PartFile, from where the part is when the server plays
// along.
class LandingSink final : public BodySink {
 public:
  LandingSink(PartFile* part, const FetchRequest* request, std::string folder,
              uint64_t spare_bytes)
      : part_(part),
        request_(request),
        folder_(std::move(folder)),
        spare_bytes_(spare_bytes) {}

  Status Prepare(HttpRequest* request) override;
  Status Begin(const HttpResponse& head) override;
  Status Write(std::span<const std::byte> bytes) override;
  Status End() override;

 private:
  Status GoOn(const HttpResponse& head);
  Status StartOver(const HttpResponse& head);
  Status BeginAgain(const std::string& why);
  Status Sniff();

  PartFile* part_;
  const FetchRequest* request_;
  std::string folder_;
  uint64_t spare_bytes_;
  std::optional<uint64_t> total_;
  std::string md5_;
  bool asked_for_range_ = false;
  bool sniffed_ = false;
};

Status LandingSink::Prepare(HttpRequest* request) {
  asked_for_range_ = part_->bytes() > 0 && !part_->etag().empty();
  if (!asked_for_range_) return {};
  request->headers.push_back(
      {"Range", "bytes=" + std::to_string(part_->bytes()) + "-"});
  request->headers.push_back({"If-Range", part_->etag()});
  return {};
}

Status LandingSink::Begin(const HttpResponse& head) {
  sniffed_ = false;
  md5_.clear();
  if (head.status == 206) {
    LEARNSQL_TRY(GoOn(head));
  } else if (head.status == 200 || head.status == 203) {
    LEARNSQL_TRY(StartOver(head));
  } else {
    return Status(Code::kInvalid, "the answer holds no file");
  }
  if (!total_ || *total_ < part_->bytes()) return {};
  return CheckDiskSpace(folder_, *total_ - part_->bytes(), spare_bytes_);
}

// A 206: the rest of the file, if it is the rest of this one.
Status LandingSink::GoOn(const HttpResponse& head) {
  const std::optional<ContentRange> range =
      ParseContentRange(head.Header("content-range"));
  if (!asked_for_range_ || !range || range->begin != part_->bytes()) {
    return BeginAgain("the server sent another range than asked for");
  }
  const std::string_view etag = head.Header("etag");
  if (!etag.empty() && etag != part_->etag()) {
    return BeginAgain("the file changed during the download");
  }
  total_ = range->total;
  if (EtagMayBeMd5(head)) md5_ = Md5OfEtag(part_->etag());
  return {};
}

Status LandingSink::StartOver(const HttpResponse& head) {
  total_ = head.ContentLength();
  if (EtagMayBeMd5(head)) md5_ = Md5OfEtag(StrongEtag(head));
  return part_->Restart(StrongEtag(head));
}

// The next attempt finds an empty part and asks for the whole file.
Status LandingSink::BeginAgain(const std::string& why) {
  LEARNSQL_TRY(part_->Restart(""));
  return Status(Code::kNetwork, why);
}

Status LandingSink::Write(std::span<const std::byte> bytes) {
  LEARNSQL_TRY(part_->Write(bytes));
  // A page instead of a file is not worth the rest of the transfer.
  if (!sniffed_ && part_->bytes() >= kSniffBytes) LEARNSQL_TRY(Sniff());
  if (request_->progress) request_->progress(part_->bytes(), total_);
  return {};
}

Status LandingSink::Sniff() {
  sniffed_ = true;
  LEARNSQL_TRY_SET(const std::string first, part_->First(kSniffBytes));
  return CheckExpected(request_->expect, first);
}

Status LandingSink::End() {
  if (total_ && part_->bytes() != *total_) {
    return BeginAgain("the file should have " + std::to_string(*total_) +
                      " bytes, and " + std::to_string(part_->bytes()) +
                      " came");
  }
  LEARNSQL_TRY(Sniff());
  if (md5_.empty()) return {};
  const std::string md5 = part_->Md5Hex();
  if (md5 == md5_) return {};
  return BeginAgain("the MD5 of what came is " + md5 + ", and should be " +
                    md5_);
}

}  // namespace

class Fetcher::Impl {
 public:
  explicit Impl(FetcherOptions options);

  Result<Fetched> Fetch(const FetchRequest& request);
  const std::vector<HttpRecord>& records() const { return records_; }
  bool is_local() const { return directory_.has_value(); }

 private:
  Result<Fetched> FetchRemote(const FetchRequest& request);
  Result<HttpResponse> Download(const FetchRequest& request, PartFile* part);
  Result<HttpResponse> SendOnce(const FetchRequest& request, PartFile* part);
  Result<Fetched> Finish(const FetchRequest& request,
                         const HttpResponse& response, PartFile* part);

  FetcherOptions options_;
  Status base_error_;
  std::optional<std::string> directory_;
  HttpClient client_;
  std::vector<HttpRecord> records_;
};

Fetcher::Impl::Impl(FetcherOptions options)
    : options_(std::move(options)), client_(options_.http) {
  Result<std::optional<std::string>> directory =
      LocalDirectoryOf(options_.base);
  if (directory.ok()) {
    directory_ = std::move(directory).value();
  } else {
    base_error_ = directory.status();
  }
}

Result<Fetched> Fetcher::Impl::Fetch(const FetchRequest& request) {
  records_.clear();
  LEARNSQL_TRY(base_error_);
  LEARNSQL_TRY(CheckFetchName(request.name));
  if (directory_) return FetchLocal(*directory_, request);
  return FetchRemote(request);
}

Result<Fetched> Fetcher::Impl::FetchRemote(const FetchRequest& request) {
  const std::string path = options_.landing_dir + "/" + request.name;
  LEARNSQL_TRY_SET(PartFile part, PartFile::Open(path, options_.http.cancel));
  Result<HttpResponse> response = Download(request, &part);
  if (response.ok()) return Finish(request, *response, &part);
  // Bytes that are wrong are not worth going on from; a break is.
  if (response.status().code() == Code::kCorrupt) {
    part.Discard();
  } else {
    (void)part.Keep().ok();  // the first error is the one to tell
  }
  return response.status();
}

// A server may refuse the range that a part asks for (416): then from the
// beginning, once.
Result<HttpResponse> Fetcher::Impl::Download(const FetchRequest& request,
                                             PartFile* part) {
  LEARNSQL_TRY_SET(HttpResponse response, SendOnce(request, part));
  if (response.status != 416) return response;
  const int attempts = response.attempts;
  LEARNSQL_TRY(part->Restart(""));
  LEARNSQL_TRY_SET(response, SendOnce(request, part));
  response.attempts += attempts;
  if (response.status != 416) return response;
  return Status(Code::kNetwork, "GET " + response.url +
                                    ": HTTP 416: the server refuses the rest "
                                    "of what it sent; try again later");
}

Result<HttpResponse> Fetcher::Impl::SendOnce(const FetchRequest& request,
                                             PartFile* part) {
  LEARNSQL_TRY_SET(const Url base, Url::Parse(options_.base));
  LEARNSQL_TRY_SET(const Url url, base.Append(request.name));
  HttpRequest http;
  http.url = url.text();
  http.credentials = options_.credentials;
  // One from a local base is no ETag that a server would know.
  if (request.previous_etag.ends_with('"')) http.etag = request.previous_etag;
  http.answers = {404, 410, 416};
  LandingSink sink(part, &request, options_.landing_dir, options_.spare_bytes);
  Result<HttpResponse> response = client_.Send(http, &sink);
  records_.insert(records_.end(), client_.records().begin(),
                  client_.records().end());
  return response;
}

Result<Fetched> Fetcher::Impl::Finish(const FetchRequest& request,
                                      const HttpResponse& response,
                                      PartFile* part) {
  Fetched fetched;
  fetched.attempts = response.attempts;
  fetched.http_status = response.status;
  fetched.etag = response.Header("etag");
  fetched.last_modified = response.Header("last-modified");
  for (const HttpRecord& record : records_) {
    fetched.wire_bytes += record.wire_bytes;
  }
  const std::string path = options_.landing_dir + "/" + request.name;
  if (response.status == 404 || response.status == 410) {
    fetched.kind = FetchKind::kNotFound;
    part->Discard();
    return fetched;
  }
  if (response.status == 304) {
    fetched.kind = FetchKind::kNotModified;
    if (fetched.etag.empty()) fetched.etag = request.previous_etag;
    part->Discard();
    struct stat file;
    if (stat(path.c_str(), &file) != 0) return fetched;
    fetched.bytes = static_cast<uint64_t>(file.st_size);
  } else {
    if (fetched.etag.empty()) fetched.etag = part->etag();
    fetched.bytes = part->bytes();
    fetched.sha256 = part->Sha256Hex();
    LEARNSQL_TRY(part->Commit());
  }
  fetched.path = path;
  return fetched;
}

Fetcher::Fetcher(FetcherOptions options)
    : impl_(std::make_unique<Impl>(std::move(options))) {}
Fetcher::~Fetcher() = default;
Fetcher::Fetcher(Fetcher&&) noexcept = default;
Fetcher& Fetcher::operator=(Fetcher&&) noexcept = default;

Result<Fetched> Fetcher::Fetch(const FetchRequest& request) {
  return impl_->Fetch(request);
}

const std::vector<HttpRecord>& Fetcher::records() const {
  return impl_->records();
}

bool Fetcher::is_local() const { return impl_->is_local(); }

}  // namespace learnsql
