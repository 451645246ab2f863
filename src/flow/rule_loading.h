// From --rules, --filters, --lists and the selections on the command line to a compiled program.
// Errors: kNotFound for a path that is not there. A set without a single loaded rule is not an error here: the verbs
// decide (exit code 3).
#pragma once

#include <memory>
#include <string>
#include <vector>

#include "bytes/result.h"
#include "flow/rule_cache.h"
#include "hunt/program.h"
#include "hunt/rule.h"

namespace sil::flow {

struct RuleSelection {
  std::vector<std::string> paths;    // --rules; "builtin" adds the built-in ones; empty = built-in only
  std::vector<std::string> filters;  // --filters: more documents, loaded with the rules
  std::string exclude_file;          // --exclude-rule: one rule id a line
  hunt::LoadOptions load;
  CacheOptions cache;
};

struct LoadedSet {
  // Verdicts in bytewise path order; what could not be read (over 1 MiB) has its verdict last. Documents that were
  // loaded have one only if the cache is off: a fifteenth of the cached set, which nobody asks for.
  hunt::RuleSet set;
  CacheOutcome cache;
};
// Rule files (.yml, .yaml) and built-in rules, parsed and selected, or out of the cache.
Result<LoadedSet> load_rule_set(const RuleSelection& selection);

struct Rules {
  hunt::RuleSet set;
  CacheOutcome cache;
  std::unique_ptr<const hunt::Program> program;
  double load_ms = 0;  // for --timings only
};
Result<std::unique_ptr<Rules>> load_program(const RuleSelection& selection, const hunt::ProgramOptions& options);
// For a program about to end: taking a large set apart piece by piece costs as much as loading it from the cache.
void keep_for_good(std::unique_ptr<Rules> rules);

}  // namespace sil::flow
