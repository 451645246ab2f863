#include "report/summary.h"

#include "report/escape.h"
#include "report/secrets.h"

namespace sil::report {

std::string summarise(const Event& event, const RuleInfo& rule, bool show_secrets) {
  std::string line = event.text("CommandLine");
  if (line.empty()) line = event.kind ? event.kind->provider + " " + std::to_string(event.kind->event_id) : rule.title;
  return clipped(show_secrets ? line : masked(line), kSummaryLimit);
}

}  // namespace sil::report
