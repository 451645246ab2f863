#include "flow/rule_test_run.h"

#include "bytes/file.h"

namespace sil::flow {
namespace {

constexpr uint64_t kMaxTestFile = 16 << 20;

}  // namespace

hunt::RuleTestReport run_rule_test_file(const std::string& path, const std::string& lists_folder) {
  auto contents = read_whole(path, kMaxTestFile);
  if (contents) return hunt::run_rule_tests(path, *contents, lists_folder);
  hunt::RuleTestReport report;
  report.path = path;
  report.failures.push_back({1, contents.error().text()});
  return report;
}

}  // namespace sil::flow
