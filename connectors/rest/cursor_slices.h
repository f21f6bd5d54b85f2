#pragma once

#include <cstdint>
#include <string>
#include <string_view>

#include "engine/load/source.h"

namespace learnsql {

// The slice of `object` to ask for now: the newest one again if it never got
// rows, else one that begins where that one ended. Its name is the path of its
// page file: "commits/o/r/20260101T000000Z.jsonl" for object "commits:o/r".
//
// Window::newest must be there; without it the slice begins at the beginning.
Slice NextSlice(std::string_view object, const Window& window, int64_t now);

// The slice behind `slice`, of the same object: more pages of the same pass.
Slice SliceBehind(const Slice& slice, int64_t now);

// Whether to ask for such a slice: not when its rows are in, and where the
// object was not there only once a day.
bool IsCursorSliceDue(const SliceRecord& known, int64_t now);

}  // namespace learnsql
