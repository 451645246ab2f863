#include "hunt/program_filter.h"

#include <algorithm>
#include <numeric>

namespace sil::hunt {
namespace {

// A clause that more events meet than not is no witness worth its price, unless a hash probe finds it anyway.
constexpr float kWorthHashing = 0.7F, kWorthScanning = 0.05F;
constexpr float kGoodWitness = 0.25F;  // rules with a rarer one need no eager parts
constexpr float kMaxEagerCost = 400;
constexpr size_t kMaxClauseLeaves = 64;

const Clause& rarest(const std::vector<Clause>& clauses) {
  return *std::min_element(clauses.begin(), clauses.end(),
                           [](const Clause& a, const Clause& b) { return a.chance < b.chance; });
}

// Any of `parts` must hold: the rarest clause of each, joined.
std::vector<Clause> one_of(std::vector<std::vector<Clause>> parts) {
  Clause joined;
  for (const std::vector<Clause>& part : parts) {
    if (part.empty()) return {};
    const Clause& best = rarest(part);
    joined.leaves.insert(joined.leaves.end(), best.leaves.begin(), best.leaves.end());
    joined.chance = std::min(1.0F, joined.chance + best.chance);
    joined.hash_only = joined.hash_only && best.hash_only;
  }
  std::sort(joined.leaves.begin(), joined.leaves.end());
  joined.leaves.erase(std::unique(joined.leaves.begin(), joined.leaves.end()), joined.leaves.end());
  if (joined.leaves.size() > kMaxClauseLeaves) return {};
  return {std::move(joined)};
}

constexpr uint32_t kNone = 0xFFFFFFFF;
uint32_t field_of(const Plan& plan, const Clause& clause) {  // kNone: several
  uint32_t field = plan.leaves[clause.leaves[0]].field;
  for (uint32_t leaf : clause.leaves) {
    if (plan.leaves[leaf].field != field) return kNone;
  }
  return field;
}

void set_bit(std::vector<uint64_t>* words, uint32_t bit) {
  (*words)[bit / 64] |= uint64_t{1} << bit % 64;
}
bool has_bit(const std::vector<uint64_t>& words, uint32_t bit) {
  return words[bit / 64] >> bit % 64 & 1;
}
void clear_bit(std::vector<uint64_t>* words, uint32_t bit) {
  (*words)[bit / 64] &= ~(uint64_t{1} << bit % 64);
}

void append_bits(const std::vector<uint64_t>& words, std::vector<uint32_t>* out) {
  for (uint32_t bit = 0; bit < words.size() * 64; ++bit) {
    if (has_bit(words, bit)) out->push_back(bit);
  }
}

class FilterBuilder {
 public:
  FilterBuilder(const std::vector<LeafApproach>& approaches, Plan* plan) : plan_(*plan), approaches_(approaches) {
    words_ = (plan_.rules.size() + 63) / 64;
    indexed_.resize(plan_.leaves.size());
    postings_.resize(plan_.leaves.size());
    to_index_.resize(plan_.fields.size());
  }

  void run(const std::vector<Witnesses>& witnesses, PlanSharing* sharing) {
    plan_.mixed.assign(words_, 0);
    for (PlanField& field : plan_.fields) {
      field.filter = std::make_shared<FieldFilter>();
      field.filter->base_pass.assign(words_, ~uint64_t{0});
      field.filter->need.assign(words_, 0);
    }
    for (uint32_t rule = 0; rule < witnesses.size(); ++rule) {
      for (const Clause& clause : witnesses[rule].pass) take(rule, clause, false);
      for (const EagerPart& part : witnesses[rule].eager) {
        FieldFilter& filter = *plan_.fields[part.field].filter;
        filter.witnesses = true;
        set_bit(&filter.need, rule);
        filter.eager.push_back({rule, part.start, !has_bit(filter.base_pass, rule)});
        clear_bit(&filter.base_pass, rule);
        for (uint32_t leaf : part.leaves) {
          if (approaches_[leaf].usable) index(leaf);
        }
      }
      if (witnesses[rule].any.leaves.empty()) continue;
      take(rule, witnesses[rule].any, true);
      set_bit(&plan_.mixed, rule);
    }
    index_what_is_free();
    std::vector<std::vector<uint32_t>> leaves(plan_.fields.size());  // by field, then by local number
    for (uint32_t i = 0; i < plan_.leaves.size(); ++i) {
      const Leaf& leaf = plan_.leaves[i];
      if (leaf.space == Leaf::Space::kField) leaves[leaf.field].push_back(i);
    }
    std::vector<uint32_t> order(plan_.fields.size());  // those with most work first
    std::iota(order.begin(), order.end(), 0);
    std::stable_sort(order.begin(), order.end(),
                     [&](uint32_t a, uint32_t b) { return to_index_[a].size() > to_index_[b].size(); });
    sharing->share(order.size(), [&](size_t i) { finish_field(order[i], leaves[order[i]]); });
    order_fields();
  }

