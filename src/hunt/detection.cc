#include "hunt/detection.h"

#include <algorithm>

#include "hunt/condition.h"

namespace sil::hunt {
namespace {

class DetectionReader {
 public:
  DetectionReader(const YamlNode& map, const std::vector<std::string_view>& other_keys, const ItemContext& context)
      : map_(map), other_keys_(other_keys), context_(context) {}

  Parsed<Detection> run() {
    if (!map_.is_map()) return fault(map_.line, map_.column, "expected a map of selections");
    const YamlNode* condition = nullptr;
    for (const YamlEntry& entry : map_.entries) {
      std::string_view key = entry.key->text;
      if (key == "condition") {
        condition = entry.value;
      } else if (key == "timeframe") {
        out_.timeframe = std::string(entry.value->text);
      } else if (std::find(other_keys_.begin(), other_keys_.end(), key) == other_keys_.end()) {
        auto selection = read_selection(*entry.key, *entry.value);
        if (!selection) return tl::unexpected<Fault>(std::move(selection.error()));
        names_.push_back(selection->name);
        out_.selections.push_back(std::move(*selection));
      }
    }
    if (out_.selections.empty()) return fault(map_.line, map_.column, "no selection");
    if (!condition) return fault(map_.line, map_.column, "no condition");
    if (auto bad = read_conditions(*condition)) return tl::unexpected<Fault>(std::move(*bad));
    lint_unused();
    return std::move(out_);
  }

 private:
  using Bad = std::optional<Fault>;

  Parsed<std::vector<Item>> read_map(const YamlNode& map) {
    std::vector<Item> items;
    if (map.entries.empty()) return fault(map.line, map.column, "an empty map selects nothing");
    for (const YamlEntry& entry : map.entries) {
      if (entry.value->is_map()) {
        return fault(entry.value->line, entry.value->column,
                     "expected values of '" + std::string(entry.key->text) + "', found a map");
      }
      auto item = read_item(*entry.key, *entry.value, context_);
      if (!item) return tl::unexpected<Fault>(std::move(item.error()));
      items.push_back(std::move(*item));
    }
    lint_neq(items);
    return items;
  }

  static bool asks(const Item& item, Test::Kind kind) {
    return std::any_of(item.groups.begin(), item.groups.end(), [&](const std::vector<Test>& group) {
      return std::any_of(group.begin(), group.end(), [&](const Test& test) { return test.kind == kind; });
    });
  }

  // 'neq' is true where the field is absent, unless null is one of the values or the same map asks for the field.
  void lint_neq(const std::vector<Item>& items) const {
    if (!context_.lints) return;
    for (const Item& item : items) {
      bool settled = asks(item, Test::Kind::kExists) || (!item.all && asks(item, Test::Kind::kNull));
      if (!item.negate || item.field.empty() || settled) continue;
      bool asked = std::any_of(items.begin(), items.end(), [&](const Item& other) {
        return other.field == item.field && asks(other, Test::Kind::kExists);
      });
      if (asked) continue;
      context_.lints->push_back({item.line, item.column,
                                 "'neq' is true where '" + item.field + "' is absent; add '" + item.field +
                                     "|exists: true' if it must be there"});
    }
  }

  Parsed<Selection> read_selection(const YamlNode& key, const YamlNode& value) {
    Selection out;
    out.name = std::string(key.text);
    out.line = key.line;
    if (value.is_map()) {
      auto items = read_map(value);
      if (!items) return tl::unexpected<Fault>(std::move(items.error()));
      out.alternatives.push_back(std::move(*items));
      return out;
    }
    std::vector<const YamlNode*> keywords;
    if (value.is_scalar()) {
      if (value.is_null()) return fault(key.line, key.column, "selection '" + out.name + "' is empty");
      keywords.push_back(&value);
    }
    for (const YamlEntry& entry : value.entries) {
      if (entry.value->is_scalar()) {
        keywords.push_back(entry.value);
      } else if (entry.value->is_map()) {
        auto items = read_map(*entry.value);
        if (!items) return tl::unexpected<Fault>(std::move(items.error()));
        out.alternatives.push_back(std::move(*items));
      } else {
        return fault(entry.value->line, entry.value->column, "a list inside a list of selection '" + out.name + "'");
      }
    }
    if (!keywords.empty()) {
      auto item = read_keywords(*keywords[0], keywords, context_);
      if (!item) return tl::unexpected<Fault>(std::move(item.error()));
      out.alternatives.emplace_back().push_back(std::move(*item));
    }
    if (out.alternatives.empty()) return fault(key.line, key.column, "selection '" + out.name + "' is empty");
    return out;
  }

  Bad read_condition(const YamlNode& node) {
    if (!node.is_scalar()) return Fault{node.line, node.column, "a condition is text"};
    size_t pipe = std::string_view::npos;
    auto root = parse_condition(node.text, names_, &out_.condition, &pipe);
    if (!root) return Fault{node.line, node.column_of(root.error().column), std::move(root.error().reason)};
    if (pipe != std::string_view::npos) {
      out_.aggregations.push_back({std::string(node.text.substr(pipe + 1)), node.line, node.column_of(pipe)});
    }
    roots_.push_back(*root);
    return std::nullopt;
  }

  Bad read_conditions(const YamlNode& node) {
    if (!node.is_list()) return read_condition(node);
    if (node.entries.empty()) return Fault{node.line, node.column, "no condition"};
    for (const YamlEntry& entry : node.entries) {
      if (auto bad = read_condition(*entry.value)) return bad;
    }
    if (roots_.size() > 1) out_.condition.push_back({ConditionNode::Kind::kOr, 0, 0, roots_});
    return std::nullopt;
  }

  void lint_unused() {
    if (!context_.lints) return;
    std::vector<bool> used(out_.selections.size());
    for (const ConditionNode& node : out_.condition) {
      if (node.kind == ConditionNode::Kind::kSelection) used[node.selection] = true;
    }
    for (size_t i = 0; i < used.size(); ++i) {
      const Selection& selection = out_.selections[i];
      if (!used[i]) context_.lints->push_back({selection.line, 1, "selection '" + selection.name + "' is never used"});
    }
  }

  const YamlNode& map_;
  const std::vector<std::string_view>& other_keys_;
  const ItemContext& context_;
  Detection out_;
  std::vector<std::string> names_;
  std::vector<uint32_t> roots_;
};

}  // namespace

Parsed<Detection> read_detection(const YamlNode& map, const std::vector<std::string_view>& other_keys,
                                 const ItemContext& context) {
  return DetectionReader(map, other_keys, context).run();
}

bool has_not(const std::vector<ConditionNode>& condition) {
  return std::any_of(condition.begin(), condition.end(),
                     [](const ConditionNode& n) { return n.kind == ConditionNode::Kind::kNot; });
}

void and_condition(std::vector<ConditionNode>* condition, const std::vector<ConditionNode>& add, uint32_t shift) {
  auto first_root = static_cast<uint32_t>(condition->size() - 1);
  auto offset = static_cast<uint32_t>(condition->size());
  for (ConditionNode node : add) {
    node.selection += shift;
    for (uint32_t& child : node.children) child += offset;
    condition->push_back(std::move(node));
  }
  auto second_root = static_cast<uint32_t>(condition->size() - 1);
  condition->push_back({ConditionNode::Kind::kAnd, 0, 0, {first_root, second_root}});
}

}  // namespace sil::hunt
