// How findings are shown. Data forms (ndjson, json, csv, timesketch) always state times in UTC; zone, colour,
// width and language are for what people read (table, report.html, the screen).
#pragma once

#include <cstdint>
#include <functional>
#include <string>

#include "model/version.h"

namespace sil::report {

enum class Language : uint8_t { kEnglish, kFrench };

struct ReportOptions {
  int zone_minutes = 0;                        // east of UTC
  std::function<int(uint64_t ticks)> zone_at;  // when set: minutes east of UTC at that time (zones with summer time)
  std::string zone_name = "UTC";
  bool color = false;
  int width = 100;  // columns of the terminal
  Language language = Language::kEnglish;
  bool show_secrets = false;  // passwords in command lines are masked unless set
  std::string version = kVersion;

  [[nodiscard]] int minutes_at(uint64_t ticks) const { return zone_at ? zone_at(ticks) : zone_minutes; }
};

}  // namespace sil::report
