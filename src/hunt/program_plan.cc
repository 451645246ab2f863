#include "hunt/program_plan.h"

#include <algorithm>
#include <cstring>
#include <map>
#include <numeric>
#include <unordered_map>

#include "bytes/digest.h"
#include "bytes/text.h"
#include "hunt/program_condition.h"
#include "hunt/program_event_id.h"
#include "hunt/program_filter.h"
#include "hunt/program_needs.h"

namespace sil::hunt {
namespace {

using Shape = CompiledTest::Shape;

void append_counted(std::string_view text, std::string* key) {
  uint64_t size = text.size();
  key->append(reinterpret_cast<const char*>(&size), sizeof size);
  key->append(text);
}

// Tests that are equal in everything that decides a verdict share a leaf. The hash only finds candidates.
uint64_t hash_of(const Test& test, uint64_t seed) {
  uint64_t hash = hash64(test.text, seed + static_cast<uint64_t>(test.kind));
  for (const PatternPart& part : test.pattern.parts) {
    hash = hash64(part.literal, hash + static_cast<uint64_t>(part.kind));
  }
  return hash ^ test.number.u << 8;
}

bool same_pattern(const Pattern& a, const Pattern& b) {
  return a.cased == b.cased && std::equal(a.parts.begin(), a.parts.end(), b.parts.begin(), b.parts.end(),
                                          [](const PatternPart& x, const PatternPart& y) {
                                            return x.kind == y.kind && x.literal == y.literal;
                                          });
}

bool same_number(const Number& a, const Number& b) {
  return a.kind == b.kind && a.u == b.u && a.i == b.i && std::memcmp(&a.d, &b.d, sizeof a.d) == 0;
}

bool same_verdict(const Test& a, const Test& b) {
  return &a == &b || (a.kind == b.kind && a.text == b.text && same_pattern(a.pattern, b.pattern) &&
                      a.ignore_case == b.ignore_case && a.multi_line == b.multi_line && a.dot_all == b.dot_all &&
                      a.boolean == b.boolean && same_number(a.number, b.number) && a.compare == b.compare &&
                      a.time_part == b.time_part && a.field_match == b.field_match &&
                      std::memcmp(a.network, b.network, sizeof a.network) == 0 && a.prefix_bits == b.prefix_bits);
}

CompiledTest compile_pattern(const Test& test) {
  using Kind = PatternPart::Kind;
  CompiledTest out;
  out.test = &test;
  out.cased = test.pattern.cased;
  const auto& parts = test.pattern.parts;
  size_t literals = 0, others = 0;
  for (const PatternPart& part : parts) {
    if (part.kind == Kind::kLiteral) {
      ++literals;
      out.literal = part.literal;
      out.non_ascii = out.non_ascii || !is_ascii(part.literal);
    } else if (part.kind != Kind::kAnyRun) {
      ++others;
    }
  }
  bool open_start = !parts.empty() && parts.front().kind == Kind::kAnyRun;
  bool open_end = !parts.empty() && parts.back().kind == Kind::kAnyRun;
  size_t runs = parts.size() - literals - others;
  out.shape = Shape::kGlob;
  if (others != 0 || literals > 1) return out;
  if (out.literal.empty()) {
    if (runs > 0)
      out.shape = Shape::kAny;  // '*', or contains ''
    else
      out.shape = Shape::kEqual;
  } else if (runs == 0) {
    out.shape = Shape::kEqual;
  } else if (open_start && open_end) {
    out.shape = Shape::kContains;
  } else {
    out.shape = open_start ? Shape::kEndsWith : Shape::kStartsWith;
  }
  return out;
}

Shape shape_of(Test::Kind kind) {
  switch (kind) {
    case Test::Kind::kNumber: return Shape::kNumber;
    case Test::Kind::kBoolean: return Shape::kBoolean;
    case Test::Kind::kNull: return Shape::kNull;
    case Test::Kind::kExists: return Shape::kExists;
    case Test::Kind::kRegex: return Shape::kRegex;
    case Test::Kind::kCidr: return Shape::kCidr;
    case Test::Kind::kCompare: return Shape::kCompare;
    case Test::Kind::kTimePart: return Shape::kTimePart;
    default: return Shape::kGlob;
  }
}

float cost_of(const CompiledTest& test) {
  switch (test.shape) {
    case Shape::kAny:
    case Shape::kNull:
    case Shape::kExists:
    case Shape::kEqual:
    case Shape::kStartsWith: return 1;
    case Shape::kEndsWith:
    case Shape::kBoolean: return 1.2F;
    case Shape::kNumber: return 3;
    case Shape::kContains: return test.non_ascii ? 0.1F : 4;
    case Shape::kGlob: return test.non_ascii ? 0.1F : 8;
    case Shape::kCidr:
    case Shape::kCompare:
    case Shape::kTimePart: return 10;
    case Shape::kRegex: return 60;
  }
  return 1;
}

// Leaves by the hash of their tests.
class LeafTable {
 public:
  // The leaf of this hash for which `same` holds; else `fresh`, which it is from now on.
  template <class Same>
  uint32_t find_or_add(uint64_t hash, uint32_t fresh, Same&& same) {
    if (2 * (count_ + 1) > slots_.size()) grow();
    size_t at = hash & (slots_.size() - 1);
    for (; slots_[at].leaf != kNone; at = (at + 1) & (slots_.size() - 1)) {
      if (slots_[at].hash == hash && same(slots_[at].leaf)) return slots_[at].leaf;
    }
    slots_[at] = {hash, fresh};
    ++count_;
    return fresh;
  }

