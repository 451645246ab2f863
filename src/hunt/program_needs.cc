#include "hunt/program_needs.h"

#include <algorithm>

namespace sil::hunt {

// As clauses_of() of program_filter.cc, but for keywords.
std::vector<KeywordNeeds::Leaves> KeywordNeeds::clauses_of(const ConditionCode& code, uint32_t root,
                                                           const std::vector<Leaf>& leaves) {
  const Expression& node = code.node(root);
  std::vector<Leaves> out;
  switch (node.kind) {
    case Expression::Kind::kConstant:
    case Expression::Kind::kNot: break;
    case Expression::Kind::kLeaf:
      if (leaves[node.leaf].space == Leaf::Space::kKeyword) out.push_back({leaves[node.leaf].local});
      break;
    case Expression::Kind::kAll:
      for (uint32_t child : node.children) {
        for (Leaves& clause : clauses_of(code, child, leaves)) out.push_back(std::move(clause));
      }
      break;
    case Expression::Kind::kAny:
    case Expression::Kind::kAtLeast: {
      size_t free = node.kind == Expression::Kind::kAtLeast ? node.count - 1 : 0;  // children that may lack a clause
      Leaves joined;
      for (uint32_t child : node.children) {
        const std::vector<Leaves> clauses = clauses_of(code, child, leaves);
        if (clauses.empty()) {
          if (free == 0) return {};
          --free;
          continue;
        }
        joined.insert(joined.end(), clauses[0].begin(), clauses[0].end());
      }
      if (!joined.empty()) out.push_back(std::move(joined));
      break;
    }
  }
  return out;
}

void KeywordNeeds::add(uint32_t rule, const ConditionCode& code, uint32_t root, const std::vector<Leaf>& leaves) {
  std::vector<Leaves> clauses = clauses_of(code, root, leaves);
  if (!clauses.empty()) needs_.push_back({rule, std::move(clauses), {}});
}

void KeywordNeeds::renumber(const std::vector<uint32_t>& numbers) {
  for (Need& need : needs_) need.rule = numbers[need.rule];
  std::sort(needs_.begin(), needs_.end(), [](const Need& a, const Need& b) { return a.rule < b.rule; });
}

void KeywordNeeds::choose(const std::vector<uint64_t>& ungated) {
  const auto always = [&](uint32_t leaf) { return (ungated[leaf / 64] >> leaf % 64 & 1) != 0; };
  for (Need& need : needs_) {
    for (Leaves& leaves : need.clauses) {
      if (std::any_of(leaves.begin(), leaves.end(), always)) continue;
      std::sort(leaves.begin(), leaves.end());
      const size_t first = need.words.size();
      for (uint32_t leaf : leaves) {
        if (need.words.size() == first || need.words.back().at != leaf / 64)
          need.words.push_back({leaf / 64, 0, false});
        need.words.back().bits |= uint64_t{1} << leaf % 64;
      }
      need.words.back().last = true;
    }
    need.clauses.clear();
    if (need.words.empty()) continue;
    if (rules_.size() <= need.rule / 64) rules_.resize(need.rule / 64 + 1);
    rules_[need.rule / 64] |= uint64_t{1} << need.rule % 64;
  }
  std::erase_if(needs_, [](const Need& need) { return need.words.empty(); });
}

bool KeywordNeeds::concern(const std::vector<uint64_t>& alive) const {
  for (size_t w = 0; w < rules_.size(); ++w) {
    if ((rules_[w] & alive[w]) != 0) return true;
  }
  return false;
}

bool KeywordNeeds::met(const Need& need, const std::vector<uint64_t>& maybe) {
  bool clause = false;
  for (const Need::Word& word : need.words) {
    clause = clause || (maybe[word.at] & word.bits) != 0;
    if (!word.last) continue;
    if (!clause) return false;
    clause = false;
  }
  return true;
}

void KeywordNeeds::narrow(const std::vector<uint64_t>& maybe, std::vector<uint64_t>* alive) const {
  for (const Need& need : needs_) {
    if (!met(need, maybe)) (*alive)[need.rule / 64] &= ~(uint64_t{1} << need.rule % 64);
  }
}

}  // namespace sil::hunt
