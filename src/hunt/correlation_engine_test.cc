#include "hunt/correlation_engine.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <map>
#include <random>
#include <set>

#include "hunt/correlation_trial.h"
#include "model/timestamp.h"

namespace sil::hunt {
namespace {

using testing::ElementsAre;
using testing::IsEmpty;

std::vector<std::string> count(const std::string& condition, const std::vector<ShortEvent>& events,
                               const std::string& more = "") {
  return trial(correlation_document("c1", "{type: event_count, rules: a, group-by: [U], timespan: 10s, condition: " +
                                              condition + more + "}"),
               events);
}
std::vector<ShortEvent> at(const std::vector<std::string>& seconds, const std::string& fields = "R: a, U: u") {
  std::vector<ShortEvent> out;
  for (const std::string& second : seconds) out.push_back({second, fields});
  return out;
}

// ---- the window ----
TEST(CorrelationWindow, BothEndsAreInclusiveToTheTick) {
  EXPECT_THAT(count("{gte: 2}", at({"0", "10"})), ElementsAre("c1 U=u value 2 at 10 from 0 to 10 events 0,1"));
  EXPECT_THAT(count("{gte: 2}", at({"0", "10.0000001"})), IsEmpty());
  EXPECT_THAT(count("{gte: 2}", at({"0.9999999", "10.9999999"})),
              ElementsAre("c1 U=u value 2 at 10.9999999 from 0.9999999 to 10.9999999 events 0,1"));
}
TEST(CorrelationWindow, SlidesAndIsNotAlignedToClocks) {
  EXPECT_THAT(count("{gte: 3}", at({"8", "9", "12"})), ElementsAre("c1 U=u value 3 at 12 from 8 to 12 events 0,1,2"));
}
TEST(CorrelationWindow, FiresOnceWhileTheConditionHoldsAndNamesAllMembersAndTheLargestValue) {
  EXPECT_THAT(count("{gte: 3}", at({"0", "1", "2", "3", "11"})),
              ElementsAre("c1 U=u value 4 at 2 from 0 to 11 events 0,1,2,3,4"));
}
TEST(CorrelationWindow, FiresAgainAfterItTurnedFalse) {
  EXPECT_THAT(
      count("{gte: 3}", at({"0", "1", "2", "11.5", "12"})),
      ElementsAre("c1 U=u value 3 at 2 from 0 to 2 events 0,1,2", "c1 U=u value 3 at 12 from 2 to 12 events 2,3,4"));
}
TEST(CorrelationWindow, AnEmptyWindowEndsTheFiring) {
  EXPECT_THAT(count("{gte: 1}", at({"0", "20"})),
              ElementsAre("c1 U=u value 1 at 0 from 0 to 0 events 0", "c1 U=u value 1 at 20 from 20 to 20 events 1"));
}
TEST(CorrelationWindow, EventsOfOneTickCountTogether) {
  EXPECT_THAT(count("{gte: 3}", at({"5", "5", "5", "5"})),
              ElementsAre("c1 U=u value 4 at 5 from 5 to 5 events 0,1,2,3"));
}
TEST(CorrelationWindow, GreaterThanIsStrict) {
  EXPECT_THAT(count("{gt: 2}", at({"0", "1"})), IsEmpty());
  EXPECT_THAT(count("{gt: 2}", at({"0", "1", "2"})), testing::SizeIs(1));
}

// ---- judged at close ----
TEST(CorrelationClosing, FewerThanIsJudgedWhenTheWindowIsFull) {
  EXPECT_THAT(count("{lt: 3}", at({"0", "1", "2"})), IsEmpty());
  EXPECT_THAT(count("{lt: 3}", at({"0", "1"})), ElementsAre("c1 U=u value 2 at 1 from 0 to 1 events 0,1"));
  EXPECT_THAT(count("{lte: 1}", at({"0", "20", "21"})), ElementsAre("c1 U=u value 1 at 0 from 0 to 0 events 0"));
}
TEST(CorrelationClosing, TheTailOfABurstIsNoWindowOfItsOwn) {
  EXPECT_THAT(count("{lt: 3}", at({"0", "1", "2", "3", "4"})), IsEmpty());
}
TEST(CorrelationClosing, ExactlySoMany) {
  EXPECT_THAT(count("{eq: 2}", at({"0", "1", "2"})), IsEmpty());
  EXPECT_THAT(count("{eq: 2}", at({"0", "1", "30"})), ElementsAre("c1 U=u value 2 at 1 from 0 to 1 events 0,1"));
  EXPECT_THAT(count("{neq: 2}", at({"0", "1"})), IsEmpty());
  EXPECT_THAT(count("{neq: 2}", at({"0", "1", "2"})), ElementsAre("c1 U=u value 3 at 2 from 0 to 2 events 0,1,2"));
}
TEST(CorrelationClosing, RangeIsJudgedWhole) {
  EXPECT_THAT(count("{gte: 2, lte: 3}", at({"0", "1", "2", "3"})), IsEmpty());
  EXPECT_THAT(count("{gte: 2, lte: 3}", at({"0", "1", "2"})),
              ElementsAre("c1 U=u value 3 at 2 from 0 to 2 events 0,1,2"));
  EXPECT_THAT(count("{gte: 2, lte: 3}", at({"0"})), IsEmpty());
}

// ---- groups ----
TEST(CorrelationGroups, AreExactTextsAndApart) {
  EXPECT_THAT(count("{gte: 2}", {{"0", "R: a, U: u"}, {"1", "R: a, U: U"}, {"2", "R: a, U: u"}}),
              ElementsAre("c1 U=u value 2 at 2 from 0 to 2 events 0,2"));
}
TEST(CorrelationGroups, AnEventThatLacksAFieldDoesNotCountAndIsCounted) {
  const std::string c =
      correlation_document("c1", "{type: event_count, rules: a, group-by: [U, H], timespan: 10s, condition: {gte: 2}}");
  std::vector<ShortEvent> events = {{"0", "R: a, U: u"},
                                    {"1", "R: a, U: u"},
                                    {"2", "R: a, U: u, H: ''"},
                                    {"3", "R: a, U: u, H: ''"},
                                    {"4", "R: a, U: null, H: x"}};
  EXPECT_THAT(trial(c, events), ElementsAre("c1 U=u H= value 2 at 3 from 2 to 3 events 2,3"));
  EXPECT_EQ(trial_firings(c, events).counts.no_group, 3u);
  EXPECT_EQ(trial_firings(c, events).counts.counted, 2u);
}
TEST(CorrelationGroups, TwoListsNeverLookAlike) {
  const std::string c =
      correlation_document("c1", "{type: event_count, rules: a, group-by: [U, H], timespan: 10s, condition: {gte: 2}}");
  EXPECT_THAT(trial(c, {{"0", "R: a, U: 'a, b', H: c"}, {"1", "R: a, U: a, H: 'b, c'"}}), IsEmpty());
}
TEST(CorrelationGroups, WithoutGroupByAllIsOneGroup) {
  EXPECT_THAT(
      trial(correlation_document("c1", "{type: event_count, rules: [a, b], timespan: 10s, condition: {gte: 2}}"),
            {{"0", "R: a, U: x"}, {"1", "R: b"}}),
      ElementsAre("c1 value 2 at 1 from 0 to 1 events 0,1"));
}
TEST(CorrelationGroups, AliasesReadAnotherFieldForEachRule) {
  const std::string c = correlation_document("c1",
                                             "{type: temporal, rules: [a, b], group-by: [who], timespan: 10s, aliases: "
                                             "{who: {a: Source, b: Target}}}");
  EXPECT_THAT(trial(c, {{"0", "R: a, Source: bob, Target: eve"}, {"1", "R: b, Source: eve, Target: bob"}}),
              ElementsAre("c1 who=bob value 2 at 1 from 0 to 1 events 0,1"));
  EXPECT_THAT(trial(c, {{"0", "R: a, Source: bob, Target: eve"}, {"1", "R: b, Source: bob, Target: eve"}}), IsEmpty());
}
TEST(CorrelationGroups, AnEventThatTwoMembersMatchCountsOnce) {
  const std::string more =
      "title: any\nname: any\nlogsource: {product: windows, service: system}\n"
      "detection: {s: {U|exists: true}, condition: s}\n---\n";
  EXPECT_THAT(trial(more + correlation_document(
                               "c1", "{type: event_count, rules: [a, any], timespan: 10s, condition: {gte: 2}}"),
                    {{"0", "R: a, U: u"}, {"20", "R: a, U: u"}}),
              IsEmpty());
}

// ---- values ----
std::vector<std::string> value(const std::string& type, const std::string& condition,
                               const std::vector<ShortEvent>& events) {
  return trial(
      correlation_document("c1", "{type: " + type + ", rules: a, timespan: 10s, condition: " + condition + "}"),
      events);
}
TEST(CorrelationValues, DistinctValuesAreExactTexts) {
  std::vector<ShortEvent> events = {{"0", "R: a, V: x"}, {"1", "R: a, V: X"}, {"2", "R: a, V: x"}, {"3", "R: a"}};
  EXPECT_THAT(value("value_count", "{field: V, gte: 2}", events),
              ElementsAre("c1 value 2 at 1 from 0 to 2 events 0,1,2"));
  EXPECT_THAT(value("value_count", "{field: V, gte: 3}", events), IsEmpty());
}
TEST(CorrelationValues, ValuesLeaveTheWindowWithTheirLastEvent) {
  EXPECT_THAT(value("value_count", "{field: V, gte: 2}",
                    {{"0", "R: a, V: x"}, {"9", "R: a, V: x"}, {"15", "R: a, V: y"}, {"26", "R: a, V: z"}}),
              ElementsAre("c1 value 2 at 15 from 9 to 15 events 1,2"));
}
TEST(CorrelationValues, SeveralFieldsAreCountedAsATuple) {
  std::vector<ShortEvent> events = {{"0", "R: a, V: x, W: 1"}, {"1", "R: a, V: x, W: 2"}, {"2", "R: a, V: x, W: 1"}};
  EXPECT_THAT(value("value_count", "{field: [V, W], gte: 2}", events), testing::SizeIs(1));
  EXPECT_THAT(value("value_count", "{field: [V, W], gte: 3}", events), IsEmpty());
}
TEST(CorrelationValues, SumsAreExactBeyondTheMantissaOfADouble) {
  EXPECT_THAT(value("value_sum", "{field: V, gte: 18014398509481985}",
                    {{"0", "R: a, V: 9007199254740993"}, {"1", "R: a, V: 9007199254740992"}}),
              ElementsAre("c1 value 18014398509481985 at 1 from 0 to 1 events 0,1"));
  EXPECT_THAT(
      value("value_sum", "{field: V, gte: 5}", {{"0", "R: a, V: 10"}, {"1", "R: a, V: -8"}, {"2", "R: a, V: 4"}}),
      ElementsAre("c1 value 10 at 0 from 0 to 0 events 0", "c1 value 6 at 2 from 0 to 2 events 0,1,2 update 1"));
}
TEST(CorrelationValues, FractionsDoNotDriftWhenTheyLeave) {
  EXPECT_THAT(value("value_sum", "{field: V, gte: 0.3}",
                    {{"0", "R: a, V: 1e17"}, {"11", "R: a, V: 0.1"}, {"12", "R: a, V: 0.2"}}),
              ElementsAre("c1 value 1e+17 at 0 from 0 to 0 events 0",
                          "c1 value 0.30000000000000004 at 12 from 11 to 12 events 1,2"));
}
TEST(CorrelationValues, AverageSkipsWhatIsNoNumberAndCountsIt) {
  const std::string c =
      correlation_document("c1", "{type: value_avg, rules: a, timespan: 10s, condition: {field: V, gte: 3}}");
  std::vector<ShortEvent> events = {{"0", "R: a, V: 2"}, {"1", "R: a, V: many"}, {"2", "R: a, V: '5'"}, {"3", "R: a"}};
  EXPECT_THAT(trial(c, events), ElementsAre("c1 value 3.5 at 2 from 0 to 2 events 0,2"));
  EXPECT_EQ(trial_firings(c, events).counts.no_value, 2u);
}
TEST(CorrelationValues, PercentileIsTestedAgainstItsCondition) {
  std::vector<ShortEvent> events;
  for (int i = 1; i <= 5; ++i) events.push_back({"1", "R: a, V: " + std::to_string(i * 10)});
  auto at_percent = [&](const std::string& p, const std::string& condition) {
    return value("value_percentile", "{field: V, percentile: " + p + ", " + condition + "}", events);
  };
  EXPECT_THAT(at_percent("25", "gte: 20"), ElementsAre("c1 value 20 at 1 from 1 to 1 events 0,1,2,3,4"));
  EXPECT_THAT(at_percent("25", "gt: 20"), IsEmpty());
  EXPECT_THAT(at_percent("90", "gte: 46"), ElementsAre("c1 value 46 at 1 from 1 to 1 events 0,1,2,3,4"));
  EXPECT_THAT(at_percent("100", "gte: 50"), testing::SizeIs(1));
  EXPECT_THAT(at_percent("0", "gt: 10"), IsEmpty());
  EXPECT_THAT(value("value_median", "{field: V, gte: 30}", events), testing::SizeIs(1));
  EXPECT_THAT(value("value_median", "{field: V, gt: 30}", events), IsEmpty());
}

// ---- temporal ----
std::vector<std::string> temporal(const std::string& body, const std::vector<ShortEvent>& events, bool equal = false) {
  return trial(correlation_document("c1", "{timespan: 10s, group-by: [U], " + body + "}"), events, equal);
}
TEST(CorrelationTemporal, WantsAllRulesInAnyOrder) {
  EXPECT_THAT(temporal("type: temporal, rules: [a, b]", {{"3", "R: b, U: u"}, {"9", "R: a, U: u"}}),
              ElementsAre("c1 U=u value 2 at 9 from 3 to 9 events 0,1"));
  EXPECT_THAT(temporal("type: temporal, rules: [a, b]", {{"3", "R: b, U: u"}, {"9", "R: b, U: u"}}), IsEmpty());
}
TEST(CorrelationTemporal, ExpressionOverRuleNames) {
  const std::string body = "type: temporal, rules: [a, b, c], condition: '(a or b) and c'";
  EXPECT_THAT(temporal(body, {{"0", "R: b, U: u"}, {"1", "R: c, U: u"}}), testing::SizeIs(1));
  EXPECT_THAT(temporal(body, {{"0", "R: a, U: u"}, {"1", "R: b, U: u"}}), IsEmpty());
}
TEST(CorrelationTemporal, NotInAnExpressionIsJudgedWhenTheWindowIsFull) {
  const std::string body = "type: temporal, rules: [a, b], condition: 'a and not b'";
  EXPECT_THAT(temporal(body, {{"0", "R: a, U: u"}, {"9", "R: b, U: u"}}), IsEmpty());
  EXPECT_THAT(temporal(body, {{"0", "R: a, U: u"}, {"11", "R: b, U: u"}}),
              ElementsAre("c1 U=u value 1 at 0 from 0 to 0 events 0"));
}
TEST(CorrelationTemporal, SomeOfTheRules) {
  const std::string body = "type: temporal, rules: [a, b, c], condition: {gte: 2}";
  EXPECT_THAT(temporal(body, {{"0", "R: a, U: u"}, {"1", "R: c, U: u"}}), testing::SizeIs(1));
  EXPECT_THAT(temporal(body, {{"0", "R: a, U: u"}, {"1", "R: a, U: u"}}), IsEmpty());
}
TEST(CorrelationOrdered, WantsStepsInOrderWithinTheTimespan) {
  const std::string body = "type: temporal_ordered, rules: [a, b, c]";
  EXPECT_THAT(temporal(body, {{"0", "R: a, U: u"}, {"4", "R: b, U: u"}, {"10", "R: c, U: u"}}),
              ElementsAre("c1 U=u value 3 at 10 from 0 to 10 events 0,1,2"));
  EXPECT_THAT(temporal(body, {{"0", "R: a, U: u"}, {"5", "R: c, U: u"}, {"10", "R: b, U: u"}}), IsEmpty());
  EXPECT_THAT(temporal(body, {{"0", "R: a, U: u"}, {"4", "R: b, U: u"}, {"10.0000001", "R: c, U: u"}}), IsEmpty());
}
TEST(CorrelationOrdered, TheLatestStartThatServesIsTaken) {
  EXPECT_THAT(temporal("type: temporal_ordered, rules: [a, b]",
                       {{"0", "R: a, U: u"}, {"5", "R: a, U: u"}, {"14", "R: b, U: u"}}),
              ElementsAre("c1 U=u value 2 at 14 from 5 to 14 events 1,2"));
}
TEST(CorrelationOrdered, OneTickIsNoOrderUnlessAskedFor) {
  std::vector<ShortEvent> events = {{"1", "R: a, U: u"}, {"1", "R: b, U: u"}};
  EXPECT_THAT(temporal("type: temporal_ordered, rules: [a, b]", events), IsEmpty());
  EXPECT_THAT(temporal("type: temporal_ordered, rules: [a, b]", events, true), testing::SizeIs(1));
  EXPECT_THAT(temporal("type: temporal_ordered, rules: [b, a]", {{"1", "R: a, U: u"}, {"1.0000001", "R: b, U: u"}}),
              IsEmpty());
}
TEST(CorrelationOrdered, ARuleMayStandTwice) {
  const std::string body = "type: temporal_ordered, rules: [a, b, a]";
  EXPECT_THAT(temporal(body, {{"0", "R: a, U: u"}, {"1", "R: b, U: u"}}), IsEmpty());
  EXPECT_THAT(temporal(body, {{"0", "R: a, U: u"}, {"1", "R: b, U: u"}, {"2", "R: a, U: u"}}), testing::SizeIs(1));
}

// ---- nesting ----
TEST(CorrelationNesting, AFiringIsAnEventAtItsLastMembersTime) {
  const std::string documents =
      correlation_document("n1", "{type: event_count, rules: a, group-by: [U], timespan: 10s, condition: {gte: 2}}") +
      correlation_document("t1", "{type: temporal_ordered, rules: [n1, b], group-by: [U], timespan: 5s}");
  EXPECT_THAT(trial(documents, {{"0", "R: a, U: u"}, {"9", "R: a, U: u"}, {"14", "R: b, U: u"}}),
              ElementsAre("t1 U=u value 2 at 14 from 0 to 14 events 0,1,2"));
  EXPECT_THAT(trial(documents, {{"0", "R: a, U: u"}, {"9", "R: a, U: u"}, {"14.1", "R: b, U: u"}}), IsEmpty());
  EXPECT_THAT(trial(documents, {{"0", "R: a, U: u"}, {"9", "R: a, U: v"}, {"10", "R: b, U: u"}}), IsEmpty());
}
TEST(CorrelationNesting, WhileItHoldsItIsSeenAgain) {
  const std::string documents =
      correlation_document("n1", "{type: event_count, rules: a, group-by: [U], timespan: 10s, condition: {gte: 2}}") +
      correlation_document("t1", "{type: temporal, rules: [n1, b], group-by: [U], timespan: 5s}");
  EXPECT_THAT(trial(documents, {{"0", "R: a, U: u"}, {"1", "R: a, U: u"}, {"9", "R: a, U: u"}, {"13", "R: b, U: u"}}),
              ElementsAre("t1 U=u value 2 at 13 from 0 to 13 events 0,1,2,3"));
}
TEST(CorrelationNesting, CountsFiringsNotTheirEvents) {
  const std::string documents =
      correlation_document("n1", "{type: event_count, rules: a, group-by: [U, H], timespan: 5s, condition: {gte: 2}}") +
      correlation_document(
          "m1", "{type: value_count, rules: n1, group-by: [U], timespan: 60s, condition: {field: H, gte: 2}}") +
      correlation_document("t1", "{type: event_count, rules: m1, timespan: 1h, condition: {gte: 1}}");
  std::vector<ShortEvent> events;
  for (const char* host : {"x", "y"}) {
    for (int i = 0; i < 4; ++i)
      events.push_back({std::to_string((*host - 'x') * 20 + i), std::string("R: a, U: u, H: ") + host});
  }
  EXPECT_THAT(trial(documents, events), ElementsAre("t1 value 1 at 21 from 0 to 23 events 0,1,2,3,4,5,6,7"));
}
TEST(CorrelationNesting, GenerateShowsTheNestedFiringToo) {
  const std::string documents =
      correlation_document("n1", "{type: event_count, rules: a, group-by: [U], timespan: 10s, condition: {gte: 2}}") +
      correlation_document("t1", "{type: temporal, rules: [n1, b], group-by: [U], timespan: 10s, generate: true}");
  EXPECT_THAT(
      trial(documents, {{"0", "R: a, U: u"}, {"1", "R: a, U: u"}, {"2", "R: b, U: u"}}),
      ElementsAre("n1 U=u value 2 at 1 from 0 to 1 events 0,1", "t1 U=u value 2 at 2 from 0 to 2 events 0,1,2"));
}
TEST(CorrelationNesting, AFiringWithoutTheFieldIsCounted) {
  const std::string documents =
      correlation_document("n1", "{type: event_count, rules: a, group-by: [U], timespan: 10s, condition: {gte: 1}}") +
      correlation_document("t1", "{type: event_count, rules: n1, group-by: [H], timespan: 10s, condition: {gte: 1}}");
  EXPECT_THAT(trial(documents, {{"0", "R: a, U: u, H: h"}}), IsEmpty());
  EXPECT_EQ(trial_firings(documents, {{"0", "R: a, U: u, H: h"}}).nested_without_field, 1u);
}

TEST(CorrelationSigma1, WithoutATimeframeAllThatWasReadIsOneWindow) {
  const std::string document =
      "title: old\nname: old\nid: 00000000-0000-4000-8000-0000000000aa\nlogsource: {product: windows, service: "
      "system}\n"
      "detection: {s: {R: z}, condition: 's | count(V) by U > 1'}\n---\n";
  EXPECT_THAT(trial(document, {{"0", "R: z, U: u, V: 1"}, {"80000", "R: z, U: u, V: 2"}, {"9", "R: z, U: v, V: 1"}}),
              ElementsAre(" U=u value 2 at 80000 from 0 to 80000 events 0,1"));
}

// ---- against a slow, plain twin ----
struct PlainFiring {
  double at;
  size_t value;
  bool operator==(const PlainFiring&) const = default;
};
std::vector<PlainFiring> plainly(const std::vector<std::pair<double, std::string>>& events, size_t least,
                                 bool distinct) {
  std::vector<PlainFiring> out;
  std::set<double> times;
  for (const auto& event : events) times.insert(event.first);
  bool held = false;
  double last = -1e9;
  for (double now : times) {
    std::vector<std::string> window;
    for (const auto& [time, text] : events) {
      if (time <= now && now - time <= 10) window.push_back(text);
    }
    size_t value = distinct ? std::set<std::string>(window.begin(), window.end()).size() : window.size();
    bool holds = value >= least;
    if (now - last > 10) held = false;
    if (holds && !held) out.push_back({now, value});
    if (holds) out.back().value = std::max(out.back().value, value);
    held = holds;
    last = now;
  }
  return out;
}

TEST(CorrelationTwin, RandomCountsEqualThePlainOnes) {
  std::mt19937 random(11);
  size_t fired = 0;
  for (int round = 0; round < 60; ++round) {
    bool distinct = round % 2;
    size_t least = 2 + random() % 4;
    std::vector<ShortEvent> events;
    std::map<std::string, std::vector<std::pair<double, std::string>>> groups;
    for (int i = 0; i < 60; ++i) {
      std::string user = "u" + std::to_string(random() % 3), text = "v" + std::to_string(random() % 4);
      double time = static_cast<double>(random() % 400) / 4;
      events.push_back({std::to_string(time), "R: a, U: " + user + ", V: " + text});
      groups[user].emplace_back(time, text);
    }
    EventFirings found = trial_firings(
        correlation_document("c1", std::string("{type: ") + (distinct ? "value_count" : "event_count") +
                                       ", rules: a, group-by: [U], timespan: 10s, condition: {" +
                                       (distinct ? "field: V, " : "") + "gte: " + std::to_string(least) + "}}"),
        events);
    for (const auto& [user, list] : groups) {
      std::vector<PlainFiring> mine;
      for (const EventFiring& firing : found.firings) {
        if (firing.group[0].second != user) continue;
        Timestamp day;
        ASSERT_TRUE(parse_rfc3339("2024-05-01T00:00:00Z", &day));
        mine.push_back({static_cast<double>(firing.fired - day.ticks) / kTicksPerSecond, std::stoul(firing.value)});
      }
      EXPECT_EQ(mine, plainly(list, least, distinct)) << "round " << round << ' ' << user;
      fired += mine.size();
    }
  }
  EXPECT_GT(fired, 100u);
}

// ---- entries and damage ----
RuleSet at_least_in_a_second(int count) {
  const std::string body =
      "{type: event_count, rules: a, timespan: 1s, condition: {gte: " + std::to_string(count) + "}}";
  return load_rules({{"t.yml", letter_rules() + correlation_document("c1", body)}}, {});
}

TEST(MemberEntries, ComeBackAsTheyWere) {
  MemberEntry entry;
  entry.time = {123456789, Precision::kMillisecond, ZoneSource::kStated};
  entry.record_id = 42;
  entry.host = "host";
  entry.channel = "Security";
  entry.citation.spans = {{7, 9}, {100, 1}};
  entry.citation.sha256 = sha256("x");
  entry.citation.deps = {{"src", {3, 4}, sha256("y")}};
  entry.uses = {{1, 2, Tuple::kText, text_key("t"), std::string("\4\0\0\0abcd", 8)}};
  std::string bytes;
  append_entry(entry, &bytes);
  append_entry(entry, &bytes);
  std::string_view rest = bytes;
  MemberEntry back;
  ASSERT_TRUE(take_entry(&rest, &back));
  EXPECT_EQ(back.time.ticks, entry.time.ticks);
  EXPECT_EQ(back.time.precision, Precision::kMillisecond);
  EXPECT_EQ(back.time.zone, ZoneSource::kStated);
  EXPECT_EQ(back.citation.spans, entry.citation.spans);
  EXPECT_EQ(back.citation.deps[0].sha256, sha256("y"));
  EXPECT_EQ(texts_of_list(back.uses[0].group), std::vector<std::string>{"abcd"});
  EXPECT_EQ(back.identity(), entry.identity());
  EXPECT_EQ(back.channel, "Security");
  EXPECT_EQ(back.fact(), entry.fact());
  ASSERT_TRUE(take_entry(&rest, &back));
  EXPECT_TRUE(rest.empty());
}
TEST(MemberEntries, AFactIsTheSameRecordAtAnyOffset) {
  MemberEntry entry;
  entry.time = {133'600'000'000'000'000, Precision::kMillisecond, ZoneSource::kInRecord};
  entry.record_id = 42;
  entry.host = "host";
  entry.channel = "Security";
  entry.citation.spans = {{7, 9}};
  entry.citation.sha256 = sha256("x");
  MemberEntry copy = entry;
  copy.citation.spans = {{4103, 9}};
  EXPECT_EQ(copy.fact(), entry.fact());
  EXPECT_NE(copy.identity(), entry.identity());
  for (const auto& change : std::initializer_list<void (*)(MemberEntry*)>{
           [](MemberEntry* e) { e->record_id = 43; }, [](MemberEntry* e) { e->host = "other"; },
           [](MemberEntry* e) { e->channel = "System"; }, [](MemberEntry* e) { e->citation.sha256 = sha256("y"); }}) {
    MemberEntry other = entry;
    change(&other);
    EXPECT_NE(other.fact(), entry.fact());
  }
  // What a collector was sent: other bytes, the same record and the same time to the last tick.
  entry.time = copy.time = {133'600'000'000'000'007, Precision::kTick, ZoneSource::kInRecord};
  copy.citation.sha256 = sha256("y");
  EXPECT_EQ(copy.fact(), entry.fact());
  EXPECT_EQ(copy.fact_text(), entry.fact_text());
  copy.time.ticks += 1;
  EXPECT_NE(copy.fact(), entry.fact());
  for (const auto& change : std::initializer_list<void (*)(MemberEntry*)>{[](MemberEntry* e) { e->record_id = 0; },
                                                                          [](MemberEntry* e) { e->host.clear(); }}) {
    MemberEntry one = entry, two = copy;  // nothing says that it is a record of that log
    change(&one), change(&two);
    EXPECT_NE(one.fact(), two.fact());
  }
}
TEST(MemberEntries, CopiesCountOnceWhereFactsAreCounted) {
  RuleSet set = at_least_in_a_second(2);
  CorrelationPlan plan(set);
  MemberEntry entry;
  entry.time.ticks = 5;
  entry.record_id = 42;
  entry.host = "host";
  entry.uses = {{0, 0, Tuple::kNone, {}, ""}};
  for (const bool one_fact : {false, true}) {
    EngineLimits limits;
    limits.one_fact = one_fact;
    CorrelationEngine engine(plan, limits);
    for (const uint32_t source : {0u, 1u}) {
      entry.citation.spans = {{100 * source, 9}};
      std::string bytes;
      append_entry(entry, &bytes);
      ASSERT_TRUE(engine.add(source, bytes).has_value());
    }
    ASSERT_TRUE(engine.settle().has_value());
    size_t fired = 0;
    ASSERT_TRUE(engine.for_each_firing([&](const Firing&) -> Result<bool> { return ++fired, true; }).has_value());
    EXPECT_EQ(fired, one_fact ? 0u : 1u);
  }
}
TEST(MemberEntries, DamageIsRefused) {
  MemberEntry entry;
  entry.uses = {{0, 0, Tuple::kNone, {}, "group"}};
  std::string bytes;
  append_entry(entry, &bytes);
  RuleSet set = at_least_in_a_second(1);
  CorrelationPlan plan(set);
  for (size_t cut = 1; cut < bytes.size(); ++cut) {
    CorrelationEngine engine(plan, {});
    EXPECT_FALSE(engine.add(0, std::string_view(bytes).substr(0, cut)).has_value()) << cut;
  }
  for (size_t at = 0; at < bytes.size(); ++at) {  // no byte may lead astray
    std::string bent = bytes;
    bent[at] = static_cast<char>(bent[at] ^ 0xff);
    CorrelationEngine engine(plan, {});
    if (engine.add(0, bent)) {
      EXPECT_TRUE(engine.settle().has_value());
    }
  }
}
TEST(MemberEntries, ACopyOfARecordCountsOnce) {
  RuleSet set = at_least_in_a_second(2);
  CorrelationPlan plan(set);
  MemberEntry entry;
  entry.time.ticks = 5;
  entry.citation.spans = {{512, 10}};
  entry.citation.sha256 = sha256("record");
  entry.uses = {{0, 0, Tuple::kNone, {}, ""}};
  auto firings = [&](uint64_t second_offset) {
    CorrelationEngine engine(plan, {});
    std::string first, second;
    append_entry(entry, &first);
    MemberEntry other = entry;
    other.citation.spans = {{second_offset, 10}};
    append_entry(other, &second);
    EXPECT_TRUE(engine.add(0, first) && engine.add(1, second) && engine.settle());
    int count = 0;
    EXPECT_TRUE(engine.for_each_firing([&](const Firing&) -> Result<bool> { return ++count > 0; }));
    return count;
  };
  EXPECT_EQ(firings(512), 0);
  EXPECT_EQ(firings(1024), 1);
}

TEST(TupleSorting, RunsOnDiskGiveTheSameOrder) {
  std::mt19937_64 random(3);
  TupleSorter held(1 << 20, ""), spilled(2000, "");
  for (int i = 0; i < 5000; ++i) {
    Tuple tuple;
    tuple.group = {random() % 7, 0};
    tuple.ticks = random() % 100;
    tuple.identity = tuple.reference = static_cast<uint64_t>(i);
    held.add(tuple);
    spilled.add(tuple);
  }
  held.sort();
  spilled.sort();
  EXPECT_GT(spilled.runs(), 100u);
  size_t count = 0;
  for (; held.peek() && spilled.peek(); held.next(), spilled.next(), ++count)
    ASSERT_EQ(held.peek()->reference, spilled.peek()->reference);
  EXPECT_EQ(count, 5000u);
  EXPECT_FALSE(held.peek() || spilled.peek() || spilled.error());
}
TEST(TupleSorting, AFolderThatIsNotThereIsAnError) {
  TupleSorter sorter(0, "/nonexistent/folder");
  for (int i = 0; i < 10; ++i) sorter.add({});
  sorter.sort();
  EXPECT_TRUE(sorter.error().has_value());
  EXPECT_EQ(sorter.peek(), nullptr);
}
TEST(SpillLogs, TailAndFileReadAsOne) {
  SpillLog log("", 64);
  std::string all;
  for (int i = 0; i < 50; ++i) {
    std::string piece(static_cast<size_t>(i % 13), static_cast<char>('a' + i % 26));
    EXPECT_EQ(log.append(as_bytes(piece)), all.size());
    all += piece;
  }
  for (size_t from : {size_t{0}, size_t{1}, all.size() - 70, all.size() - 1}) {
    std::string got(all.size() - from, '\0');
    ASSERT_TRUE(log.read(from, reinterpret_cast<uint8_t*>(got.data()), got.size()));
    EXPECT_EQ(got, all.substr(from));
  }
  uint8_t byte = 0;
  EXPECT_FALSE(log.read(all.size(), &byte, 1));
  EXPECT_FALSE(log.error().has_value());
}

}  // namespace
}  // namespace sil::hunt
