#include "report/display.h"

#include <cstdio>

namespace sil::report {
namespace {

uint64_t local_ticks(uint64_t ticks, const ReportOptions& options) {
  int64_t shift = int64_t{options.minutes_at(ticks)} * 60 * static_cast<int64_t>(kTicksPerSecond);
  if (shift < 0 && static_cast<uint64_t>(-shift) > ticks) return 0;
  return ticks + static_cast<uint64_t>(shift);
}

struct LevelLook {
  const char* tag;
  const char* sgr;
};
constexpr LevelLook kLooks[] = {{"info", "2"}, {"low", "36"}, {"med", "33"}, {"high", "31"}, {"crit", "1;97;41"}};

}  // namespace

std::string shown_time(const Timestamp& time, const ReportOptions& options, int digits) {
  if (!time.known()) return "no time";
  std::string text;
  append_rfc3339(local_ticks(time.ticks, options), digits, &text);
  if (!text.empty() && text.back() == 'Z') text.pop_back();
  if (size_t mark = text.find('T'); mark != std::string::npos) text[mark] = ' ';
  return text;
}

std::string shown_day(uint64_t ticks, const ReportOptions& options) {
  std::string text;
  append_rfc3339(local_ticks(ticks, options), 0, &text);
  return text.substr(0, text.find('T'));
}

std::string level_tag(Level level, bool color) {
  const LevelLook& look = kLooks[static_cast<size_t>(level)];
  return colored(look.tag, look.sgr, color);
}

std::string colored(std::string_view text, std::string_view sgr, bool color) {
  if (!color) return std::string(text);
  return "\x1b[" + std::string(sgr) + "m" + std::string(text) + "\x1b[0m";
}

std::string grouped(uint64_t number) {
  std::string digits = std::to_string(number);
  for (size_t at = digits.size(); at > 3;) digits.insert(at -= 3, ",");
  return digits;
}

std::string shown_size(uint64_t bytes) {
  static constexpr const char* kUnits[] = {"B", "kB", "MB", "GB", "TB", "PB", "EB"};
  double size = static_cast<double>(bytes);
  size_t unit = 0;
  for (; size >= 999.5 && unit < 6; ++unit) size /= 1000;
  char buffer[32];
  std::snprintf(buffer, sizeof buffer, unit && size < 99.95 ? "%.1f %s" : "%.0f %s", size, kUnits[unit]);
  return buffer;
}

}  // namespace sil::report
