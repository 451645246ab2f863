// Correlation documents, and the aggregations of Sigma 1 that mean the same, before their rules are looked
// up.
#pragma once

#include <map>
#include <string>
#include <vector>

#include "hunt/correlation.h"
#include "hunt/detection.h"
#include "hunt/fault.h"
#include "hunt/rule.h"
#include "hunt/yaml.h"

namespace sil::hunt {

struct CorrelationDraft {
  Correlation correlation;          // members, group_by[].fields and fields[].fields are still empty
  std::vector<std::string> refers;  // ids or names, in order
  std::map<std::string, std::map<std::string, std::string>> aliases;  // alias -> rule -> field
  std::string expression;                                             // temporal: over rule names
  uint32_t line = 0, column = 0;                                      // of `rules`
  uint32_t expression_line = 0, expression_column = 0;
};

Parsed<CorrelationDraft> read_correlation(const YamlNode& root, std::vector<Lint>* lints);
// "| count(f) by g > n" with its timeframe; the fault names what cannot be translated.
Parsed<CorrelationDraft> read_aggregation(const Aggregation& aggregation, const std::string& timeframe);
// "15m" -> ticks: s m h d w, M (2,629,746 s) and y (31,556,952 s). 0: no timespan.
uint64_t parse_timespan(std::string_view text);

}  // namespace sil::hunt
