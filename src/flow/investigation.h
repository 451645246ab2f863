// From what the case holds to what people read: report.html in the case folder and the summary of one screen.
#pragma once

#include "casefile/case_store.h"
#include "flow/investigate.h"
#include "report/investigation.h"

namespace sil::flow {

// Fills findings, by_level and screen of `done`. `fed`: holds every finding and anomaly of every source of the case
// already, in the case's order and with the case's source numbers; then only correlations are read back. Null: all are.
Result<void> write_report(const casefile::CaseStore& store, const Investigate& task, Investigated& done,
                          report::InvestigationBuilder* fed);

}  // namespace sil::flow
