#include "connectors/kusto/kusto_source.h"

#include <algorithm>
#include <filesystem>
#include <set>

#include "connectors/decode/read_ahead.h"
#include "engine/base/cancel.h"
#include "engine/base/clock.h"

namespace learnsql {
namespace {

constexpr int64_t kShortest = 3600;  // stretch of time that is still halved
constexpr int64_t kSplit = 16;       // parts that a part falls into
constexpr int64_t kMostParts = 4096;

bool Declares(const QueryFile& file, std::string_view parameter) {
  const size_t begin = file.text.find("declare query_parameters(");
  if (begin == std::string::npos) return false;
  const size_t end = file.text.find(';', begin);
  const std::string_view list =
      std::string_view(file.text).substr(begin, end - begin);
  for (const char before : {'(', ' ', ','}) {
    const std::string form = before + std::string(parameter) + ":";
    if (list.find(form) != list.npos) return true;
  }
  return false;
}

std::string DatetimeLiteral(int64_t seconds) {
  return "datetime(" + FormatUtc(seconds) + ")";
}

// The columns of the one result, for comparing.
std::string ColumnNames(const KustoSurvey& survey) {
  std::string names;
  for (const KustoColumn& column : survey.tables[0].columns) {
    names += column.name + "\n";
  }
  return names;
}

// Opens a landed file as a stream of JSON.
class LandedFile {
 public:
  static Result<LandedFile> Open(const std::string& path,
                                 const CancelFlag* cancel) {
    LEARNSQL_TRY_SET(FileSource file, FileSource::Open(path));
    return LandedFile(std::move(file), path, cancel);
  }
  JsonCursor& cursor() { return *cursor_; }
  uint64_t size() const { return file_->size(); }

 private:
  LandedFile(FileSource file, const std::string& path, const CancelFlag* cancel)
      : file_(std::make_unique<FileSource>(std::move(file))),
        ahead_(std::make_unique<ReadAhead>(
            file_.get(), ReadAheadOptions{.threaded = false}, cancel)),
        cursor_(std::make_unique<JsonCursor>(
            ahead_.get(), JsonCursorOptions{.name = path})) {}

  std::unique_ptr<FileSource> file_;
  std::unique_ptr<ReadAhead> ahead_;
  std::unique_ptr<JsonCursor> cursor_;
};

// The surveys of every reply in the file.
Result<std::vector<KustoSurvey>> SurveyFile(const std::string& path,
                                            const CancelFlag* cancel) {
  LEARNSQL_TRY_SET(LandedFile file, LandedFile::Open(path, cancel));
  std::vector<KustoSurvey> surveys;
  while (true) {
    LEARNSQL_TRY_SET(const char front, file.cursor().Front());
    if (front == '\0' && !surveys.empty()) return surveys;
    LEARNSQL_TRY_SET(KustoSurvey survey, SurveyKustoReply(&file.cursor()));
    if (survey.fault) {
      return Status(Code::kCorrupt, "a reply of a query that failed: " +
                                        Describe(*survey.fault));
    }
    if (survey.tables.size() != 1) {
      return Status(Code::kCorrupt, "a reply with " +
                                        std::to_string(survey.tables.size()) +
                                        " tables of results; one is expected");
    }
    if (!surveys.empty() &&
        ColumnNames(survey) != ColumnNames(surveys.front())) {
      return Status(Code::kCorrupt, "the replies do not have the same columns");
    }
    surveys.push_back(std::move(survey));
  }
}

// Passes the rows of one file to the sink.
class FileLoader {
 public:
  FileLoader(RowSink* sink, int table) : sink_(sink), table_(table) {}

  Status Load(const KustoSurvey& survey, JsonCursor* cursor) {
    KustoRowDecoder decoder(survey.tables[0].columns);
    LEARNSQL_TRY(
        ReadKustoRows(survey, cursor, [&](size_t, const JsonTaken& row) {
          return row.reason.empty() ? Add(&decoder, row)
                                    : Reject(row, row.reason, row.detail);
        }));
    oddities_.nans += decoder.oddities().nans;
    oddities_.big_integers += decoder.oddities().big_integers;
    return {};
  }

  void Account(uint64_t bytes) {
    totals_.bytes_decoded = bytes;
    totals_.bytes_between =
        bytes - totals_.bytes_in_records - totals_.bytes_rejected;
    if (oddities_.nans > 0) {
      totals_.warning = std::to_string(oddities_.nans) +
                        " values are NaN and were stored as null";
    }
    if (oddities_.big_integers > 0) {
      totals_.warning += (totals_.warning.empty() ? "" : "; ") +
                         std::to_string(oddities_.big_integers) +
                         " integers do not fit 64 bits and were taken as text";
    }
    sink_->Account(totals_);
  }

