#pragma once

#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "engine/model/finding.h"
#include "engine/model/tokenizer.h"

namespace learnsql {

// A line `-- key: value` that the engine acts on.
struct Setting {
  std::string key;
  std::string value;
  Token token;
};

// The comments above a statement, read.
//
//   -- fct_exam_attempts, version 2
//   -- One row per learner, exam and attempt.
//   -- owner: learning-analytics
struct Header {
  std::string name;  // empty when the first line is not NAME[, version N]
  std::optional<int> version;
  std::string document;  // all lines that are no settings, joined by blanks
  std::vector<Setting> settings;
};

// Reads comments. A line is a setting when its key is one of `known` (a key
// may have a word of its own after it: "on orphan learner_id"); a line that
// nearly is one is a finding. `stem`, when not empty, is what the first line
// may begin with.
Header ReadHeader(const SqlText& script, std::span<const Token> comments,
                  std::string_view stem,
                  std::span<const std::string_view> known,
                  std::vector<Finding>* findings);

// The text of a comment without its marks and outer blanks; empty for a rule
// drawn with dashes ("---------- keys").
std::string CommentText(const SqlText& script, const Token& comment);

std::string TrimBlanks(std::string_view text);

// The parts of `text` between commas, trimmed; none for an empty text.
std::vector<std::string> SplitList(std::string_view text);

}  // namespace learnsql
