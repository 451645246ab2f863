#include "hunt/time_part.h"

#include <string>

namespace sil::hunt {
namespace {

constexpr uint64_t kDay = 86400 * kTicksPerSecond;

std::optional<Timestamp> of_number(const Number& number) {
  Timestamp out;
  if (number.kind == Number::Kind::kReal) {  // seconds with a fraction; parts need no more than the whole second
    if (!(number.d >= 0 && number.d < 1e11)) return std::nullopt;
    out.ticks = kUnixEpochTicks + static_cast<uint64_t>(number.d) * kTicksPerSecond;
    return out;
  }
  if (number.kind != Number::Kind::kUnsigned) return std::nullopt;
  uint64_t n = number.u;
  if (n < 100'000'000'000)
    out.ticks = kUnixEpochTicks + n * kTicksPerSecond;  // s, to the year 5138
  else if (n < 100'000'000'000'000)
    out.ticks = kUnixEpochTicks + n * (kTicksPerSecond / 1000);  // ms
  else if (n < 100'000'000'000'000'000)
    out.ticks = kUnixEpochTicks + n * 10;  // us
  else if (n < 900'000'000'000'000'000)
    out.ticks = n;  // FILETIME, 1917..4453
  else
    out.ticks = kUnixEpochTicks + n / 100;  // ns
  return out;
}

unsigned iso_week(const Timestamp& time) {
  // The week belongs to the year of its Thursday (ISO 8601).
  uint64_t days = time.ticks / kDay;  // day 0, 1601-01-01, was a Monday
  uint64_t thursday = days - days % 7 + 3;
  CivilTime first = civil(thursday * kDay);
  CivilTime january;
  january.year = first.year;
  uint64_t new_year = ticks_of(january) / kDay;
  return static_cast<unsigned>((thursday - new_year) / 7 + 1);
}

}  // namespace

std::optional<Timestamp> time_of(const Value& value) {
  Number number =
      value.kind == ValueKind::kFileTime || value.kind == ValueKind::kSystemTime ? Number{} : number_of(value);
  if (number.kind != Number::Kind::kNone) return of_number(number);
  if (value.is_array() || value.kind == ValueKind::kJsonObject || value.size > 256) return std::nullopt;
  std::string text;
  append_text(value, &text);
  Timestamp out;
  if (!parse_rfc3339(text, &out)) return std::nullopt;
  return out;
}

int64_t part_of(const Timestamp& time, TimePart part) {
  CivilTime c = civil(time.ticks);
  switch (part) {
    case TimePart::kMinute: return c.minute;
    case TimePart::kHour: return c.hour;
    case TimePart::kDay: return c.day;
    case TimePart::kWeek: return iso_week(time);
    case TimePart::kMonth: return c.month;
    case TimePart::kYear: return c.year;
  }
  return 0;
}

}  // namespace sil::hunt
