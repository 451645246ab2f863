#include "report/correlation_summary.h"

#include <gtest/gtest.h>

#include "model/timestamp.h"

namespace sil::report {
namespace {

CorrelationFacts facts(const std::string& type, const std::string& value, uint64_t events) {
  CorrelationFacts out;
  out.title = "Title";
  out.type = type;
  out.value = value;
  out.fields = "V";
  out.events = events;
  out.first = kTicksPerSecond;
  out.last = 251 * kTicksPerSecond;
  return out;
}

TEST(CorrelationSummary, SaysWhatFiredInEachType) {
  const std::pair<CorrelationFacts, std::string> kLines[] = {
      {facts("event_count", "1", 1), "Title: 1 event in 4 min 10 s"},
      {facts("event_count", "1200", 1200), "Title: 1,200 events in 4 min 10 s"},
      {facts("value_count", "7", 9), "Title: 7 values of V in 4 min 10 s (9 events)"},
      {facts("temporal", "2", 2), "Title: 2 rules met in 4 min 10 s (2 events)"},
      {facts("temporal_ordered", "3", 3), "Title: 3 steps in order in 4 min 10 s (3 events)"},
      {facts("value_sum", "10.5", 3), "Title: sum of V is 10.5 in 4 min 10 s (3 events)"},
      {facts("value_avg", "3", 3), "Title: average of V is 3 in 4 min 10 s (3 events)"},
      {facts("value_percentile", "3", 3), "Title: quantile of V is 3 in 4 min 10 s (3 events)"},
      {facts("value_median", "3", 3), "Title: median of V is 3 in 4 min 10 s (3 events)"},
  };
  for (const auto& [made, line] : kLines) EXPECT_EQ(summarise_correlation(made), line);
}

TEST(CorrelationSummary, GroupStandsBehindUnlessItIsTheHost) {
  CorrelationFacts made = facts("event_count", "2", 2);
  made.host = "dc1";
  made.group = {{"Computer", "dc1"}, {"User", "bob"}};
  EXPECT_EQ(summarise_correlation(made), "Title: 2 events in 4 min 10 s, User=bob");
  made.group.emplace_back("CommandLine", std::string(500, 'x'));
  EXPECT_EQ(summarise_correlation(made).size(), 120u);
}

TEST(CorrelationSummary, DurationsHaveTwoUnits) {
  auto shown = [](uint64_t seconds) { return shown_duration(seconds * kTicksPerSecond); };
  EXPECT_EQ(shown(0), "0 s");
  EXPECT_EQ(shown(59), "59 s");
  EXPECT_EQ(shown(60), "1 min");
  EXPECT_EQ(shown(3661), "1 h 1 min");
  EXPECT_EQ(shown(90000), "1 d 1 h");
  EXPECT_EQ(shown_duration(9'999'999), "0 s");
}

}  // namespace
}  // namespace sil::report
