#include "flow/case_correlations.h"

#include <map>

#include "flow/correlator.h"

namespace sil::flow {

Result<CaseCorrelated> correlate_case(casefile::CaseStore& store, const hunt::RuleSet& set,
                                      const HuntStageOptions& options, const std::string& folder) {
  CaseCorrelated done;
  SIL_TRY(store.begin_correlations());
  Correlator correlator(set, folder, true);
  if (!correlator.plan()) {
    SIL_TRY(store.commit_correlations());
    return done;
  }
  const std::string plan = correlator.plan()->digest();
  auto outdated = store.sources_without_members(plan);
  if (!outdated) return tl::unexpected(outdated.error());
  done.outdated_sources = *outdated;
  std::map<std::string, uint32_t> indexes;  // a number for each source that is cited
  auto read = store.for_each_members(plan, [&](const std::string& sha256, const std::string& entries) -> Result<void> {
    auto [it, fresh] = indexes.emplace(sha256, static_cast<uint32_t>(indexes.size()));
    if (fresh) SIL_TRY(store.use_source(it->second, sha256));
    return correlator.add(it->second, entries);
  });
  SIL_TRY(read);
  auto stored = correlator.for_each_finding([&](const Finding& finding, const hunt::Firing& firing) -> Result<void> {
    if (options.suppress.holds(finding)) {
      ++done.suppressed;
      return {};
    }
    SIL_TRY(store.add_correlation(finding));
    return correlator.for_each_citation(firing, [&](const Citation& citation) { return store.add_member(citation); });
  });
  SIL_TRY(stored);
  done.nested_without_field = correlator.nested_without_field();
  SIL_TRY(store.commit_correlations());
  return done;
}

}  // namespace sil::flow
