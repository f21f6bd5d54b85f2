#pragma once

#include <string>
#include <string_view>

#include "engine/load/raw_contract.h"

namespace learnsql {

// A name as a raw table has it: "Candidate Email" is candidate_email,
// studentInfo student_info, user.handle user_handle, "Score (%)" score. Letters
// beyond ASCII stay as they are.
std::string SnakeCase(std::string_view name);

// The column of `table` that a field called `name` goes to: the one of the same
// letters, or else of the name in snake_case. Fields of objects are named by
// their path, "user.handle". -1: none; row_id and source_offset are nobody's.
int FindColumn(const RawTableContract& table, std::string_view name);

// Whether some column may belong to a field inside the object called `name`.
bool HasColumnInside(const RawTableContract& table, std::string_view name);

}  // namespace learnsql
