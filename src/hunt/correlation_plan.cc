#include "hunt/correlation_plan.h"

#include <map>
#include <tuple>

namespace sil::hunt {

CorrelationPlan::CorrelationPlan(const RuleSet& set)
    : set_(set), uses_(set.rules.size()), parents_(set.correlations.size()) {
  std::map<std::tuple<std::string, std::string, std::string, std::string>, uint32_t> keys;
  auto key_of = [&](const Logsource& logsource, const std::string& field) {
    auto number = static_cast<uint32_t>(keys.size() + 1);
    auto entry = keys.emplace(std::make_tuple(logsource.product, logsource.category, logsource.service, field), number);
    return FieldKey{entry.first->second, field};
  };
  for (size_t i = 0; i < set.correlations.size(); ++i) {
    const Correlation& c = set.correlations[i];
    for (size_t m = 0; m < c.members.size(); ++m) {
      auto correlation = static_cast<uint16_t>(i), member = static_cast<uint16_t>(m);
      uint32_t index = c.members[m].index;
      if (c.members[m].nested) {
        parents_[index].push_back({correlation, member});
        continue;
      }
      Use use{correlation, member, {}, {}};
      const Logsource& logsource = set.rules[index].logsource;
      for (const GroupField& field : c.group_by) use.group.push_back(key_of(logsource, field.fields[m]));
      for (const GroupField& field : c.fields) use.values.push_back(key_of(logsource, field.fields[m]));
      uses_[index].push_back(std::move(use));
    }
  }
}

std::string CorrelationPlan::digest() const {
  Sha256Stream stream;
  stream.add("silhouette correlation members 2");
  auto add = [&](const RuleInfo& info) {
    stream.add(info.id);
    stream.add(Bytes(info.sha256.data(), info.sha256.size()));
  };
  for (const Correlation& c : set_.correlations) {
    add(c.info);
    for (const CorrelationMember& member : c.members)
      add(member.nested ? set_.correlations[member.index].info : set_.rules[member.index].info);
  }
  Sha256 sum = stream.finish();
  return hex(Bytes(sum.data(), sum.size()));
}

}  // namespace sil::hunt
