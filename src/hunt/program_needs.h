// Rules that cannot hold unless one of some keywords stands in the event: what the gate over the event's text says
// (program_keywords.h) rules them out all at once, without running their conditions.
//
// Thread rule: immutable once all rules were added.
#pragma once

#include <cstdint>
#include <vector>

#include "hunt/program_condition.h"

namespace sil::hunt {

class KeywordNeeds {
 public:
  // `root`: the condition of the plan's rule `rule`.
  void add(uint32_t rule, const ConditionCode& code, uint32_t root, const std::vector<Leaf>& leaves);
  // The rules' numbers in the plan, by the number under which they were added.
  void renumber(const std::vector<uint32_t>& numbers);
  // `ungated`: leaves that a gate always lets pass; clauses with one of them say nothing and are left out.
  void choose(const std::vector<uint64_t>& ungated);
  // Does any of `alive` need a keyword?
  [[nodiscard]] bool concern(const std::vector<uint64_t>& alive) const;
  // Takes out of `alive` the rules of which no needed leaf may hold.
  void narrow(const std::vector<uint64_t>& maybe, std::vector<uint64_t>* alive) const;

 private:
  using Leaves = std::vector<uint32_t>;  // local numbers: one of them must hold
  struct Need {
    uint32_t rule = 0;
    std::vector<Leaves> clauses;  // until choose()
    struct Word {
      uint32_t at = 0;
      uint64_t bits = 0;
      bool last = false;  // of its clause
    };
    std::vector<Word> words;  // of all clauses, each of which must be met
  };
  static bool met(const Need& need, const std::vector<uint64_t>& maybe);
  static std::vector<Leaves> clauses_of(const ConditionCode& code, uint32_t root, const std::vector<Leaf>& leaves);

  std::vector<Need> needs_;
  std::vector<uint64_t> rules_;
};

}  // namespace sil::hunt
