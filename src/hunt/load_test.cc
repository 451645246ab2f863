#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "hunt/rule.h"

namespace sil::hunt {
namespace {

using testing::HasSubstr;

constexpr const char* kHead =
    "title: T\nid: 5f0c1d7e-0000-4000-8000-000000000001\nlevel: low\nlogsource: {product: windows, service: "
    "system}\n";

RuleSet load(const std::string& text, const LoadOptions& options = {}) {
  return load_rules({{"r.yml", text}}, options);
}

Verdict verdict_of(const std::string& detection) {
  RuleSet set = load(std::string(kHead) + "detection:\n" + detection);
  EXPECT_EQ(set.verdicts.size(), 1u);
  return set.verdicts[0];
}

TEST(Load, AWholeRule) {
  RuleSet set = load(
      "title: A title\nid: 5F0C1D7E-0000-4000-8000-000000000001\nname: n\nstatus: test\ndescription: |\n  "
      "text\nauthor: me\n"
      "date: 2024-01-02\nreferences: [x]\ntags: [attack.credential_access, attack.T1003.003]\nlogsource: "
      "{product: Windows, category: process_creation, definition: d}\n"
      "detection: {s: {Image: x}, condition: s}\nlevel: high\nfalsepositives: [a]\nrelated: [{id: "
      "5f0c1d7e-0000-4000-8000-000000000002, type: obsoletes}]\nticket: 7\n");
  ASSERT_EQ(set.rules.size(), 1u) << set.verdicts[0].reason;
  const Rule& r = set.rules[0];
  EXPECT_EQ(r.info.id, "5f0c1d7e-0000-4000-8000-000000000001");
  EXPECT_EQ(r.info.level, Level::kHigh);
  EXPECT_EQ(r.info.logsource, "windows/process_creation");
  EXPECT_EQ(r.info.tags, (std::vector<std::string>{"attack.credential-access", "attack.t1003.003"}));
  EXPECT_EQ(r.definition, "d");
  EXPECT_EQ(r.related[0].second, "obsolete");
  ASSERT_EQ(r.custom.size(), 1u);
  EXPECT_EQ(r.custom[0].second, "7");
  EXPECT_TRUE(set.verdicts[0].lints.empty());
}

struct Refusal {
  const char* detection;
  uint32_t line, column;
  const char* reason;
};

TEST(Load, RefusalsNameLineColumnAndReason) {
  const Refusal kRefusals[] = {
      {"  s: {A|nope: x}\n  condition: s\n", 6, 9, "unknown modifier 'nope'"},
      {"  s: {A|contains|: x}\n  condition: s\n", 6, 18, "unknown modifier ''"},
      {"  s:\n    A: 1\n    A: 2\n  condition: s\n", 8, 5, "stands twice"},
      {"  s: {A: x}\n  condition: s and t\n", 7, 20, "no selection is called 't'"},
      {"  s: {A: x}\n  condition: 1 of x*\n", 7, 19, "no selection is meant by 'x*'"},
      {"  s: {A: x}\n", 6, 3, "no condition"},
      {"  condition: s\n", 6, 3, "no selection"},
      {"  s: {A|re: 'a(b'}\n  condition: s\n", 6, 17, "not a regular expression"},
      {"  s: {A|cidr: 10.0.0.0/40}\n  condition: s\n", 6, 15, "not a network"},
      {"  s: {A|exists: maybe}\n  condition: s\n", 6, 17, "true or false"},
      {"  s: {A|gt: many}\n  condition: s\n", 6, 13, "expected a number"},
      {"  s: {A|base64: 'x*y'}\n  condition: s\n", 6, 17, "wildcards"},
      {"  s: {A|base64offset|contains: x}\n  condition: s\n", 6, 32, "at least two bytes"},
      {"  s: {A|i: x}\n  condition: s\n", 6, 9, "after 're'"},
      {"  s: {A|re|cidr: x}\n  condition: s\n", 6, 7, "exclude each other"},
      {"  s: {A|gt|lt: 3}\n  condition: s\n", 6, 12, "two comparisons"},
      {"  s: {A|contains: null}\n  condition: s\n", 6, 19, "null takes no modifier"},
      {"  s: {A|expand: '%x%'}\n  condition: s\n", 6, 17, "unresolved placeholder %x%"},
      {"  s: {A: {B: 1}}\n  condition: s\n", 6, 10, "found a map"},
      {"  s: {A: [[1]]}\n  condition: s\n", 6, 11, "expected a scalar"},
      {"  s: {A: []}\n  condition: s\n", 6, 7, "no value"},
      {"  s: {}\n  condition: s\n", 6, 6, "selects nothing"},
      {"  s:\n  condition: s\n", 6, 3, "is empty"},
      {"  s: ['']\n  condition: s\n", 6, 7, "in every event"},
      {"  s: {'|cidr': 10.0.0.0/8}\n  condition: s\n", 6, 7, "needs a field"},
  };
  for (const Refusal& r : kRefusals) {
    Verdict v = verdict_of(r.detection);
    EXPECT_FALSE(v.loaded) << r.detection;
    EXPECT_NE(v.reason.find(r.reason), std::string::npos) << r.detection << v.reason;
    EXPECT_EQ(v.line, r.line) << r.detection << v.reason;
    EXPECT_EQ(v.column, r.column) << r.detection << v.reason;
  }
}

TEST(Load, DocumentsWithoutWhatARuleNeeds) {
  struct Row {
    const char *text, *reason;
  };
  for (const Row& row :
       {Row{"a: 1\n", "neither detection"}, Row{"- a\n", "expected a map"}, Row{"", "no document"},
        Row{"title: t\ndetection: {s: {A: 1}, condition: s}\n", "no logsource"},
        Row{"logsource: {product: windows}\ndetection: {s: {A: 1}, condition: s}\n", "no title"},
        Row{"title: t\nlogsource: {product: windows, service: nonesuch}\ndetection: {s: {A: 1}, condition: "
            "s}\n",
            "unknown logsource windows/nonesuch"},
        Row{"title: t\nlogsource: {}\ndetection: {s: {A: 1}, condition: s}\n", "names neither"},
        Row{"title: t\nlevel: huge\nlogsource: {product: windows}\ndetection: {s: {A: 1}, condition: s}\n",
            "unknown level"},
        Row{"title: t\ntaxonomy: ecs\nlogsource: {product: windows}\ndetection: {s: {A: 1}, condition: s}\n",
            "unknown taxonomy"}}) {
    RuleSet set = load(row.text);
    ASSERT_EQ(set.verdicts.size(), 1u) << row.text;
    EXPECT_FALSE(set.verdicts[0].loaded);
    EXPECT_GE(set.verdicts[0].line, 1u);
    EXPECT_GE(set.verdicts[0].column, 1u);
    EXPECT_NE(set.verdicts[0].reason.find(row.reason), std::string::npos) << set.verdicts[0].reason;
  }
}

TEST(Load, CollectionsMergeRepeatAndReset) {
  RuleSet set = load(
      "action: global\ntitle: G\nlevel: low\nlogsource: {product: windows}\ndetection: {condition: s}\n"
      "---\nid: 5f0c1d7e-0000-4000-8000-000000000001\nlogsource: {service: security}\ndetection: {s: "
      "{EventID: 1}}\n"
      "---\naction: repeat\nid: 5f0c1d7e-0000-4000-8000-000000000002\nlogsource: {service: system}\n"
      "---\naction: reset\n"
      "---\ntitle: alone\ndetection: {s: {A: 1}, condition: s}\n");
  ASSERT_EQ(set.verdicts.size(), 3u);
  ASSERT_EQ(set.rules.size(), 2u) << set.verdicts[0].reason << set.verdicts[1].reason;
  EXPECT_EQ(set.rules[0].info.logsource, "windows/security");
  EXPECT_EQ(set.rules[1].info.logsource, "windows/system");
  EXPECT_EQ(set.rules[1].selections.size(), 1u);
  EXPECT_EQ(set.rules[1].line, 10u);
  EXPECT_NE(set.rules[0].info.sha256, set.rules[1].info.sha256);
  EXPECT_EQ(set.verdicts[2].reason, "no logsource");
}

TEST(Load, WhatIsNotAskedForIsPassedOver) {
  std::string text = std::string(kHead) + "detection: {s: {A: 1}, condition: s}\n";
  LoadOptions options;
  options.has_min_level = true;
  options.min_level = Level::kHigh;
  RuleSet set = load(text, options);
  EXPECT_TRUE(set.rules.empty());
  EXPECT_TRUE(set.verdicts[0].passed_over);
  EXPECT_EQ(set.verdicts[0].reason, "not asked for: level low");
  options = {};
  options.excluded_ids = {"5f0c1d7e-0000-4000-8000-000000000001"};
  EXPECT_TRUE(load(text, options).rules.empty());
  EXPECT_EQ(load(text, {}).rules.size(), 1u);
}

TEST(Load, Lints) {
  Verdict v = verdict_of("  s: {A|all|contains: x}\n  t: {B|neq: y}\n  u: {C: [1, null]}\n  condition: s or t\n");
  EXPECT_TRUE(v.loaded);
  std::string all;
  for (const Lint& lint : v.lints) all += std::to_string(lint.line) + " " + lint.text + "\n";
  EXPECT_NE(all.find("6 'all' with a single value"), std::string::npos) << all;
  EXPECT_NE(all.find("7 'neq' is true where 'B' is absent; add 'B|exists: true'"), std::string::npos) << all;
  EXPECT_NE(all.find("8 null inside a list"), std::string::npos) << all;
  EXPECT_NE(all.find("8 selection 'u' is never used"), std::string::npos) << all;
}

TEST(Load, ModifiersBecomeParts) {
  RuleSet set = load(std::string(kHead) +
                     "detection:\n  s:\n    A|contains: 'X\\'\n    B: [1, 'a*', true, '']\n    "
                     "C|wide|base64offset|contains: ab\n    G: '0x0010'\n  condition: s\n");
  ASSERT_EQ(set.rules.size(), 1u) << set.verdicts[0].reason;
  const auto& items = set.rules[0].selections[0].alternatives[0];
  ASSERT_EQ(items[0].groups[0][0].pattern.parts.size(), 3u);
  EXPECT_EQ(items[0].groups[0][0].pattern.parts[1].literal, "x\\");
  EXPECT_EQ(items[1].groups[0][0].kind, hunt::Test::Kind::kNumber);
  EXPECT_EQ(items[1].groups[1][0].kind, hunt::Test::Kind::kPattern);
  EXPECT_EQ(items[1].groups[2][0].kind, hunt::Test::Kind::kBoolean);
  EXPECT_TRUE(items[1].groups[3][0].pattern.parts.empty());
  EXPECT_EQ(items[2].groups[0].size(), 3u);
  EXPECT_EQ(items[3].groups[0].size(), 2u) << "with and without leading zeros";
}

// What is small in the file and large when unfolded: each is refused before it costs memory or minutes.
TEST(Load, BombsAreRefused) {
  std::string names, condition = "1 of a*";
  for (int i = 0; i < 200; ++i) names += "  a" + std::to_string(i) + ": {b: 1}\n";
  for (int i = 0; i < 200; ++i) condition += " and 1 of a*";
  EXPECT_THAT(verdict_of(names + "  condition: " + condition + "\n").reason, HasSubstr("unfolds to more than 4096"));

  std::string list;
  for (int i = 0; i < 2000; ++i) list += "'(((a{0,90}){0,10}b" + std::to_string(i) + "){0,9})', ";
  EXPECT_THAT(verdict_of("  s: {F|re: [" + list + "]}\n  condition: s\n").reason, HasSubstr("unfold to more than"));

  std::string global = "action: global\n" + std::string(kHead) + "detection: {condition: s, s: {F: [";
  for (int i = 0; i < 20000; ++i) global += "x, ";
  global += "]}}\n";
  for (int i = 0; i < 300; ++i) global += "---\ntitle: y\n";
  const RuleSet collection = load(global);
  ASSERT_EQ(collection.verdicts.size(), 300u);
  EXPECT_TRUE(collection.verdicts.front().loaded);
  EXPECT_THAT(collection.verdicts.back().reason, HasSubstr("grows beyond"));

  std::string filters;
  for (int i = 0; i < 1100; ++i) filters += std::string(kHead) + "detection: {s: {F: 1}, condition: s}\n---\n";
  for (int i = 0; i < 1000; ++i) {
    filters +=
        "title: f\nlogsource: {product: windows, service: system}\nfilter: {rules: any, a: {F: 1}, condition: "
        "not a}\n---\n";
  }
  const RuleSet filtered = load(filters);
  ASSERT_EQ(filtered.verdicts.size(), 2100u);
  EXPECT_TRUE(filtered.verdicts[1100].loaded);
  EXPECT_THAT(filtered.verdicts.back().reason, HasSubstr("the filters add more than"));
}

}  // namespace
}  // namespace sil::hunt
