#include "ingest/line_time.h"

namespace sil::ingest {
namespace {

bool is_digit(char c) {
  return c >= '0' && c <= '9';
}

bool two(std::string_view text, size_t at, unsigned* out) {
  if (at + 2 > text.size() || !is_digit(text[at]) || !is_digit(text[at + 1])) return false;
  *out = static_cast<unsigned>(text[at] - '0') * 10 + static_cast<unsigned>(text[at + 1] - '0');
  return true;
}

bool clock(std::string_view text, size_t at, unsigned* hour, unsigned* minute, unsigned* second) {
  return two(text, at, hour) && at + 8 <= text.size() && text[at + 2] == ':' && two(text, at + 3, minute) &&
         text[at + 5] == ':' && two(text, at + 6, second) && *hour < 24 && *minute < 60 && *second < 61;
}

// ".123" or ",123": ticks of 100 ns; moves on.
unsigned fraction(std::string_view text, size_t* at, uint32_t* tick) {
  if (*at + 1 >= text.size() || (text[*at] != '.' && text[*at] != ',') || !is_digit(text[*at + 1])) return 0;
  ++*at;
  unsigned digits = 0;
  uint32_t scale = 1'000'000;
  for (; *at < text.size() && is_digit(text[*at]); ++*at, ++digits) {
    *tick += static_cast<uint32_t>(text[*at] - '0') * scale;
    scale /= 10;
  }
  return digits;
}

Precision precision_of(unsigned digits) {
  if (digits == 0) return Precision::kSecond;
  return digits <= 3 ? Precision::kMillisecond : digits <= 6 ? Precision::kMicrosecond : Precision::kTick;
}

}  // namespace

unsigned month_of(std::string_view text) {
  constexpr std::string_view kMonths = "JanFebMarAprMayJunJulAugSepOctNovDec";
  if (text.size() != 3) return 0;
  const size_t at = kMonths.find(text);
  return at == std::string_view::npos || at % 3 != 0 ? 0 : static_cast<unsigned>(at / 3) + 1;
}

size_t read_yearless(std::string_view text, YearlessTime* out) {
  *out = {};
  if (text.size() < 15 || text[3] != ' ') return 0;
  out->month = month_of(text.substr(0, 3));
  if (out->month == 0) return 0;
  size_t at = 4;
  if (text[at] == ' ') ++at;
  if (!is_digit(text[at])) return 0;
  while (at < text.size() && is_digit(text[at]) && out->day < 10) out->day = out->day * 10 + (text[at++] - '0');
  if (out->day == 0 || out->day > 31 || at >= text.size() || text[at] != ' ') return 0;
  ++at;
  if (at + 5 < text.size() && text[at + 4] == ' ' && is_digit(text[at]) && is_digit(text[at + 3])) {
    for (size_t i = 0; i < 4; ++i) out->year = out->year * 10 + (text[at + i] - '0');
    at += 5;
  }
  if (!clock(text, at, &out->hour, &out->minute, &out->second)) return 0;
  at += 8;
  out->digits = fraction(text, &at, &out->tick);
  return at;
}

Timestamp dated(const YearlessTime& time, int64_t near_year, unsigned near) {
  Timestamp out;
  CivilTime civil{time.year, time.month, time.day, time.hour, time.minute, time.second, time.tick, 0};
  const bool stated = time.year != 0;
  if (!stated) {
    if (near_year == 0) return out;
    const int months = static_cast<int>(time.month) - static_cast<int>(near / 32);
    civil.year = near_year + (months <= -7 ? 1 : months >= 7 ? -1 : 0);
  }
  out.ticks = ticks_of(civil);
  out.precision = precision_of(time.digits);
  out.zone = stated ? ZoneSource::kAssumedUtc : ZoneSource::kInferred;
  return out;
}

bool parse_month_time(std::string_view text, Timestamp* out) {
  YearlessTime time;
  const size_t length = read_yearless(text, &time);
  if (length == 0 || time.year == 0) return false;
  *out = dated(time, 0, 0);
  std::string_view zone = text.substr(length);
  while (zone.starts_with(' ')) zone.remove_prefix(1);
  if (zone.size() > 3 && (zone.starts_with("GMT") || zone.starts_with("UTC"))) zone.remove_prefix(3);
  int minutes = 0;
  if (zone == "GMT" || (!zone.empty() && parse_offset(zone, &minutes))) apply_offset(minutes, out);
  return out->known();
}

bool parse_clf_time(std::string_view text, Timestamp* out) {
  if (text.size() < 20 || text[2] != '/' || text[6] != '/' || text[11] != ':') return false;
  CivilTime civil;
  civil.month = month_of(text.substr(3, 3));
  civil.year = 0;
  for (size_t i = 7; i < 11; ++i) {
    if (!is_digit(text[i])) return false;
    civil.year = civil.year * 10 + (text[i] - '0');
  }
  if (civil.month == 0 || !two(text, 0, &civil.day) || !clock(text, 12, &civil.hour, &civil.minute, &civil.second))
    return false;
  size_t at = 20;
  const unsigned digits = fraction(text, &at, &civil.tick);
  out->ticks = ticks_of(civil);
  out->precision = precision_of(digits);
  out->zone = ZoneSource::kAssumedUtc;
  int minutes = 0;
  if (at < text.size() && text[at] == ' ' && parse_offset(text.substr(at + 1), &minutes)) apply_offset(minutes, out);
  return out->ticks != 0;
}

bool parse_plain_time(std::string_view date, std::string_view time, Timestamp* out) {
  if (date.size() != 10 || time.size() < 8) return false;
  char text[64];
  if (time.size() > 40) return false;
  size_t size = date.copy(text, 10);
  text[4] = text[7] = '-';
  if ((date[4] != '/' && date[4] != '-') || date[7] != date[4]) return false;
  text[size++] = 'T';
  size += time.copy(text + size, time.size());
  return parse_rfc3339({text, size}, out);
}

void apply_offset(int minutes, Timestamp* time) {
  if (!time->known()) return;
  const auto ticks = static_cast<int64_t>(time->ticks) - int64_t{minutes} * 60 * static_cast<int64_t>(kTicksPerSecond);
  time->ticks = static_cast<uint64_t>(ticks);
  time->zone = ZoneSource::kInRecord;
}

}  // namespace sil::ingest
