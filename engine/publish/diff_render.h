#pragma once

#include <string>

#include "engine/base/status.h"
#include "engine/publish/diff.h"

namespace learnsql {

enum class DiffForm {
  kText,      // for people
  kJson,      // one object; README.md has its members
  kMarkdown,  // for a pull request or a mail
};

// "text", "json", "markdown". Errors: kUsage naming them.
Result<DiffForm> ParseDiffForm(const std::string& name);

// The whole of `diff`, ending with a newline. Values of columns with a class of
// personal data are not in it, only their class.
std::string RenderDiff(const FileDiff& diff, DiffForm form);

}  // namespace learnsql
