#include "connectors/queries/query_slices.h"

#include <algorithm>
#include <charconv>

#include "engine/base/clock.h"

namespace learnsql {
namespace {

constexpr int64_t kDay = 24 * 3600;

int64_t DayOf(int64_t seconds) {
  const int64_t rest = seconds % kDay;
  return seconds - (rest < 0 ? rest + kDay : rest);
}

int64_t MonthOf(int64_t seconds) {
  const CivilTime civil = CivilFromSeconds(seconds);
  return DaysFromCivil(civil.year, civil.month, 1) * kDay;
}

int64_t NextMonth(int64_t month) { return MonthOf(month + 31 * kDay); }

std::string Name(const QueryFile& file, int64_t start) {
  const size_t length = file.slice == QuerySlice::kMonth ? 7 : 10;
  return file.name + "/" + FormatUtc(start).substr(0, length);
}

}  // namespace

void QuerySlices::Add(const QueryFile& file, int64_t from, int64_t to,
                      std::vector<Slice>* slices) const {
  const bool month = file.slice == QuerySlice::kMonth;
  int64_t start = month ? MonthOf(from) : DayOf(from);
  while (start < to) {
    const int64_t end = month ? NextMonth(start) : start + kDay;
    slices->push_back({file.name, start, end, Name(file, start)});
    start = end;
  }
}

Result<std::vector<Slice>> QuerySlices::Slices(std::string_view source,
                                               const Window& window) const {
  const int64_t now = options_.clock->NowSeconds();
  const int64_t to = std::min(window.to.value_or(now + 1), now + 1);
  std::optional<int64_t> from = window.from ? window.from : options_.start;
  if (!from) from = window.resume;
  std::vector<Slice> slices;
  for (const QueryFile& file : files_) {
    if (file.slice == QuerySlice::kSnapshot) {
      const bool now_asked = (!window.from || *window.from <= now) && to > now;
      if (now_asked) Add(file, now, now + 1, &slices);
      continue;
    }
    std::optional<int64_t> begin = from;
    if (!begin && file.hot_days > 0) begin = now - file.hot_days * kDay;
    if (!begin) {
      return Status(Code::kUsage,
                    "where should " + std::string(source) +
                        " begin? Say 'learnsql sync " + std::string(source) +
                        " --from 2024-01-01', or write 'start = 2024-01-01' in "
                        "its section of learnsql.ini");
    }
    Add(file, *begin, to, &slices);
  }
  std::stable_sort(
      slices.begin(), slices.end(),
      [](const Slice& a, const Slice& b) { return a.start < b.start; });
  return slices;
}

bool QuerySlices::IsGone(const Slice& slice) const {
  const QueryFile* const file = Find(slice.object);
  return file != nullptr && file->hot_days > 0 &&
         slice.start <
             options_.clock->NowSeconds() - (file->hot_days - 1) * kDay;
}

bool QuerySlices::IsDue(const SliceRecord& known) const {
  const int64_t now = options_.clock->NowSeconds();
  const bool had =
      known.state == SliceState::kLoaded || known.state == SliceState::kEmpty;
  const bool settled = known.state == SliceState::kMissing ||
                       known.state == SliceState::kSourceGone;
  // Once more, to be marked as gone.
  if (IsGone(known.slice)) return !settled;
  if (!had) return true;
  const int64_t since = known.checked_at ? now - *known.checked_at : INT64_MAX;
  if (since < options_.refresh_seconds) return false;
  // What was asked for while rows could still come is asked for again.
  const int64_t final_at = known.slice.end + options_.settle_days * kDay;
  return !known.checked_at || *known.checked_at < final_at;
}

int64_t QuerySlices::recheck_seconds() const {
  int64_t days = options_.settle_days + 31;
  for (const QueryFile& file : files_) {
    if (file.hot_days > 0) days = std::max(days, file.hot_days + 31);
  }
  return days * kDay;
}

const QueryFile* QuerySlices::Find(std::string_view object) const {
  const auto at =
      std::find_if(files_.begin(), files_.end(),
                   [&](const QueryFile& file) { return file.name == object; });
  return at == files_.end() ? nullptr : &*at;
}

void RowsHash::Add(std::string_view row) {
  const std::string hex = Sha256::HexOf(row);
  for (size_t i = 0; i < sums_.size(); ++i) {
    uint64_t part = 0;
    std::from_chars(hex.data() + 16 * i, hex.data() + 16 * i + 16, part, 16);
    sums_[i] += part;
  }
  ++rows_;
}

std::string RowsHash::Hex(std::string_view columns) const {
  std::string text(columns);
  for (const uint64_t sum : sums_) text += "\n" + std::to_string(sum);
  return Sha256::HexOf(text + "\n" + std::to_string(rows_));
}

}  // namespace learnsql
