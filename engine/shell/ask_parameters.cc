#include "engine/shell/ask_parameters.h"

#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <optional>
#include <string>

#include "engine/shell/terminal.h"

namespace learnsql {
namespace {

// The next line of the terminal; nullopt at Ctrl-D. Read byte by byte: what is
// typed ahead belongs to the line editor, which does not know stdio's buffer.
// Errors: kCancelled.
Result<std::optional<std::string>> ReadLine(std::FILE* in,
                                            const CancelFlag* cancel) {
  std::string line;
  while (true) {
    LEARNSQL_TRY(cancel->Check());
    char byte = 0;
    const ssize_t size = read(fileno(in), &byte, 1);
    if (size < 0 && errno == EINTR) continue;
    if (size <= 0) return std::optional<std::string>();
    if (byte == '\n') return std::optional(line);
    line.push_back(byte);
  }
}

void Tell(std::FILE* err, const std::string& text) {
  std::fputs(text.c_str(), err);
  std::fflush(err);
}

// Nullopt when the person gives up.
Result<std::optional<Parameter>> AskFor(const std::string& name, std::FILE* in,
                                        std::FILE* err,
                                        const CancelFlag* cancel) {
  while (true) {
    Tell(err, "value for :" + name + " (a number, a text, null): ");
    const Result<std::optional<std::string>> line = ReadLine(in, cancel);
    // The terminal wrote ^C or nothing, and no line end.
    if (!line.ok() || !*line) Tell(err, "\n");
    LEARNSQL_TRY(StatusOf(line));
    if (!*line || (*line)->empty()) return std::optional<Parameter>();
    Result<Parameter> parameter = ParseParameter(name, **line);
    if (parameter.ok()) return std::optional(*std::move(parameter));
    Tell(err, parameter.status().ToString() + "\n");
  }
}

}  // namespace

Result<std::vector<Parameter>> AskForMissing(std::string_view sql,
                                             std::span<const Parameter> given,
                                             std::FILE* in, std::FILE* err,
                                             const CancelFlag* cancel) {
  const Status missing = CheckNoneMissing(sql, given);
  std::vector<Parameter> asked;
  if (missing.ok()) return asked;
  LEARNSQL_TRY_SET(const std::vector<std::string> names, ParameterNames(sql));
  if (!LookAtTerminal(in).is_terminal || !LookAtTerminal(err).is_terminal) {
    return missing;
  }
  for (const std::string& name : names) {
    const auto has = [&](const Parameter& p) { return p.name == name; };
    if (std::any_of(given.begin(), given.end(), has)) continue;
    LEARNSQL_TRY_SET(std::optional<Parameter> parameter,
                     AskFor(name, in, err, cancel));
    if (!parameter) return missing;
    asked.push_back(*std::move(parameter));
  }
  return asked;
}

}  // namespace learnsql
