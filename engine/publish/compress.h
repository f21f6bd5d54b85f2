#pragma once

#include <string>

#include "engine/base/status.h"

namespace learnsql {

enum class Compression { kNone, kGzip, kZstd };

// ".gz", ".zst"; empty for none.
const char* SuffixOf(Compression compression);

// Writes `path` compressed beside it (FILE.zst), with FILE.zst.sha256, and
// removes the copies that it made in another way: nothing tells whether they
// are of this file. kNone only removes. Equal files give equal bytes: no times,
// no names inside.
// Memory: some MiB, whatever the size.
// Errors: kIo, kBusy.
Status CompressFile(const std::string& path, Compression compression);

}  // namespace learnsql
