// Selections and condition of a rule or a filter (Sigma 2.1, "detection").
#pragma once

#include <string>
#include <vector>

#include "hunt/fault.h"
#include "hunt/modifiers.h"
#include "hunt/rule.h"
#include "hunt/yaml.h"

namespace sil::hunt {

struct Aggregation {  // "| count() by x > n" behind a condition (Sigma 1)
  std::string text;
  uint32_t line = 0, column = 0;
};
struct Detection {
  std::vector<Selection> selections;
  std::vector<ConditionNode> condition;  // a list of conditions is their 'or'
  std::vector<Aggregation> aggregations;
  std::string timeframe;
};

// Every key of `map` is a selection but condition, timeframe and those in `other_keys`.
Parsed<Detection> read_detection(const YamlNode& map, const std::vector<std::string_view>& other_keys,
                                 const ItemContext& context);
// Does a '!' of the condition stand anywhere? (filters without one add conditions, they exclude nothing)
bool has_not(const std::vector<ConditionNode>& condition);
// `add` AND-ed to `condition`; its selection numbers are raised by `shift`.
void and_condition(std::vector<ConditionNode>* condition, const std::vector<ConditionNode>& add, uint32_t shift);

}  // namespace sil::hunt
