#include "bytes/output.h"
#include "cli/run_display.h"
#include "cli/verb.h"
#include "flow/hunt_run.h"

namespace sil::cli {
namespace {

constexpr int kWholeLines = 210;  // a table in a file or pipe: no summary is cut

void run(const Options& options, Outcome* outcome) {
  auto selection = rule_selection(options);
  if (!selection) return outcome->add(selection.error());
  flow::HuntRun hunt;
  auto stage = hunt_options(options);
  if (!stage) return outcome->add(stage.error());
  hunt.stage = *stage;
  std::vector<Error> problems;
  auto inputs = flow::expand_inputs(options.paths, &problems);
  if (!inputs) return outcome->add(inputs.error());
  auto output = Output::open(options.output);
  if (!output) return outcome->add(output.error());
  hunt.inputs = std::move(*inputs);
  auto pipeline = pipeline_options(options);
  if (!pipeline) return outcome->add(pipeline.error());
  hunt.pipeline = *pipeline;
  hunt.anomalies = options.anomalies;
  hunt.form = !options.format.empty() ? options.format : (*output)->is_terminal() ? "table" : "ndjson";
  auto report_options = display_options(options, (*output)->is_terminal(), kWholeLines);
  if (!report_options) return outcome->add(report_options.error());
  hunt.report = *report_options;
  if (!flow::is_output_form(hunt.form)) {
    return outcome->add(Exit::kUsage, "--format: expected ndjson, json, csv, table, timesketch or navigator, found '" +
                                          hunt.form + "'");
  }

  StopWatch watch;
  hunt::ProgramOptions program;
  program.value_cache = !options.no_value_cache;
  auto rules = flow::load_program(*selection, program);
  if (!rules) return outcome->add(rules.error());
  double load_ms = watch.elapsed_ms();
  report_rules(**rules, options, outcome);
  if ((*rules)->set.rules.empty()) return;

  for (const Error& problem : problems) outcome->add(Exit::kUnreadable, problem.text());
  flow::Progress progress;
  RunDisplay display(progress, options.quiet);
  auto report = flow::run_hunt(hunt, **rules, **output, progress);
  display.stop();
  if (!report) return outcome->add(report.error());
  if (!report->written) outcome->add(report->written.error());
  judge_findings(options, report->counts.by_level, outcome);
  outcome->add(report->pipeline);
  std::string uncounted = uncounted_line(report->members, report->nested_without_field);
  if (!options.quiet && !uncounted.empty()) print_error(uncounted);
  if (!options.quiet)
    print_error(
        summary_line(report->pipeline, report->counts.total, true,
                     {report->counts.joined, report->counts.suppressed, report->recovered, report->counts.recovered}));
  report_unjoined(report->counts.unjoined_parts, options.quiet);
  if (options.timings) print_error(timings_line({load_ms, watch.elapsed_ms() - load_ms, 0, (*rules)->cache}));
  flow::keep_for_good(std::move(*rules));
}

}  // namespace

std::function<void(Outcome*)> declare_hunt(CLI::App* app) {
  auto options = std::make_shared<Options>();
  add_paths(app, options.get());
  add_rule_options(app, options.get());
  add_reading_options(app, options.get());
  add_output_options(app, options.get(),
                     "table (default on a terminal), ndjson (default otherwise), json, csv, timesketch or navigator");
  add_display_options(app, options.get());
  app->add_flag("--event", options->event, "the whole event in each finding")->group("Output");
  add_judging_options(app, options.get());
  return [options](Outcome* outcome) { run(*options, outcome); };
}

}  // namespace sil::cli
