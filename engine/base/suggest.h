#pragma once

#include <span>
#include <string>
#include <string_view>

namespace learnsql {

// The number of single-character edits and swaps of neighbours that turn one
// text into the other, without regard to ASCII case.
size_t EditDistance(std::string_view a, std::string_view b);

// The candidate nearest to `word`, or an empty string when none is near enough
// to be what was meant (a third of the length, at least one edit).
std::string Nearest(std::string_view word,
                    std::span<const std::string> candidates);

// " (did you mean 'NEAREST'?)", or an empty string.
std::string DidYouMean(std::string_view word,
                       std::span<const std::string> candidates);

}  // namespace learnsql
