// Measures what loading costs: each stage alone, and the whole.
//
// usage: load_bench [--rounds N] [--whole] FILE.json.gz...
//        load_bench --hours N FILE.json.gz
// Prints a row a stage: the median of the rounds, in events and megabytes
// (10^6 bytes, decoded) per second, its share of inflate alone, the processor
// time of all its threads, and the process's peak of resident memory. The
// stages are interleaved, so that a noisy moment hits all of them. With --whole
// nothing but inflate and the whole is run: what a profiler wants to see.
//
// With --hours the file is loaded N times into one warehouse, each time as
// another hour, and a row is printed for each tenth of them: whether an event
// costs more in a larger file.

#include <sys/resource.h>
#include <unistd.h>

#include <algorithm>
#include <array>
#include <charconv>
#include <cstdio>
#include <cstring>
#include <filesystem>
#include <functional>
#include <string>
#include <vector>

#include "connectors/decode/inflate.h"
#include "connectors/decode/json_stream.h"
#include "connectors/decode/read_ahead.h"
#include "connectors/fetch/landing.h"
#include "connectors/gharchive/gharchive_source.h"
#include "engine/base/byte_source.h"
#include "engine/base/clock.h"
#include "engine/base/sha256_file.h"
#include "engine/load/raw_contract.h"
#include "engine/load/raw_writer.h"
#include "engine/load/sync.h"
#include "engine/store/warehouse.h"

namespace learnsql {
namespace {

struct Work {
  uint64_t events = 0;
  uint64_t bytes = 0;  // decoded
};

using Files = std::vector<std::string>;

// Takes rows and does nothing with them.
class NullSink final : public RowSink {
 public:
  Result<int> Open(std::string_view,
                   std::span<const std::string_view>) override {
    return 0;
  }
  Result<bool> Add(int, const RecordPlace&, std::string_view,
                   std::span<const Value>) override {
    return true;
  }
  Status AddBeside(int, const RecordPlace&, std::span<const Value>) override {
    return {};
  }
  Status Reject(const RejectedRecord&) override { return {}; }
  void CountUnknown(std::string_view) override {}
  void Account(const StreamTotals& totals) override {
    work_ = {totals.records, totals.bytes_decoded};
  }
  const Work& work() const { return work_; }

 private:
  Work work_;
};

Result<Work> Hash(const Files& files) {
  for (const std::string& file : files) {
    LEARNSQL_TRY(StatusOf(Sha256OfFile(file, nullptr)));
  }
  return Work{};
}

Result<Work> Inflate(const Files& files) {
  Work work;
  std::vector<std::byte> buffer(256 << 10);
  for (const std::string& path : files) {
    LEARNSQL_TRY_SET(FileSource file, FileSource::Open(path));
    GzipReader gzip(&file, path);
    while (true) {
      LEARNSQL_TRY_SET(const size_t n, gzip.Read(buffer));
      if (n == 0) break;
    }
    work.bytes += gzip.counts().decoded_bytes;
  }
  return work;
}

Result<Work> Parse(const Files& files) {
  Work work;
  for (const std::string& path : files) {
    LEARNSQL_TRY_SET(FileSource file, FileSource::Open(path));
    GzipReader gzip(&file, path);
    ReadAhead ahead(&gzip);
    JsonStream stream(&ahead);
    while (true) {
      LEARNSQL_TRY_SET(const JsonItem item, stream.Next());
      if (item.kind == JsonItem::Kind::kEnd) break;
    }
    work.events += stream.totals().records;
    work.bytes += stream.totals().bytes_decoded;
  }
  return work;
}

Result<Work> Normalize(const Files& files) {
  Work work;
  for (const std::string& path : files) {
    NullSink sink;
    LEARNSQL_TRY(ReadEvents(path, {}, nullptr, &sink));
    work.events += sink.work().events;
    work.bytes += sink.work().bytes;
  }
  return work;
}

// A source of exactly the given files.
class FilesSource final : public Source {
 public:
  explicit FilesSource(const Files& files) : files_(files) {}
  std::string_view name() const override { return "gharchive"; }
  Result<std::vector<Slice>> Slices(const Window&) override {
    std::vector<Slice> slices;
    for (size_t i = 0; i < files_.size(); ++i) {
      const auto start = static_cast<int64_t>(i) * 3600;
      slices.push_back({"hours", start, start + 3600, files_[i]});
    }
    return slices;
  }
  bool IsDue(const SliceRecord&) override { return true; }
  Result<Landed> Fetch(const SliceRecord& known,
                       const LandingProgress&) override {
    Landed landed;
    landed.path = known.slice.name;
    landed.bytes = std::filesystem::file_size(landed.path);
    landed.sha256_later = [path = landed.path] {
      return Sha256OfFile(path, nullptr);
    };
    return landed;
  }
  Status Read(const Slice&, const std::string& path, RowSink* sink) override {
    return ReadEvents(path, {}, nullptr, sink);
  }
  void Done(const Slice&, const std::string&) override {}

