#include "connectors/fetch/reply_file.h"

namespace learnsql {

class ReplyFile::Sink final : public BodySink {
 public:
  Sink(ReplyFile* file, std::function<void(uint64_t)> progress)
      : file_(file), progress_(std::move(progress)) {}

  Status Prepare(HttpRequest*) override { return file_->Restart(); }
  Status Begin(const HttpResponse&) override { return file_->Restart(); }
  Status Write(std::span<const std::byte> bytes) override {
    LEARNSQL_TRY(file_->file_.Write(bytes));
    if (progress_) progress_(file_->file_.size());
    return {};
  }

 private:
  ReplyFile* file_;
  std::function<void(uint64_t)> progress_;
};

class ReplyFile::Reader final : public ByteSource {
 public:
  explicit Reader(const ReplyFile* file) : file_(file), at_(file->kept_) {}

  Result<size_t> Read(std::span<std::byte> out) override {
    LEARNSQL_TRY_SET(const size_t got, file_->file_.Read(at_, out));
    at_ += got;
    return got;
  }

 private:
  const ReplyFile* file_;
  uint64_t at_;
};

Result<ReplyFile> ReplyFile::Create(const std::string& path) {
  LEARNSQL_TRY_SET(PrivateFile file, PrivateFile::Create(path));
  return ReplyFile(std::move(file));
}

std::unique_ptr<BodySink> ReplyFile::Append(
    std::function<void(uint64_t)> progress) {
  return std::make_unique<Sink>(this, std::move(progress));
}

std::unique_ptr<ByteSource> ReplyFile::Fresh() {
  return std::make_unique<Reader>(this);
}

Status ReplyFile::Restart() { return file_.Truncate(kept_); }

Status ReplyFile::Keep() {
  LEARNSQL_TRY(file_.Write("\n"));
  kept_ = file_.size();
  return {};
}

Status ReplyFile::Commit() {
  LEARNSQL_TRY(Restart());
  return file_.Commit();
}

}  // namespace learnsql
