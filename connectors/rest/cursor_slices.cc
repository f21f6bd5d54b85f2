#include "connectors/rest/cursor_slices.h"

#include <algorithm>

#include "engine/base/clock.h"

namespace learnsql {
namespace {

constexpr int64_t kDay = 24 * 3600;

// "20260101T000000Z"
std::string Compact(int64_t seconds) {
  std::string text = FormatUtc(seconds);
  std::erase(text, '-');
  std::erase(text, ':');
  return text;
}

Slice MakeSlice(std::string_view object, int64_t start, int64_t now) {
  std::string folder(object);
  std::replace(folder.begin(), folder.end(), ':', '/');
  return {std::string(object), start, std::max(start + 1, now),
          folder + "/" + Compact(start) + ".jsonl"};
}

}  // namespace

Slice NextSlice(std::string_view object, const Window& window, int64_t now) {
  for (const SliceRecord& newest : window.newest) {
    if (newest.slice.object != object) continue;
    return MakeSlice(
        object, newest.load_id ? newest.slice.end : newest.slice.start, now);
  }
  return MakeSlice(object, 0, now);
}

Slice SliceBehind(const Slice& slice, int64_t now) {
  return MakeSlice(slice.object, slice.end, now);
}

bool IsCursorSliceDue(const SliceRecord& known, int64_t now) {
  switch (known.state) {
    case SliceState::kLoaded:
      return false;
    case SliceState::kEmpty:
      return !known.load_id;
    case SliceState::kMissing:
    case SliceState::kSourceGone:
      return !known.checked_at || now - *known.checked_at >= kDay;
    default:
      return true;
  }
}

}  // namespace learnsql
