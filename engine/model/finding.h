#pragma once

#include <span>
#include <string>
#include <vector>

#include "engine/base/status.h"
#include "engine/model/tokenizer.h"

namespace learnsql {

// Something that is wrong, or doubtful, in a project's SQL, told to the person
// who wrote it.
struct Finding {
  enum class Severity { kError, kWarning };

  Severity severity = Severity::kError;
  Place place = {};
  std::string message = "";  // what is wrong, with the nearest right name
  std::string excerpt =
      "";                   // the line and a mark below the place; may be empty
  std::string rule = "";    // the rule that is broken; may be empty
  std::string advice = "";  // what to type instead; may be empty

  // "place: message", then the excerpt, the rule and the advice, each on lines
  // of their own that begin with two blanks. No newline at the end.
  std::string ToString() const;
};

// A finding at a token, its line shown.
Finding FindingAt(const SqlText& script, const Token& token,
                  std::string message, std::string rule = "",
                  std::string advice = "");

// What keeps a file from being cut into tokens, with its line; `text` is the
// file's.
Finding FindingOf(const Status& error, std::string_view text);

// A finding about a file as a whole.
Finding FindingIn(const std::string& path, std::string message,
                  std::string rule = "", std::string advice = "");

// All errors among them as one kInvalid, at the place of the first; OK when
// there are only warnings.
Status ErrorsOf(std::span<const Finding> findings);

}  // namespace learnsql
