#include "tests/server/fault_server.h"

#include <httplib.h>
#include <strings.h>
#include <sys/stat.h>
#include <zlib.h>

#include <algorithm>
#include <atomic>
#include <chrono>
#include <cstdlib>
#include <deque>
#include <filesystem>
#include <fstream>
#include <map>
#include <mutex>
#include <optional>
#include <thread>

#include "engine/base/clock.h"
#include "engine/base/md5.h"
#include "tests/server/certificate.h"
#include "tests/server/replay.h"

namespace learnsql {
namespace {

using Bytes = std::shared_ptr<const std::string>;

constexpr size_t kPieceBytes = 64 << 10;
constexpr size_t kKeptByChange = 10;

std::string Md5Of(std::string_view bytes) {
  Md5 hash;
  hash.Update(std::as_bytes(std::span(bytes)));
  return hash.FinishHex();
}

// A version of a file.
struct File {
  Bytes bytes;
  std::string etag;
  int64_t modified = 0;
};

File MakeFile(std::string bytes, int64_t modified) {
  File file;
  file.etag = "\"" + Md5Of(bytes) + "\"";
  file.bytes = std::make_shared<const std::string>(std::move(bytes));
  file.modified = modified;
  return file;
}

std::string ZerosAsGzip(uint64_t mebibytes) {
  z_stream stream{};
  deflateInit2(&stream, 9, Z_DEFLATED, 15 + 16, 9, Z_DEFAULT_STRATEGY);
  std::string zeros(1 << 20, '\0');
  std::string packed;
  std::string buffer(kPieceBytes, '\0');
  for (uint64_t i = 0; i < mebibytes; ++i) {
    stream.next_in = reinterpret_cast<Bytef*>(zeros.data());
    stream.avail_in = static_cast<uInt>(zeros.size());
    const int flush = i + 1 == mebibytes ? Z_FINISH : Z_NO_FLUSH;
    do {
      stream.next_out = reinterpret_cast<Bytef*>(buffer.data());
      stream.avail_out = static_cast<uInt>(buffer.size());
      deflate(&stream, flush);
      packed.append(buffer, 0, buffer.size() - stream.avail_out);
    } while (stream.avail_out == 0);
  }
  deflateEnd(&stream);
  return packed;
}

std::string Page(std::string_view code, std::string_view path) {
  return "<?xml version='1.0' encoding='UTF-8'?><Error><Code>" +
         std::string(code) +
         "</Code><Message>What was asked for cannot be "
         "had.</Message><Details>" +
         std::string(path) + "</Details></Error>";
}

// The first byte that "bytes=N-" or "bytes=N-M" asks for, and the one after
// the last.
struct Range {
  size_t begin;
  size_t end;
};

std::optional<Range> ParseRange(const std::string& text, size_t size) {
  unsigned long long begin = 0;
  unsigned long long last = 0;
  const int read = std::sscanf(text.c_str(), "bytes=%llu-%llu", &begin, &last);
  if (read < 1) return std::nullopt;
  const size_t end = read == 2 ? std::min<size_t>(last + 1, size) : size;
  return Range{begin, end};
}

// A response on its way: what it says it is, and what of it is really sent.
struct Reply {
  int status = 200;
  Bytes bytes = std::make_shared<const std::string>();
  size_t begin = 0;        // of `bytes`, where the body begins
  size_t length = 0;       // what Content-Length says
  size_t sent = SIZE_MAX;  // how much of the body goes out
  int64_t pause_ms = 0;    // after each byte
  enum { kLength, kChunked, kEndless, kUntilClose } framing = kLength;
  std::string type = "application/octet-stream";
};

}  // namespace

std::string SeenRequest::Header(std::string_view name) const {
  for (const auto& [key, value] : headers) {
    if (key.size() == name.size() &&
        strncasecmp(key.data(), name.data(), name.size()) == 0) {
      return value;
    }
  }
  return {};
}

std::string SeenRequest::AllText() const {
  std::string text = method + " " + target + "\n";
  for (const auto& [name, value] : headers) text += name + ": " + value + "\n";
  return text + "\n" + body;
}

class FaultServer::Impl {
 public:
  explicit Impl(Options options) : options_(std::move(options)) {}
  ~Impl();

  Status Listen();
  int port() const { return port_; }
  std::string Base() const;
  std::string CertificatePem() const { return certificate_->Pem(); }

