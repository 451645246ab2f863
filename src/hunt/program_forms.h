// What the tests of a rule become in any plan: compiled, weighed and hashed. A rule is in the plans of many kinds of
// events; this part of the work is done once a rule, by whichever worker comes first (docs/design/matching.md).
//
// Thread rule: RuleForms are immutable once made; FormsOfRules may be asked by any worker. Lifetime: views the rules.
#pragma once

#include <cstdint>
#include <span>
#include <vector>

#include "hunt/compiled_test.h"
#include "hunt/known_by_rule.h"
#include "hunt/program_regex.h"
#include "hunt/rule.h"

namespace sil::hunt {

// How a leaf can be found (program_filter.h). Weighing literals by rarity costs more than all else here.
struct LeafApproach {
  bool usable = true, hash_only = true, exact = true;
  float chance = 0;
};

struct LeafForm {                 // any of some tests on one field: a leaf of whatever plan
  uint32_t first = 0, count = 0;  // into RuleForms::tests; none: all tests of the group compare two fields
  uint64_t hash = 0;              // of all that decides the verdict, but for the field
  float cost = 0;
  bool absent_truth = false;  // its value where the field is absent
  LeafApproach approach;
};

struct ItemForm {
  uint32_t first = 0, end = 0;          // into RuleForms::leaves: one a group under `all`, else one
  bool valued = false, exists = false;  // some test asks a value; some asks for presence
  bool compares_fields = false;         // some test is a kFieldRef, which no leaf form has
};

struct RuleForms {
  std::vector<CompiledTest> tests;
  std::vector<RegexGate> gates;
  std::vector<LeafForm> leaves;
  std::vector<ItemForm> items;       // by selection, alternative, place
  std::vector<uint32_t> selections;  // the first item of each
};

RuleForms forms_of(const Rule& rule);
// Appends one leaf of these tests. `exact_blanks`: of guards and keywords.
void append_leaf(std::span<const Test* const> any, bool keyword, bool exact_blanks, RuleForms* out);
// Do two tests decide alike on every value?
bool same_verdict(const CompiledTest& a, const CompiledTest& b);

class FormsOfRules {
 public:
  explicit FormsOfRules(size_t rules) : known_(rules) {}
  const RuleForms& of(const Rule& rule, uint32_t index) const {
    return known_.of(index, [&] { return forms_of(rule); });
  }

 private:
  KnownByRule<RuleForms> known_;
};

}  // namespace sil::hunt