 private:
  Status Add(KustoRowDecoder* decoder, const JsonTaken& row) {
    const Status decoded = decoder->Decode(row.root);
    if (!decoded.ok()) return Reject(row, "ragged_row", decoded.message());
    ++totals_.records;
    totals_.bytes_in_records += row.length;
    return sink_
        ->Add(table_, {row.offset, row.line}, row.text, decoder->values())
        .status();
  }

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

  RowSink* sink_;
  int table_;
  StreamTotals totals_;
  KustoOddities oddities_;
};

}  // namespace

Result<QueryFile> ParseKustoQuery(const std::string& path,
                                  std::string_view text) {
  LEARNSQL_TRY_SET(QueryFile file,
                   ParseQueryFile(path, text, "//", {"cluster", "database"}));
  if (file.Key("database").empty()) {
    return Status(Code::kInvalid,
                  "the first comment must name the '// database: NAME'",
                  {path, 1});
  }
  const bool by_time = file.slice != QuerySlice::kSnapshot;
  if (by_time && (!Declares(file, "from_time") || !Declares(file, "to_time"))) {
    return Status(Code::kInvalid,
                  "a query by day or month must 'declare "
                  "query_parameters(from_time:datetime, to_time:datetime)'",
                  {path, 1});
  }
  if (Declares(file, "parts") != Declares(file, "part")) {
    return Status(Code::kInvalid,
                  "the parameters parts:long and part:long belong together",
                  {path, 1});
  }
  return file;
}

// Brings the parts of one slice into its file.
class KustoSource::Fetching {
 public:
  Fetching(const QueryFile& query, KustoClient* client, ReplyFile* file,
           const LandingProgress& progress)
      : query_(query), client_(client), file_(file), progress_(progress) {}

  // Halves the stretch of time while a result is too large, then parts it.
  Status Bring(int64_t from, int64_t to) {
    LEARNSQL_TRY_SET(const bool whole, Ask(from, to, 1, 0));
    if (whole) return {};
    const bool by_time = query_.slice != QuerySlice::kSnapshot;
    if (by_time && to - from > kShortest) {
      const int64_t middle = from + (to - from) / 2;
      LEARNSQL_TRY(Bring(from, middle));
      return Bring(middle, to);
    }
    return BringParts(from, to, 1, 0);
  }

  std::string hash() const { return hash_.Hex(columns_); }

 private:
  // Since a hash modulo 256 that is taken modulo 16 is the hash modulo 16, a
  // part falls into smaller ones.
  Status BringParts(int64_t from, int64_t to, int64_t parts, int64_t part) {
    const int64_t more = parts * kSplit;
    if (!Declares(query_, "parts") || more > kMostParts) {
      return Status(Code::kInvalid,
                    "the result of " + query_.name +
                        " is beyond the cluster's limits and cannot be cut "
                        "smaller: the query must declare parts and part");
    }
    for (int64_t i = part; i < more; i += parts) {
      LEARNSQL_TRY_SET(const bool whole, Ask(from, to, more, i));
      if (!whole) LEARNSQL_TRY(BringParts(from, to, more, i));
    }
    return {};
  }

  // False when the result is too large.
  Result<bool> Ask(int64_t from, int64_t to, int64_t parts, int64_t part) {
    KustoQuery query{query_.Key("database"), query_.text, {}};
    if (query_.slice != QuerySlice::kSnapshot) {
      query.parameters = {{"from_time", DatetimeLiteral(from)},
                          {"to_time", DatetimeLiteral(to)}};
    }
    if (parts > 1) {
      query.parameters.push_back({"parts", std::to_string(parts), true});
      query.parameters.push_back({"part", std::to_string(part), true});
    }
    const auto progress = [&](uint64_t bytes) {
      if (progress_) progress_(bytes, std::nullopt);
    };
    LEARNSQL_TRY_SET(const KustoSurvey survey,
                     client_->Run(query, file_, progress));
    if (survey.fault) return false;
    if (survey.tables.size() != 1) {
      return Status(Code::kInvalid, "the query " + query_.name + " has " +
                                        std::to_string(survey.tables.size()) +
                                        " results; it must have one");
    }
    columns_ = ColumnNames(survey);
    LEARNSQL_TRY(HashRows(survey));
    LEARNSQL_TRY(file_->Keep());
    return true;
  }

  Status HashRows(const KustoSurvey& survey) {
    const std::unique_ptr<ByteSource> bytes = file_->Fresh();
    ReadAhead ahead(bytes.get(), {.threaded = false});
    JsonCursor cursor(&ahead, {.name = query_.name});
    return ReadKustoRows(survey, &cursor, [&](size_t, const JsonTaken& row) {
      hash_.Add(row.text);
      return Status();
    });
  }

