// Conditions: a rule's expression over leaves, and the branch code made of it. Constants are folded, cheaper operands
// come first, so that code stops as early as it can.
// Thread rule: one builder, one thread.
#pragma once

#include <cstdint>
#include <vector>

#include "hunt/program_plan.h"

namespace sil::hunt {

struct Expression {
  enum class Kind : uint8_t { kConstant, kLeaf, kAll, kAny, kNot, kAtLeast } kind = Kind::kConstant;
  bool truth = false;  // kConstant
  uint32_t leaf = 0;   // kLeaf: index into the plan's leaves
  uint32_t count = 0;  // kAtLeast
  float cost = 0;
  std::vector<uint32_t> children;  // indices of expressions
};

class ConditionCode {
 public:
  ConditionCode(const std::vector<Leaf>* leaves, std::vector<Instruction>* code) : leaves_(*leaves), code_(*code) {}

  // Building; ids live until clear().
  uint32_t constant(bool truth);
  uint32_t leaf(uint32_t leaf);
  uint32_t all(std::vector<uint32_t> children);
  uint32_t any(std::vector<uint32_t> children);
  uint32_t negate(uint32_t child);
  uint32_t at_least(uint32_t count, std::vector<uint32_t> children);
  void clear() { nodes_.clear(); }

  [[nodiscard]] bool is_false(uint32_t id) const { return is(id, false); }
  [[nodiscard]] const Expression& node(uint32_t id) const { return nodes_[id]; }
  // Appends the code of the expression; returns where it starts (kAccept or kReject for a constant).
  uint32_t emit(uint32_t root);

 private:
  [[nodiscard]] bool is(uint32_t id, bool truth) const {
    return nodes_[id].kind == Expression::Kind::kConstant && nodes_[id].truth == truth;
  }
  uint32_t add(Expression node);
  uint32_t join(Expression::Kind kind, bool neutral, std::vector<uint32_t> children);
  uint32_t emit(uint32_t id, uint32_t yes, uint32_t no, uint8_t counter);
  uint32_t emit_at_least(const Expression& node, uint32_t yes, uint32_t no, uint8_t counter);
  uint32_t push(Instruction instruction);
  [[nodiscard]] Instruction leaf_instruction(uint32_t number, uint32_t yes, uint32_t no) const;

  const std::vector<Leaf>& leaves_;
  std::vector<Instruction>& code_;
  std::vector<Expression> nodes_;
};

}  // namespace sil::hunt
