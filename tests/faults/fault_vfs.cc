#include "tests/faults/fault_vfs.h"

#include <fcntl.h>
#include <sqlite3.h>
#include <unistd.h>

#include <algorithm>
#include <atomic>
#include <cerrno>
#include <cstdlib>
#include <cstring>
#include <filesystem>
#include <map>
#include <mutex>
#include <new>
#include <optional>
#include <random>
#include <string>
#include <vector>

namespace learnsql {
namespace {

// A change of a file that no sync followed yet.
struct Change {
  sqlite3_int64 offset = 0;  // of a truncation: the new size
  bool truncation = false;
  sqlite3_int64 old_size = 0;
  std::string before;  // what lay there, as far as the file went
  std::string after;
};

struct Unsynced {
  bool created = false;
  std::vector<Change> changes;
};

// What one SQLite file object of ours is: the Unix one lies behind it.
struct FaultFile {
  sqlite3_file base;
  std::string* path;  // empty for a temporary file
};

std::atomic<uint64_t> g_calls{0};
Fault g_fault;
std::mutex g_mutex;  // of the two below
std::string g_befell;
std::map<std::string, Unsynced> g_unsynced;
sqlite3_vfs* g_unix = nullptr;

sqlite3_file* Real(sqlite3_file* file) {
  return reinterpret_cast<sqlite3_file*>(reinterpret_cast<FaultFile*>(file) +
                                         1);
}

const std::string& PathOf(sqlite3_file* file) {
  return *reinterpret_cast<FaultFile*>(file)->path;
}

bool IsPowerCut() {
  return g_fault.kind == Fault::Kind::kPowerCut ||
         g_fault.kind == Fault::Kind::kTornPowerCut;
}

bool IsEnd() {
  return IsPowerCut() || g_fault.kind == Fault::Kind::kKill ||
         g_fault.kind == Fault::Kind::kTornKill;
}

// ---- the power cut

void WriteAt(int fd, const std::string& bytes, sqlite3_int64 offset) {
  if (::pwrite(fd, bytes.data(), bytes.size(), offset) < 0) std::abort();
}

void Resize(int fd, sqlite3_int64 size) {
  if (::ftruncate(fd, size) != 0) std::abort();
}

void Undo(int fd, const Change& change) {
  WriteAt(fd, change.before, change.offset);
  Resize(fd, change.old_size);
}

// Some of the changes reached the disk after all, whole or in part, whatever
// their order.
void RedoSome(int fd, const std::vector<Change>& changes,
              std::mt19937* chance) {
  constexpr size_t kSector = 512;
  for (const Change& change : changes) {
    const uint32_t fate = (*chance)() % 3;
    if (fate == 0) continue;
    if (change.truncation) {
      Resize(fd, change.offset);
      continue;
    }
    const size_t sectors = change.after.size() / kSector;
    const size_t kept = fate == 1 || sectors == 0
                            ? change.after.size()
                            : (*chance)() % sectors * kSector;
    WriteAt(fd, change.after.substr(0, kept), change.offset);
  }
}

void CutPower(const std::string& path, const Unsynced& unsynced,
              std::mt19937* chance) {
  const int fd = ::open(path.c_str(), O_RDWR | O_CLOEXEC);
  if (fd < 0) return;  // deleted meanwhile
  for (auto at = unsynced.changes.rbegin(); at != unsynced.changes.rend();
       ++at) {
    Undo(fd, *at);
  }
  const bool torn = g_fault.kind == Fault::Kind::kTornPowerCut;
  if (torn) RedoSome(fd, unsynced.changes, chance);
  ::close(fd);
  if (!torn && unsynced.created) ::unlink(path.c_str());
}

[[noreturn]] void End() {
  if (IsPowerCut()) {
    const std::lock_guard<std::mutex> lock(g_mutex);
    std::mt19937 chance(g_fault.seed);
    for (const auto& [path, unsynced] : g_unsynced) {
      CutPower(path, unsynced, &chance);
    }
    ::_exit(FaultVfs::kKilled);
  }
  ::_exit(FaultVfs::kKilled);
}

std::string ReadOld(sqlite3_file* file, sqlite3_int64 offset,
                    sqlite3_int64 size, sqlite3_int64 old_size) {
  const sqlite3_int64 there =
      std::clamp<sqlite3_int64>(old_size - offset, 0, size);
  std::string old(static_cast<size_t>(there), '\0');
  if (there > 0) {
    Real(file)->pMethods->xRead(Real(file), old.data(), static_cast<int>(there),
                                offset);
  }
  return old;
}

void Remember(sqlite3_file* file, Change change, sqlite3_int64 size) {
  if (!IsPowerCut() || PathOf(file).empty()) return;
  const std::lock_guard<std::mutex> lock(g_mutex);
  Real(file)->pMethods->xFileSize(Real(file), &change.old_size);
  if (change.truncation) size = change.old_size - change.offset;
  change.before = ReadOld(file, change.offset, size, change.old_size);
  g_unsynced[PathOf(file)].changes.push_back(std::move(change));
}

// ---- the fault

// The errors of a broken and of a full disk at each call; SQLITE_OK where there
// is none.
struct CallKind {
  const char* name;
  int error;
  int full = SQLITE_OK;
  bool locks = false;
};

// Counts a call. Returns what befalls it; does not return when the process
// ends before it.
Fault::Kind Count(const CallKind& kind, const std::string& path) {
  const uint64_t n = ++g_calls;
  const bool hit = g_fault.at != 0 &&
                   (n == g_fault.at || (g_fault.lasting && n > g_fault.at));
  if (!hit) return Fault::Kind::kNone;
  const bool write = std::strcmp(kind.name, "write") == 0;
  if (IsEnd() && !(g_fault.kind == Fault::Kind::kTornKill && write)) End();
  const std::lock_guard<std::mutex> lock(g_mutex);
  if (g_befell.empty()) {
    g_befell = std::string(kind.name) + " " +
               std::filesystem::path(path).filename().string();
  }
  return g_fault.kind;
}

// What the call returns instead of being made; SQLITE_OK: it is made.
int Befalls(const CallKind& kind, const std::string& path) {
  const Fault::Kind fault = Count(kind, path);
  if (fault == Fault::Kind::kError && kind.error != SQLITE_OK) {
    errno = EIO;
    return kind.error;
  }
  if ((fault == Fault::Kind::kFull || fault == Fault::Kind::kShortWrite) &&
      kind.full != SQLITE_OK) {
    errno = ENOSPC;
    return kind.full;
  }
  if (fault == Fault::Kind::kBusy && kind.locks) return SQLITE_BUSY;
  return SQLITE_OK;
}

constexpr CallKind kOpen = {"open", SQLITE_CANTOPEN, SQLITE_CANTOPEN};
constexpr CallKind kDelete = {"delete", SQLITE_IOERR_DELETE};
constexpr CallKind kAccess = {"access", SQLITE_IOERR_ACCESS};
constexpr CallKind kClose = {"close", SQLITE_OK};
constexpr CallKind kRead = {"read", SQLITE_IOERR_READ};
constexpr CallKind kWrite = {"write", SQLITE_IOERR_WRITE, SQLITE_FULL};
constexpr CallKind kTruncate = {"truncate", SQLITE_IOERR_TRUNCATE};
constexpr CallKind kSync = {"sync", SQLITE_IOERR_FSYNC};
constexpr CallKind kFileSize = {"size", SQLITE_IOERR_FSTAT};
constexpr CallKind kLock = {"lock", SQLITE_IOERR_LOCK, SQLITE_OK, true};
constexpr CallKind kUnlock = {"unlock", SQLITE_OK};
constexpr CallKind kReserved = {"reserved", SQLITE_IOERR_CHECKRESERVEDLOCK};
constexpr CallKind kShmMap = {"shm map", SQLITE_IOERR_SHMMAP,
                              SQLITE_IOERR_SHMSIZE};
constexpr CallKind kShmLock = {"shm lock", SQLITE_IOERR_SHMLOCK, SQLITE_OK,
                               true};
constexpr CallKind kShmUnlock = {"shm unlock", SQLITE_OK};
constexpr CallKind kShmBarrier = {"shm barrier", SQLITE_OK};

#define LEARNSQL_BEFALLS(kind, path) \
  if (const int befell = Befalls(kind, path); befell != SQLITE_OK) return befell

// ---- files

int Close(sqlite3_file* file) {
  Count(kClose, PathOf(file));
  const int rc = Real(file)->pMethods->xClose(Real(file));
  delete reinterpret_cast<FaultFile*>(file)->path;
  return rc;
}

int Read(sqlite3_file* file, void* to, int size, sqlite3_int64 offset) {
  LEARNSQL_BEFALLS(kRead, PathOf(file));
  return Real(file)->pMethods->xRead(Real(file), to, size, offset);
}

int WriteHalf(sqlite3_file* file, const void* from, int size,
              sqlite3_int64 offset) {
  Real(file)->pMethods->xWrite(Real(file), from, size / 2, offset);
  if (g_fault.kind == Fault::Kind::kTornKill) End();
  errno = ENOSPC;
  return SQLITE_FULL;
}

int Write(sqlite3_file* file, const void* from, int size,
          sqlite3_int64 offset) {
  const Fault::Kind fault = Count(kWrite, PathOf(file));
  if (fault == Fault::Kind::kTornKill || fault == Fault::Kind::kShortWrite) {
    return WriteHalf(file, from, size, offset);
  }
  if (fault == Fault::Kind::kError || fault == Fault::Kind::kFull) {
    const bool full = fault == Fault::Kind::kFull;
    errno = full ? ENOSPC : EIO;
    return full ? SQLITE_FULL : SQLITE_IOERR_WRITE;
  }
  Remember(file,
           {.offset = offset,
            .after = IsPowerCut() ? std::string(static_cast<const char*>(from),
                                                static_cast<size_t>(size))
                                  : std::string()},
           size);
  return Real(file)->pMethods->xWrite(Real(file), from, size, offset);
}

int Truncate(sqlite3_file* file, sqlite3_int64 size) {
  LEARNSQL_BEFALLS(kTruncate, PathOf(file));
  Remember(file, {.offset = size, .truncation = true}, 0);
  return Real(file)->pMethods->xTruncate(Real(file), size);
}

int Sync(sqlite3_file* file, int) {
  LEARNSQL_BEFALLS(kSync, PathOf(file));
  const std::lock_guard<std::mutex> lock(g_mutex);
  g_unsynced.erase(PathOf(file));
  return SQLITE_OK;
}

int FileSize(sqlite3_file* file, sqlite3_int64* size) {
  LEARNSQL_BEFALLS(kFileSize, PathOf(file));
  return Real(file)->pMethods->xFileSize(Real(file), size);
}

int Lock(sqlite3_file* file, int level) {
  LEARNSQL_BEFALLS(kLock, PathOf(file));
  return Real(file)->pMethods->xLock(Real(file), level);
}

int Unlock(sqlite3_file* file, int level) {
  Count(kUnlock, PathOf(file));
  return Real(file)->pMethods->xUnlock(Real(file), level);
}

int CheckReservedLock(sqlite3_file* file, int* reserved) {
  LEARNSQL_BEFALLS(kReserved, PathOf(file));
  return Real(file)->pMethods->xCheckReservedLock(Real(file), reserved);
}

int FileControl(sqlite3_file* file, int what, void* argument) {
  return Real(file)->pMethods->xFileControl(Real(file), what, argument);
}

int SectorSize(sqlite3_file* file) {
  return Real(file)->pMethods->xSectorSize(Real(file));
}

int DeviceCharacteristics(sqlite3_file* file) {
  return Real(file)->pMethods->xDeviceCharacteristics(Real(file));
}

int ShmMap(sqlite3_file* file, int page, int size, int extend,
           void volatile** at) {
  LEARNSQL_BEFALLS(kShmMap, PathOf(file));
  return Real(file)->pMethods->xShmMap(Real(file), page, size, extend, at);
}

int ShmLock(sqlite3_file* file, int offset, int n, int flags) {
  if ((flags & SQLITE_SHM_UNLOCK) != 0) {
    Count(kShmUnlock, PathOf(file));
  } else {
    LEARNSQL_BEFALLS(kShmLock, PathOf(file));
  }
  return Real(file)->pMethods->xShmLock(Real(file), offset, n, flags);
}

void ShmBarrier(sqlite3_file* file) {
  Count(kShmBarrier, PathOf(file));
  Real(file)->pMethods->xShmBarrier(Real(file));
}

int ShmUnmap(sqlite3_file* file, int delete_it) {
  return Real(file)->pMethods->xShmUnmap(Real(file), delete_it);
}

constexpr sqlite3_io_methods kFileMethods = {
    2,
    Close,
    Read,
    Write,
    Truncate,
    Sync,
    FileSize,
    Lock,
    Unlock,
    CheckReservedLock,
    FileControl,
    SectorSize,
    DeviceCharacteristics,
    ShmMap,
    ShmLock,
    ShmBarrier,
    ShmUnmap,
    nullptr,
    nullptr,
};

// ---- the file system

int Open(sqlite3_vfs*, const char* name, sqlite3_file* file, int flags,
         int* flags_out) {
  file->pMethods = nullptr;
  const std::string path = name == nullptr ? "" : name;
  LEARNSQL_BEFALLS(kOpen, path);
  const bool created = !path.empty() && !std::filesystem::exists(path);
  const int rc = g_unix->xOpen(g_unix, name, Real(file), flags, flags_out);
  if (rc != SQLITE_OK) return rc;
  reinterpret_cast<FaultFile*>(file)->path = new std::string(path);
  file->pMethods = &kFileMethods;
  if (created && IsPowerCut()) {
    const std::lock_guard<std::mutex> lock(g_mutex);
    g_unsynced[path].created = true;
  }
  return SQLITE_OK;
}

int Delete(sqlite3_vfs*, const char* name, int sync) {
  LEARNSQL_BEFALLS(kDelete, name);
  {
    const std::lock_guard<std::mutex> lock(g_mutex);
    g_unsynced.erase(name);
  }
  (void)sync;
  return g_unix->xDelete(g_unix, name, 0);
}

int Access(sqlite3_vfs*, const char* name, int flags, int* result) {
  LEARNSQL_BEFALLS(kAccess, name);
  return g_unix->xAccess(g_unix, name, flags, result);
}

int FullPathname(sqlite3_vfs*, const char* name, int size, char* out) {
  return g_unix->xFullPathname(g_unix, name, size, out);
}

int Randomness(sqlite3_vfs*, int size, char* out) {
  return g_unix->xRandomness(g_unix, size, out);
}

// The next attempt comes at once while calls go wrong.
int Sleep(sqlite3_vfs*, int micros) {
  return g_fault.at != 0 ? micros : g_unix->xSleep(g_unix, micros);
}

int CurrentTimeInt64(sqlite3_vfs*, sqlite3_int64* now) {
  return g_unix->xCurrentTimeInt64(g_unix, now);
}

int CurrentTime(sqlite3_vfs*, double* now) {
  return g_unix->xCurrentTime(g_unix, now);
}

int GetLastError(sqlite3_vfs*, int size, char* out) {
  return g_unix->xGetLastError(g_unix, size, out);
}

}  // namespace

std::string_view NameOf(Fault::Kind kind) {
  constexpr std::string_view kNames[] = {
      "none",  "kill", "torn_kill",   "power_cut", "torn_power_cut",
      "error", "full", "short_write", "busy"};
  return kNames[static_cast<size_t>(kind)];
}

void FaultVfs::Install() {
  if (g_unix != nullptr) return;
  g_unix = sqlite3_vfs_find("unix");
  static sqlite3_vfs vfs;
  vfs.iVersion = 2;
  vfs.szOsFile = static_cast<int>(sizeof(FaultFile)) + g_unix->szOsFile;
  vfs.mxPathname = g_unix->mxPathname;
  vfs.zName = "fault";
  vfs.xOpen = Open;
  vfs.xDelete = Delete;
  vfs.xAccess = Access;
  vfs.xFullPathname = FullPathname;
  vfs.xRandomness = Randomness;
  vfs.xSleep = Sleep;
  vfs.xCurrentTime = CurrentTime;
  vfs.xGetLastError = GetLastError;
  vfs.xCurrentTimeInt64 = CurrentTimeInt64;
  sqlite3_vfs_register(&vfs, 1);
}

void FaultVfs::Arm(const Fault& fault) {
  const std::lock_guard<std::mutex> lock(g_mutex);
  g_fault = fault;
  g_calls = 0;
  g_befell.clear();
  g_unsynced.clear();
}

void FaultVfs::Disarm() { Arm({}); }

uint64_t FaultVfs::calls() { return g_calls; }

std::string FaultVfs::befell() {
  const std::lock_guard<std::mutex> lock(g_mutex);
  return g_befell;
}

}  // namespace learnsql
