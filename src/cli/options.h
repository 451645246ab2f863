// The options that verbs share (interface.md, Common options), declared once and turned into what flow wants.
#pragma once

#include <CLI/CLI.hpp>
#include <string>
#include <vector>

#include "cli/outcome.h"
#include "flow/hunt_run.h"
#include "flow/pipeline.h"
#include "flow/rule_loading.h"

namespace sil::cli {

struct Options {
  std::vector<std::string> paths;
  // output
  std::string format, output, color = "auto", time_zone = "UTC", language = "en";
  bool quiet = false, timings = false, event = false, anomalies = false, show_secrets = false;
  // reading
  unsigned threads = 0;
  std::string as_format, password_file, max_unpacked;
  bool custody = false;
  std::string from, to, host;
  std::vector<std::string> host_zones;
  // rules
  std::vector<std::string> rules, filters, levels, statuses, tags;
  std::string lists, min_level, exclude_rules, suppress;
  bool no_cache = false, verify_cache = false, strict = false, no_value_cache = false;
  std::string fail_on;
  // cases
  std::string case_folder;
  bool force = false;
};

void add_paths(CLI::App* app, Options* options);
// `formats`: what --format of this verb takes; "" for a verb that has none.
void add_output_options(CLI::App* app, Options* options, const char* formats);
void add_display_options(CLI::App* app, Options* options);
void add_reading_options(CLI::App* app, Options* options);
void add_rule_options(CLI::App* app, Options* options);
void add_judging_options(CLI::App* app, Options* options);  // what happens to findings

// Errors: kUsage with the option's name and what it takes.
Result<flow::RuleSelection> rule_selection(const Options& options);
Result<flow::HuntStageOptions> hunt_options(const Options& options);
Result<flow::PipelineOptions> pipeline_options(const Options& options);
// `wide`: columns where the output is no terminal.
Result<report::ReportOptions> display_options(const Options& options, bool terminal, int wide);
bool use_color(const Options& options, bool terminal);
// --fail-on: exit code 1 when a finding is at or above the level.
void judge_findings(const Options& options, const std::array<uint64_t, 5>& by_level, Outcome* outcome);
// Says on standard error how many documents were refused and which files betrayed the rule cache; exit code 3 when
// nothing was loaded.
void report_rules(const flow::Rules& rules, const Options& options, Outcome* outcome);

}  // namespace sil::cli
