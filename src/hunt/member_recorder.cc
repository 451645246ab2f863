#include "hunt/member_recorder.h"

#include "hunt/window_value.h"

namespace sil::hunt {

void MemberCounts::add(const MemberCounts& other) {
  counted += other.counted;
  no_group += other.no_group;
  no_value += other.no_value;
  no_time += other.no_time;
}

bool MemberRecorder::record(std::span<const uint32_t> rules, const Event& event, const std::function<Citation()>& cite,
                            std::string* out) {
  MemberEntry entry;
  for (uint32_t index : rules) {
    for (const CorrelationPlan::Use& use : plan_.uses(index)) {
      MemberUse made;
      if (fill(use, plan_.set().rules[index], event, &made)) entry.uses.push_back(std::move(made));
    }
  }
  if (entry.uses.empty()) return false;
  counts.counted += entry.uses.size();
  entry.time = event.time;
  entry.record_id = event.record_id;
  entry.host = event.text("Computer");
  if (event.kind != nullptr) entry.channel = event.kind->channel;
  entry.citation = cite();
  append_entry(entry, out);
  return true;
}

bool MemberRecorder::fill(const CorrelationPlan::Use& use, const Rule& rule, const Event& event, MemberUse* out) {
  const Correlation& correlation = plan_.set().correlations[use.correlation];
  if (!event.time.known() && correlation.timespan != kUnlimitedTimespan) return ++counts.no_time, false;
  out->correlation = use.correlation;
  out->member = use.member;
  for (const CorrelationPlan::FieldKey& field : use.group) {
    text_.clear();
    if (!reader_.read(field.key, rule.logsource, field.field, event, &text_)) return ++counts.no_group, false;
    append_text_of_list(text_, &out->group);
  }
  bool values = correlation.type != CorrelationType::kEventCount && correlation.type != CorrelationType::kTemporal &&
                correlation.type != CorrelationType::kTemporalOrdered;
  return !values || fill_value(use, rule, event, out);
}

bool MemberRecorder::fill_value(const CorrelationPlan::Use& use, const Rule& rule, const Event& event, MemberUse* out) {
  bool texts = plan_.set().correlations[use.correlation].type == CorrelationType::kValueCount;
  std::string list;
  for (const CorrelationPlan::FieldKey& field : use.values) {
    text_.clear();
    if (!reader_.read(field.key, rule.logsource, field.field, event, &text_)) return ++counts.no_value, false;
    if (!texts && !set_number(parse_number(text_), &out->kind, &out->value)) return ++counts.no_value, false;
    append_text_of_list(text_, &list);
  }
  if (texts) {
    out->kind = Tuple::kText;
    out->value = text_key(list);
  }
  return true;
}

}  // namespace sil::hunt
