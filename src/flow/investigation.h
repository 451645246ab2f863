// From what the case holds to what people read: report.html in the case folder and the summary of one screen.
#pragma once

#include "casefile/case_store.h"
#include "flow/investigate.h"

namespace sil::flow {

// Fills findings, by_level and screen of `done`.
Result<void> write_report(const casefile::CaseStore& store, const Investigate& task, Investigated& done);

}  // namespace sil::flow
