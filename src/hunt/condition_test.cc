#include "hunt/condition.h"

#include <gtest/gtest.h>

namespace sil::hunt {
namespace {

const std::vector<std::string> kNames = {"a", "b", "sel_1", "sel_2", "_hidden", "not_x", "of_y"};

// The tree written back with brackets everywhere.
std::string shown(const std::vector<ConditionNode>& tree, uint32_t at) {
  const ConditionNode& node = tree[at];
  if (node.kind == ConditionNode::Kind::kSelection) return kNames[node.selection];
  std::string out = node.kind == ConditionNode::Kind::kAnd   ? "(and"
                    : node.kind == ConditionNode::Kind::kOr  ? "(or"
                    : node.kind == ConditionNode::Kind::kNot ? "(not"
                                                             : "(" + std::to_string(node.count) + "of";
  for (uint32_t child : node.children) out += " " + shown(tree, child);
  return out + ")";
}

std::string parsed(std::string_view text) {
  std::vector<ConditionNode> tree;
  size_t pipe = 0;
  auto root = parse_condition(text, kNames, &tree, &pipe);
  if (!root) return std::to_string(root.error().column) + ": " + root.error().reason;
  EXPECT_EQ(*root, tree.size() - 1) << "the root is the last node";
  return shown(tree, *root);
}

TEST(Condition, Precedence) {
  EXPECT_EQ(parsed("a"), "a");
  EXPECT_EQ(parsed("a or b and not sel_1"), "(or a (and b (not sel_1)))");
  EXPECT_EQ(parsed("(a or b) and sel_1"), "(and (or a b) sel_1)");
  EXPECT_EQ(parsed("not a and b"), "(and (not a) b)");
  EXPECT_EQ(parsed("not 1 of sel_*"), "(not (1of sel_1 sel_2))");
  EXPECT_EQ(parsed("not not a"), "a");
  EXPECT_EQ(parsed("not not not a"), "(not a)");
  EXPECT_EQ(parsed("not (not a)"), "(not (not a))");
}

TEST(Condition, KeywordsInAnyCase) {
  EXPECT_EQ(parsed("a AND NOT b Or sel_1"), "(or (and a (not b)) sel_1)");
  EXPECT_EQ(parsed("All Of Them"), "(6of a b sel_1 sel_2 not_x of_y)");
}

TEST(Condition, NamesThatLookLikeKeywords) {
  EXPECT_EQ(parsed("not_x and of_y"), "(and not_x of_y)");
}

TEST(Condition, Selectors) {
  EXPECT_EQ(parsed("1 of them"), "(1of a b sel_1 sel_2 not_x of_y)");
  EXPECT_EQ(parsed("any of sel_*"), "(1of sel_1 sel_2)");
  EXPECT_EQ(parsed("all of sel_*"), "(2of sel_1 sel_2)");
  EXPECT_EQ(parsed("2 of *_*"), "(2of sel_1 sel_2 not_x of_y)");
  EXPECT_EQ(parsed("1 of *el*1"), "sel_1");
  EXPECT_EQ(parsed("1 of _h*"), "_hidden") << "a pattern that begins with '_' means hidden names";
  EXPECT_EQ(parsed("1 of a"), "a");
}

TEST(Condition, Faults) {
  EXPECT_EQ(parsed("a and zz"), "6: condition: no selection is called 'zz'");
  EXPECT_EQ(parsed("a and 1 of zz*"), "11: condition: no selection is meant by 'zz*'");
  EXPECT_EQ(parsed("3 of sel_*"), "0: condition: asks for 3 of 2 selections");
  EXPECT_EQ(parsed("0 of sel_*"), "0: condition: '0 of' is always true");
  EXPECT_EQ(parsed("some of sel_*"), "0: condition: expected a number, 'any' or 'all' before 'of'");
  EXPECT_EQ(parsed(""), "0: condition: expected a selection, found the end");
  EXPECT_EQ(parsed("a b"), "2: condition: expected 'and', 'or' or the end, found 'b'");
  EXPECT_EQ(parsed("(a or b"), "7: condition: expected ')', found the end");
  EXPECT_EQ(parsed("a or"), "4: condition: expected a selection, found the end");
  EXPECT_EQ(parsed("a )"), "2: condition: expected 'and', 'or' or the end, found ')'");
  EXPECT_EQ(parsed("1 of"), "4: condition: expected 'them' or a selection's name with '*', found the end");
  EXPECT_NE(parsed(std::string(5000, '(')).find("64"), std::string::npos);
}

TEST(Condition, PipeEndsIt) {
  std::vector<ConditionNode> tree;
  size_t pipe = 0;
  auto root = parse_condition("a or b | count() > 3", kNames, &tree, &pipe);
  ASSERT_TRUE(root);
  EXPECT_EQ(pipe, 7u);
}

}  // namespace
}  // namespace sil::hunt
