#pragma once

#include <cstdint>
#include <string>
#include <string_view>

namespace learnsql {

// What befalls one call of SQLite to the file system.
struct Fault {
  enum class Kind {
    kNone,
    kKill,          // the process ends before the call
    kTornKill,      // the process ends in the middle of the write
    kPowerCut,      // it ends, and what was not synced is gone
    kTornPowerCut,  // it ends, and of what was not synced some pieces are there
    kError,         // the call fails as on a broken disk: EIO
    kFull,          // writes and opens fail as on a full disk: ENOSPC
    kShortWrite,    // half of the bytes are written, then the disk is full
    kBusy,          // another process holds the lock
  };

  Kind kind = Kind::kNone;
  uint64_t at = 0;       // the number of the call, from 1
  bool lasting = false;  // errors: every later call fails, too
  uint32_t seed = 0;     // which pieces a torn power cut leaves
};

std::string_view NameOf(Fault::Kind kind);

// The file system as SQLite sees it in these tests: Unix's, with every call
// counted and one of them, or all from one on, going wrong. It never really
// syncs and never really sleeps: what a sync is worth is played by keeping
// what unsynced writes replaced and putting it back at a power cut. Creations
// and deletions of files by name are taken as durable once that file was
// synced, and at once.
//
// Threads: any thread; Arm and Disarm while no other uses SQLite.
class FaultVfs {
 public:
  // The exit code of a process that a fault ended.
  static constexpr int kKilled = 77;

  // Makes it SQLite's default; once is enough. Before the first connection.
  static void Install();

  // Counts calls from 1 again, and lets `fault` befall them.
  static void Arm(const Fault& fault);
  static void Disarm();

  // Calls since Arm.
  static uint64_t calls();
  // What the fault befell first: "write w.db-wal"; empty: nothing yet.
  static std::string befell();
};

}  // namespace learnsql
