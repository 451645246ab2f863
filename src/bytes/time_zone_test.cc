#include "bytes/time_zone.h"

#include <gtest/gtest.h>

namespace sil {
namespace {

TEST(TimeZone, KnowsSummerTime) {
  if (!use_time_zone("Europe/Paris")) GTEST_SKIP() << "no tz database on this machine (package tzdata)";
  EXPECT_EQ(minutes_east_of_utc(1'705'320'000), 60);   // 2024-01-15T12:00:00Z
  EXPECT_EQ(minutes_east_of_utc(1'721'044'800), 120);  // 2024-07-15T12:00:00Z
  EXPECT_EQ(minutes_east_of_utc(1'711'846'799), 60);   // 2024-03-31T00:59:59Z, the last second of winter
  EXPECT_EQ(minutes_east_of_utc(1'711'846'800), 120);
}

TEST(TimeZone, RefusesWhatIsNoZone) {
  for (const char* name : {"", "Europe/Pariss", "/etc/localtime", "../../../etc/localtime", "Europe", ":UTC0", "a b"}) {
    EXPECT_FALSE(use_time_zone(name)) << name;
  }
}

}  // namespace
}  // namespace sil
