#include "connectors/trino/trino_source.h"

#include <filesystem>
#include <optional>
#include <set>

#include "connectors/decode/read_ahead.h"
#include "engine/base/cancel.h"
#include "engine/base/clock.h"

namespace learnsql {
namespace {

// The pages of a landed file, one behind the other.
class LandedPages {
 public:
  static Result<LandedPages> Open(const std::string& path,
                                  const CancelFlag* cancel) {
    LEARNSQL_TRY_SET(FileSource file, FileSource::Open(path));
    return LandedPages(std::move(file), path, cancel);
  }
  JsonCursor* cursor() { return cursor_.get(); }
  uint64_t size() const { return file_->size(); }

  // False behind the last page.
  Result<bool> More() {
    LEARNSQL_TRY_SET(const char front, cursor_->Front());
    return front != '\0';
  }

 private:
  LandedPages(FileSource file, const std::string& path,
              const CancelFlag* cancel)
      : file_(std::make_unique<FileSource>(std::move(file))),
        ahead_(std::make_unique<ReadAhead>(
            file_.get(), ReadAheadOptions{.threaded = false}, cancel)),
        cursor_(std::make_unique<JsonCursor>(
            ahead_.get(), JsonCursorOptions{.name = path})) {}

  std::unique_ptr<FileSource> file_;
  std::unique_ptr<ReadAhead> ahead_;
  std::unique_ptr<JsonCursor> cursor_;
};

using TakeRow = std::function<Status(const JsonTaken& row)>;

// Every row of the file.
Status ForRows(const std::string& path, const CancelFlag* cancel,
               const TakeRow& take) {
  LEARNSQL_TRY_SET(LandedPages pages, LandedPages::Open(path, cancel));
  while (true) {
    LEARNSQL_TRY_SET(const bool more, pages.More());
    if (!more) return {};
    LEARNSQL_TRY(ReadTrinoRows(pages.cursor(), take));
  }
}

// The columns of the result, and that the file holds all of its pages: the last
// one has no next, the others have.
Result<std::vector<TrinoColumn>> SurveyPages(const std::string& path,
                                             const CancelFlag* cancel) {
  LEARNSQL_TRY_SET(LandedPages pages, LandedPages::Open(path, cancel));
  std::optional<std::vector<TrinoColumn>> columns;
  bool ended = false;
  while (true) {
    LEARNSQL_TRY_SET(const bool more, pages.More());
    if (!more) break;
    if (ended) return pages.cursor()->Wrong("a page behind the last one");
    LEARNSQL_TRY_SET(const TrinoPage page, ReadTrinoPage(pages.cursor()));
    if (page.fault) return pages.cursor()->Wrong("a page of a failed query");
    if (page.columns && !columns) columns = page.columns;
    ended = page.next_uri.empty();
  }
  if (!ended) {
    return Status(Code::kNetwork, "the last page is missing", {path});
  }
  if (columns && !columns->empty()) return *columns;
  return Status(Code::kCorrupt, "the result has no columns", {path});
}

// The content of a result, whatever the order of its rows and pages.
Result<std::string> HashPages(const std::string& path,
                              const CancelFlag* cancel) {
  LEARNSQL_TRY_SET(const std::vector<TrinoColumn> columns,
                   SurveyPages(path, cancel));
  std::string names;
  for (const TrinoColumn& column : columns) names += column.name + "\n";
  RowsHash hash;
  LEARNSQL_TRY(ForRows(path, cancel, [&](const JsonTaken& row) {
    hash.Add(row.text);
    return Status();
  }));
  return hash.Hex(names);
}

// Passes the rows of one file to the sink.
class RowLoader {
 public:
  RowLoader(std::vector<TrinoColumn> columns, RowSink* sink, int table)
      : decoder_(std::move(columns)), sink_(sink), table_(table) {}

  Status Take(const JsonTaken& row) {
    if (!row.reason.empty()) return Reject(row, row.reason, row.detail);
    const Status decoded = decoder_.Decode(row.root);
    if (!decoded.ok()) return Reject(row, "ragged_row", decoded.message());
    ++totals_.records;
    totals_.bytes_in_records += row.length;
    return sink_
        ->Add(table_, {row.offset, row.line}, row.text, decoder_.values())
        .status();
  }

  void Account(uint64_t bytes) {
    totals_.bytes_decoded = bytes;
    totals_.bytes_between =
        bytes - totals_.bytes_in_records - totals_.bytes_rejected;
    if (decoder_.nans() > 0) {
      totals_.warning = std::to_string(decoder_.nans()) +
                        " values are NaN and were stored as null";
    }
    sink_->Account(totals_);
  }

 private:
  Status Reject(const JsonTaken& row, std::string_view reason,
                const std::string& detail) {
    ++totals_.records;
    totals_.bytes_rejected += row.length;
    return sink_->Reject({.place = {row.offset, row.line},
                          .reason = reason,
                          .detail = detail,
                          .column = {},
                          .bytes = row.text,
                          .length = row.length,
                          .sha256 = Sha256::HexOf(row.text)});
  }

