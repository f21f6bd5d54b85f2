#include "engine/shell/function_forms.h"

#include <algorithm>
#include <iterator>

#include "engine/store/functions.h"

namespace learnsql {
namespace {

struct Form {
  std::string_view name;
  std::string_view form;
};

// By name, as sqlite.org documents them.
constexpr Form kForms[] = {
    {"abs", "(number)"},
    {"acos", "(x)"},
    {"asin", "(x)"},
    {"atan", "(x)"},
    {"atan2", "(y, x)"},
    {"avg", "(number)"},
    {"ceil", "(x)"},
    {"ceiling", "(x)"},
    {"changes", "()"},
    {"char", "(code point, ...)"},
    {"coalesce", "(x, y, ...)"},
    {"cos", "(x)"},
    {"count", "(x) or (*)"},
    {"cume_dist", "() over (...)"},
    {"date", "(time, modifier, ...)"},
    {"datetime", "(time, modifier, ...)"},
    {"degrees", "(radians)"},
    {"dense_rank", "() over (...)"},
    {"exp", "(x)"},
    {"first_value", "(x) over (...)"},
    {"floor", "(x)"},
    {"format", "(format, ...)"},
    {"glob", "(pattern, text)"},
    {"group_concat", "(x, ?separator?)"},
    {"hex", "(blob)"},
    {"ifnull", "(x, instead)"},
    {"iif", "(condition, then, else)"},
    {"instr", "(text, part)"},
    {"json", "(json)"},
    {"json_array", "(x, ...)"},
    {"json_array_length", "(json, ?path?)"},
    {"json_extract", "(json, path, ...)"},
    {"json_group_array", "(x)"},
    {"json_group_object", "(name, x)"},
    {"json_insert", "(json, path, x, ...)"},
    {"json_object", "(name, x, ...)"},
    {"json_patch", "(json, patch)"},
    {"json_quote", "(x)"},
    {"json_remove", "(json, path, ...)"},
    {"json_replace", "(json, path, x, ...)"},
    {"json_set", "(json, path, x, ...)"},
    {"json_type", "(json, ?path?)"},
    {"json_valid", "(json)"},
    {"julianday", "(time, modifier, ...)"},
    {"lag", "(x, ?offset?, ?default?) over (...)"},
    {"last_insert_rowid", "()"},
    {"last_value", "(x) over (...)"},
    {"lead", "(x, ?offset?, ?default?) over (...)"},
    {"length", "(text)"},
    {"like", "(pattern, text, ?escape?)"},
    {"likelihood", "(x, probability)"},
    {"likely", "(x)"},
    {"ln", "(x)"},
    {"log", "(?base?, x)"},
    {"log10", "(x)"},
    {"log2", "(x)"},
    {"lower", "(text)"},
    {"ltrim", "(text, ?characters?)"},
    {"max", "(x) or (x, y, ...)"},
    {"min", "(x) or (x, y, ...)"},
    {"mod", "(x, y)"},
    {"nth_value", "(x, n) over (...)"},
    {"ntile", "(n) over (...)"},
    {"nullif", "(x, y)"},
    {"percent_rank", "() over (...)"},
    {"pi", "()"},
    {"pow", "(x, y)"},
    {"power", "(x, y)"},
    {"printf", "(format, ...)"},
    {"quote", "(x)"},
    {"radians", "(degrees)"},
    {"random", "()"},
    {"randomblob", "(bytes)"},
    {"rank", "() over (...)"},
    {"replace", "(text, part, with)"},
    {"round", "(x, ?digits?)"},
    {"row_number", "() over (...)"},
    {"rtrim", "(text, ?characters?)"},
    {"sign", "(x)"},
    {"sin", "(x)"},
    {"sqrt", "(x)"},
    {"strftime", "(format, time, modifier, ...)"},
    {"substr", "(text, start, ?length?)"},
    {"substring", "(text, start, ?length?)"},
    {"sum", "(number)"},
    {"tan", "(x)"},
    {"time", "(time, modifier, ...)"},
    {"total", "(number)"},
    {"total_changes", "()"},
    {"trim", "(text, ?characters?)"},
    {"trunc", "(x)"},
    {"typeof", "(x)"},
    {"unicode", "(text)"},
    {"unixepoch", "(time, modifier, ...)"},
    {"unlikely", "(x)"},
    {"upper", "(text)"},
    {"zeroblob", "(bytes)"},
};

// "(unit, from, to) -> bigint" of "date_diff(unit, from, to) -> bigint".
std::string_view FormOf(const FunctionSpec& spec) {
  const size_t begin = spec.signature.find('(');
  return begin == std::string_view::npos ? "" : spec.signature.substr(begin);
}

}  // namespace

std::string_view FunctionForm(std::string_view name) {
  const Form* const found = std::lower_bound(
      std::begin(kForms), std::end(kForms), name,
      [](const Form& form, std::string_view n) { return form.name < n; });
  if (found != std::end(kForms) && found->name == name) return found->form;
  const FunctionSpec* const spec = FindFunction(name);
  return spec == nullptr || spec->overrides ? "" : FormOf(*spec);
}

}  // namespace learnsql
