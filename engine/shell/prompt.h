#pragma once

#include "engine/base/status.h"

namespace learnsql {

class Session;

// Asks for statements and runs them until the person leaves. Errors are shown
// and end nothing.
Status RunPrompt(Session* session);

}  // namespace learnsql