  TrinoRowDecoder decoder_;
  RowSink* sink_;
  int table_;
  StreamTotals totals_;
};

}  // namespace

TrinoSource::TrinoSource(TrinoSourceOptions options)
    : options_(std::move(options)),
      slices_(std::move(options_.queries), options_.slices) {}
TrinoSource::~TrinoSource() = default;

Result<TrinoClient*> TrinoSource::Client() {
  if (client_ == nullptr) {
    LEARNSQL_TRY_SET(TrinoClient client, TrinoClient::Open(options_.client));
    client_ = std::make_unique<TrinoClient>(std::move(client));
  }
  return client_.get();
}

std::string TrinoSource::PathOf(const Slice& slice) const {
  return options_.landing_dir + "/" + slice.name + ".json";
}

// The whole result, or no file.
Status TrinoSource::Bring(const TrinoStatement& statement,
                          const std::string& path,
                          const LandingProgress& progress) {
  LEARNSQL_TRY_SET(TrinoClient* const client, Client());
  LEARNSQL_TRY_SET(ReplyFile file, ReplyFile::Create(path));
  const auto pages = [&](std::optional<double>, uint64_t bytes) {
    if (progress) progress(bytes, std::nullopt);
  };
  LEARNSQL_TRY(StatusOf(client->Run(statement, &file, pages)));
  return file.Commit();
}

Result<Landed> TrinoSource::Fetch(const SliceRecord& known,
                                  const LandingProgress& progress) {
  Landed landed;
  const Slice& slice = known.slice;
  const QueryFile* const query = slices_.Find(slice.object);
  if (query == nullptr || slices_.IsGone(slice)) {
    landed.kind = Landed::Kind::kMissing;
    return landed;
  }
  landed.path = PathOf(slice);
  const std::string fresh = landed.path + ".new";
  LEARNSQL_TRY(Bring(BindTrinoQuery(query->text, slice.start, slice.end), fresh,
                     progress));
  std::error_code failed;
  landed.bytes = std::filesystem::file_size(fresh, failed);
  LEARNSQL_TRY_SET(landed.sha256, HashPages(fresh, options_.cancel));
  // The same rows in another order: the places of those loaded are in the file
  // that is here.
  const bool same = landed.sha256 == known.sha256 &&
                    std::filesystem::exists(landed.path, failed);
  if (same) {
    std::filesystem::remove(fresh, failed);
  } else {
    std::filesystem::rename(fresh, landed.path, failed);
  }
  if (!failed) return landed;
  return Status(Code::kIo, failed.message(), {landed.path});
}

Status TrinoSource::Read(const Slice& slice, const std::string& path,
                         RowSink* sink) {
  return ReadTrinoFile(path, options_.table_prefix + slice.object,
                       options_.cancel, sink);
}

Result<std::string> TrinoSource::FindRecord(const SliceRecord& known,
                                            uint64_t source_offset) {
  const std::string path = PathOf(known.slice);
  std::error_code ignored;
  if (!std::filesystem::exists(path, ignored)) {
    return Status(Code::kNotFound,
                  "the server's reply is not here any more; 'landing = keep' "
                  "in [" +
                      options_.name + "] keeps replies from now on",
                  {known.slice.name});
  }
  std::optional<std::string> found;
  LEARNSQL_TRY(ForRows(path, options_.cancel, [&](const JsonTaken& row) {
    if (row.offset == source_offset) found = std::string(row.text);
    return Status();
  }));
  if (found) return *found;
  return Status(Code::kNotFound, "no record begins here",
                {.name = path, .byte = source_offset});
}

// `text`: the first value of the answer.
Status TrinoSource::AskForOne(const std::string& sql, std::string* text) {
  const std::string path = options_.landing_dir + "/connect.json";
  LEARNSQL_TRY(Bring({sql, {}}, path, nullptr));
  const Status read = ForRows(path, options_.cancel, [&](const JsonTaken& row) {
    for (const JsonNode cell : row.root.elements()) {
      if (text->empty()) *text = cell.text();
    }
    return Status();
  });
  std::error_code ignored;
  std::filesystem::remove(path, ignored);
  return read;
}

Result<std::vector<SourceAnswer>> TrinoSource::Connect() {
  std::string user;
  const Status known = AskForOne("select current_user", &user);
  if (known.code() == Code::kCancelled) return known;
  if (user.empty()) user = options_.client.user;
  std::vector<SourceAnswer> answers = {{"server", known, "as " + user}};
  std::set<std::string> tables;
  for (const QueryFile& file : slices_.files()) {
    if (!file.Key("table").empty()) tables.insert(file.Key("table"));
  }
  // A server that does not take us would say so for each of them.
  if (!known.ok()) tables.clear();
  for (const std::string& table : tables) {
    std::string ignored;
    const Status status =
        AskForOne("select 1 from " + table + " limit 1", &ignored);
    if (status.code() == Code::kCancelled) return status;
    answers.push_back({"table " + table, status, "as " + user});
  }
  return answers;
}

void TrinoSource::Done(const Slice&, const std::string& path) {
  if (options_.keep_landing) return;
  std::error_code ignored;  // a file that stays is no harm
  std::filesystem::remove(path, ignored);
}

Status ReadTrinoFile(const std::string& path, std::string_view table,
                     const CancelFlag* cancel, RowSink* sink) {
  LEARNSQL_TRY_SET(const std::vector<TrinoColumn> columns,
                   SurveyPages(path, cancel));
  std::vector<std::string_view> names;
  for (const TrinoColumn& column : columns) names.push_back(column.name);
  LEARNSQL_TRY_SET(const int opened, sink->Open(table, names));
  RowLoader loader(columns, sink, opened);
  LEARNSQL_TRY(ForRows(path, cancel,
                       [&](const JsonTaken& row) { return loader.Take(row); }));
  LEARNSQL_TRY_SET(const LandedPages pages, LandedPages::Open(path, cancel));
  loader.Account(pages.size());
  return {};
}

}  // namespace learnsql
