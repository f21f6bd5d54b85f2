// Any bytes as learnsql.ini or .env: read, or refused with a place, and every
// value says where it comes from.

#include <sys/mman.h>
#include <unistd.h>

#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>

#include "tests/fuzz/fuzz.h"
#include "tools/learnsql/settings.h"

namespace learnsql {

// In place of the program's own: one section of each kind.
const std::vector<SectionSpec>& SectionSpecs() {
  static const std::vector<SectionSpec> kSpecs = {
      {"learnsql",
       false,
       {{"warehouse", "w.db", ""}, {"max_rejects", "0.1", ""}}},
      {"gharchive", false, {{"start", "", ""}, {"payload", "fields", ""}}},
      {"files", true, {{"path", "", ""}, {"format", "csv", ""}}},
  };
  return kSpecs;
}

namespace {

// A file of these bytes that no disk holds.
class MemoryFile {
 public:
  explicit MemoryFile(std::string_view bytes)
      : file_(::memfd_create("fuzz", MFD_CLOEXEC)) {
    Require(file_ >= 0);
    const ssize_t written = ::write(file_, bytes.data(), bytes.size());
    Require(written == static_cast<ssize_t>(bytes.size()));
  }
  MemoryFile(const MemoryFile&) = delete;
  MemoryFile& operator=(const MemoryFile&) = delete;
  ~MemoryFile() { ::close(file_); }

  std::string path() const { return "/proc/self/fd/" + std::to_string(file_); }

 private:
  int file_;
};

void Check(const Result<Settings>& settings) {
  if (!settings.ok()) {
    Require(!settings.status().message().empty());
    return;
  }
  for (const std::string& section : settings->sections()) {
    const SectionSpec* const spec = FindSection(section);
    Require(spec != nullptr);
    for (const SettingSpec& key : spec->keys) {
      Require(!settings->Origin(section, key.key).empty());
      (void)settings->GetShare(section, key.key).ok();
      (void)settings->GetTime(section, key.key).ok();
    }
  }
}

}  // namespace
}  // namespace learnsql

extern "C" int LLVMFuzzerTestOneInput(const uint8_t* data, size_t size) {
  using namespace learnsql;
  const std::string_view bytes(reinterpret_cast<const char*>(data), size);
  const MemoryFile file(bytes);
  Check(Settings::Load(file.path(), "", {}));
  Check(Settings::Load("", file.path(), {}));
  Check(Settings::Load("", "", {std::string(bytes)}));
  return 0;
}
