// `rules explain`: one rule and one record, looked at with the plain evaluator.
// Thread rule: stateless.
#pragma once

#include <compare>
#include <cstdint>
#include <string>

#include "hunt/rule.h"
#include "model/event.h"
#include "model/explanation.h"

namespace sil::hunt {

// How near a record comes to a match; the greater is the nearer. A record that only a filter keeps out is nearer
// than one that lacks a selection.
struct Nearness {
  bool matched = false, applies = false;
  uint32_t selections = 0;  // positive selections that hold
  uint32_t items = 0;       // items that hold, in the best alternative of each positive selection
  uint32_t values = 0;      // values of `all` items that hold
  int32_t filters = 0;      // minus the filters that hold
  auto operator<=>(const Nearness&) const = default;
};
// Cheap when the rule does not mean this log: nothing is evaluated then, unless `anyway`.
Nearness nearness(const Rule& rule, const Event& event, bool anyway);

// All but time, host and citation of the record, which the caller fills in.
Explanation explain_record(const Rule& rule, const Event& event);
// "selection and not (filter_a or filter_b)"
std::string condition_text(const Rule& rule);
// "*\ntdsutil.exe", "/regex/i", "10.0.0.0/8", ">= 5": the test as it is compared.
std::string test_text(const Test& test);

}  // namespace sil::hunt
