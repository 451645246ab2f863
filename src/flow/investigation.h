// From what the case holds to what people read: report.html in the case folder and the summary of one screen.
#pragma once

#include "casefile/case_store.h"
#include "flow/investigate.h"
#include "report/investigation.h"

namespace sil::flow {

// Fills findings, joined and by_level of `done`. `fed`: holds every finding and anomaly of every source of the case
// already, in the case's order and with the case's source numbers; then only correlations are read back. Null: all are.
Result<report::Investigation> gather_report(const casefile::CaseStore& store, const Investigate& task,
                                            Investigated& done, report::InvestigationBuilder* fed);
// Writes report.html; returns the one screen. Touches the case's database no more: may run beside other work on it.
Result<std::string> write_report(const report::Investigation& whole, const Investigate& task);

}  // namespace sil::flow
