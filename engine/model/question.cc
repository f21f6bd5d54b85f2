#include "engine/model/question.h"

#include <algorithm>
#include <charconv>
#include <cmath>
#include <optional>
#include <tuple>

#include "engine/base/clock.h"
#include "engine/base/suggest.h"
#include "engine/model/export_file.h"
#include "engine/model/header.h"
#include "engine/model/model_file.h"
#include "engine/model/statements.h"

namespace learnsql {
namespace {

constexpr std::string_view kSettings[] = {"owner", "tag", "tags", "param",
                                          "file"};
constexpr const char* kParamRule =
    "a parameter is: -- param NAME: TYPE = DEFAULT [>= LEAST]; DOCUMENT";
constexpr const char* kParamExample =
    "-- param day: date = 2015-01-01; the UTC day";

struct TypeSpec {
  ParameterType type;
  const char* name;
  const char* form;  // what a value looks like
};
constexpr TypeSpec kTypes[] = {
    {ParameterType::kInteger, "integer", "a whole number, such as 20"},
    {ParameterType::kReal, "real", "a number, such as 0.5"},
    {ParameterType::kText, "text", "text"},
    {ParameterType::kBoolean, "boolean", "true or false"},
    {ParameterType::kDate, "date", "a date, such as 2015-01-31"},
    {ParameterType::kTime, "time", "a UTC time, such as 2015-01-31T05:00:00Z"},
};

const TypeSpec& SpecOf(ParameterType type) {
  return *std::find_if(std::begin(kTypes), std::end(kTypes),
                       [type](const TypeSpec& s) { return s.type == type; });
}

// "day" of ":day", where somebody types the colon.
std::string_view BareName(std::string_view name) {
  return name.starts_with(':') ? name.substr(1) : name;
}

template <typename T>
std::optional<T> WholeNumber(std::string_view text) {
  T value = 0;
  const char* const end = text.data() + text.size();
  const auto read = std::from_chars(text.data(), end, value);
  if (read.ec != std::errc() || read.ptr != end) return std::nullopt;
  return value;
}

// The inside of 'text'; nullopt when a quote stands alone in it.
std::optional<std::string> Unquote(std::string_view text) {
  if (text.size() < 2 || text.back() != '\'') return std::nullopt;
  std::string inside;
  for (size_t i = 1; i + 1 < text.size(); ++i) {
    inside += text[i];
    if (text[i] != '\'') continue;
    if (++i + 1 >= text.size() || text[i] != '\'') return std::nullopt;
  }
  return inside;
}

QuestionValue IntegerValue(int64_t integer) {
  return {.kind = Value::Kind::kInteger, .integer = integer};
}

QuestionValue TextValue(std::string text) {
  return {.kind = Value::Kind::kText, .text = std::move(text)};
}

std::optional<QuestionValue> ReadReal(std::string_view text) {
  const std::optional<double> value = WholeNumber<double>(text);
  if (!value || !std::isfinite(*value)) return std::nullopt;
  return QuestionValue{.kind = Value::Kind::kReal, .real = *value};
}

std::optional<QuestionValue> ReadDate(std::string_view text) {
  constexpr size_t kSize = 10;  // YYYY-MM-DD
  if (text.size() != kSize || !ParseUtc(text)) return std::nullopt;
  return TextValue(std::string(text));
}

std::optional<QuestionValue> ReadOf(ParameterType type, std::string_view text) {
  switch (type) {
    case ParameterType::kInteger:
      if (const auto value = WholeNumber<int64_t>(text)) {
        return IntegerValue(*value);
      }
      return std::nullopt;
    case ParameterType::kReal:
      return ReadReal(text);
    case ParameterType::kBoolean:
      if (text != "true" && text != "false") return std::nullopt;
      return IntegerValue(text == "true");
    case ParameterType::kDate:
      return ReadDate(text);
    case ParameterType::kTime:
      if (const auto value = ParseUtc(text))
        return TextValue(FormatUtc(*value));
      return std::nullopt;
    case ParameterType::kText:
      if (!text.starts_with('\'')) return TextValue(std::string(text));
      if (auto inside = Unquote(text)) return TextValue(*std::move(inside));
      return std::nullopt;
  }
  return std::nullopt;
}

// What stands before the first ';' that is not in a quoted default, and behind
// it.
std::pair<std::string, std::string> CutDocument(std::string_view text) {
  const bool quoted = TrimBlanks(text).starts_with('\'');
  bool inside = false;
  for (size_t i = 0; i < text.size(); ++i) {
    if (quoted && text[i] == '\'') inside = !inside;
    if (text[i] != ';' || inside) continue;
    return {TrimBlanks(text.substr(0, i)), TrimBlanks(text.substr(i + 1))};
  }
  return {TrimBlanks(text), ""};
}

// Takes the least that a value may be off its default: "30 >= 0".
void CutLeast(QuestionParameter* parameter) {
  constexpr std::string_view kSign = " >= ";
  if (parameter->type == ParameterType::kText) return;
  const size_t at = parameter->default_value.find(kSign);
  if (at == std::string::npos) return;
  parameter->least = TrimBlanks(
      std::string_view(parameter->default_value).substr(at + kSign.size()));
  parameter->default_value.resize(at);
}

// Of one type. NULL is never less.
bool IsLess(const QuestionValue& value, const QuestionValue& other) {
  if (value.kind != other.kind) return false;
  return std::tie(value.integer, value.real, value.text) <
         std::tie(other.integer, other.real, other.text);
}

// A value and how somebody wrote it.
struct WrittenValue {
  std::string_view text;
  QuestionValue value;
};

// Whether the last of `values` is not less than its parameter may be; they are
// those of the first of `parameters`, in their order.
Status CheckLeast(std::span<const QuestionParameter> parameters,
                  std::span<const WrittenValue> values) {
  const WrittenValue& last = values.back();
  const size_t at = values.size() - 1;
  const QuestionParameter& parameter = parameters[at];
  if (parameter.least.empty()) return {};
  const std::string less = "parameter " + parameter.name + ": '" +
                           std::string(last.text) + "' is less than " +
                           parameter.least;
  for (size_t i = 0; i < at; ++i) {
    if (parameters[i].name != parameter.least) continue;
    if (parameters[i].type != parameter.type) break;
    if (!IsLess(last.value, values[i].value)) return {};
    return Status(Code::kUsage,
                  less + ", '" + std::string(values[i].text) + "'");
  }
  LEARNSQL_TRY_SET(const QuestionValue least,
                   ParseValue(parameter, parameter.least));
  if (!IsLess(last.value, least)) return {};
  return Status(Code::kUsage, less);
}

bool IsParamLine(const SqlText& script, const Token& token) {
  return token.kind == TokenKind::kComment &&
         CommentText(script, token).starts_with("param ");
}

// Reads one question file.
class QuestionReader {
 public:
  QuestionReader(std::shared_ptr<const SqlText> script,
                 std::vector<Finding>* findings)
      : script_(*script), findings_(findings) {
    question_.name = StemOf(script_.name());
    question_.script = std::move(script);
  }

