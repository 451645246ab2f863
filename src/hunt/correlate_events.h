// A rule set over a handful of events in memory, and what its correlations say: for rule tests and the conformance
// table. The same engine as on files; single rules are evaluated by the plain twin or by the compiled program.
// Thread rule: stateless.
#pragma once

#include <cstdint>
#include <span>
#include <string>
#include <utility>
#include <vector>

#include "hunt/correlation_engine.h"
#include "hunt/rule.h"
#include "model/event.h"

namespace sil::hunt {

struct EventFiring {
  uint32_t correlation = 0;  // index into RuleSet::correlations; silent ones are not given
  std::vector<std::pair<std::string, std::string>> group;  // name as group-by has it, text
  std::string value;                                       // "5", "2.5"; empty where there is none
  uint64_t fired = 0, first = 0, last = 0;                 // ticks
  uint32_t update = 0;
  std::vector<uint32_t> members;  // places in `events`, by time
  bool operator==(const EventFiring&) const = default;
};
struct EventFirings {
  std::vector<EventFiring> firings;  // by time, rule id, group
  MemberCounts counts;
  uint64_t nested_without_field = 0;
};

enum class Evaluator : uint8_t { kPlain, kCompiled };

// Each event of `events` is an event of its own, even if two are equal. Errors: kIo, kDenied of temporary files.
Result<EventFirings> correlate_events(const RuleSet& set, std::span<const Event* const> events, Evaluator evaluator,
                                      const EngineLimits& limits = {});

}  // namespace sil::hunt
