// The plain evaluator: the slow, obvious twin of Program. No index, no cache, no shared tests; it walks the rule as
// written. Tests demand equal answers from both; nothing else uses it but `rules explain` and `rules test`.
// Thread rule: stateless.
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "hunt/rule.h"
#include "model/event.h"

namespace sil::hunt {

// Does the rule's logsource apply to this event, and does its condition hold?
bool plain_match(const Rule& rule, const Event& event);
// One selection, for explaining. The logsource (renames) is the rule's.
bool plain_selection(const Rule& rule, const Selection& selection, const Event& event);
bool plain_item(const Rule& rule, const Item& item, const Event& event);
// The logsource alone, with the condition that splits one event id (registry_add on Sysmon 12).
bool plain_applies(const Rule& rule, const Event& event);
// The members of a field, by the rule's name for it; containers have no text and are left out. False: absent.
bool plain_values(const Logsource& logsource, const Event& event, std::string_view field,
                  std::vector<std::string>* values);

// Does the event have the field at all (null and empty count)?
bool has_field(const FieldSource& source, const Event& event);

// The fields that the selections which made the rule true read, with their values as the rule saw them, and the
// fields the log cannot carry. Called once per match.
void explain_match(const Rule& rule, const Event& event, std::vector<MatchedField>* matched,
                   std::vector<std::string>* missing_fields);

}  // namespace sil::hunt
