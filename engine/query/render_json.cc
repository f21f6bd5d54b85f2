#include <rapidjson/stringbuffer.h>
#include <rapidjson/writer.h>

#include <cmath>

#include "engine/query/renderers.h"
#include "engine/query/text_width.h"
#include "engine/query/value_text.h"

namespace learnsql {
namespace {

using Writer = rapidjson::Writer<rapidjson::StringBuffer>;

// Text that is no UTF-8 has no form in JSON: its bad bytes become U+FFFD.
void WriteText(std::string_view text, Writer* json) {
  std::string valid;
  if (!IsValidUtf8(text)) {
    valid = ValidUtf8(text);
    text = valid;
  }
  json->String(text.data() ? text.data() : "",
               static_cast<rapidjson::SizeType>(text.size()));
}

void WriteReal(double value, Writer* json) {
  if (std::isinf(value)) {
    json->String(value > 0 ? "Infinity" : "-Infinity");
    return;
  }
  const std::string text = RealText(value);
  json->RawValue(text.data(), text.size(), rapidjson::kNumberType);
}

void WriteValue(const Value& value, Writer* json) {
  switch (value.kind) {
    case Value::Kind::kNull:
      json->Null();
      return;
    case Value::Kind::kInteger:
      json->Int64(value.integer);
      return;
    case Value::Kind::kReal:
      WriteReal(value.real, json);
      return;
    case Value::Kind::kText:
      WriteText(value.bytes, json);
      return;
    case Value::Kind::kBlob:
      WriteText(BlobText(value.bytes), json);
      return;
  }
}

// One array of objects, or an object a line.
class JsonRenderer final : public Renderer {
 public:
  JsonRenderer(bool lines, TextSink* sink) : lines_(lines), sink_(sink) {}

  Status Begin(std::span<const std::string> columns) override {
    names_ = UniqueNames(columns);
    first_ = true;
    return lines_ ? Status() : sink_->Write("[");
  }

  Status Row(std::span<const Value> values) override {
    buffer_.Clear();
    Writer json(buffer_);
    json.StartObject();
    for (size_t i = 0; i < values.size(); ++i) {
      WriteText(names_[i], &json);
      WriteValue(values[i], &json);
    }
    json.EndObject();
    if (!lines_ && !first_) LEARNSQL_TRY(sink_->Write(",\n"));
    first_ = false;
    LEARNSQL_TRY(sink_->Write({buffer_.GetString(), buffer_.GetSize()}));
    return lines_ ? sink_->Write("\n") : Status();
  }

  Status End() override {
    if (!lines_) LEARNSQL_TRY(sink_->Write("]\n"));
    return sink_->Flush();
  }

 private:
  const bool lines_;
  TextSink* const sink_;
  std::vector<std::string> names_;
  rapidjson::StringBuffer buffer_;
  bool first_ = true;
};

}  // namespace

std::unique_ptr<Renderer> MakeJsonRenderer(const RenderOptions& options,
                                           TextSink* sink) {
  return std::make_unique<JsonRenderer>(options.format == Format::kJsonLines,
                                        sink);
}

}  // namespace learnsql
