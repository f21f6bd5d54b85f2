#include "tests/server/replay.h"

#include <rapidjson/document.h>
#include <rapidjson/error/en.h>
#include <rapidjson/stringbuffer.h>
#include <rapidjson/writer.h>

#include <algorithm>
#include <array>
#include <cctype>
#include <cstdio>
#include <fstream>
#include <iterator>
#include <optional>
#include <set>

#include "engine/base/clock.h"

namespace learnsql {
namespace {

using rapidjson::Value;

std::string ToText(const Value& value) {
  if (value.IsNull()) return {};
  if (value.IsString()) return {value.GetString(), value.GetStringLength()};
  rapidjson::StringBuffer buffer;
  rapidjson::Writer<rapidjson::StringBuffer> writer(buffer);
  value.Accept(writer);
  return {buffer.GetString(), buffer.GetSize()};
}

std::string Member(const Value& object, const char* name) {
  const auto member = object.FindMember(name);
  return member == object.MemberEnd() ? "" : ToText(member->value);
}

std::string Upper(std::string text) {
  for (char& c : text) {
    c = static_cast<char>(std::toupper(static_cast<unsigned char>(c)));
  }
  return text;
}

std::string Lower(std::string text) {
  for (char& c : text) {
    c = static_cast<char>(std::tolower(static_cast<unsigned char>(c)));
  }
  return text;
}

void ReplaceAll(std::string* text, std::string_view from, std::string_view to) {
  if (from.empty()) return;
  for (size_t at = text->find(from); at != text->npos;
       at = text->find(from, at + to.size())) {
    text->replace(at, from.size(), to);
  }
}

// Cuts the URL into origin and target; "{{baseUrl}}" is no origin.
void SetUrl(std::string url, Exchange* exchange) {
  constexpr std::string_view kBase = "{{baseUrl}}";
  if (url.starts_with(kBase)) url.erase(0, kBase.size());
  const size_t scheme = url.find("://");
  if (scheme != url.npos) {
    const size_t path =
        std::min(url.find_first_of("/?", scheme + 3), url.size());
    exchange->origin = url.substr(0, path);
    url.erase(0, path);
  }
  if (!url.starts_with('/')) url.insert(0, "/");
  exchange->target = url;
}

// Headers that describe how the recorded body travelled, not this one.
bool IsAboutTravel(const std::string& name) {
  static const std::set<std::string> kNames = {
      "content-length", "transfer-encoding", "content-encoding", "connection",
      "keep-alive"};
  return kNames.contains(Lower(name));
}

void AddHeader(const std::string& name, const Value& value,
               Exchange* exchange) {
  if (IsAboutTravel(name)) return;
  if (!value.IsArray()) {
    exchange->headers.emplace_back(name, ToText(value));
    return;
  }
  for (const Value& one : value.GetArray()) {
    exchange->headers.emplace_back(name, ToText(one));
  }
}

Exchange ReadExchange(const Value& object) {
  Exchange exchange;
  exchange.method = Upper(Member(object, "method"));
  SetUrl(Member(object, "url"), &exchange);
  exchange.request_body = Member(object, "request_body");
  if (object.HasMember("status") && object["status"].IsInt()) {
    exchange.status = object["status"].GetInt();
  }
  if (object.HasMember("response_headers") &&
      object["response_headers"].IsObject()) {
    for (const auto& header : object["response_headers"].GetObject()) {
      AddHeader(ToText(header.name), header.value, &exchange);
    }
  }
  exchange.body = Member(object, "response_body");
  exchange.scenario = Member(object, "scenarioName");
  exchange.required_state = Member(object, "requiredScenarioState");
  exchange.new_state = Member(object, "newScenarioState");
  return exchange;
}

// Paths of API descriptions have segments such as ":Collection_Id".
bool SameTarget(std::string_view recorded, std::string_view asked) {
  while (!recorded.empty() && !asked.empty()) {
    const size_t a = std::min(recorded.find_first_of("/?", 1), recorded.size());
    const size_t b = std::min(asked.find_first_of("/?", 1), asked.size());
    const std::string_view segment = recorded.substr(0, a);
    if (segment != asked.substr(0, b) && !segment.starts_with("/:")) {
      return false;
    }
    recorded.remove_prefix(a);
    asked.remove_prefix(b);
  }
  return recorded.empty() && asked.empty();
}

// The value of key='value' in the inside of a template.
std::optional<std::string> Argument(std::string_view inside,
                                    std::string_view key) {
  const std::string start = std::string(key) + "='";
  const size_t at = inside.find(start);
  if (at == inside.npos) return std::nullopt;
  const size_t begin = at + start.size();
  const size_t end = inside.find('\'', begin);
  if (end == inside.npos) return std::nullopt;
  return std::string(inside.substr(begin, end - begin));
}

// "305 seconds", "-5 minutes" -> seconds.
int64_t OffsetSeconds(const std::string& text) {
  long long number = 0;
  char unit[16] = {};
  if (std::sscanf(text.c_str(), "%lld %15s", &number, unit) != 2) return 0;
  switch (unit[0]) {
    case 'm':
      return number * 60;
    case 'h':
      return number * 3600;
    case 'd':
      return number * 86400;
    default:
      return number;
  }
}

std::string FormatMoment(int64_t seconds,
                         const std::optional<std::string>& format) {
  if (format == "unix") return std::to_string(seconds);
  if (format == "epoch") return std::to_string(seconds * 1000);
  if (format && format->starts_with("EEE,")) return FormatHttpDate(seconds);
  return FormatUtc(seconds);
}

std::optional<std::string> Fill(std::string_view inside,
                                const TemplateTimes& times,
                                std::string_view base_url) {
  while (inside.starts_with(' ')) inside.remove_prefix(1);
  const std::string_view name = inside.substr(0, inside.find(' '));
  if (name == "baseUrl") return std::string(base_url);
  if (name != "now" && name != "testStartDate") return std::nullopt;
  const int64_t moment = name == "now" ? times.now : times.test_start;
  const int64_t offset = OffsetSeconds(Argument(inside, "offset").value_or(""));
  return FormatMoment(moment + offset, Argument(inside, "format"));
}

}  // namespace

std::string FormatHttpDate(int64_t seconds) {
  static constexpr const char* kDays[] = {"Thu", "Fri", "Sat", "Sun",
                                          "Mon", "Tue", "Wed"};
  static constexpr const char* kMonths[] = {"Jan", "Feb", "Mar", "Apr",
                                            "May", "Jun", "Jul", "Aug",
                                            "Sep", "Oct", "Nov", "Dec"};
  const CivilTime t = CivilFromSeconds(seconds);
  const int64_t days = DaysFromCivil(t.year, t.month, t.day);
  char text[64];
  std::snprintf(text, sizeof(text), "%s, %02d %s %04lld %02d:%02d:%02d GMT",
                kDays[((days % 7) + 7) % 7], t.day, kMonths[t.month - 1],
                static_cast<long long>(t.year), t.hour, t.minute, t.second);
  return text;
}

std::string ExpandTemplates(std::string_view text, const TemplateTimes& times,
                            std::string_view base_url) {
  std::string filled;
  while (true) {
    const size_t begin = text.find("{{");
    const size_t end = begin == text.npos ? text.npos : text.find("}}", begin);
    if (end == text.npos) break;
    filled += text.substr(0, begin);
    const std::string_view inside = text.substr(begin + 2, end - begin - 2);
    const std::optional<std::string> value = Fill(inside, times, base_url);
    filled += value ? *value : std::string(text.substr(begin, end + 2 - begin));
    text.remove_prefix(end + 2);
  }
  filled += text;
  return filled;
}

Status Replay::Load(const std::string& path) {
  std::ifstream file(path, std::ios::binary);
  if (!file) return Status(Code::kNotFound, "cannot read " + path);
  const std::string text((std::istreambuf_iterator<char>(file)), {});
  rapidjson::Document document;
  document.Parse<rapidjson::kParseFullPrecisionFlag>(text.data(), text.size());
  if (document.HasParseError()) {
    return Status(Code::kInvalid,
                  rapidjson::GetParseError_En(document.GetParseError()),
                  {.name = path, .byte = document.GetErrorOffset()});
  }
  if (!document.IsArray()) {
    return Status(Code::kInvalid, "exchanges are an array", {.name = path});
  }
  const std::lock_guard lock(mutex_);
  for (const Value& object : document.GetArray()) {
    if (!object.IsObject()) {
      return Status(Code::kInvalid, "an exchange is an object", {.name = path});
    }
    entries_.push_back({ReadExchange(object), false});
  }
  return {};
}

bool Replay::Fits(const Exchange& exchange, std::string_view method,
                  std::string_view target) const {
  if (exchange.method != method || !SameTarget(exchange.target, target)) {
    return false;
  }
  if (exchange.required_state.empty()) return true;
  const auto state = states_.find(exchange.scenario);
  return exchange.required_state ==
         (state == states_.end() ? "Started" : state->second);
}

Replay::Entry* Replay::Choose(std::string_view method, std::string_view target,
                              std::string_view body) {
  Entry* chosen = nullptr;
  int best = -1;
  for (Entry& entry : entries_) {
    if (!Fits(entry.exchange, method, target)) continue;
    const bool same_body = entry.exchange.request_body == body;
    const int rank = (same_body ? 2 : 0) + (entry.given ? 0 : 1);
    // Of those already given, the last one is repeated.
    if (rank > best || (rank == best && entry.given)) {
      chosen = &entry;
      best = rank;
    }
  }
  return chosen;
}

bool Replay::Answer(std::string_view method, std::string_view target,
                    std::string_view body, const TemplateTimes& times,
                    std::string_view base_url, Exchange* answer) {
  const std::lock_guard lock(mutex_);
  // HEAD is GET without a body unless it was recorded itself.
  Entry* entry = Choose(method, target, body);
  if (entry == nullptr && method == "HEAD") entry = Choose("GET", target, body);
  if (entry == nullptr) return false;
  entry->given = true;
  *answer = entry->exchange;
  if (!answer->new_state.empty()) {
    states_[answer->scenario] = answer->new_state;
  }
  for (auto& [name, value] : answer->headers) {
    value = ExpandTemplates(value, times, base_url);
    ReplaceAll(&value, answer->origin, base_url);
  }
  answer->body = ExpandTemplates(answer->body, times, base_url);
  ReplaceAll(&answer->body, answer->origin, base_url);
  return true;
}

}  // namespace learnsql
