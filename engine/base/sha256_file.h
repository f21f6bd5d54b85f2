#pragma once

#include <string>

#include "engine/base/status.h"

namespace learnsql {

class CancelFlag;

// The SHA-256 of a file's bytes, 64 lower-case hex digits.
// Errors: kNotFound, kIo, and kCancelled by the flag (may be null).
Result<std::string> Sha256OfFile(const std::string& path,
                                 const CancelFlag* cancel);

}  // namespace learnsql
