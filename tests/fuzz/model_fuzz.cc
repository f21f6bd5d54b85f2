// Any bytes as a model, a view, a raw contract or checks: read to the end, and
// what is wrong is said with a message.

#include <cstddef>
#include <cstdint>
#include <memory>
#include <string>
#include <vector>

#include "engine/load/raw_contract.h"
#include "engine/model/model_file.h"
#include "tests/fuzz/fuzz.h"

namespace learnsql {
namespace {

void CheckFindings(const std::vector<Finding>& findings) {
  for (const Finding& finding : findings) {
    Require(!finding.message.empty());
    Require(!finding.ToString().empty());
  }
}

}  // namespace
}  // namespace learnsql

extern "C" int LLVMFuzzerTestOneInput(const uint8_t* data, size_t size) {
  using namespace learnsql;
  std::string bytes(reinterpret_cast<const char*>(data), size);
  const Result<RawContract> contract = ParseRawContract("fuzz.sql", bytes);
  Require(contract.ok() || !contract.status().message().empty());
  Result<SqlText> text = SqlText::Make("fuzz.sql", std::move(bytes));
  if (!text.ok()) return 0;
  const auto script = std::make_shared<const SqlText>(*std::move(text));
  std::vector<Finding> findings;
  for (const FileRole role :
       {FileRole::kStaging, FileRole::kCurated, FileRole::kView}) {
    ReadModel(script, role, &findings);
  }
  ReadRawTables(script, &findings);
  ReadChecks(script, &findings);
  CheckFindings(findings);
  return 0;
}