 private:
  static constexpr uint32_t kNone = 0xFFFFFFFF;
  struct Slot {
    uint64_t hash = 0;
    uint32_t leaf = kNone;
  };
  void grow() {
    std::vector<Slot> old(std::max<size_t>(64, slots_.size() * 2));
    old.swap(slots_);
    for (const Slot& slot : old) {
      if (slot.leaf == kNone) continue;
      size_t at = slot.hash & (slots_.size() - 1);
      while (slots_[at].leaf != kNone) at = (at + 1) & (slots_.size() - 1);
      slots_[at] = slot;
    }
  }
  std::vector<Slot> slots_;
  size_t count_ = 0;
};

class Builder {
 public:
  Builder(const RuleBook& book, const LogKind& kind, bool settle_event_id, Plan* plan)
      : book_(book), kind_(kind), settle_(settle_event_id), plan_(*plan), code_(&plan->leaves, &plan->code) {
    plan->needs = std::make_shared<KeywordNeeds>();
    plan->text_needs = std::make_shared<KeywordNeeds>();
  }

  // `group`: of the rule's logsource.
  void add(uint32_t index, uint32_t group, const RouteGuard* guard) {
    const Rule& rule = book_.rules[index];
    if (group >= event_ids_.size()) event_ids_.resize(group + 1, -1);
    int8_t& own = event_ids_[group];
    if (own < 0) own = settle_ && asks_own_event_id(rule.logsource, kind_) ? 1 : 0;
    asks_own_ = own == 1;
    if (settle_ && !book_.possible.ask(rule, index, asks_own_ ? std::optional(kind_.event_id) : std::nullopt)) {
      plan_.event_id_settled = true;
      return;
    }
    logsource_ = &rule.logsource;
    if (group >= names_.size()) names_.resize(group + 1);
    known_names_ = &names_[group];
    code_.clear();
    auto first_item = static_cast<uint32_t>(plan_.items.size());
    size_t first_leaf = plan_.item_leaves.size();
    uint32_t root = condition(rule);
    if (guard && !guard->field.empty()) root = code_.all({root, guard_leaf(*guard)});
    if (code_.is_false(root)) {
      plan_.items.resize(first_item);
      plan_.item_leaves.resize(first_leaf);
      return;
    }
    plan_.needs->add(static_cast<uint32_t>(plan_.rules.size()), code_, root, plan_.leaves);
    witnesses_.push_back(choose_witnesses(&code_, root, plan_, approaches_));
    plan_.rules.push_back({index, code_.emit(root), first_item, static_cast<uint32_t>(plan_.items.size())});
  }

