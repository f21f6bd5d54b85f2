#include "engine/shell/terminal.h"

#include <langinfo.h>
#include <sys/ioctl.h>
#include <unistd.h>

#include <clocale>
#include <cstdlib>
#include <string_view>

namespace learnsql {
namespace {

std::string_view Environment(const char* name) {
  const char* value = std::getenv(name);
  return value ? value : "";
}

}  // namespace

Terminal LookAtTerminal(std::FILE* stream) {
  Terminal terminal;
  const int fd = fileno(stream);
  terminal.is_terminal = fd >= 0 && isatty(fd) != 0;
  if (!terminal.is_terminal) return terminal;
  winsize size{};
  if (ioctl(fd, TIOCGWINSZ, &size) == 0 && size.ws_col > 0) {
    terminal.width = size.ws_col;
    terminal.height = size.ws_row;
  }
  terminal.color =
      Environment("NO_COLOR").empty() && Environment("TERM") != "dumb";
  return terminal;
}

void UseUtf8() {
  std::setlocale(LC_CTYPE, "");
  if (std::string_view(nl_langinfo(CODESET)) != "UTF-8") {
    std::setlocale(LC_CTYPE, "C.UTF-8");
  }
}

}  // namespace learnsql
