#include "hunt/correlate_events.h"

#include "hunt/plain.h"
#include "hunt/program.h"

namespace sil::hunt {

Result<EventFirings> correlate_events(const RuleSet& set, std::span<const Event* const> events, Evaluator evaluator,
                                      const EngineLimits& limits) {
  CorrelationPlan plan(set);
  CorrelationEngine engine(plan, limits);
  MemberRecorder recorder(plan);
  std::unique_ptr<const Program> program;
  std::unique_ptr<Matcher> matcher;
  if (evaluator == Evaluator::kCompiled) {
    program = Program::compile(set.rules, {});
    matcher = std::make_unique<Matcher>(*program);
  }
  std::string entries;
  std::vector<uint32_t> matched;
  for (uint32_t i = 0; i < events.size(); ++i) {
    matched.clear();
    if (matcher) {
      auto rules = matcher->match(*events[i]);
      matched.assign(rules.begin(), rules.end());
    } else {
      for (uint32_t r = 0; r < set.rules.size(); ++r) {
        if (plain_match(set.rules[r], *events[i])) matched.push_back(r);
      }
    }
    auto cite = [&] {  // the place in the list stands for the place in a log
      Citation citation;
      citation.spans.push_back({i, 1});
      return citation;
    };
    recorder.record(matched, *events[i], cite, &entries);
  }
  SIL_TRY(engine.add(0, entries));
  SIL_TRY(engine.settle());
  EventFirings out;
  SIL_TRY(engine.for_each_firing([&](const Firing& firing) -> Result<bool> {
    EventFiring& made = out.firings.emplace_back();
    made.correlation = firing.correlation;
    const auto& names = set.correlations[firing.correlation].group_by;
    for (size_t i = 0; i < names.size() && i < firing.group.size(); ++i)
      made.group.emplace_back(names[i].name, firing.group[i]);
    made.value = number_text(firing.value);
    made.fired = firing.fired;
    made.first = firing.first;
    made.last = firing.last;
    made.update = firing.update;
    auto given = engine.for_each_member(firing, UINT64_MAX, [&](const MemberEntry& entry) -> Result<bool> {
      made.members.push_back(static_cast<uint32_t>(entry.citation.spans.front().offset));
      return true;
    });
    if (!given) return tl::unexpected(given.error());
    return true;
  }));
  out.counts = recorder.counts;
  out.nested_without_field = engine.nested_without_field();
  return out;
}

}  // namespace sil::hunt
