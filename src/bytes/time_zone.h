// Named time zones, for display only: what the machine's tz database says about "Europe/Paris".
// The zone is a setting of the process (TZ of POSIX); set it once, before threads start. Reading is thread-safe.
#pragma once

#include <cstdint>
#include <string>

namespace sil {

// False when the machine does not know the name; nothing is changed then.
bool use_time_zone(const std::string& name);
// Minutes east of UTC at that time in the zone in use, summer time included.
int minutes_east_of_utc(int64_t unix_seconds);

}  // namespace sil
