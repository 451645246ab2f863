// Which correlations a rule feeds, and by which fields it is grouped and counted there.
//
// Thread rule: immutable, shared by all workers. Lifetime: the rule set must outlive it.
#pragma once

#include <cstdint>
#include <span>
#include <string>
#include <vector>

#include "bytes/digest.h"
#include "hunt/rule.h"

namespace sil::hunt {

class CorrelationPlan {
 public:
  struct FieldKey {  // a field as one rule's logsource reads it; equal pairs have equal keys
    uint32_t key = 0;
    std::string field;
  };
  struct Use {
    uint16_t correlation = 0, member = 0;
    std::vector<FieldKey> group, values;
  };
  struct Parent {  // a correlation that counts the firings of another
    uint16_t correlation = 0, member = 0;
  };

  explicit CorrelationPlan(const RuleSet& set);
  [[nodiscard]] bool empty() const { return set_.correlations.empty(); }
  [[nodiscard]] const RuleSet& set() const { return set_; }
  [[nodiscard]] std::span<const Use> uses(uint32_t rule) const { return uses_[rule]; }
  [[nodiscard]] std::span<const Parent> parents(uint32_t correlation) const { return parents_[correlation]; }
  // Of all documents that decide what a recorded member means: members recorded under another plan mean nothing here.
  [[nodiscard]] std::string digest() const;

 private:
  const RuleSet& set_;
  std::vector<std::vector<Use>> uses_;
  std::vector<std::vector<Parent>> parents_;
};

}  // namespace sil::hunt
