// One part of a point in time, for the modifiers minute, hour, day, week, month, year (UTC; week is ISO
// 8601, 1..53).
#pragma once

#include <optional>
#include <string_view>

#include "hunt/rule.h"
#include "model/timestamp.h"
#include "model/value.h"

namespace sil::hunt {

// A value as a time: FILETIME and SYSTEMTIME kinds, ISO 8601 / RFC 3339 text, or a number: seconds, milli-,
// micro- or nanoseconds since 1970, or FILETIME, told apart by size. Nothing else is a time.
std::optional<Timestamp> time_of(const Value& value);
int64_t part_of(const Timestamp& time, TimePart part);

}  // namespace sil::hunt
