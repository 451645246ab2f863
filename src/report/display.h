// Times and levels as people read them.
#pragma once

#include <string>

#include "model/evidence.h"
#include "report/options.h"

namespace sil::report {

// "2023-05-24 13:12:11.123" in the display zone; "no time" when the log states none.
std::string shown_time(const Timestamp& time, const ReportOptions& options, int digits = 3);
std::string shown_day(uint64_t ticks, const ReportOptions& options);  // "2023-05-24"

// "crit", "high", "med", "low", "info"; with colour codes when `color`. Colour is never the only sign.
std::string level_tag(Level level, bool color);
std::string colored(std::string_view text, std::string_view sgr, bool color);

std::string grouped(uint64_t number);    // 1,234,567
std::string shown_size(uint64_t bytes);  // "12.3 MB"

}  // namespace sil::report
