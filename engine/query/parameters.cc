#include "engine/query/parameters.h"

#include <algorithm>
#include <charconv>
#include <cmath>
#include <optional>

#include "engine/base/ascii.h"
#include "engine/base/suggest.h"
#include "engine/query/loose_tokens.h"

namespace learnsql {
namespace {

bool TakeDigits(std::string_view* text) {
  const size_t end = text->find_first_not_of("0123456789");
  const size_t count = end == std::string_view::npos ? text->size() : end;
  text->remove_prefix(count);
  return count > 0;
}

// The grammar of a number in JSON; `*whole` without point and exponent.
bool IsJsonNumber(std::string_view text, bool* whole) {
  *whole = true;
  if (!text.empty() && text.front() == '-') text.remove_prefix(1);
  const bool zero = !text.empty() && text.front() == '0';
  if (zero && text.size() > 1 && IsDigit(text[1])) return false;
  if (!TakeDigits(&text)) return false;
  if (!text.empty() && text.front() == '.') {
    *whole = false;
    text.remove_prefix(1);
    if (!TakeDigits(&text)) return false;
  }
  if (!text.empty() && (text.front() == 'e' || text.front() == 'E')) {
    *whole = false;
    text.remove_prefix(1);
    if (!text.empty() && (text.front() == '+' || text.front() == '-')) {
      text.remove_prefix(1);
    }
    if (!TakeDigits(&text)) return false;
  }
  return text.empty();
}

// True when `text` is a number that the type holds exactly as meant.
bool TakeNumber(std::string_view text, Parameter* parameter) {
  bool whole = false;
  if (!IsJsonNumber(text, &whole)) return false;
  const char* const end = text.data() + text.size();
  if (whole) {
    parameter->kind = Value::Kind::kInteger;
    return std::from_chars(text.data(), end, parameter->integer).ec ==
           std::errc();
  }
  parameter->kind = Value::Kind::kReal;
  const auto read = std::from_chars(text.data(), end, parameter->real);
  return read.ec == std::errc() && std::isfinite(parameter->real);
}

std::optional<std::string> BytesOfHex(std::string_view digits) {
  std::string bytes;
  if (digits.size() % 2 != 0) return std::nullopt;
  for (size_t i = 0; i < digits.size(); i += 2) {
    int byte = 0;
    const char* const end = digits.data() + i + 2;
    const auto read = std::from_chars(digits.data() + i, end, byte, 16);
    if (read.ec != std::errc() || read.ptr != end) return std::nullopt;
    bytes.push_back(static_cast<char>(byte));
  }
  return bytes;
}

// The inside of 'text', or nullopt when a quote stands alone in it.
std::optional<std::string> Unquoted(std::string_view text) {
  if (text.size() < 2 || text.back() != '\'') return std::nullopt;
  text = text.substr(1, text.size() - 2);
  std::string inside;
  for (size_t i = 0; i < text.size(); ++i) {
    inside += text[i];
    if (text[i] == '\'' && (++i == text.size() || text[i] != '\'')) {
      return std::nullopt;
    }
  }
  return inside;
}

Status BadValue(const Parameter& parameter, const char* what) {
  return Status(Code::kInvalid,
                "parameter " + parameter.name + ": " + std::string(what));
}

Status TakeQuoted(std::string_view value, Parameter* parameter) {
  std::optional<std::string> text = Unquoted(value);
  if (!text) {
    return BadValue(*parameter,
                    "a quoted text ends with a quote and doubles those inside");
  }
  parameter->kind = Value::Kind::kText;
  parameter->bytes = *std::move(text);
  return {};
}

Status TakeBlob(std::string_view value, Parameter* parameter) {
  std::optional<std::string> bytes;
  if (value.size() > 2 && value.back() == '\'') {
    bytes = BytesOfHex(value.substr(2, value.size() - 3));
  }
  if (!bytes)
    return BadValue(*parameter, "a blob is x'...' in pairs of digits");
  parameter->kind = Value::Kind::kBlob;
  parameter->bytes = *std::move(bytes);
  return {};
}

std::string Joined(std::span<const std::string> names, const char* before) {
  std::string joined;
  for (const std::string& name : names) {
    if (!joined.empty()) joined += ", ";
    joined += before + name;
  }
  return joined;
}

Status MissingParameters(std::span<const std::string> missing) {
  const bool one = missing.size() == 1;
  return Status(Code::kInvalid, std::string(one ? "no value for parameter "
                                                : "no values for parameters ") +
                                    Joined(missing, ":") + "; give --param " +
                                    missing[0] + "=VALUE" +
                                    (one ? "" : " and so on"));
}

Status UnknownParameter(const std::string& name,
                        std::span<const std::string> names) {
  const std::string there =
      names.empty() ? "it has none" : "it has " + Joined(names, ":");
  return Status(Code::kInvalid, "the query has no parameter :" + name + " (" +
                                    there + ")" + DidYouMean(name, names));
}

}  // namespace

Value Parameter::ToValue() const {
  switch (kind) {
    case Value::Kind::kInteger:
      return Value::Integer(integer);
    case Value::Kind::kReal:
      return Value::Real(real);
    case Value::Kind::kText:
      return Value::Text(bytes);
    case Value::Kind::kBlob:
      return Value::Blob(bytes);
    case Value::Kind::kNull:
      break;
  }
  return Value::Null();
}

Result<Parameter> ParseParameter(std::string_view text) {
  const size_t equals = text.find('=');
  if (equals == std::string_view::npos || equals == 0) {
    return Status(Code::kUsage,
                  "a parameter is name=value, not '" + std::string(text) + "'");
  }
  return ParseParameter(text.substr(0, equals), text.substr(equals + 1));
}

Result<Parameter> ParseParameter(std::string_view name,
                                 std::string_view value) {
  Parameter parameter;
  const bool prefixed = name.find_first_of(":@$") == 0;
  parameter.name = std::string(name.substr(prefixed ? 1 : 0));
  const std::vector<LooseToken> tokens = CutLoosely(":" + parameter.name);
  if (tokens.size() != 1 || tokens[0].kind != LooseKind::kParameter) {
    return Status(Code::kUsage,
                  "'" + parameter.name + "' cannot be a parameter's name");
  }
  if (SameName(value, "null")) return parameter;
  if (TakeNumber(value, &parameter)) return parameter;
  if (value.starts_with('\'')) {
    LEARNSQL_TRY(TakeQuoted(value, &parameter));
  } else if (StartsWithName(value, "x'")) {
    LEARNSQL_TRY(TakeBlob(value, &parameter));
  } else {
    parameter.kind = Value::Kind::kText;
    parameter.bytes = std::string(value);
  }
  return parameter;
}

Result<std::vector<Parameter>> ParseParameters(
    std::span<const std::string> texts) {
  std::vector<Parameter> parameters;
  for (const std::string& text : texts) {
    LEARNSQL_TRY_SET(Parameter parameter, ParseParameter(text));
    for (const Parameter& before : parameters) {
      if (before.name != parameter.name) continue;
      return Status(Code::kUsage,
                    "parameter " + parameter.name + " is given twice");
    }
    parameters.push_back(std::move(parameter));
  }
  return parameters;
}

Result<std::vector<std::string>> ParameterNames(std::string_view sql) {
  std::vector<std::string> names;
  for (const LooseToken& token : CutLoosely(sql)) {
    if (token.kind != LooseKind::kParameter) continue;
    const std::string_view text = LooseText(sql, token);
    if (text.front() == '?') {
      return Status(Code::kInvalid,
                    "a parameter needs a name: write :name instead of " +
                        std::string(text));
    }
    std::string name(text.substr(1));
    if (std::find(names.begin(), names.end(), name) == names.end()) {
      names.push_back(std::move(name));
    }
  }
  return names;
}

Status CheckParameters(std::string_view sql,
                       std::span<const Parameter> parameters) {
  LEARNSQL_TRY_SET(const std::vector<std::string> names, ParameterNames(sql));
  for (const Parameter& given : parameters) {
    if (std::find(names.begin(), names.end(), given.name) == names.end()) {
      return UnknownParameter(given.name, names);
    }
  }
  return CheckNoneMissing(sql, parameters);
}

Status CheckNoneMissing(std::string_view sql,
                        std::span<const Parameter> parameters) {
  LEARNSQL_TRY_SET(const std::vector<std::string> names, ParameterNames(sql));
  std::vector<std::string> missing;
  for (const std::string& name : names) {
    const bool given =
        std::any_of(parameters.begin(), parameters.end(),
                    [&](const Parameter& p) { return p.name == name; });
    if (!given) missing.push_back(name);
  }
  return missing.empty() ? Status() : MissingParameters(missing);
}

Status BindParameters(std::span<const Parameter> parameters,
                      Statement* statement) {
  for (int i = 1; i <= statement->parameter_count(); ++i) {
    const std::string_view name = statement->parameter_name(i);
    for (const Parameter& parameter : parameters) {
      if (name.empty() || name.substr(1) != parameter.name) continue;
      LEARNSQL_TRY(statement->Bind(i, parameter.ToValue()));
    }
  }
  return {};
}

}  // namespace learnsql
