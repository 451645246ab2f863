// From a match to a finding: identity, citation, the fields the rule read, one readable line.
// Called for matches only, so it may be slow; it is the second, independent look at the same bytes: the citation is
// resolved right after it is made and the digest is taken from the bytes it names.
#pragma once

#include "hunt/rule.h"
#include "model/event.h"
#include "model/finding.h"

namespace sil::flow {

struct FindingOptions {
  bool whole_event = false;  // --event
};

// Lifetime: the finding owns all but rule info, which the rule set keeps.
Finding build_finding(const hunt::Rule& rule, const Event& event, const FindingOptions& options);
Citation cite_event(const Event& event);

}  // namespace sil::flow
