#include <gtest/gtest.h>

#include "hunt/rule.h"
#include "model/timestamp.h"

namespace sil::hunt {
namespace {

std::string rule(const std::string& name, const std::string& more = "level: low\n") {
  return "title: " + name + "\nname: " + name + "\n" + more +
         "logsource: {product: windows, service: system}\ndetection: {s: {A: 1}, condition: s}\n---\n";
}
std::string correlation(const std::string& name, const std::string& body, const std::string& level = "high") {
  return "title: " + name + "\nname: " + name + "\nlevel: " + level + "\ncorrelation: " + body + "\n---\n";
}
RuleSet load(const std::string& text, const LoadOptions& options = {}) {
  return load_rules({{"r.yml", text}}, options);
}

TEST(Correlations, MembersMayStandLaterAndInOtherFiles) {
  RuleSet set = load_rules(
      {{"a.yml",
        correlation("c", "{type: event_count, rules: [x], group-by: [U], timespan: 15m, condition: {gte: 3}}")},
       {"b.yml", rule("y") + rule("x")}},
      {});
  ASSERT_EQ(set.correlations.size(), 1u) << set.verdicts[0].reason;
  const Correlation& c = set.correlations[0];
  EXPECT_EQ(set.rules[c.members[0].index].name, "x");
  EXPECT_EQ(c.timespan, 900 * kTicksPerSecond);
  EXPECT_TRUE(set.rules[c.members[0].index].silent);
  EXPECT_FALSE(set.rules[0].silent);
  EXPECT_EQ(c.group_by[0].fields[0], "U");
  EXPECT_FALSE(judged_at_close(c.bounds));
}

TEST(Correlations, GenerateKeepsTheMembersFindings) {
  RuleSet set =
      load(rule("x") +
           correlation("c", "{type: event_count, rules: x, timespan: 1h, generate: true, condition: {gt: 3, lt: 9}}"));
  EXPECT_FALSE(set.rules[0].silent);
  EXPECT_EQ(set.correlations[0].bounds.size(), 2u);
  EXPECT_TRUE(judged_at_close(set.correlations[0].bounds));
}

TEST(Correlations, NestedMembersStandBeforeTheirCounters) {
  RuleSet set =
      load(correlation("top", "{type: temporal_ordered, rules: [low, x], timespan: 1d}") +
           correlation("low", "{type: value_count, rules: [x], timespan: 1h, condition: {field: [A, B], gte: 3}}") +
           rule("x"));
  ASSERT_EQ(set.correlations.size(), 2u) << set.verdicts[0].reason;
  EXPECT_EQ(set.correlations[0].name, "low");
  EXPECT_TRUE(set.correlations[0].silent);
  EXPECT_TRUE(set.correlations[1].members[0].nested);
  EXPECT_EQ(set.correlations[1].members[0].index, 0u);
  EXPECT_EQ(set.correlations[0].fields.size(), 2u);
}

TEST(Correlations, AliasesNameAFieldPerRule) {
  RuleSet set = load(rule("x") + rule("y") +
                     correlation("c",
                                 "{type: temporal, rules: [x, y], group-by: [ip], timespan: 1h, aliases: "
                                 "{ip: {x: SourceIp, y: dst}}}"));
  ASSERT_EQ(set.correlations.size(), 1u) << set.verdicts[2].reason;
  EXPECT_EQ(set.correlations[0].group_by[0].fields, (std::vector<std::string>{"SourceIp", "dst"}));
}

TEST(Correlations, ExpressionsOverRuleNames) {
  RuleSet set = load(rule("x") + rule("y") +
                     correlation("c", "{type: temporal, rules: [x, y], timespan: 1h, condition: x and not y}"));
  ASSERT_EQ(set.correlations.size(), 1u) << set.verdicts[2].reason;
  EXPECT_EQ(set.correlations[0].seen.back().kind, ConditionNode::Kind::kAnd);
}

TEST(Correlations, ARuleThatIsNotAskedForIsKeptSilently) {
  LoadOptions options;
  options.has_min_level = true;
  options.min_level = Level::kHigh;
  RuleSet set = load(
      rule("x") + rule("y") + correlation("c", "{type: event_count, rules: [x], timespan: 1h, condition: {gte: 3}}"),
      options);
  ASSERT_EQ(set.rules.size(), 1u);
  EXPECT_TRUE(set.rules[0].silent);
  EXPECT_TRUE(set.verdicts[0].passed_over);
  EXPECT_EQ(set.correlations.size(), 1u);
}

TEST(Correlations, Refusals) {
  struct Row {
    const char *body, *reason;
  };
  for (const Row& row : {
           Row{"{type: event_count, rules: [x], timespan: 1h}", "without a condition"},
           Row{"{type: nope, rules: [x], timespan: 1h}", "unknown correlation type"},
           Row{"{type: event_count, timespan: 1h, condition: {gte: 1}}", "without rules"},
           Row{"{type: event_count, rules: [x], condition: {gte: 1}}", "without a timespan"},
           Row{"{type: event_count, rules: [x], timespan: 1q, condition: {gte: 1}}", "not a timespan"},
           Row{"{type: event_count, rules: [zz], timespan: 1h, condition: {gte: 1}}", "no rule is called 'zz'"},
           Row{"{type: value_count, rules: [x], timespan: 1h, condition: {gte: 1}}", "without a field"},
           Row{"{type: value_sum, rules: [x], timespan: 1h, condition: {field: [a, b], gte: 1}}", "one field"},
           Row{"{type: event_count, rules: [x], timespan: 1h, condition: {about: 1}}", "unknown condition key"},
           Row{"{type: event_count, rules: [x], timespan: 1h, condition: {gte: many}}", "expected a number"},
           Row{"{type: event_count, rules: [x], timespan: 1h, condition: x}", "for type temporal"},
           Row{"{type: temporal, rules: [x, c], timespan: 1h}", "count each other"},
           Row{"{type: temporal, rules: [x], timespan: 1h, condition: x and y}", "no selection is called 'y'"},
           Row{"{type: temporal, rules: [x], timespan: 1h, aliases: {i: {y: f}}}", "does not count"},
           Row{"{type: temporal, rules: [x], timespan: 1h, generate: 3}", "true or false"},
           Row{"{type: temporal, rules: [x], timespan: 1h, window: 3}", "unknown key"},
           Row{"{type: value_percentile, rules: [x], timespan: 1h, condition: {field: a, percentile: 101, "
               "gte: 1}}",
               "0 to 100"},
       }) {
    RuleSet set = load(rule("x") + correlation("c", row.body));
    ASSERT_EQ(set.verdicts.size(), 2u);
    EXPECT_FALSE(set.verdicts[1].loaded) << row.body;
    EXPECT_NE(set.verdicts[1].reason.find(row.reason), std::string::npos) << row.body << ": " << set.verdicts[1].reason;
    EXPECT_GE(set.verdicts[1].line, 1u);
    EXPECT_TRUE(set.correlations.empty());
  }
}

TEST(Correlations, TwoRulesOfOneNameAreAmbiguous) {
  RuleSet set = load(rule("x") + rule("x") +
                     correlation("c", "{type: event_count, rules: [x], timespan: 1h, condition: {gte: 1}}"));
  EXPECT_EQ(set.verdicts[2].reason, "two rules are called 'x'");
}

TEST(Aggregations, CountFormsAreTranslated) {
  auto one = [](const std::string& condition, const std::string& timeframe = "  timeframe: 5m\n") {
    return load("title: t\nlogsource: {product: windows, service: system}\ndetection:\n  s: {A: 1}\n" + timeframe +
                "  condition: s | " + condition + "\n");
  };
  RuleSet set = one("count() by a, b > 5");
  ASSERT_EQ(set.correlations.size(), 1u) << set.verdicts[0].reason;
  EXPECT_EQ(set.correlations[0].type, CorrelationType::kEventCount);
  EXPECT_EQ(set.correlations[0].group_by.size(), 2u);
  EXPECT_EQ(set.correlations[0].timespan, 300 * kTicksPerSecond);
  EXPECT_TRUE(set.correlations[0].translated);
  EXPECT_TRUE(set.rules[0].silent);
  EXPECT_TRUE(set.verdicts[0].loaded);
  EXPECT_EQ(one("count(x) by a >= 5").correlations[0].type, CorrelationType::kValueCount);
  EXPECT_EQ(one("sum(x) > 5").correlations[0].type, CorrelationType::kValueSum);
  EXPECT_EQ(one("count() > 5", "").correlations[0].timespan, kUnlimitedTimespan);
  for (const char* bad : {"near t", "count() by", "count( > 5", "count() > x", "max(a) > 5", "count() > 5 6", ""}) {
    RuleSet refused = one(bad);
    EXPECT_FALSE(refused.verdicts[0].loaded) << bad;
    EXPECT_EQ(refused.verdicts[0].line, 6u) << bad;
    EXPECT_TRUE(refused.rules.empty());
  }
}

std::string filter(const std::string& rules, const std::string& logsource,
                   const std::string& condition = "not selection") {
  return "title: F\nlogsource: " + logsource + "\nfilter:\n  rules: " + rules +
         "\n  selection: {B: x}\n  condition: " + condition + "\n---\n";
}

TEST(Filters, AreAndedToTheRulesTheyName) {
  RuleSet set = load(filter("[x]", "{product: windows}") + rule("x") + rule("y"));
  ASSERT_EQ(set.rules.size(), 2u);
  EXPECT_TRUE(set.verdicts[0].loaded);
  EXPECT_EQ(set.rules[0].selections.size(), 2u);
  EXPECT_EQ(set.rules[0].selections[1].name, "F/selection");
  EXPECT_EQ(set.rules[0].condition.back().kind, ConditionNode::Kind::kAnd);
  EXPECT_EQ(set.rules[1].selections.size(), 1u);
}

TEST(Filters, AnyMeansAllRulesOfTheLogsource) {
  EXPECT_EQ(load(filter("any", "{product: windows}") + rule("x")).rules[0].selections.size(), 2u);
  EXPECT_EQ(load(filter("[]", "{service: system}") + rule("x")).rules[0].selections.size(), 2u);
  RuleSet other = load(filter("any", "{product: windows, service: security}") + rule("x"));
  EXPECT_EQ(other.rules[0].selections.size(), 1u);
  EXPECT_EQ(other.verdicts[0].lints.back().text, "the filter meets no rule");
}

TEST(Filters, WithoutNotIsALint) {
  RuleSet set = load(filter("[x]", "{product: windows}", "selection") + rule("x"));
  ASSERT_FALSE(set.verdicts[0].lints.empty());
  EXPECT_NE(set.verdicts[0].lints[0].text.find("without 'not'"), std::string::npos);
}

}  // namespace
}  // namespace sil::hunt
