// Times as logs of lines write them. All give UTC; a time without zone is marked as assumed UTC, one without a year
// takes the year that is given and is marked as inferred.
#pragma once

#include <cstdint>
#include <string_view>

#include "model/timestamp.h"

namespace sil::ingest {

// 1..12 for "Jan".."Dec", 0 else.
unsigned month_of(std::string_view text);

// "Oct 11 22:14:15", "Oct  1 2024 22:14:15.123": length read, 0 = no such time. `year` 0: unknown, the time stays so.
struct YearlessTime {
  unsigned month = 0, day = 0, hour = 0, minute = 0, second = 0;
  int64_t year = 0;  // stated in the text
  uint32_t tick = 0;
  unsigned digits = 0;  // of the fraction
};
size_t read_yearless(std::string_view text, YearlessTime* out);
// In the year that lies nearest to `near`, a day of `near_year` (month * 32 + day); the turn of the year lies between.
Timestamp dated(const YearlessTime& time, int64_t near_year, unsigned near);

// "Oct 11 2024 22:14:15.123 UTC" (CEF, LEEF): the zone may be missing, "GMT", "-0700" or "GMT+02:00"; one that is named
// otherwise is not known and stays UTC assumed.
bool parse_month_time(std::string_view text, Timestamp* out);
// "10/Oct/2000:13:55:36.123 -0700", the zone may be missing.
bool parse_clf_time(std::string_view text, Timestamp* out);
// "2024/05/30 10:11:12" or with '-', and nothing behind; UTC assumed.
bool parse_plain_time(std::string_view date, std::string_view time, Timestamp* out);
// Minutes east of UTC taken off; the zone is then stated by the record.
void apply_offset(int minutes, Timestamp* time);

}  // namespace sil::ingest
