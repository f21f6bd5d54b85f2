#include "engine/shell/output.h"

#include <cerrno>
#include <cstdlib>
#include <cstring>

#include "engine/query/text_sink.h"

namespace learnsql {

Output::~Output() { (void)Close().ok(); }

Status Output::Redirect(const std::string& target, bool once) {
  LEARNSQL_TRY(Close());
  if (target.empty()) return {};
  std::fflush(standard_);
  is_program_ = target.front() == '|';
  redirected_ = is_program_ ? popen(target.c_str() + 1, "w")
                            : std::fopen(target.c_str(), "w");
  if (redirected_ == nullptr) {
    return Status(Code::kIo, std::strerror(errno), {target});
  }
  once_ = once;
  target_ = target;
  const size_t dot = target.rfind('.');
  const size_t slash = target.rfind('/');
  const bool has =
      dot != std::string::npos && (slash == std::string::npos || slash < dot);
  extension_ = has && !is_program_ ? target.substr(dot + 1) : "";
  return {};
}

Status Output::EndResult() { return once_ ? Close() : Status(); }

Status Output::Close() {
  once_ = false;
  extension_.clear();
  if (redirected_ == nullptr) return {};
  std::FILE* const file = redirected_;
  redirected_ = nullptr;
  errno = 0;
  const int outcome = is_program_ ? pclose(file) : std::fclose(file);
  if (outcome == 0) return {};
  if (is_program_) {
    return Status(Code::kInvalid,
                  "the program " + target_.substr(1) + " failed");
  }
  return Status(Code::kIo, std::strerror(errno), {target_});
}

Status Page(std::string_view text, const std::string& pager, std::FILE* out) {
  std::fflush(out);
  // What git gives less: quit when it fits, keep colours, no clearing.
  setenv("LESS", "SRXF", 0);
  setenv("LESSCHARSET", "utf-8", 0);
  std::FILE* const pipe = popen(pager.c_str(), "w");
  if (pipe == nullptr) return FileSink(out).Write(text);
  std::fwrite(text.data(), 1, text.size(), pipe);
  constexpr int kNotFound = 127 << 8;  // the shell's answer
  if (pclose(pipe) != kNotFound) return {};
  return FileSink(out).Write(text);
}

std::string PagerCommand(const std::string& set) {
  if (!set.empty()) return set;
  for (const char* name : {"LEARNSQL_PAGER", "PAGER"}) {
    const char* const value = std::getenv(name);
    if (value != nullptr && *value != '\0') return value;
  }
  return "less";
}

}  // namespace learnsql
