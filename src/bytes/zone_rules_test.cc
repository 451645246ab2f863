#include "bytes/zone_rules.h"

#include <gtest/gtest.h>

namespace sil {
namespace {

TEST(ZoneRules, OffsetsAreFixed) {
  EXPECT_EQ(ZoneRules::load("+02:00")->utc_of(7200), 0);
  EXPECT_EQ(ZoneRules::load("-0530")->utc_of(0), 19'800);
  EXPECT_EQ(ZoneRules::load("UTC")->utc_of(5), 5);
  for (const char* bad : {"", "+2", "+25:00", "../etc/passwd", "/etc/passwd", "Nowhere/City"})
    EXPECT_FALSE(ZoneRules::load(bad).has_value()) << bad;
}

// Paris, 2025: summer time from 30 March 01:00 UTC to 26 October 01:00 UTC.
TEST(ZoneRules, SummerTimeBeginsAndEnds) {
  const auto paris = ZoneRules::load("Europe/Paris");
  if (!paris) GTEST_SKIP() << "no tzdata on this machine";
  EXPECT_EQ(paris->utc_of(1'736'938'800), 1'736'938'800 - 3600);  // 15 January
  EXPECT_EQ(paris->utc_of(1'752'573'600), 1'752'573'600 - 7200);  // 15 July
  const int64_t gap = 1'743'294'600 + 3600;                       // 30 March 01:30 UTC: 02:30 was skipped
  EXPECT_EQ(paris->utc_of(gap), gap - 3600);
  const int64_t twice = 1'761'438'600 + 7200;  // 26 October 00:30 UTC is 02:30, and 01:30 UTC again
  EXPECT_EQ(paris->utc_of(twice), twice - 7200);
}

}  // namespace
}  // namespace sil
