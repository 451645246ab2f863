// Rule tests: a file that names a rule, events it must match and events it must not; for a correlation, sequences of
// events (docs/rules/tests.md).
// Both evaluators are asked; where they differ the test fails, whatever it expected.
// Thread rule: stateless.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

namespace sil::hunt {

struct RuleTestFailure {
  uint32_t line = 0;  // of the event in the test file
  std::string text;
};
struct RuleTestReport {
  std::string path, rule_path, rule_id;
  uint32_t passed = 0;
  std::vector<RuleTestFailure> failures;  // damage of the test file or a refused rule is a failure too
  [[nodiscard]] bool ok() const { return failures.empty(); }
};

// `path` is the test file (its `rule:` is relative to its folder), `text` its contents.
RuleTestReport run_rule_tests(const std::string& path, std::string_view text, const std::string& lists_folder);

}  // namespace sil::hunt
