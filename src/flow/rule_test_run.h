// `rules test`: one rule test file after the other (docs/rules/tests.md).
#pragma once

#include <string>

#include "hunt/rule_tests.h"

namespace sil::flow {

// A file that cannot be read is a failed test.
hunt::RuleTestReport run_rule_test_file(const std::string& path, const std::string& lists_folder);

}  // namespace sil::flow
