#include "engine/base/log.h"
#include "engine/publish/publish.h"
#include "tools/learnsql/command.h"

namespace learnsql {
namespace {

Status RunVerify(const Invocation& call) {
  if (call.arguments.size() != 1) {
    return Status(Code::kUsage, "say which: 'learnsql verify FILE'");
  }
  LEARNSQL_TRY(VerifyPublished(call.arguments.front(), call.cancel));
  Log(LogLevel::kInfo, call.arguments.front() + ": whole, as it was published");
  return {};
}

}  // namespace

const Command kVerifyCommand = {
    .name = "verify",
    .arguments = "FILE",
    .summary = "check that a published file is as it was published",
    .help =
        "Its .sha256 where it lies beside it, SQLite's own checks, foreign "
        "keys, and the\nhashes of its rows. Any sqlite3 shell checks the same "
        "by '.selftest'.",
    .max_arguments = 1,
    .run = RunVerify,
};

}  // namespace learnsql
