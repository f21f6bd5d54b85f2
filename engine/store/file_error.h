#pragma once

#include <string>

namespace learnsql {

// "disk I/O error (write: Input/output error)": what SQLite says of its error
// `rc` with what the system said, or with what to do about a full disk.
//
// SQLite's own record of the system's error misses what a commit met and keeps
// what is long past: errno is read here, and has to be set to 0 before each
// call that may fail.
std::string WithCause(std::string text, int rc);

}  // namespace learnsql
