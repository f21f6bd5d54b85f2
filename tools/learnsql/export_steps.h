#pragma once

#include <string>

#include "engine/publish/export.h"
#include "tools/learnsql/command.h"
#include "tools/learnsql/model_options.h"

namespace learnsql {

// What an export is about, beyond the warehouse and the project.
struct ExportRequest {
  SelectorTexts texts;  // none: every view, and questions with a `file:` line
  std::string folder;
  Format format = Format::kCsv;
  std::string as_of;  // empty: what the last build had
};

// Writes the files and says so in one line.
// Errors: kUsage for names that are no view, table or question; as WriteExport.
Status RunExport(const Invocation& call, const ModelSet& models,
                 const ExportRequest& request);

}  // namespace learnsql