  Question Read() {
    const std::vector<StatementText> statements = SplitStatements(script_);
    ReadSettings(statements.front());
    for (const StatementText& statement : statements) {
      if (!statement.tokens.empty()) ReadStatement(statement);
    }
    if (question_.query.sql.empty()) {
      Fail(question_.header_token, "the query is missing",
           "a question is its header and one query");
    }
    return std::move(question_);
  }

 private:
  void Fail(const Token& token, std::string message, std::string rule,
            std::string advice = "") {
    findings_->push_back(FindingAt(script_, token, std::move(message),
                                   std::move(rule), std::move(advice)));
  }

  void ReadSettings(const StatementText& first) {
    const Header header = ReadHeader(script_, first.comments, question_.name,
                                     kSettings, findings_);
    question_.header_token =
        first.comments.empty() ? first.tokens.front() : first.comments.front();
    if (!header.name.empty() && header.name != question_.name) {
      Fail(question_.header_token,
           "this header is of '" + header.name + "', the file of '" +
               question_.name + "'",
           "a file is named after its question");
    }
    question_.version = header.version.value_or(1);
    question_.document = header.document;
    for (const Setting& setting : header.settings) ReadSetting(setting);
    CheckDefaults();
  }

  void ReadSetting(const Setting& setting) {
    if (setting.key == "param" || setting.key.starts_with("param ")) {
      ReadParameter(setting);
    } else if (setting.value.empty()) {
      Fail(setting.token, "'" + setting.key + ":' has no value", "");
    } else if (setting.key == "owner") {
      question_.owner = setting.value;
    } else if (setting.key == "file") {
      const Status name = CheckExportFile(setting.value);
      if (!name.ok()) {
        Fail(setting.token, name.message(), "file: NAME",
             "-- file: {as_of}_totals.csv");
      }
    } else {
      for (std::string& tag : SplitList(setting.value)) {
        question_.tags.push_back(std::move(tag));
      }
    }
  }

