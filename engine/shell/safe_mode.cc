#include "engine/shell/safe_mode.h"

#include "engine/store/hooks.h"

namespace learnsql {

Status MakeSafe(Connection* connection) {
  LimitForStrangers(connection);
  return connection->Execute("pragma temp_store = memory");
}

}  // namespace learnsql
