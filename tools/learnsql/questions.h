#pragma once

#include <span>
#include <string>
#include <vector>

#include "engine/model/project.h"
#include "engine/query/parameters.h"
#include "engine/query/render.h"
#include "engine/shell/shell.h"
#include "tools/learnsql/command.h"

namespace learnsql {

// The question `name` of the project with values for all its parameters:
// "name=value" each, the defaults for the others.
// Errors: kUsage for a name that is no question (with the nearest; a view's
// name says how to read it), and as ValuesOf; kInvalid with every finding in
// the question's file.
Result<ShellQuestion> FindQuestion(const Project& project,
                                   const std::string& name,
                                   std::span<const std::string> values);

// The same for a question that is at hand.
// Errors: as ValuesOf; kUsage for what is no "name=value".
Result<ShellQuestion> BindQuestion(const Question& question,
                                   std::span<const std::string> values);

// The questions' names. None where the project's SQL cannot be read.
std::vector<std::string> QuestionNames(const Project& project);

// Writes a row a question: name, owner, parameters with types and defaults,
// document.
Status ListQuestions(const ModelSet& models, Renderer* renderer);

}  // namespace learnsql
