// A test of a rule in the form in which it is run. Thread rule: immutable; views the rule it was made from.
#pragma once

#include <cstdint>
#include <string_view>

#include "hunt/rule.h"

namespace sil::hunt {

struct CompiledTest {
  enum class Shape : uint8_t {
    kAny,  // every scalar with a text
    kEqual,
    kContains,
    kStartsWith,
    kEndsWith,  // `literal`
    kGlob,      // test->pattern in general
    kRegex,
    kNumber,
    kBoolean,
    kNull,
    kExists,
    kCidr,
    kCompare,
    kTimePart,
  } shape = Shape::kAny;
  bool cased = false;
  bool exact_blanks = false;  // kEqual: blanks behind the value count (guards, keywords)
  bool non_ascii = false;     // a literal beyond ASCII: false on every ASCII text
  std::string_view literal;   // of the rule's pattern
  const Test* test = nullptr;
  uint32_t gate = 0;  // kRegex: index into Plan::regexes; in a form, into RuleForms::gates
};

}  // namespace sil::hunt
