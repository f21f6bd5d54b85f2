#include "engine/publish/model_logic.h"

#include <vector>

#include "engine/model/schedule.h"
#include "engine/store/connection.h"

namespace learnsql {
namespace {

class LogicReader {
 public:
  LogicReader(Connection* connection, std::string_view schema)
      : connection_(connection), schema_(schema) {}

  Result<std::map<std::string, std::string>> Read() {
    LEARNSQL_TRY(
        ReadPairs("select model, script_hash from " + schema_ + ".ls_model",
                  [this](std::string model, std::string hash) {
                    scripts_[std::move(model)] = std::move(hash);
                  }));
    LEARNSQL_TRY(ReadPairs("select distinct model, source from " + schema_ +
                               ".ls_lineage where source <> '' order by 1, 2",
                           [this](std::string model, std::string source) {
                             reads_[std::move(model)].push_back(source);
                           }));
    for (const auto& [model, script] : scripts_) LogicOf(model);
    return std::move(logic_);
  }

 private:
  template <typename Take>
  Status ReadPairs(const std::string& sql, Take take) {
    LEARNSQL_TRY_SET(Statement rows, connection_->Prepare(sql));
    while (true) {
      LEARNSQL_TRY_SET(const bool more, rows.Step());
      if (!more) return {};
      take(std::string(rows.text(0)), std::string(rows.text(1)));
    }
  }

  // A model may read its own table: the empty text ends that.
  std::string LogicOf(const std::string& model) {
    const auto [known, is_new] = logic_.emplace(model, "");
    if (!is_new) return known->second;
    std::vector<std::string> parts = {scripts_[model]};
    for (const std::string& source : reads_[model]) {
      if (source == model || !scripts_.contains(source)) continue;
      parts.push_back(source);
      parts.push_back(LogicOf(source));
    }
    return logic_[model] = HashTexts(parts);
  }

  Connection* connection_;
  std::string schema_;
  std::map<std::string, std::string> scripts_;
  std::map<std::string, std::vector<std::string>> reads_;
  std::map<std::string, std::string> logic_;
};

}  // namespace

Result<std::map<std::string, std::string>> ReadModelLogic(
    Connection* connection, std::string_view schema) {
  return LogicReader(connection, schema).Read();
}

}  // namespace learnsql
