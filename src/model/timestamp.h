// A point in time as a log states it: 100 ns ticks since 1601-01-01 UTC (FILETIME, MS-DTYP 2.3.3), its precision,
// and where its zone came from. No float ever carries a time: a double loses the last tick.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>

namespace sil {

enum class Precision : uint8_t { kTick, kMicrosecond, kMillisecond, kSecond, kMinute, kDay };
enum class ZoneSource : uint8_t { kInRecord, kFormat, kStated, kInferred, kAssumedUtc };

struct Timestamp {
  uint64_t ticks = 0;  // 0 = the log states no time
  Precision precision = Precision::kTick;
  ZoneSource zone = ZoneSource::kFormat;

  [[nodiscard]] bool known() const { return ticks != 0; }
  auto operator<=>(const Timestamp& other) const { return ticks <=> other.ticks; }
  bool operator==(const Timestamp& other) const { return ticks == other.ticks; }
};

constexpr uint64_t kTicksPerSecond = 10'000'000;
constexpr uint64_t kUnixEpochTicks = 116'444'736'000'000'000;  // 1970-01-01 in FILETIME

struct CivilTime {  // UTC
  int64_t year = 1601;
  unsigned month = 1, day = 1, hour = 0, minute = 0, second = 0;
  uint32_t tick = 0;     // 100 ns within the second
  unsigned weekday = 1;  // 0 = Sunday
};
CivilTime civil(uint64_t ticks);
uint64_t ticks_of(const CivilTime& time);  // weekday ignored; 0 when out of range

// RFC 3339 UTC, "2023-05-24T13:12:11.1234567Z", digits as the precision says (7, 6, 3, 0).
std::string rfc3339(const Timestamp& time);
void append_rfc3339(uint64_t ticks, int digits, std::string* out);
// Accepts RFC 3339 and ISO 8601 with 0..9 fractional digits, 'T' or blank, 'Z', an offset or nothing (then UTC is
// assumed and marked). Returns false on anything else.
bool parse_rfc3339(std::string_view text, Timestamp* out);
// "UTC", "+02:00", "-0530": minutes east of UTC. Named zones are resolved by the caller.
bool parse_offset(std::string_view text, int* minutes);

}  // namespace sil
