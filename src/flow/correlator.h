// The correlations of a run: takes what the workers remembered, gives findings once everything was read.
// Thread rule: one thread. Lifetime: the rule set must outlive it. Errors: of temporary files.
#pragma once

#include <functional>
#include <memory>
#include <string>

#include "hunt/correlation_engine.h"
#include "model/finding.h"

namespace sil::flow {

constexpr uint64_t kPrintedMembers = 1000;  // citations printed of one finding (interface.md); a case keeps all

class Correlator {
 public:
  // `folder` for temporary files; empty: the system's. `one_fact`: copies of a record in several sources count once.
  Correlator(const hunt::RuleSet& set, const std::string& folder, bool one_fact = false);
  ~Correlator();
  // Null where the set has no correlations.
  [[nodiscard]] const hunt::CorrelationPlan* plan() const { return plan_.empty() ? nullptr : &plan_; }
  Result<void> add(uint32_t source, std::string_view entries);
  using Visit = std::function<Result<void>(const Finding&, const hunt::Firing&)>;
  // By time; each with its first kPrintedMembers citations and citations_total where there are more.
  Result<void> for_each_finding(const Visit& visit);
  Result<void> for_each_citation(const hunt::Firing& firing, const std::function<Result<void>(const Citation&)>& visit);
  [[nodiscard]] uint64_t nested_without_field() const { return engine_.nested_without_field(); }

 private:
  Result<Finding> build(const hunt::Firing& firing);
  const hunt::RuleSet& set_;
  hunt::CorrelationPlan plan_;
  hunt::CorrelationEngine engine_;
};

}  // namespace sil::flow
