// The summary that `investigate` prints: what was read, findings by level, the steps that stand out, where
// the report lies. At most 40 lines, fitted to the terminal's width, safe to print.
#pragma once

#include <string>

#include "report/investigation.h"

namespace sil::report {

std::string one_screen(const Investigation& investigation, const ReportOptions& options,
                       const std::string& report_path);

}  // namespace sil::report
