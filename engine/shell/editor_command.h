#pragma once

#include "engine/shell/dot_commands.h"

namespace learnsql {

// .edit: the last statement in $VISUAL or $EDITOR, run when it is left.
// Errors: kInvalid when there is no editor or it failed.
Status DotEdit(Session* session, DotArguments arguments);

// .history: what was typed last.
Status DotHistory(Session* session, DotArguments arguments);

}  // namespace learnsql