 private:
  struct Postings {
    std::vector<uint32_t> pass, any;
  };

  void take(uint32_t rule, const Clause& clause, bool any) {
    for (uint32_t leaf : clause.leaves) {
      FieldFilter& filter = *plan_.fields[plan_.leaves[leaf].field].filter;
      filter.witnesses = true;
      set_bit(&filter.need, rule);
      if (any) {
        postings_[leaf].any.push_back(rule);
      } else {
        postings_[leaf].pass.push_back(rule);
        clear_bit(&filter.base_pass, rule);
      }
      index(leaf);
    }
  }

  void index(uint32_t id) {
    if (indexed_[id]) return;
    indexed_[id] = true;
    to_index_[plan_.leaves[id].field].push_back(id);
  }

  // Leaves that hash probes settle, on fields that are looked at anyway: their verdicts come along.
  void index_what_is_free() {
    for (uint32_t i = 0; i < plan_.leaves.size(); ++i) {
      const Leaf& leaf = plan_.leaves[i];
      if (indexed_[i] || leaf.space != Leaf::Space::kField || !plan_.fields[leaf.field].filter->witnesses) continue;
      const LeafApproach& approach = approaches_[i];
      if (approach.usable && approach.hash_only && approach.exact) index(i);
    }
  }

  void add_to_index(const Leaf& leaf, FieldFilter* filter) const {
    for (uint32_t i = leaf.first; i < leaf.first + leaf.count; ++i) {
      auto shape = plan_.tests[i]->shape;
      bool field_level = shape == CompiledTest::Shape::kNull || shape == CompiledTest::Shape::kExists;
      if (field_level)
        filter->field_level.push_back({i, leaf.local});
      else
        filter->index.add(plan_, {i, leaf.local});
    }
  }

  // Fields are finished by several workers at a time: all that is written here is the field's own. `leaves`: the
  // field's, in the order in which they got their local numbers.
  void finish_field(uint32_t number, const std::vector<uint32_t>& leaves) const {
    PlanField& field = plan_.fields[number];
    FieldFilter& filter = *field.filter;
    for (uint32_t id : to_index_[number]) add_to_index(plan_.leaves[id], &filter);
    filter.index.build();
    filter.exact.assign((field.leaf_count + 63) / 64, 0);
    std::vector<uint64_t> absent_pass(words_), absent_any(words_);
    for (uint32_t w = 0; w < words_; ++w) {
      if (filter.need[w] != 0) filter.need_words.push_back(w);
    }
    for (uint32_t i : leaves) {
      const Leaf& leaf = plan_.leaves[i];
      if (indexed_[i] && approaches_[i].exact) set_bit(&filter.exact, leaf.local);
      if (!leaf.absent_truth) continue;
      for (uint32_t rule : postings_[i].pass) set_bit(&absent_pass, rule);
      for (uint32_t rule : postings_[i].any) set_bit(&absent_any, rule);
    }
    for (const FieldFilter::Eager& eager : filter.eager) {
      if (eager.has_clause && !has_bit(absent_pass, eager.rule)) continue;
      if (holds_absent(eager.start))
        set_bit(&absent_pass, eager.rule);
      else
        clear_bit(&absent_pass, eager.rule);
    }
    append_bits(absent_pass, &filter.absent_pass);
    append_bits(absent_any, &filter.absent_any);
    filter.cheap = filter.eager.empty() && filter.index.digests_only();
    filter.digests_alone = filter.cheap && filter.field_level.empty() && filter.index.digests_alone();
    for (uint32_t i : leaves) {
      const Postings& postings = postings_[i];
      filter.pass_first.push_back(static_cast<uint32_t>(filter.pass_rules.size()));
      filter.any_first.push_back(static_cast<uint32_t>(filter.any_rules.size()));
      filter.pass_rules.insert(filter.pass_rules.end(), postings.pass.begin(), postings.pass.end());
      filter.any_rules.insert(filter.any_rules.end(), postings.any.begin(), postings.any.end());
    }
    filter.pass_first.push_back(static_cast<uint32_t>(filter.pass_rules.size()));
    filter.any_first.push_back(static_cast<uint32_t>(filter.any_rules.size()));
  }

