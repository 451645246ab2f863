// report.html: one file that opens without network and without our program. Everything that comes out of a
// log is escaped; style and script are admitted by digest alone (Content-Security-Policy), so no text of a
// log can become code. Stays under 5 MB: rows give way first, then details of lower levels; totals are always
// over everything.
#pragma once

#include <string>

#include "report/investigation.h"

namespace sil::report {

constexpr size_t kHtmlLimit = 5'000'000;

std::string html_report(const Investigation& investigation, const ReportOptions& options);

}  // namespace sil::report
