#pragma once

#include <set>
#include <string>

#include "engine/store/connection.h"
#include "engine/store/hooks.h"

namespace learnsql {

// What statements may do.
enum class Access {
  kReadOnly,   // read what the file holds, and nothing else
  kReadTemp,   // also make temporary tables, views and triggers
  kReadWrite,  // all that SQLite lets them
  kSafe,  // kReadOnly, and nothing that reaches beyond the file: no attach,
          // no virtual tables, no functions that load code
};

// Holds the statements of a connection to an Access while it stands, by
// SQLite's authorizer, and notes which tables they read.
//
// Threads:  those of the connection.
// Lifetime: borrows the connection, which can have one guard at a time.
class Guard {
 public:
  Guard(Connection* connection, Access access);
  Guard(const Guard&) = delete;
  Guard& operator=(const Guard&) = delete;

  // Forgets refusal and tables; called before a statement is prepared.
  void Forget();

  // Why the last statement was refused, as a sentence; empty if it was not.
  const std::string& refusal() const { return refusal_; }

  // Tables and views of the file that statements read since Forget.
  const std::set<std::string>& tables_read() const { return tables_read_; }

  Access access() const { return access_; }

 private:
  friend class GuardPause;
  // Each says whether it may be; Refuse never.
  bool Judge(const SqlRequest& request);
  bool JudgeAction(const SqlRequest& request);
  bool JudgePragma(const char* name, const char* argument);
  bool JudgeWrite(bool temporary);
  bool JudgeFunction(const char* name);
  bool Refuse(std::string why);

  const Access access_;
  int pauses_ = 0;
  std::string refusal_;
  std::set<std::string> tables_read_;
  Authorizer authorizer_;  // last: it calls back into all of the above
};

// Lets the engine's own statements pass while it stands.
//
// Lifetime: borrows the guard.
class GuardPause {
 public:
  explicit GuardPause(Guard* guard);
  GuardPause(const GuardPause&) = delete;
  GuardPause& operator=(const GuardPause&) = delete;
  ~GuardPause();

 private:
  Guard* const guard_;
};

// What a statement that writes is told where it may not.
std::string WriteRefusal();

}  // namespace learnsql
