// Which rules a value leaves alive. From each rule's condition come clauses that must hold (any of some
// leaves); the rarest and cheapest of them become the rule's witnesses:
//   pass  a clause on one field: the rule dies unless the field's value may meet it (one clause a rule and
//   field) any   a clause over several fields: the rule dies unless one of these fields' values may meet it
//   (one a rule)
// What a value lets pass is kept with it as two short lists of rules (program_cache.h).
//
// Thread rule: immutable once built.
#pragma once

#include <cstdint>
#include <memory>
#include <span>
#include <vector>

#include "hunt/program_condition.h"
#include "hunt/program_forms.h"
#include "hunt/program_index.h"

namespace sil::hunt {

struct FieldFilter {
  LiteralIndex index;
  std::vector<Target> field_level;               // null and exists tests: asked of the field, not of a member
  std::vector<uint64_t> exact;                   // leaves whose verdict is settled by the index alone
  std::vector<uint32_t> pass_first, pass_rules;  // by local leaf: the rules it lets pass
  std::vector<uint32_t> any_first, any_rules;
  [[nodiscard]] std::span<const uint32_t> pass_of(uint32_t leaf) const {
    return {pass_rules.data() + pass_first[leaf], pass_rules.data() + pass_first[leaf + 1]};
  }
  [[nodiscard]] std::span<const uint32_t> any_of(uint32_t leaf) const {
    return {any_rules.data() + any_first[leaf], any_rules.data() + any_first[leaf + 1]};
  }
  struct Eager {
    uint32_t rule = 0, start = 0;  // code
    bool has_clause = false;       // asked only where the rule's clause is met
  };
  std::vector<Eager> eager;
  std::vector<uint64_t> base_pass;                // rules without a clause or eager part on this field
  std::vector<uint64_t> need;                     // rules with a clause on this field
  std::vector<uint32_t> need_words;               // the words of `need` and `base_pass` that say something
  std::vector<uint32_t> absent_pass, absent_any;  // rules that pass where the field is absent
  bool witnesses = false;                         // some rule's witness is here: the field is looked at for every event
  bool cheap = false;                             // a few hash probes: a cache would cost more
  bool digests_alone = false;                     // index.signs() say of most values that nothing holds
  float price = 0;
};

// A clause that must hold for its rule.
struct Clause {
  std::vector<uint32_t> leaves;
  float chance = 0;  // estimated share of events that meet it
  bool hash_only = true;
};

// All parts of a condition that must hold and ask one and the same field: its verdict belongs to the field's
// value, and is found out once a value. For rules without a good witness.
struct EagerPart {
  uint32_t field = 0;
  uint32_t start = 0;            // code
  std::vector<uint32_t> leaves;  // that it asks
};

struct Witnesses {           // of one rule
  std::vector<Clause> pass;  // at most one a field
  Clause any;                // no leaves: none
  std::vector<EagerPart> eager;
};

// Chooses the rule's witnesses. Appends code for eager parts. `approaches`: by leaf.
Witnesses choose_witnesses(ConditionCode* code, uint32_t root, const Plan& plan,
                           const std::vector<LeafApproach>& approaches);
// Builds the filters of all fields, each a step of its own. `witnesses`: by plan rule; `approaches`: by leaf.
void build_filters(const std::vector<Witnesses>& witnesses, const std::vector<LeafApproach>& approaches,
                   PlanSharing* sharing, Plan* plan);

}  // namespace sil::hunt
