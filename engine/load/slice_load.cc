#include "engine/load/slice_load.h"

#include "engine/base/cancel.h"

namespace learnsql {
namespace {

// Passes rows on, and looks at the cancel flag between them.
class WatchingSink final : public RowSink {
 public:
  WatchingSink(const SliceLoad& load, RawWriter* writer)
      : load_(load), writer_(writer) {}

  Result<int> Open(std::string_view table,
                   std::span<const std::string_view> columns) override {
    return writer_->Open(table, columns);
  }
  Result<bool> Add(int table, const RecordPlace& place, std::string_view record,
                   std::span<const Value> values) override {
    decoded_ = place.byte;
    LEARNSQL_TRY(Look());
    return writer_->Add(table, place, record, values);
  }
  Status AddBeside(int table, const RecordPlace& place,
                   std::span<const Value> values) override {
    return writer_->AddBeside(table, place, values);
  }
  Status Reject(const RejectedRecord& record) override {
    decoded_ = record.place.byte;
    LEARNSQL_TRY(Look());
    return writer_->Reject(record);
  }
  void CountUnknown(std::string_view path) override {
    writer_->CountUnknown(path);
  }
  void Account(const StreamTotals& totals) override {
    decoded_ = totals.bytes_decoded;
    writer_->Account(totals);
    Publish();
  }

 private:
  Status Look() {
    constexpr uint64_t kRecords = 1024;
    if (++records_ % kRecords != 0) return {};
    Publish();
    return load_.cancel == nullptr ? Status() : load_.cancel->Check();
  }

  void Publish() {
    load_.meter->rows.store(writer_->counts().rows_loaded,
                            std::memory_order_relaxed);
    load_.meter->bytes_decoded.store(decoded_, std::memory_order_relaxed);
    if (load_.tick) load_.tick();
  }

  const SliceLoad& load_;
  RawWriter* writer_;
  uint64_t records_ = 0;
  uint64_t decoded_ = 0;
};

}  // namespace

Result<LoadedRows> LoadSlice(const SliceLoad& load, Connection* connection) {
  RawWriter writer(connection, load.contract, load.load_id, load.writer);
  WatchingSink sink(load, &writer);
  LEARNSQL_TRY(load.source->Read(load.slice, load.path, &sink));
  LEARNSQL_TRY(writer.Finish());
  return LoadedRows{writer.counts(), writer.tables(), writer.late_rows()};
}

RowRange RowsOf(int64_t load_id) {
  const int64_t first = load_id << RawWriter::kSequenceBits;
  return {first, first + (int64_t{1} << RawWriter::kSequenceBits) - 1};
}

}  // namespace learnsql