  const QueryFile& query_;
  KustoClient* client_;
  ReplyFile* file_;
  const LandingProgress& progress_;
  std::string columns_;
  RowsHash hash_;
};

KustoSource::KustoSource(KustoSourceOptions options)
    : options_(std::move(options)),
      slices_(std::move(options_.queries), options_.slices) {}
KustoSource::~KustoSource() = default;

Result<KustoClient*> KustoSource::Client() {
  if (client_ == nullptr) {
    LEARNSQL_TRY_SET(KustoClient client,
                     KustoClient::Open(options_.client, options_.tokens.get()));
    client_ = std::make_unique<KustoClient>(std::move(client));
  }
  return client_.get();
}

std::string KustoSource::PathOf(const Slice& slice) const {
  return options_.landing_dir + "/" + slice.name + ".json";
}

Result<Landed> KustoSource::Fetch(const SliceRecord& known,
                                  const LandingProgress& progress) {
  Landed landed;
  const Slice& slice = known.slice;
  const QueryFile* const query = slices_.Find(slice.object);
  if (query == nullptr || slices_.IsGone(slice)) {
    landed.kind = Landed::Kind::kMissing;
    return landed;
  }
  LEARNSQL_TRY_SET(KustoClient* const client, Client());
  const std::string path = PathOf(slice);
  LEARNSQL_TRY_SET(ReplyFile file, ReplyFile::Create(path));
  Fetching fetching(*query, client, &file, progress);
  LEARNSQL_TRY(fetching.Bring(slice.start, slice.end));
  landed.path = path;
  landed.bytes = file.kept_bytes();
  landed.sha256 = fetching.hash();
  std::error_code ignored;
  // The same rows in another order: the places of those loaded are in the file
  // that is here.
  const bool same =
      landed.sha256 == known.sha256 && std::filesystem::exists(path, ignored);
  if (!same) LEARNSQL_TRY(file.Commit());
  return landed;
}

Status KustoSource::Read(const Slice& slice, const std::string& path,
                         RowSink* sink) {
  return ReadKustoFile(path, options_.table_prefix + slice.object,
                       options_.cancel, sink);
}

Result<std::string> KustoSource::FindRecord(const SliceRecord& known,
                                            uint64_t source_offset) {
  const std::string path = PathOf(known.slice);
  std::error_code ignored;
  if (!std::filesystem::exists(path, ignored)) {
    return Status(Code::kNotFound,
                  "the cluster's reply is not here any more; 'landing = keep' "
                  "in [" +
                      options_.name + "] keeps replies from now on",
                  {known.slice.name});
  }
  LEARNSQL_TRY_SET(LandedFile file, LandedFile::Open(path, options_.cancel));
  std::optional<std::string> found;
  LEARNSQL_TRY_SET(const std::vector<KustoSurvey> surveys,
                   SurveyFile(path, options_.cancel));
  for (const KustoSurvey& survey : surveys) {
    LEARNSQL_TRY(ReadKustoRows(survey, &file.cursor(),
                               [&](size_t, const JsonTaken& row) {
                                 if (row.offset == source_offset)
                                   found = std::string(row.text);
                                 return Status();
                               }));
  }
  if (found) return *found;
  return Status(Code::kNotFound, "no record begins here",
                {.name = path, .byte = source_offset});
}

Result<std::vector<SourceAnswer>> KustoSource::Connect() {
  LEARNSQL_TRY_SET(KustoClient* const client, Client());
  std::set<std::string> databases;
  for (const QueryFile& file : slices_.files()) {
    databases.insert(file.Key("database"));
  }
  std::vector<SourceAnswer> answers;
  for (const std::string& database : databases) {
    LEARNSQL_TRY_SET(ReplyFile file,
                     ReplyFile::Create(options_.landing_dir + "/connect.json"));
    const Result<KustoSurvey> survey =
        client->Run({database, "print principal = current_principal()", {}},
                    &file, nullptr);
    if (survey.status().code() == Code::kCancelled) return survey.status();
    answers.push_back(
        {"database " + database, survey.status(),
         client->principal() + ", by " + options_.tokens->Describe()});
  }
  return answers;
}

void KustoSource::Done(const Slice&, const std::string& path) {
  if (options_.keep_landing) return;
  std::error_code ignored;  // a file that stays is no harm
  std::filesystem::remove(path, ignored);
}

Status ReadKustoFile(const std::string& path, std::string_view table,
                     const CancelFlag* cancel, RowSink* sink) {
  Result<std::vector<KustoSurvey>> surveys = SurveyFile(path, cancel);
  if (!surveys.ok()) return surveys.status().At({path});
  std::vector<std::string_view> columns;
  for (const KustoColumn& column : surveys->front().tables[0].columns) {
    columns.push_back(column.name);
  }
  LEARNSQL_TRY_SET(const int opened, sink->Open(table, columns));
  LEARNSQL_TRY_SET(LandedFile file, LandedFile::Open(path, cancel));
  FileLoader loader(sink, opened);
  for (const KustoSurvey& survey : *surveys) {
    LEARNSQL_TRY(loader.Load(survey, &file.cursor()));
    LEARNSQL_TRY(file.cursor().Front());
  }
  loader.Account(file.size());
  return {};
}

}  // namespace learnsql
