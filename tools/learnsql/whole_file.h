#pragma once

#include <string>

#include "engine/base/status.h"

namespace learnsql {

// Writes `text` to a file at once: under another name first, then renamed. What
// is no regular file, such as /dev/stdout, is written to where it is.
// Errors: kIo with the path.
Status WriteWholeFile(const std::string& path, const std::string& text);

}  // namespace learnsql