  // One that is wrong is kept as well: the query may use it.
  void ReadParameter(const Setting& setting) {
    constexpr std::string_view kWord = "param";
    QuestionParameter parameter;
    parameter.name = BareName(
        TrimBlanks(std::string_view(setting.key).substr(kWord.size())));
    parameter.token = setting.token;
    if (parameter.name.empty()) {
      return Fail(setting.token, "the parameter has no name", kParamRule,
                  kParamExample);
    }
    if (IsTaken(parameter.name)) {
      return Fail(setting.token,
                  "the parameter '" + parameter.name + "' stands here twice",
                  kParamRule);
    }
    ReadDeclaration(setting.value, &parameter);
    question_.parameters.push_back(std::move(parameter));
  }

  bool IsTaken(const std::string& name) const {
    return std::any_of(
        question_.parameters.begin(), question_.parameters.end(),
        [&name](const QuestionParameter& p) { return p.name == name; });
  }

  // TYPE = DEFAULT; DOCUMENT
  void ReadDeclaration(std::string_view value, QuestionParameter* parameter) {
    const size_t equals = value.find('=');
    if (equals == std::string_view::npos) {
      return Fail(parameter->token,
                  "the parameter '" + parameter->name +
                      "' has no default, and every build runs it",
                  kParamRule, kParamExample);
    }
    if (!ReadType(TrimBlanks(value.substr(0, equals)), parameter)) return;
    std::tie(parameter->default_value, parameter->document) =
        CutDocument(value.substr(equals + 1));
    CutLeast(parameter);
    const Result<QuestionValue> read =
        ParseValue(*parameter, parameter->default_value);
    if (read.ok()) return;
    Fail(parameter->token, read.status().message(), kParamRule, kParamExample);
  }

  // Defaults that are no values were found before, and are NULL here.
  void CheckDefaults() {
    std::vector<WrittenValue> values;
    for (const QuestionParameter& parameter : question_.parameters) {
      const std::string& text = parameter.default_value;
      Result<QuestionValue> read = ParseValue(parameter, text);
      values.push_back({text, read.ok() ? *std::move(read) : QuestionValue()});
      const Status status = CheckLeast(question_.parameters, values);
      if (status.ok()) continue;
      Fail(parameter.token, status.message(), kParamRule, kParamExample);
    }
  }

  bool ReadType(const std::string& word, QuestionParameter* parameter) {
    std::vector<std::string> names;
    for (const TypeSpec& spec : kTypes) {
      names.emplace_back(spec.name);
      if (word != spec.name) continue;
      parameter->type = spec.type;
      return true;
    }
    Fail(parameter->token,
         "unknown type '" + word + "' (" + JoinNames(names) + ")" +
             DidYouMean(word, names),
         kParamRule, kParamExample);
    return false;
  }

