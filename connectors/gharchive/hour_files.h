#pragma once

#include <cstdint>
#include <string>
#include <vector>

namespace learnsql {

// The archive's files by time. Files up to 2012-03-10 and from 2015-01-01 are
// named by the UTC hour, those between by the hour of the US Pacific coast, of
// which one a year does not exist and one comes twice.

inline constexpr int64_t kSecondsPerHour = 3600;

// Which clock a file's name goes by.
enum class HourNaming { kUtc, kPacific };

struct HourFile {
  std::string name;  // "2013-02-15-0.json.gz"
  HourNaming naming = HourNaming::kUtc;
  int64_t start = 0;  // seconds UTC, half-open
  int64_t end = 0;    // one hour later; two where the name stands for two hours
};

// When the first file begins: 2011-02-12T00:00:00Z.
int64_t FirstArchiveHour();

// What to do about the eight hours that two files are named for: the switch of
// 2015-01-01, when 2014-12-31-16 to -23 by Pacific time and 2015-01-01-0 to -7
// by UTC are the same hours. They hold the same events, once without and once
// with ids, so that nothing could tell the copies: taking both counts twice.
enum class Overlap { kUtcOnly, kBoth };

// Every file whose window meets [from, to), oldest first; of two for the same
// hour the one with the UTC name first.
std::vector<HourFile> HourFilesMeeting(int64_t from, int64_t to,
                                       Overlap overlap = Overlap::kUtcOnly);

// A stretch of time, half-open, in seconds UTC.
struct Stretch {
  int64_t start = 0;
  int64_t end = 0;
};

// Something about the names of a stretch of time that its files do not show.
struct NameNote {
  Stretch hours;  // empty for a name that stands for no time
  std::string text;
};
// Those that meet [from, to): both switches between the two ways of naming, and
// the hour that summer time skips. Oldest first.
std::vector<NameNote> NameNotesMeeting(int64_t from, int64_t to,
                                       Overlap overlap);

Stretch HoursWithoutFile();   // the switch of 2012-03-11: no name stands for it
Stretch HoursWithTwoFiles();  // the switch of 2015-01-01

// Seconds that Pacific time is behind UTC at a moment: 7 or 8 hours, by the
// rule of 2007 (second Sunday of March to first Sunday of November).
int64_t PacificOffsetSeconds(int64_t utc);

}  // namespace learnsql