  void finish() {
    put_in_order();
    build_filters(witnesses_, approaches_, &plan_);
    plan_.gates = book_.gates.of(plan_);
    *plan_.text_needs = *plan_.needs;
    plan_.needs->choose(plan_.gates->values.ungated());
    plan_.text_needs->choose(plan_.gates->text.ungated());
    for (const Leaf& leaf : plan_.leaves) {
      if (leaf.space != Leaf::Space::kField) continue;
      auto& words = plan_.fields[leaf.field].absent_truth;
      words.resize((plan_.fields[leaf.field].leaf_count + 63) / 64);
      if (leaf.absent_truth) words[leaf.local / 64] |= uint64_t{1} << leaf.local % 64;
    }
  }

 private:
  // Rules are added as they lie in memory, and stand in the order of output.
  void put_in_order() {
    std::vector<uint32_t> order(plan_.rules.size()), numbers(order.size());
    std::iota(order.begin(), order.end(), 0);
    std::sort(order.begin(), order.end(), [&](uint32_t a, uint32_t b) {
      return book_.rank[plan_.rules[a].rule] < book_.rank[plan_.rules[b].rule];
    });
    std::vector<PlanRule> rules;
    std::vector<Witnesses> witnesses;
    for (uint32_t old : order) {
      numbers[old] = static_cast<uint32_t>(rules.size());
      rules.push_back(plan_.rules[old]);
      witnesses.push_back(std::move(witnesses_[old]));
    }
    plan_.rules = std::move(rules);
    witnesses_ = std::move(witnesses);
    plan_.needs->renumber(numbers);
  }

  uint32_t condition(const Rule& rule) {
    std::vector<uint32_t> selections;  // of this rule, as expressions; made when the condition names them
    selections.assign(rule.selections.size(), kNone);
    std::vector<uint32_t> nodes;
    for (const ConditionNode& node : rule.condition) nodes.push_back(condition_node(rule, node, nodes, &selections));
    return nodes.empty() ? code_.constant(false) : nodes.back();
  }

  uint32_t condition_node(const Rule& rule, const ConditionNode& node, const std::vector<uint32_t>& nodes,
                          std::vector<uint32_t>* selections) {
    std::vector<uint32_t> children;
    for (uint32_t child : node.children) children.push_back(nodes[child]);
    switch (node.kind) {
      case ConditionNode::Kind::kSelection: {
        uint32_t& made = (*selections)[node.selection];
        if (made == kNone) made = selection(node.selection, rule.selections[node.selection]);
        return made;
      }
      case ConditionNode::Kind::kAnd: return code_.all(std::move(children));
      case ConditionNode::Kind::kOr: return code_.any(std::move(children));
      case ConditionNode::Kind::kNot: return code_.negate(children.empty() ? code_.constant(false) : children[0]);
      case ConditionNode::Kind::kAtLeast: return code_.at_least(node.count, std::move(children));
    }
    return code_.constant(false);
  }

  uint32_t selection(uint32_t number, const Selection& selection) {
    std::vector<uint32_t> any;
    for (uint32_t a = 0; a < selection.alternatives.size(); ++a) {
      std::vector<uint32_t> all;
      for (const Item& one : selection.alternatives[a]) {
        auto first = static_cast<uint32_t>(plan_.item_leaves.size());
        settled_ = -1;
        all.push_back(item(one));
        plan_.items.push_back({number, a, &one, first, static_cast<uint32_t>(plan_.item_leaves.size()), settled_});
        tell_kinds(one, &plan_.items.back());
      }
      any.push_back(code_.all(std::move(all)));
    }
    return code_.any(std::move(any));
  }

  static void tell_kinds(const Item& item, PlanItem* out) {
    for (const auto& group : item.groups) {
      for (const Test& test : group) {
        out->exists = out->exists || test.kind == Test::Kind::kExists;
        out->valued = out->valued || (test.kind != Test::Kind::kNull && test.kind != Test::Kind::kExists);
      }
    }
  }

  uint32_t item(const Item& item) {
    std::vector<uint32_t> groups;
    if (asks_own_ && item.field == kEventIdField) {
      if (std::optional<bool> known = test_event_id(item.groups, item.all, kind_.event_id)) {
        plan_.event_id_settled = true;
        settled_ = *known != item.negate;
        return code_.constant(settled_);
      }
    }
    if (item.all) {
      for (const auto& group : item.groups) groups.push_back(tests(item.field, {&group, 1}));
    } else {
      groups.push_back(tests(item.field, item.groups));
    }
    uint32_t made = item.all ? code_.all(std::move(groups)) : groups[0];
    return item.negate ? code_.negate(made) : made;
  }