  // An eager part's verdict where its field is absent.
  bool holds_absent(uint32_t at) const {
    uint16_t counters[256] = {};
    while (at < kReject) {
      const Instruction& step = plan_.code[at];
      bool yes = true;
      if (step.op == Instruction::Op::kLeaf || step.op == Instruction::Op::kField)
        yes = plan_.leaves[step.leaf].absent_truth;
      else if (step.op == Instruction::Op::kSetCounter)
        counters[step.counter] = 0;
      else
        yes = ++counters[step.counter] >= step.limit;
      at = yes ? step.yes : step.no;
    }
    return at == kAccept;
  }

  // Fields that kill most rules for the least work come first: then the others are seldom looked at.
  void order_fields() {
    for (uint32_t i = 0; i < plan_.fields.size(); ++i) {
      FieldFilter& filter = *plan_.fields[i].filter;
      if (!filter.witnesses) continue;
      size_t rules = 0;
      for (uint64_t word : filter.need) rules += static_cast<size_t>(__builtin_popcountll(word));
      filter.price = (filter.index.scans() ? 4.0F : 1.0F) / static_cast<float>(rules);
      plan_.filter_order.push_back(i);
    }
    std::stable_sort(plan_.filter_order.begin(), plan_.filter_order.end(), [&](uint32_t a, uint32_t b) {
      return plan_.fields[a].filter->price < plan_.fields[b].filter->price;
    });
  }

