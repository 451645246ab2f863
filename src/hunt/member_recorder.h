// One worker's part of a correlation: from (rules that matched, event) to the entry that is remembered.
//
// Thread rule: one recorder a worker. Lifetime: the plan must outlive it.
#pragma once

#include <cstdint>
#include <functional>
#include <span>
#include <string>

#include "hunt/correlation_plan.h"
#include "hunt/field_text.h"
#include "hunt/member_entry.h"

namespace sil::hunt {

struct MemberCounts {     // a match is counted here once for every correlation it feeds
  uint64_t counted = 0;   // will take part
  uint64_t no_group = 0;  // a field of group-by is absent: does not count
  uint64_t no_value = 0;  // the field that is counted or added up is absent, or is no number
  uint64_t no_time = 0;   // the event states no time
  void add(const MemberCounts& other);
};

class MemberRecorder {
 public:
  explicit MemberRecorder(const CorrelationPlan& plan) : plan_(plan) {}
  // `rules` that matched `event`; `cite` is called only if something is to be remembered. True: an entry was appended.
  bool record(std::span<const uint32_t> rules, const Event& event, const std::function<Citation()>& cite,
              std::string* out);
  MemberCounts counts;  // whoever reads it may reset it

 private:
  bool fill(const CorrelationPlan::Use& use, const Rule& rule, const Event& event, MemberUse* out);
  bool fill_value(const CorrelationPlan::Use& use, const Rule& rule, const Event& event, MemberUse* out);
  const CorrelationPlan& plan_;
  FieldTextReader reader_;
  std::string text_;
};

}  // namespace sil::hunt
