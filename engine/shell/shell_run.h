#pragma once

#include <cstdio>
#include <string>
#include <string_view>

#include "engine/base/status.h"
#include "engine/shell/script.h"

namespace learnsql {

class Session;

// Runs a text, a file, a stream, statement by statement; `name` labels errors.
// Stops at the first error; where the session's settings say so it prints
// errors and goes on, and returns the first.
Status RunScriptText(Session* session, std::string_view text,
                     const std::string& name);
Status RunFile(Session* session, const std::string& path);
Status RunStream(Session* session, std::FILE* stream, const std::string& name);

}  // namespace learnsql
