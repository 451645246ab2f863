// Tests on one value where speed has nothing to win: exact numbers, booleans, order. Both evaluators may use them; text
// patterns are matched by two independent pieces of code on purpose (plain.h, program.h).
// Spec: Sigma 2.1.0 values and modifiers gt/gte/lt/lte; sigma reference 1.3, 1.4.
//
// Thread rule: stateless functions.
#pragma once

#include "hunt/rule.h"
#include "model/value.h"

namespace sil::hunt {

// A value of a number kind: equal by value. Text: as the rule writes it (blanks behind it ignored), or a decimal
// number without '+' and leading zeros that is equal by value.
bool number_equals(const Test& test, const Value& member);
// JSON and EVTX booleans, and the words true and false in any case.
bool boolean_equals(bool wanted, const Value& member);
bool holds(CompareOp op, int order);
// gt, gte, lt, lte against `test.number`; a value that is no number is false.
bool compares(const Test& test, const Value& member);
bool time_part_compares(const Test& test, const Value& member);
bool in_network(const Test& test, const Value& member);

}  // namespace sil::hunt
