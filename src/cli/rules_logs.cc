// `rules blind P PATH...` and `rules explain ID PATH...`: rules held against logs.
#include <fmt/format.h>

#include <algorithm>

#include "bytes/text.h"
#include "cli/rules_verb.h"
#include "cli/run_display.h"
#include "flow/blind_run.h"
#include "flow/explain_run.h"

namespace sil::cli {
namespace {

std::string blind_summary(const flow::BlindReport& report, size_t rules) {
  std::array<size_t, 3> counts{};
  for (const hunt::Blind& blind : report.blind) ++counts[static_cast<size_t>(blind.reason)];
  return fmt::format("{} of {} rules could not have fired: {} no such log, {} field absent, {} audit policy; {}",
                     grouped(report.blind.size()), grouped(rules), grouped(counts[0]), grouped(counts[1]),
                     grouped(counts[2]), summary_line(report.pipeline, 0, false));
}

struct Prepared {
  flow::PipelineOptions pipeline;
  std::vector<flow::Input> inputs;
  flow::EventWindow window;
  report::ReportOptions report;
  std::unique_ptr<Output> output;
};

bool prepare(const Options& options, Prepared* out, Outcome* outcome) {
  auto stage = hunt_options(options);
  if (!stage) return outcome->add(stage.error()), false;
  out->window = stage->window;
  auto pipeline = pipeline_options(options);
  if (!pipeline) return outcome->add(pipeline.error()), false;
  out->pipeline = std::move(*pipeline);
  std::vector<Error> problems;
  auto inputs = flow::expand_inputs(options.paths, &problems);
  if (!inputs) return outcome->add(inputs.error()), false;
  out->inputs = std::move(*inputs);
  for (const Error& problem : problems) outcome->add(Exit::kUnreadable, problem.text());
  auto output = Output::open(options.output);
  if (!output) return outcome->add(output.error()), false;
  out->output = std::move(*output);
  auto display = display_options(options, out->output->is_terminal(), 100);
  if (!display) return outcome->add(display.error()), false;
  out->report = *display;
  return true;
}

// By id, caseless; a prefix that only one id has is enough. Null: said on standard error.
const hunt::Rule* find_rule(const hunt::RuleSet& set, const std::string& wanted, Outcome* outcome) {
  const hunt::Rule* found = nullptr;
  std::string id = folded(wanted);
  size_t near = 0;
  for (const hunt::Rule& rule : set.rules) {
    std::string own = folded(rule.info.id);
    if (own == id) return &rule;
    if (id.size() < 4 || !own.starts_with(id)) continue;
    found = &rule;
    ++near;
  }
  if (near == 1) return found;
  for (const hunt::Correlation& correlation : set.correlations) {
    if (folded(correlation.info.id) != id) continue;
    outcome->add(Exit::kUsage, "rule '" + wanted + "' is a correlation: explain one of the rules that it counts");
    return nullptr;
  }
  outcome->add(Exit::kUsage, near ? fmt::format("{} rules have an id that begins with '{}'", near, wanted)
                                  : "no rule with id '" + wanted + "' was loaded (see: silhouette rules list)");
  return nullptr;
}

}  // namespace

void blind_rules(const RulesOptions& options, Outcome* outcome) {
  const Options& common = options.common;
  bool navigator = common.format == "navigator";
  if (!navigator && !plain_form(common, outcome)) return;
  Options loading = common;
  loading.rules.insert(loading.rules.begin(), options.rule_path);
  auto selection = rule_selection(loading);
  if (!selection) return outcome->add(selection.error());
  StopWatch watch;
  auto loaded = flow::load_rule_set(*selection);
  if (!loaded) return outcome->add(loaded.error());
  flow::Rules rules{std::move(loaded->set), std::move(loaded->cache), nullptr, 0};
  double load_ms = watch.elapsed_ms();
  report_rules(rules, common, outcome);
  if (rules.set.rules.empty()) return;
  Prepared run;
  if (!prepare(common, &run, outcome)) return;
  flow::Progress progress;
  RunDisplay display(progress, common.quiet);
  flow::BlindReport report = flow::run_blind(run.inputs, run.pipeline, run.window, rules.set, progress);
  display.stop();
  bool objects = navigator || wants_objects(common, *run.output);
  std::string form = !objects ? "table" : common.format.empty() ? "ndjson" : common.format;
  std::string text = flow::blind_output(report, form, run.report);
  write_all(text, run.output.get(), outcome);
  outcome->add(report.pipeline);
  size_t alerting = rules.set.correlations.size();
  alerting += static_cast<size_t>(std::count_if(rules.set.rules.begin(), rules.set.rules.end(),
                                                [](const hunt::Rule& rule) { return !rule.silent; }));
  if (!common.quiet) print_error(blind_summary(report, alerting));
  if (common.timings) print_error(timings_line({load_ms, watch.elapsed_ms() - load_ms, 0, rules.cache}));
}

void explain_rule(const RulesOptions& options, Outcome* outcome) {
  const Options& common = options.common;
  if (!plain_form(common, outcome)) return;
  auto selection = rule_selection(common);
  if (!selection) return outcome->add(selection.error());
  auto set = flow::load_rule_set(*selection);
  if (!set) return outcome->add(set.error());
  if (set->set.rules.empty()) return outcome->add(Exit::kNoRules, "no rule could be loaded");
  const hunt::Rule* rule = find_rule(set->set, options.rule_id, outcome);
  if (!rule) return;
  Prepared run;
  if (!prepare(common, &run, outcome)) return;
  flow::Progress progress;
  RunDisplay display(progress, common.quiet);
  flow::ExplainOptions wanted{run.window, options.record_id, options.offset};
  flow::ExplainReport report = flow::run_explain(run.inputs, run.pipeline, wanted, *rule, progress);
  display.stop();
  std::string text = flow::explanation_output(report, wants_objects(common, *run.output), run.report);
  if (wants_objects(common, *run.output)) text = in_form(common, std::move(text));
  write_all(text, run.output.get(), outcome);
  outcome->add(report.pipeline);
  if ((options.record_id || options.offset) && !report.explanation.has_record)
    outcome->add(Exit::kUsage, "no such record in what was read");
}

}  // namespace sil::cli
