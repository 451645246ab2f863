// One plan for all workers that ask for it at once, the same as the one that a worker makes alone.
#include "hunt/program_making.h"

#include <gtest/gtest.h>

#include <string>
#include <thread>
#include <vector>

#include "hunt/program_filter.h"

namespace sil::hunt {
namespace {

// Many rules that share some of their tests, with several fields each.
RuleSet many_rules() {
  std::vector<RuleText> texts;
  for (int i = 0; i < 300; ++i) {
    const std::string n = std::to_string(i), shared = std::to_string(i % 7);
    texts.push_back({"rule" + n + ".yml",
                     "title: Rule " + n + "\nid: 00000000-0000-0000-0000-" + std::string(12 - n.size(), '0') + n +
                         "\nlogsource:\n  product: windows\n  category: process_creation\n"
                         "detection:\n  a:\n    Image|endswith: '\\tool" +
                         shared + ".exe'\n    CommandLine|contains|all:\n      - 'first" + shared +
                         "'\n      - 'second" + n + "'\n  b:\n    User|re: 'user" + n +
                         "[a-z]{3}'\n  c:\n    ParentImage: null\n  condition: a or (b and not c)\n"});
  }
  RuleSet set = load_rules(texts, {});
  EXPECT_EQ(set.rules.size(), texts.size());
  return set;
}

LogKind process_creation() {
  LogKind kind;
  kind.product = "windows";
  kind.channel = "Microsoft-Windows-Sysmon/Operational";
  kind.provider = "Microsoft-Windows-Sysmon";
  kind.event_id = 1;
  return kind;
}

std::string told(const Plan& plan) {
  std::string out;
  auto add = [&](auto number) { out += std::to_string(number) + " "; };
  for (const Leaf& leaf : plan.leaves) {
    add(static_cast<int>(leaf.space));
    for (uint32_t number : {leaf.field, leaf.local, leaf.first, leaf.count}) add(number);
  }
  for (const CompiledTest* test : plan.tests) out += std::string(test->literal) + " ";
  for (const PlanRule& rule : plan.rules) {
    for (uint32_t number : {rule.rule, rule.start, rule.first_item, rule.item_end}) add(number);
  }
  for (const Instruction& step : plan.code) {
    for (uint32_t number : {step.leaf, step.yes, step.no}) add(number);
  }
  for (const PlanField& field : plan.fields) {
    for (uint64_t word : field.filter->base_pass) add(word);
    for (uint32_t number : field.filter->pass_rules) add(number);
    for (uint64_t word : field.filter->exact) add(word);
  }
  for (uint32_t field : plan.filter_order) add(field);
  return out;
}

TEST(PlanMaking, ManyWorkersGetOnePlanWhichIsTheOneThatIsMadeAlone) {
  const RuleSet set = many_rules();
  const LogKind kind = process_creation();
  const RuleBook alone(set.rules);
  PlanMaking single;
  const std::string expected = told(single.get(alone, kind, true));
  EXPECT_NE(expected.find("second299"), std::string::npos);
  for (int round = 0; round < 20; ++round) {
    const RuleBook book(set.rules);
    PlanMaking making;
    std::vector<const Plan*> got(4);
    {
      std::vector<std::jthread> workers;
      for (const Plan*& plan : got) workers.emplace_back([&] { plan = &making.get(book, kind, true); });
    }
    for (const Plan* plan : got) EXPECT_EQ(plan, got[0]);
    EXPECT_EQ(told(*got[0]), expected);
  }
}

TEST(RuleForms, EqualTestsHashAlikeAndDecideAlikeAndOthersDoNot) {
  const RuleSet set = many_rules();
  const RuleForms seven = forms_of(set.rules[7]), nought = forms_of(set.rules[0]), one = forms_of(set.rules[1]);
  ASSERT_EQ(seven.leaves.size(), 5u);  // Image, two of CommandLine, User, ParentImage
  EXPECT_EQ(seven.leaves[0].hash, nought.leaves[0].hash);
  EXPECT_TRUE(same_verdict(seven.tests[0], nought.tests[0]));
  EXPECT_FALSE(same_verdict(seven.tests[0], one.tests[0]));
  EXPECT_FALSE(same_verdict(seven.tests[2], nought.tests[2]));
  EXPECT_TRUE(seven.leaves[4].absent_truth);
  EXPECT_EQ(seven.gates.size(), 1u);
}

}  // namespace
}  // namespace sil::hunt
