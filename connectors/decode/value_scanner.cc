#include "connectors/decode/value_scanner.h"

#include "engine/base/ascii.h"

namespace learnsql {
void ValueScanner::Reset() {
  want_ = Want::kValue;
  in_key_ = false;
  too_deep_ = false;
  unused_ = false;
  depth_ = 0;
  extra_depth_ = 0;
}

ValueScanner::Outcome ValueScanner::Scan(std::string_view piece) {
  const char* const begin = piece.data();
  const char* const end = begin + piece.size();
  for (const char* at = begin; at != end; ++at) {
    if (want_ == Want::kString) {
      at = SkipString(at, end);
      if (at == end) break;
    }
    const bool fits = Step(*at);
    const auto used = static_cast<size_t>(at - begin);
    if (!fits) return {State::kDamaged, used};
    if (want_ == Want::kDone) {
      return {State::kDone, unused_ ? used : used + 1};
    }
  }
  return {State::kMore, piece.size()};
}

bool ValueScanner::CompleteAtEnd() const {
  return depth_ == 0 &&
         (want_ == Want::kZero || want_ == Want::kDigits ||
          want_ == Want::kFraction || want_ == Want::kExponentDigits);
}

// To the next byte of a string that means something.
const char* ValueScanner::SkipString(const char* at, const char* end) const {
  while (at != end && *at != '"' && *at != '\\' && *at != '\n' && *at != '\0') {
    ++at;
  }
  return at;
}

bool ValueScanner::Step(char c) {
  switch (want_) {
    case Want::kString:
      if (c == '"') return EndString();
      if (c == '\\') want_ = Want::kEscape;
      return c != '\n' && c != '\0';
    case Want::kEscape:
      want_ = Want::kString;
      return c != '\n' && c != '\0';
    case Want::kLiteral:
      if (c != *rest_) return false;
      if (*++rest_ == '\0') EndValue();
      return true;
    case Want::kMinus:
    case Want::kZero:
    case Want::kDigits:
    case Want::kPoint:
    case Want::kFraction:
    case Want::kExponent:
    case Want::kExponentSign:
    case Want::kExponentDigits:
      return StepNumber(c);
    default:
      return extra_depth_ > 0 ? StepDeep(c) : StepStructure(c);
  }
}

bool ValueScanner::StepStructure(char c) {
  if (IsBlank(c)) return true;
  switch (want_) {
    case Want::kValueOrEnd:
      if (c == ']') return Close('[');
      [[fallthrough]];
    case Want::kValue:
      return BeginValue(c);
    case Want::kKeyOrEnd:
      if (c == '}') return Close('{');
      [[fallthrough]];
    case Want::kKey:
      in_key_ = true;
      want_ = Want::kString;
      return c == '"';
    case Want::kColon:
      want_ = Want::kValue;
      return c == ':';
    default:  // kCommaOrEnd
      if (c == '}') return Close('{');
      if (c == ']') return Close('[');
      want_ = open_[depth_ - 1] == '{' ? Want::kKey : Want::kValue;
      return c == ',';
  }
}

bool ValueScanner::BeginValue(char c) {
  switch (c) {
    case '{':
    case '[':
      return Open(c);
    case '"':
      in_key_ = false;
      want_ = Want::kString;
      return true;
    case 't':
      rest_ = "rue";
      break;
    case 'f':
      rest_ = "alse";
      break;
    case 'n':
      rest_ = "ull";
      break;
    default:
      return BeginNumber(c);
  }
  want_ = Want::kLiteral;
  return true;
}

bool ValueScanner::BeginNumber(char c) {
  if (c == '-') {
    want_ = Want::kMinus;
  } else if (c == '0') {
    want_ = Want::kZero;
  } else {
    want_ = Want::kDigits;
    return IsDigit(c);
  }
  return true;
}

bool ValueScanner::StepNumber(char c) {
  switch (want_) {
    case Want::kMinus:
      return BeginNumber(c == '-' ? 'x' : c);
    case Want::kDigits:
      if (IsDigit(c)) return true;
      [[fallthrough]];
    case Want::kZero:
      if (c == '.') {
        want_ = Want::kPoint;
        return true;
      }
      break;
    case Want::kPoint:
      want_ = Want::kFraction;
      return IsDigit(c);
    case Want::kFraction:
      if (IsDigit(c)) return true;
      break;
    case Want::kExponent:
      want_ = Want::kExponentSign;
      if (c == '+' || c == '-') return true;
      [[fallthrough]];
    case Want::kExponentSign:
      want_ = Want::kExponentDigits;
      return IsDigit(c);
    default:  // kExponentDigits
      return IsDigit(c) || EndNumber(c);
  }
  if (c == 'e' || c == 'E') {
    want_ = Want::kExponent;
    return true;
  }
  return EndNumber(c);
}

// `c` is the byte behind a number: it belongs to what surrounds it.
bool ValueScanner::EndNumber(char c) {
  EndValue();
  if (want_ != Want::kDone) return Step(c);
  unused_ = true;
  return true;
}

bool ValueScanner::EndString() {
  if (extra_depth_ > 0) {
    want_ = Want::kValue;  // any that leads to StepDeep
  } else if (in_key_) {
    want_ = Want::kColon;
  } else {
    EndValue();
  }
  return true;
}

void ValueScanner::EndValue() {
  want_ = depth_ == 0 ? Want::kDone : Want::kCommaOrEnd;
}

bool ValueScanner::Open(char c) {
  if (depth_ == kMaxDepth) {
    too_deep_ = true;
    extra_depth_ = 1;
    return true;
  }
  open_[depth_++] = c;
  want_ = c == '{' ? Want::kKeyOrEnd : Want::kValueOrEnd;
  return true;
}

bool ValueScanner::Close(char opened) {
  if (open_[depth_ - 1] != opened) return false;
  --depth_;
  EndValue();
  return true;
}

// Too deep to tell objects from arrays; only the way back up matters.
bool ValueScanner::StepDeep(char c) {
  if (c == '"') {
    want_ = Want::kString;
  } else if (c == '{' || c == '[') {
    ++extra_depth_;
  } else if (c == '}' || c == ']') {
    if (--extra_depth_ == 0) EndValue();
  }
  return c != '\0';
}

}  // namespace learnsql
