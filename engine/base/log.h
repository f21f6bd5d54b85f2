#pragma once

#include <string_view>

namespace learnsql {

// The process's log on stderr. Only tools/ and tests write to it: a library
// returns what went wrong instead.
//
// Threads: any thread.
enum class LogFormat { kText, kJson };
enum class LogLevel { kDebug, kInfo, kWarning, kError };

// Sets the form of the lines and whether lines below kWarning are dropped.
void ConfigureLog(LogFormat format, bool quiet);

void Log(LogLevel level, std::string_view message);

}  // namespace learnsql
