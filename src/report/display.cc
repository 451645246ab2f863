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
  const char* french;  // at most four columns, as the English ones
  const char* sgr;
};
constexpr LevelLook kLooks[] = {{"info", "info", "2"},
                                {"low", "bas", "36"},
                                {"med", "moy", "33"},
                                {"high", "haut", "31"},
                                {"crit", "crit", "1;97;41"}};

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

std::string level_tag(Level level, bool color, Language language) {
  const LevelLook& look = kLooks[static_cast<size_t>(level)];
  return colored(language == Language::kFrench ? look.french : look.tag, look.sgr, color);
}

std::string colored(std::string_view text, std::string_view sgr, bool color) {
  if (!color) return std::string(text);
  return "\x1b[" + std::string(sgr) + "m" + std::string(text) + "\x1b[0m";
}

std::string grouped(uint64_t number, Language language) {
  std::string digits = std::to_string(number);
  const char* separator = language == Language::kFrench ? "\u202f" : ",";
  for (size_t at = digits.size(); at > 3;) digits.insert(at -= 3, separator);
  return digits;
}

std::string shown_size(uint64_t bytes, Language language) {
  static constexpr const char* kPrefixes[] = {"", "k", "M", "G", "T", "P", "E"};
  bool french = language == Language::kFrench;
  double size = static_cast<double>(bytes);
  size_t unit = 0;
  for (; size >= 999.5 && unit < 6; ++unit) size /= 1000;
  char buffer[32];
  int length = std::snprintf(buffer, sizeof buffer, unit && size < 99.95 ? "%.1f" : "%.0f", size);
  std::string out(buffer, static_cast<size_t>(length));
  if (size_t point = out.find('.'); french && point != std::string::npos) out[point] = ',';
  return out + (french ? "\u00a0" : " ") + kPrefixes[unit] + (french ? "o" : "B");
}

}  // namespace sil::report
