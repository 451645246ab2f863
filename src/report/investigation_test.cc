#include "report/investigation.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <numeric>

#include "report/one_screen.h"
#include "report/steps.h"
#include "report/texts.h"

namespace sil::report {
namespace {

using testing::HasSubstr;
using testing::Not;

RuleInfo rule(const std::string& id, Level level) {
  RuleInfo info;
  info.id = id;
  info.title = "Title of " + id;
  info.level = level;
  return info;
}

Finding finding(const RuleInfo* info, const char* time, const std::string& host, const std::string& summary) {
  Finding out;
  out.rule = info;
  if (*time) parse_rfc3339(time, &out.time);
  out.host = host;
  out.summary = summary;
  return out;
}

uint64_t drawn(const Histogram::View& view) {
  uint64_t sum = 0;
  for (const Histogram::Bar& bar : view.bars) sum = std::accumulate(bar.by_level.begin(), bar.by_level.end(), sum);
  return sum;
}

TEST(Histogram, CountsEveryFindingInFewBars) {
  Histogram histogram;
  Timestamp time;
  for (uint64_t i = 0; i < 20000; ++i) {
    time.ticks = 133'300'000'000'000'000 + i * 60 * kTicksPerSecond;
    histogram.add(time, Level::kHigh);
  }
  auto view = histogram.view(120);
  EXPECT_LE(view.bars.size(), 120u);
  EXPECT_GE(view.bars.size(), 40u);
  EXPECT_EQ(drawn(view), 20000u);
}

TEST(Histogram, StrayTimesDoNotSqueezeThePicture) {
  Histogram histogram;
  Timestamp time;
  for (uint64_t i = 0; i < 1000; ++i) {
    time.ticks = 133'300'000'000'000'000 + i * 600 * kTicksPerSecond;
    histogram.add(time, Level::kLow);
  }
  time.ticks = 5;
  histogram.add(time, Level::kLow);
  time.ticks = ~uint64_t{0};
  histogram.add(time, Level::kCritical);
  histogram.add({}, Level::kLow);
  auto view = histogram.view(120);
  EXPECT_GE(view.bars.size(), 10u);
  EXPECT_LE(view.bars.size(), 120u);
  EXPECT_EQ(view.before, 1u);
  EXPECT_EQ(view.after, 1u);
  EXPECT_EQ(view.timeless, 1u);
  EXPECT_EQ(drawn(view), 1000u);
  EXPECT_TRUE(Histogram().view(120).bars.empty());
}

TEST(Investigation, GroupsByRuleAndHostWithFirstLastAndCount) {
  RuleInfo high = rule("h", Level::kHigh), low = rule("l", Level::kLow);
  InvestigationBuilder builder;
  builder.add(finding(&low, "2023-05-24T10:00:00Z", "A", "whoami.exe"));
  builder.add(finding(&high, "2023-05-24T12:00:00Z", "A", "ntdsutil.exe b"));
  builder.add(finding(&high, "2023-05-24T11:00:00Z", "A", "ntdsutil.exe a"));
  builder.add(finding(&high, "", "B", "netsh.exe"));
  Investigation made = builder.finish();
  ASSERT_EQ(made.groups.size(), 2u);
  const RuleGroup& group = made.groups[0];
  EXPECT_EQ(group.rule->id, "h");
  EXPECT_EQ(group.count, 3u);
  EXPECT_EQ(group.hosts.at("A").count, 2u);
  EXPECT_EQ(rfc3339(group.hosts.at("A").first), "2023-05-24T11:00:00Z");
  EXPECT_EQ(rfc3339(group.hosts.at("A").last), "2023-05-24T12:00:00Z");
  ASSERT_EQ(group.hosts.at("A").samples.size(), 1u);  // one a program, the earliest
  EXPECT_EQ(group.hosts.at("A").samples[0].summary, "ntdsutil.exe a");
  EXPECT_FALSE(group.hosts.at("B").first.known());
  EXPECT_EQ(made.by_level, (LevelCounts{0, 1, 0, 3, 0}));
}

TEST(Steps, HighestLevelsComeInTheOrderOfTimeAndOnce) {
  RuleInfo critical = rule("c", Level::kCritical), high = rule("h", Level::kHigh), medium = rule("m", Level::kMedium),
           low = rule("l", Level::kLow);
  InvestigationBuilder builder;
  builder.add(finding(&high, "2023-05-24T12:00:00Z", "A", "ntdsutil.exe ifm"));
  builder.add(finding(&critical, "2023-05-24T12:00:00Z", "A", "ntdsutil.exe ifm"));  // two rules, one event
  builder.add(finding(&high, "2023-05-24T09:00:00Z", "B", "netsh.exe portproxy"));
  for (int i = 0; i < 50; ++i)
    builder.add(finding(&medium, "2023-05-24T08:00:00Z", "H" + std::to_string(i), "noise.exe"));
  for (int i = 0; i < 50; ++i) builder.add(finding(&low, "2023-05-24T07:00:00Z", "A", "whoami.exe"));
  Investigation made = builder.finish();
  size_t left = 0;
  auto steps = key_steps(made, 3, &left);
  ASSERT_EQ(steps.size(), 3u);
  EXPECT_EQ(left, 49u);
  EXPECT_EQ(steps[0].summary, "noise.exe");
  EXPECT_EQ(steps[1].summary, "netsh.exe portproxy");
  EXPECT_EQ(steps[2].summary, "ntdsutil.exe ifm");
  EXPECT_EQ(steps[2].level, Level::kCritical);
  EXPECT_EQ(steps[2].groups.size(), 2u);
}

TEST(Steps, WithoutHigherLevelsTheLowerOnesAreShown) {
  RuleInfo low = rule("l", Level::kLow);
  InvestigationBuilder builder;
  builder.add(finding(&low, "2023-05-24T07:00:00Z", "A", "whoami.exe"));
  size_t left = 0;
  EXPECT_EQ(key_steps(builder.finish(), 5, &left).size(), 1u);
}

TEST(OneScreen, FitsOnOneScreenAndNamesTheSteps) {
  RuleInfo high = rule("h", Level::kHigh), low = rule("l", Level::kInformational);
  InvestigationBuilder builder;
  Source source;
  source.path = "x.evtx";
  source.size = 12'345'678;
  source.events = 20'114;
  builder.add_source(source, {});
  for (int i = 0; i < 100; ++i) {
    builder.add(finding(&high, "2023-05-24T12:00:00Z", "HOST" + std::to_string(i) + ".harbor.example",
                        "ntdsutil.exe \x1b[31m " + std::string(100, 'y')));
  }
  builder.add(finding(&low, "2023-05-24T12:00:00Z", "A", "whoami.exe"));
  builder.add(0, Anomaly{AnomalyKind::kChecksum, Level::kLow, {}, "", "", ""});
  builder.partial().rules_loaded = 20;
  Investigation made = builder.finish();
  for (int width : {60, 80, 100, 160}) {
    ReportOptions options;
    options.width = width;
    std::string screen = one_screen(made, options, "x.case/report.html");
    EXPECT_LE(std::count(screen.begin(), screen.end(), '\n'), 40);
    for (const char* part :
         {"20,114 events", "12.3 MB", "100 high", "1 checksum", "ntdsutil.exe", "72 more in the report",
          "1 of lower levels, counted only", "x.case/report.html", "rules loaded: 20"}) {
      EXPECT_THAT(screen, HasSubstr(part));
    }
    EXPECT_THAT(screen, Not(HasSubstr("\x1b")));
    EXPECT_THAT(screen, Not(HasSubstr("whoami")));
    EXPECT_THAT(screen, HasSubstr("\n  2023-05-24\n    12:00:00  high  "));  // the day once
    size_t steps = 0;
    for (size_t at = 0; at < screen.size();) {
      size_t end = screen.find('\n', at);
      bool step = screen.compare(at, 6, "    12") == 0;
      steps += step;
      EXPECT_LE(step ? end - at : 0, static_cast<size_t>(width));
      at = end + 1;
    }
    EXPECT_EQ(steps, 28u);
  }
  ReportOptions french;
  french.language = Language::kFrench;
  french.color = true;
  std::string screen = one_screen(made, french, "r");
  EXPECT_THAT(screen, HasSubstr("1 information"));
  EXPECT_THAT(screen, HasSubstr("1 somme de contr\u00f4le est fausse\n"));
  EXPECT_THAT(screen, HasSubstr("\x1b[31mhaut\x1b[0m"));
}

TEST(OneScreen, DamageIsASentenceInBothLanguages) {
  for (int i = 0; i <= static_cast<int>(AnomalyKind::kContainer); ++i) {
    const std::string name = anomaly_name(static_cast<AnomalyKind>(i));
    for (Language language : {Language::kEnglish, Language::kFrench}) {
      const std::string one = anomaly_sentence(name, 1, language), two = anomaly_sentence(name, 2, language);
      EXPECT_TRUE(one.starts_with("1 ") && two.starts_with("2 "));
      EXPECT_NE(one.substr(2), two.substr(2)) << name << " counts";
      EXPECT_NE(one.substr(2), anomaly_word(name, language)) << name << " is a word, no sentence";
    }
    EXPECT_NE(anomaly_sentence(name, 2, Language::kFrench), anomaly_sentence(name, 2, Language::kEnglish));
  }
  EXPECT_EQ(anomaly_sentence("closure", 0, Language::kFrench), "0 structure ne finit pas o\u00f9 elle le dit");
}

TEST(OneScreen, StepsOfManyDaysBearTheirDates) {
  RuleInfo high = rule("h", Level::kHigh);
  InvestigationBuilder builder;
  builder.add(finding(&high, "2023-05-01T12:00:00Z", "A", "x01"));
  builder.add(finding(&high, "2023-05-02T12:00:00Z", "A", "x02"));
  std::string screen = one_screen(builder.finish(), {}, "r");
  EXPECT_THAT(screen, HasSubstr("  2023-05-01 12:00:00  high  A     x01  x2\n"));  // the rule's count, once
  EXPECT_THAT(screen, HasSubstr("  2023-05-02 12:00:00  high  A     x02\n"));
}

TEST(OneScreen, SaysThatNothingFoundIsNoProof) {
  EXPECT_THAT(one_screen(InvestigationBuilder().finish(), {}, "r"), HasSubstr("no proof of absence"));
}

}  // namespace
}  // namespace sil::report
