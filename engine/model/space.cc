#include "engine/model/space.h"

#include <algorithm>

#include "engine/store/connection.h"
#include "engine/store/warehouse.h"

namespace learnsql {
namespace {

constexpr std::string_view kUsedBytesSql = R"(
select (page_count - freelist_count) * page_size
from pragma_page_count, pragma_freelist_count, pragma_page_size)";

constexpr std::string_view kFileSql =
    "select file from pragma_database_list where name = 'main'";

// Once in the file, once in its log.
constexpr int64_t kCopies = 2;
// What the file's own records and temporary tables may take.
constexpr int64_t kSpareBytes = int64_t{16} << 20;

std::string Mebibytes(int64_t bytes) {
  return std::to_string((bytes >> 20) + 1) + " MiB";
}

}  // namespace

Result<int64_t> UsedBytes(Connection* connection) {
  LEARNSQL_TRY_SET(const std::optional<int64_t> used,
                   connection->QueryInteger(kUsedBytesSql));
  return used.value_or(0);
}

Status CheckSpace(Connection* connection, const Schedule& schedule) {
  LEARNSQL_TRY_SET(const std::optional<std::string> file,
                   connection->QueryText(kFileSql));
  if (!file || file->empty()) return {};
  int64_t bytes = 0;
  bool unknown = false;
  for (const Step& step : schedule.steps) {
    if (step.mode != StepMode::kFull) continue;
    const auto built = schedule.built.find(step.model->name);
    if (built == schedule.built.end()) {
      unknown = true;
    } else {
      bytes += built->second.bytes;
    }
  }
  if (unknown) {
    LEARNSQL_TRY_SET(const int64_t used, UsedBytes(connection));
    bytes = std::max(bytes, used);
  }
  const int64_t needed = kCopies * bytes + kSpareBytes;
  LEARNSQL_TRY_SET(const uint64_t free, FreeDiskBytes(*file));
  if (static_cast<uint64_t>(needed) <= free) return {};
  return Status(Code::kIo,
                "this build may write " + Mebibytes(needed) +
                    ", and the disk has " +
                    Mebibytes(static_cast<int64_t>(free)) +
                    " left; make room, or build less at once with SELECT",
                {*file});
}

}  // namespace learnsql