  void ServeText(const std::string& path, std::string body);
  Status LoadReplay(const std::string& path) { return replay_.Load(path); }
  void Inject(const std::string& path, Fault fault);
  void ForgetFaults();
  void SetNow(int64_t seconds) {
    if (now_.exchange(seconds) == 0) started_ = seconds;
  }
  std::vector<SeenRequest> requests() const;
  void ForgetRequests();

 private:
  using Request = httplib::Request;
  using Response = httplib::Response;

  void Route();
  void Handle(const Request& request, Response* response);
  void Remember(const Request& request);
  std::optional<Fault> TakeFault(const std::string& path);
  std::optional<File> Find(const std::string& path);
  std::optional<File> ReadFromDirectory(const std::string& path);

  bool AnswerWithoutFile(const Fault& fault, const Request& request,
                         Response* response);
  void AnswerStatus(const Fault& fault, const Request& request,
                    Response* response);
  void AnswerBomb(const Fault& fault, const Request& request,
                  Response* response);
  void AnswerReplay(const Request& request, Response* response);
  void AnswerFile(File file, const std::optional<Fault>& fault,
                  const Request& request, Response* response);
  bool AnswerNotModified(const File& file, const Request& request,
                         Response* response);
  void ApplyRange(const File& file, const std::optional<Fault>& fault,
                  const Request& request, Response* response, Reply* reply);
  static void ApplyFault(const Fault& fault, Reply* reply);
  void SendReply(const Reply& reply, Response* response);
  bool SendPiece(const Reply& reply, size_t offset,
                 httplib::DataSink& sink) const;
  int64_t Now() const;

  Options options_;
  int port_ = 0;
  std::unique_ptr<TestCertificate> certificate_;
  std::unique_ptr<httplib::Server> server_;
  std::thread thread_;
  std::atomic<bool> stopping_ = false;
  std::atomic<int64_t> now_ = 0;  // 0: the machine's
  std::atomic<int64_t> started_ = Clock::System()->NowSeconds();
  learnsql::Replay replay_;

