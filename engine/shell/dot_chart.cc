#include "engine/shell/chart.h"
#include "engine/shell/dot_commands.h"
#include "engine/shell/session.h"
#include "engine/shell/terminal.h"

namespace learnsql {

Status DotChart(Session* session, DotArguments arguments) {
  ChartOptions options;
  options.kind = arguments[0];
  if (arguments.size() > 1) options.x = arguments[1];
  if (arguments.size() > 2) options.y = arguments[2];
  options.width = LookAtTerminal(session->options().out).width;
  LEARNSQL_TRY_SET(const std::string chart,
                   DrawChart(session->last(), options));
  return session->Print(chart);
}

}  // namespace learnsql
