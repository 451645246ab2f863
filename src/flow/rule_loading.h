// From --rules, --filters, --lists and the selections on the command line to a compiled program.
// Errors: kNotFound for a path that is not there. A set without a single loaded rule is not an error here: the verbs
// decide (exit code 3).
#pragma once

#include <memory>
#include <string>
#include <vector>

#include "bytes/result.h"
#include "hunt/program.h"
#include "hunt/rule.h"

namespace sil::flow {

struct RuleSelection {
  std::vector<std::string> paths;    // --rules; "builtin" adds the built-in ones; empty = built-in only
  std::vector<std::string> filters;  // --filters: more documents, loaded with the rules
  std::string exclude_file;          // --exclude-rule: one rule id a line
  hunt::LoadOptions load;
};

// The texts in bytewise path order, rule files only (.yml, .yaml); a file over 1 MiB comes as a refused verdict later.
Result<std::vector<hunt::RuleText>> read_rule_texts(const RuleSelection& selection,
                                                    std::vector<hunt::Verdict>* refused);
// Parses and selects.
Result<hunt::RuleSet> load_rule_set(const RuleSelection& selection);

struct Rules {
  hunt::RuleSet set;
  std::unique_ptr<const hunt::Program> program;
  double load_ms = 0;  // for --timings only
};
Result<std::unique_ptr<Rules>> load_program(const RuleSelection& selection, const hunt::ProgramOptions& options);

}  // namespace sil::flow
