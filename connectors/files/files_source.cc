#include "connectors/files/files_source.h"

#include <sys/stat.h>

#include <algorithm>
#include <cerrno>
#include <cstring>
#include <span>

#include "connectors/decode/csv_stream.h"
#include "connectors/decode/inflate.h"
#include "connectors/decode/json_stream.h"
#include "connectors/decode/read_ahead.h"
#include "connectors/fetch/landing.h"
#include "connectors/files/csv_table.h"
#include "connectors/files/json_table.h"
#include "engine/base/byte_source.h"
#include "engine/base/cancel.h"
#include "engine/base/sha256_file.h"

namespace learnsql {
namespace {

// The bytes of a file, inflated if it is gzip.
//
// Threads: one thread at a time.
class FileBytes final : public ByteSource {
 public:
  static Result<std::unique_ptr<FileBytes>> Open(const std::string& path) {
    LEARNSQL_TRY_SET(FileSource file, FileSource::Open(path));
    auto bytes = std::unique_ptr<FileBytes>(new FileBytes(std::move(file)));
    if (path.ends_with(".gz")) {
      // Whatever else is in it is refused with what it is.
      bytes->gzip_ = std::make_unique<GzipReader>(&bytes->file_, path);
    } else {
      LEARNSQL_TRY_SET(bytes->maybe_, OpenMaybeGzip(&bytes->file_, path));
    }
    return bytes;
  }

  Result<size_t> Read(std::span<std::byte> out) override {
    return gzip_ ? gzip_->Read(out) : maybe_->Read(out);
  }

  // What is odd about a file that was read to its end.
  std::string Warning() const {
    const InflateCounts& counts = gzip_ ? gzip_->counts() : maybe_->counts();
    if (counts.garbage_bytes == 0) return {};
    return std::to_string(counts.garbage_bytes) +
           " bytes behind the last gzip member were ignored";
  }

 private:
  explicit FileBytes(FileSource file) : file_(std::move(file)) {}