  // Any of the tests of these groups on one field.
  uint32_t tests(const std::string& field, std::span<const std::vector<Test>> groups) {
    std::vector<const Test*>& plain = plain_tests_;
    std::vector<uint32_t> any;
    plain.clear();
    for (const auto& group : groups) {
      for (const Test& test : group) {
        if (test.kind == Test::Kind::kFieldRef)
          any.push_back(pair_leaf(field, test));
        else
          plain.push_back(&test);
      }
    }
    if (!plain.empty()) {
      any.push_back(field.empty() ? keyword_leaf(plain) : field_leaf(plan_field(field), plain));
    }
    for (uint32_t leaf : any) plan_.item_leaves.push_back(code_.node(leaf).leaf);
    plan_.item_leaves.push_back(kEndOfGroup);
    return code_.any(std::move(any));
  }

  uint32_t plan_field(std::string_view name) {
    auto [it, fresh] = known_names_->try_emplace(name, 0);
    if (fresh) it->second = plan_field(field_source(*logsource_, kind_, name));
    return it->second;
  }
  uint32_t plan_field(FieldSource source) {
    std::string key{static_cast<char>(source.translation)};
    append_counted(source.argument, &key);
    for (const std::string& part : source.names) append_counted(part, &key);
    auto [it, fresh] = fields_.try_emplace(std::move(key), static_cast<uint32_t>(plan_.fields.size()));
    if (fresh) plan_.fields.push_back({std::move(source), 0, {}, nullptr});
    return it->second;
  }

  uint32_t guard_leaf(const RouteGuard& guard) {
    std::vector<const Test*> any;
    for (const std::string& value : guard.values) {
      Test& test = plan_.own_tests.emplace_back();
      test.pattern.parts.push_back({PatternPart::Kind::kLiteral, folded(value)});
      any.push_back(&test);
    }
    FieldSource source = guard.source;  // the log's own name, not the rule's
    return intern(Leaf{.field = plan_field(std::move(source))}, any, true);
  }

  uint32_t field_leaf(uint32_t field, const std::vector<const Test*>& any) {
    Leaf leaf;
    leaf.field = field;
    for (const Test* test : any) {
      leaf.absent_truth =
          leaf.absent_truth || test->kind == Test::Kind::kNull || (test->kind == Test::Kind::kExists && !test->boolean);
    }
    return intern(leaf, any, false);
  }

  uint32_t keyword_leaf(const std::vector<const Test*>& any) {
    Leaf leaf;
    leaf.space = Leaf::Space::kKeyword;
    return intern(leaf, any, true);
  }

  uint32_t pair_leaf(const std::string& field, const Test& test) {
    Leaf leaf;
    leaf.space = Leaf::Space::kPair;
    leaf.field = static_cast<uint32_t>(plan_.pairs.size());
    leaf.cost = 20;
    plan_.pairs.push_back({plan_field(field), plan_field(test.text), &test});
    return code_.leaf(add_leaf(leaf));
  }

  uint32_t add_leaf(const Leaf& leaf) {
    plan_.leaves.push_back(leaf);
    approaches_.push_back(approach_of_leaf(plan_, leaf));
    return static_cast<uint32_t>(plan_.leaves.size() - 1);
  }

  bool same_leaf(const Leaf& known, const Leaf& leaf, const std::vector<const Test*>& any, bool exact_blanks) const {
    if (known.space != leaf.space || known.field != leaf.field || known.count != any.size()) return false;
    for (uint32_t i = 0; i < known.count; ++i) {
      const CompiledTest& test = plan_.tests[known.first + i];
      if (test.exact_blanks != exact_blanks || !same_verdict(*test.test, *any[i])) return false;
    }
    return true;
  }

