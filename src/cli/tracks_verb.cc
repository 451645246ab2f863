#include "bytes/output.h"
#include "cli/run_display.h"
#include "cli/verb.h"
#include "flow/tracks_run.h"

namespace sil::cli {
namespace {

constexpr int kWholeLines = 230;  // a table in a file or pipe: no summary is cut

std::string counted(const flow::TracksReport& report) {
  const flow::TrackCounts& counts = report.counts;
  return grouped(report.pipeline.sources.size()) + (report.pipeline.sources.size() == 1 ? " source, " : " sources, ") +
         grouped(report.pipeline.events) + " events, " + grouped(counts.alarms()) + " tracks (" +
         grouped(counts.by_class[0]) + " contradictions, " + grouped(counts.by_class[1]) + " losses, " +
         grouped(counts.by_class[2]) + " changes; " + grouped(counts.by_class[3]) + " of context), " +
         grouped(counts.recovered) + " records recovered, " + grouped(report.pipeline.anomalies) + " anomalies";
}

void run(const Options& options, Outcome* outcome) {
  std::vector<Error> problems;
  auto inputs = flow::expand_inputs(options.paths, &problems);
  if (!inputs) return outcome->add(inputs.error());
  auto output = Output::open(options.output);
  if (!output) return outcome->add(output.error());
  flow::TracksRun task;
  task.inputs = std::move(*inputs);
  auto pipeline = pipeline_options(options);
  if (!pipeline) return outcome->add(pipeline.error());
  task.pipeline = *pipeline;
  task.form = !options.format.empty() ? options.format : (*output)->is_terminal() ? "table" : "ndjson";
  auto display_how = display_options(options, (*output)->is_terminal(), kWholeLines);
  if (!display_how) return outcome->add(display_how.error());
  task.report = *display_how;
  for (const Error& problem : problems) outcome->add(Exit::kUnreadable, problem.text());
  StopWatch watch;
  flow::Progress progress;
  RunDisplay display(progress, options.quiet);
  auto report = flow::run_tracks(task, **output, progress);
  display.stop();
  if (!report) return outcome->add(report.error());
  if (!report->written) outcome->add(report->written.error());
  judge_findings(options, report->counts.by_level, outcome);
  outcome->add(report->pipeline);
  if (!options.quiet) print_error(counted(*report));
  if (options.timings) print_error(timings_line({0, watch.elapsed_ms(), 0, {}}));
}

}  // namespace

std::function<void(Outcome*)> declare_tracks(CLI::App* app);
std::function<void(Outcome*)> declare_tracks(CLI::App* app) {
  auto options = std::make_shared<Options>();
  add_paths(app, options.get());
  add_output_options(app, options.get(),
                     "table (default on a terminal), ndjson (default otherwise), json, csv or timesketch");
  add_display_options(app, options.get());
  app->add_option("--as", options->as_format, "read every PATH as this format (see: silhouette formats)")
      ->type_name("FORMAT")
      ->group("Reading");
  app->add_option("--threads", options->threads, "worker threads, 1 to 256 (default: all cores)")
      ->check(CLI::Range(1, 256).description(""))
      ->type_name("N")
      ->group("Reading");
  app->add_flag("--custody", options->custody, "SHA-256 of each source, over the bytes that were read")
      ->group("Reading");
  app->add_option("--fail-on", options->fail_on,
                  "exit code 1 when a track that is no context is at or above this level")
      ->type_name("LEVEL");
  return [options](Outcome* outcome) { run(*options, outcome); };
}

}  // namespace sil::cli
