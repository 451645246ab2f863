#include "hunt/time_part.h"

#include <gtest/gtest.h>

namespace sil::hunt {
namespace {

int64_t part(std::string_view text, TimePart which) {
  auto time = time_of(utf8_value(text));
  return time ? part_of(*time, which) : -1;
}

TEST(TimePart, PartsOfAnIsoTime) {
  const char* t = "2024-02-29T23:05:07.123Z";
  EXPECT_EQ(part(t, TimePart::kMinute), 5);
  EXPECT_EQ(part(t, TimePart::kHour), 23);
  EXPECT_EQ(part(t, TimePart::kDay), 29);
  EXPECT_EQ(part(t, TimePart::kMonth), 2);
  EXPECT_EQ(part(t, TimePart::kYear), 2024);
  EXPECT_EQ(part("2024-02-29T23:05:07+02:00", TimePart::kHour), 21);
}

TEST(TimePart, IsoWeekBelongsToTheYearOfItsThursday) {
  EXPECT_EQ(part("2021-01-03T00:00:00Z", TimePart::kWeek), 53);
  EXPECT_EQ(part("2021-01-04T00:00:00Z", TimePart::kWeek), 1);
  EXPECT_EQ(part("2024-12-30T00:00:00Z", TimePart::kWeek), 1);
  EXPECT_EQ(part("2020-12-31T00:00:00Z", TimePart::kWeek), 53);
  EXPECT_EQ(part("2024-12-29T23:59:59Z", TimePart::kWeek), 52);
}

TEST(TimePart, NumbersAreToldApartBySize) {
  // 2023-11-14T22:13:20Z
  for (const char* text : {"1700000000", "1700000000000", "1700000000000000", "1700000000000000000",
                           "133444736000000000", "1700000000.5"}) {
    EXPECT_EQ(part(text, TimePart::kHour), 22) << text;
    EXPECT_EQ(part(text, TimePart::kMinute), 13) << text;
    EXPECT_EQ(part(text, TimePart::kYear), 2023) << text;
  }
}

TEST(TimePart, NoTime) {
  for (const char* text : {"", "-", "yesterday", "-5", "12:30"}) EXPECT_EQ(part(text, TimePart::kHour), -1) << text;
}

TEST(TimePart, FileTimeKind) {
  uint64_t ticks = 133444736000000000;
  Value value{reinterpret_cast<const uint8_t*>(&ticks), 8, ValueKind::kFileTime, ValueKind::kAbsent};
  auto time = time_of(value);
  ASSERT_TRUE(time);
  EXPECT_EQ(part_of(*time, TimePart::kHour), 22);
}

}  // namespace
}  // namespace sil::hunt
