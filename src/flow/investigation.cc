#include "flow/investigation.h"

namespace sil::flow {

Result<void> write_report(const casefile::CaseStore& store, const Investigate& task, Investigated& done) {
  auto levels = store.findings_by_level();
  if (!levels) return tl::unexpected(levels.error());
  done.by_level = *levels;
  for (uint64_t count : done.by_level) done.findings += count;
  for (size_t i = done.by_level.size(); i-- > 0;) {
    done.screen += std::string(level_name(static_cast<Level>(i))) + ": " + std::to_string(done.by_level[i]) + "\n";
  }
  done.screen += "case: " + task.case_folder + "\n";
  return {};
}

}  // namespace sil::flow