  mutable std::mutex mutex_;  // guards what follows
  std::vector<SeenRequest> requests_;
  std::map<std::string, std::string> texts_;
  std::map<std::string, std::deque<Fault>> faults_;
};

FaultServer::Impl::~Impl() {
  stopping_ = true;
  if (server_) server_->stop();
  if (thread_.joinable()) thread_.join();
}

Status FaultServer::Impl::Listen() {
  if (options_.tls) {
    certificate_ = std::make_unique<TestCertificate>();
    server_ = std::make_unique<httplib::SSLServer>(certificate_->certificate(),
                                                   certificate_->key());
  } else {
    server_ = std::make_unique<httplib::Server>();
  }
  // Slow and endless bodies hold a thread each.
  server_->new_task_queue = [] { return new httplib::ThreadPool(16); };
  server_->set_tcp_nodelay(true);
  // A kept connection holds up the end of a test this long.
  server_->set_keep_alive_timeout(1);
  Route();
  port_ = options_.port;
  if (port_ == 0) {
    port_ = server_->bind_to_any_port("127.0.0.1");
  } else if (!server_->bind_to_port("127.0.0.1", port_)) {
    port_ = -1;
  }
  if (port_ <= 0) {
    return Status(Code::kIo, "port " + std::to_string(options_.port) +
                                 " of 127.0.0.1 cannot be had");
  }
  thread_ = std::thread([this] { server_->listen_after_bind(); });
  while (!server_->is_running()) std::this_thread::yield();
  return {};
}

std::string FaultServer::Impl::Base() const {
  return (options_.tls ? "https://localhost:" : "http://127.0.0.1:") +
         std::to_string(port_);
}

void FaultServer::Impl::Route() {
  const auto handler = [this](const Request& request, Response& response) {
    Handle(request, &response);
  };
  server_->Get(".*", handler);  // HEAD as well
  server_->Post(".*", handler);
  server_->Put(".*", handler);
  server_->Patch(".*", handler);
  server_->Delete(".*", handler);
}

void FaultServer::Impl::ServeText(const std::string& path, std::string body) {
  const std::lock_guard lock(mutex_);
  texts_[path] = std::move(body);
}

void FaultServer::Impl::Inject(const std::string& path, Fault fault) {
  const std::lock_guard lock(mutex_);
  faults_[path].push_back(std::move(fault));
}

void FaultServer::Impl::ForgetFaults() {
  const std::lock_guard lock(mutex_);
  faults_.clear();
}

std::vector<SeenRequest> FaultServer::Impl::requests() const {
  const std::lock_guard lock(mutex_);
  return requests_;
}

void FaultServer::Impl::ForgetRequests() {
  const std::lock_guard lock(mutex_);
  requests_.clear();
}

int64_t FaultServer::Impl::Now() const {
  const int64_t now = now_;
  return now != 0 ? now : Clock::System()->NowSeconds();
}

void FaultServer::Impl::Remember(const Request& request) {
  SeenRequest seen;
  seen.method = request.method;
  seen.target = request.target;
  seen.body = request.body;
  for (const auto& [name, value] : request.headers) {
    // What httplib adds itself.
    if (name == "REMOTE_ADDR" || name == "REMOTE_PORT" ||
        name == "LOCAL_ADDR" || name == "LOCAL_PORT") {
      continue;
    }
    seen.headers.emplace_back(name, value);
  }
  const std::lock_guard lock(mutex_);
  requests_.push_back(std::move(seen));
}

std::optional<Fault> FaultServer::Impl::TakeFault(const std::string& path) {
  const std::lock_guard lock(mutex_);
  const auto found = faults_.find(path);
  if (found == faults_.end() || found->second.empty()) return std::nullopt;
  Fault& front = found->second.front();
  Fault fault = front;
  if (front.times > 0 && --front.times == 0) found->second.pop_front();
  return fault;
}

std::optional<File> FaultServer::Impl::Find(const std::string& path) {
  {
    const std::lock_guard lock(mutex_);
    const auto text = texts_.find(path);
    if (text != texts_.end()) return MakeFile(text->second, started_);
  }
  return ReadFromDirectory(path);
}

std::optional<File> FaultServer::Impl::ReadFromDirectory(
    const std::string& path) {
  if (options_.directory.empty() || path.find("..") != path.npos) {
    return std::nullopt;
  }
  const std::string name = options_.directory + path;
  struct stat status;
  if (stat(name.c_str(), &status) != 0 || !S_ISREG(status.st_mode)) {
    return std::nullopt;
  }
  std::string bytes(static_cast<size_t>(status.st_size), '\0');
  std::ifstream file(name, std::ios::binary);
  file.read(bytes.data(), status.st_size);
  if (file.gcount() != status.st_size) return std::nullopt;
  return MakeFile(std::move(bytes), status.st_mtim.tv_sec);
}

void FaultServer::Impl::Handle(const Request& request, Response* response) {
  Remember(request);
  // httplib would cut and pack bodies by these headers; here that is the work
  // of the faults. The request is httplib's own variable, not a constant.
  auto& ours = const_cast<Request&>(request);
  ours.ranges.clear();
  ours.headers.erase("Accept-Encoding");
  response->set_header("Date", FormatHttpDate(Now()));
  const std::optional<Fault> fault = TakeFault(request.path);
  if (fault && AnswerWithoutFile(*fault, request, response)) return;
  if (std::optional<File> file = Find(request.path)) {
    AnswerFile(*std::move(file), fault, request, response);
    return;
  }
  AnswerReplay(request, response);
}

bool FaultServer::Impl::AnswerWithoutFile(const Fault& fault,
                                          const Request& request,
                                          Response* response) {
  switch (fault.kind) {
    case Fault::kStatus:
      AnswerStatus(fault, request, response);
      return true;
    case Fault::kPage:
      response->set_content(Page("NoSuchKey", request.path),
                            "application/xml; charset=UTF-8");
      return true;
    case Fault::kRedirect:
      response->status = static_cast<int>(fault.number);
      response->set_header("Location", fault.text);
      return true;
    case Fault::kEndless: {
      Reply reply;
      reply.framing = Reply::kEndless;
      SendReply(reply, response);
      return true;
    }
    case Fault::kBomb:
    case Fault::kEncodedBomb:
      AnswerBomb(fault, request, response);
      return true;
    case Fault::kEcho: {
      std::string text = request.target + "\n";
      if (!request.body.empty()) text += request.body + "\n";
      for (const auto& [name, value] : request.headers) {
        text += name + ": " + value + "\n";
      }
      response->status = 500;
      response->set_content(text, "text/plain");
      return true;
    }
    default:
      return false;
  }
}

void FaultServer::Impl::AnswerStatus(const Fault& fault, const Request& request,
                                     Response* response) {
  response->status = static_cast<int>(fault.number);
  if (fault.text.starts_with('+')) {
    response->set_header(
        "Retry-After",
        FormatHttpDate(Now() + std::strtoll(fault.text.c_str(), nullptr, 10)));
  } else if (!fault.text.empty()) {
    response->set_header("Retry-After", fault.text);
  }
  response->set_content(
      Page("Status" + std::to_string(fault.number), request.path),
      "application/xml; charset=UTF-8");
}

void FaultServer::Impl::AnswerBomb(const Fault& fault, const Request& request,
                                   Response* response) {
  if (fault.kind == Fault::kEncodedBomb) {
    response->set_header("Content-Encoding", "gzip");
  }
  AnswerFile(MakeFile(ZerosAsGzip(fault.number), started_), std::nullopt,
             request, response);
}

void FaultServer::Impl::AnswerReplay(const Request& request,
                                     Response* response) {
  Exchange answer;
  const TemplateTimes times{.now = Now(), .test_start = started_};
  if (!replay_.Answer(request.method, request.target, request.body, times,
                      Base(), &answer)) {
    response->status = 404;
    response->set_content(Page("NoSuchKey", request.path),
                          "application/xml; charset=UTF-8");
    return;
  }
  response->status = answer.status;
  std::string type = "application/json";
  for (const auto& [name, value] : answer.headers) {
    if (strcasecmp(name.c_str(), "content-type") == 0) {
      type = value;
      continue;
    }
    // A recorded Date replaces ours.
    if (strcasecmp(name.c_str(), "date") == 0) response->headers.erase("Date");
    response->set_header(name, value);
  }
  if (!answer.body.empty()) response->set_content(answer.body, type);
}

void FaultServer::Impl::AnswerFile(File file, const std::optional<Fault>& fault,
                                   const Request& request, Response* response) {
  const Fault::Kind kind = fault ? fault->kind : Fault::kStatus;
  std::string bytes = *file.bytes;
  if (kind == Fault::kGzipCut || kind == Fault::kEncodedCut) {
    file = MakeFile(bytes.substr(0, fault->number), file.modified);
  } else if (kind == Fault::kChange) {
    for (size_t i = kKeptByChange; i < bytes.size(); ++i) bytes[i] ^= 1;
    file = MakeFile(std::move(bytes), file.modified - 1);
  }
  if (kind == Fault::kEncoded || kind == Fault::kEncodedCut) {
    response->set_header("Content-Encoding", "gzip");
  }
  if (kind == Fault::kWeakEtag) file.etag = "W/" + file.etag;
  if (kind == Fault::kWrongEtag) file.etag = "\"" + Md5Of("other") + "\"";
  response->set_header("ETag", file.etag);
  response->set_header("Last-Modified", FormatHttpDate(file.modified));
  response->set_header("Accept-Ranges", "bytes");
  if (AnswerNotModified(file, request, response)) return;
  Reply reply;
  reply.bytes = file.bytes;
  reply.length = file.bytes->size();
  ApplyRange(file, fault, request, response, &reply);
  if (reply.status == 416) return;
  if (fault) ApplyFault(*fault, &reply);
  SendReply(reply, response);
}

bool FaultServer::Impl::AnswerNotModified(const File& file,
                                          const Request& request,
                                          Response* response) {
  const std::string tags = request.get_header_value("If-None-Match");
  const std::string since = request.get_header_value("If-Modified-Since");
  const bool same = !tags.empty() ? tags.find(file.etag) != tags.npos
                                  : since == FormatHttpDate(file.modified);
  if (same) response->status = 304;
  return same;
}

void FaultServer::Impl::ApplyRange(const File& file,
                                   const std::optional<Fault>& fault,
                                   const Request& request, Response* response,
                                   Reply* reply) {
  const Fault::Kind kind = fault ? fault->kind : Fault::kStatus;
  const size_t size = file.bytes->size();
  std::optional<Range> range =
      ParseRange(request.get_header_value("Range"), size);
  const std::string if_range = request.get_header_value("If-Range");
  const bool tied = if_range.empty() || if_range == file.etag ||
                    kind == Fault::kIgnoreIfRange;
  if (!range || !tied || kind == Fault::kIgnoreRange) return;
  if (kind == Fault::kWrongRange) ++range->begin;
  if (range->begin >= range->end) {
    reply->status = response->status = 416;
    response->set_header("Content-Range", "bytes */" + std::to_string(size));
    return;
  }
  reply->status = 206;
  reply->begin = range->begin;
  reply->length = range->end - range->begin;
  response->set_header("Content-Range", "bytes " +
                                            std::to_string(range->begin) + "-" +
                                            std::to_string(range->end - 1) +
                                            "/" + std::to_string(size));
}

void FaultServer::Impl::ApplyFault(const Fault& fault, Reply* reply) {
  switch (fault.kind) {
    case Fault::kCut:
    case Fault::kChange:
      reply->sent = fault.number;
      break;
    case Fault::kLong:
      reply->sent = reply->length;
      reply->length += fault.number;
      break;
    case Fault::kShort:
      reply->length -= std::min<size_t>(fault.number, reply->length);
      break;
    case Fault::kChunkedCut:
      reply->framing = Reply::kChunked;
      reply->sent = fault.number;
      break;
    case Fault::kNoLength:
      reply->framing = Reply::kUntilClose;
      break;
    case Fault::kSlow:
      reply->pause_ms = static_cast<int64_t>(fault.number);
      break;
    default:
      break;
  }
}

// False ends the connection.
bool FaultServer::Impl::SendPiece(const Reply& reply, size_t offset,
                                  httplib::DataSink& sink) const {
  if (stopping_) return false;
  if (reply.framing == Reply::kEndless) {
    const std::string piece(kPieceBytes, 'x');
    return sink.write(piece.data(), piece.size());
  }
  const size_t there = reply.bytes->size() - reply.begin;
  const size_t sendable = std::min({reply.sent, reply.length, there});
  if (offset >= sendable) return false;
  const size_t most = reply.pause_ms > 0 ? 1 : kPieceBytes;
  const size_t count = std::min(most, sendable - offset);
  const char* data = reply.bytes->data() + reply.begin + offset;
  if (!sink.write(data, count)) return false;
  std::this_thread::sleep_for(std::chrono::milliseconds(reply.pause_ms));
  if (reply.framing == Reply::kLength || reply.sent < there) return true;
  if (offset + count == sendable) sink.done();
  return true;
}

void FaultServer::Impl::SendReply(const Reply& reply, Response* response) {
  response->status = reply.status;
  if (reply.framing == Reply::kLength) {
    if (reply.length == 0) return response->set_content("", reply.type);
    response->set_content_provider(
        reply.length, reply.type,
        [this, reply](size_t offset, size_t, httplib::DataSink& sink) {
          return SendPiece(reply, offset, sink);
        });
    return;
  }
  const auto provider = [this, reply](size_t offset, httplib::DataSink& sink) {
    return SendPiece(reply, offset, sink);
  };
  if (reply.framing == Reply::kUntilClose) {
    response->set_content_provider(reply.type, provider);
  } else {
    response->set_chunked_content_provider(reply.type, provider);
  }
}

FaultServer::FaultServer(std::unique_ptr<Impl> impl) : impl_(std::move(impl)) {}
FaultServer::FaultServer(FaultServer&&) noexcept = default;
FaultServer::~FaultServer() = default;

Result<FaultServer> FaultServer::Start(Options options) {
  auto impl = std::make_unique<Impl>(std::move(options));
  LEARNSQL_TRY(impl->Listen());
  return FaultServer(std::move(impl));
}

FaultServer FaultServer::MustStart() { return MustStart({}); }

FaultServer FaultServer::MustStart(Options options) {
  Result<FaultServer> server = Start(std::move(options));
  if (!server.ok()) std::abort();
  return std::move(server).value();
}

int FaultServer::port() const { return impl_->port(); }

std::string FaultServer::Url(std::string_view path) const {
  return impl_->Base() + std::string(path);
}

std::string FaultServer::CertificatePem() const {
  return impl_->CertificatePem();
}

void FaultServer::ServeText(const std::string& path, std::string body) {
  impl_->ServeText(path, std::move(body));
}

Status FaultServer::Replay(const std::string& path) {
  return impl_->LoadReplay(path);
}

void FaultServer::Inject(const std::string& path, Fault fault) {
  impl_->Inject(path, std::move(fault));
}

void FaultServer::ForgetFaults() { impl_->ForgetFaults(); }

void FaultServer::SetNow(int64_t seconds) { impl_->SetNow(seconds); }

std::vector<SeenRequest> FaultServer::requests() const {
  return impl_->requests();
}

std::vector<SeenRequest> FaultServer::RequestsFor(std::string_view path) const {
  std::vector<SeenRequest> found = requests();
  std::erase_if(found, [&](const SeenRequest& seen) {
    return seen.target.substr(0, seen.target.find('?')) != path;
  });
  return found;
}

void FaultServer::ForgetRequests() { impl_->ForgetRequests(); }

}  // namespace learnsql
