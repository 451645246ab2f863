// `tracks`: covered tracks only, nothing else hunted, no case.
#pragma once

#include "bytes/output.h"
#include "flow/track_stage.h"
#include "report/options.h"

namespace sil::flow {

struct TracksRun {
  std::vector<Input> inputs;
  PipelineOptions pipeline;
  std::string form;  // an output form's name; not navigator
  report::ReportOptions report;
};
struct TracksReport {
  PipelineReport pipeline;
  TrackCounts counts;
  Result<void> written;
};
// Errors: kUsage for an unknown form; those of writing stand in the report.
Result<TracksReport> run_tracks(const TracksRun& run, Output& output, Progress& progress);

}  // namespace sil::flow