 private:
  const Files& files_;
};

using Progress = std::function<void(const SyncProgress&)>;

Result<Work> Load(const Files& files, const RawContract& contract,
                  const Progress& progress = nullptr) {
  const std::filesystem::path folder =
      std::filesystem::temp_directory_path() /
      ("learnsql-bench-" + std::to_string(::getpid()));
  std::filesystem::remove_all(folder);
  std::filesystem::create_directories(folder);
  LEARNSQL_TRY_SET(Connection connection,
                   OpenWarehouse((folder / "w.db").string(), true, nullptr));
  FilesSource source(files);
  SyncOptions options;
  options.clock = Clock::System();
  options.progress = progress;
  LEARNSQL_TRY_SET(const SyncReport report,
                   Sync(&connection, &source, contract, {}, options));
  std::filesystem::remove_all(folder);
  LEARNSQL_TRY(report.worst);
  return Work{report.counts.rows_loaded, report.counts.stream.bytes_decoded};
}

struct Stage {
  const char* name;
  std::function<Result<Work>()> run;
  std::vector<double> seconds = {};
  std::vector<double> cpu_seconds = {};
  Work work = {};
};

double Median(std::vector<double> values) {
  std::sort(values.begin(), values.end());
  return values[values.size() / 2];
}

// Of all threads so far, in the user's and the kernel's code.
double CpuSeconds() {
  struct rusage usage;
  ::getrusage(RUSAGE_SELF, &usage);
  const auto seconds = [](const timeval& t) {
    return static_cast<double>(t.tv_sec) + static_cast<double>(t.tv_usec) / 1e6;
  };
  return seconds(usage.ru_utime) + seconds(usage.ru_stime);
}

double PeakMegabytes() {
  struct rusage usage;
  ::getrusage(RUSAGE_SELF, &usage);
  return static_cast<double>(usage.ru_maxrss) * 1024 / 1e6;
}

Status RunRounds(std::span<Stage> stages, int rounds) {
  const Clock* const clock = Clock::System();
  for (int round = 0; round < rounds; ++round) {
    for (Stage& stage : stages) {
      const int64_t began = clock->MonotonicMicros();
      const double cpu_began = CpuSeconds();
      LEARNSQL_TRY_SET(stage.work, stage.run());
      stage.cpu_seconds.push_back(CpuSeconds() - cpu_began);
      stage.seconds.push_back(
          static_cast<double>(clock->MonotonicMicros() - began) / 1e6);
    }
  }
  return {};
}

void Print(std::span<const Stage> stages) {
  const Stage& whole = stages.back();
  const double inflate = Median(stages.front().seconds);
  std::printf("%-28s %8s %12s %8s %10s %8s\n", "stage", "seconds", "events/s",
              "MB/s", "of inflate", "cpu s");
  for (const Stage& stage : stages) {
    const double seconds = Median(stage.seconds);
    std::printf("%-28s %8.3f %12.0f %8.0f %9.0f%% %8.3f\n", stage.name, seconds,
                static_cast<double>(whole.work.events) / seconds,
                static_cast<double>(whole.work.bytes) / 1e6 / seconds,
                100 * inflate / seconds, Median(stage.cpu_seconds));
  }
  std::printf("%llu events, %.1f MB decoded, peak %.1f MB resident\n",
              static_cast<unsigned long long>(whole.work.events),
              static_cast<double>(whole.work.bytes) / 1e6, PeakMegabytes());
}

Status Run(int rounds, bool whole_only, const Files& files) {
  LEARNSQL_TRY_SET(const RawContract contract,
                   ReadRawContract(LEARNSQL_ROOT "/sql/raw/gharchive.sql"));
  std::vector<Stage> stages = {
      {"inflate", [&] { return Inflate(files); }},
      {"sha256 of the file", [&] { return Hash(files); }},
      {"inflate | parse", [&] { return Parse(files); }},
      {"inflate | parse, normalise", [&] { return Normalize(files); }},
      {"whole load, durable", [&] { return Load(files, contract); }},
  };
  if (whole_only) stages.erase(stages.begin() + 1, stages.end() - 1);
  LEARNSQL_TRY(RunRounds(stages, rounds));
  Print(stages);
  return {};
}

// The same file as so many hours of one warehouse.
Status RunCurve(size_t hours, const std::string& file) {
  LEARNSQL_TRY_SET(const RawContract contract,
                   ReadRawContract(LEARNSQL_ROOT "/sql/raw/gharchive.sql"));
  struct Point {
    size_t hours;
    double cpu_seconds;
    double seconds;
  };
  const Clock* const clock = Clock::System();
  const int64_t began = clock->MonotonicMicros();
  std::vector<Point> points = {{0, CpuSeconds(), 0}};
  const size_t step = std::max<size_t>(hours / 10, 1);
  const auto look = [&](const SyncProgress& progress) {
    if (progress.slices_done < points.back().hours + step) return;
    points.push_back(
        {progress.slices_done, CpuSeconds(),
         static_cast<double>(clock->MonotonicMicros() - began) / 1e6});
  };
  LEARNSQL_TRY_SET(const Work work, Load(Files(hours, file), contract, look));
  const double events =
      static_cast<double>(work.events) / static_cast<double>(hours);
  std::printf("%-12s %16s %16s\n", "hours", "events/cpu s", "events/s");
  for (size_t i = 1; i < points.size(); ++i) {
    const Point& from = points[i - 1];
    const Point& to = points[i];
    const double loaded = events * static_cast<double>(to.hours - from.hours);
    std::printf("%4zu to %4zu %16.0f %16.0f\n", from.hours + 1, to.hours,
                loaded / (to.cpu_seconds - from.cpu_seconds),
                loaded / (to.seconds - from.seconds));
  }
  return {};
}

}  // namespace
}  // namespace learnsql

