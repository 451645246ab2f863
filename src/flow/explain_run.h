// `rules explain`: the record to explain - the one asked for, the first match, or the nearest miss.
#pragma once

#include <optional>
#include <string>

#include "flow/hunt_stage.h"
#include "flow/pipeline.h"
#include "hunt/rule.h"
#include "model/explanation.h"
#include "report/options.h"

namespace sil::flow {

struct ExplainOptions {
  EventWindow window;
  std::optional<uint64_t> record_id;  // EventRecordID; of several, the one nearest to a match
  std::optional<uint64_t> offset;     // where the record begins in its source
};
struct ExplainReport {
  PipelineReport pipeline;
  Explanation explanation;
};
// Records of logs that the rule does not mean are passed over, unless one was asked for. Of equally near records the
// first in input order is taken, whatever the number of threads. Reading ends early once the answer is known.
ExplainReport run_explain(const std::vector<Input>& inputs, const PipelineOptions& pipeline,
                          const ExplainOptions& options, const hunt::Rule& rule, Progress& progress);
// One object and a line end, or lines for people.
std::string explanation_output(const ExplainReport& report, bool object, const report::ReportOptions& options);

}  // namespace sil::flow