  // The leaf of these tests, each asked once an event whatever rules share it.
  uint32_t intern(Leaf leaf, const std::vector<const Test*>& any, bool exact_blanks) {
    bool keyword = leaf.space == Leaf::Space::kKeyword;
    uint64_t hash = leaf.field + (keyword ? uint64_t{1} << 32 : 0) + (exact_blanks ? uint64_t{1} << 33 : 0);
    for (const Test* test : any) hash = hash_of(*test, hash);
    const auto same = [&](uint32_t known) { return same_leaf(plan_.leaves[known], leaf, any, exact_blanks); };
    const uint32_t known = leaves_.find_or_add(hash, static_cast<uint32_t>(plan_.leaves.size()), same);
    if (known != plan_.leaves.size()) return code_.leaf(known);
    leaf.local = keyword ? plan_.keyword_leaves++ : plan_.fields[leaf.field].leaf_count++;
    leaf.first = static_cast<uint32_t>(plan_.tests.size());
    leaf.count = static_cast<uint32_t>(any.size());
    leaf.cost = 0;
    for (const Test* test : any) {
      bool pattern = test->kind == Test::Kind::kPattern || (keyword && test->kind != Test::Kind::kRegex);
      CompiledTest compiled;
      if (pattern)
        compiled = compile_pattern(*test);
      else
        compiled.shape = shape_of(test->kind);
      compiled.test = test;
      compiled.exact_blanks = exact_blanks;
      if (test->kind == Test::Kind::kRegex) {
        compiled.gate = static_cast<uint32_t>(plan_.regexes.size());
        plan_.regexes.emplace_back().gate = regex_gate(test->text);
      }
      leaf.cost += cost_of(compiled);
      plan_.tests.push_back(compiled);
    }
    if (keyword) leaf.cost = leaf.cost * 30 + 1000;
    return code_.leaf(add_leaf(leaf));
  }

  static constexpr uint32_t kNone = 0xFFFFFFFF;
  const RuleBook& book_;
  const LogKind& kind_;
  const bool settle_;
  Plan& plan_;
  ConditionCode code_;
  const Logsource* logsource_ = nullptr;
  bool asks_own_ = false;          // EventID in the rule at hand is the event's own id
  std::vector<int8_t> event_ids_;  // the same by group: -1 not known yet
  int8_t settled_ = -1;            // of the item just made
  std::unordered_map<std::string, uint32_t> fields_;
  LeafTable leaves_;
  std::vector<const Test*> plain_tests_;  // of the item at hand
  using Names = std::unordered_map<std::string_view, uint32_t>;
  std::vector<Names> names_;              // by group: what a rule's name for a field means
  Names* known_names_ = nullptr;          // of the rule at hand
  std::vector<LeafApproach> approaches_;  // by leaf
  std::vector<Witnesses> witnesses_;      // by plan rule
};

}  // namespace

RuleBook::RuleBook(std::span<const Rule> all) : rules(all), rank(all.size()), possible(all.size()) {
  std::vector<uint32_t> order(rules.size());
  std::iota(order.begin(), order.end(), 0);
  std::stable_sort(order.begin(), order.end(),
                   [&](uint32_t a, uint32_t b) { return rules[a].info.id < rules[b].info.id; });
  for (uint32_t i = 0; i < order.size(); ++i) rank[order[i]] = i;
  std::map<std::string, size_t> seen;
  for (uint32_t i = 0; i < rules.size(); ++i) {
    const Logsource& source = rules[i].logsource;
    auto [it, fresh] = seen.try_emplace(source.product + '\0' + source.category + '\0' + source.service, groups.size());
    if (fresh) groups.push_back({source, {}});
    groups[it->second].rules.push_back(i);
  }
}

std::unique_ptr<Plan> make_plan(const RuleBook& book, const LogKind& kind, bool settle_event_id) {
  struct Use {
    uint32_t rule;
    uint32_t guard;
  };
  std::vector<Use> uses;
  std::vector<RouteGuard> guards;
  for (const RuleGroup& group : book.groups) {
    RouteGuard guard;
    if (!applies(group.logsource, kind, &guard)) continue;
    for (uint32_t rule : group.rules) uses.push_back({rule, static_cast<uint32_t>(guards.size())});
    guards.push_back(std::move(guard));
  }
  // As they lie in memory, which is as they were loaded: most of the time goes to waiting for them.
  std::sort(uses.begin(), uses.end(), [](const Use& a, const Use& b) { return a.rule < b.rule; });
  auto plan = std::make_unique<Plan>();
  Builder builder(book, kind, settle_event_id, plan.get());
  for (const Use& use : uses) builder.add(use.rule, use.guard, &guards[use.guard]);
  builder.finish();
  return plan;
}

}  // namespace sil::hunt