  Plan& plan_;
  const std::vector<LeafApproach>& approaches_;
  size_t words_ = 0;
  std::vector<bool> indexed_;
  std::vector<Postings> postings_;
  std::vector<std::vector<uint32_t>> to_index_;  // by field: leaves
};

using Approaches = std::vector<LeafApproach>;
std::vector<Clause> clauses_of(const ConditionCode& code, uint32_t root, const Approaches& approaches);

// At least k of n: one of any n-k+1 of them holds, so the k-1 worst need no clause.
std::vector<Clause> any_clauses(const ConditionCode& code, const Expression& node, const Approaches& approaches) {
  size_t free = node.kind == Expression::Kind::kAtLeast ? node.count - 1 : 0;
  std::vector<std::vector<Clause>> parts;
  for (uint32_t child : node.children) parts.push_back(clauses_of(code, child, approaches));
  for (; free > 0; --free) {
    auto worst = std::max_element(parts.begin(), parts.end(), [](const auto& a, const auto& b) {
      return (a.empty() ? 2 : rarest(a).chance) < (b.empty() ? 2 : rarest(b).chance);
    });
    parts.erase(worst);
  }
  return one_of(std::move(parts));
}

// The clauses that must hold where the expression holds.
std::vector<Clause> clauses_of(const ConditionCode& code, uint32_t root, const Approaches& approaches) {
  const Expression& node = code.node(root);
  std::vector<Clause> out;
  switch (node.kind) {
    case Expression::Kind::kConstant:
    case Expression::Kind::kNot: return out;
    case Expression::Kind::kLeaf: {
      const LeafApproach& approach = approaches[node.leaf];
      if (approach.usable) out.push_back({{node.leaf}, approach.chance, approach.hash_only});
      return out;
    }
    case Expression::Kind::kAll:
      for (uint32_t child : node.children) {
        for (Clause& clause : clauses_of(code, child, approaches)) out.push_back(std::move(clause));
      }
      return out;
    case Expression::Kind::kAny:
    case Expression::Kind::kAtLeast: return any_clauses(code, node, approaches);
  }
  return out;
}

// The one field that all leaves below ask; kNone: several, or keywords, or a pair.
uint32_t only_field(const ConditionCode& code, uint32_t root, const Plan& plan) {
  const Expression& node = code.node(root);
  if (node.kind == Expression::Kind::kLeaf) {
    const Leaf& leaf = plan.leaves[node.leaf];
    return leaf.space == Leaf::Space::kField ? leaf.field : kNone;
  }
  uint32_t field = kNone;
  for (uint32_t child : node.children) {
    uint32_t here = only_field(code, child, plan);
    if (here == kNone || (field != kNone && field != here)) return kNone;
    field = here;
  }
  return field;
}

void add_leaves(const ConditionCode& code, uint32_t root, std::vector<uint32_t>* out) {
  const Expression& node = code.node(root);
  if (node.kind == Expression::Kind::kLeaf) out->push_back(node.leaf);
  for (uint32_t child : node.children) add_leaves(code, child, out);
}

// `negated`: also parts that begin with NOT, which nearly every value meets.
std::vector<EagerPart> eager_parts(ConditionCode* code, uint32_t root, const Plan& plan, bool negated) {
  std::vector<uint32_t> parts = code->node(root).children;
  if (code->node(root).kind != Expression::Kind::kAll) parts = {root};
  std::vector<std::pair<uint32_t, std::vector<uint32_t>>> by_field;
  for (uint32_t part : parts) {
    uint32_t field = only_field(*code, part, plan);
    if (field == kNone || code->node(part).cost > kMaxEagerCost) continue;
    if (code->node(part).kind == Expression::Kind::kNot && !negated) continue;
    auto it = std::find_if(by_field.begin(), by_field.end(), [&](const auto& one) { return one.first == field; });
    if (it == by_field.end()) it = by_field.insert(it, {field, {}});
    it->second.push_back(part);
  }
  std::vector<EagerPart> out;
  for (auto& [field, together] : by_field) {
    uint32_t joined = code->all(std::move(together));
    out.push_back({field, code->emit(joined), {}});
    add_leaves(*code, joined, &out.back().leaves);
  }
  return out;
}

}  // namespace

Witnesses choose_witnesses(ConditionCode* code, uint32_t root, const Plan& plan, const Approaches& approaches) {
  Witnesses out;
  std::vector<Clause> clauses = clauses_of(*code, root, approaches);
  std::vector<std::pair<uint32_t, uint32_t>> best_of_field;  // field, clause
  float best = 1;
  for (uint32_t i = 0; i < clauses.size(); ++i) {
    best = std::min(best, clauses[i].chance);
    uint32_t field = field_of(plan, clauses[i]);
    auto it = std::find_if(best_of_field.begin(), best_of_field.end(), [&](const auto& f) { return f.first == field; });
    if (it == best_of_field.end())
      best_of_field.push_back({field, i});
    else if (clauses[i].chance < clauses[it->second].chance)
      it->second = i;
  }
  for (auto [field, clause] : best_of_field) {
    Clause& one = clauses[clause];
    if (one.chance > best && one.chance >= (one.hash_only ? kWorthHashing : kWorthScanning)) continue;
    if (field == kNone)
      out.any = std::move(one);
    else
      out.pass.push_back(std::move(one));
  }
  if (best > kGoodWitness) out.eager = eager_parts(code, root, plan, clauses.empty());
  return out;
}

void build_filters(const std::vector<Witnesses>& witnesses, const std::vector<LeafApproach>& approaches,
                   PlanSharing* sharing, Plan* plan) {
  FilterBuilder(approaches, plan).run(witnesses, sharing);
}

}  // namespace sil::hunt
