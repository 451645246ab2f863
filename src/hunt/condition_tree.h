// A condition as a tree in one vector; the root is the last node. Leaves are selections of a rule, or the
// rules of a temporal correlation.
#pragma once

#include <cstdint>
#include <vector>

namespace sil::hunt {

struct ConditionNode {
  enum class Kind : uint8_t { kSelection, kAnd, kOr, kNot, kAtLeast } kind = Kind::kSelection;
  uint32_t selection = 0;          // kSelection: index
  uint32_t count = 0;              // kAtLeast: how many of `children`
  std::vector<uint32_t> children;  // node indices, all below this one
};

}  // namespace sil::hunt
