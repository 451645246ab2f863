#include "bytes/file.h"
#include "bytes/output.h"
#include "cli/ledger_verbs.h"
#include "flow/prove_run.h"

namespace sil::cli {
namespace {

struct ProveVerbOptions {
  Options common;
  std::string from, what, source, policy, vkey, disclose;
  std::vector<std::string> withhold;
  bool withhold_bytes = false;
};

void show(const ledger::Steps& steps, Outcome* outcome) {
  auto output = Output::open("");
  if (!output) return outcome->add(output.error());
  std::string text;
  for (const ledger::Step& step : steps) text += flow::line_of(step) + "\n";
  text += "outcome  " + std::string(ledger::outcome_of(steps)) + "\n";
  if (auto written = (*output)->write(text); !written) return outcome->add(written.error());
  if (auto done = (*output)->commit(); !done) return outcome->add(done.error());
  if (std::string first = flow::first_failure(steps); !first.empty())
    outcome->add(Exit::kFound, "not proved: " + first);
}

void run(const ProveVerbOptions& options, Outcome* outcome) {
  if (!is_directory(options.from)) {
    flow::ProveEntryOptions task{options.from, options.vkey, options.policy, 0};
    if (options.vkey.empty())
      return outcome->add(Exit::kUsage, "prove ENTRY.json CLAIM: expected --vkey FILE (the log's verifier key)");
    if (options.what.empty() || options.what.find_first_not_of("0123456789") != std::string::npos)
      return outcome->add(Exit::kUsage,
                          "prove ENTRY.json CLAIM: expected the claim's index, found '" + options.what + "'");
    task.claim = std::strtoull(options.what.c_str(), nullptr, 10);
    auto steps = flow::prove_entry(task);
    if (!steps) return outcome->add(steps.error());
    return show(*steps, outcome);
  }
  auto selection = rule_selection(options.common);
  if (!selection) return outcome->add(selection.error());
  flow::ProveOptions task;
  task.case_folder = options.from;
  task.finding = options.what;
  task.source = options.source;
  task.policy = options.policy;
  task.withhold = {options.withhold.begin(), options.withhold.end()};
  task.withhold_bytes = options.withhold_bytes;
  task.rules = *selection;
  task.rules_given = !options.common.rules.empty();
  auto proven = flow::prove_finding(task);
  if (!proven) return outcome->add(proven.error());
  if (!options.disclose.empty()) {
    if (auto written = write_whole(options.disclose, proven->disclosure); !written)
      return outcome->add(written.error());
    if (!options.common.quiet) print_error("claim " + std::to_string(proven->claim) + " -> " + options.disclose);
  }
  show(proven->steps, outcome);
}

}  // namespace

std::function<void(Outcome*)> declare_prove(CLI::App* app) {
  auto options = std::make_shared<ProveVerbOptions>();
  app->add_option("FROM", options->from, "case folder, or a disclosure file")->required();
  app->add_option("WHAT", options->what, "id of a finding or track, or index of the claim")->required();
  app->add_option("--source", options->source, "where the log file lies now");
  app->add_option("--policy", options->policy, "tlog-policy file: demand its quorum of witnesses");
  app->add_option("--vkey", options->vkey, "for a disclosure: file with the log's verifier key");
  app->add_option("--disclose", options->disclose, "write what a stranger needs to check this claim");
  app->add_option("--withhold", options->withhold, "leave this field closed in the disclosure (repeatable)");
  app->add_flag("--withhold-bytes", options->withhold_bytes, "leave the records' bytes closed");
  app->add_flag("-q,--quiet", options->common.quiet, "no notes on standard error");
  add_rule_options(app, &options->common);
  return [options](Outcome* outcome) { run(*options, outcome); };
}

}  // namespace sil::cli
