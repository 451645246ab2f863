// What a run shows on standard error: progress (a terminal, after one second), one summary line at the end, timings.
#pragma once

#include <memory>
#include <string>

#include "flow/hunt_stage.h"
#include "flow/pipeline.h"
#include "flow/rule_cache.h"

namespace sil::cli {

class RunDisplay {
 public:
  RunDisplay(const flow::Progress& progress, bool quiet);
  ~RunDisplay();  // stops and clears the progress line
  void stop();

 private:
  struct Impl;
  std::unique_ptr<Impl> impl_;
};

struct Beside {  // of findings and events, said where there are any
  uint64_t joined = 0, suppressed = 0, recovered = 0, on_recovered = 0;
};
// "3 sources, 18,204 events (and 2 recovered records), 12 findings (1 on joined script blocks), 0 anomalies, 3
// suppressed"
std::string summary_line(const flow::PipelineReport& report, uint64_t findings, bool with_findings,
                         const Beside& beside = {});
// Says that parts of script blocks were not joined, and why; nothing for 0.
void report_unjoined(uint64_t parts, bool quiet);
std::string grouped(uint64_t number);  // 18,204

struct Timings {
  double load_ms = 0, scan_ms = 0, write_ms = 0;
  flow::CacheOutcome cache;
};
// What did not count in a correlation, and why; empty when all did.
std::string uncounted_line(const hunt::MemberCounts& counts, uint64_t nested_without_field);
std::string timings_line(const Timings& timings);

class StopWatch {
 public:
  StopWatch();
  double elapsed_ms() const;

 private:
  int64_t begun_ns_;
};

}  // namespace sil::cli
