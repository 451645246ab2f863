// One readable line about an event that an analyst can act on: the program or object first, then who, where
// and the telling part of the command line. Templates per (provider, event id) stand in summary_table.cc;
// everything else gets its most telling fields. Codes, SIDs and times are expanded (codes.h), passwords
// masked (secrets.h). Pure: same event, same line. Lifetime: the result owns its text. Any bytes may stand in
// the event.
#pragma once

#include <string>

#include "model/event.h"
#include "model/finding.h"

namespace sil::report {

constexpr int kSummaryLimit = 120;  // characters (scalars)

// Empty where the event says nothing of its own.
std::string summary_of(const Event& event, bool show_secrets = false);
// `rule` is used only where the event itself says nothing. Masks before it cuts, so that no half pattern
// escapes.
std::string summarise(const Event& event, const RuleInfo& rule, bool show_secrets = false);

}  // namespace sil::report
