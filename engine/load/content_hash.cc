#include "engine/load/content_hash.h"

#if defined(__x86_64__) && __has_include(<xxh_x86dispatch.h>)
#include <xxh_x86dispatch.h>
#else
#include <xxhash.h>
#endif

namespace learnsql {

uint64_t ContentHash(std::string_view text) {
  return XXH3_64bits(text.data(), text.size());
}

}  // namespace learnsql
