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
std::string level_tag(Level level, bool color, Language language);
std::string colored(std::string_view text, std::string_view sgr, bool color);

// 1,234,567 and "12.3 MB"; in French 1 234 567 (narrow no-break spaces) and "12,3 Mo".
std::string grouped(uint64_t number, Language language);
std::string shown_size(uint64_t bytes, Language language);

}  // namespace sil::report
