// What a time zone's clocks showed: a fixed offset, or the machine's tz database (TZif, RFC 8536) without touching the
// process's own zone. Thread rule: immutable once loaded.
#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "bytes/result.h"

namespace sil {

class ZoneRules {
 public:
  // "+02:00", "UTC", or a name such as "Europe/Paris". Errors: kUsage for what is neither.
  static Result<ZoneRules> load(const std::string& name);
  // UTC for a time on the wall, both in seconds since 1970. A time that the clocks showed twice is the first one; one
  // that they skipped is read with the offset before the gap.
  [[nodiscard]] int64_t utc_of(int64_t local) const;

 private:
  struct Step {
    int64_t from;  // UTC
    int32_t offset;
  };
  [[nodiscard]] int32_t offset_at(int64_t utc) const;
  std::vector<Step> steps_;
  int32_t first_ = 0;  // before all steps
};

}  // namespace sil
