// `dump`: every event as it is, in input order, one JSON object or XML document a line.
#pragma once

#include "bytes/output.h"
#include "flow/hunt_stage.h"
#include "flow/pipeline.h"

namespace sil::flow {

struct DumpOptions {
  bool xml = false;
  EventWindow window;
};

// Errors of writing end the run; `written` holds it.
struct DumpReport {
  PipelineReport pipeline;
  Result<void> written;
};
DumpReport run_dump(const std::vector<Input>& inputs, const PipelineOptions& pipeline, const DumpOptions& options,
                    Output& output, Progress& progress);

}  // namespace sil::flow
