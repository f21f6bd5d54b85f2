#include "tools/learnsql/questions.h"

#include "engine/base/suggest.h"
#include "engine/model/question.h"
#include "tools/learnsql/model_options.h"

namespace learnsql {
namespace {

Result<const Question*> FindByName(const ModelSet& models,
                                   const std::string& name) {
  if (const Question* const found = models.FindQuestion(name)) return found;
  const Model* const model = models.Find(name);
  if (model != nullptr && model->layer == Layer::kView) {
    return Status(Code::kUsage, "'" + name +
                                    "' is a view, without parameters: learnsql "
                                    "query 'select * from " +
                                    name + "'");
  }
  std::vector<std::string> names;
  for (const Question& question : models.questions) {
    names.push_back(question.name);
  }
  return Status(Code::kUsage, "there is no question '" + name + "'" +
                                  DidYouMean(name, names) +
                                  "; 'learnsql list --questions' lists them");
}

// Errors of other files do not stop a question.
Status CheckFindings(const ModelSet& models, const Question& question) {
  std::vector<Finding> own;
  for (const Finding& finding : models.findings) {
    if (finding.place.name == question.script->name()) own.push_back(finding);
  }
  return ErrorsOf(own);
}

Result<std::vector<GivenValue>> SplitValues(
    std::span<const std::string> texts) {
  std::vector<GivenValue> given;
  for (const std::string& text : texts) {
    const size_t equals = text.find('=');
    if (equals == std::string::npos || equals == 0) {
      return Status(Code::kUsage,
                    "a parameter is name=value, not '" + text + "'");
    }
    given.push_back({text.substr(0, equals), text.substr(equals + 1)});
  }
  return given;
}

Parameter ParameterOf(const std::string& name, const QuestionValue& value) {
  Parameter parameter;
  parameter.name = name;
  parameter.kind = value.kind;
  parameter.integer = value.integer;
  parameter.real = value.real;
  parameter.bytes = value.text;
  return parameter;
}

std::string Declarations(const Question& question) {
  std::string text;
  for (const QuestionParameter& parameter : question.parameters) {
    text += (text.empty() ? "" : "; ") + Declaration(parameter);
  }
  return text;
}

}  // namespace

Result<ShellQuestion> FindQuestion(const Project& project,
                                   const std::string& name,
                                   std::span<const std::string> values) {
  LEARNSQL_TRY_SET(const ModelSet models, LoadProjectModels(project));
  LEARNSQL_TRY_SET(const Question* const question, FindByName(models, name));
  LEARNSQL_TRY(CheckFindings(models, *question));
  return BindQuestion(*question, values);
}

Result<ShellQuestion> BindQuestion(const Question& question,
                                   std::span<const std::string> values) {
  LEARNSQL_TRY_SET(const std::vector<GivenValue> given, SplitValues(values));
  LEARNSQL_TRY_SET(const std::vector<QuestionValue> bound,
                   ValuesOf(question, given));
  ShellQuestion found;
  found.file = question.script->name();
  found.sql = question.query.sql;
  found.first_line = question.script->TokenAt(question.query.offset).line;
  for (size_t i = 0; i < bound.size(); ++i) {
    found.parameters.push_back(
        ParameterOf(question.parameters[i].name, bound[i]));
  }
  return found;
}

std::vector<std::string> QuestionNames(const Project& project) {
  std::vector<std::string> names;
  const Result<ModelSet> models = LoadProjectModels(project);
  if (!models.ok()) return names;
  for (const Question& question : models->questions) {
    names.push_back(question.name);
  }
  return names;
}

Status ListQuestions(const ModelSet& models, Renderer* renderer) {
  const std::vector<std::string> columns = {"question", "owner", "parameters",
                                            "document"};
  LEARNSQL_TRY(renderer->Begin(columns));
  for (const Question& question : models.questions) {
    const std::string parameters = Declarations(question);
    const Value row[] = {Value::Text(question.name),
                         Value::Text(question.owner), Value::Text(parameters),
                         Value::Text(question.document)};
    LEARNSQL_TRY(renderer->Row(row));
  }
  return renderer->End();
}

}  // namespace learnsql
