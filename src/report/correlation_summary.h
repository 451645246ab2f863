// One readable line about a correlation that fired. Pure. Passwords in group values are masked where the line is shown.
#pragma once

#include <cstdint>
#include <string>
#include <utility>
#include <vector>

namespace sil::report {

struct CorrelationFacts {
  std::string title;   // of the rule
  std::string type;    // Sigma's word: "event_count"
  std::string value;   // as text; empty for none
  std::string fields;  // what is counted or added up: "Image"
  uint64_t events = 0, first = 0, last = 0;
  std::string host;  // shown beside the line: a group value that says the same is left out
  std::vector<std::pair<std::string, std::string>> group;
};

// "Many programs: 7 values of Image in 4 min 10 s (9 events), Computer=dc01"; at most kSummaryLimit characters.
std::string summarise_correlation(const CorrelationFacts& facts);
// "55 s", "4 min 10 s", "3 h 2 min", "12 d 4 h"; what is smaller than a second is "0 s".
std::string shown_duration(uint64_t ticks);

}  // namespace sil::report
