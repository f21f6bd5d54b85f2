// gen_hour --hour 2025-06-01-15 --out 2025-06-01-15.json.gz
//          [--shape modern|lean] [--events 220000] [--seed 1]
//
// Writes one hour as GH Archive would, for benchmarks and tests. The same
// arguments give the same events everywhere, and with the same zlib the same
// file. Prints what it wrote.

#include <zlib.h>

#include <charconv>
#include <chrono>
#include <cstdio>
#include <map>
#include <memory>
#include <optional>
#include <string>
#include <string_view>

#include "bench/hour_generator.h"

namespace learnsql::bench {
namespace {

constexpr int kGzipLevel = 6;

struct CloseGzip {
  void operator()(gzFile_s* file) const noexcept { gzclose(file); }
};
using GzipHandle = std::unique_ptr<gzFile_s, CloseGzip>;

struct Arguments {
  HourOptions hour;
  std::string out;
};

int Fail(const std::string& message) {
  std::fprintf(stderr, "gen_hour: %s\n", message.c_str());
  return 2;
}

std::optional<uint64_t> Number(std::string_view text) {
  uint64_t number = 0;
  const auto [end, error] =
      std::from_chars(text.data(), text.data() + text.size(), number);
  if (error != std::errc() || end != text.data() + text.size()) return {};
  return number;
}

// "2025-06-01-5", as the archive names its files.
bool SetHour(const std::string& name, HourOptions* options) {
  int year = 0;
  unsigned month = 0;
  unsigned day = 0;
  unsigned hour = 0;
  int length = 0;
  if (std::sscanf(name.c_str(), "%4d-%2u-%2u-%2u%n", &year, &month, &day, &hour,
                  &length) != 4 ||
      static_cast<size_t>(length) != name.size() || year < 1970 || hour > 23) {
    return false;
  }
  const std::chrono::year_month_day date{std::chrono::year(year),
                                         std::chrono::month(month),
                                         std::chrono::day(day)};
  if (!date.ok()) return false;
  const std::chrono::sys_days days(date);
  options->hour_number =
      static_cast<uint64_t>(days.time_since_epoch().count()) * 24 + hour;
  char text[48];
  std::snprintf(text, sizeof(text), "%04d-%02u-%02uT%02u", year, month, day,
                hour);
  options->hour = text;
  return true;
}

// Sets one flag. False when its value is no good.
bool Set(const std::string& flag, const std::string& value, Arguments* to) {
  if (flag == "--out") {
    to->out = value;
    return true;
  }
  if (flag == "--hour") return SetHour(value, &to->hour);
  if (flag == "--shape") {
    to->hour.shape = value == "lean" ? HourShape::kLean : HourShape::kModern;
    return value == "lean" || value == "modern";
  }
  const std::optional<uint64_t> number = Number(value);
  if (!number) return false;
  if (flag == "--seed") to->hour.seed = *number;
  if (flag == "--events") to->hour.events = *number;
  return flag == "--seed" || (flag == "--events" && *number <= kMaxEvents);
}

// The reason for which `argv` is refused; empty when it is not.
std::string Parse(int argc, char** argv, Arguments* arguments) {
  const std::map<std::string, std::string> known = {
      {"--hour", "like 2025-06-01-15"}, {"--out", "a file"},
      {"--shape", "modern or lean"},    {"--events", "a number up to 500000"},
      {"--seed", "a number"},
  };
  for (int i = 1; i < argc; i += 2) {
    const auto flag = known.find(argv[i]);
    if (flag == known.end()) {
      return "unknown flag '" + std::string(argv[i]) +
             "' (--hour, --out, --shape, --events or --seed)";
    }
    if (i + 1 == argc || !Set(flag->first, argv[i + 1], arguments)) {
      return flag->first + " must be " + flag->second;
    }
  }
  if (arguments->hour.hour.empty()) return "--hour is missing";
  if (arguments->out.empty()) return "--out is missing";
  return "";
}

// The decoded bytes written; nothing when the file could not be written.
std::optional<uint64_t> WriteHour(const Arguments& arguments) {
  GzipHandle file(gzopen(arguments.out.c_str(), "wb"));
  if (!file) return {};
  gzsetparams(file.get(), kGzipLevel, Z_DEFAULT_STRATEGY);
  gzbuffer(file.get(), 256 << 10);
  HourGenerator generator(arguments.hour);
  uint64_t bytes = 0;
  for (std::string_view line = generator.Next(); !line.empty();
       line = generator.Next()) {
    bytes += line.size();
    if (gzwrite(file.get(), line.data(), static_cast<unsigned>(line.size())) !=
        static_cast<int>(line.size())) {
      return {};
    }
  }
  if (gzclose(file.release()) != Z_OK) return {};
  return bytes;
}

int Run(int argc, char** argv) {
  Arguments arguments;
  const std::string refused = Parse(argc, argv, &arguments);
  if (!refused.empty()) return Fail(refused);
  const std::optional<uint64_t> bytes = WriteHour(arguments);
  if (!bytes) return Fail("cannot write '" + arguments.out + "'");
  std::printf("%s: %llu events, %llu bytes decoded\n", arguments.out.c_str(),
              static_cast<unsigned long long>(arguments.hour.events),
              static_cast<unsigned long long>(*bytes));
  return 0;
}

}  // namespace
}  // namespace learnsql::bench

int main(int argc, char** argv) { return learnsql::bench::Run(argc, argv); }
