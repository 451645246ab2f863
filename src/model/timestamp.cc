#include "model/timestamp.h"

#include <array>
#include <chrono>

namespace sil {
namespace {

using namespace std::chrono;             // calendar arithmetic only; never the clock
constexpr int64_t kEpochDays = -134774;  // 1601-01-01 in days since 1970-01-01

bool digits(std::string_view text, size_t* at, size_t count, uint64_t* out) {
  if (text.size() - *at < count) return false;
  uint64_t value = 0;
  for (size_t i = 0; i < count; ++i) {
    char c = text[*at + i];
    if (c < '0' || c > '9') return false;
    value = value * 10 + static_cast<uint64_t>(c - '0');
  }
  *at += count;
  *out = value;
  return true;
}

}  // namespace

CivilTime civil(uint64_t ticks) {
  uint64_t seconds = ticks / kTicksPerSecond;
  auto day_count = static_cast<int64_t>(seconds / 86400) + kEpochDays;
  // std::chrono::year is 16 bits; FILETIME goes to the year 60056. Shift by whole 400-year cycles (146,097 days).
  int64_t cycles = 0;
  if (day_count > 10'000'000) {
    cycles = day_count / 146097;
    day_count -= cycles * 146097;
  }
  sys_days day{days{day_count}};
  year_month_day date{day};
  auto rest = static_cast<unsigned>(seconds % 86400);
  CivilTime out;
  out.year = int{date.year()} + cycles * 400;
  out.month = unsigned{date.month()};
  out.day = unsigned{date.day()};
  out.hour = rest / 3600;
  out.minute = rest / 60 % 60;
  out.second = rest % 60;
  out.tick = static_cast<uint32_t>(ticks % kTicksPerSecond);
  out.weekday = weekday{day}.c_encoding();
  return out;
}

uint64_t ticks_of(const CivilTime& time) {
  if (time.year < 1601 || time.year > 30000) return 0;
  year_month_day date{year{static_cast<int>(time.year)}, month{time.month}, day{time.day}};
  if (!date.ok() || time.hour > 24 || time.minute > 59 || time.second > 60) return 0;
  int64_t day_count = sys_days{date}.time_since_epoch().count() - kEpochDays;
  uint64_t seconds = static_cast<uint64_t>(day_count) * 86400 + time.hour * 3600u + time.minute * 60u + time.second;
  return seconds * kTicksPerSecond + time.tick;
}

void append_rfc3339(uint64_t ticks, int digit_count, std::string* out) {
  CivilTime t = civil(ticks);
  std::array<char, 48> buffer{};
  char* at = buffer.data();
  auto put = [&](uint64_t value, int count) {
    for (int i = count - 1; i >= 0; --i, value /= 10) at[i] = static_cast<char>('0' + value % 10);
    at += count;
  };
  const auto year = static_cast<uint64_t>(t.year);  // 1601 to 60056
  put(year, year > 9999 ? 5 : 4);
  *at++ = '-';
  put(t.month, 2);
  *at++ = '-';
  put(t.day, 2);
  *at++ = 'T';
  put(t.hour, 2);
  *at++ = ':';
  put(t.minute, 2);
  *at++ = ':';
  put(t.second, 2);
  if (digit_count > 0) {
    *at++ = '.';
    char* const digits = at;
    put(t.tick, 7);
    at = digits + digit_count;
  }
  *at++ = 'Z';
  out->append(buffer.data(), static_cast<size_t>(at - buffer.data()));
}

std::string rfc3339(const Timestamp& time) {
  static constexpr int kDigits[] = {7, 6, 3, 0, 0, 0};
  std::string out;
  append_rfc3339(time.ticks, kDigits[static_cast<size_t>(time.precision)], &out);
  return out;
}

bool parse_offset(std::string_view text, int* minutes) {
  if (text == "UTC" || text == "Z" || text == "z") {
    *minutes = 0;
    return true;
  }
  if (text.size() < 3 || (text[0] != '+' && text[0] != '-')) return false;
  size_t at = 1;
  uint64_t hour = 0, minute = 0;
  if (!digits(text, &at, 2, &hour)) return false;
  if (at < text.size() && text[at] == ':') ++at;
  if (at < text.size() && !digits(text, &at, 2, &minute)) return false;
  if (at != text.size() || hour > 18 || minute > 59) return false;
  *minutes = static_cast<int>(hour * 60 + minute) * (text[0] == '-' ? -1 : 1);
  return true;
}

bool parse_rfc3339(std::string_view text, Timestamp* out) {
  size_t at = 0;
  uint64_t year = 0, month = 0, day = 0, hour = 0, minute = 0, second = 0;
  auto is = [&](char c) { return at < text.size() && text[at] == c ? (++at, true) : false; };
  if (!digits(text, &at, 4, &year) || !is('-') || !digits(text, &at, 2, &month) || !is('-') ||
      !digits(text, &at, 2, &day))
    return false;
  if (!is('T') && !is('t') && !is(' ')) return false;
  if (!digits(text, &at, 2, &hour) || !is(':') || !digits(text, &at, 2, &minute) || !is(':') ||
      !digits(text, &at, 2, &second))
    return false;
  uint32_t tick = 0;
  size_t fraction = 0;
  if (is('.') || is(',')) {
    uint32_t scale = 1'000'000;
    while (at < text.size() && text[at] >= '0' && text[at] <= '9') {
      if (fraction < 7) {
        tick += static_cast<uint32_t>(text[at] - '0') * scale;
        scale /= 10;
      }
      ++fraction;
      ++at;
    }
    if (fraction == 0 || fraction > 9) return false;
  }
  int offset = 0;
  bool zoned = at < text.size();
  if (zoned && !parse_offset(text.substr(at), &offset)) return false;
  CivilTime c{static_cast<int64_t>(year),
              static_cast<unsigned>(month),
              static_cast<unsigned>(day),
              static_cast<unsigned>(hour),
              static_cast<unsigned>(minute),
              static_cast<unsigned>(second),
              tick,
              0};
  uint64_t ticks = ticks_of(c);
  if (ticks == 0 || hour > 23) return false;
  out->ticks =
      static_cast<uint64_t>(static_cast<int64_t>(ticks) - int64_t{offset} * 60 * static_cast<int64_t>(kTicksPerSecond));
  out->precision = fraction >= 7  ? Precision::kTick
                   : fraction > 3 ? Precision::kMicrosecond
                   : fraction > 0 ? Precision::kMillisecond
                                  : Precision::kSecond;
  out->zone = zoned ? ZoneSource::kInRecord : ZoneSource::kAssumedUtc;
  return true;
}

}  // namespace sil
