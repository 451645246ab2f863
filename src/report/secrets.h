// Passwords that people type into command lines, masked wherever they would be shown (interface.md, What bad
// input gets). What is masked is the secret alone: the verb, the account and the target stay readable. The
// table of patterns stands in secrets.cc; docs/formats/masking.md explains it. A text without a known pattern
// comes back unchanged.
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "model/finding.h"

namespace sil::report {

constexpr std::string_view kMask = "***";

// A quick look: false says that masked() would give the text back unchanged.
bool may_hold_secret(std::string_view text);
// Masking twice gives the same text as masking once.
std::string masked(std::string_view text);
// The same inside every string of a JSON text; structure and order stay.
std::string masked_json(std::string_view json);
// The patterns by name, as docs/formats/masking.md lists them: "psexec -p", "any program /password:", "URL".
std::vector<std::string> masked_patterns();
// Summary, matched values and event.
void mask_finding(Finding* finding);

}  // namespace sil::report
