// For tests of correlations: short events, and one run that is asked in several ways which must all agree.
#pragma once

#include <string>
#include <vector>

#include "hunt/correlate_events.h"
#include "hunt/written_event.h"

namespace sil::hunt {

// "R: a, U: bob" at a time in seconds (with fraction) after midnight of 2024-05-01.
struct ShortEvent {
  std::string seconds, fields;
};
// Rules a, b, c and d: the field R has that letter.
std::string letter_rules();
std::string correlation_document(const std::string& name, const std::string& body);

// One line a firing: "NAME GROUP=.. value V at 12 from 3 to 12 events 0,2,5" (times in seconds), in order. Runs in
// order, shuffled, with sorted runs on disk, on both evaluators; says how they differ if they do.
std::vector<std::string> trial(const std::string& documents, const std::vector<ShortEvent>& events,
                               bool equal_times = false);
EventFirings trial_firings(const std::string& documents, const std::vector<ShortEvent>& events);

}  // namespace sil::hunt
