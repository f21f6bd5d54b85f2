#include "engine/load/seen_records.h"

#include <algorithm>
#include <bit>
#include <cassert>
#include <cerrno>
#include <cstring>
#include <queue>
#include <tuple>

namespace learnsql {
namespace {

constexpr int kSequenceBits = 28;
constexpr uint64_t kSequenceMask = (uint64_t{1} << kSequenceBits) - 1;
constexpr size_t kFirstSlots = 4096;

// Key 0 marks a free slot.
uint64_t NonZero(uint64_t hash) { return hash == 0 ? 1 : hash; }

Status FileError() {
  return Status(Code::kIo, std::string("temporary file for duplicates: ") +
                               std::strerror(errno));
}

// Reads one sorted run of the file in small pieces.
template <typename Entry>
class RunReader {
 public:
  RunReader(std::FILE* file, size_t first, size_t count)
      : file_(file), next_(first), end_(first + count) {}

  // False at the end of the run.
  Result<bool> Next(Entry* entry) {
    if (at_ == buffer_.size()) {
      LEARNSQL_TRY(Fill());
      if (buffer_.empty()) return false;
    }
    *entry = buffer_[at_++];
    return true;
  }

 private:
  Status Fill() {
    constexpr size_t kEntries = 2048;
    buffer_.resize(std::min(kEntries, end_ - next_));
    at_ = 0;
    const long offset = static_cast<long>(next_ * sizeof(Entry));
    if (std::fseek(file_, offset, SEEK_SET) != 0 ||
        std::fread(buffer_.data(), sizeof(Entry), buffer_.size(), file_) !=
            buffer_.size()) {
      return FileError();
    }
    next_ += buffer_.size();
    return {};
  }

  std::FILE* file_;
  size_t next_;
  size_t end_;
  std::vector<Entry> buffer_;
  size_t at_ = 0;
};

}  // namespace

SeenRecords::SeenRecords(size_t capacity)
    : capacity_(capacity), slots_(kFirstSlots) {}

Result<SeenRecords::Verdict> SeenRecords::Add(uint64_t key_hash,
                                              uint64_t content_hash,
                                              uint32_t sequence) {
  if (size_ == capacity_) LEARNSQL_TRY(SpillRun());
  if ((size_ + 1) * 4 > slots_.size() * 3) {
    std::vector<Entry> old(slots_.size() * 2);
    old.swap(slots_);
    for (const Entry& entry : old) {
      if (entry.key == 0) continue;
      size_t at = entry.key & (slots_.size() - 1);
      while (slots_[at].key != 0) at = (at + 1) & (slots_.size() - 1);
      slots_[at] = entry;
    }
  }
  const uint64_t key = NonZero(key_hash);
  const uint64_t content = content_hash << kSequenceBits;
  Verdict verdict = Verdict::kNew;
  size_t at = key & (slots_.size() - 1);
  for (; slots_[at].key != 0; at = (at + 1) & (slots_.size() - 1)) {
    if (slots_[at].key != key) continue;
    const uint64_t other = slots_[at].content_and_sequence & ~kSequenceMask;
    if (other == content) return Verdict::kDuplicate;
    verdict = Verdict::kConflict;
  }
  slots_[at] = {key, content | sequence};
  ++size_;
  return verdict;
}

Status SeenRecords::SpillRun() {
  if (runs_ == nullptr) {
    runs_.reset(std::tmpfile());
    if (runs_ == nullptr) return FileError();
  }
  std::vector<Entry> run;
  run.swap(slots_);
  std::erase_if(run, [](const Entry& entry) { return entry.key == 0; });
  std::sort(run.begin(), run.end(), [](const Entry& a, const Entry& b) {
    return std::tie(a.key, a.content_and_sequence) <
           std::tie(b.key, b.content_and_sequence);
  });
  if (std::fseek(runs_.get(), 0, SEEK_END) != 0 ||
      std::fwrite(run.data(), sizeof(Entry), run.size(), runs_.get()) !=
          run.size() ||
      std::fflush(runs_.get()) != 0) {
    return FileError();
  }
  run_sizes_.push_back(run.size());
  slots_.assign(kFirstSlots, {});
  size_ = 0;
  return {};
}

Result<SeenRecords::Late> SeenRecords::Finish() {
  Late late;
  if (run_sizes_.empty()) return late;
  LEARNSQL_TRY(SpillRun());
  std::vector<RunReader<Entry>> readers;
  size_t first = 0;
  for (const size_t count : run_sizes_) {
    readers.emplace_back(runs_.get(), first, count);
    first += count;
  }
  // All entries of all runs by key, content, sequence: copies become
  // neighbours, the first of them the one that stays.
  using Head = std::tuple<uint64_t, uint64_t, size_t>;
  std::priority_queue<Head, std::vector<Head>, std::greater<>> heads;
  const auto advance = [&](size_t reader) -> Status {
    Entry entry;
    LEARNSQL_TRY_SET(const bool more, readers[reader].Next(&entry));
    if (more) heads.emplace(entry.key, entry.content_and_sequence, reader);
    return {};
  };
  for (size_t i = 0; i < readers.size(); ++i) LEARNSQL_TRY(advance(i));
  uint64_t last_key = 0;
  uint64_t last_content = 0;
  size_t last_reader = 0;
  while (!heads.empty()) {
    const auto [key, content_and_sequence, reader] = heads.top();
    heads.pop();
    const uint64_t content = content_and_sequence >> kSequenceBits;
    if (key == last_key && content == last_content) {
      late.duplicates.push_back(
          static_cast<uint32_t>(content_and_sequence & kSequenceMask));
    } else {
      // Conflicts within one run were seen when it was filled.
      if (key == last_key && reader != last_reader) ++late.conflicts;
      last_key = key;
      last_content = content;
      last_reader = reader;
    }
    LEARNSQL_TRY(advance(reader));
  }
  return late;
}

}  // namespace learnsql
