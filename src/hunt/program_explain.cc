#include "hunt/program_explain.h"

#include <algorithm>
#include <array>

namespace sil::hunt {
namespace {

constexpr size_t kMaxSelections = 64;

class RuleExplainer {
 public:
  RuleExplainer(const Plan& plan, const PlanRule& place, const Rule& rule, LeafReader& reader)
      : plan_(plan), place_(place), rule_(rule), reader_(reader) {}

  bool run(std::vector<MatchedField>* matched) {
    if (rule_.selections.size() > kMaxSelections || rule_.condition.empty()) return false;
    settle_selections();
    if (!good_) return false;
    mark_positive(rule_.condition.size() - 1, false);
    size_t before = matched->size();
    for (size_t s = 0; s < rule_.selections.size() && good_; ++s) {
      if (positive_[s] && first_item_[s] != kNone) explain_selection(s, matched);
    }
    if (!good_) matched->resize(before);
    return good_;
  }

 private:
  static constexpr uint32_t kNone = 0xFFFFFFFF;

  // The verdict of each selection that the condition names, and the items of its first alternative that holds.
  void settle_selections() {
    truth_.fill(false);
    positive_.fill(false);
    first_item_.fill(kNone);
    for (const Selection& selection : rule_.selections) {
      for (const auto& alternative : selection.alternatives) good_ = good_ && !alternative.empty();
    }
    for (uint32_t at = place_.first_item; at < place_.item_end;) {
      const PlanItem& first = plan_.items[at];
      uint32_t end = at;
      bool all = true;
      for (; end < place_.item_end; ++end) {
        const PlanItem& item = plan_.items[end];
        if (item.selection != first.selection || item.alternative != first.alternative) break;
        all = all && !truth_[first.selection] && item_truth(item);
      }
      if (all && !truth_[first.selection]) {
        truth_[first.selection] = true;
        first_item_[first.selection] = at;
      }
      at = end;
    }
  }

  bool item_truth(const PlanItem& item) {
    if (item.settled >= 0) return item.settled != 0;
    bool group = false, any = false, every = true;
    for (uint32_t at = item.first_leaf; at < item.leaf_end; ++at) {
      uint32_t leaf = plan_.item_leaves[at];
      if (leaf != kEndOfGroup) {
        group = group || reader_.truth(leaf);
        continue;
      }
      any = any || group;
      every = every && group;
      group = false;
    }
    return (item.item->all ? every : any) != item.item->negate;
  }

  bool condition(size_t index) const {
    const ConditionNode& node = rule_.condition[index];
    if (node.kind == ConditionNode::Kind::kSelection) return truth_[node.selection];
    if (node.kind == ConditionNode::Kind::kNot) return !condition(node.children[0]);
    size_t wanted = node.kind == ConditionNode::Kind::kAnd  ? node.children.size()
                    : node.kind == ConditionNode::Kind::kOr ? 1
                                                            : node.count;
    size_t held = 0;
    for (uint32_t child : node.children) held += condition(child);
    return held >= wanted;
  }

  // Selections that stand positively, where they made their parent hold.
  void mark_positive(size_t index, bool negated) {
    const ConditionNode& node = rule_.condition[index];
    if (node.kind == ConditionNode::Kind::kSelection) {
      if (!negated) positive_[node.selection] = true;
      return;
    }
    if (node.kind == ConditionNode::Kind::kNot) return mark_positive(node.children[0], !negated);
    for (uint32_t child : node.children) {
      if (condition(child) != negated) mark_positive(child, negated);
    }
  }

  void explain_selection(size_t selection, std::vector<MatchedField>* matched) {
    const PlanItem& first = plan_.items[first_item_[selection]];
    for (uint32_t at = first_item_[selection]; at < place_.item_end && good_; ++at) {
      const PlanItem& item = plan_.items[at];
      if (item.selection != first.selection || item.alternative != first.alternative) break;
      explain_item(item, rule_.selections[selection].name, matched);
    }
  }

  void explain_item(const PlanItem& place, const std::string& selection, std::vector<MatchedField>* matched) {
    const Item& item = *place.item;
    if (item.negate) return;
    const bool valued = place.valued;   // null and exists match no value
    good_ = !(valued && place.exists);  // which of them held decides
    if (!good_) return;
    if (place.settled >= 0) {
      if (valued) keep(item.field, std::to_string(reader_.event_id()), selection, matched);
      return;
    }
    const Leaf& leaf = plan_.leaves[plan_.item_leaves[place.first_leaf]];
    if (leaf.space == Leaf::Space::kKeyword) return explain_keywords(place, selection, matched);
    Members& members = reader_.members(leaf.space == Leaf::Space::kPair ? plan_.pairs[leaf.field].field : leaf.field);
    if (!members.present() || members.size() == 0) return;
    good_ = members.size() == 1 && !members.has_null();
    if (!good_) return;
    const Value& value = members[0].value;
    if (valued && value.kind != ValueKind::kNull && value.kind != ValueKind::kJsonObject)
      keep(item.field, members[0].plain(), selection, matched);
  }

  // Each group by itself. Its tests stand in one leaf with those of the others, or (`all`) in one of its own.
  void explain_keywords(const PlanItem& place, const std::string& selection, std::vector<MatchedField>* matched) {
    const Item& item = *place.item;
    uint32_t at = place.first_leaf, passed = 0;
    std::string field, text;
    for (const auto& group : item.groups) {
      const Leaf& leaf = plan_.leaves[plan_.item_leaves[at]];
      const auto count = static_cast<uint32_t>(group.size());
      good_ = leaf.space == Leaf::Space::kKeyword && passed + count <= leaf.count;
      if (!good_) return;
      if (reader_.keyword(leaf, leaf.first + passed, count, &field, &text)) keep(field, text, selection, matched);
      if (item.all)
        at += 2;  // the leaf and the end of its group
      else
        passed += count;
    }
  }

  static void keep(const std::string& field, std::string_view value, const std::string& selection,
                   std::vector<MatchedField>* matched) {
    for (const MatchedField& m : *matched) {
      if (m.field == field && m.value == value && m.selection == selection) return;
    }
    matched->push_back({field, std::string(value), selection});
  }

  const Plan& plan_;
  const PlanRule& place_;
  const Rule& rule_;
  LeafReader& reader_;
  bool good_ = true;
  std::array<bool, kMaxSelections> truth_, positive_;
  std::array<uint32_t, kMaxSelections> first_item_;
};

}  // namespace

bool explain_rule(const Plan& plan, const PlanRule& place, const Rule& rule, LeafReader& reader,
                  std::vector<MatchedField>* matched) {
  return RuleExplainer(plan, place, rule, reader).run(matched);
}

}  // namespace sil::hunt
