#include "connectors/gharchive/hour_files.h"

#include <algorithm>

#include "engine/base/clock.h"

namespace learnsql {
namespace {

constexpr int64_t kStandard = 8 * kSecondsPerHour;
constexpr int64_t kDaylight = 7 * kSecondsPerHour;

int64_t Utc(int64_t year, int month, int day, int hour = 0) {
  return SecondsFromCivil(
      {.year = year, .month = month, .day = day, .hour = hour});
}

// Local midnights of the first and after the last Pacific file, as UTC.
int64_t PacificBegin() { return Utc(2012, 3, 11) + kStandard; }
int64_t PacificEnd() { return Utc(2015, 1, 1) + kStandard; }
// The UTC names stop at one midnight and go on from another.
int64_t UtcGapBegin() { return Utc(2012, 3, 11); }
int64_t UtcGapEnd() { return Utc(2015, 1, 1); }

// The day of the `nth` Sunday of a month.
int NthSunday(int64_t year, int month, int nth) {
  // 1970-01-01 was a Thursday.
  const int64_t weekday = (DaysFromCivil(year, month, 1) + 4) % 7;
  return static_cast<int>((7 - weekday) % 7) + 1 + (nth - 1) * 7;
}

std::string NameOf(int64_t local) {
  const CivilTime t = CivilFromSeconds(local);
  return FormatUtc(local).substr(0, 10) + "-" + std::to_string(t.hour) +
         ".json.gz";
}

int64_t FloorToHour(int64_t seconds) {
  return seconds - seconds % kSecondsPerHour;
}

void AddUtcFiles(int64_t from, int64_t to, std::vector<HourFile>* files) {
  for (int64_t at = FloorToHour(from); at < to; at += kSecondsPerHour) {
    if (at >= UtcGapBegin() && at < UtcGapEnd()) {
      at = UtcGapEnd() - kSecondsPerHour;
      continue;
    }
    files->push_back({NameOf(at), HourNaming::kUtc, at, at + kSecondsPerHour});
  }
}

std::string PacificNameOf(int64_t at) {
  return NameOf(at - PacificOffsetSeconds(at));
}

void AddPacificFiles(int64_t from, int64_t to, Overlap overlap,
                     std::vector<HourFile>* files) {
  const int64_t last = overlap == Overlap::kBoth ? PacificEnd() : UtcGapEnd();
  // An hour earlier, because a doubled name may have begun before `from`.
  const int64_t begin =
      std::max(FloorToHour(from) - kSecondsPerHour, PacificBegin());
  for (int64_t at = begin; at < std::min(to, last); at += kSecondsPerHour) {
    const std::string name = PacificNameOf(at);
    const bool second_hour = name == PacificNameOf(at - kSecondsPerHour);
    if (second_hour) continue;
    const int64_t hours = name == PacificNameOf(at + kSecondsPerHour) ? 2 : 1;
    files->push_back(
        {name, HourNaming::kPacific, at, at + hours * kSecondsPerHour});
  }
}

}  // namespace

int64_t FirstArchiveHour() { return Utc(2011, 2, 12); }

Stretch HoursWithoutFile() { return {UtcGapBegin(), PacificBegin()}; }
Stretch HoursWithTwoFiles() { return {UtcGapEnd(), PacificEnd()}; }

std::vector<NameNote> NameNotesMeeting(int64_t from, int64_t to,
                                       Overlap overlap) {
  std::vector<NameNote> notes = {
      {HoursWithoutFile(),
       "no file has these hours: names go by UTC up to 2012-03-10 and by US "
       "Pacific time from 2012-03-11"}};
  for (int year = 2012; year <= 2014; ++year) {
    const int64_t local = Utc(year, 3, NthSunday(year, 3, 2), 2);
    const int64_t at = local + kStandard;
    notes.push_back(
        {{at, at}, NameOf(local) + " does not exist: US summer time begins"});
  }
  notes.push_back(
      {HoursWithTwoFiles(),
       std::string("2015-01-01-0 to -7 (UTC) and 2014-12-31-16 to -23 (US "
                   "Pacific) have the same events; ") +
           (overlap == Overlap::kUtcOnly
                ? "only the former are loaded (gharchive.overlap = utc)"
                : "both are loaded (gharchive.overlap = both)")});
  std::erase_if(notes, [&](const NameNote& note) {
    return note.hours.start >= to ||
           std::max(note.hours.end, note.hours.start + 1) <= from;
  });
  return notes;
}

int64_t PacificOffsetSeconds(int64_t utc) {
  const int64_t year = CivilFromSeconds(utc - kStandard).year;
  const int64_t begin = Utc(year, 3, NthSunday(year, 3, 2), 2) + kStandard;
  const int64_t end = Utc(year, 11, NthSunday(year, 11, 1), 2) + kDaylight;
  return utc >= begin && utc < end ? kDaylight : kStandard;
}

std::vector<HourFile> HourFilesMeeting(int64_t from, int64_t to,
                                       Overlap overlap) {
  from = std::max(from, FirstArchiveHour());
  std::vector<HourFile> files;
  if (from >= to) return files;
  AddUtcFiles(from, to, &files);
  AddPacificFiles(from, to, overlap, &files);
  std::erase_if(files, [&](const HourFile& file) {
    return file.end <= from || file.start >= to;
  });
  std::stable_sort(
      files.begin(), files.end(),
      [](const HourFile& a, const HourFile& b) { return a.start < b.start; });
  return files;
}

}  // namespace learnsql
