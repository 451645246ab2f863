#include "hunt/program_condition.h"

#include <algorithm>

namespace sil::hunt {

using Kind = Expression::Kind;

uint32_t ConditionCode::add(Expression node) {
  nodes_.push_back(std::move(node));
  return static_cast<uint32_t>(nodes_.size() - 1);
}

uint32_t ConditionCode::constant(bool truth) {
  Expression node;
  node.truth = truth;
  return add(std::move(node));
}

uint32_t ConditionCode::leaf(uint32_t leaf) {
  Expression node;
  node.kind = Kind::kLeaf;
  node.leaf = leaf;
  node.cost = leaves_[leaf].cost;
  return add(std::move(node));
}

// AND (neutral = true) or OR (neutral = false); nested ones of the same kind are joined into one list.
uint32_t ConditionCode::join(Kind kind, bool neutral, std::vector<uint32_t> children) {
  Expression node;
  node.kind = kind;
  for (uint32_t child : children) {
    if (is(child, !neutral)) return constant(!neutral);
    if (is(child, neutral)) continue;
    if (nodes_[child].kind == kind) {
      node.children.insert(node.children.end(), nodes_[child].children.begin(), nodes_[child].children.end());
    } else {
      node.children.push_back(child);
    }
  }
  if (node.children.empty()) return constant(neutral);
  if (node.children.size() == 1) return node.children[0];
  std::stable_sort(node.children.begin(), node.children.end(),
                   [&](uint32_t a, uint32_t b) { return nodes_[a].cost < nodes_[b].cost; });
  for (uint32_t child : node.children) node.cost += nodes_[child].cost;
  return add(std::move(node));
}

uint32_t ConditionCode::all(std::vector<uint32_t> children) {
  return join(Kind::kAll, true, std::move(children));
}
uint32_t ConditionCode::any(std::vector<uint32_t> children) {
  return join(Kind::kAny, false, std::move(children));
}

uint32_t ConditionCode::negate(uint32_t child) {
  if (nodes_[child].kind == Kind::kConstant) return constant(!nodes_[child].truth);
  if (nodes_[child].kind == Kind::kNot) return nodes_[child].children[0];
  Expression node;
  node.kind = Kind::kNot;
  node.cost = nodes_[child].cost;
  node.children.push_back(child);
  return add(std::move(node));
}

uint32_t ConditionCode::at_least(uint32_t count, std::vector<uint32_t> children) {
  Expression node;
  node.kind = Kind::kAtLeast;
  for (uint32_t child : children) {
    if (is(child, false)) continue;
    if (!is(child, true))
      node.children.push_back(child);
    else if (count > 0)
      --count;
  }
  if (count == 0) return constant(true);
  if (count > node.children.size()) return constant(false);
  if (count == 1) return any(std::move(node.children));
  if (count == node.children.size()) return all(std::move(node.children));
  node.count = count;
  for (uint32_t child : node.children) node.cost += nodes_[child].cost;
  return add(std::move(node));
}

uint32_t ConditionCode::push(Instruction instruction) {
  code_.push_back(instruction);
  return static_cast<uint32_t>(code_.size() - 1);
}

uint32_t ConditionCode::emit(uint32_t root) {
  return emit(root, kAccept, kReject, 0);
}

Instruction ConditionCode::leaf_instruction(uint32_t number, uint32_t yes, uint32_t no) const {
  const Leaf& leaf = leaves_[number];
  const bool fits = leaf.space == Leaf::Space::kField && leaf.field <= UINT8_MAX && leaf.local <= UINT16_MAX;
  if (!fits) return {Instruction::Op::kLeaf, 0, 0, number, yes, no};
  const auto field = static_cast<uint8_t>(leaf.field);
  return {Instruction::Op::kField, field, static_cast<uint16_t>(leaf.local), number, yes, no};
}

// Code is made back to front: each part is told where to go on when it holds and when it does not.
uint32_t ConditionCode::emit(uint32_t id, uint32_t yes, uint32_t no, uint8_t counter) {
  const Expression& node = nodes_[id];
  switch (node.kind) {
    case Kind::kConstant: return node.truth ? yes : no;
    case Kind::kLeaf: return push(leaf_instruction(node.leaf, yes, no));
    case Kind::kNot: return emit(node.children[0], no, yes, counter);
    case Kind::kAll:
      for (size_t i = node.children.size(); i-- > 0;) yes = emit(node.children[i], yes, no, counter);
      return yes;
    case Kind::kAny:
      for (size_t i = node.children.size(); i-- > 0;) no = emit(node.children[i], yes, no, counter);
      return no;
    case Kind::kAtLeast: return emit_at_least(node, yes, no, counter);
  }
  return no;
}

// A counter is set to 0, each child that holds counts one up and leaves when enough have. Counters nest by depth;
// more than 255 nested counts cannot be (conditions have no such depth: rule files are bounded).
uint32_t ConditionCode::emit_at_least(const Expression& node, uint32_t yes, uint32_t no, uint8_t counter) {
  uint32_t next = no;
  auto limit = static_cast<uint16_t>(std::min<uint32_t>(node.count, 0xFFFF));
  for (size_t i = node.children.size(); i-- > 0;) {
    uint32_t count = push({Instruction::Op::kCount, counter, limit, 0, yes, next});
    next = emit(node.children[i], count, next, static_cast<uint8_t>(counter + 1));
  }
  return push({Instruction::Op::kSetCounter, counter, 0, 0, next, next});
}

}  // namespace sil::hunt
