#include "report/correlation_summary.h"

#include "model/timestamp.h"
#include "report/display.h"
#include "report/escape.h"
#include "report/summary.h"

namespace sil::report {
namespace {

std::string several(const std::string& number, const char* one, const char* many) {
  return number + ' ' + (number == "1" ? one : many);
}

std::string what_fired(const CorrelationFacts& facts) {
  if (facts.type == "event_count") return several(grouped(facts.events, Language::kEnglish), "event", "events");
  if (facts.type == "value_count") return several(facts.value, "value", "values") + " of " + facts.fields;
  if (facts.type == "temporal") return several(facts.value, "rule", "rules") + " met";
  if (facts.type == "temporal_ordered") return several(facts.value, "step", "steps") + " in order";
  std::string name = facts.type == "value_sum" ? "sum" : facts.type == "value_avg" ? "average" : "quantile";
  if (facts.type == "value_median") name = "median";
  return name + " of " + facts.fields + " is " + facts.value;
}

}  // namespace

std::string shown_duration(uint64_t ticks) {
  struct Unit {
    uint64_t seconds;
    const char* name;
  };
  constexpr Unit kUnits[] = {{86400, " d"}, {3600, " h"}, {60, " min"}, {1, " s"}};
  uint64_t seconds = ticks / kTicksPerSecond;
  for (size_t i = 0; i + 1 < std::size(kUnits); ++i) {
    if (seconds < kUnits[i].seconds) continue;
    std::string out = std::to_string(seconds / kUnits[i].seconds) + kUnits[i].name;
    uint64_t rest = seconds % kUnits[i].seconds / kUnits[i + 1].seconds;
    return rest ? out + ' ' + std::to_string(rest) + kUnits[i + 1].name : out;
  }
  return std::to_string(seconds) + " s";
}

std::string summarise_correlation(const CorrelationFacts& facts) {
  std::string line = facts.title + ": " + what_fired(facts) + " in " + shown_duration(facts.last - facts.first);
  if (facts.type != "event_count")
    line += " (" + several(grouped(facts.events, Language::kEnglish), "event", "events") + ")";
  for (const auto& [field, text] : facts.group) {
    if (text != facts.host) line.append(", ").append(field).append("=").append(text);
  }
  return clipped(line, kSummaryLimit);
}

}  // namespace sil::report
