#pragma once

#include <string>

#include "engine/publish/publish.h"
#include "tools/learnsql/command.h"

namespace learnsql {

// [publish] and [edition.NAME] of learnsql.ini.
SectionSpec PublishSection();
SectionSpec EditionSection();

// What `learnsql publish` does by the settings: keep, compression, and the
// edition `name`, its key from the environment or .env; an empty name is the
// whole.
// Errors: kUsage for an edition that is not there, with the nearest; kInvalid
// for settings.
Result<PublishOptions> GetPublishOptions(const Invocation& call,
                                         const std::string& name);

}  // namespace learnsql
