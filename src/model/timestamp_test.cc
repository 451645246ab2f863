#include "model/timestamp.h"

#include <gtest/gtest.h>

namespace sil {
namespace {

TEST(Timestamp, KeepsTheLastTick) {
  Timestamp t;
  ASSERT_TRUE(parse_rfc3339("2023-05-24T13:12:11.1234567Z", &t));
  EXPECT_EQ(rfc3339(t), "2023-05-24T13:12:11.1234567Z");
  EXPECT_EQ(t.zone, ZoneSource::kInRecord);
  EXPECT_EQ(t.ticks, 133294075311234567u);
}

TEST(Timestamp, OffsetsAndMissingZone) {
  Timestamp t, u;
  ASSERT_TRUE(parse_rfc3339("2024-02-29 23:30:00+02:30", &t));
  EXPECT_EQ(rfc3339(t), "2024-02-29T21:00:00Z");
  ASSERT_TRUE(parse_rfc3339("2024-02-29T21:00:00", &u));
  EXPECT_EQ(u.zone, ZoneSource::kAssumedUtc);
  EXPECT_EQ(t.ticks, u.ticks);
  EXPECT_FALSE(parse_rfc3339("2023-02-29T00:00:00Z", &t));
  EXPECT_FALSE(parse_rfc3339("2023-02-28T24:00:00Z", &t));
  EXPECT_FALSE(parse_rfc3339("2023-02-28T00:00:00.Z", &t));
}

TEST(Timestamp, EdgesOfFileTime) {
  std::string out;
  append_rfc3339(0, 7, &out);
  EXPECT_EQ(out, "1601-01-01T00:00:00.0000000Z");
  out.clear();
  append_rfc3339(~uint64_t{0}, 7, &out);  // beyond the year 9999 it must still be a defined text
  EXPECT_EQ(out, "60056-05-28T05:36:10.9551615Z");
}

TEST(Timestamp, CivilRoundTrip) {
  for (uint64_t ticks = kTicksPerSecond; ticks < 200'000'000'000'000'000u; ticks += 86'399'777'777'333u) {
    EXPECT_EQ(ticks_of(civil(ticks)), ticks);
  }
}

}  // namespace
}  // namespace sil
