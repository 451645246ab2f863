// The few lines out of an investigation that tell the story: per rule and host, the highest levels first; the
// same line on the same host is shown once, whatever the number of rules that saw it. Shown in the order of
// time.
#pragma once

#include <string>
#include <vector>

#include "report/investigation.h"

namespace sil::report {

struct Step {
  Level level = Level::kMedium;
  Timestamp time;
  std::string host, summary;
  bool recovered = false;      // on a record that its log no longer counts
  uint64_t count = 0;          // findings of the rule on this host, stated once: 0 on its further lines
  std::vector<size_t> groups;  // indexes into Investigation::groups
};

// At most `most` steps. Levels below medium are left out, unless there is nothing else. `*left_out` counts
// the steps that found no room.
std::vector<Step> key_steps(const Investigation& investigation, size_t most, size_t* left_out);

}  // namespace sil::report
