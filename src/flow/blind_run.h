// `rules blind`: one pass over the logs that counts kinds and fields, then the reasoning of hunt/blind.h.
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "flow/hunt_stage.h"
#include "flow/pipeline.h"
#include "hunt/blind.h"
#include "report/options.h"

namespace sil::flow {

struct BlindReport {
  PipelineReport pipeline;
  std::vector<hunt::Blind> blind;
};
// Lifetime: the report views the rules of `set`.
BlindReport run_blind(const std::vector<Input>& inputs, const PipelineOptions& pipeline, const EventWindow& window,
                      const hunt::RuleSet& set, Progress& progress);
// The report in an output form: ndjson, json, navigator, or table (two lines a rule).
std::string blind_output(const BlindReport& report, std::string_view form, const report::ReportOptions& options);

}  // namespace sil::flow
