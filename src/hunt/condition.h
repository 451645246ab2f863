// The condition language of a detection (Sigma 2.1, "condition"; sigma reference 1.5) into a small tree.
// Precedence: or < and < not < "N of"; keywords in any case. Undefined names and selectors that meet no
// selection are faults, as are counts that cannot be reached.
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "hunt/fault.h"
#include "hunt/rule.h"

namespace sil::hunt {

constexpr size_t kMaxConditionDepth = 64;
constexpr size_t kMaxConditionNodes = 4096;  // "1 of them", written often over many selections, unfolds to much more

// Appends nodes to `tree`; the last one is the root of this condition. The fault's column is the offset in
// `text`, from 0. A '|' (aggregation of Sigma 1) ends the condition: its offset goes to *pipe, else npos.
Parsed<uint32_t> parse_condition(std::string_view text, const std::vector<std::string>& names,
                                 std::vector<ConditionNode>* tree, size_t* pipe);
// '*' in `pattern` stands for any run of characters.
bool name_matches(std::string_view pattern, std::string_view name);

}  // namespace sil::hunt
