// The walk back from a finding to bytes (house.md): claim, citation, deposit, record, value, rule. A disclosure is made
// from case, log and source, then checked by the same code that a stranger's copy is checked with.
//
// Errors: what keeps the walk from beginning; everything else is a step that does not hold. Thread rule: one thread.
#pragma once

#include <set>

#include "flow/rule_loading.h"
#include "ledger/disclosure.h"

namespace sil::flow {

struct ProveOptions {
  std::string case_folder, finding;  // the finding's id, or a prefix that only one has
  std::string source;                // --source: where the file lies now; empty: where it was read
  std::string policy;                // --policy: file; empty = witnesses are not asked about
  std::set<std::string> withhold;    // names of fields
  bool withhold_bytes = false;
  RuleSelection rules;
  bool rules_given = false;
};
struct Proven {
  ledger::Steps steps;
  std::string disclosure;  // JSON, canonical, with a line end
  uint64_t claim = 0;
};
Result<Proven> prove_finding(const ProveOptions& options);

struct ProveEntryOptions {
  std::string disclosure, vkey, policy;  // files
  uint64_t claim = 0;
};
Result<ledger::Steps> prove_entry(const ProveEntryOptions& options);
std::string line_of(const ledger::Step& step);
std::string first_failure(const ledger::Steps& steps);  // empty: all holds

}  // namespace sil::flow
