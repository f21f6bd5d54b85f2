#pragma once

#include <cstddef>
#include <string>
#include <string_view>

#include "engine/base/status.h"

namespace learnsql {

// Blocks of text that are stored compressed: zlib streams (RFC 1950), which
// the sqlite3 shell's sqlar_uncompress() and every language's zlib undo.
//
// Threads: any thread.

// Fast rather than small: level 1.
// Errors: kIo when there is no memory for it.
Result<std::string> ZlibCompress(std::string_view text);

// `size` is what the text must have, and the most that is ever held.
// Errors: kCorrupt when the block is damaged or has another size.
Result<std::string> ZlibUncompress(std::string_view block, size_t size);

}  // namespace learnsql
