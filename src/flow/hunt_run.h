// `hunt`: findings in one output form, no case.
#pragma once

#include "bytes/output.h"
#include "flow/hunt_stage.h"
#include "flow/rule_loading.h"
#include "report/options.h"

namespace sil::flow {

struct HuntRun {
  std::vector<Input> inputs;
  PipelineOptions pipeline;
  HuntStageOptions stage;
  std::string form;  // an output form's name
  report::ReportOptions report;
  bool anomalies = false;
};

struct HuntReport {
  PipelineReport pipeline;
  FindingCounts counts;    // correlations among them
  uint64_t recovered = 0;  // records, in no count of events
  hunt::MemberCounts members;
  uint64_t nested_without_field = 0;  // firings that another correlation could not group
  Result<void> written;
};

bool is_output_form(const std::string& name);
// Errors: kUsage for an unknown form; those of writing stand in the report.
Result<HuntReport> run_hunt(const HuntRun& run, const Rules& rules, Output& output, Progress& progress);

}  // namespace sil::flow
