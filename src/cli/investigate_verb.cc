#include "bytes/output.h"
#include "cli/ledger_verbs.h"
#include "cli/run_display.h"
#include "flow/investigate.h"

namespace sil::cli {
namespace {

constexpr int kScreenColumns = 120;  // where the output is no terminal

// ./NAME.case of the first path: "examples/harbor" -> "harbor.case"
std::string default_case(const std::string& path) {
  std::string name = path;
  while (name.size() > 1 && name.back() == '/') name.pop_back();
  if (auto slash = name.rfind('/'); slash != std::string::npos) name = name.substr(slash + 1);
  if (auto dot = name.find('.'); dot != std::string::npos && dot > 0) name = name.substr(0, dot);
  if (name.empty() || name == "." || name == "..") name = "silhouette";
  return name + ".case";
}

// A foreign, damaged or newer case folder is the user's choice of folder, not unreadable input.
void refuse(const Error& error, Outcome* outcome) {
  bool folder = error.code == ErrorCode::kFormat || error.code == ErrorCode::kUnsupported;
  folder ? outcome->add(Exit::kUsage, error.text()) : outcome->add(error);
}

void report_correlations(const flow::Investigated& done, bool quiet) {
  if (quiet) return;
  std::string uncounted = uncounted_line(done.members, done.correlated.nested_without_field);
  if (!uncounted.empty()) print_error(uncounted);
  if (done.correlated.outdated_sources > 0) {
    print_error("correlations: " + grouped(done.correlated.outdated_sources) +
                " sources were read under other correlation rules and take no part (--force reads them again)");
  }
}

void run(const Options& options, const CaseLogNames& names, Outcome* outcome) {
  auto selection = rule_selection(options);
  if (!selection) return outcome->add(selection.error());
  auto stage = hunt_options(options);
  if (!stage) return outcome->add(stage.error());
  std::vector<Error> problems;
  auto inputs = flow::expand_inputs(options.paths, &problems);
  if (!inputs) return outcome->add(inputs.error());
  auto display_how = display_options(options, output_is_terminal(), kScreenColumns);
  if (!display_how) return outcome->add(display_how.error());
  auto pipeline = pipeline_options(options);
  if (!pipeline) return outcome->add(pipeline.error());
  for (const Error& problem : problems) outcome->add(Exit::kUnreadable, problem.text());

  StopWatch watch;
  auto rules = flow::load_program(*selection, {});
  if (!rules) return outcome->add(rules.error());
  double load_ms = watch.elapsed_ms();
  report_rules(**rules, options, outcome);
  if ((*rules)->set.rules.empty()) return;

  flow::Investigate task;
  task.inputs = std::move(*inputs);
  task.pipeline = *pipeline;
  task.stage = *stage;
  task.report = *display_how;
  task.case_folder = options.case_folder.empty() ? default_case(options.paths.front()) : options.case_folder;
  task.force = options.force;
  if (!names.no_ledger) {
    flow::CaseLogOptions& ledger = task.ledger.emplace();
    if (!parse_level(names.claim_level, &ledger.claim_level))
      return outcome->add(Exit::kUsage, "--claim-level: expected a level, found '" + names.claim_level + "'");
    ledger.author_key = names.author_key;
    ledger.log_key = names.log_key;
    ledger.secret = names.secret;
  }
  flow::Progress progress;
  RunDisplay display(progress, options.quiet);
  auto done = flow::investigate(task, **rules, progress);
  display.stop();
  if (!done) return refuse(done.error(), outcome);
  outcome->add(done->pipeline);
  judge_findings(options, done->by_level, outcome);
  auto output = Output::open(options.output);
  if (!output) return outcome->add(output.error());
  if (auto written = (*output)->write(done->screen); !written) outcome->add(written.error());
  if (auto committed = (*output)->commit(); !committed) outcome->add(committed.error());
  report_correlations(*done, options.quiet);
  if (!options.quiet)
    print_error(summary_line(done->pipeline, done->findings, true,
                             {done->joined, done->suppressed, done->recovered, done->on_recovered}));
  report_unjoined(done->unjoined_parts, options.quiet);
  if (options.timings)
    print_error(
        timings_line({load_ms, watch.elapsed_ms() - load_ms - done->report_ms, done->report_ms, (*rules)->cache}));
  flow::keep_for_good(std::move(*rules));
}

}  // namespace

std::function<void(Outcome*)> declare_investigate(CLI::App* app) {
  auto options = std::make_shared<Options>();
  auto names = std::make_shared<CaseLogNames>();
  add_paths(app, options.get());
  app->add_option("--case", options->case_folder, "case folder (default: ./NAME.case of the first PATH)")
      ->type_name("DIR");
  app->add_flag("--force", options->force, "start the case anew");
  app->add_option("--claim-level", names->claim_level, "findings at or above it become claims in the log (high)");
  app->add_option("--author-key", names->author_key, "key file that signs entries (0600), - for standard input");
  app->add_option("--key", names->log_key, "key file that signs checkpoints (0600), - for standard input")
      ->envname("SILHOUETTE_KEY");
  app->add_flag("--no-ledger", names->no_ledger, "no log: nothing of this run is claimed, nor can be proved later");
  app->add_option("--secret", names->secret, "64 hex digits instead of a random secret (tests)");
  add_rule_options(app, options.get());
  add_reading_options(app, options.get());
  add_output_options(app, options.get(), "");
  add_display_options(app, options.get());
  add_judging_options(app, options.get());
  return [options, names](Outcome* outcome) { run(*options, *names, outcome); };
}

}  // namespace sil::cli