  void ReadStatement(const StatementText& statement) {
    const Token& first = statement.tokens.front();
    if (!question_.query.sql.empty()) {
      Fail(first, "nothing may follow the query",
           "a question is its header and one query");
    } else if (BeginsQuery(script_, first)) {
      question_.query = PieceOf(script_, first, statement.tokens.back());
    } else {
      Fail(first, "'" + std::string(script_.Of(first)) + "' begins no question",
           "a question is its header and one query");
    }
  }

  const SqlText& script_;
  std::vector<Finding>* findings_;
  Question question_;
};

Result<std::string_view> FindGiven(std::span<const GivenValue> given,
                                   const QuestionParameter& parameter) {
  std::string_view value = parameter.default_value;
  bool found = false;
  for (const GivenValue& each : given) {
    if (BareName(each.name) != parameter.name) continue;
    if (found) {
      return Status(Code::kUsage,
                    "parameter " + parameter.name + " is given twice");
    }
    found = true;
    value = each.value;
  }
  return value;
}

Status CheckNames(const Question& question, std::span<const GivenValue> given) {
  std::vector<std::string> names;
  for (const QuestionParameter& parameter : question.parameters) {
    names.push_back(parameter.name);
  }
  for (const GivenValue& each : given) {
    const std::string name(BareName(each.name));
    if (std::find(names.begin(), names.end(), name) != names.end()) continue;
    return Status(Code::kUsage,
                  "question " + question.name + " has no parameter '" + name +
                      "' (" + JoinNames(names) + ")" + DidYouMean(name, names));
  }
  return {};
}

}  // namespace

Value QuestionValue::ToValue() const {
  switch (kind) {
    case Value::Kind::kInteger:
      return Value::Integer(integer);
    case Value::Kind::kReal:
      return Value::Real(real);
    case Value::Kind::kText:
      return Value::Text(text);
    default:
      return Value::Null();
  }
}

const char* TypeName(ParameterType type) { return SpecOf(type).name; }

Result<QuestionValue> ParseValue(const QuestionParameter& parameter,
                                 std::string_view text) {
  const bool nullable = parameter.default_value == "null";
  if (text == "null" && nullable) return QuestionValue();
  if (auto value = ReadOf(parameter.type, text)) return *std::move(value);
  return Status(Code::kUsage, "parameter " + parameter.name + ": '" +
                                  std::string(text) + "' is not " +
                                  SpecOf(parameter.type).form +
                                  (nullable ? ", or null" : ""));
}

Result<std::vector<QuestionValue>> ValuesOf(const Question& question,
                                            std::span<const GivenValue> given) {
  LEARNSQL_TRY(CheckNames(question, given));
  std::vector<WrittenValue> written;
  for (const QuestionParameter& parameter : question.parameters) {
    WrittenValue& each = written.emplace_back();
    LEARNSQL_TRY_SET(each.text, FindGiven(given, parameter));
    LEARNSQL_TRY_SET(each.value, ParseValue(parameter, each.text));
    LEARNSQL_TRY(CheckLeast(question.parameters, written));
  }
  std::vector<QuestionValue> values;
  for (WrittenValue& each : written) values.push_back(std::move(each.value));
  return values;
}

bool IsQuestion(const SqlText& script) {
  const std::vector<StatementText> statements = SplitStatements(script);
  bool parameters = false;
  for (const StatementText& statement : statements) {
    if (statement.tokens.empty()) continue;
    if (script.IsWord(statement.tokens.front(), "create")) return false;
    for (const Token& token : statement.tokens) {
      parameters = parameters || token.kind == TokenKind::kParameter;
    }
  }
  return parameters ||
         std::any_of(script.tokens().begin(), script.tokens().end(),
                     [&script](const Token& token) {
                       return IsParamLine(script, token);
                     });
}

Question ReadQuestion(std::shared_ptr<const SqlText> script,
                      std::vector<Finding>* findings) {
  return QuestionReader(std::move(script), findings).Read();
}

std::string Declaration(const QuestionParameter& parameter) {
  return parameter.name + ": " + TypeName(parameter.type) + " = " +
         parameter.default_value +
         (parameter.least.empty() ? "" : " >= " + parameter.least);
}

}  // namespace learnsql
