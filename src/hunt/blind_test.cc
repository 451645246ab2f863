#include "hunt/blind.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "hunt/written_event.h"
#include "hunt/yaml.h"

namespace sil::hunt {
namespace {

using testing::HasSubstr;

RuleSet rules(const std::string& logsource, const std::string& detection) {
  RuleSet set = load_rules({{"r.yml", "title: T\nid: 5f0c1d7e-0000-4000-8000-000000000001\nlogsource: " + logsource +
                                          "\ndetection:\n" + detection}},
                           {});
  EXPECT_EQ(set.rules.size(), 1u) << set.verdicts.front().reason;
  return set;
}

void count(const std::string& events, const Logsource& usual, Census* census) {
  YamlArena arena;
  for (const YamlDocument& document : read_yaml(events, &arena)) {
    ASSERT_FALSE(document.fault) << document.fault->reason;
    for (const YamlEntry& entry : document.root->entries) {
      auto event = WrittenEvent::make(*entry.value, usual);
      ASSERT_TRUE(event.has_value()) << event.error().reason;
      census->count((*event)->event());
    }
  }
}

// "reason: detail", or "seeing".
std::string verdict(const std::string& logsource, const std::string& detection, const std::string& events) {
  RuleSet set = rules(logsource, detection);
  Census census;
  count(events, set.rules.front().logsource, &census);
  auto blind = blindness(set.rules.front(), census);
  return blind ? std::string(blind_reason_name(blind->reason)) + ": " + blind->detail : "seeing";
}

constexpr const char* kProcess = "{product: windows, category: process_creation}";
constexpr const char* kSecurity = "{product: windows, service: security}";

TEST(Blind, WithoutAnyEventOfTheLogTheChannelsLookedForAreNamed) {
  EXPECT_EQ(verdict(kProcess, "  s: {Image: x}\n  condition: s", "- {Channel: System, EventID: 7036, param1: a}"),
            "no such log: no event of Microsoft-Windows-Sysmon/Operational 1, Security 4688");
}

TEST(Blind, SecurityWithoutProcessCreationIsAuditPolicy) {
  EXPECT_THAT(verdict(kProcess, "  s: {Image: x}\n  condition: s", "- {Channel: Security, EventID: 4624, A: b}"),
              HasSubstr("audit policy: Security is there without an event 4688: needs audit subcategory Process"));
}

TEST(Blind, ProcessCreationWithoutCommandLineIsAuditPolicy) {
  constexpr const char* kRule = "  s: {CommandLine|contains: ntds}\n  condition: s";
  EXPECT_THAT(verdict(kProcess, kRule, "- {Channel: Security, EventID: 4688, NewProcessName: x, CommandLine: ''}"),
              HasSubstr("audit policy: CommandLine without a value in the one event of Security 4688; needs policy"));
  EXPECT_EQ(verdict(kProcess, kRule,
                    "- {Channel: Security, EventID: 4688, CommandLine: ''}\n"
                    "- {Channel: Security, EventID: 4688, CommandLine: cmd}"),
            "seeing");
}

TEST(Blind, FieldsThatTheLogCannotCarryAreNamed) {
  constexpr const char* kEvent = "- {Channel: Security, EventID: 4688, NewProcessName: x, CommandLine: y}";
  EXPECT_EQ(verdict(kProcess, "  s: {OriginalFileName: a, Image: x}\n  condition: s", kEvent),
            "field absent: OriginalFileName without a value in the one event of Security 4688");
  EXPECT_EQ(verdict(kProcess, "  a: {OriginalFileName: a}\n  b: {Image: x}\n  condition: a or b", kEvent), "seeing");
  EXPECT_EQ(verdict(kProcess, "  a: {Image: x}\n  f: {OriginalFileName: a}\n  condition: a and not f", kEvent),
            "seeing");
  EXPECT_EQ(verdict(kProcess, "  a:\n    - OriginalFileName: a\n    - Image: x\n  condition: a", kEvent), "seeing");
}

TEST(Blind, ATestThatHoldsForNothingIsNotBlind) {
  constexpr const char* kEvent = "- {Channel: Security, EventID: 4688, NewProcessName: x, CommandLine: ''}";
  for (const char* item : {"CommandLine: null", "CommandLine|exists: false", "CommandLine: ''", "CommandLine|re: '^$'",
                           "CommandLine|neq: a", "ParentCommandLine: null"}) {
    EXPECT_EQ(verdict(kProcess, "  s: {" + std::string(item) + "}\n  condition: s", kEvent), "seeing") << item;
  }
}

TEST(Blind, AnEventThatOnlyDidNotHappenIsNotBlindness) {
  constexpr const char* kEvents = "- {Channel: Security, EventID: 4624, A: b}";
  EXPECT_EQ(verdict(kSecurity, "  s: {EventID: 1102}\n  condition: s", kEvents), "seeing");
  EXPECT_THAT(verdict(kSecurity, "  s: {EventID: 5145, ShareName: x}\n  condition: s", kEvents),
              HasSubstr("audit policy: Security is there without an event 5145: needs audit subcategory Detailed"));
  EXPECT_EQ(verdict(kSecurity, "  s: {EventID: [5145, 1102]}\n  condition: s", kEvents), "seeing");
}

TEST(Blind, AFieldIsOnlyMissedIfNoOtherEventIdCouldHaveBroughtIt) {
  constexpr const char* kEvents = "- {Channel: System, EventID: 7036, param1: a}";
  const std::string system = "{product: windows, service: system}";
  EXPECT_EQ(verdict(system, "  s: {EventID: [7036, 7045], ServiceName: x}\n  condition: s", kEvents), "seeing");
  EXPECT_EQ(verdict(system, "  s: {EventID: 7036, ServiceName: x}\n  condition: s", kEvents),
            "field absent: ServiceName without a value in the one event of System 7036");
}

TEST(Blind, TheRulesOwnAdviceIsAddedOnOneLine) {
  EXPECT_THAT(verdict("{product: windows, service: security, definition: \"Turn on\\n  it\"}",
                      "  s: {EventID: 5145}\n  condition: s", "- {Channel: Security, EventID: 4624}"),
              HasSubstr("; the rule says: Turn on it"));
}

TEST(Blind, OtherProductsAreNamedByTheirLogsource) {
  EXPECT_THAT(verdict("{product: linux, service: auditd}", "  s: {type: EXECVE}\n  condition: s",
                      "- {logsource: {product: okta, service: okta}, eventType: a}"),
              HasSubstr("no such log: no event of linux/auditd"));
}

TEST(Census, MergingTwoCensusesSeesWhatEitherSaw) {
  RuleSet set = rules(kProcess, "  s: {CommandLine: a, ParentImage: b}\n  condition: s");
  Census a, b;
  const std::string head = "- {Channel: Security, EventID: 4688, CommandLine: ";
  count(head + "a, ParentProcessName: ''}", set.rules[0].logsource, &a);
  count(head + "'', ParentProcessName: b}", set.rules[0].logsource, &b);
  EXPECT_TRUE(blindness(set.rules[0], a));
  EXPECT_TRUE(blindness(set.rules[0], b));
  a.merge(b);
  EXPECT_FALSE(blindness(set.rules[0], a));
  ASSERT_EQ(a.rows().size(), 1u);
  EXPECT_EQ(a.rows()[0]->events, 2u);
}

TEST(Blind, ACorrelationIsBlindWithItsMembers) {
  RuleSet set = load_rules({{"c.yml",
                             "title: Base\nname: base\nid: 5f0c1d7e-0000-4000-8000-000000000001\n"
                             "logsource: {product: linux, service: auditd}\n"
                             "detection:\n  s: {type: EXECVE}\n  condition: s\n---\n"
                             "title: Many\nid: 5f0c1d7e-0000-4000-8000-000000000002\ncorrelation:\n"
                             "  type: event_count\n  rules: [base]\n  group-by: [host]\n  timespan: 1m\n"
                             "  condition: {gte: 5}\n"}},
                           {});
  ASSERT_EQ(set.correlations.size(), 1u) << set.verdicts.back().reason;
  std::vector<Blind> blind = blind_rules(set, Census());
  ASSERT_EQ(blind.size(), 1u);
  EXPECT_EQ(blind[0].rule->title, "Many");
  EXPECT_THAT(blind[0].detail, HasSubstr("counts Base: no event of linux/auditd"));
}

}  // namespace
}  // namespace sil::hunt
