// Why a rule matched, out of the verdicts the fast path has already found: the fast twin of explain_match (plain.h),
// which it hands over to where a field has several members. Tests demand equal answers.
//
// Thread rule: pure but for what the reader does; one worker's own.
#pragma once

#include <vector>

#include "hunt/program_field.h"
#include "hunt/program_plan.h"
#include "model/finding.h"

namespace sil::hunt {

class LeafReader {  // the event at hand, as Matcher sees it
 public:
  virtual ~LeafReader() = default;
  virtual bool truth(uint32_t leaf) = 0;                // index into Plan::leaves
  virtual Members& members(uint32_t field) = 0;         // index into Plan::fields
  [[nodiscard]] virtual uint32_t event_id() const = 0;  // what settled items compare with
  // The first value that one of the tests from `first` on, `count` of a keyword leaf, holds on, and its field's name.
  virtual bool keyword(const Leaf& leaf, uint32_t first, uint32_t count, std::string* field, std::string* text) = 0;
};

// Appends the values that made `rule` true. False: not decided here (nothing useful was appended).
bool explain_rule(const Plan& plan, const PlanRule& place, const Rule& rule, LeafReader& reader,
                  std::vector<MatchedField>* matched);

}  // namespace sil::hunt
