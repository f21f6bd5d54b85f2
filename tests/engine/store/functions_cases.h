#pragma once

#include <span>
#include <string_view>

namespace learnsql {

// A call of a function and what it gives.
struct FunctionCase {
  std::string_view function;
  std::string_view expression;
  // As SQLite's quote() writes it, or "error: " and a part of the message.
  std::string_view expected;
  // Where the answer comes from: a page of Trino's manual, a class of Trino's
  // tests, or a rule of learnsql (sql/functions.md) with its reason.
  std::string_view source;
};

// Runs each case on a connection with all functions.
void RunCases(std::span<const FunctionCase> cases);

// Of each topic; functions_test.cc checks that no function is without.
std::span<const FunctionCase> AggregateCases();
std::span<const FunctionCase> HashCases();
std::span<const FunctionCase> JsonCases();
std::span<const FunctionCase> NumberCases();
std::span<const FunctionCase> RegexpCases();
std::span<const FunctionCase> TextCases();
std::span<const FunctionCase> TimeCases();

}  // namespace learnsql
