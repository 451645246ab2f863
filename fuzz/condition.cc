// A condition: the parser's tree is sound, and compiled it answers as the plain evaluator does. The first byte says
// which selections hold.
#include "hunt/condition.h"

#include <string>

#include "fuzz/demand.h"
#include "hunt/plain.h"
#include "hunt/program.h"

namespace {

using namespace sil;
using namespace sil::hunt;
using Kind = ConditionNode::Kind;

const std::vector<std::string> kNames = {"a", "b", "sel_1", "sel_2", "filter_main", "_hidden", "of", "1"};

void sound(const std::vector<ConditionNode>& tree, uint32_t root) {
  fuzz::demand(!tree.empty() && root == tree.size() - 1, "the root is the last node");
  for (size_t i = 0; i < tree.size(); ++i) {
    const ConditionNode& node = tree[i];
    if (node.kind == Kind::kSelection) {
      fuzz::demand(node.selection < kNames.size() && node.children.empty(), "a leaf is a selection");
      continue;
    }
    fuzz::demand(!node.children.empty(), "an inner node has children");
    for (const uint32_t child : node.children) fuzz::demand(child < i, "children lie below their node");
    if (node.kind == Kind::kNot) fuzz::demand(node.children.size() == 1, "one operand of not");
    if (node.kind == Kind::kAtLeast)
      fuzz::demand(node.count >= 1 && node.count <= node.children.size(), "a count that can be reached");
  }
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const uint8_t* data, size_t size) {
  if (size < 1 || size > 4096) return 0;
  std::vector<Rule> rules(1);
  Rule& rule = rules[0];
  size_t pipe = 0;
  const std::string text(reinterpret_cast<const char*>(data) + 1, size - 1);
  const auto root = parse_condition(text, kNames, &rule.condition, &pipe);
  if (!root) {
    fuzz::demand(root.error().column <= text.size() && !root.error().reason.empty(), "a fault has place and reason");
    return 0;
  }
  fuzz::demand(pipe == std::string::npos || text[pipe] == '|', "the pipe is where it is said to be");
  sound(rule.condition, *root);
  rule.info.id = "r";
  rule.logsource.product = "linux";
  Layout layout;
  std::vector<Value> values;
  static const LogKind* const kind = intern_log_kind({0, "syslog", "linux", "", "", "", "", 0});
  for (size_t i = 0; i < kNames.size(); ++i) {
    Item item;
    item.field = "F" + std::to_string(i);
    Test& test = item.groups.emplace_back().emplace_back();
    test.kind = Test::Kind::kPattern;
    test.pattern.parts.push_back({PatternPart::Kind::kLiteral, "yes"});
    rule.selections.push_back({kNames[i], {{item}}, 1});
    layout.fields.push_back({item.field, item.field, Section::kOther, static_cast<uint32_t>(i)});
    values.push_back(utf8_value((data[0] >> i & 1) != 0 ? "yes" : "no"));
  }
  const auto shared = intern_layout(std::move(layout));
  Event event;
  event.kind = kind;
  event.layout = shared.get();
  event.values = values;
  const auto program = Program::compile(rules, {});
  Matcher matcher(*program);
  fuzz::demand(plain_match(rule, event) == !matcher.match(event).empty(), "plain and compiled condition agree");
  return 0;
}
