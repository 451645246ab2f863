#include "bytes/output.h"
#include "cli/run_display.h"
#include "cli/verb.h"
#include "flow/dump.h"

namespace sil::cli {
namespace {

void run(const Options& options, Outcome* outcome) {
  if (!options.format.empty() && options.format != "ndjson" && options.format != "xml") {
    outcome->add(Exit::kUsage, "--format of dump: expected ndjson or xml, found '" + options.format + "'");
    return;
  }
  auto window = hunt_options(options);
  if (!window) return outcome->add(window.error());
  std::vector<Error> problems;
  auto inputs = flow::expand_inputs(options.paths, &problems);
  if (!inputs) return outcome->add(inputs.error());
  auto output = Output::open(options.output);
  if (!output) return outcome->add(output.error());
  auto pipeline = pipeline_options(options);
  if (!pipeline) return outcome->add(pipeline.error());
  for (const Error& problem : problems) outcome->add(Exit::kUnreadable, problem.text());

  flow::Progress progress;
  StopWatch watch;
  RunDisplay display(progress, options.quiet);
  flow::DumpOptions dump{options.format == "xml", window->window};
  flow::DumpReport report = flow::run_dump(*inputs, *pipeline, dump, **output, progress);
  display.stop();
  if (!report.written) outcome->add(report.written.error());
  outcome->add(report.pipeline);
  if (!options.quiet) print_error(summary_line(report.pipeline, 0, false));
  if (options.timings) print_error(timings_line({0, watch.elapsed_ms(), 0, {}}));
}

}  // namespace

std::function<void(Outcome*)> declare_dump(CLI::App* app) {
  auto options = std::make_shared<Options>();
  add_paths(app, options.get());
  add_output_options(app, options.get(), "ndjson (default: the shape of evtx_dump -o jsonl) or xml");
  add_reading_options(app, options.get());
  return [options](Outcome* outcome) { run(*options, outcome); };
}

}  // namespace sil::cli
