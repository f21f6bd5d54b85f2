#pragma once

#include <gtest/gtest.h>

#include <fstream>
#include <iterator>
#include <string>
#include <string_view>
#include <vector>

#include "connectors/decode/read_ahead.h"
#include "connectors/kusto/kusto_reply.h"
#include "engine/base/byte_source.h"

namespace learnsql {

inline std::string ReadFixture(const std::string& name) {
  std::ifstream file(std::string(LEARNSQL_FIXTURES) + "/" + name,
                     std::ios::binary);
  EXPECT_TRUE(file.good()) << name;
  return std::string(std::istreambuf_iterator<char>(file), {});
}

// A value as tests write it: null, 1, 0.5, "text".
inline std::string Show(const Value& value) {
  switch (value.kind) {
    case Value::Kind::kNull:
      return "null";
    case Value::Kind::kInteger:
      return std::to_string(value.integer);
    case Value::Kind::kReal: {
      char text[40];
      std::snprintf(text, sizeof text, "%.17g", value.real);
      double shorter = 0;
      for (int digits = 1; digits < 17; ++digits) {
        std::snprintf(text, sizeof text, "%.*g", digits, value.real);
        shorter = std::strtod(text, nullptr);
        if (shorter == value.real) break;
        std::snprintf(text, sizeof text, "%.17g", value.real);
      }
      return std::string("r") + text;
    }
    case Value::Kind::kText:
      return "\"" + std::string(value.bytes) + "\"";
    case Value::Kind::kBlob:
      return "x\"" + std::string(value.bytes) + "\"";
  }
  return {};
}

struct DecodedTable {
  std::string name;
  std::vector<std::string> columns;
  std::vector<std::string> rows;  // cells joined by " | "
  std::vector<std::string> rejects;
};

struct Decoded {
  Status status;
  KustoSurvey survey;
  std::vector<DecodedTable> tables;
  KustoOddities oddities;
};

// Both passes over a reply that comes in pieces of `step` bytes.
inline Decoded DecodeReply(std::string_view text, size_t step = SIZE_MAX) {
  Decoded decoded;
  const ReadAheadOptions options{.buffer_bytes = std::min<size_t>(step, 65536),
                                 .headroom_bytes = 1024,
                                 .threaded = false};
  {
    MemorySource bytes(text, step);
    ReadAhead ahead(&bytes, options);
    JsonCursor cursor(&ahead, {.name = "reply"});
    Result<KustoSurvey> survey = SurveyKustoReply(&cursor);
    decoded.status = survey.status();
    if (!survey.ok()) return decoded;
    decoded.survey = std::move(survey).value();
  }
  std::vector<KustoRowDecoder> decoders;
  for (const KustoTable& table : decoded.survey.tables) {
    decoders.emplace_back(table.columns);
    DecodedTable& made = decoded.tables.emplace_back();
    made.name = table.name;
    for (const KustoColumn& column : table.columns) {
      made.columns.push_back(column.name);
    }
  }
  MemorySource bytes(text, step);
  ReadAhead ahead(&bytes, options);
  JsonCursor cursor(&ahead, {.name = "reply"});
  decoded.status = ReadKustoRows(
      decoded.survey, &cursor,
      [&](size_t table, const JsonTaken& row) -> Status {
        DecodedTable& made = decoded.tables[table];
        const Status status = row.reason.empty()
                                  ? decoders[table].Decode(row.root)
                                  : Status(Code::kInvalid, row.detail);
        if (!status.ok()) {
          made.rejects.push_back(status.message());
          return {};
        }
        std::string line;
        for (const Value& value : decoders[table].values()) {
          line += (line.empty() ? "" : " | ") + Show(value);
        }
        made.rows.push_back(line);
        return {};
      });
  for (const KustoRowDecoder& decoder : decoders) {
    decoded.oddities.nans += decoder.oddities().nans;
    decoded.oddities.big_integers += decoder.oddities().big_integers;
  }
  return decoded;
}

}  // namespace learnsql
