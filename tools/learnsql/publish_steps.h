#pragma once

#include <string>

#include "engine/model/project.h"
#include "engine/publish/publish.h"
#include "tools/learnsql/command.h"

namespace learnsql {

// Publishes the whole, or the edition, to `path` by the settings, prints what
// was done, and runs [publish] on_publish.
// Errors: as GetPublishOptions and Publish; kInvalid when on_publish fails, the
// file being in place then.
Result<PublishReport> PublishAndPrint(const Invocation& call,
                                      const ModelSet& models,
                                      const std::string& path,
                                      const std::string& edition);

}  // namespace learnsql