int main(int argc, char** argv) {
#ifndef __OPTIMIZE__
  std::fputs("warning: built without optimisation\n", stderr);
#endif
  int rounds = 5;
  bool whole_only = false;
  int hours = 0;
  learnsql::Files files;
  for (int i = 1; i < argc; ++i) {
    if (std::strcmp(argv[i], "--rounds") == 0 && i + 1 < argc) {
      rounds = std::max(1, std::atoi(argv[++i]));
    } else if (std::strcmp(argv[i], "--hours") == 0 && i + 1 < argc) {
      hours = std::max(1, std::atoi(argv[++i]));
    } else if (std::strcmp(argv[i], "--whole") == 0) {
      whole_only = true;
    } else {
      files.emplace_back(argv[i]);
    }
  }
  if (files.empty()) {
    std::fputs(
        "usage: load_bench [--rounds N] [--whole] FILE.json.gz...\n"
        "       load_bench --hours N FILE.json.gz\n",
        stderr);
    return 2;
  }
  const learnsql::Status status =
      hours > 0 ? learnsql::RunCurve(static_cast<size_t>(hours), files[0])
                : learnsql::Run(rounds, whole_only, files);
  if (status.ok()) return 0;
  std::fprintf(stderr, "load_bench: %s\n", status.ToString().c_str());
  return 1;
}