  FileSource file_;
  std::unique_ptr<GzipReader> gzip_;
  std::unique_ptr<MaybeGzipReader> maybe_;
};

// Passes over the first `count` bytes.
Status Skip(ByteSource* bytes, uint64_t count, const CancelFlag* cancel) {
  std::vector<std::byte> skipped(size_t{256} << 10);
  while (count > 0) {
    if (cancel != nullptr) LEARNSQL_TRY(cancel->Check());
    const std::span<std::byte> out(skipped.data(),
                                   std::min<uint64_t>(count, skipped.size()));
    LEARNSQL_TRY_SET(const size_t got, bytes->Read(out));
    if (got == 0) return {};
    count -= got;
  }
  return {};
}

}  // namespace

FilesSource::FilesSource(FilesOptions options) : options_(std::move(options)) {}

Result<std::vector<Slice>> FilesSource::Slices(const Window&) {
  LEARNSQL_TRY_SET(const std::vector<ListedFile> files,
                   ListFiles(options_.path));
  std::vector<Slice> slices;
  const std::lock_guard lock(mutex_);
  files_.clear();
  for (const ListedFile& file : files) {
    const bool chosen = !options_.tables.empty();
    if (chosen && !TableOf(file, options_.tables, options_.contract)) continue;
    slices.push_back({.object = file.object, .name = file.name});
    files_[file.object] = file;
  }
  if (!slices.empty()) return slices;
  return Status(Code::kNotFound, "no file here is one that 'tables' names",
                {options_.path});
}

Result<const ListedFile*> FilesSource::FindFile(const Slice& slice) {
  {
    const std::lock_guard lock(mutex_);
    const auto at = files_.find(slice.object);
    if (at != files_.end()) return &at->second;
  }
  // Nobody asked for the slices before.
  LEARNSQL_TRY(Slices({}));
  const std::lock_guard lock(mutex_);
  const auto at = files_.find(slice.object);
  if (at != files_.end()) return &at->second;
  return Status(Code::kNotFound, "the file is not here any more", {slice.name});
}

Result<const RawTableContract*> FilesSource::TableFor(
    const ListedFile& file) const {
  if (FormatOf(file.name) == FileFormat::kNone) {
    return Status(Code::kInvalid,
                  "its name does not end in .csv, .tsv, .ndjson, .jsonl or "
                  ".json, with or without .gz",
                  {file.path});
  }
  const RawTableContract* const table =
      TableOf(file, options_.tables, options_.contract);
  if (table != nullptr) return table;
  std::string names;
  for (const RawTableContract& known : options_.contract.tables) {
    names += (names.empty() ? "" : ", ") + known.name;
  }
  return Status(Code::kInvalid,
                "no raw table has its name (" + names +
                    "); say in the setting 'tables' which files hold which",
                {file.path});
}

Result<FilesSource::Stamp> FilesSource::StampOf(const std::string& path) {
  struct stat info {};
  if (stat(path.c_str(), &info) != 0) {
    return Status(errno == ENOENT ? Code::kNotFound : Code::kIo,
                  std::strerror(errno), {path});
  }
  return Stamp{info.st_size, info.st_mtim.tv_sec * int64_t{1'000'000'000} +
                                 info.st_mtim.tv_nsec};
}

Result<Landed> FilesSource::Fetch(const SliceRecord& known,
                                  const LandingProgress&) {
  LEARNSQL_TRY_SET(const ListedFile* const file, FindFile(known.slice));
  LEARNSQL_TRY(TableFor(*file));
  const Result<Stamp> stamp = StampOf(file->path);
  if (stamp.status().code() == Code::kNotFound) {
    return Landed{.kind = Landed::Kind::kMissing};
  }
  if (!stamp.ok()) return stamp.status();
  Landed landed;
  landed.path = file->path;
  landed.bytes = static_cast<uint64_t>(stamp->size);
  LEARNSQL_TRY_SET(landed.sha256, Sha256OfFile(file->path, options_.cancel));
  landed.source_at = stamp->changed_ns / 1'000'000'000;
  const std::lock_guard lock(mutex_);
  stamps_[file->path] = *stamp;
  return landed;
}

Status FilesSource::Read(const Slice& slice, const std::string& path,
                         RowSink* sink) {
  LEARNSQL_TRY_SET(const ListedFile* const file, FindFile(slice));
  LEARNSQL_TRY(ReadFile(*file, sink).At({path}));
  LEARNSQL_TRY_SET(const Stamp after, StampOf(path));
  const std::lock_guard lock(mutex_);
  const auto before = stamps_.find(path);
  if (before == stamps_.end() || before->second == after) return {};
  return Status(Code::kCorrupt,
                "the file changed while it was read; sync again when it is "
                "written",
                {path});
}

char FilesSource::DelimiterOf(const ListedFile& file) const {
  if (options_.delimiter != '\0') return options_.delimiter;
  return FormatOf(file.name) == FileFormat::kTsv ? '\t' : ',';
}

Status FilesSource::ReadFile(const ListedFile& file, RowSink* sink) const {
  LEARNSQL_TRY_SET(const RawTableContract* const table, TableFor(file));
  LEARNSQL_TRY_SET(const std::unique_ptr<FileBytes> bytes,
                   FileBytes::Open(file.path));
  ReadAhead ahead(bytes.get(), {.threaded = inflate_ahead_}, options_.cancel);
  if (FormatOf(file.name) == FileFormat::kJson) {
    JsonStream stream(&ahead);
    return ReadJsonTable(&stream, *table, sink,
                         [&] { return bytes->Warning(); });
  }
  CsvOptions csv;
  csv.dialect = {.delimiter = DelimiterOf(file), .quote = options_.quote};
  if (!options_.header) csv.columns = FilledColumns(*table).size();
  CsvStream stream(&ahead, csv);
  return ReadCsvTable(&stream, *table, options_.header, file.path, sink,
                      [&] { return bytes->Warning(); });
}

Result<std::string> FilesSource::FindRecord(const SliceRecord& known,
                                            uint64_t source_offset) {
  LEARNSQL_TRY_SET(const ListedFile* const file, FindFile(known.slice));
  LEARNSQL_TRY_SET(const std::string sha256,
                   Sha256OfFile(file->path, options_.cancel));
  if (sha256 != known.sha256) {
    return Status(Code::kCorrupt,
                  "this file is not the one that was loaded: its SHA-256 is " +
                      sha256 + ", and that of the loaded one was " +
                      known.sha256,
                  {file->path});
  }
  LEARNSQL_TRY_SET(const std::unique_ptr<FileBytes> bytes,
                   FileBytes::Open(file->path));
  LEARNSQL_TRY(Skip(bytes.get(), source_offset, options_.cancel));
  ReadAhead ahead(bytes.get(), {.threaded = false}, options_.cancel);
  const Status none(Code::kNotFound, "no record begins here",
                    {.name = file->path, .byte = source_offset});
  if (FormatOf(file->name) == FileFormat::kJson) {
    JsonStream stream(&ahead);
    LEARNSQL_TRY_SET(const JsonItem item, stream.Next());
    if (item.kind != JsonItem::Kind::kRecord || item.offset != 0) return none;
    return std::string(item.text);
  }
  CsvOptions csv;
  csv.dialect = {.delimiter = DelimiterOf(*file), .quote = options_.quote};
  CsvStream stream(&ahead, csv);
  LEARNSQL_TRY_SET(const CsvItem item, stream.Next());
  if (item.kind != CsvItem::Kind::kRecord || item.offset != 0) return none;
  return std::string(item.text);
}

}  // namespace learnsql
