// Correlations over everything a case holds: sources of this run and of earlier ones alike. A record that several of
// them hold counts once.
#pragma once

#include "casefile/case_store.h"
#include "flow/hunt_stage.h"

namespace sil::flow {

struct CaseCorrelated {
  uint64_t outdated_sources = 0;  // read under other correlation rules: they do not take part
  uint64_t nested_without_field = 0;
  uint64_t suppressed = 0;
};

// Replaces the correlation findings of the case, each with all its citations. Temporary files lie in `folder`.
// Errors: of storage; kFormat for a damaged case.
Result<CaseCorrelated> correlate_case(casefile::CaseStore& store, const hunt::RuleSet& set,
                                      const HuntStageOptions& options, const std::string& folder);

}  // namespace sil::flow
