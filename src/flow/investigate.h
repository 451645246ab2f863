// `investigate`: reads, hunts, and writes a case folder with case.db and report.html; one screen for the terminal.
//
// A source whose digest the case already holds is not read again; its path is recorded as a further place. One
// transaction a source: a killed run is continued by running the same command again.
#pragma once

#include <array>

#include "flow/case_correlations.h"
#include "flow/case_log.h"
#include "flow/hunt_stage.h"
#include "flow/rule_loading.h"
#include "flow/track_stage.h"
#include "report/options.h"

namespace sil::flow {

struct Investigate {
  std::vector<Input> inputs;
  PipelineOptions pipeline;  // custody is always on
  HuntStageOptions stage;
  report::ReportOptions report;
  std::string case_folder;
  bool force = false;
  std::optional<CaseLogOptions> ledger;  // none: the case gets no log
};

struct Investigated {
  PipelineReport pipeline;
  uint64_t findings = 0;               // in the whole case
  std::array<uint64_t, 5> by_level{};  // in the whole case
  uint64_t joined = 0;                 // of findings: on joined script blocks
  uint64_t on_recovered = 0;           // of findings: on recovered records
  uint64_t recovered = 0;              // of this run: records brought back, in no count of events
  uint64_t suppressed = 0;             // in this run: left out by --suppress
  uint64_t unjoined_parts = 0;         // in this run: beyond a limit
  uint64_t rules_loaded = 0;
  uint64_t known_sources = 0;  // not read again
  hunt::MemberCounts members;  // of this run's sources
  CaseCorrelated correlated;
  CaseLogged logged;
  TrackCounts tracks;  // of this run's sources
  std::string screen;  // the summary of one screen
  double report_ms = 0;
};

// Errors: kFormat when the folder is no case; kIo for storage.
Result<Investigated> investigate(const Investigate& task, const Rules& rules, Progress& progress);

}  // namespace sil::flow
