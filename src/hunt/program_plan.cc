#include "hunt/program_plan.h"

#include <algorithm>
#include <map>
#include <numeric>
#include <unordered_map>

#include "bytes/text.h"
#include "hunt/program_condition.h"
#include "hunt/program_event_id.h"
#include "hunt/program_filter.h"
#include "hunt/program_lines.h"
#include "hunt/program_needs.h"

namespace sil::hunt {
namespace {

void append_counted(std::string_view text, std::string* key) {
  uint64_t size = text.size();
  key->append(reinterpret_cast<const char*>(&size), sizeof size);
  key->append(text);
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

  void add(uint32_t index, uint32_t number, const PlanGroup& group) {
    const Rule& rule = book_.rules[index];
    asks_own_ = settle_ && group.asks_own_id;
    if (settle_ && !may_hold(book_, index, group, kind_)) {
      plan_.event_id_settled = true;
      return;
    }
    forms_ = &book_.forms.of(rule, index);
    logsource_ = &rule.logsource;
    if (number >= names_.size()) names_.resize(number + 1);
    known_names_ = &names_[number];
    code_.clear();
    auto first_item = static_cast<uint32_t>(plan_.items.size());
    size_t first_leaf = plan_.item_leaves.size();
    uint32_t root = condition(rule);
    if (!group.guard.field.empty()) root = code_.all({root, guard_leaf(group.guard)});
    if (code_.is_false(root)) {
      plan_.items.resize(first_item);
      plan_.item_leaves.resize(first_leaf);
      return;
    }
    plan_.needs->add(static_cast<uint32_t>(plan_.rules.size()), code_, root, plan_.leaves);
    witnesses_.push_back(choose_witnesses(&code_, root, plan_, approaches_));
    plan_.rules.push_back({index, code_.emit(root), first_item, static_cast<uint32_t>(plan_.items.size())});
  }

  void finish(PlanSharing* sharing) {
    put_in_order();
    build_filters(witnesses_, approaches_, sharing, &plan_);
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
    const ItemForm* form = forms_->items.data() + forms_->selections[number];
    for (uint32_t a = 0; a < selection.alternatives.size(); ++a) {
      std::vector<uint32_t> all;
      for (const Item& one : selection.alternatives[a]) {
        auto first = static_cast<uint32_t>(plan_.item_leaves.size());
        settled_ = -1;
        all.push_back(item(one, *form));
        plan_.items.push_back({number, a, &one, first, static_cast<uint32_t>(plan_.item_leaves.size()), settled_,
                               form->valued, form->exists});
        ++form;
      }
      any.push_back(code_.all(std::move(all)));
    }
    return code_.any(std::move(any));
  }

  uint32_t item(const Item& item, const ItemForm& form) {
    if (asks_own_ && item.field == kEventIdField) {
      if (std::optional<bool> known = test_event_id(item.groups, item.all, kind_.event_id)) {
        plan_.event_id_settled = true;
        settled_ = *known != item.negate;
        return code_.constant(settled_);
      }
    }
    std::vector<uint32_t> groups;
    for (uint32_t i = form.first; i < form.end; ++i) {
      const std::span<const std::vector<Test>> all(item.groups);
      groups.push_back(tests(item.field, form, forms_->leaves[i], item.all ? all.subspan(i - form.first, 1) : all));
    }
    uint32_t made = item.all ? code_.all(std::move(groups)) : groups[0];
    return item.negate ? code_.negate(made) : made;
  }

  // Any of the tests of these groups on one field: the leaf of this form, and comparisons with other fields.
  uint32_t tests(const std::string& field, const ItemForm& form, const LeafForm& leaf,
                 std::span<const std::vector<Test>> groups) {
    std::vector<uint32_t> any;
    if (form.compares_fields) {
      for (const auto& group : groups) {
        for (const Test& test : group) {
          if (test.kind == Test::Kind::kFieldRef) any.push_back(pair_leaf(field, test));
        }
      }
    }
    if (leaf.count != 0) {
      const bool keyword = field.empty();
      any.push_back(intern(keyword ? Leaf::Space::kKeyword : Leaf::Space::kField, keyword ? 0 : plan_field(field), leaf,
                           *forms_));
    }
    for (uint32_t made : any) plan_.item_leaves.push_back(code_.node(made).leaf);
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
    if (fresh) plan_.fields.push_back({std::move(source), 0, {}, nullptr, std::make_shared<LineIndexOnce>()});
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
    RuleForms& forms = plan_.own_forms.emplace_back();
    append_leaf(any, false, true, &forms);
    return intern(Leaf::Space::kField, plan_field(std::move(source)), forms.leaves[0], forms);
  }

  uint32_t pair_leaf(const std::string& field, const Test& test) {
    Leaf leaf;
    leaf.space = Leaf::Space::kPair;
    leaf.field = static_cast<uint32_t>(plan_.pairs.size());
    leaf.cost = 20;
    plan_.pairs.push_back({plan_field(field), plan_field(test.operand->text), &test});
    return code_.leaf(add_leaf(leaf, {false, false, false, 1}));
  }

  uint32_t add_leaf(const Leaf& leaf, const LeafApproach& approach) {
    plan_.leaves.push_back(leaf);
    approaches_.push_back(approach);
    return static_cast<uint32_t>(plan_.leaves.size() - 1);
  }

  // The leaf of these tests, each asked once an event whatever rules share it.
  uint32_t intern(Leaf::Space space, uint32_t field, const LeafForm& form, const RuleForms& forms) {
    const std::span<const CompiledTest> tests(forms.tests.data() + form.first, form.count);
    const auto same = [&](uint32_t number) {
      const Leaf& known = plan_.leaves[number];
      return known.space == space && known.field == field && known.count == form.count &&
             std::equal(tests.begin(), tests.end(), plan_.tests.begin() + known.first,
                        [](const CompiledTest& a, const CompiledTest* b) { return same_verdict(a, *b); });
    };
    constexpr uint64_t kMix = 0x9E3779B97F4A7C15U;
    const uint64_t hash = form.hash ^ (2 * field + (space == Leaf::Space::kKeyword ? 1 : 0)) * kMix;
    const uint32_t known = leaves_.find_or_add(hash, static_cast<uint32_t>(plan_.leaves.size()), same);
    if (known != plan_.leaves.size()) return code_.leaf(known);
    Leaf leaf;
    leaf.space = space;
    leaf.field = field;
    leaf.local = space == Leaf::Space::kKeyword ? plan_.keyword_leaves++ : plan_.fields[field].leaf_count++;
    leaf.first = static_cast<uint32_t>(plan_.tests.size());
    leaf.count = form.count;
    leaf.absent_truth = form.absent_truth;
    leaf.cost = form.cost;
    for (const CompiledTest& test : tests) {
      if (test.shape != CompiledTest::Shape::kRegex) {
        plan_.tests.push_back(&test);
        continue;
      }
      plan_.own(test).gate = static_cast<uint32_t>(plan_.regexes.size());
      plan_.regexes.emplace_back().gate = forms.gates[test.gate];
    }
    return code_.leaf(add_leaf(leaf, form.approach));
  }

  static constexpr uint32_t kNone = 0xFFFFFFFF;
  const RuleBook& book_;
  const LogKind& kind_;
  const bool settle_;
  Plan& plan_;
  ConditionCode code_;
  const Logsource* logsource_ = nullptr;
  const RuleForms* forms_ = nullptr;  // of the rule at hand
  bool asks_own_ = false;             // EventID in the rule at hand is the event's own id
  int8_t settled_ = -1;               // of the item just made
  std::unordered_map<std::string, uint32_t> fields_;
  LeafTable leaves_;
  using Names = std::unordered_map<std::string_view, uint32_t>;
  std::vector<Names> names_;              // by group: what a rule's name for a field means
  Names* known_names_ = nullptr;          // of the rule at hand
  std::vector<LeafApproach> approaches_;  // by leaf
  std::vector<Witnesses> witnesses_;      // by plan rule
};

}  // namespace

RuleBook::RuleBook(std::span<const Rule> all) : rules(all), rank(all.size()), possible(all.size()), forms(all.size()) {
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

PlanUses uses_of(const RuleBook& book, const LogKind& kind) {
  PlanUses out;
  for (const RuleGroup& group : book.groups) {
    RouteGuard guard;
    if (!applies(group.logsource, kind, &guard)) continue;
    for (uint32_t rule : group.rules) out.rules.push_back({rule, static_cast<uint32_t>(out.groups.size())});
    out.groups.push_back({std::move(guard), asks_own_event_id(group.logsource, kind)});
  }
  // As they lie in memory, which is as they were loaded: most of the time goes to waiting for them.
  std::sort(out.rules.begin(), out.rules.end(), [](const auto& a, const auto& b) { return a.rule < b.rule; });
  return out;
}

bool may_hold(const RuleBook& book, uint32_t rule, const PlanGroup& group, const LogKind& kind) {
  return book.possible.ask(book.rules[rule], rule, group.asks_own_id ? std::optional(kind.event_id) : std::nullopt);
}

std::unique_ptr<Plan> make_plan(const RuleBook& book, const LogKind& kind, bool settle_event_id, const PlanUses& uses,
                                PlanSharing* sharing) {
  auto plan = std::make_unique<Plan>();
  Builder builder(book, kind, settle_event_id, plan.get());
  for (size_t i = 0; i < uses.rules.size(); ++i) {
    sharing->begin(i);
    const PlanUses::Use& use = uses.rules[i];
    builder.add(use.rule, use.group, uses.groups[use.group]);
  }
  builder.finish(sharing);
  return plan;
}

}  // namespace sil::hunt
