#include "bytes/time_zone.h"

#include <sys/stat.h>

#include <algorithm>
#include <cctype>
#include <cstdlib>
#include <ctime>

namespace sil {

bool use_time_zone(const std::string& name) {
  // A name, not a path: the C library would follow "../" and say nothing when there is no such zone.
  auto plain = [](unsigned char c) { return std::isalnum(c) || c == '/' || c == '_' || c == '-' || c == '+'; };
  if (name.empty() || name.front() == '/' || !std::all_of(name.begin(), name.end(), plain)) return false;
  struct stat found {};
  if (::stat(("/usr/share/zoneinfo/" + name).c_str(), &found) != 0 || !S_ISREG(found.st_mode)) return false;
  ::setenv("TZ", (":" + name).c_str(), 1);
  ::tzset();
  return true;
}

int minutes_east_of_utc(int64_t unix_seconds) {
  time_t when = unix_seconds;
  tm local{};
  if (!::localtime_r(&when, &local)) return 0;
  return static_cast<int>(local.tm_gmtoff / 60);
}

}  // namespace sil
